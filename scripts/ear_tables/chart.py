"""The Commerce Country Chart (15 CFR part 738, Supplement No. 1) with its dated marks and footnotes."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from ear_tables.writing import write_table

COLUMNS = ("CB1", "CB2", "CB3", "NP1", "NP2", "NS1", "NS2", "MT1", "RS1", "RS2", "FC1", "CC1", "CC2", "CC3", "AT1", "AT2")
CURRENT_TO = date(2026, 7, 23)

Row = dict[str, str]

AUKUS_STARTS = "2024-04-19"  # 89 FR 28594
FIREARMS_STARTS, FIREARMS_ENDS = "2024-05-30", "2025-09-29"  # 89 FR 34680; rescinded by 90 FR 47170
BEFORE_AUKUS, AFTER_FIREARMS = "2024-04-18", "2025-09-30"

FOLLOWS = {
    "HK": ("CN", "follows CN, 85 FR 83788"),
    "KY": ("GB", "follows GB, 15 CFR 738.3(b)"),
}
"""Places with no row of their own of which the reference itself says which row they follow."""

REFERRED = dict.fromkeys(("UA-CRIMEA", "UA-DNR", "UA-LNR"), "see 15 CFR 746.6; chart footnotes of Ukraine")
"""Regions that the chart has within the row of Ukraine, but for which another part decides."""

DOUBTS = {("PK", "8"): "the source prints the text of footnote 9 (Ukraine) under 8"}

SOURCE = (
    "eCFR of 2026-07-23 (country-chart.csv, from seelpeed-debug/export-controls-agent-mcp, MIT); dates: 89 FR 28594, "
    "89 FR 34680, 89 FR 40369, 90 FR 47170"
)


def chart_rows(reference: Path) -> tuple[list[Row], list[Row]]:
    """Marks and footnotes, one row per place, column and period, places in alphabetical order of their codes."""
    with (reference / "15-cfr" / "country-chart.csv").open(encoding="utf-8", newline="") as handle:
        source = {row["iso2"]: row for row in csv.DictReader(handle)}
    marks: list[Row] = []
    footnotes: list[Row] = []
    for place in sorted({*source, *FOLLOWS, *REFERRED}):
        if place in REFERRED:
            marks += [mark(place, column, "see-part-746", note=REFERRED[place]) for column in COLUMNS]
            continue
        origin, note = FOLLOWS.get(place, (place, ""))
        row = source[origin]
        if row["special_row"]:
            marks += [mark(place, column, "see-part-746", note=note) for column in COLUMNS]
        else:
            for column in COLUMNS:
                marks += dated(place, origin, column, row[column] == "X", note)
        footnotes += [
            {
                "place": place,
                "footnote": number,
                "note": note or DOUBTS.get((place, number), ""),
                **footnote_period(origin, number),
            }
            for number in row["footnotes"].split(";")
            if number
        ]
    return marks, footnotes


def dated(place: str, origin: str, column: str, marked: bool, note: str) -> list[Row]:
    """The periods of one cell; a period that the reference does not show has no row, which is unknown."""
    if origin in ("AU", "GB") and column in ("NS1", "RS1", "MT1"):
        if marked:
            raise ValueError(f"{place} {column} is marked; 89 FR 28594 took the mark away")
        return [
            mark(place, column, "X", last=BEFORE_AUKUS, note=note),
            mark(place, column, "blank", first=AUKUS_STARTS, note=note),
        ]
    if origin in ("AU", "GB") and column == "CC2":
        return [
            mark(place, column, "X", first=FIREARMS_STARTS, last=FIREARMS_ENDS, note=note),
            mark(place, column, "blank", first=AFTER_FIREARMS, note=note),
        ]
    if column[:2] in ("CC", "FC") and not marked:
        # 89 FR 34680 and 90 FR 47170 rewrote these columns and neither table was seen: blank before is not known.
        return [mark(place, column, "blank", first=AFTER_FIREARMS, note=note)]
    return [mark(place, column, "X" if marked else "blank", note=note)]


def mark(place: str, column: str, value: str, *, first: str = "", last: str = "", note: str = "") -> Row:
    return {"place": place, "column": column, "mark": value, "from": first, "to": last, "note": note}


def footnote_period(origin: str, number: str) -> Row:
    """Footnote 10 came with 90 FR 47170; from 2024-05-30 an X in CC2 did its work, before that a footnote 9."""
    return {"from": AFTER_FIREARMS if origin in ("AU", "GB") and number == "10" else "", "to": ""}


def write_chart(reference: Path, folder: Path) -> int:
    """Write both tables; returns the number of marks."""
    marks, footnotes = chart_rows(reference)
    shared: dict[str, object] = {
        "cite": "15 CFR part 738, Supplement No. 1",
        "source": SOURCE,
        "current_to": CURRENT_TO,
        "made_by": "scripts/make_ear_tables.py",
    }
    write_table(
        folder,
        {
            "table": "ear/country-chart",
            "file": "country-chart.csv",
            **shared,
            "key": ["place", "column"],
            "columns": {
                "place": {"type": "place"},
                "column": {"type": "text"},
                "mark": {"type": "enum", "values": ["X", "blank", "see-part-746"]},
                "from": {"type": "date"},
                "to": {"type": "date"},
                "note": {"type": "text"},
            },
        },
        marks,
        "Generated by scripts/make_ear_tables.py; do not edit.\nA missing row is unknown: neither an X nor a blank.",
    )
    write_table(
        folder,
        {
            "table": "ear/chart-footnotes",
            "file": "chart-footnotes.csv",
            **shared,
            "key": ["place", "footnote"],
            "columns": {
                "place": {"type": "place"},
                "footnote": {"type": "text"},
                "from": {"type": "date"},
                "to": {"type": "date"},
                "note": {"type": "text"},
            },
        },
        footnotes,
        "Generated by scripts/make_ear_tables.py; do not edit.\nWhich footnotes of the chart stand at which place.",
    )
    return len(marks)
