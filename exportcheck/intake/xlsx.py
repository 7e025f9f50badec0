"""XLSX: each cell as a text, by what it is and not by how it looks.

A sheet that has made the number 500 of the ECCN 5E002 has lost it; so each cell that is no text is marked as what it is.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake.delimited import check_header
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.model import Row, unreadable
from exportcheck.intake.nodes import float_text, text_of
from exportcheck.intake.xml_text import refuse_doctype

LARGEST_PART: Final = 1024 * 1024 * 1024
"""No part of the file may have more bytes when it is unpacked."""
LARGEST_TEXTS: Final = 128 * 1024 * 1024
"""Nor the part with the texts of all cells, which is held in memory as a whole."""
MOST_PACKED: Final = 400
"""A part that unpacks to more than this times its size, and to more than 16 MiB, is no sheet that somebody made."""
_SMALL: Final = 16 * 1024 * 1024


class Sheet:
    """One sheet of a workbook as rows."""

    def __init__(self, path: Path, mapping: Mapping | None) -> None:
        self.path = path
        self.name = str(path)
        mapping = mapping or Mapping()
        self.first = mapping.header
        self.wanted = mapping.sheet
        self._refuse_bombs()
        book = self._open()
        try:
            sheet = self._sheet(book)
            self.sheet = str(sheet.title)
            self.count: int | None = None
            self.columns = self._header(sheet)
        finally:
            book.close()

    def wrong(self, message: str, hint: str = "", row: int = 0, column: int = 0) -> InputError:
        return InputError(Problem(Span(self.name, row, column), message, hint))

    def _refuse_bombs(self) -> None:
        try:
            with zipfile.ZipFile(self.path) as packed:
                for part in packed.infolist():
                    texts = part.filename.casefold().endswith("sharedstrings.xml")
                    large = part.file_size > (LARGEST_TEXTS if texts else LARGEST_PART)
                    if large or (part.file_size > _SMALL and part.file_size > MOST_PACKED * max(part.compress_size, 1)):
                        raise self.wrong(
                            f'its part "{part.filename[:60]}" unpacks to {part.file_size // 1024 // 1024:,} MiB',
                            "save the sheet as CSV",
                        )
                    if part.filename.endswith((".xml", ".rels")):
                        with packed.open(part) as file:
                            refuse_doctype(file, f"{self.name} ({part.filename[:60]})")
        except InputError:
            raise
        except OSError as error:
            raise unreadable(self.path, error) from None
        except Exception:  # what a damaged archive makes zipfile, zlib and expat raise is of a dozen kinds
            raise self.wrong("this is no XLSX workbook", "save it as .xlsx (Excel Workbook), or as CSV") from None

    def _open(self) -> Any:
        import openpyxl

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions that have no bearing on what the cells hold
                return openpyxl.load_workbook(self.path, read_only=True, data_only=True, keep_links=False)
        except OSError as error:
            raise unreadable(self.path, error) from None
        except Exception as error:  # openpyxl takes the parts for granted, and raises whatever comes of it
            said = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
            raise self.wrong(f"this is no XLSX workbook: {said}", "save it as .xlsx (Excel Workbook), or as CSV") from None

    def _sheet(self, book: Any) -> Any:
        sheets = list(book.worksheets)
        names = [str(sheet.title) for sheet in sheets]
        if self.wanted:
            if self.wanted not in names:
                raise self.wrong(f'the workbook has no sheet "{self.wanted}"', "it has " + ", ".join(names[:20]))
            return sheets[names.index(self.wanted)]
        filled = [sheet for sheet in sheets if self._holds_anything(sheet)]
        if not filled:
            raise self.wrong("the workbook is empty", "its first row names the columns")
        if len(filled) > 1:
            found = ", ".join(str(sheet.title) for sheet in filled[:20])
            raise self.wrong(f"the workbook has {len(filled)} sheets: {found}", "say `sheet: ...` in a mapping")
        return filled[0]

    def _holds_anything(self, sheet: Any) -> bool:
        return any(cell.value is not None for row in self._cells(sheet) for cell in row)

    def _cells(self, sheet: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of cells. Raises `InputError` where the sheet is damaged."""
        sheet.reset_dimensions()  # what the file says of its size is wrong more often than not
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield from sheet.iter_rows()
        except Exception as error:  # as above
            raise self.wrong(f"the sheet cannot be read: {type(error).__name__}", "is the file cut short?") from None

    def _header(self, sheet: Any) -> tuple[str, ...]:
        for number, cells in enumerate(self._cells(sheet), start=1):
            if number == self.first:
                names = [cell_text(cell)[0].strip() for cell in cells]
                while names and not names[-1]:
                    names.pop()
                if not names:
                    break
                check_header(tuple(names), self.name, number)
                return tuple(names)
        raise self.wrong(f"row {self.first} is empty", "it names the columns; say `header: ...` in a mapping if another row does")

    def rows(self) -> Iterator[Row]:
        book = self._open()
        width = len(self.columns)
        try:
            for number, cells in enumerate(self._cells(book[self.sheet]), start=1):
                if number <= self.first:
                    continue
                texts: list[str] = []
                foreign: list[tuple[int, str]] = []
                problems: list[Problem] = []
                for at, cell in enumerate(cells):
                    if cell.value is None:
                        texts.append("")
                        continue
                    text, kind = cell_text(cell)
                    texts.append(text)
                    if kind == "error":
                        problems.append(self.problem(number, at, f"the cell is the error {text[:20]}", "correct the formula"))
                    elif at >= width and text.strip():
                        message = f"a cell stands outside of the {width} columns that the header names"
                        problems.append(self.problem(number, at, message, "name the column, or empty the cell"))
                    elif kind:
                        foreign.append((at, kind))
                if not any(texts):
                    continue
                texts = (texts + [""] * width)[:width]
                yield Row(number, tuple(texts), tuple(foreign), tuple(problems))
        finally:
            book.close()

    def problem(self, row: int, at: int, message: str, hint: str) -> Problem:
        return Problem(Span(self.name, row, at + 1), message, hint)


def cell_text(cell: Any) -> tuple[str, str]:
    """The text of a cell, and what it is if it is no text: "number", "date", "truth value" or "error"."""
    value = cell.value
    if value is None:
        return "", ""
    if isinstance(value, str):
        return value, "error" if cell.data_type == "e" else ""
    if isinstance(value, bool):
        return text_of(value), "truth value"
    if isinstance(value, datetime | date):
        return text_of(value), "date"
    if isinstance(value, time | timedelta):
        return str(value), "time"
    percent = "%" in str(cell.number_format or "")
    if isinstance(value, float):
        return (f"{float_text(float(format(value * 100, '.15g')))} %" if percent else float_text(value)), "number"
    return (f"{value * 100} %" if percent else str(value)), "number"
