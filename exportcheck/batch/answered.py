"""What a run answers, as rows: one for each line of each transaction, and one for each row of the input that is in error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from exportcheck.batch.check import Line, PackLine, Row
from exportcheck.engine.result import Verdict
from exportcheck.errors import Problem

if TYPE_CHECKING:
    from exportcheck.intake.model import Taken

ERROR: Literal["error"] = "error"
NO_ITEMS = "the transaction has no line"

FIXED = ("transaction", "row", "line", "verdict", "law_date")
"""The columns before those of the packs; see docs/batch.md."""
OF_PACK = ("verdict", "fail", "authority", "deciding")
LAST = ("missing_facts", "reviews", "message")


@dataclass(frozen=True, slots=True)
class Answered:
    """One row of the output. `row` is that of the input (1 is the first); `packs` are in the order of the run."""

    transaction: str
    row: int | None
    line: str
    verdict: Verdict | Literal["error"]
    law_date: date | None = None
    packs: tuple[PackLine, ...] = ()
    missing: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    message: str = ""


def columns(packs: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns, in order."""
    return (*FIXED, *(f"{pack}.{name}" for pack in packs for name in OF_PACK), *LAST)


def values(answered: Answered, packs: int) -> list[object]:
    """The values of a row, in the order of the columns; None is nothing."""
    said: list[object] = [answered.transaction or None, answered.row, answered.line or None, answered.verdict, answered.law_date]
    for p in answered.packs:
        said += (p.verdict, p.fail, p.authority or None, p.deciding or None)
    if not answered.packs:
        said += [None] * (packs * len(OF_PACK))
    said += (answered.missing, answered.reviews, answered.message or None)
    return said


def decided(taken: Taken, row: Row, day: date) -> Iterator[Answered]:
    """The rows of a transaction that was decided."""
    assert taken.transaction is not None
    items = taken.transaction.items
    for line, item in zip(row.lines, items, strict=True):
        number = item.facts.get("line")
        shown = str(number.value) if number is not None else str(line.item + 1)
        yield _line(taken, line, shown, _source_row(taken, line.item, len(items)), day)


def _line(taken: Taken, line: Line, shown: str, row: int | None, day: date) -> Answered:
    return Answered(taken.id, row, shown, line.verdict, day, line.packs, line.missing, line.reviews)


def _source_row(taken: Taken, item: int, items: int) -> int | None:
    """The row of an item: its own where each has one, else the row of the whole transaction."""
    if not taken.rows:
        return None
    return taken.rows[item] if len(taken.rows) == items else taken.rows[0]


def in_error(taken: Taken, problems: Sequence[Problem]) -> Iterator[Answered]:
    """A row for each row of a transaction that is in error, with what is wrong in it, or else in another of its rows."""
    for row in taken.rows or (None,):
        own = [p for p in problems if p.span.line == row]
        said = "; ".join(message(p) for p in own or problems)
        yield Answered(taken.id, row, "", ERROR, message=said)


def message(problem: Problem) -> str:
    """What is wrong, with row and column, in one line."""
    span = problem.span
    where = f"row {span.line}, column {span.column}: " if span.line and span.column else f"row {span.line}: " if span.line else ""
    return " ".join(f"{where}{problem.message}{f' ({problem.hint})' if problem.hint else ''}".split())
