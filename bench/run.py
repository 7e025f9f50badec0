"""`make bench`: measures, prints one table and keeps it in bench/results/, by date.

Nothing here fails for being slow; it fails where answers differ.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import batch, checks, columns, growth, peers
from bench.measure import loop, nothing
from bench.plot import draw, draw_columns
from bench.results import FOLDER, Results, columns_page, columns_table, growth_table, table, write


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transactions", type=int, default=1000, help="how many each for the comparison, three times")
    parser.add_argument(
        "--lines", type=int, default=6_000, help="of the batch; the memory is measured at half and at twice as many"
    )
    parser.add_argument("--keep", action=argparse.BooleanOptionalAction, default=True, help="write bench/results/")
    parser.add_argument("--only", choices=["columns"], help="this alone")
    parser.add_argument("--full", action="store_true", help="as many lines as the targets speak of: a million for the columns")
    given = parser.parse_args()
    count = columns.FULL if given.full else columns.LINES
    if given.only:
        return _only_columns(count, keep=given.keep)
    at_start = loop(), nothing()
    rows = checks.rows(*at_start)
    compared, agreed = peers.rows(given.transactions)
    of_batch, said = batch.rows(given.lines)
    results = Results(
        date.today(), *at_start, (*rows, *compared, *of_batch), (*agreed, said), tuple(growth.sizes()), columns.measure(count)
    )
    assert results.columns is not None
    print(table(results), *(f"- {line}" for line in agreed), growth_table(results), columns_table(results.columns), sep="\n")
    if given.keep:
        path = write(results)
        draw(list(results.sizes), FOLDER / f"growth-{results.day}.svg")
        draw_columns(results.columns, FOLDER / f"columns-{results.day}.svg")
        print(path)
    return 0


def _only_columns(count: int, *, keep: bool) -> int:
    day, found = date.today(), columns.measure(count)
    print(columns_table(found))
    if keep:
        path = FOLDER / f"columns-{day}.md"
        path.write_text(columns_page(found, day), encoding="utf-8")
        draw_columns(found, path.with_suffix(".svg"))
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
