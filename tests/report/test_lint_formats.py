"""What the linter and mutation found, in each format: golden files over one small pack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from exportcheck.lint.run import Linted, lint
from exportcheck.mutation.run import Mutation, Score
from exportcheck.report.lint import render_lint
from exportcheck.report.lint_github import render_lint_github
from exportcheck.report.lint_json import render_lint_json
from exportcheck.report.lint_sarif import render_lint_sarif
from exportcheck.report.mutation import render_mutation, render_mutation_json
from exportcheck.report.terminal import Terminal
from tests.report.golden import check_golden
from tests.rulepack.small import load, provision

FORMATS = Path(__file__).resolve().parents[3] / "shared" / "formats"
LAW = "\n---\n".join(
    [
        provision("1", "prohibition", "requires:", "  - {cite: (a), says: x, when: 'i.n > 5 and i.n < 5'}"),
        provision("2", "prohibition", "when: i.a and i.a", 'lint: [{code: EC102, why: "the text, \\"a and a\\", repeats it"}]'),
        provision("3", "prohibition", "when: i.n > 5 and i.n > 3"),
    ]
)
CODES = ["EC101", "EC102", "EC103", "EC104"]
CASES = """
cases:
  - {name: plain, as_of: 2026-03-02, given: plain, expect: {law/3: holds}}
descriptions:
  plain: {transaction: {id: T, activity: export}, items: [{line: 1, n: 7}]}
"""


@pytest.fixture
def linted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Linted:
    monkeypatch.chdir(tmp_path)
    return lint(load(Path(), law=LAW), codes=CODES)


RENDER: dict[str, Callable[[Linted], str]] = {
    "lint.txt": lambda linted: render_lint(linted, Terminal()),
    "lint.json": render_lint_json,
    "lint.sarif.json": render_lint_sarif,
    "lint.github.txt": render_lint_github,
}


@pytest.mark.parametrize("name", RENDER)
def test_findings(name: str, linted: Linted) -> None:
    check_golden(name, RENDER[name](linted))


def test_nothing_found(tmp_path: Path) -> None:
    linted = lint(load(tmp_path, law=provision("1", "prohibition", "when: i.a")), codes=CODES)
    assert render_lint(linted, Terminal()) == "1 pack: no findings, 0 excluded\n"
    assert json.loads(render_lint_json(linted))["findings"] == []
    assert json.loads(render_lint_sarif(linted))["runs"][0]["results"] == []


def test_sarif_is_valid(linted: Linted) -> None:
    path = FORMATS / "sarif" / "sarif-schema-2.1.0.json"
    if not path.is_file():
        pytest.skip("the schema of SARIF is not at hand")
    jsonschema.Draft4Validator(json.loads(path.read_text(encoding="utf-8"))).validate(json.loads(render_lint_sarif(linted)))


def test_an_excluded_finding_is_a_suppressed_result(linted: Linted) -> None:
    results = json.loads(render_lint_sarif(linted))["runs"][0]["results"]
    assert [r["ruleId"] for r in results if "suppressions" in r] == ["EC102"]


def test_a_file_elsewhere_keeps_its_whole_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    linted = lint(load(tmp_path / "there", law=LAW), codes=CODES)
    files = {f["file"] for f in json.loads(render_lint_json(linted))["findings"]}
    assert files == {str(tmp_path / "there" / "rules" / "law" / "law.yaml")}


@pytest.fixture
def scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Score]:
    monkeypatch.chdir(tmp_path)
    packs = load(Path(), law=LAW, **{"law.cases": CASES})
    return {"law": Mutation(packs, ["law"]).score("law", section="3")}


def test_scores(scores: dict[str, Score]) -> None:
    check_golden("mutation.txt", render_mutation(scores, Terminal(), minimum=90))
    check_golden("mutation.json", render_mutation_json(scores, 0))


def test_a_score_is_rounded_down(scores: dict[str, Score]) -> None:
    """So that 100 % means all."""
    score = scores["law"]
    nearly = Score("law", 2_000, 2_000, 1_999, score.survivors[:1], ())
    assert "99.9 %" in render_mutation({"law": nearly}, Terminal())
