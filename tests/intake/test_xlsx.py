"""Workbooks: each cell as what it is. What a spreadsheet has turned into a number or a day is no text any more."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from exportcheck.errors import InputError
from exportcheck.intake import Taken, open_source
from exportcheck.values import Classification, Money
from exportcheck.vocabulary.load import core_vocabulary
from tests.intake.sources import mapping_of, mistake, only, stated, written

HEADER = [
    "id",
    "transfer_date",
    "item.eccn",
    "item.quantity",
    "item.value",
    "item.value.currency",
    "parties_complete",
    "exporter.name",
]


def workbook(folder: Path, *rows: list[Any], sheets: dict[str, list[list[Any]]] | None = None) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for row in rows:
        first.append(row)
    for name, content in (sheets or {}).items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    path = folder / "orders.xlsx"
    book.save(path)
    return path


def taken_from(path: Path, mapping: str = "") -> list[Taken]:
    return list(open_source(path, mapping_of(path.parent, mapping) if mapping else None, core_vocabulary()))


def test_cells_by_their_own_type(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, ["A", datetime(2026, 3, 2), "5E002", 12, 0.1 + 0.2, "USD", True, "Foo"])
    facts = stated(only(taken_from(path)))
    assert facts["transfer_date"] == date(2026, 3, 2)
    assert facts["items[0].eccn"] == Classification("eccn", ("5E002",))
    assert facts["items[0].quantity"] == Decimal(12)
    assert facts["items[0].value"] == Money(Decimal("0.3"), "USD", Decimal("0.3"))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (500.0, "`eccn` is a number in the file (500), and it is a classification"),
        (3, "`eccn` is a number in the file (3), and it is a classification"),
        (date(2026, 1, 2), "`eccn` is a date in the file (2026-01-02), and it is a classification"),
        (True, "`eccn` is a truth value in the file (true), and it is a classification"),
    ],
)
def test_an_eccn_that_is_no_text_any_more(value: object, says: str, tmp_path: Path) -> None:
    (one,) = taken_from(workbook(tmp_path, ["id", "item.eccn"], ["A", value]))
    assert mistake(one)[:3] == (2, 2, says)


def test_numbers_that_name_a_thing_are_taken(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["id", "item.line", "item.description"], [1001, 10, "cable"])
    assert only(taken_from(path)).id == "1001"


def test_other_texts_are_not_numbers(tmp_path: Path) -> None:
    """A tariff code has lost its zero in front."""
    path = workbook(tmp_path, ["id", "item.hts6"], ["A", 10121])
    (one,) = taken_from(path)
    assert mistake(one)[2:] == (
        "`hts6` is a number in the file (10121), and it is a text",
        "make the column one of texts, or say `numbers: true` of it in a mapping",
    )
    (one,) = taken_from(path, "columns: {id: id, item.hts6: {fact: item.hts6, numbers: true}}\n")
    assert one.transaction is not None


def test_the_first_digits_of_a_number_are_not_taken(tmp_path: Path) -> None:
    """Of 0101.21.0010 a sheet keeps 101210010, and 101210 is another code."""
    path = workbook(tmp_path, ["id", "hts"], ["A", 101210010])
    (one,) = taken_from(path, "columns: {id: id, hts: {fact: item.hts6, first: 6, numbers: true}}\n")
    assert mistake(one)[:2] == (2, 2)


def test_percent_as_the_sheet_shows_it(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["id", "exporter.owned_by_listed_percent", "exporter.has_listed_owner"], ["A", 0.4, True])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["B2"].number_format = "0%"
    book.save(path)
    assert stated(only(taken_from(path)))["parties[0].owned_by_listed_percent"] == Decimal(40)


def test_a_time_is_no_day(tmp_path: Path) -> None:
    (one,) = taken_from(workbook(tmp_path, ["id", "transfer_date"], ["A", time(12, 30)]))
    assert mistake(one)[:2] == (2, 2)
    (one,) = taken_from(workbook(tmp_path, ["id", "transfer_date"], ["A", datetime(2026, 3, 2, 12, 30)]))
    assert mistake(one)[:2] == (2, 2)


def test_an_error_of_a_formula(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["id", "destination", "x"], ["A", "GB", "#REF!"], ["B", "GB", "ok"])
    first, second = taken_from(path)
    assert mistake(first)[:3] == (2, 3, "the cell is the error #REF!")
    assert second.transaction is not None


def test_empty_rows_count_and_a_cell_beside_the_table_is_a_mistake(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["id", "destination"], ["A", "GB"], [None, None], ["B", "GB", None, "note"])
    first, second = taken_from(path)
    assert first.rows == (2,)
    assert mistake(second)[:3] == (4, 4, "a cell stands outside of the 2 columns that the header names")


def test_which_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["id", "destination"], ["A", "GB"], sheets={"Empty": [], "Notes": [["x"]]})
    with pytest.raises(InputError, match="the workbook has 2 sheets: Sheet, Notes"):
        open_source(path, None, core_vocabulary())
    mapping = "sheet: Sheet\ncolumns: {id: id, destination: destination}\n"
    assert only(taken_from(path, mapping)).id == "A"
    with pytest.raises(InputError, match='the workbook has no sheet "Orders"'):
        taken_from(path, "sheet: Orders\ncolumns: {id: id}\n")


def test_what_is_no_workbook(tmp_path: Path) -> None:
    for content in (b"id,destination\nA,GB\n", b"", b"PK\x03\x04 and no more"):
        with pytest.raises(InputError, match="this is no XLSX workbook"):
            open_source(written(tmp_path, content, "orders.xlsx"), None, core_vocabulary())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("readme.txt", "nothing")
    with pytest.raises(InputError, match="this is no XLSX workbook"):
        open_source(written(tmp_path, packed.getvalue(), "orders.xlsx"), None, core_vocabulary())


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    whole = workbook(tmp_path, HEADER, *(["A", None, "5E002", n, 1, "USD", True, "Foo"] for n in range(200))).read_bytes()
    for part in (1, 2, 3):
        with pytest.raises(InputError):
            list(open_source(written(tmp_path, whole[: len(whole) * part // 4], "cut.xlsx"), None, core_vocabulary()))


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one part replaced or added."""
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    parts[name] = content
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part, text in parts.items():
            new.writestr(part, text)
    return changed


def test_a_workbook_that_unpacks_to_far_more(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["id", "destination"], ["A", "GB"])
    bomb = with_part(path, "xl/media/image1.bin", b"\0" * (20 * 1024 * 1024))
    with pytest.raises(InputError, match="unpacks to 20 MiB"):
        open_source(bomb, None, core_vocabulary())


def test_a_workbook_with_entities(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["id", "destination"], ["A", "GB"])
    with zipfile.ZipFile(path) as old:
        sheet = old.read("xl/worksheets/sheet1.xml")
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet.removeprefix(b'<?xml version="1.0"?>')
    with pytest.raises(InputError, match="the XML declares a document type"):
        open_source(with_part(path, "xl/worksheets/sheet1.xml", evil), None, core_vocabulary())
