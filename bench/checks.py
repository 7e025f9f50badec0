"""What a check costs: warm, concluded for the first time, with everything else an answer holds, cold, and loading."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measure import LOOP, NOTHING, Row, Times, processes, timed
from exportcheck.engine.check import Engine
from exportcheck.engine.conclude import Memo, Prefer, make_concluder
from exportcheck.engine.conclude.durable import durable_available
from exportcheck.engine.program import PackProgram, program_of
from exportcheck.rulepack.load import load_packs
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import read_transactions

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
WARM, FIRST, EXTRAS, COLD, UNCACHED, LOAD = 2.0, 25.0, 100.0, 500.0, 1500.0, 1.0
"""Targets in milliseconds."""

LOADING = """
import sys, time
from pathlib import Path
from exportcheck.rulepack.load import load_packs
start = time.process_time()
packs = load_packs(Path(sys.argv[1]) if len(sys.argv) > 1 else None, cache=False)
print((time.process_time() - start) * 1000 / len(packs.provisions))
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Transactions of which each line is checked under the law of its day."""

    engine: Engine
    transactions: tuple[Transaction, ...]

    @property
    def lines(self) -> int:
        return sum(len(t.items) for t in self.transactions)

    def decide(self) -> None:
        """Outcomes, tree and verdict of every line, from a fresh evaluation of each transaction."""
        chosen = self.engine.chosen(None)
        for transaction in self.transactions:
            day = self.engine.date_of(transaction, None)
            evaluation = self.engine.evaluate(transaction, day)
            for item in transaction.items:
                self.engine.decide(evaluation, item, chosen, day)

    def check(self, *, explain: bool) -> None:
        for transaction in self.transactions:
            self.engine.check(transaction, explain=explain)

    def programs(self) -> Iterator[PackProgram]:
        seen: set[int] = set()
        for transaction in self.transactions:
            rules = self.engine.rules(self.engine.date_of(transaction, None))
            for pack in self.engine.chosen(None):
                program = program_of(rules, pack.id)
                if id(program) not in seen:
                    seen.add(id(program))
                    yield program


def fixtures() -> Subject:
    engine = Engine(load_packs())
    paths = sorted(p for p in FIXTURES.iterdir() if p.suffix in (".yaml", ".json", ".jsonl"))
    dated = [t for t in read_transactions(paths, engine.packs.vocabulary) if t.transfer_date is not None]
    return Subject(engine, tuple(dated))


def warm(subject: Subject, times: int = 15) -> Times:
    return timed(subject.decide, times=times).over(subject.lines)


def first(subject: Subject, prefer: Prefer, times: int = 7) -> Times:
    """As `warm`, with nothing remembered of earlier conclusions; the networks of rules stand already."""
    kept = [(p, p.memo, make_concluder(p.program, prefer)) for p in subject.programs()]

    def forget() -> None:
        for program, _, concluder in kept:
            vars(program)["memo"] = Memo(concluder, program.program)

    try:
        return timed(subject.decide, times=times, before=forget).over(subject.lines)
    finally:
        for program, memo, _ in kept:
            vars(program)["memo"] = memo


def rows(loop: Times, nothing: Times) -> list[Row]:
    subject = fixtures()
    engine, lines = subject.engine, subject.lines
    each = f"per line, over the {lines} lines of fixtures/"

    def row(what: str, times: Times, target: float | None, note: str = each) -> Row:
        return Row(what, times, target, times.median / loop.median, LOOP, note)

    found = [row("warm check of a line", warm(subject), WARM)]
    layers: tuple[Prefer, ...] = ("durable", "chainer") if durable_available() else ("chainer",)
    found += [row(f"first conclusion, {name}", first(subject, name), FIRST) for name in layers]
    plain = timed(lambda: subject.check(explain=False), times=5).over(lines)
    full = timed(lambda: subject.check(explain=True), times=5).over(lines)
    found.append(row("questions, changes, openings, next date", full.minus(plain), EXTRAS, f"{each}; on average"))
    found.append(row("the same, the slowest line", _slowest(subject), EXTRAS, "of a transaction of fixtures/, per line"))
    loading = Times.of([float(_loading()) for _ in range(3)])
    texts = len(engine.packs.provisions)
    found.append(row("loading a provision, no cache", loading, LOAD, f"of {texts} texts with tables, in a process of its own"))
    return [*found, *_cold(nothing)]


def _slowest(subject: Subject) -> Times:
    found = []
    for transaction in subject.transactions:
        one = Subject(subject.engine, (transaction,))
        plain = timed(lambda one=one: one.check(explain=False), times=3)  # type: ignore[misc]
        full = timed(lambda one=one: one.check(explain=True), times=3)  # type: ignore[misc]
        found.append(full.minus(plain).over(one.lines))
    return max(found, key=lambda t: t.median)


def _loading() -> str:
    import subprocess

    return subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True).stdout


def _cold(nothing: Times) -> list[Row]:
    file = str(FIXTURES / "aukus-mission-computers.yaml")
    command = [sys.executable, "-m", "exportcheck", "check", "--exit-zero", file]
    with tempfile.TemporaryDirectory() as cache:
        kept = {"EXPORTCHECK_CACHE": cache}
        processes(command, times=1, environment=kept)  # fills the cache
        times = [
            ("exportcheck check FILE, cache", processes(command, times=9, environment=kept), COLD),
            ("exportcheck check FILE, no cache", processes([*command, "--no-cache"], times=5, environment=kept), UNCACHED),
        ]
    return [Row(what, t, target, t.median / nothing.median, NOTHING, "a process, start to end") for what, t, target in times]
