"""The tables of License Exceptions LVS and STA: what must hold of them, and that their figures stand in the reference copies."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TABLES = REPOSITORY / "rules" / "ear" / "tables"
CCL = REPOSITORY.parent / "shared" / "reference" / "us" / "data" / "ccl.json"
without_reference = pytest.mark.skipif(not CCL.is_file(), reason="the reference copies of the regulations are not here")


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def lines(exception: str) -> dict[str, str]:
    """What each entry says of an exception, continuation lines included."""
    entries = json.loads(CCL.read_text(encoding="utf-8"))["entries"]
    return {
        e["eccn"]: "\n".join([e["licence_exceptions"].get(exception) or "", *map(str, e.get("exception_continuation") or ())])
        for e in entries
    }


def test_a_limit_is_a_figure_or_unread() -> None:
    for row in rows("lvs"):
        assert (row["limit"] == "") == (row["condition"] == "unread"), row
        assert row["limit"] in ("", "200", "500", "1000", "1500", "2000", "3000", "5000", "6000"), row
        assert row["paragraph"].split(".")[0] == row["entry"], row


def test_exceptions_of_a_row_are_within_its_paragraph() -> None:
    for name in ("lvs", "sta"):
        for row in rows(name):
            assert all(e.startswith(row["paragraph"] + ".") for e in row["except"].split(";") if e), row


def test_sta_is_closed_for_one_of_two_groups() -> None:
    assert {row["group"] for row in rows("sta")} == {"A:5", "A:6"}


def test_entries_of_which_the_line_is_lost_are_unread() -> None:
    unread = {row["paragraph"] for row in rows("sta") if row["condition"] == "unread"}
    assert {"0D614", "1C012", "3D006", "3E001", "3E002", "6A002", "6A006", "8C609"} <= unread


@without_reference
def test_every_figure_stands_in_its_entry() -> None:
    for row in rows("lvs"):
        figures = {f.replace(",", "") for f in re.findall(r"\$([\d,]+\d)", lines("LVS")[row["entry"]])}
        assert row["limit"] in figures or not row["limit"], row


@without_reference
def test_every_entry_with_a_figure_has_a_row() -> None:
    stated = {eccn for eccn, text in lines("LVS").items() if "$" in text}
    assert stated <= {row["entry"] for row in rows("lvs")}


@without_reference
def test_every_entry_that_closes_sta_has_a_row() -> None:
    stated = {eccn for eccn, text in lines("STA").items() if "may not be used" in text}
    assert stated <= {row["paragraph"].split(".")[0] for row in rows("sta")}
