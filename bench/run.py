"""`make bench`: measures, prints one table and keeps it in bench/results/, by date.

Nothing here fails for being slow; it fails where answers differ.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import batch, checks, growth, peers
from bench.measure import loop, nothing
from bench.plot import draw
from bench.results import FOLDER, Results, growth_table, table, write


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transactions", type=int, default=1000, help="how many each for the comparison, three times")
    parser.add_argument(
        "--lines", type=int, default=6_000, help="of the batch; the memory is measured at half and at twice as many"
    )
    parser.add_argument("--keep", action=argparse.BooleanOptionalAction, default=True, help="write bench/results/")
    given = parser.parse_args()
    at_start = loop(), nothing()
    rows = checks.rows(*at_start)
    compared, agreed = peers.rows(given.transactions)
    of_batch, said = batch.rows(given.lines)
    results = Results(date.today(), *at_start, (*rows, *compared, *of_batch), (*agreed, said), tuple(growth.sizes()))
    print(table(results), *(f"- {line}" for line in agreed), growth_table(results), sep="\n")
    if given.keep:
        path = write(results)
        draw(list(results.sizes), FOLDER / f"growth-{results.day}.svg")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
