"""Findings that are meant: excluded with a reason, and found again when there is nothing to exclude (EC901)."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.lint.run import lint
from exportcheck.rulepack.digest import pack_digests
from tests.rulepack.small import HEAD, load, problems, provision

TWICE = ("1", "derivation", "when: i.a and i.a")
REASON = 'lint: [{code: EC102, why: "the text repeats it"}]'


def test_on_a_provision(tmp_path: Path) -> None:
    linted = lint(load(tmp_path, law=provision(*TWICE, REASON)), codes=["EC102", "EC901"])
    assert linted.findings == ()
    (excluded,) = linted.excluded
    assert (excluded.finding.provision, excluded.exclusion.why) == ("law/1", "the text repeats it")


@pytest.mark.parametrize("of", ["", ", of: law/1"])
def test_in_the_head_of_the_pack(tmp_path: Path, of: str) -> None:
    head = HEAD + f"    lint: [{{code: EC102{of}, why: the text repeats it}}]\n"
    linted = lint(load(tmp_path, pack=head, law=provision(*TWICE)), codes=["EC102", "EC901"])
    assert (linted.findings, len(linted.excluded)) == ((), 1)


def test_of_another_provision_it_excludes_nothing(tmp_path: Path) -> None:
    head = HEAD + "    lint: [{code: EC102, of: law/2, why: the text repeats it}]\n"
    linted = lint(load(tmp_path, pack=head, law=provision(*TWICE)), codes=["EC102", "EC901"])
    assert [f.code for f in linted.findings] == ["EC102", "EC901"] or [f.code for f in linted.findings] == ["EC901", "EC102"]


def test_what_is_gone_is_found(tmp_path: Path) -> None:
    linted = lint(load(tmp_path, law=provision("1", "derivation", "when: i.a", REASON)))
    assert "EC102 is found nowhere here, and excluded (law/1)" in [f.message for f in linted.findings]
    assert [
        f.code
        for f in lint(load(tmp_path / "2", law=provision("1", "derivation", "when: i.a", REASON)), codes=["EC901"]).findings
    ] == []


def test_a_rule_that_there_is_not(tmp_path: Path) -> None:
    law = provision("1", "derivation", "when: i.a", "lint: [{code: EC199, why: no reason}]")
    assert [f.message for f in lint(load(tmp_path, law=law), codes=["EC901"]).findings] == ["there is no rule EC199 (law/1)"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("lint: [EC102]", "what is excluded is a map"),
        ("lint: [{code: EC102}]", 'an exclusion needs "why"'),
        ("lint: [{code: 102, why: x}]", '"102" is no code of the linter'),
        ("lint: [{code: EC102, why: x, reason: y}]", 'an exclusion has no key "reason"'),
    ],
)
def test_mistakes_have_their_place(tmp_path: Path, line: str, message: str) -> None:
    found = problems(tmp_path, law=provision("1", "derivation", "when: i.a", line))
    assert message in [p.message for p in found]
    assert {p.span.line for p in found} == {6}


def test_the_law_is_the_same_with_and_without(tmp_path: Path) -> None:
    """A layer names the digest of what it amends: a reason for the linter is no change of the law."""
    plain, excused = load(tmp_path / "1", law=provision(*TWICE)), load(tmp_path / "2", law=provision(*TWICE, REASON))
    assert pack_digests(plain) == pack_digests(excused)
