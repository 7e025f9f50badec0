"""Provisions of plain conditions on flat lines, by columns: against hand-written Polars and engines that take a line at a time.

All are given the same lines in memory and give every outcome of every line, with unknown. Time is processor time, so what runs on
several processors is not ahead for it. Reading the columns (each distinct value is converted once) counts as ours, and so does
what Polars does to take the Arrow table. Answers are checked: Polars on all lines, the others on those that they were given.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from bench.flat_peers import PEERS
from bench.flat_rules import WORDS, Asked, Provisions, lines, packs, provisions
from bench.measure import Times
from exportcheck.batch.columns import TRUTHS, Truths
from exportcheck.batch.flat import FlatReader
from exportcheck.batch.outcomes import Law, Outcomes
from exportcheck.engine.check import Engine
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.vocabulary.model import Vocabulary

DAY = date(2026, 3, 2)
PROVISIONS, LINES, FULL = 200, 100_000, 1_000_000
SLICE = 200_000
"""Lines that are decided at once."""
WARMED = 100
"""Lines on which the conditions are compiled, before the clock starts: the others compile theirs then too."""
SAMPLE = {"datalogic-py": 3_000, "cedarpy": 600, "zen-engine": 300}
"""Lines for each of the others; their rates do not depend on how many there are."""
TARGETS = {"Polars, by hand": 0.8, "datalogic-py": 50.0, "cedarpy": 200.0, "zen-engine": 200.0}
"""How many times as fast as these."""
GROWTH_LINES = (25_000, 50_000, 100_000, 200_000, 400_000)
GROWTH_PROVISIONS = (50, 100, 200, 400, 800)


@dataclass(frozen=True, slots=True)
class Compared:
    """`times` are milliseconds for `lines` lines, `ratio` how many times as long as columns takes for one."""

    name: str
    lines: int
    times: Times
    ratio: float
    note: str = ""

    @property
    def target(self) -> float | None:
        return TARGETS.get(self.name)

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.ratio >= self.target


@dataclass(frozen=True, slots=True)
class Columns:
    """What `--only columns` measures. Growth is (lines or provisions, milliseconds)."""

    lines: int
    provisions: int
    compared: tuple[Compared, ...]
    by_lines: tuple[tuple[int, Times], ...]
    by_provisions: tuple[tuple[int, Times], ...]


class Flat:
    """Generated provisions, and what decides them on a table by columns."""

    def __init__(self, rules: Provisions) -> None:
        with tempfile.TemporaryDirectory() as folder:
            engine = Engine(packs(rules, Path(folder)))
        self.rules: Ruleset = engine.rules(DAY)
        self.vocabulary: Vocabulary = engine.packs.vocabulary
        self.provisions = rules
        self.law = Law(self.rules)
        self.decide(lines(WARMED, seed=1))

    def decide(self, table: pa.Table) -> list[list[Truths]]:
        """By slice and provision, the outcome of every line. The conditions were compiled before; the columns are read anew."""
        named = table.rename_columns([f"item.{c}" for c in table.column_names])
        reader = FlatReader(named.column_names, self.vocabulary)
        decided = [self.rules.provisions[id_] for id_ in self.provisions]
        found = []
        for start in range(0, table.num_rows, SLICE):
            outcomes = Outcomes(reader(named.slice(start, SLICE)), self.law)
            found.append([outcomes.decide(p, "item").truth for p in decided])
        return found


def by_hand(rules: Provisions, table: pa.Table, *, closed: bool = False) -> pl.DataFrame:
    """The same as one query. `closed`: texts are turned into a closed list first, which somebody who knows it could do."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    query = frame.lazy().with_columns(pl.col("^t.*$").cast(pl.Enum(WORDS))) if closed else frame.lazy()
    return query.select([_written(asked).alias(id_) for id_, asked in rules.items()]).collect()


def _written(asked: Sequence[Asked]) -> pl.Expr:
    parts = [_condition(a) for a in asked]
    return reduce(and_, [*parts[:3], reduce(or_, parts[3:])])


def _condition(asked: Asked) -> pl.Expr:
    column = pl.col(asked.column)
    match asked.op:
        case "is":
            return column
        case "not":
            return ~column
        case "<=":
            return column <= asked.value
        case ">":
            return column > asked.value
        case "=":
            return column == asked.value
        case _:
            return column.is_in(list(asked.value))  # type: ignore[arg-type]


def measure(count: int = LINES) -> Columns:
    """Raises RuntimeError where answers differ."""
    rules, table = provisions(PROVISIONS), lines(count)
    flat = Flat(rules)
    own, found = _timed(lambda: flat.decide(table), 5)
    outcomes = [np.concatenate([part[n] for part in found]) for n in range(PROVISIONS)]
    each = own.median / count
    compared = [Compared("exportcheck, by columns", count, own, 1.0, f"{1000 / each:,.0f} lines a second")]
    for name, closed in (("Polars, by hand", False), ("Polars, by hand, texts as Enum", True)):
        times, frame = _timed(lambda closed=closed: by_hand(rules, table, closed=closed), 5)  # type: ignore[misc]
        _alike(name, frame, outcomes)
        note = "the same on every line" + ("; the cast is counted" if closed else "")
        compared.append(Compared(name, count, times, times.median / own.median, note))
    for peer in PEERS:
        compared.append(_peer(peer(flat.rules, list(rules)), table, outcomes, each))
    by_lines = []
    for n in GROWTH_LINES:
        some = lines(n)
        by_lines.append((n, _timed(lambda some=some: flat.decide(some), 3)[0]))  # type: ignore[misc]
    small, by_provisions = lines(50_000), []
    for n in GROWTH_PROVISIONS:
        grown = Flat(provisions(n))
        by_provisions.append((n, _timed(lambda grown=grown: grown.decide(small), 3)[0]))  # type: ignore[misc]
    return Columns(count, PROVISIONS, tuple(compared), tuple(by_lines), tuple(by_provisions))


def _peer(peer: Any, table: pa.Table, outcomes: Sequence[Truths], own: float) -> Compared:
    count = min(SAMPLE[peer.name], table.num_rows)
    prepared = [peer.prepare(line) for line in table.slice(0, count).to_pylist()]
    times, answers = _timed(lambda: [peer.decide(p) for p in prepared], 3)
    for n, answer in enumerate(answers):
        mine = [TRUTHS[int(column[n])] for column in outcomes]
        if answer != mine:
            raise RuntimeError(f"{peer.name} answers otherwise on line {n}")
    note = f"the same on {count:,} lines, of which its rate is taken"
    return Compared(peer.name, count, times, times.median / count / own, note)


def _alike(name: str, frame: pl.DataFrame, outcomes: Sequence[Truths]) -> None:
    for id_, mine in zip(frame.columns, outcomes, strict=True):
        numbers = frame[id_].cast(pl.Int8) * 2
        if not np.array_equal(numbers.fill_null(1).to_numpy(), mine):
            raise RuntimeError(f"{name} answers otherwise on {id_}")


def _timed(run: Callable[[], Any], times: int) -> tuple[Times, Any]:
    """Processor time, and what the last call gave."""
    found, result = [], None
    for _ in range(times):
        result = None
        start = time.process_time_ns()
        result = run()
        found.append((time.process_time_ns() - start) / 1e6)
    return Times(median(found), min(found), max(found), times), result
