"""Times, and what they are held against in the same run.

In this process, processor time is taken, since other work on the machine disturbs it least; of other processes, the time that
passes. Ratios are to a fixed piece of Python (or to a Python that does nothing), so that results of two machines compare.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

LOOP = "the fixed loop"
NOTHING = "python -c pass"


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds: the median of several, the least and the most."""

    median: float
    least: float
    most: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Times:
        return cls(median(values), min(values), max(values), len(values))

    def over(self, number: float) -> Times:
        return Times(self.median / number, self.least / number, self.most / number, self.count)

    def minus(self, other: Times) -> Times:
        return Times(max(0.0, self.median - other.median), max(0.0, self.least - other.least), self.most, self.count)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `target` in milliseconds; `reference` is what `ratio` is a multiple of."""

    what: str
    times: Times
    target: float | None
    ratio: float
    reference: str
    note: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.times.median <= self.target


def timed(run: Callable[[], object], *, times: int, before: Callable[[], object] = lambda: None) -> Times:
    """Processor time of calls, after one that warms up. `before` runs before each and is not counted."""
    before()
    run()
    found = []
    for _ in range(times):
        before()
        gc.collect()
        gc.disable()
        start = time.process_time_ns()
        run()
        found.append((time.process_time_ns() - start) / 1e6)
        gc.enable()
    return Times.of(found)


def processes(command: Sequence[str], *, times: int, environment: Mapping[str, str], accepted: Sequence[int] = (0,)) -> Times:
    """The time that a process takes from start to end. Raises `RuntimeError` for an exit code that is not accepted."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
        found.append((time.perf_counter() - start) * 1000)
        if done.returncode not in accepted:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return Times.of(found)


def loop() -> Times:
    """The fixed piece of Python: a hundred thousand steps of arithmetic, texts and dictionaries."""

    def run() -> int:
        found: dict[str, int] = {}
        total = 0
        for n in range(100_000):
            key = str(n % 997)
            total += found.get(key, 0) ^ n
            found[key] = total & 0xFFFF
        return total

    return timed(run, times=9)


def nothing() -> Times:
    return processes([sys.executable, "-c", "pass"], times=9, environment={})


def most_memory() -> float:
    """The most memory that this process held so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
