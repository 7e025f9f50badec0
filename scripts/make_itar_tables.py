"""Write the table of USML paragraphs of the `itar` pack from the reference copy of 22 CFR part 121.

    python scripts/make_itar_tables.py [REFERENCE] [--pack FOLDER]

REFERENCE is the folder `reference/us` or the folder above it (default: ../shared/reference beside the repository).
Source: 22 CFR 121.1 as of 2026-07-22 (data/usml-entries.csv). The output is the same for the same input. Needs PyYAML.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ear_tables.writing import write_table

REPOSITORY = Path(__file__).resolve().parents[1]

NOTES = {
    "I(e)": "scope narrowed from 2026-11-20, 91 FR 46279, text not seen",
    "VIII(h)(1)": "wording of its note ends 2026-12-01, 89 FR 93170",
}
"""Paragraphs whose text changes at a known date while the marks here stay."""

RESERVED_FROM = date(2025, 9, 15)
"""90 FR 5594 and 90 FR 41778, the last change of part 121 before the source: before, a reserved one may have been a paragraph."""

UNDER_F = ("XIII", ("(i)", "(ii)", "(iii)"), "(f)")
"""Category XIII(f) has its own (i) to (iii), which the source writes without their parent."""
LOST_MARK = ("XII", "(b)(6)")
"""Its `(MT if ...)` stands in a line of its own in the law and is lost in the source."""
LOST = ("XI", "(c)", "(b)", "22-cfr/121.1-usml-category-11-XI.md", "*(b) Electronic systems")
"""Before (c) of Category XI the source misses (b), which stands with its asterisk in the text: file and first words."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the USML: `steps` are its parenthesized parts; the marks are those that stand at itself."""

    category: str
    steps: tuple[str, ...]
    sme: bool
    mt: str
    reserved: bool
    technical_data: bool

    @property
    def path(self) -> str:
        return self.category + "".join(self.steps)


