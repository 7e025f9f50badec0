"""Write the data tables and dated lists of the `ear` pack from the reference copies of the regulations.

    python scripts/make_ear_tables.py [REFERENCE] [--pack FOLDER]

REFERENCE is the folder `reference/us` or the folder above it (default: ../shared/reference beside the repository).
Sources: eCFR of 2026-07-23 (15 CFR part 738 Supp. No. 1, part 740 Supp. No. 1, part 774 Supp. No. 1) and of 2026-02-10
(parts 742, 746), with dated Federal Register changes of 2024-2026. The output is the same for the same input. Needs PyYAML.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ear_tables.chart import CURRENT_TO, write_chart
from ear_tables.controls import Row, read_line, unread_row, within
from ear_tables.eccns import Entry, cited_paths, eccn_cells, known_paths, read_entries
from ear_tables.exceptions import LVS_COLUMNS, STA_COLUMNS, lvs_rows, sta_rows
from ear_tables.groups import write_groups
from ear_tables.listing import listing, read_citations
from ear_tables.paragraphs import Path as Paragraph
from ear_tables.readings import BY_HAND, NARROWED, SUPPLEMENTS
from ear_tables.writing import write_table

REPOSITORY = Path(__file__).resolve().parents[1]
UAV_LAST, UAV_FIRST, UAV_CITE = "2026-08-12", "2026-08-13", "91 FR 52501"
SMALL_UAV_NS1_LAST, SMALL_UAV_NS2_FIRST, SMALL_UAV_CITE = "2026-01-19", "2026-01-20", "FR Doc 2026-01059"


def reference_folder(argument: Path) -> Path:
    return argument / "us" if (argument / "us").is_dir() else argument


def rows_of(entry: Entry, supplements: Sequence[Row]) -> list[Row]:
    """All rows of one entry: its control lines, what other sections add, and an unread row for whatever is left over."""
    if entry.not_ear:
        return [unread_row(entry.eccn, "not under the EAR, or the entry points elsewhere")]
    rows = [row for control, chart in entry.lines for row in read_line(entry.eccn, control, chart, BY_HAND)]
    if entry.eccn in NARROWED:
        condition, note = NARROWED[entry.eccn]
        rows = [replace(r, condition=condition, note=note) if r.ground[:2] == "RS" else r for r in rows]
    rows += supplements
    grounds = {row.ground[:2] for row in rows}
    for reason in entry.reasons:
        if reason not in grounds:
            rows.append(unread_row(entry.eccn, f"reason {reason} without a control line"))
    if entry.damaged or not rows:
        rows.append(unread_row(entry.eccn, "entry damaged or missing in the source"))
    rows += rest_of(entry.eccn, rows)
    return dated(entry, list(dict.fromkeys(rows)))


def rest_of(eccn: str, rows: Sequence[Row]) -> list[Row]:
    """An unread row for the paragraphs that no row reaches: silence about them is no release."""
    reached = {row.paragraph for row in rows if row.paragraph != eccn}
    whole = [row for row in rows if row.paragraph == eccn]
    if any(set(row.exceptions) <= reached for row in whole):
        return []
    left = [set(row.exceptions) - reached for row in whole]
    if left:
        return [unread_row(path, "paragraph without a control line") for path in sorted(set.intersection(*left))]
    return [replace(unread_row(eccn, "other paragraphs without a control line"), exceptions=tuple(sorted(reached)))]


def dated(entry: Entry, rows: list[Row]) -> list[Row]:
    """The drone entries: 9A012.a.1 moved from NS1 to NS2 on 2026-01-20, and all were rewritten on 2026-08-13 (text not seen)."""
    if not is_uav(entry):
        return rows
    result = []
    for row in rows:
        if row.paragraph == "9A012.a.1" and row.ground == "NS2":
            before = replace(row, ground="NS1", column="NS1", last=SMALL_UAV_NS1_LAST, cite=SMALL_UAV_CITE)
            result += [before, within(row, SMALL_UAV_NS2_FIRST, UAV_LAST)]
        else:
            result.append(within(row, last=UAV_LAST))
    return [*result, unread_row(entry.eccn, "drone entries rewritten, text not seen", cite=UAV_CITE, first=UAV_FIRST)]


def is_uav(entry: Entry) -> bool:
    """Names 9A012, 9A120 or unmanned aircraft, other than in the range formula of the MTCR entries."""
    text = entry.heading + " " + " ".join(control for control, _ in entry.lines)
    text = re.sub(r"rockets, missiles,? (?:or|and) unmanned aerial vehicles", "", text)
    return bool(re.search(r"\b9A012\b|\b9A120\b|\bUAVs?\b|unmanned aerial vehicle", text, re.I))


def supplement_rows(reference: Path) -> Mapping[str, list[Row]]:
    """The supplements by entry. Raises ValueError where a source no longer says what was read in it."""
    result: dict[str, list[Row]] = {}
    for supplement in SUPPLEMENTS:
        if supplement.anchor not in (reference / supplement.source).read_text(encoding="utf-8"):
            raise ValueError(f"{supplement.source} no longer has {supplement.anchor!r}")
        result.setdefault(supplement.row.eccn, []).append(supplement.row)
    return result


def path_rows(entry: Entry, cited: frozenset[Paragraph], named: frozenset[Paragraph]) -> list[dict[str, str]]:
    """The rows of ear/eccn-paths of one entry: itself, and what is below it level by level as far as it can be read."""
    found = listing(entry, cited, named)
    root: Paragraph = (entry.eccn,)
    readable = not entry.not_ear and not entry.damaged
    every = known_paths(entry, cited) if readable else None
    if every is not None:
        with_paragraphs = {path[:-1] for path in every if path != root}
        kept = {path for path in found.paths | {root} if path == root or path[:-1] in with_paragraphs}
        return [{"path": ".".join(path), "complete": "yes"} for path in _ordered(kept)]
    if not readable or root not in found.closed:
        return [{"path": entry.eccn, "complete": "no"}]
    shown = [path for path in found.paths if path == root or path[:-1] in found.closed]
    return [{"path": ".".join(p), "complete": "next" if p in found.closed else "no"} for p in _ordered(shown)]


def _ordered(paths: Iterable[Paragraph]) -> list[Paragraph]:
    return sorted(paths, key=lambda path: [(step.isalpha(), int(step) if step.isdigit() else 0, step) for step in path])


def write_ccl(reference: Path, folder: Path) -> Counter[str]:
    """Write ear/eccns, ear/ccl-controls and ear/eccn-paths; returns counts."""
    entries = read_entries(reference)
    supplements = supplement_rows(reference)
    rows = {entry.eccn: rows_of(entry, supplements.get(entry.eccn, [])) for entry in entries}
    every = [row for group in rows.values() for row in group]
    cited = cited_paths(entries, every)
    named = read_citations(sorted(f for folder in TEXTS for f in (reference / folder).glob("*.md")))
    paths = [row for entry in entries for row in path_rows(entry, cited[entry.eccn], named.get(entry.eccn, frozenset()))]
    shared: dict[str, object] = {
        "cite": "15 CFR part 774, Supplement No. 1",
        "source": (
            "eCFR of 2026-07-23 (ccl.json, merged from seelpeed-debug/export-controls-agent-mcp and jaepaly/2026sanbo, MIT); "
            "parts 742 and 754 of 2026-02-10 and 2025-01-24; 91 FR 52501 and FR Doc 2026-01059 for dates"
        ),
        "current_to": CURRENT_TO,
        "made_by": "scripts/make_ear_tables.py",
    }
    header = "Generated by scripts/make_ear_tables.py; do not edit."
    write_table(
        folder,
        {"table": "ear/eccns", "file": "eccns.csv", **shared, "key": ["eccn"], "columns": ECCN_COLUMNS},
        [eccn_cells(entry, rows[entry.eccn]) for entry in entries],
        header + "\nState: ok, unread (see ear/ccl-controls), not-ear. lvs: a figure in USD, conditional, or no.",
    )
    write_table(
        folder,
        {
            "table": "ear/ccl-controls",
            "file": "ccl-controls.csv",
            **shared,
            "key": ["paragraph"],
            "path": {"column": "paragraph", "except": "except", "known": "ear/eccn-paths"},
            "columns": CONTROL_COLUMNS,
        },
        [row.cells() for row in every],
        header
        + "\nOne row per control line and paragraph. What could not be read exactly is unread and as wide as the text or wider.\n"
        "A row whose rule or condition is unread is unknown; a chart or list row is false where its destination rule is.",
    )
    write_table(
        folder,
        {
            "table": "ear/eccn-paths",
            "file": "eccn-paths.csv",
            **shared,
            "key": ["path"],
            "paths": {"scheme": "eccn", "complete": "complete"},
            "columns": PATH_COLUMNS,
        },
        paths,
        header + "\nEvery entry, and its paragraphs as far as they could be read. complete: yes, all below it is listed;\n"
        "next, its own paragraphs are, not all below these; no, it may have others. Reserved paragraphs are left out,\n"
        "unless a text of 2023-2026 cites them: they may have been there once.",
    )
    damaged = frozenset(entry.eccn for entry in entries if entry.damaged)
    by_path = {"path": {"column": "paragraph", "except": "except", "known": "ear/eccn-paths"}}
    limits, closed = list(lvs_rows(reference, damaged)), list(sta_rows(reference, damaged))
    write_table(
        folder,
        {"table": "ear/lvs", "file": "lvs.csv", **shared, "key": ["paragraph"], **by_path, "columns": LVS_COLUMNS},
        limits,
        header
        + "\nThe value limits of License Exception LVS. Paragraphs that are not here are not eligible; an unread row has none.",
    )
    write_table(
        folder,
        {"table": "ear/sta", "file": "sta.csv", **shared, "key": ["paragraph"], **by_path, "columns": STA_COLUMNS},
        closed,
        header + "\nWhat the entries close to License Exception STA, for destinations in Country Group A:5 or A:6.",
    )
    return Counter(
        {
            "limits of LVS": len(limits),
            "unread limits of LVS": sum(row["condition"] == "unread" for row in limits),
            "lines that close STA": len(closed),
            "unread lines that close STA": sum(row["condition"] == "unread" for row in closed),
            "eccns": len(entries),
            "rows": len(every),
            "chart rows": sum(row.rule == "chart" for row in every),
            "unread rows": sum("unread" in (row.rule, row.condition) for row in every),
            "eccns with an unread row": len({row.eccn for row in every if "unread" in (row.rule, row.condition)}),
            "eccns not under the EAR": sum(entry.not_ear for entry in entries),
            "paths": len(paths),
            **{
                f"eccns with complete {mark}": sum(row["complete"] == mark and "." not in row["path"] for row in paths)
                for mark in MARKS
            },
        }
    )


TEXTS = ("15-cfr", "fr", "22-cfr")
"""The folders whose texts may cite a paragraph that the control list no longer has."""
MARKS = ("yes", "next", "no")
TEXT = {"type": "text"}
ECCN_COLUMNS = {
    "eccn": {"type": "classification eccn"},
    "category": TEXT,
    "group": {"type": "enum", "values": list("ABCDE")},
    "state": {"type": "enum", "values": ["ok", "unread", "not-ear"]},
    "at_only": {"type": "enum", "values": ["yes", "no", "unknown"]},
    "gbs": {"type": "enum", "values": ["yes", "no", "conditional"]},
    "lvs": TEXT,
    "reasons": {"type": "list of text"},
}
CONTROL_COLUMNS = {
    "paragraph": {"type": "classification eccn"},
    "except": {"type": "list of classification eccn"},
    "ground": TEXT,
    "rule": {"type": "enum", "values": ["chart", "worldwide", "list", "unread"]},
    "column": TEXT,
    "list": {"type": "text", "names": "list"},
    "except_list": {"type": "text", "names": "list"},
    "condition": {"type": "text", "names": "definition"},
    "cite": TEXT,
    "from": {"type": "date"},
    "to": {"type": "date"},
    "note": TEXT,
}
PATH_COLUMNS = {"path": {"type": "classification eccn"}, "complete": {"type": "enum", "values": list(MARKS)}}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("reference", nargs="?", type=Path, default=REPOSITORY.parent / "shared" / "reference")
    parser.add_argument("--pack", type=Path, default=REPOSITORY / "rules" / "ear", help="the folder of the pack to write into")
    options = parser.parse_args(arguments)
    reference = reference_folder(options.reference)
    if not (reference / "data" / "ccl.json").is_file():
        parser.error(f"{reference} is not the reference folder: data/ccl.json is not there")
    tables = options.pack / "tables"
    marks = write_chart(reference, tables)
    write_groups(reference, options.pack)
    for name, count in {"chart marks": marks, **write_ccl(reference, tables)}.items():
        print(f"{count:6} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
