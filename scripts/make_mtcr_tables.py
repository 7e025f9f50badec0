"""Write the table of MTCR Annex paragraphs and the list of USML paragraphs marked MT of the `mtcr` pack.

    python scripts/make_mtcr_tables.py [REFERENCE] [--pack FOLDER]

REFERENCE is the folder `reference` or the folder above it (default: ../shared/reference beside the repository). Sources:
regimes/mtcr/mtcr_item_codes_uk.csv (the codes by which British licensing data numbers the Annex, with categories) and
regimes/mtcr/mtcr_annex_outline.csv (numbers that those codes lack); numbers and categories only, no text. The marks are those of
rules/itar/tables/usml.csv. The output is the same for the same input. Needs PyYAML.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from ear_tables.writing import write_lists, write_table

REPOSITORY = Path(__file__).resolve().parents[1]
CODES, OUTLINE = "mtcr_item_codes_uk.csv", "mtcr_annex_outline.csv"
CURRENT_TO = date(2025, 9, 30)

ONE_PARAGRAPH = re.compile(r"\d{1,2}\.[A-E](?:\.(?:\d{1,2}|[a-z]))*")
"""The outline also writes ranges (`2.D.1-6`), which the codes spell out."""


def reference_folder(argument: Path) -> Path:
    """The folder with `regimes/mtcr`; the argument may be the one above it."""
    return argument / "reference" if (argument / "reference").is_dir() else argument


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def categories_of(folder: Path) -> tuple[dict[tuple[str, ...], str], set[tuple[str, ...]]]:
    """The category of every paragraph and of what it stands under, and the paragraphs that the codes name.

    Raises ValueError where an item has paragraphs of both categories: the pack relies on there being none.
    """
    found: dict[tuple[str, ...], str] = {}
    coded: set[tuple[str, ...]] = set()
    for file in (CODES, OUTLINE):
        for row in read(folder / file):
            if not ONE_PARAGRAPH.fullmatch(row["mtcr_item"]):
                continue
            path = tuple(row["mtcr_item"].split("."))
            if file == CODES:
                coded.add(path)
            for length in range(1, len(path) + 1):
                if found.setdefault(path[:length], row["category"]) != row["category"]:
                    raise ValueError(f"{row['mtcr_item']} is {row['category']}, and other paragraphs of its item are not")
    return found, coded


def order(path: Sequence[str]) -> tuple[tuple[int, int, str], ...]:
    """Numbers by value, letters by the alphabet."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in path)


def rows_of(folder: Path) -> Iterator[Mapping[str, str]]:
    categories, coded = categories_of(folder)
    parents = {path[:length] for path in categories for length in range(1, len(path))}
    for path in sorted(categories, key=order):
        yield {
            "paragraph": ".".join(path),
            "item": path[0],
            "category": categories[path],
            "complete": "yes" if path in coded - parents else "no",
        }


def marked_mt(usml: Path) -> list[str]:
    """Paragraphs of the USML with the mark, or with a mark for some of what they describe; not those within another one."""
    marked = [row["paragraph"] for row in read(usml) if row["mt"] in ("yes", "conditional")]
    return [p for p in marked if not any(p.startswith(other + "(") for other in marked)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", nargs="?", type=Path, default=REPOSITORY.parent / "shared" / "reference")
    parser.add_argument("--pack", type=Path, default=REPOSITORY / "rules" / "mtcr")
    arguments = parser.parse_args()
    folder = reference_folder(arguments.reference) / "regimes" / "mtcr"
    if not (folder / CODES).is_file():
        print(f"{arguments.reference}: no {CODES} in regimes/mtcr", file=sys.stderr)
        return 2
    write_table(
        arguments.pack / "tables",
        {
            "table": "mtcr/annex",
            "file": "annex.csv",
            "cite": "MTCR Annex, Items 1-20",
            "source": "codes of British licensing data (uktrade/lite-api, MIT, numbering of 2022); "
            "numbers that these lack from an outline of the Annex",
            "current_to": CURRENT_TO,
            "made_by": "scripts/make_mtcr_tables.py",
            "key": ["paragraph"],
            "path": {"column": "paragraph"},
            "paths": {"scheme": "mtcr", "complete": "complete"},
            "columns": {
                "paragraph": {"type": "classification mtcr"},
                "item": {"type": "text"},
                "category": {"type": "enum", "values": ["I", "II"]},
                "complete": {"type": "enum", "values": ["yes", "no"]},
            },
        },
        rows_of(folder),
        "Generated by scripts/make_mtcr_tables.py; do not edit.\n"
        "Numbers and categories of the Annex. All of Items 1 and 2 is Category I, all of the others Category II.\n"
        "complete: the codes name this very paragraph and nothing within it.",
    )
    write_lists(
        arguments.pack / "lists-usml-mt.yaml",
        [
            {
                "id": "mtcr/usml-mt",
                "type": "classification usml",
                "cite": "22 CFR 120.10(d), 121.1",
                "members": marked_mt(REPOSITORY / "rules" / "itar" / "tables" / "usml.csv"),
            }
        ],
        "Generated by scripts/make_mtcr_tables.py; do not edit.\n"
        "Paragraphs of the U.S. Munitions List marked (MT), for all or for some of what they describe.",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
