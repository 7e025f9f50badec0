"""A slice of what was taken from the input: decided, explained where that is asked for, and counted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from exportcheck.batch.answered import NO_ITEMS, Answered, decided, in_error
from exportcheck.batch.check import Checker, Row, Table
from exportcheck.batch.counts import Counts
from exportcheck.batch.filling import fill
from exportcheck.batch.listed import Unlisted
from exportcheck.batch.missing import Missing
from exportcheck.batch.notes import Note, Noting
from exportcheck.batch.plan import Plan
from exportcheck.engine.check import Engine
from exportcheck.errors import InputError, Problem
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Transaction

if TYPE_CHECKING:
    from exportcheck.batch.filling import Totals
    from exportcheck.intake.model import Taken

ALL = "all"
SIGNATURES = 1_000
"""Distinct signatures that the conclusion layer concludes too, in each process of a run."""


@dataclass(slots=True)
class Decided:
    """A slice: rows of the output, receipts as lines of JSON, and the counts of both."""

    rows: list[Answered] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    notes: list[Note] = field(default_factory=list)


class Decider:
    """Decides slices, and keeps between them what does not change. Raises InputError for a pack that is not known."""

    def __init__(self, packs: Packs, plan: Plan) -> None:
        self.plan = plan
        self.engine = Engine(packs)
        self.packs = tuple(p.id for p in self.engine.chosen(plan.names))
        missing = Missing(self.engine, plan.names)
        self.checker = Checker(self.engine, plan.as_of, plan.names, SIGNATURES, missing)
        self.unlisted = Unlisted(packs)
        self.noting = Noting(self.engine, plan.as_of, totals=plan.aggregate)
        self._explain = frozenset(plan.explain)

    def __call__(self, slice_: Sequence[Taken], totals: Totals | None = None, *, noting: bool = False) -> Decided:
        """Decide a slice, with totals as facts where they are given; `noting`: note what is needed to look across slices."""
        found = Decided()
        wrong, days = self._read(slice_)
        if noting:
            found.notes = self._notes(slice_, wrong)
        if totals:
            slice_ = self._filled(slice_, totals)
        sound = [t.transaction for t, problems in zip(slice_, wrong, strict=True) if t.transaction is not None and not problems]
        table = Table()
        self.checker.add(sound, table)
        rows = iter(table.rows)
        for taken, problems, day in zip(slice_, wrong, days, strict=True):
            found.counts.taken += _lines(taken, decided=not problems)
            if problems or taken.transaction is None or day is None:
                found.rows += in_error(taken, problems)
                continue
            row = next(rows)
            found.rows += decided(taken, row, day)
            if self._explain and self._chosen(taken, row):
                found.receipts.append(self.receipt(taken.transaction))
        found.counts.transactions = len(slice_)
        found.counts.explained = len(found.receipts)
        found.counts.write(found.rows)
        return found

    def notes(self, slice_: Sequence[Taken]) -> list[Note]:
        """What is needed of a slice to look across slices."""
        return self._notes(slice_, self._read(slice_)[0])

    def _notes(self, slice_: Sequence[Taken], wrong: Sequence[Sequence[Problem]]) -> list[Note]:
        noted = (self.noting.notes(n, t, sound=not p) for n, (t, p) in enumerate(zip(slice_, wrong, strict=True)))
        return [note for notes in noted for note in notes]

    def _filled(self, slice_: Sequence[Taken], totals: Totals) -> list[Taken]:
        with_totals = fill([t.transaction for t in slice_], totals, self.engine.packs.vocabulary)
        return [replace(t, transaction=x) if x is not t.transaction else t for t, x in zip(slice_, with_totals, strict=True)]

    def _read(self, slice_: Sequence[Taken]) -> tuple[list[Sequence[Problem]], list[date | None]]:
        """What is wrong with each, and the day whose law applies."""
        wrong: list[Sequence[Problem]] = []
        days: list[date | None] = []
        for taken in slice_:
            day, problems = self._day(taken)
            wrong.append(problems)
            days.append(day)
        return wrong, days

    def _day(self, taken: Taken) -> tuple[date | None, Sequence[Problem]]:
        transaction = taken.transaction
        if transaction is None:
            return None, taken.problems
        if not transaction.items:
            return None, [Problem(transaction.span, NO_ITEMS)]
        try:
            day = self.engine.date_of(transaction, self.plan.as_of)
        except InputError as error:
            return None, error.problems
        return day, self.unlisted(transaction, day)

    def _chosen(self, taken: Taken, row: Row) -> bool:
        asked = self._explain
        return ALL in asked or taken.id in asked or any(line.verdict in asked for line in row.lines)

    def receipt(self, transaction: Transaction) -> bytes:
        """The answer of `check --format jsonl --why` on one transaction, a line of JSON."""
        from exportcheck.report.json import make_answers, plain

        result = self.engine.check(transaction, self.plan.as_of, self.plan.names, explain=True)
        (answer,) = make_answers([(transaction, result)], why=True, canonical=None, gate=None)
        return json.dumps(plain(answer), separators=(",", ":")).encode("ascii") + b"\n"


def _lines(taken: Taken, *, decided: bool) -> int:
    """How many lines were taken: the items of a transaction; what is in error counts by its rows."""
    if decided and taken.transaction is not None:
        return len(taken.transaction.items)
    return len(taken.rows) or 1


def sliced(taken: Iterator[Taken], size: int) -> Iterator[list[Taken]]:
    """So many at a time; the last may be fewer."""
    from itertools import islice

    while some := list(islice(taken, size)):
        yield some
