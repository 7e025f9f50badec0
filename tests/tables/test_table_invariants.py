"""What must hold of the committed tables whatever the regulations come to say."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from exportcheck.values import parse_classification

RULES = Path(__file__).resolve().parents[2] / "rules"
TABLES = [
    "ear/tables/country-chart",
    "ear/tables/chart-footnotes",
    "ear/tables/eccns",
    "ear/tables/ccl-controls",
    "ear/tables/eccn-paths",
    "itar/tables/usml",
    "nsg/tables/entries",
]
EMBARGOED = ("CU", "IR", "KP", "SY")
COLUMNS = {"CB1", "CB2", "CB3", "NP1", "NP2", "NS1", "NS2", "MT1", "RS1", "RS2", "FC1", "CC1", "CC2", "CC3", "AT1", "AT2"}
LONGEST_CELL = 80
CELLS_OF_PATHS = {"except"}

Rows = list[dict[str, str]]


@cache
def rows(name: str) -> Rows:
    with (RULES / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def chart() -> Rows:
    return rows("ear/tables/country-chart")


def controls() -> Rows:
    return rows("ear/tables/ccl-controls")


@cache
def lists() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((RULES / "ear").glob("lists*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["lists"]:
            assert entry["id"] not in found, f"{entry['id']} stands twice"
            found[entry["id"]] = entry
    return found


def members(identity: str, day: date) -> set[str]:
    entry = lists()[identity]
    result = set()
    for member in entry["members"]:
        dated = member if isinstance(member, dict) else {"value": member}
        if dated.get("from", date.min) <= day <= dated.get("to", date.max):
            result.add(dated["value"])
    for other in entry.get("union", []):
        result |= members(other, day)
    return result


def mark(place: str, column: str, day: str) -> str | None:
    found = [
        row["mark"]
        for row in chart()
        if (row["place"], row["column"]) == (place, column) and row["from"] <= day <= (row["to"] or "9999")
    ]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize("name", TABLES)
def test_description_and_data_agree(name: str) -> None:
    path = RULES / f"{name}.table.yaml"
    description = yaml.safe_load(path.read_text(encoding="utf-8"))
    data = (RULES / f"{name}.csv").read_bytes()
    assert b"\r" not in data
    assert rows(name)
    assert list(rows(name)[0]) == list(description["columns"])
    assert description["table"] == name.replace("tables/", "")
    assert description["file"] == f"{Path(name).name}.csv"
    assert isinstance(description["current_to"], date)
    assert set(description["key"]) <= set(description["columns"])
    for column, kind in description["columns"].items():
        for row in rows(name):
            if "values" in kind:
                assert row[column] in kind["values"], row
            if kind["type"] == "date" and row[column]:
                date.fromisoformat(row[column])


@pytest.mark.parametrize("name", TABLES)
def test_no_cell_is_a_text(name: str) -> None:
    for row in rows(name):
        for column, cell in row.items():
            assert None not in row, row
            assert len(cell) <= LONGEST_CELL or column in CELLS_OF_PATHS, (column, cell)


@pytest.mark.parametrize("name", [t for t in TABLES if "ccl-controls" not in t])
def test_keys_with_periods_that_do_not_overlap(name: str) -> None:
    key = yaml.safe_load((RULES / f"{name}.table.yaml").read_text(encoding="utf-8"))["key"]
    periods: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for row in rows(name):
        periods[tuple(row[k] for k in key)].append((row.get("from", ""), row.get("to") or "9999"))
    for found in periods.values():
        found.sort()
        assert all(first[1] < second[0] for first, second in pairwise(found)), found


def test_chart_has_every_place_in_every_column() -> None:
    columns = defaultdict(set)
    for row in chart():
        columns[row["place"]].add(row["column"])
    assert len(columns) == 205
    assert all(found == COLUMNS for found in columns.values())


@pytest.mark.parametrize("place", [*EMBARGOED, "UA-CRIMEA", "UA-DNR", "UA-LNR"])
def test_embargoed_rows_are_never_blank(place: str) -> None:
    assert {row["mark"] for row in chart() if row["place"] == place} == {"see-part-746"}


def test_only_embargoed_rows_refer_elsewhere() -> None:
    assert {row["place"] for row in chart() if row["mark"] == "see-part-746" and "-" not in row["place"]} == set(EMBARGOED)


@pytest.mark.parametrize("place", ["AU", "GB"])
@pytest.mark.parametrize("column", ["NS1", "RS1", "MT1"])
def test_australia_and_the_united_kingdom_before_and_after_aukus(place: str, column: str) -> None:
    assert mark(place, column, "2024-04-18") == "X"
    assert mark(place, column, "2024-04-19") == "blank"
    assert mark(place, column, "2026-09-25") == "blank"


@pytest.mark.parametrize("place", ["AU", "GB"])
def test_firearms_mark_of_2024_and_2025(place: str) -> None:
    assert mark(place, "CC2", "2025-09-29") == "X"
    assert mark(place, "CC2", "2025-09-30") == "blank"
    assert mark(place, "CC2", "2024-05-29") is None
    assert [r["from"] for r in rows("ear/tables/chart-footnotes") if (r["place"], r["footnote"]) == (place, "10")] == [
        "2025-09-30"
    ]


def test_blank_firearms_and_crime_columns_are_not_known_before_the_tables_were_rewritten() -> None:
    blanks = [row for row in chart() if row["column"][:2] in ("CC", "FC") and row["mark"] == "blank"]
    assert blanks
    assert {row["from"] for row in blanks} == {"2025-09-30"}


def test_hong_kong_is_china_and_macau_is_itself() -> None:
    for column in COLUMNS:
        assert mark("HK", column, "2026-07-23") == mark("CN", column, "2026-07-23")
    assert all(row["note"] for row in chart() if row["place"] == "HK")
    assert not any(row["note"] for row in chart() if row["place"] == "MO")


def test_some_marks_by_hand() -> None:
    day = "2026-07-23"
    for place, column, value in [
        ("CA", "CB1", "X"),
        ("CA", "FC1", "X"),
        ("CA", "NS1", "blank"),
        ("DE", "NS1", "X"),
        ("DE", "NS2", "blank"),
        ("CN", "NP2", "X"),
        ("IN", "RS2", "blank"),
        ("UA", "NS2", "X"),
        ("RU", "CC3", "blank"),
        ("LI", "NS1", "X"),
    ]:
        assert mark(place, column, day) == value, (place, column)
    assert mark("GI", "NS1", day) is None


@pytest.mark.parametrize(
    ("group", "place", "day", "stands"),
    [
        ("D:5", "KH", "2026-02-02", True),
        ("D:5", "KH", "2026-02-03", False),
        ("D:1", "KH", "2026-02-03", True),
        ("D:5", "NI", "2024-03-14", False),
        ("D:5", "NI", "2024-03-15", True),
        ("B", "NI", "2024-03-15", False),
        ("D:5", "CY", "2024-05-29", True),
        ("D:5", "CY", "2024-05-30", False),
        ("A:5", "AE", "2026-07-09", False),
        ("A:5", "AE", "2026-07-10", True),
        ("D:4", "AE", "2026-07-09", True),
        ("D:4", "AE", "2026-07-10", False),
        ("D:5", "MO", "2026-07-23", False),
        ("D:5", "HK", "2026-07-23", True),
        ("A:5", "NO", "2026-07-23", True),
        ("E:2", "CU", "2026-07-23", True),
    ],
)
def test_country_groups_by_date(group: str, place: str, day: str, stands: bool) -> None:
    assert (place in members(f"ear/group-{group}", date.fromisoformat(day))) is stands


def test_groups_of_the_day_of_the_source() -> None:
    day = date(2026, 7, 23)
    d5 = members("ear/group-D:5", day) - {"HK"}
    assert "ET" in d5  # not printed: the State Department's list governs
    assert len(d5 - {"ET"}) == 22
    assert members("ear/group-E:1", day) == {"IR", "KP", "SY"}
    assert len(members("ear/group-A:1", day)) == 40
    assert len([name for name in lists() if name.startswith("ear/group-")]) == 14


def test_chips_go_to_the_emirates_only_with_a_license() -> None:
    for day in (date(2026, 7, 9), date(2026, 7, 10)):
        assert "AE" in members("ear/d1-d4-d5-or-uae", day) - members("ear/a5-a6-without-uae", day)
        assert "IL" not in members("ear/d1-d4-d5-or-uae", day) - members("ear/a5-a6-without-uae", day)


def test_every_entry_is_explained() -> None:
    entries = {row["eccn"]: row for row in rows("ear/tables/eccns")}
    assert len(entries) == 638
    named = {row["paragraph"].split(".")[0] for row in controls()}
    assert named == set(entries)
    for eccn, entry in entries.items():
        of_entry = [row for row in controls() if row["paragraph"].split(".")[0] == eccn]
        if entry["state"] != "ok":
            assert any(row["rule"] == "unread" for row in of_entry), eccn
            assert entry["at_only"] == "unknown"
        if entry["at_only"] == "yes":
            assert {row["ground"][:2] for row in of_entry} == {"AT"}, eccn
        if entry["lvs"] not in ("no", "conditional"):
            assert re.fullmatch(r"[1-9]\d*", entry["lvs"]), eccn


def test_every_reason_has_a_row_or_an_unread_one() -> None:
    grounds = defaultdict(set)
    for row in controls():
        grounds[row["paragraph"].split(".")[0]].add(row["ground"])
    for entry in rows("ear/tables/eccns"):
        for reason in filter(None, entry["reasons"].split(";")):
            found = grounds[entry["eccn"]]
            assert "UNREAD" in found or any(ground[:2] == reason for ground in found), (entry["eccn"], reason)


def test_every_paragraph_of_an_entry_is_reached_on_some_ground() -> None:
    """Silence about a paragraph would read as no license."""
    of_entry = defaultdict(list)
    for row in controls():
        of_entry[row["paragraph"].split(".")[0]].append(row)
    for eccn, found in of_entry.items():
        reached = {row["paragraph"] for row in found if row["paragraph"] != eccn}
        whole = [set(filter(None, row["except"].split(";"))) for row in found if row["paragraph"] == eccn]
        assert any(exceptions <= reached for exceptions in whole), eccn


def test_rows_are_of_one_rule_each() -> None:
    for row in controls():
        assert (row["rule"] == "chart") == bool(row["column"]), row
        assert (row["rule"] == "list") == bool(row["list"]), row
        assert row["column"] in COLUMNS | {""}
        assert row["rule"] != "chart" or row["ground"] == row["column"]
        assert row["rule"] != "unread" or row["condition"] == "unread"
        assert row["condition"] in ("always", "unread") or row["condition"] in definitions()
        assert row["condition"] != "unread" or row["note"], row
        assert row["condition"] != "always" or not row["note"], row
        for name in (row["list"], row["except_list"]):
            assert not name or name in lists(), name
        paragraph = parse_classification("eccn", row["paragraph"])
        assert paragraph.text == row["paragraph"]
        for exception in filter(None, row["except"].split(";")):
            path = parse_classification("eccn", exception).path
            assert path[: len(paragraph.path)] == paragraph.path
            assert path != paragraph.path


def definitions() -> set[str]:
    return {entry["id"] for entry in yaml.safe_load((RULES / "ear" / "terms.yaml").read_text(encoding="utf-8"))["define"]}


def test_every_row_has_a_ground_that_is_declared() -> None:
    grounds = yaml.safe_load((RULES / "ear" / "grounds.yaml").read_text(encoding="utf-8"))["grounds"]
    assert {f"ear/{row['ground']}" for row in controls()} <= {ground["id"] for ground in grounds}


def test_no_row_stands_twice() -> None:
    counted = Counter(tuple(row.values()) for row in controls())
    assert not [row for row, number in counted.items() if number > 1]


def ground_rows(eccn: str, ground: str) -> list[tuple[str, str, str]]:
    return [
        (r["paragraph"], r["except"], r["condition"])
        for r in controls()
        if r["paragraph"].startswith(eccn) and r["ground"] == ground
    ]


def test_some_entries_by_hand() -> None:
    assert ground_rows("9A610", "NS1") == [("9A610", "9A610.b;9A610.x;9A610.y", "always"), ("9A610.x", "", "ear/not-for-L-100")]
    assert ground_rows("9A610", "MT1") == [(f"9A610.{p}", "", "always") for p in "tuvw"]
    assert ground_rows("0A604", "RS1") == [("0A604", "", "always")]
    assert ground_rows("0A501", "FC1") == [("0A501", "0A501.y", "always")]
    assert ground_rows("5A002", "EI") == [("5A002", "", "always")]
    assert ground_rows("9E003", "SI")[0] == ("9E003.a.1", "", "always")
    assert len(ground_rows("9E003", "SI")) == 11
    assert ground_rows("3A001", "NS2") == [("3A001", "", "always")]
    assert ground_rows("3A001", "NS1") == [(f"3A001.b.{n}", "", "ear/not-civil-telecom") for n in (2, 3)]
    assert ("6A003.b.4.b", "", "ear/larger-camera") in ground_rows("6A003", "RS1")
    assert ground_rows("6A003", "RS2") == [("6A003.b.4.b", "", "ear/smaller-camera")] * 2
    assert ground_rows("2B001", "NP1") == [(f"2B001.{p}", "", "unread") for p in "abcd"]
    assert ground_rows("0A919", "RS1") == [("0A919", "", "ear/reexport-without-deployment")]
    assert ("3B001.f.4", "", "always") in ground_rows("3B001", "NS2")
    assert ground_rows("1C350", "CB2") == [("1C350", "", "always")]
    assert ("1C350.b", "", "ear/cwc-not-party") in ground_rows("1C350", "CW")
    assert ground_rows("0D606", "RS-y") == [("0D606.y", "", "always")]


def test_drones_are_unread_from_the_day_of_the_rewriting() -> None:
    found = [row for row in controls() if row["paragraph"].split(".")[0] == "9A012"]
    later = [row for row in found if row["from"] == "2026-08-13"]
    assert [(row["ground"], row["to"]) for row in later] == [("UNREAD", "")]
    assert all(row["to"] and row["to"] <= "2026-08-12" for row in found if row not in later)
    small = {row["column"]: (row["from"], row["to"]) for row in found if row["paragraph"] == "9A012.a.1"}
    assert small == {"NS1": ("", "2026-01-19"), "NS2": ("2026-01-20", "2026-08-12")}


def test_paths_are_trees_with_every_entry() -> None:
    marks = {row["path"]: row["complete"] for row in rows("ear/tables/eccn-paths")}
    assert {path for path in marks if "." not in path} == {row["eccn"] for row in rows("ear/tables/eccns")}
    for path, mark in marks.items():
        above = path.rpartition(".")[0]
        assert parse_classification("eccn", path).text == path
        assert not above or marks[above] in ("yes", "next"), f"{path}: the paragraphs of {above} are not all here"
        assert mark != "yes" or not above or marks[above] == "yes"
        assert mark == "yes" or not above or marks[above] == "next"


def test_what_is_said_to_have_paragraphs_has_some() -> None:
    paths = rows("ear/tables/eccn-paths")
    above = {row["path"].rpartition(".")[0] for row in paths}
    assert all(row["path"] in above for row in paths if row["complete"] == "next")
    assert not any(row["path"] in above for row in paths if row["complete"] == "no")


def test_nothing_is_listed_of_what_another_agency_controls() -> None:
    states = {row["eccn"]: row["state"] for row in rows("ear/tables/eccns")}
    assert all(row["complete"] == "no" for row in rows("ear/tables/eccn-paths") if states[row["path"][:5]] == "not-ear")


def test_usml_marks_hold_for_what_is_within() -> None:
    usml = {row["paragraph"]: row for row in rows("itar/tables/usml")}
    assert len(usml) == 1490
    for path, row in usml.items():
        assert parse_classification("usml", path).path
        parent = path.rpartition("(")[0]
        if "(" in parent:
            assert parent in usml, path
            assert usml[parent]["sme"] != "yes" or row["sme"] == "yes", path
            assert usml[parent]["mt"] == "no" or row["mt"] != "no", path
    assert usml["VIII(a)(5)"]["sme"] == "yes"
    assert usml["VIII(a)(5)"]["mt"] == "conditional"
    assert usml["VIII(h)(1)"]["sme"] == "no"
    assert usml["IV(a)(1)"] == {"paragraph": "IV(a)(1)", "sme": "yes", "mt": "yes", "reserved": "no", "to": "", "note": ""}
    assert usml["XIII(f)(ii)"]["sme"] == "yes"
    assert usml["V(x)"]["reserved"] == "no"
    assert usml["VIII(h)(21)"]["reserved"] == "yes"
    assert usml["VIII(i)"]["sme"] == "conditional"


def nsg_lists() -> dict[str, list[str]]:
    found = yaml.safe_load((RULES / "nsg" / "lists-entries.yaml").read_text(encoding="utf-8"))["lists"]
    return {entry["id"]: entry["members"] for entry in found}


def test_entries_of_the_nuclear_suppliers_are_whole_trees() -> None:
    entries = {row["paragraph"]: row for row in rows("nsg/tables/entries")}
    for path, row in entries.items():
        assert parse_classification("nsg", path).text == path
        assert "." not in path or path.rpartition(".")[0] in entries
        assert row["part"] == ("1" if path[0] in "AB" else "2")
        assert row["category"] == ("" if row["part"] == "1" else path[0])
        assert row["listed_below"] == "no"
    assert entries["3.A.1"]["codes"] == entries["3.A.1"]["eccns"] == "3A225"
    assert (entries["3.B.3"]["codes"], entries["3.B.3"]["eccns"]) == ("2B219", "2B229")
    assert (entries["6.A.6"]["codes"], entries["6.A.6"]["eccns"]) == ("3A235", "3A234")
    assert entries["4.B.1"]["codes"] == entries["4.B.1"]["eccns"] == ""


def test_every_entry_of_the_nuclear_suppliers_is_a_section() -> None:
    """Each code is said to be decided by figures or by stated entry, and what is said to be decided by figures is."""
    named = nsg_lists()
    pack = yaml.safe_load((RULES / "nsg" / "pack.yaml").read_text(encoding="utf-8"))
    states = {
        section["section"].split(".")[0]: section["state"] for section in pack["sections"] if "rest" not in section["section"]
    }
    texts = [path.read_text(encoding="utf-8") for path in (RULES / "nsg").glob("*.yaml") if ".cases" not in path.name]
    provisions = {name.split(".")[0] for text in texts for name in re.findall(r"^provision: nsg/(\d[A-E]\d{3}\S*)", text, re.M)}
    for code in (*named["nsg/dsgl-part-1"], *named["nsg/dsgl-part-2"]):
        assert states[code] == ("modelled" if code in provisions else "judgement"), code
    assert len(provisions - {"6A205-us"}) >= 20
    assert len(named["nsg/participants"]) == 48
    assert {"CN", "US", "AU", "GB"} <= set(named["nsg/participants"])
    assert not {"IN", "IL", "PK"} & set(named["nsg/participants"])
