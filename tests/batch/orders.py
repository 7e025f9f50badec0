"""Order lines and the few provisions that decide them, for tests of runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.engine.small import DAY, needed, small

SPARE = """
provision: own/spare
kind: exemption
title: Spared
cite: 99 CFR 4
for_each: item
applies_when: i.b
lifts: [own/G1]
requires:
  - {cite: (a), says: it is so, says_not: it is not so, when: i.c}
  - {cite: (b), says: it is cheap, says_not: it is dear, when: i.value <= usd(1000)}
"""
HEADER = "id,transfer_date,destination,item.description,item.value,item.b,item.c,consignee.name,consignee.country"
ROOT = Path(__file__).resolve().parents[2]


def rules(folder: Path) -> Path:
    """A folder of rules: everything needs a license, and what is `b`, `c` and at most 1,000 dollars is exempt."""
    small(folder, "\n---\n".join((needed(), SPARE)))
    return folder / "packs"


def order(number: int, *, b: str = "true", c: str = "true", value: str = "100 USD", id: str = "", name: str = "A Ltd") -> str:
    """One row that passes unless something else is said."""
    return f"{id or f'T{number}'},{DAY.isoformat()},GB,pump {number},{value},{b},{c},{name},GB"


def table(folder: Path, rows: Sequence[str], name: str = "lines.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8", newline="\n")
    return path


def drawn(count: int, seed: int = 0) -> list[str]:
    """Rows of every verdict, some of them in error."""
    random = Random(seed)
    rows = []
    for n in range(count):
        states = ("true", "false", "")
        value = random.choice(("1 USD", "1000 USD", "1000.01 USD", "", "much")) if random.random() < 0.5 else f"{n}.5 USD"
        rows.append(order(n, b=random.choice(states), c=random.choice(states), value=value))
    return rows


def command(source: Path, out: Path, packs: Path, *options: str) -> list[str]:
    """The command line of a run in a process of its own."""
    line = [sys.executable, "-m", "exportcheck", "batch", str(source), "--out", str(out), "--rules", str(packs)]
    return [*line, "--no-cache", *options]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


def in_process(source: Path, out: Path, packs: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(source, out, packs, *options), capture_output=True, text=True, env=environment(), timeout=300, check=False
    )
