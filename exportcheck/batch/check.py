"""Many transactions under the law of their days: slice by slice, by columns, with the evaluator's verdicts."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, repeat

import numpy as np

from exportcheck.batch.answers import Answers
from exportcheck.batch.columns import FALSE, TRUE, Flags
from exportcheck.batch.conclusions import SIGNATURES, Check
from exportcheck.batch.missing import NOTHING, Asked, Missing
from exportcheck.batch.outcomes import COMPONENT, ITEM, Law, Outcomes
from exportcheck.batch.surely import may_hold
from exportcheck.batch.tables import ROOT, Slice
from exportcheck.batch.verdicts import FAIL, FAILS, NOT_SUBJECT, PASS, REVIEW, VERDICTS, Decisions, Numbers, binds, decisions
from exportcheck.engine.caps import early, out_of_date
from exportcheck.engine.check import Engine, worst
from exportcheck.engine.result import FailKind, ReviewKind, Verdict
from exportcheck.rulepack.model import Pack, Packs
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.transaction.model import Transaction

SLICE = 10_000
"""Transactions that are decided at once, unless said otherwise."""


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack's answer on one line."""

    pack: str
    verdict: Verdict
    fail: FailKind | None
    authority: str = ""
    """What to cite, of a pass that an authority gives."""
    deciding: str = ""
    """The address of the provision or clause that decided."""


