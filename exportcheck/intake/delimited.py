"""CSV and TSV: bytes to rows, one record at a time, whatever stands in them.

A record that cannot be read is a row with problems, and reading goes on behind it. Where a quote is opened and never closed, that
is the line after the one with the quote.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.model import LONGEST_RECORD, Row, unreadable
from exportcheck.source.characters import unseen

DELIMITERS: Final = {"csv": ",", "tsv": "\t"}
MOST_RESUMED: Final = 200
"""After so many records that do not end, the file is not what it says it is."""

_CALLED: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_OTHER_BOMS: Final = ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


class _TooLongError(Exception):
    """The record that is being read has more bytes than a record may have."""


class Delimited:
    """A file of records. `columns` is its header; `rows()` may be called more than once."""

    def __init__(self, path: Path, format: str, mapping: Mapping | None, limit: int = LONGEST_RECORD) -> None:
        self.path = path
        self.name = str(path)
        self.limit = limit
        mapping = mapping or Mapping()
        self.encoding = mapping.encoding
        self.first = mapping.header
        self.delimiter = mapping.delimiter or DELIMITERS[format]
        if csv.field_size_limit() < limit:
            csv.field_size_limit(limit)
        self.columns: tuple[str, ...] = ()
        self.columns = self._header()
        self.count: int | None = None

    def _open(self) -> BinaryIO:
        try:
            file = self.path.open("rb")
            start = file.read(4)
        except OSError as error:
            raise unreadable(self.path, error) from None
        for bom, called in _OTHER_BOMS:
            if start.startswith(bom):
                file.close()
                raise InputError(Problem(Span(self.name), f"the file is written in {called}", "save it as CSV in UTF-8"))
        file.seek(len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0)
        return file

    def _header(self) -> tuple[str, ...]:
        with self._open() as file:
            for row in _Records(self, file).rows():
                if row.number == self.first:
                    return self._checked(row)
        if self.first > 1:
            raise InputError(Problem(Span(self.name), f"the file has no row {self.first}", "`header` is the row with the names"))
        raise InputError(Problem(Span(self.name), "the file is empty", "its first row names the columns"))

    def _checked(self, row: Row) -> tuple[str, ...]:
        if row.problems:
            raise InputError(row.problems)
        names = tuple(cell.strip() for cell in row.cells)
        if len(names) == 1:
            self._another_delimiter(names[0], row.number)
        check_header(names, self.name, row.number)
        return names

    def _another_delimiter(self, name: str, number: int) -> None:
        counts = {mark: name.count(mark) for mark in _CALLED if mark != self.delimiter}
        mark = max(counts, key=lambda m: counts[m])
        if counts[mark]:
            shown = "\\t" if mark == "\t" else mark
            found = f"{counts[mark]} {_CALLED[mark]}{'s' * (counts[mark] > 1)}"
            read = _CALLED.get(self.delimiter, self.delimiter)
            message = f"the header is one column with {found} in it, and columns are divided by a {read}"
            span = Span(self.name, number, name.index(mark) + 1)
            raise InputError(Problem(span, message, f'say `delimiter: "{shown}"` in a mapping'))

    def rows(self) -> Iterator[Row]:
        """The records below the header; lines that are empty, or hold delimiters only, count and are left out."""
        width = len(self.columns)
        with self._open() as file:
            for row in _Records(self, file).rows():
                if row.number <= self.first or not (any(row.cells) or row.problems):
                    continue
                if len(row.cells) != width and not row.problems:
                    yield self._ragged(row, width)
                else:
                    yield row

    def _ragged(self, row: Row, width: int) -> Row:
        found = len(row.cells)
        column = min(found, width) + 1 if found > width else max(found, 1)
        hint = f"a text with a {_CALLED.get(self.delimiter, 'delimiter')} in it stands in double quotes" if found > width else ""
        problem = Problem(Span(self.name, row.number, column), f"the row has {found} cells, and the header names {width}", hint)
        return Row(row.number, row.cells, problems=(problem,))


def check_header(names: tuple[str, ...], file: str, number: int) -> None:
    """Raise `InputError` for columns without a name, and for two of one name."""
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for column, name in enumerate(names, start=1):
        span = Span(file, number, column)
        if not name:
            problems.append(Problem(span, f"column {column} has no name", "name it, or delete the column"))
        elif (found := unseen(name)) is not None:
            problems.append(Problem(span, f"the name of the column has the character {found[1]}", "delete it; nobody sees it"))
        elif name in seen:
            problems.append(
                Problem(span, f'two columns have the name "{name[:60]}"', f"the first is column {seen[name]}; rename one of them")
            )
        seen.setdefault(name, column)
    if problems:
        raise InputError(problems[:20])


class _Records:
    """The records of an open file, with what is needed to go on behind one that cannot be read."""

    def __init__(self, table: Delimited, file: BinaryIO) -> None:
        self.table = table
        self.file = file
        self.length = 0
        """Of the record so far, in bytes."""
        self.bad = False
        """Does it have bytes that are no text?"""

    def lines(self) -> Iterator[str]:
        read, limit, encoding = self.file.readline, self.table.limit, self.table.encoding
        while line := read(limit + 1):
            self.length += len(line)
            if self.length > limit:
                raise _TooLongError
            if b"\0" in line:
                self.bad = True
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                text = line.decode(encoding, "surrogateescape")
                self.bad = True
            yield text

    def rows(self) -> Iterator[Row]:
        reader = self.reader()
        start = self.file.tell()
        number = resumed = 0
        while True:
            number += 1
            self.length, self.bad = 0, False
            problem = None
            cells: list[str] = []
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _TooLongError:
                megabytes = self.table.limit / 1024 / 1024
                problem = (f"the row is longer than {megabytes:g} MiB", "is a double quote missing, or a line end?")
            except csv.Error as error:
                problem = _said(str(error))
            if problem is None:
                start += self.length
                yield self.undecodable(number, cells) if self.bad else Row(number, tuple(cells))
                continue
            resumed += 1
            span = Span(self.table.name, number, 1)
            if resumed > MOST_RESUMED:
                says = f"more than {MOST_RESUMED} rows cannot be told apart"
                raise InputError(Problem(span, says, "is this file CSV? a double quote within quotes is written twice"))
            yield Row(number, (), problems=(Problem(span, *problem),))
            start = self.behind_line(start)
            reader = self.reader()

    def reader(self) -> Iterator[list[str]]:
        return csv.reader(self.lines(), delimiter=self.table.delimiter, strict=True)

    def behind_line(self, start: int) -> int:
        """Go to the line after the one that begins at `start`, in small steps: a line may be a gigabyte."""
        self.file.seek(start)
        while (piece := self.file.readline(1024 * 1024)) and not piece.endswith(b"\n"):
            pass
        return self.file.tell()

    def undecodable(self, number: int, cells: list[str]) -> Row:
        """A row with bytes that the encoding does not know, or with a zero byte: where, and which."""
        for column, cell in enumerate(cells, start=1):
            for c in cell:
                if "\udc80" <= c <= "\udcff" or c == "\0":
                    byte = 0 if c == "\0" else ord(c) - 0xDC00
                    called = self.table.columns[column - 1] if column <= len(self.table.columns) else str(column)
                    message = f'column "{called[:60]}": the byte 0x{byte:02X} is no text in {self.table.encoding.upper()}'
                    hint = "delete it" if c == "\0" else "save the file as UTF-8, or say `encoding: windows-1252` in a mapping"
                    clean = tuple("".join("\ufffd" if "\udc80" <= x <= "\udcff" else x for x in y) for y in cells)
                    return Row(number, clean, problems=(Problem(Span(self.table.name, number, column), message, hint),))
        return Row(number, tuple(cells))


def _said(error: str) -> tuple[str, str]:
    """What the reader of records says, for whoever made the file."""
    if "unexpected end of data" in error:
        return "a double quote is opened in this row and never closed", 'a double quote within quotes is written twice: ""'
    if "expected after" in error:
        return "behind a closing double quote stands something else", 'a double quote within quotes is written twice: ""'
    if "new-line character" in error:
        return "the row holds a bare carriage return", "end lines with a line feed, and put texts of several lines in quotes"
    return f"the row cannot be read: {error}", ""
