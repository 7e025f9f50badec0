"""One thing under two laws: what is found is a pass and a fail, of descriptions that differ in nothing but the entries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exportcheck.cli.diff import AskedBetween, DiffFormat, parse_between, write_between
from exportcheck.compare.between import Between, run_between
from exportcheck.compare.entries import CLASSIFIES, PACKS
from exportcheck.compare.sides import Side, load_side
from exportcheck.compare.witness import read_back
from exportcheck.report.diff_between_json import render_between_json
from exportcheck.report.diff_between_text import render_between_text
from exportcheck.report.terminal import Terminal
from exportcheck.transaction.read import read_transactions

DAY = date(2026, 7, 23)


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Side:
    return load_side(None, (), DAY, tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="module")
def found(side: Side) -> Between:
    return run_between(side, DAY, ("AU",), "quick")


def test_some_are_freed_by_the_ear_and_held_by_the_itar(found: Between) -> None:
    assert ("ear", "itar") in {m.way for m in found.found}
    reasons = [reason for m in found.found if m.held.pack == "itar" for reason in m.held.why]
    assert "22 CFR 126.7(b)(3): it is on the Excluded Technology List" in reasons
    assert found.exit_code == 1


def test_both_descriptions_are_confirmed_by_checking_them(found: Between, side: Side) -> None:
    for mismatch in found.found:
        for seen, verdict in ((mismatch.free, "pass"), (mismatch.held, "fail")):
            transaction = read_back(seen.text, side.packs.vocabulary)
            assert transaction is not None
            assert side.engine.check(transaction, DAY, PACKS).verdict == verdict == seen.verdict


def test_they_differ_in_the_entries_alone(found: Between, side: Side) -> None:
    for mismatch in found.found:
        pair = [read_back(seen.text, side.packs.vocabulary) for seen in (mismatch.free, mismatch.held)]
        stated = [
            {
                (e.path, name): fact.value
                for e in transaction.entities()
                for name, fact in e.facts.items()
                if name not in CLASSIFIES and name != "id"
            }
            for transaction in pair
            if transaction is not None
        ]
        assert stated[0] == stated[1]


def test_written_examples_are_descriptions(found: Between, side: Side, tmp_path: Path) -> None:
    written = write_between(found, tmp_path / "examples")
    files = [Path(seen.file) for m in written.found for seen in (m.free, m.held)]
    assert len(set(files)) == 2 * len(found.found)
    for file in files:
        assert len(read_transactions([file], side.packs.vocabulary)) == 1
        assert "exportcheck check FILE --as-of 2026-07-23 --packs itar,ear" in file.read_text(encoding="utf-8")


def test_the_page_says_which_provision_frees_and_which_holds(found: Between) -> None:
    page = render_between_text(found, Terminal(width=100, color=False))
    assert "AU: free under EAR, held under ITAR" in page
    assert "by ear/738.4" in page
    assert "22 CFR 126.7(b)(3): it is on the Excluded Technology List" in page
    assert '"schema": "exportcheck/diff-between/1"' in render_between_json(found)


def test_none_found_is_no_proof() -> None:
    nothing = Between("packs", DAY, ("AU",), (), 250)
    assert nothing.exit_code == 3
    assert "no proof" in render_between_text(nothing, Terminal(width=100, color=False))


def test_what_between_asks_for() -> None:
    asked = parse_between("ear, itar", "AU,GB", (), ("2026-03-02",), DiffFormat.JSON)
    assert asked == AskedBetween(None, ("AU", "GB"), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("between", "destination", "as_of", "form", "says"),
    [
        ("itar,mtcr", "AU", (), "text", "write itar,ear"),
        ("itar,ear", "Oz", (), "text", '"Oz" is no country'),
        ("itar,ear", ",", (), "text", "no country is given"),
        ("itar,ear", "AU", ("2026-03-02", "2026-03-03"), "text", "on one day"),
        ("itar,ear", "AU", (), "html", "there is text and json"),
    ],
)
def test_what_it_cannot_do(between: str, destination: str, as_of: tuple[str, ...], form: str, says: str) -> None:
    import typer

    with pytest.raises(typer.BadParameter, match=says):
        parse_between(between, destination, (), as_of, DiffFormat(form))
