"""What comes out of a file of order lines: transactions, and error rows in the place of those that cannot be read."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

from exportcheck.errors import InputError, Problem, Span
from exportcheck.transaction.model import Transaction

LONGEST_RECORD: Final = 16 * 1024 * 1024
"""No row, line or document may be longer than this, in bytes."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One transaction, or the error rows in its place.

    `rows` are the source rows, from 1: of a table as a spreadsheet numbers them (the header is row 1), of JSON Lines the lines,
    of Parquet the rows, of documents the lines of the order in the order of the file. `id` is the transaction's ("" if not
    known). `problems` is empty exactly where there is a transaction; their spans hold the row and the column, both from 1.
    """

    rows: tuple[int, ...]
    id: str
    transaction: Transaction | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read: its number and a text for each column. `foreign` tells of cells that are no texts what they are instead.

    `foreign` maps the position of a cell, from 0, to "number", "date" or "truth value": a spreadsheet that has made a number of
    the ECCN 5E002 has lost it. `problems` is what is wrong with the row as a whole; then the cells are those that could be read.
    """

    number: int
    cells: tuple[str, ...]
    foreign: tuple[tuple[int, str], ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """What becomes one transaction: rows of a table, or one line of JSON. Cheap to make, to skip and to send to another process.

    `text` is a JSON text, `record` a row of Parquet; `problems` make it an error without further reading.
    """

    rows: tuple[Row, ...]
    id: str = ""
    text: str = ""
    record: Mapping[str, Any] | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(row.number for row in self.rows)


class Source(ABC):
    """A file of order lines, opened. It may be iterated more than once, always with the same transactions in the same order."""

    path: Path
    format: str
    """csv, tsv, xlsx, parquet, jsonl, ocds or ubl."""
    count: int | None
    """How many rows the file holds, where it says so itself."""
    notes: tuple[Problem, ...]
    """What is worth saying about the file and is no mistake: columns that no mapping speaks of."""

    @abstractmethod
    def groups(self) -> Iterator[Group]:
        """What becomes one transaction each, not yet read. Raises `InputError` where the rest of the file cannot be read."""

    @abstractmethod
    def take(self, group: Group) -> Taken:
        """The transaction of a group. Never raises for what stands in the file."""

    def __iter__(self) -> Iterator[Taken]:
        return self.starting_at(0)

    def starting_at(self, position: int) -> Iterator[Taken]:
        """Those from a position on, from 0; what comes before is passed over without being converted."""
        return (self.take(group) for group in islice(self.groups(), position, None))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the file's bytes, in hex."""
        try:
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise unreadable(self.path, error) from None


def unreadable(path: Path, error: OSError) -> InputError:
    """The error of a file that cannot be opened or read."""
    if path.is_dir():
        return InputError(Problem(Span(str(path)), "this is a folder, and a file was expected"))
    if isinstance(error, FileNotFoundError):
        return InputError(Problem(Span(str(path)), "there is no such file", "check the spelling of the path"))
    return InputError(Problem(Span(str(path)), f"the file cannot be read: {error.strerror or error}"))
