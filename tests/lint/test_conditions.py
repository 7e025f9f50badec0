"""EC101 to EC103: what is always or never true, said twice, or implied."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.found import findings, found
from tests.rulepack.small import FACTS, provision

MORE = (
    FACTS
    + """
      - {name: color, of: item, type: enum, values: [red, green, blue], absent: true, question: "color?"}
      - {name: code, of: item, type: classification eccn, absent: true, question: "code?"}
      - {name: place, of: item, type: place, question: "place?"}
      - {name: made, of: item, type: date, question: "made?"}
      - {name: tags, of: item, type: enum, values: [x, y, z], question: "tag?"}
      - {name: kinds, of: item, type: list of text, question: "kinds?"}
"""
)
LISTS = """
    lists:
      - {id: law/friends, type: place, cite: 1 XYZ 3, members: [GB, US]}
      - {id: law/lately, type: place, cite: 1 XYZ 3, members: [GB, {value: FR, from: 2025-01-01}]}
"""
PARAMETERS = """
    parameters:
      - {id: law/limit, unit: number, cite: 1 XYZ 4, values: {2020-01-01: 5}}
      - {id: law/moving, unit: number, cite: 1 XYZ 4, values: {2020-01-01: 5, 2025-01-01: 9}}
"""


def of(root: Path, code: str, when: str) -> list[str]:
    text = provision("1", "derivation", f"when: '{when}'")
    return found(root, code, law=text, facts=MORE, lists=LISTS, parameters=PARAMETERS)


@pytest.mark.parametrize(
    "when",
    [
        "i.n > 5 and i.n < 5",
        'i.n >= 5 and i.n < param("law/limit")',
        'i.color = "red" and i.color = "blue"',
        'i.color != "red" or i.color != "blue"',
        "i.a and not(i.a)",
        'i.color = none and i.color = "red"',
        'i.place in list("law/friends") and i.place = "JP"',
        'under(i.code, ["9A610.x"]) and under(i.code, ["9A610.y"])',
        'i.made < date("2025-01-01") and i.made > date("2025-06-01")',
        "if i.a then i.n > 5 and i.n < 4 else i.n = 1 and i.n = 2",
        '"x" in i.kinds and not("x" in i.kinds)',
        'i.tags in ["x", "y"] and i.tags = "z"',
        "(some p in parties satisfies p.q) and not(some p in parties satisfies p.q)",
    ],
)
def test_a_constant_condition_is_found(tmp_path: Path, when: str) -> None:
    assert of(tmp_path, "EC101", when) == ["law/1"]


@pytest.mark.parametrize(
    "when",
    [
        "i.n >= 5 and i.n <= 5",
        'i.n > 5 and i.n < param("law/moving")',
        'i.color = "red" or i.color = "blue"',
        "i.color != none or i.color = none",
        "i.a and not(i.b)",
        'i.place in list("law/friends") and i.place = "GB"',
        'i.place in list("law/lately") and i.place = "FR"',
        'not(i.place in list("law/lately")) and i.place = "FR"',
        'under(i.code, ["9A610"]) and under(i.code, ["9A610.y"])',
        'i.made < date("2025-01-01") or i.made > date("2025-06-01")',
        '"x" in i.kinds and not("y" in i.kinds)',
        "(some p in parties satisfies p.q) and not(every p in parties satisfies p.q)",
        "true",
    ],
)
def test_a_condition_that_decides_is_not(tmp_path: Path, when: str) -> None:
    assert of(tmp_path, "EC101", when) == []


def test_the_finding_says_which_way_and_where(tmp_path: Path) -> None:
    law = provision("1", "derivation", "requires:", "  - {cite: (a), says: x, when: 'i.n > 5 and i.n < 5'}")
    (finding,) = findings(tmp_path, "EC101", law=law)
    assert finding.address == "law/1#(a)"
    assert finding.message == "the condition of clause (a) can never be true: i.n > 5 and i.n < 5"
    assert (Path(finding.span.file).name, finding.span.line) == ("law.yaml", 6)


def test_what_needs_stating_is_not_always_true(tmp_path: Path) -> None:
    """`i.a or not(i.a)` is unknown where `a` is not stated, and still never false."""
    assert of(tmp_path, "EC101", "i.a or not(i.a)") == ["law/1"]


@pytest.mark.parametrize("when", ["i.a and i.b and i.a", "i.a or (i.b and i.b)", "(some p in parties satisfies (p.q or p.q))"])
def test_the_same_said_twice_is_found(tmp_path: Path, when: str) -> None:
    assert of(tmp_path, "EC102", when) == ["law/1"]


@pytest.mark.parametrize(
    "when", ["i.a and i.b", "i.a or (i.a and i.b)", "(some p in parties satisfies p.q) and (every p in parties satisfies p.q)"]
)
def test_different_things_are_not(tmp_path: Path, when: str) -> None:
    assert of(tmp_path, "EC102", when) == []


def test_clauses_that_say_the_same_beside_each_other(tmp_path: Path) -> None:
    twice = provision(
        "1", "derivation", "requires:", "  - {cite: (a), says: x, when: i.a}", "  - {cite: (b), says: y, when: i.a}"
    )
    assert found(tmp_path / "1", "EC102", law=twice) == ["law/1#(b)"]
    apart = provision(
        "1",
        "derivation",
        "requires:",
        "  - {cite: (a), says: x, when: i.a}",
        "  - cite: (b)",
        "    says: y",
        "    any_of: [{cite: (b)(1), says: y, when: i.a}, {cite: (b)(2), says: z, when: i.b}]",
    )
    assert found(tmp_path / "2", "EC102", law=apart) == []


@pytest.mark.parametrize(
    "when",
    [
        "i.n > 5 and i.n > 3",
        "i.n > 5 or i.n > 3",
        "i.a and (i.a or i.b)",
        'i.color = none or not(i.color in ["red", "green"])',
        'i.place in list("law/friends") and i.place in ["GB", "US", "JP"]',
        'under(i.code, ["9A610.x"]) or under(i.code, ["9A610"])',
    ],
)
def test_what_is_implied_is_found(tmp_path: Path, when: str) -> None:
    assert of(tmp_path, "EC103", when) == ["law/1"]


@pytest.mark.parametrize(
    "when",
    [
        "i.n > 5 and i.n < 8",
        "i.a and (i.b or i.c)",
        'i.color = none or i.color in ["red", "green"]',
        'i.place in list("law/lately") and i.place in ["GB", "US", "JP"]',
        # false where the one is not stated and the other false: what is left out would be unknown
        "i.a and (i.b or not(i.b))",
    ],
)
def test_what_matters_is_not(tmp_path: Path, when: str) -> None:
    assert of(tmp_path, "EC103", when) == []


def test_a_clause_that_the_gate_implies(tmp_path: Path) -> None:
    law = provision(
        "1",
        "derivation",
        "applies_when: i.n > 5",
        "requires:",
        "  - {cite: (a), says: x, when: i.n > 3}",
        "  - {cite: (b), says: y, when: i.n < 9}",
    )
    (finding,) = findings(tmp_path, "EC103", law=law)
    assert finding.address == "law/1#(a)"
    assert finding.message.endswith("implied by the gate")


def test_a_gate_that_the_clauses_imply(tmp_path: Path) -> None:
    law = provision("1", "derivation", "applies_when: i.a", "requires:", "  - {cite: (a), says: x, when: i.a and i.b}")
    assert next(f.message for f in findings(tmp_path, "EC103", law=law)) == "applies_when never matters: the clauses imply it"


def test_a_clause_of_other_days_is_left_alone(tmp_path: Path) -> None:
    """Beside a clause that is only in force from a day on, nothing is implied by it."""
    law = provision(
        "1",
        "derivation",
        "requires:",
        "  - {cite: (a), says: x, when: i.n > 3}",
        "  - {cite: (b), says: y, when: i.n > 5, in_force: [{from: 2025-01-01}]}",
    )
    assert found(tmp_path, "EC103", law=law) == []


def test_what_is_said_of_each_member_is_looked_at_by_itself(tmp_path: Path) -> None:
    law = provision(
        "1",
        "derivation",
        "requires:",
        "  - cite: (a)",
        "    says: x",
        "    each: p in parties",
        "    all_of: [{cite: (a)(1), says: y, when: p.q}, {cite: (a)(2), says: z, when: p.q or t}]",
    )
    assert found(tmp_path, "EC103", law=law) == ["law/1#(a)(2)"]