@dataclass(frozen=True, slots=True)
class Line:
    """The answer on one line: the worst of its packs. `item` is the number of the item in its transaction.

    `missing` are the facts that would settle it, by path, and `reviews` the kinds of question, where they were asked for.
    """

    item: int
    verdict: Verdict
    packs: tuple[PackLine, ...]
    missing: tuple[str, ...] = ()
    reviews: tuple[ReviewKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The answer on one transaction: the worst of its lines."""

    transaction: str
    verdict: Verdict
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Table:
    """The answers in the order of the transactions. `signatures` counts the distinct inputs that the conclusion layer concluded
    too."""

    rows: list[Row] = field(default_factory=list)
    signatures: int = 0


def check_table(
    packs: Packs,
    transactions: Iterable[Transaction],
    as_of: date | None = None,
    *,
    names: Sequence[str] | None = None,
    size: int = SLICE,
    signatures: int = SIGNATURES,
) -> Table:
    """The verdicts of transactions by columns: those of `Engine.check`.

    `names` are the packs that compose the verdict (else the binding ones), `size` the transactions in a slice, `signatures` the
    distinct conclusions of the run that the conclusion layer draws too. Raises `InputError` where a transaction has no date or a
    pack is not known, and `ConclusionError` where columns and conclusion layer differ.
    """
    return Checker(Engine(packs), as_of, names, signatures).table(transactions, size)


@dataclass(slots=True)
class Checker:
    """Checks slices, and keeps between them what does not change."""

    engine: Engine
    as_of: date | None = None
    names: Sequence[str] | None = None
    signatures: int = SIGNATURES
    missing: Missing | None = None
    """Where it is given, lines that need review say what is missing."""
    _check: Check = field(init=False)
    _laws: dict[int, Law] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._check = Check(self.signatures)

    def table(self, transactions: Iterable[Transaction], size: int = SLICE) -> Table:
        found = Table()
        for some in _slices(transactions, size):
            self.add(some, found)
        found.signatures = self._check.count
        return found

    def add(self, transactions: Sequence[Transaction], table: Table) -> None:
        """Decide some transactions at once, those of one day's law together."""
        with _collector_paused():
            self._add(transactions, table)

    def _add(self, transactions: Sequence[Transaction], table: Table) -> None:
        days = [self.engine.date_of(t, self.as_of) for t in transactions]
        groups: dict[int, tuple[Ruleset, list[int]]] = {}
        for n, day in enumerate(days):
            rules = self.engine.rules(day)
            groups.setdefault(id(rules), (rules, []))[1].append(n)
        rows: dict[int, Row] = {}
        for rules, numbers in groups.values():
            decided = _Slice(self, rules, [transactions[n] for n in numbers], [days[n] for n in numbers])
            rows.update(zip(numbers, decided.rows(), strict=True))
        table.rows += [rows[n] for n in range(len(transactions))]

    def law(self, rules: Ruleset) -> Law:
        found = self._laws.get(id(rules))
        if found is None:
            found = self._laws[id(rules)] = Law(rules)
        return found

    def one(self, transaction: Transaction) -> Row:
        """One transaction by the evaluator."""
        result = self.engine.check(transaction, self.as_of, self.names, explain=False)
        number = len(self.engine.chosen(self.names))
        asked = [NOTHING] * len(result.lines) if self.missing is None else self.missing.one(transaction, result.as_of)
        lines = tuple(
            Line(
                n,
                x.verdict,
                tuple(PackLine(p.pack, p.verdict, p.fail, p.authority, p.deciding) for p in x.packs[:number]),
                asked[n].missing,
                asked[n].reviews,
            )
            for n, x in enumerate(result.lines)
        )
        return Row(transaction.id, result.verdict, lines)

    @property
    def check(self) -> Check:
        return self._check


@dataclass(slots=True)
class _Slice:
    """Transactions under one day's law."""

    checker: Checker
    rules: Ruleset
    transactions: list[Transaction]
    """Emptied when they are decided, for memory: what is left of a slice refers to itself in circles."""
    days: Sequence[date]

    def rows(self) -> Iterator[Row]:
        slice_ = Slice.from_transactions(self.transactions)
        outcomes = Outcomes(slice_, self.checker.law(self.rules))
        chosen = self.checker.engine.chosen(self.checker.names)
        packs = [decisions(outcomes, p, self.checker.check) for p in chosen]
        verdicts = [self._capped(outcomes, d) for d in packs]
        lines = line_verdicts(outcomes, verdicts)
        starts = slice_.levels[ROOT].listed("items").starts.tolist()
        asked: dict[int, Asked] = {}
        if self.checker.missing is not None:
            reviewed = [v == REVIEW for v in verdicts]
            asked = self.checker.missing.of(outcomes, self.days, lines == REVIEW, reviewed, in_conflict(outcomes))
        answers = list(_lines([Answers(outcomes, d, v) for d, v in zip(packs, verdicts, strict=True)], verdicts, lines))
        ids = [transaction.id for transaction in self.transactions]
        outcomes.release()
        self.transactions.clear()
        for n, id_ in enumerate(ids):
            mine = answers[starts[n] : starts[n + 1]]
            lacks = [asked.get(row, NOTHING) for row in range(starts[n], starts[n + 1])] if asked else repeat(NOTHING, len(mine))
            found = tuple(
                Line(item, verdict, answer, lack.missing, lack.reviews)
                for item, ((verdict, answer), lack) in enumerate(zip(mine, lacks, strict=True))
            )
            yield Row(id_, worst([x.verdict for x in found]), found)

    def _capped(self, outcomes: Outcomes, decided: Decisions) -> Numbers:
        """`engine.caps.capped`: where law is stale, or attested terms are contradicted, a pass does not stand, nor does being
        outside of what could reach the line."""
        pack = decided.pack
        good = (decided.verdict == PASS) | (decided.verdict == NOT_SUBJECT)
        doubted = good & contradicted(outcomes, pack)
        stale = {day: bool(out_of_date(pack, day)) for day in set(self.days)}
        if any(stale.values()):
            root = outcomes.slice.levels[ITEM].root
            is_stale = np.array([stale[d] for d in self.days], np.bool_)[root]
            is_early = np.array([early(pack, d) for d in self.days], np.bool_)[root]
            out_of_reach = is_early | (outcomes.of_transaction(binds(outcomes, pack)) == FALSE)
            doubted |= is_stale & good & ~((decided.verdict == NOT_SUBJECT) & out_of_reach)
        return np.where(doubted, np.int8(REVIEW), decided.verdict)


def contradicted(outcomes: Outcomes, pack: Pack) -> Flags:
    """`engine.caps.conflicts_of`, of every line: an attested term of the pack is contradicted, of it or of the transaction."""
    lines = outcomes.slice.levels[ITEM]
    found = np.zeros(lines.size, np.bool_)
    for kind, definitions in outcomes.rules.attested[pack.id].items():
        for definition in definitions:
            outcomes.defined(definition.id, kind)
            if (definition.id, kind) in outcomes.conflicts:
                clash = outcomes.conflicts[definition.id, kind][1]
                if kind == ITEM:
                    found |= clash
                elif kind == COMPONENT:
                    parts = lines.listed("components")
                    owners = np.repeat(np.arange(lines.size), np.diff(parts.starts))
                    found[owners[clash[parts.members]]] = True
                else:
                    clashing = np.zeros(len(outcomes.slice.transactions), np.bool_)
                    clashing[outcomes.slice.levels[kind].root[clash]] = True
                    found |= clashing[lines.root]
    return found


def line_verdicts(outcomes: Outcomes, packs: Sequence[Numbers]) -> Numbers:
    """`Engine.line_verdict`, of every line."""
    size = outcomes.size(ITEM)
    if not packs:
        return np.full(size, REVIEW, np.int8)
    found = packs[0]
    for verdict in packs[1:]:
        found = np.maximum(found, verdict)
    good = found <= PASS
    return np.where(good, np.where(in_conflict(outcomes), np.int8(REVIEW), np.int8(PASS)), found)


def in_conflict(outcomes: Outcomes) -> Flags:
    """`engine.conflicts.in_conflict`, of every line."""
    conflict = np.zeros(outcomes.size(ITEM), np.bool_)
    for provision in outcomes.rules.conflicts:
        if may_hold(outcomes, provision):
            conflict |= outcomes.on_line(provision) == TRUE
    return conflict


def _lines(
    packs: Sequence[Answers], verdicts: Sequence[Numbers], lines: Numbers
) -> Iterator[tuple[Verdict, tuple[PackLine, ...]]]:
    """Of every line its verdict and the packs' answers; equal ones are one object."""
    known: dict[tuple[int, ...], PackLine] = {}
    columns = []
    for number, (pack, verdict) in enumerate(zip(packs, verdicts, strict=True)):
        fail = np.where(verdict == FAIL, pack.decided.fail, 0)
        keys = zip(verdict.tolist(), fail.tolist(), pack.authority.tolist(), pack.deciding.tolist(), strict=True)
        columns.append([_pack_line(pack, (number, *key), known) for key in keys])
    verdict_names = [VERDICTS[n] for n in lines.tolist()]
    yield from zip(verdict_names, zip(*columns, strict=True) if columns else ((),) * len(lines), strict=True)


def _pack_line(pack: Answers, key: tuple[int, ...], known: dict[tuple[int, ...], PackLine]) -> PackLine:
    found = known.get(key)
    if found is None:
        _, verdict, fail, authority, deciding = key
        texts = [str(pack.texts.values[n]) for n in (authority, deciding)]
        found = known[key] = PackLine(pack.decided.pack.id, VERDICTS[verdict], FAILS[fail], *texts)
    return found


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the collector of cycles, which would look through all the transactions again and again: a third of the time."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def _slices(transactions: Iterable[Transaction], size: int) -> Iterator[list[Transaction]]:
    remaining = iter(transactions)
    while some := list(islice(remaining, size)):
        yield some
