"""The results of a run: a table to read, a file to keep, a picture of how it grows."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.columns import Columns
from bench.growth import Size
from bench.measure import LOOP, NOTHING, Row, Times

PACKAGES = ("zen-engine", "cedarpy", "datalogic-py", "polars", "numpy", "lark", "PyYAML", "typer")
FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Results:
    day: date
    loop: Times
    nothing: Times
    rows: tuple[Row, ...]
    agreed: tuple[str, ...]
    sizes: tuple[Size, ...]
    columns: Columns | None = None

    def machine(self) -> str:
        return machine()


def machine() -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, load {load:.1f}; "
        f"Python {platform.python_version()} ({platform.python_implementation()})"
    )


def figure(ms: float) -> str:
    return f"{ms:.0f} ms" if ms >= 100 else f"{ms:.1f} ms" if ms >= 10 else f"{ms:.2f} ms"


def table(results: Results) -> str:
    """The one table, as Markdown that reads well in a terminal."""
    head = ("what", "median", "least to most", "target", "met", "ratio", "to", "how")
    lines: list[tuple[str, ...]] = [head]
    for row in results.rows:
        target = "" if row.target is None else figure(row.target)
        met = {True: "yes", False: "NO", None: ""}[row.met]
        span = f"{figure(row.times.least)} to {figure(row.times.most)}"
        lines.append((row.what, figure(row.times.median), span, target, met, f"{row.ratio:.3g}", row.reference, row.note))
    return _aligned(lines)


def growth_table(results: Results) -> str:
    head = ("provisions", "clauses", "loading", "a provision", "loading, cache", "warm check", "first, durable", "first, chainer")
    lines: list[tuple[str, ...]] = [head]
    for s in results.sizes:
        durable = "" if s.first_durable is None else figure(s.first_durable.median)
        each = figure(s.loading.median / s.provisions)
        lines.append(
            (str(s.provisions), str(s.clauses), figure(s.loading.median), each, figure(s.loading_cached.median),
             figure(s.warm.median), durable, figure(s.first_chainer.median))
        )  # fmt: skip
    return _aligned(lines)


def columns_table(columns: Columns) -> str:
    """What `bench.columns` measured, and how it grows."""
    lines: list[tuple[str, ...]] = [("who", "lines", "median", "least to most", "columns is", "target", "met", "how")]
    for c in columns.compared:
        target = "" if c.target is None else f"{c.target:g} times"
        met = {True: "yes", False: "NO", None: ""}[c.met]
        span = f"{figure(c.times.least)} to {figure(c.times.most)}"
        lines.append(
            (c.name, f"{c.lines:,}", figure(c.times.median), span, f"{c.ratio:.3g} times as fast", target, met, c.note)
        )  # fmt: skip
    grown: list[tuple[str, ...]] = [("lines", "provisions", "median", "a million outcomes")]
    for (count, provisions), times in (
        *(((n, columns.provisions), t) for n, t in columns.by_lines),
        *(((50_000, n), t) for n, t in columns.by_provisions),
    ):
        each = figure(times.median * 1e6 / (count * provisions))
        grown.append((f"{count:,}", str(provisions), figure(times.median), each))
    return f"{_aligned(lines)}\n\n{_aligned(grown)}"


def columns_text(columns: Columns, day: date) -> str:
    return "\n\n".join(
        (
            f"{columns.provisions} generated provisions of five conditions (numbers, closed lists, truth values; a fifth of all "
            "cells null) on flat lines in memory: every outcome of every line, with unknown. Processor time. Reading the columns "
            "counts; compiling the conditions does not, for anybody. The ten columns of numbers share a thousand values, each of "
            "which is converted once, so columns have less to read than in most real tables. The engines that take a line at a "
            "time have theirs prepared before the clock starts; they are given both rails of each provision (known true, known "
            "false), since they have no unknown, and a sample of the lines.",
            columns_table(columns),
            "A slice has a fixed cost, so few lines are decided at a lower rate than many.",
            f"![growth](columns-{day}.svg)",
        )
    )


def columns_page(columns: Columns, day: date) -> str:
    """A page of `--only columns`."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "pyarrow", "polars", "datalogic-py", "cedarpy", "zen-engine")
    )
    return "\n\n".join((f"# Columns, measured on {day}", f"{machine()}; {packages}.", columns_text(columns, day))) + "\n"


def _aligned(lines: list[tuple[str, ...]]) -> str:
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    written = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([written[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *written[1:]])


def text(results: Results) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    parts = [
        f"# Measurements of {results.day}",
        f"{results.machine()}; {packages}.",
        f"`{LOOP}` took {figure(results.loop.median)} and `{NOTHING}` {figure(results.nothing.median)} in this run: ratios to "
        "them compare machines. Within a process it is processor time; of whole processes, time that passed.",
        table(results),
        "zen-engine and cedarpy are given the same conditions, translated from the checked form, each twice (known true, known "
        "false), since they have no unknown. They decide 126.7(a) and nothing else; sums over lines, unions over parties and the "
        "choice of the parties to ask about (cedarpy) are worked out for them before the clock starts. exportcheck also gives "
        "the outcome of every clause; the last row is the verdict under all packs.",
        "\n".join(f"- {line}" for line in results.agreed),
        "## Growth",
        f"Generated packs (`bench/generate.py`), one line.\n\n![growth](growth-{results.day}.svg)",
        growth_table(results),
        *(("## Columns", columns_text(results.columns, results.day)) if results.columns is not None else ()),
    ]
    return "\n\n".join(parts) + "\n"


def write(results: Results) -> Path:
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{results.day}.md"
    path.write_text(text(results), encoding="utf-8")
    data = {
        "day": results.day.isoformat(), "machine": results.machine(), "python": sys.version, "loop": asdict(results.loop),
        "nothing": asdict(results.nothing), "rows": [asdict(r) | {"met": r.met} for r in results.rows],
        "agreed": results.agreed, "sizes": [asdict(s) for s in results.sizes],
        "columns": asdict(results.columns) if results.columns is not None else None,
    }  # fmt: skip
    path.with_suffix(".json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return path
