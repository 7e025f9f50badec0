"""What a mapping says: which column is which fact, and how its texts are meant."""

from __future__ import annotations

from collections.abc import Mapping as Words
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final, Literal

from exportcheck.errors import NOWHERE, Span
from exportcheck.transaction.model import Fact

NOT_STATED: Final = "not-stated"
"""What a map of values may say: as if the cell were empty."""

Otherwise = Literal["error", "not-stated"]
_NONE: Words[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Said:
    """Who says what a column or a constant states, and on what ground, as in a description."""

    by: str = ""
    dated: date | None = None
    source: str = ""
    because: str = ""


NOBODY: Final = Said()


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """One column to one fact.

    `values` turns texts into others before conversion (None: they are meant as written); `otherwise` is what becomes of a text
    that is not among them, or that is no value of the fact. A currency or unit is written behind each amount (`fixed`), or
    stands in a column of its own (`beside`). `date_formats` are tried in order, as strptime knows them. `separator` divides the
    members of a list. `optional`: the file may lack the column. `numbers`: a cell that a spreadsheet holds as a number is taken
    for a text. `first`: only so many digits and letters count (0: all). `said` is who says so.
    """

    column: str
    path: str
    values: Words[str, str] | None = None
    otherwise: Otherwise = "error"
    fixed: str = ""
    beside: str = ""
    date_formats: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str = ""
    separator: str = ";"
    optional: bool = False
    numbers: bool = False
    first: int = 0
    said: Said = NOBODY
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Constant:
    """A fact that holds of every row."""

    path: str
    text: str
    said: Said = NOBODY
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file as read.

    `group_by` are the columns whose texts together make a transaction of adjacent rows; `by_row`: each row is one. With neither,
    it is the column of `id`. `parties` are words for parties with their roles; `ignore` are names of columns or patterns with *;
    `not_stated` are texts that mean an empty cell. `digest` is the SHA-256 of the file.
    """

    columns: tuple[ColumnMap, ...] = ()
    constants: tuple[Constant, ...] = ()
    group_by: tuple[str, ...] = ()
    by_row: bool = False
    parties: Words[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    ignore: tuple[str, ...] = ()
    not_stated: frozenset[str] = frozenset()
    rates: Words[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    format: str = ""
    encoding: str = "utf-8"
    delimiter: str = ""
    sheet: str = ""
    header: int = 1
    file: str = ""
    digest: str = ""
    span: Span = NOWHERE

    def ignores(self, column: str) -> bool:
        return any(fnmatchcase(column, pattern) for pattern in self.ignore)
