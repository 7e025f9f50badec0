"""Both sides over real transactions: which lines come to another verdict, authority or duties, and by which change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from exportcheck.compare.model import Change, Corpus, Line
from exportcheck.compare.pairs import Half, Pair
from exportcheck.compare.sides import Side
from exportcheck.compare.touched import touched
from exportcheck.engine.result import LineVerdict, Verdict
from exportcheck.errors import InputError
from exportcheck.transaction.files import description_files
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import read_transactions
from exportcheck.vocabulary.model import Vocabulary


def read_corpus(paths: Sequence[Path], vocabulary: Vocabulary, one_day: bool) -> tuple[list[Transaction], tuple[str, ...]]:
    """The transactions of the paths, and the files of folders that state facts which neither side knows, each with why.

    Raises InputError for a file that is named itself and cannot be read, and (without `one_day`, where the day of the transfer
    decides) for a transaction without a day.
    """
    named = {p.resolve() for p in paths if not p.is_dir()}
    transactions: list[Transaction] = []
    left_out: list[str] = []
    for found in description_files(paths):
        if isinstance(found, InputError):
            raise found
        try:
            transactions += read_transactions([found], vocabulary)
        except InputError as error:
            if found.resolve() in named:
                raise
            left_out.append(f"{found}: {error.problems[0].message}")
    if not one_day:
        undated = [t for t in transactions if t.transfer_date is None]
        left_out += [f"{t.file}: {t.id} has no transfer_date, and no day was given" for t in undated]
        transactions = [t for t in transactions if t.transfer_date is not None]
    return transactions, tuple(left_out)


def run_corpus(
    old: Side, new: Side, transactions: Sequence[Transaction], changes: Sequence[Change], left_out: Sequence[str] = ()
) -> Corpus:
    """Check every transaction under both sides, on their days or on its own."""
    matrix: Counter[tuple[Verdict, Verdict]] = Counter()
    changed: list[Line] = []
    lines = 0
    for transaction in transactions:
        days = [_day(s, transaction) for s in (old, new)]
        before = old.engine.check(transaction, days[0], explain=False)
        after = new.engine.check(transaction, days[1], explain=False)
        matrix[before.verdict, after.verdict] += 1
        lines += len(after.lines)
        found = [_line(transaction, a, b) for a, b in zip(before.lines, after.lines, strict=True)]
        differing = [line for line in found if line is not None]
        if differing:
            because = _because(old, new, transaction, changes, days[0], days[1])
            changed += [_with(line, because) for line in differing]
    return Corpus(len(transactions), lines, dict(matrix), tuple(changed), tuple(left_out))


def _day(side: Side, transaction: Transaction) -> date:
    return side.engine.date_of(transaction, side.day)


def _line(transaction: Transaction, before: LineVerdict, after: LineVerdict) -> Line | None:
    """What of a line is another; None where nothing is."""
    authorities = ["; ".join(p.authority for p in x.packs if p.authority) for x in (before, after)]
    says = ["; ".join(p.summary for p in x.packs if p.verdict == x.verdict) for x in (before, after)]
    owed = [{(s.by, s.says, s.cite) for p in x.packs for s in p.steps} for x in (before, after)]
    if (
        before.verdict == after.verdict
        and authorities[0] == authorities[1]
        and owed[0] == owed[1]
        and _fails(before) == _fails(after)
    ):
        return None
    duties = [f"+ {says} ({cite})" for _, says, cite in sorted(owed[1] - owed[0])]
    duties += [f"- {says} ({cite})" for _, says, cite in sorted(owed[0] - owed[1])]
    return Line(
        transaction.id, transaction.file, after.line, after.shown or after.description, before.verdict, after.verdict, *says,
        *authorities, tuple(duties),
    )  # fmt: skip


def _fails(line: LineVerdict) -> tuple[object, ...]:
    return tuple((p.pack, p.verdict, p.fail) for p in line.packs)


def _with(line: Line, because: tuple[str, ...]) -> Line:
    from dataclasses import replace

    return replace(line, because=because)


def _because(
    old: Side, new: Side, transaction: Transaction, changes: Sequence[Change], old_day: date, new_day: date
) -> tuple[str, ...]:
    """The changes that come out differently on the transaction, with the clause where there is one."""
    pair = Pair(Half(old.engine, transaction, old_day), Half(new.engine, transaction, new_day))
    found = []
    for change in changes:
        if change.equal or change.subject not in ("provision", "definition"):
            continue
        parts = [p for p in touched(change, pair) if p]
        if parts:
            found.append(f"{change.id}#{parts[0]}" if change.subject == "provision" else change.id)
        elif touched(change, pair):
            found.append(change.id)
    return tuple(found)
