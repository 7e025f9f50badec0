"""Both sides over real transactions: which lines come to another verdict, authority or duties, and by which change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from exportcheck.compare.affected import Reach
from exportcheck.compare.isolate import with_change
from exportcheck.compare.model import Change, Corpus, Line
from exportcheck.compare.pairs import Half, Pair
from exportcheck.compare.seeds import both_vocabularies
from exportcheck.compare.sides import Side
from exportcheck.compare.touched import touched
from exportcheck.engine.check import Engine
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
    causes = _Causes(old, new, changes)
    for transaction in transactions:
        days = [_day(s, transaction) for s in (old, new)]
        before = old.engine.check(transaction, days[0], explain=False)
        after = new.engine.check(transaction, days[1], explain=False)
        matrix[before.verdict, after.verdict] += 1
        lines += len(after.lines)
        found = [_line(transaction, a, b) for a, b in zip(before.lines, after.lines, strict=True)]
        differing = [line for line in found if line is not None]
        if differing:
            because = causes.of(transaction, days[0], days[1])
            changed += [replace(line, because=because) for line in differing]
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
        transaction=transaction.id,
        file=transaction.file,
        line=after.line,
        shown=after.shown or after.description,
        old=before.verdict,
        new=after.verdict,
        old_says=says[0],
        new_says=says[1],
        old_authority=authorities[0],
        new_authority=authorities[1],
        duties=tuple(duties),
    )


def _fails(line: LineVerdict) -> tuple[object, ...]:
    return tuple((p.pack, p.verdict, p.fail) for p in line.packs)


class _Causes:
    """Finds the changes to which a difference is due: those that make it by themselves, else those that have a part in it."""

    def __init__(self, old: Side, new: Side, changes: Sequence[Change]) -> None:
        self.old, self.new = old, new
        self.changes = [c for c in changes if not c.equal and c.subject != "fact"]
        self.vocabulary = both_vocabularies(old.packs, new.packs)
        self.reach: dict[date, Reach] = {}
        self._alone: dict[int, tuple[Engine, date]] = {}

    def of(self, transaction: Transaction, old_day: date, new_day: date) -> tuple[str, ...]:
        pair = Pair(Half(self.old.engine, transaction, old_day), Half(self.new.engine, transaction, new_day))
        parted = [(c, parts) for c in self.changes if (parts := touched(c, pair, self._readers(c, new_day)))]
        if len(parted) > 1:
            before = _outcome(self.old.engine, transaction, old_day)
            alone = [(c, parts) for c, parts in parted if _outcome(self._engine(c), transaction, self._day(c, old_day)) != before]
            parted = alone or parted
        return tuple(_named(c, parts) for c, parts in parted)

    def _readers(self, change: Change, day: date) -> list[str]:
        if change.subject in ("provision", "definition"):
            return []
        rules = self.new.engine.rules(day)
        reach = self.reach.setdefault(rules.day, Reach(rules))
        return [p.id for p in reach.bearing([change.id])[:8]]

    def _engine(self, change: Change) -> Engine:
        known = self._alone.get(id(change))
        if known is None:
            known = with_change(change, self.old.engine, self.new.engine, self.changes, self.vocabulary)
            self._alone[id(change)] = known
        return known[0]

    def _day(self, change: Change, old_day: date) -> date:
        self._engine(change)
        return self._alone[id(change)][1] if self.old.day is not None else old_day


def _named(change: Change, parts: Sequence[str]) -> str:
    part = next((p for p in parts if p), "")
    return f"{change.id}#{part}" if part and change.subject == "provision" else change.id


def _outcome(engine: Engine, transaction: Transaction, day: date) -> list[object]:
    """Verdict, authority and duties of every line."""
    found: list[object] = []
    for line in engine.check(transaction, day, explain=False).lines:
        packs = [(p.pack, p.verdict, p.fail, p.authority, frozenset((s.says, s.cite) for s in p.steps)) for p in line.packs]
        found.append((line.verdict, packs))
    return found
