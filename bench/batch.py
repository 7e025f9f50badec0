"""What a line of a batch costs, from file to file, against the evaluator in the same run; and
how much memory runs of two sizes hold at most.

python -m bench.batch [--lines 6000] [--full]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.lines import lines
from bench.measure import Row, Times
from bench.tables import columns, flat, write_table
from exportcheck.batch.checkpoints import Checkpoints
from exportcheck.batch.counts import Counts
from exportcheck.batch.plan import Plan
from exportcheck.batch.work import work
from exportcheck.engine.check import Engine
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import read_transactions

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
EVALUATOR = "the evaluator"
TARGET = 50
"""So many times the evaluator's rate."""
TIMES_LARGER = 4
"""The second size for memory, as a multiple of the first."""
SAMPLE = 150


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of the processor for a line: of a batch with its start, of its later slices, and of the evaluator; and
    megabytes by lines."""

    lines: int
    whole: float
    later: float
    evaluator: float
    memory: tuple[tuple[int, float], ...]

    def __str__(self) -> str:
        peaks = ", ".join(f"{megabytes:,.0f} MB for {n:,} lines" for n, megabytes in self.memory)
        return (
            f"a batch of {self.lines:,} lines, read to written: {1000 / self.whole:,.0f} lines a processor second with its "
            f"start, {1000 / self.later:,.0f} in its later slices; the evaluator {1000 / self.evaluator:,.0f}: "
            f"{self.evaluator / self.whole:,.0f} and {self.evaluator / self.later:,.0f} times (wanted: {TARGET}); at most {peaks}"
        )


def fixtures(packs: Packs) -> list[Transaction]:
    """The fixtures that can stand in a table."""
    paths = sorted(p for p in FIXTURES.iterdir() if p.suffix in (".yaml", ".json", ".jsonl"))
    return [t for t in read_transactions(paths, packs.vocabulary) if t.transfer_date is not None and flat(t)]


def measured(count: int, sizes: Sequence[int] = (), size: int | None = None, seed: int = 0) -> Measured:
    """Measure a batch of so many lines in slices of `size` transactions, and the memory of runs of these sizes."""
    packs = load_packs()
    stated = fixtures(packs)
    named = columns(stated)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "lines.csv"
        written = write_table(lines(stated, count, seed), named, table)
        spent = _decided(packs, table, size or max(1, count // 4))
        per_line = [(taken, seconds * 1000) for taken, seconds in spent]
        later = per_line[1:] or per_line
        peaks = []
        for number in sizes:
            path = Path(folder) / f"{number}.csv"
            had = write_table(lines(stated, number, seed), named, path)
            peaks.append((had, _peak(path, Path(folder) / f"{number}.parquet")))
    return Measured(
        written,
        sum(ms for _, ms in per_line) / written,
        sum(ms for _, ms in later) / sum(taken for taken, _ in later),
        _evaluator(packs, list(lines(stated, SAMPLE, seed + 1))),
        tuple(peaks),
    )


def _decided(packs: Packs, table: Path, size: int) -> list[tuple[int, float]]:
    """Of every slice its lines and processor seconds."""
    plan = Plan(table, table.with_suffix(".parquet"), size=size)
    Checkpoints(plan.out).folder.mkdir()
    found: list[tuple[int, float]] = []
    start = [time.process_time()]

    def tell(counts: Counts) -> None:
        now = time.process_time()
        found.append((counts.taken, now - start[0]))
        start[0] = now

    work(plan, packs, plan.open(packs), (), tell)
    return found


def _evaluator(packs: Packs, transactions: Sequence[Transaction]) -> float:
    """Milliseconds for a line that was not seen before, with the law of its day made."""
    engine = Engine(packs)
    half = len(transactions) // 2
    for transaction in transactions[:half]:
        engine.check(transaction, explain=False)
    start = time.process_time()
    for transaction in transactions[half:]:
        engine.check(transaction, explain=False)
    return (time.process_time() - start) * 1000 / sum(len(t.items) for t in transactions[half:])


def _peak(table: Path, out: Path) -> float:
    """The most memory that a run in a process of its own holds, in megabytes."""
    command = [sys.executable, "-m", "exportcheck", "batch", str(table), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr is not None else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 2, 3) or not out.exists():
        raise RuntimeError(said.decode()[-2000:])
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def rows(count: int = 6_000) -> tuple[list[Row], str]:
    """The rows of the table of results, and what was measured in words."""
    found = measured(count, (count // 2, count // 2 * TIMES_LARGER))
    note = f"of {found.lines:,} lines (bench/lines.py), read to written; processor time"

    def row(what: str, ms: float) -> Row:
        return Row(what, Times.of([ms]), found.evaluator / TARGET, ms / found.evaluator, EVALUATOR, note)

    return [row("a line of a batch, with its start", found.whole), row("the same, later slices", found.later)], str(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=6_000)
    parser.add_argument("--full", action="store_true", help="a million lines, and memory of one and ten millions")
    given = parser.parse_args()
    if given.full:
        print(measured(1_000_000, (1_000_000, 10_000_000), size=6_000))
    else:
        print(rows(given.lines)[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
