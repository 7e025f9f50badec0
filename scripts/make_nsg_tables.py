"""Write the table of entries and the lists of the `nsg` pack from the reference copies of the control lists.

    python scripts/make_nsg_tables.py [REFERENCE] [--pack FOLDER]

REFERENCE is the folder `reference/regimes` or the folder above it (default: ../shared/reference beside the repository).
Only numbers and categories are taken over. Which code stands for which entry of INFCIRC/254 is the mapping of whoever
compiled the reference copies, not an official one: the table informs and decides nothing. The output is the same for the
same input. Needs PyYAML.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from ear_tables.writing import place_list, write_lists, write_table

REPOSITORY = Path(__file__).resolve().parents[1]
CODE = re.compile(r"\b\d[A-E]\d{3}(?:\.[a-z])?\b")
NUCLEAR = re.compile(r"\d[A-E]2[0-8]\d")
"""Entries of the Commerce Control List for reasons of nuclear nonproliferation that are not unilateral (15 CFR 738.2(d)(1))."""

NEEDED = (
    "nsg/dsgl_2024_nsg_entries.csv",
    "nsg/nsg_part1_correlation.csv",
    "nsg/nsg_part2_correlation.csv",
    "nsg/participants.csv",
)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def codes(text: str) -> str:
    """The codes named; those said to be the European Union's own are left out."""
    parts = [part for part in text.split(";") if "EU " not in part and "(EU" not in part]
    return ";".join(dict.fromkeys(CODE.findall(";".join(parts))))


def trigger_path(section: str) -> str:
    """`Annex B 5.1-5.9` is `B.5`, `Annex A 1.1` is `A.1.1`; what is said of all entries has no path."""
    match = re.fullmatch(r"Annex ([AB]) (\d+(?:\.\d+)?)(?:-\d+(?:\.\d+)?)?", section)
    if match is None:
        return ""
    number = match[2].split(".")[0] if "-" in section else match[2]
    return f"{match[1]}.{number}"


def entries(regimes: Path) -> Iterator[dict[str, str]]:
    """The paragraphs in the order of the lists, each after those that it is within."""
    found: dict[str, dict[str, str]] = {}
    for row in read(regimes / "nsg/nsg_part1_correlation.csv"):
        path = trigger_path(row["trigger_list_section"])
        if path:
            found[path] = {"part": "1", "codes": codes(row["eu_uk_au_code"]), "eccns": ""}
    for row in read(regimes / "nsg/nsg_part2_correlation.csv"):
        checked = row["us_eccn"] if "check" not in row["us_eccn"] else ""
        used = row["eu_uk_au_codes"] if "not used" not in row["eu_uk_au_codes"] else ""
        found[row["nsg_item"]] = {"part": "2", "codes": codes(used), "eccns": codes(checked)}
    written: set[str] = set()
    for path, row in found.items():
        steps = path.split(".")
        for depth in range(1, len(steps) + 1):
            paragraph = ".".join(steps[:depth])
            if paragraph in written:
                continue
            written.add(paragraph)
            cells = found.get(paragraph, {"part": row["part"], "codes": "", "eccns": ""})
            yield {"paragraph": paragraph, "category": steps[0] if row["part"] == "2" else "", "listed_below": "no", **cells}


def lists(regimes: Path, ccl: Sequence[str]) -> Iterator[dict[str, object]]:
    """The entries of the Australian and the American list that carry the numbers of the NSG's lists, and the participants."""
    rows = read(regimes / "nsg/dsgl_2024_nsg_entries.csv")
    for part, identity, cite in (
        ("NSG-Part1", "nsg/dsgl-part-1", "DSGL 2024, Category 0"),
        ("NSG-Part2", "nsg/dsgl-part-2", "DSGL 2024, entries numbered 201 to 299"),
    ):
        used = dict.fromkeys(row["entry"] for row in rows if row["list"] == part and row["text"].strip() != "Not used.")
        yield {"id": identity, "type": "classification dsgl", "cite": cite, "members": list(used)}
    nuclear = sorted(code for code in ccl if NUCLEAR.fullmatch(code))
    cite = "15 CFR 738.2(d)(1), 742.3(d); part 774, Supplement No. 1"
    yield {"id": "nsg/eccn-part-2", "type": "classification eccn", "cite": cite, "members": nuclear}
    members = [row["iso2"] for row in read(regimes / "nsg/participants.csv")]
    yield place_list("nsg/participants", "Nuclear Suppliers Group, participating governments", sorted(members))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("reference", nargs="?", type=Path, default=REPOSITORY.parent / "shared" / "reference")
    parser.add_argument("--pack", type=Path, default=REPOSITORY / "rules" / "nsg", help="the folder of the pack to write into")
    options = parser.parse_args(arguments)
    regimes = options.reference / "regimes" if (options.reference / "regimes").is_dir() else options.reference
    index = regimes.parent / "us" / "data" / "ccl-index.csv"
    for needed in (*(regimes / name for name in NEEDED), index):
        if not needed.is_file():
            parser.error(f"{options.reference} is not the reference folder: {needed.name} is not there")
    with index.open(encoding="utf-8", newline="") as handle:
        ccl = [row[0] for row in csv.reader(handle)]
    rows = list(entries(regimes))
    write_table(
        options.pack / "tables",
        {
            "table": "nsg/entries",
            "file": "entries.csv",
            "cite": "INFCIRC/254 Parts 1 and 2",
            "source": "numbers of the entries; the codes beside them are a mapping that is not official",
            "current_to": date(2024, 9, 1),
            "made_by": "scripts/make_nsg_tables.py",
            "key": ["paragraph"],
            "paths": {"scheme": "nsg", "complete": "listed_below"},
            "columns": {
                "paragraph": {"type": "classification nsg"},
                "part": {"type": "enum", "values": ["1", "2"]},
                "category": {"type": "text"},
                "codes": {"type": "list of classification dsgl"},
                "eccns": {"type": "list of classification eccn"},
                "listed_below": {"type": "enum", "values": ["yes", "no"]},
            },
        },
        rows,
        "Generated by scripts/make_nsg_tables.py; do not edit.\nA and B are the annexes of the Trigger List (Part 1), 1 to 6 the "
        "categories of the dual-use list (Part 2).\nNo entry is followed into its paragraphs: listed_below is no throughout.",
    )
    named = list(lists(regimes, ccl))
    write_lists(options.pack / "lists-entries.yaml", named, "Generated by scripts/make_nsg_tables.py; do not edit.")
    print(f"{len(rows):6} paragraphs")
    for entry in named:
        members = entry["members"]
        assert isinstance(members, list)
        print(f"{len(members):6} {entry['id']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