def read_paragraphs(reference: Path) -> list[Paragraph]:
    """The paragraphs in the order of the law; reserved ranges spelled out. Raises ValueError where one has no parent."""
    with (reference / "data" / "usml-entries.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    result: list[Paragraph] = []
    known: set[str] = set()
    category, after, lost, file, words = LOST
    if words not in (reference / file).read_text(encoding="utf-8"):
        raise ValueError(f"{file} no longer has {words!r}")
    for row in rows:
        if (row["category"], row["paragraph"]) == (category, after):
            known.add(category + lost)
            result.append(Paragraph(category, (lost,), True, "", False, False))
        before = result[-1] if result and result[-1].category == row["category"] else None
        for steps in steps_of(row["category"], row["paragraph"], before):
            paragraph = Paragraph(
                row["category"],
                steps,
                row["sme_asterisk"] == "SME",
                "yes"
                if re.search(r"\(MT\)", row["text"])
                else "conditional"
                if re.search(r"\(MT (?:if|for)\b", row["text"]) or (row["category"], row["paragraph"]) == LOST_MARK
                else "",
                row["text"].strip() == "[Reserved]",
                row["text"].startswith("Technical data"),
            )
            parent = paragraph.category + "".join(steps[:-1])
            if paragraph.path in known or (len(steps) > 1 and parent not in known):
                raise ValueError(f"{paragraph.path} stands twice or has no parent")
            known.add(paragraph.path)
            result.append(paragraph)
    return result


def steps_of(category: str, text: str, before: Paragraph | None) -> Iterator[tuple[str, ...]]:
    """The steps of one row, which may be a range; the source loses the parents of ranges and of what follows them."""
    steps = tuple(re.findall(r"\([A-Za-z0-9]+\)", text))
    if "-" in text:
        first, last = steps
        if first[1:-1].isdigit():
            parent = parent_before(first, before)
            yield from ((*parent, f"({n})") for n in range(int(first[1:-1]), int(last[1:-1]) + 1))
        else:
            yield from ((f"({chr(n)})",) for n in range(ord(first[1]), ord(last[1]) + 1))
    elif before and len(steps) == 1 and len(text) > len("(a)"):  # "(xxxi)" after "(g)(4)(xxx)"
        yield (*before.steps[:-1], *steps)
    elif before and before.steps == ("(w)",) and steps[-1] == "(x)":
        yield ("(x)",)
    elif category == UNDER_F[0] and text in UNDER_F[1] and before and before.steps[:1] == (UNDER_F[2],):
        yield (UNDER_F[2], text)
    else:
        yield steps


def parent_before(first: str, before: Paragraph | None) -> tuple[str, ...]:
    """The parent of a numbered range: that of the paragraph numbered one less among the last one and its ancestors."""
    wanted = f"({int(first[1:-1]) - 1})"
    steps = before.steps if before else ()
    for depth in range(len(steps), 0, -1):
        if steps[depth - 1] == wanted:
            return steps[: depth - 1]
    raise ValueError(f"the range from {first} follows nothing")


def table_rows(paragraphs: Sequence[Paragraph]) -> Iterator[dict[str, str]]:
    """Marks hold for everything within a marked paragraph (22 CFR 120.10(c), (d)); a mark of its own governs for MT.

    Technical data carries no asterisk, but is SME where it is for making an article that is: conditional (120.10(c)).
    """
    by_path = {p.path: p for p in paragraphs}
    for paragraph in paragraphs:
        line = [by_path[paragraph.category + "".join(paragraph.steps[:n])] for n in range(1, len(paragraph.steps) + 1)]
        yield {
            "paragraph": paragraph.path,
            "sme": "yes" if any(p.sme for p in line) else "conditional" if any(p.technical_data for p in line) else "no",
            "mt": next((p.mt for p in reversed(line) if p.mt), "no"),
            "reserved": "yes" if paragraph.reserved else "no",
            "to": (RESERVED_FROM - timedelta(days=1)).isoformat() if paragraph.reserved else "",
            "note": NOTES.get(paragraph.path, ""),
        }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("reference", nargs="?", type=Path, default=REPOSITORY.parent / "shared" / "reference")
    parser.add_argument("--pack", type=Path, default=REPOSITORY / "rules" / "itar", help="the folder of the pack to write into")
    options = parser.parse_args(arguments)
    reference = options.reference / "us" if (options.reference / "us").is_dir() else options.reference
    if not (reference / "data" / "usml-entries.csv").is_file():
        parser.error(f"{reference} is not the reference folder: data/usml-entries.csv is not there")
    rows = list(table_rows(read_paragraphs(reference)))
    marks: dict[str, object] = {"type": "enum", "values": ["yes", "no", "conditional"]}
    write_table(
        options.pack / "tables",
        {
            "table": "itar/usml",
            "file": "usml.csv",
            "cite": "22 CFR 121.1",
            "source": "eCFR of 2026-07-22 (part 121, from CledwynJones/exportcontrolecfr)",
            "current_to": date(2026, 7, 22),
            "made_by": "scripts/make_itar_tables.py",
            "key": ["paragraph"],
            "paths": {"scheme": "usml"},
            "columns": {
                "paragraph": {"type": "classification usml"},
                "sme": marks,
                "mt": marks,
                "reserved": {"type": "enum", "values": ["yes", "no"]},
                "to": {"type": "date"},
                "note": {"type": "text"},
            },
        },
        rows,
        "Generated by scripts/make_itar_tables.py; do not edit.\nMarks of a paragraph hold for all within it (22 CFR 120.10). "
        "mt is conditional\nwhere the mark has an if or a for; sme is conditional for technical data.\n"
        "A reserved paragraph is none; before 2025-09-15 it may have been one.",
    )
    print(f"{len(rows):6} USML paragraphs, {sum(r['sme'] == 'yes' for r in rows)} SME, {sum(r['mt'] != 'no' for r in rows)} MT")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
