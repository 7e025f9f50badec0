"""docs/shortest-pass.yaml passes 22 CFR 126.7, and nothing in it can go."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.transaction.read import read_transactions
from tests.fixtures.expected import engine

DOCS = Path(__file__).resolve().parents[2] / "docs"
LINES = (DOCS / "shortest-pass.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
STATED = [number for number, line in enumerate(LINES) if line.strip() and not line.startswith("#")]


def verdict(path: Path, lines: list[str]) -> str:
    """The verdict on a description of these lines; `error` where it cannot be read."""
    path.write_text("".join(lines), encoding="utf-8")
    try:
        (transaction,) = read_transactions([path], engine().packs.vocabulary)
        return engine().check(transaction, explain=False).verdict
    except InputError:
        return "error"


def block(number: int) -> list[str]:
    """The lines without one list entry or map: its first line and all that is indented below it."""
    indent = len(LINES[number]) - len(LINES[number].lstrip())
    last = number + 1
    while last < len(LINES) and len(LINES[last]) - len(LINES[last].lstrip()) > indent:
        last += 1
    return LINES[:number] + LINES[last:]


def test_it_passes_on_126_7() -> None:
    (transaction,) = read_transactions([DOCS / "shortest-pass.yaml"], engine().packs.vocabulary)
    result = engine().check(transaction)
    assert result.as_of == date(2026, 3, 2)
    assert result.verdict == "pass"
    (line,) = result.lines
    assert [p.authority for p in line.packs if p.pack == "itar"] == ["22 CFR 126.7"]


@pytest.mark.parametrize("number", STATED, ids=lambda n: LINES[n].strip())
def test_no_line_can_go(number: int, tmp_path: Path) -> None:
    assert verdict(tmp_path / "order.yaml", LINES[:number] + LINES[number + 1 :]) != "pass"


@pytest.mark.parametrize(
    "number",
    [n for n in STATED if LINES[n].lstrip().startswith("- ") or LINES[n].rstrip().endswith(":")],
    ids=lambda n: LINES[n].strip(),
)
def test_no_party_item_or_list_can_go(number: int, tmp_path: Path) -> None:
    assert verdict(tmp_path / "order.yaml", block(number)) != "pass"


@pytest.mark.parametrize(
    "number", [n for n in STATED if "true" in LINES[n] or "false" in LINES[n]], ids=lambda n: LINES[n].strip()
)
def test_no_answer_can_be_the_other_one(number: int, tmp_path: Path) -> None:
    """Each yes and no is needed as it is: turned round, the description passes no more."""
    line = LINES[number]
    turned = line.replace("true", "false") if "true" in line else line.replace("false", "true")
    assert verdict(tmp_path / "order.yaml", [*LINES[:number], turned, *LINES[number + 1 :]]) != "pass"


def test_the_page_explains_every_line() -> None:
    """One row of docs/shortest-pass.md for each line, with the line as it stands."""
    text = (DOCS / "shortest-pass.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1].strip().strip("`") for row in text.splitlines() if row.startswith("| `")]
    assert rows == [LINES[number].strip() for number in STATED]
