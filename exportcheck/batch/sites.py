"""Sites: an environment for many rows at once. Every variable stands for an entity in each row.

The outermost site has one row a transaction. The members of a list make a site below it, with one row for each member; folding
takes a column of that site back out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from exportcheck.batch.columns import FALSE, TRUE, UNKNOWN, Flags, Index, Truths, k_not
from exportcheck.batch.tables import ROOT, Slice


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The members of one list of the entity in every row: `rows[m]` is the row that member `m` belongs to, `starts[n]` the first
    member of row `n`, `place` the members on their level."""

    rows: Index
    starts: Index
    kind: str
    place: Index
    complete: Flags

    @property
    def counts(self) -> Index:
        return np.diff(self.starts)

    def least(self, truths: Truths) -> Truths:
        """Of every row the least over its members; over none, true."""
        return self._reduced(np.minimum, truths, TRUE)

    def greatest(self, truths: Truths) -> Truths:
        """Of every row the greatest over its members; over none, false."""
        return self._reduced(np.maximum, truths, FALSE)

    def _reduced(self, ufunc: np.ufunc, truths: Truths, of_none: int) -> Truths:
        result = np.full(len(self.starts) - 1, of_none, np.int8)
        some = self.counts > 0
        if some.any():
            result[some] = ufunc.reduceat(truths, self.starts[:-1][some])
        return result

    def sum(self, numbers: Index) -> Index:
        """Of every row the sum over its members. The caller sees to it that it fits."""
        result = np.zeros(len(self.starts) - 1, np.int64)
        some = self.counts > 0
        if some.any():
            result[some] = np.add.reduceat(numbers, self.starts[:-1][some])
        return result

    def some(self, is_in: Truths, holds: Truths) -> Truths:
        """`condition.evaluate_lists.k_some`, of every row."""
        found = self.greatest(np.minimum(is_in, holds))
        return np.where(self.complete, found, np.maximum(found, np.int8(UNKNOWN)))

    def each(self, is_in: Truths, holds: Truths, *, or_none: bool = False) -> Truths:
        """`condition.evaluate_lists.k_each`, of every row."""
        found = self.least(np.maximum(k_not(is_in), holds))
        settled = self.complete
        if not or_none:
            settled = settled & (self.greatest(np.minimum(is_in, holds)) == TRUE)
        return np.where((found == FALSE) | settled, found, np.int8(UNKNOWN))


@dataclass(slots=True, eq=False)
class Rows:
    """Rows below others: row `n` is within row `within[n]` of `outer`, and there `var` is the entity `place[n]` of a level."""

    slice: Slice
    size: int
    outer: Rows | None
    within: Index
    var: str
    kind: str
    place: Index
    _places: dict[str, tuple[str, Index]] = field(default_factory=dict)
    _members: dict[tuple[str, str], Members] = field(default_factory=dict)
    _below: dict[tuple[str, str, str], Rows] = field(default_factory=dict)

    def entity(self, var: str) -> tuple[str, Index]:
        """The level of a variable, and the row there for every row here."""
        if var == self.var:
            return self.kind, self.place
        found = self._places.get(var)
        if found is None:
            if self.outer is None:
                raise KeyError(var)
            kind, place = self.outer.entity(var)
            found = self._places[var] = (kind, place[self.within])
        return found

    @property
    def chain(self) -> tuple[tuple[str, str], ...]:
        """The variables from the outermost rows to these, each with its kind of entity."""
        return ((self.var, self.kind),) if self.outer is None else (*self.outer.chain, (self.var, self.kind))

    def within_rows(self, others: Rows) -> Index | None:
        """The row of `others` that each row is within; None where these are not below those."""
        if others is self:
            return np.arange(self.size)
        if self.outer is None:
            return None
        found = self.outer.within_rows(others)
        return None if found is None else found[self.within]

    def transactions(self) -> Index:
        """The transaction of each row."""
        return np.arange(self.size) if self.outer is None else self.outer.transactions()[self.within]

    def members(self, var: str, name: str) -> Members:
        """The members of a list of the entity in a variable."""
        found = self._members.get((var, name))
        if found is None:
            kind, place = self.entity(var)
            listed = self.slice.levels[kind].listed(name)
            first = listed.starts[place]
            counts = listed.starts[place + 1] - first
            starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
            rows = np.repeat(np.arange(self.size), counts)
            nth = np.arange(len(rows)) - starts[rows]
            found = Members(rows, starts, listed.kind, listed.members[first[rows] + nth], listed.complete[place])
            self._members[var, name] = found
        return found

    def below(self, var: str, name: str, member: str) -> Rows:
        """The rows of those members, with `member` for each."""
        found = self._below.get((var, name, member))
        if found is None:
            m = self.members(var, name)
            found = Rows(self.slice, len(m.rows), self, m.rows, member, m.kind, m.place)
            self._below[var, name, member] = found
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Rows, and the variables that are the same in all of them: rows of tables, and grounds."""

    rows: Rows
    constants: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return self.rows.size

    def at(self, rows: Rows) -> Site:
        return Site(rows, self.constants)

    def having(self, var: str, value: object) -> Site:
        return Site(self.rows, {**self.constants, var: value})


def transactions(slice_: Slice) -> Rows:
    """One row a transaction."""
    every = slice_.every(ROOT)
    return Rows(slice_, len(every), None, every, "", ROOT, every)


def entities(outermost: Rows, kind: str, var: str) -> Rows:
    """One row for each entity of a kind, which is in `var` (a transaction may be too)."""
    level = outermost.slice.levels[kind]
    if not var:
        return outermost
    return Rows(outermost.slice, level.size, outermost, level.root, var, kind, outermost.slice.every(kind))
