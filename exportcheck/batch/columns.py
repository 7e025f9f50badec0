"""Columns: what a condition comes to on many rows at once.

Truth is an int8 array of `FALSE`, `UNKNOWN`, `TRUE`, so that `and` is the least, `or` the greatest, and `not` `2 - x`. Every
other value is coded: each distinct value once, and for every row the number of its value.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exportcheck.values import Truth

Truths = NDArray[np.int8]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

TRUTHS: Final[tuple[Truth, Truth, Truth]] = (False, None, True)
"""The truth of each number."""

DENSE: Final = 1 << 16
"""Up to this many possible codes, those that occur are found by flags and not by sorting."""


def number_of(truth: Truth) -> int:
    return UNKNOWN if truth is None else TRUE if truth else FALSE


def always(truth: Truth, size: int) -> Truths:
    return np.full(size, number_of(truth), np.int8)


def k_and(parts: Sequence[Truths]) -> Truths:
    """The conjunction of at least one column."""
    result = parts[0]
    for part in parts[1:]:
        result = np.minimum(result, part)
    return result


def k_or(parts: Sequence[Truths]) -> Truths:
    """The disjunction of at least one column."""
    result = parts[0]
    for part in parts[1:]:
        result = np.maximum(result, part)
    return result


def k_not(truths: Truths) -> Truths:
    return np.subtract(np.int8(TRUE), truths)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """`codes[n]` is the place in `values` of the value of row `n`. Not every value need occur."""

    codes: Index
    values: Sequence[object]

    def take(self, rows: Index) -> Coded:
        return Coded(self.codes[rows], self.values)

    def truths(self) -> Truths:
        """The column of truths that its values are."""
        return of_codes(self, lambda value: value if isinstance(value, bool) else None)


def of_codes(column: Coded, truth: Callable[[object], Truth]) -> Truths:
    """A column of truths: that of each value that occurs."""
    codes, distinct = compact(column.codes, len(column.values))
    table = np.array([number_of(truth(column.values[n])) for n in distinct.tolist()], np.int8)
    return table[codes] if len(table) else np.zeros(len(codes), np.int8)


def coded(column: Truths | Coded) -> Coded:
    return column if isinstance(column, Coded) else Coded(column.astype(np.int64), TRUTHS)


def compact(codes: Index, size: int) -> tuple[Index, Index]:
    """The codes numbered anew among those that occur, and those that occur, in order. `size`: codes are below it."""
    if size <= max(DENSE, 2 * len(codes)):
        occurs = np.zeros(size, np.bool_)
        occurs[codes] = True
        distinct = np.flatnonzero(occurs)
        anew = np.empty(size, np.int64)
        anew[distinct] = np.arange(len(distinct))
        return anew[codes], distinct
    distinct, inverse = np.unique(codes, return_inverse=True)
    return inverse.reshape(-1).astype(np.int64), distinct


def tuples(columns: Sequence[Coded]) -> tuple[Index, list[tuple[object, ...]]]:
    """For each row the number of its tuple of values, and the distinct tuples. At least one column."""
    codes, distinct = compact(columns[0].codes, len(columns[0].values))
    parts = [distinct]
    for column in columns[1:]:
        mixed = codes * len(column.values) + column.codes
        codes, distinct = compact(mixed, len(parts[0]) * len(column.values))
        before, last = np.divmod(distinct, max(len(column.values), 1))
        parts = [*(p[before] for p in parts), last]
    values = [[column.values[n] for n in part.tolist()] for column, part in zip(columns, parts, strict=True)]
    return codes, list(zip(*values, strict=True))


def alike(table: Index, size: int) -> tuple[list[list[int]], Index]:
    """The distinct rows of a table of numbers below `size`, and for each row which of them it is."""
    codes, distinct = compact(table[:, 0], size)
    parts = [distinct]
    for n in range(1, table.shape[1]):
        codes, distinct = compact(codes * size + table[:, n], len(parts[0]) * size)
        before, last = np.divmod(distinct, size)
        parts = [*(p[before] for p in parts), last]
    return np.column_stack(parts).tolist(), codes


class Interner:
    """Numbers distinct values in the order in which they come. `True` and `1` are two."""

    __slots__ = ("_numbers", "values")

    def __init__(self) -> None:
        self.values: list[object] = []
        self._numbers: dict[Hashable, int] = {}

    def __call__(self, value: object) -> int:
        key = (value.__class__, value)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.values)
            self.values.append(value)
        return found


def interned(values: Iterable[object]) -> Coded:
    """The coded column of these values."""
    number = Interner()
    codes = np.fromiter((number(v) for v in values), np.int64)
    return Coded(codes, number.values)
