"""What each line claims and which licenses it may rest on, once for each distinct set of claims and licenses."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from exportcheck.batch.columns import Coded, Index, Truths, number_of, tuples
from exportcheck.batch.tables import ROOT, Slice
from exportcheck.engine.claims import claims_of, licenses, rests_on
from exportcheck.transaction.model import Claim, Entity


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """The claims of a line; equal ones are one object."""

    made: Sequence[Claim]


class LineClaims:
    """Claims and licenses of a slice."""

    def __init__(self, slice_: Slice) -> None:
        self.slice = slice_
        self._claims: dict[str, Coded] = {}
        self._offered: dict[tuple[object, object], int] = {}

    def of(self, kind: str) -> Coded:
        """The claims of every entity of a level."""
        found = self._claims.get(kind)
        if found is None:
            found = self._claims[kind] = self._read(kind)
        return found

    def _read(self, kind: str) -> Coded:
        level = self.slice.levels[kind]
        known: dict[Hashable, int] = {(): 0}
        values = [Claims(())]
        codes = np.zeros(level.size, np.int64)
        claiming = np.array([bool(t.claims) for t in self.slice.transactions], np.bool_)
        for row in np.flatnonzero(claiming[level.root]).tolist() if len(claiming) else ():
            claims = claims_of(self.slice.transactions[level.root[row]], level.entities[row])
            key = tuple(c.authority for c in claims)
            if key not in known:
                known[key] = len(values)
                values.append(Claims(claims))
            codes[row] = known[key]
        return Coded(codes, values)

    @cached_property
    def licenses(self) -> Coded:
        """The licenses that every transaction states, by what is read of them: kind and number."""
        known: dict[Hashable, int] = {(): 0}
        values: list[tuple[Entity, ...]] = [()]
        level = self.slice.levels[ROOT]
        codes = np.zeros(level.size, np.int64)
        for row in np.flatnonzero(np.diff(level.listed("authorizations").starts)).tolist():
            held = licenses(self.slice.transactions[row])
            key = tuple(_read_of(a) for a in held)
            if key not in known:
                known[key] = len(values)
                values.append(held)
            codes[row] = known[key]
        return Coded(codes, values)

    def offered(self, authorizations: Index, kind: str, entities: Index) -> Truths:
        """May each entity rest on the license beside it?"""
        level = self.slice.levels["authorization"]
        read = [level.fact(name) for name in ("kind", "number")]
        columns = [self.of(kind).take(entities), *(c.take(authorizations) for c in read)]
        if not len(entities):
            return np.zeros(0, np.int8)
        codes, distinct = tuples(columns)
        table = np.array([self._rests(*values) for values in distinct], np.int8)
        return table[codes]

    def _rests(self, claims: object, kind: object, number: object) -> int:
        assert isinstance(claims, Claims)
        facts = {name: fact for name, fact in (("kind", kind), ("number", number)) if fact is not None}
        return number_of(rests_on(list(claims.made), Entity("authorization", "", facts)))  # type: ignore[arg-type]


def _read_of(authorization: Entity) -> Hashable:
    return tuple(
        None if (fact := authorization.facts.get(name)) is None else (fact.value.__class__, fact.value)
        for name in ("kind", "number")
    )
