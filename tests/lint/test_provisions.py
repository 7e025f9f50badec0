"""EC104 to EC107 and EC201: provisions that never apply, repeat one another, or pull in opposite directions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.found import findings, found
from tests.rulepack.small import provision


def both(*texts: str) -> str:
    return "\n---\n".join(texts)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["applies_when: i.a and not(i.a)", "when: i.b"], ["law/1"]),
        (["applies_when: i.n > 5", "requires: [{cite: (a), says: x, when: i.n < 5}]"], ["law/1"]),
        (["applies_when: i.n > 5", "requires: [{cite: (a), says: x, when: i.n < 6}]"], []),
        (["not_modelled: not at hand"], []),  # nobody knows, so it may
    ],
)
def test_what_can_never_hold(tmp_path: Path, lines: list[str], expected: list[str]) -> None:
    assert found(tmp_path, "EC104", law=provision("1", "prohibition", *lines)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["in_force: [{from: 2020-01-01, status: stayed}]", "when: i.a"], ["law/1"]),
        (["in_force: [{from: 2020-01-01, to: 2020-12-31}]", "when: i.a"], ["law/1"]),  # the pack knows 2024 on
        (["in_force: [{from: 2020-01-01, to: 2024-06-30}]", "when: i.a"], []),
        (
            [
                "in_force: [{from: 2025-01-01}]",
                "requires:",
                "  - {cite: (a), says: x, when: i.a}",
                "  - {cite: (b), says: y, when: i.b, in_force: [{to: 2024-12-31}]}",
            ],
            ["law/1#(b)"],
        ),
        (
            [
                "in_force: [{from: 2025-01-01}]",
                "requires:",
                "  - {cite: (a), says: x, when: i.a}",
                "  - {cite: (b), says: y, when: i.b, in_force: [{to: 2025-01-01}]}",
            ],
            [],
        ),
    ],
)
def test_what_is_never_in_force(tmp_path: Path, lines: list[str], expected: list[str]) -> None:
    head = """
        pack: law
        title: A law
        authority: 1 XYZ
        force: binding
        current_to: 2026-09-01
        known_from: 2024-01-01
        binds_when: "true"
    """
    assert found(tmp_path, "EC105", pack=head, law=provision("1", "prohibition", *lines)) == expected


def test_a_provision_said_twice(tmp_path: Path) -> None:
    one = provision("1", "prohibition", "applies_when: i.a", "when: i.b")
    same = provision("2", "prohibition", "applies_when:  i.a", "when: i.b")
    other = provision("2", "prohibition", "applies_when: i.a", "when: i.c")
    assert found(tmp_path / "1", "EC106", law=both(one, same)) == ["law/2"]
    assert found(tmp_path / "2", "EC106", law=both(one, other)) == []


def test_the_same_conditions_with_another_effect(tmp_path: Path) -> None:
    one = provision("1", "requirement", "ground: law/LICENSE", "when: i.a")
    other = provision("2", "requirement", "ground: law/NOTICE", "when: i.a")
    assert found(tmp_path, "EC106", law=both(one, other)) == []


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        ("i.n > 9", "i.n > 5", ["law/1"]),
        ("i.a and i.b", "i.b", ["law/1"]),
        ("i.a or i.b", "i.b", []),  # the second is the narrow one, and other.id comes first
        ("i.a", "i.b", []),
        ("i.n > 5", "i.n > 9 or i.a", []),
    ],
)
def test_a_provision_that_adds_nothing(tmp_path: Path, narrow: str, wide: str, expected: list[str]) -> None:
    law = both(provision("1", "prohibition", f"when: {narrow}"), provision("2", "prohibition", f"when: {wide}"))
    assert [a for a in found(tmp_path, "EC107", law=law) if a == "law/1"] == expected


def test_one_that_is_in_force_longer_adds_something(tmp_path: Path) -> None:
    narrow = provision("1", "prohibition", "when: i.a and i.b")
    dated = provision("2", "prohibition", "in_force: [{from: 2025-01-01}]", "when: i.b")
    assert found(tmp_path, "EC107", law=both(narrow, dated)) == []


def test_an_exemption_that_is_always_prohibited(tmp_path: Path) -> None:
    exemption = ("1", "exemption", "lifts: [law/LICENSE]", "when: i.a and i.b")
    prohibition = provision("2", "prohibition", "when: i.a")
    (finding,) = findings(tmp_path / "1", "EC201", law=both(provision(*exemption), prohibition))
    assert finding.address == "law/1"
    assert finding.message == "wherever law/1 holds, law/2 prohibits, and neither overrides the other"
    overriding = provision(*exemption, "overrides: [law/2]")
    assert found(tmp_path / "2", "EC201", law=both(overriding, prohibition)) == []
    elsewhere = provision("2", "prohibition", "when: i.c")
    assert found(tmp_path / "3", "EC201", law=both(provision(*exemption), elsewhere)) == []


def test_postures_that_always_disagree(tmp_path: Path) -> None:
    narrow = provision("1", "posture", "posture: case-by-case", "when: i.a and i.b")
    wide = "posture: policy-of-denial"
    assert found(tmp_path / "1", "EC201", law=both(narrow, provision("2", "posture", wide, "when: i.a"))) == ["law/1"]
    assert found(tmp_path / "2", "EC201", law=both(narrow, provision("2", "posture", wide, "when: i.a and not(i.b)"))) == []


def test_a_scope_that_is_always_taken_out(tmp_path: Path) -> None:
    inside = provision("1", "scope", "effect: subject", "when: i.a")
    outside = ("2", "scope", "effect: excluded")
    assert found(tmp_path / "1", "EC201", law=both(inside, provision(*outside, "when: i.a or i.b"))) == ["law/1"]
    assert found(tmp_path / "2", "EC201", law=both(inside, provision(*outside, "when: i.b"))) == []
