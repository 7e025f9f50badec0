"""A slice of transactions as levels: for each kind of entity all there are, with their facts as columns.

A component stands on the level `component` with the row of its transaction; the lists of each level say which entities are whose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from exportcheck.batch.columns import Coded, Flags, Index, Interner
from exportcheck.condition.environment import NO_LIST
from exportcheck.transaction.model import Entity, Fact, Transaction
from exportcheck.vocabulary.model import ENTITY_KINDS, ENTITY_LISTS

if TYPE_CHECKING:
    import pyarrow as pa

    from exportcheck.vocabulary.model import Vocabulary

ROOT = "transaction"


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A list of every entity of a level: entity `n` has `members[starts[n]:starts[n + 1]]`, rows of the level `kind`."""

    kind: str
    starts: Index
    members: Index
    complete: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """All entities of a kind. `root` is the row of each one's transaction; `facts` code the stated `Fact`, None not stated."""

    kind: str
    root: Index
    entities: Sequence[Entity]
    facts: dict[str, Coded]
    lists: dict[str, Listed]

    @property
    def size(self) -> int:
        return len(self.root)

    def fact(self, name: str) -> Coded:
        found = self.facts.get(name)
        return found if found is not None else Coded(np.zeros(self.size, np.int64), (None,))

    def listed(self, name: str) -> Listed:
        """Of a list that this kind of entity does not have, nothing is known."""
        found = self.lists.get(name)
        if found is None:
            kind = next((kinds[name] for kinds in ENTITY_LISTS.values() if name in kinds), self.kind)
            none = np.zeros(self.size, np.bool_)
            found = Listed(kind, np.zeros(self.size + 1, np.int64), np.zeros(0, np.int64), none)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """Some transactions, by levels."""

    transactions: Sequence[Transaction]
    levels: dict[str, Level]
    _every: dict[str, Index] = field(default_factory=dict)

    def every(self, kind: str) -> Index:
        """All rows of a level, always the same array."""
        found = self._every.get(kind)
        if found is None:
            found = self._every[kind] = np.arange(self.levels[kind].size)
        return found

    def rows(self) -> dict[tuple[int, int], tuple[str, int]]:
        """Where every entity stands, level and row, by its transaction and its identity (transactions may share entities)."""
        return {
            (root, id(entity)): (kind, row)
            for kind, level in self.levels.items()
            for row, (root, entity) in enumerate(zip(level.root.tolist(), level.entities, strict=True))
        }

    @staticmethod
    def from_columns(table: pa.Table, vocabulary: Vocabulary) -> Slice:
        """A flat table whose columns are paths of facts of transactions and items: each row a transaction with one item.

        There are no entities behind it, and whether facts agree with each other is not looked at; so it is for deciding
        provisions on many rows. For several tables of the same columns keep a `batch.flat.FlatReader`. Raises InputError.
        """
        from exportcheck.batch.flat import FlatReader

        return FlatReader(table.column_names, vocabulary)(table)

    @staticmethod
    def from_transactions(transactions: Sequence[Transaction]) -> Slice:
        making = {kind: _Making(kind) for kind in ENTITY_KINDS}

        def add(entity: Entity, transaction: int) -> int:
            level = making[entity.kind]
            row = len(level.roots)
            level.roots.append(transaction)
            level.entities.append(entity)
            facts = entity.facts
            level.names += facts
            level.facts += facts.values()
            level.counts.append(len(facts))
            if level.lists:
                lists = entity.lists
                for name, listing in level.lists.items():
                    found = lists.get(name, NO_LIST)
                    members = found.members
                    if members:
                        listing.members += [add(member, transaction) for member in members]
                    listing.counts.append(len(members))
                    listing.complete.append(found.complete)
            return row

        for number, transaction in enumerate(transactions):
            add(transaction.root, number)
        return Slice(transactions, {kind: level.made() for kind, level in making.items()})


@dataclass(slots=True)
class _Listing:
    """A list of every entity of a level, while it is filled."""

    kind: str
    members: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    complete: list[bool] = field(default_factory=list)

    def made(self) -> Listed:
        starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.array(self.counts, np.int64))))
        return Listed(self.kind, starts, np.array(self.members, np.int64), np.array(self.complete, np.bool_))


class _Making:
    """A level while it is filled, entity by entity: the facts of all of them one after the other, `counts` of each."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.roots: list[int] = []
        self.entities: list[Entity] = []
        self.names: list[str] = []
        self.facts: list[Fact] = []
        self.counts: list[int] = []
        self.lists = {name: _Listing(of) for name, of in ENTITY_LISTS.get(kind, {}).items()}

    def made(self) -> Level:
        lists = {name: listing.made() for name, listing in self.lists.items()}
        return Level(self.kind, np.array(self.roots, np.int64), self.entities, self._columns(), lists)

    def _columns(self) -> dict[str, Coded]:
        size, total = len(self.roots), len(self.facts)
        numbers = {name: n for n, name in enumerate(dict.fromkeys(self.names))}
        named = np.fromiter(map(numbers.__getitem__, self.names), np.int64, total)
        rows = np.repeat(np.arange(size), np.array(self.counts, np.int64))
        # facts that share their value (true, a text of a closed list) are told apart by it no more
        values = np.fromiter(map(id, map(attrgetter("value"), self.facts)), np.int64, total)
        complete = np.fromiter(map(attrgetter("complete"), self.facts), np.bool_, total)
        order = np.argsort(named, kind="stable")
        bounds = np.searchsorted(named[order], np.arange(len(numbers) + 1))
        found = {}
        for name, n in numbers.items():
            mine = order[bounds[n] : bounds[n + 1]]
            found[name] = self._column(rows[mine], mine, values[mine] * 2 + complete[mine], size)
        return found

    def _column(self, rows: Index, places: Index, keys: Index, size: int) -> Coded:
        """A fact by what conditions read of it: the value, and whether a list is complete. `places` are those of its facts."""
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        number = Interner()
        stated: list[object] = [None]
        distinct = np.empty(len(first), np.int64)
        for n, place in enumerate(places[first].tolist()):
            fact = self.facts[place]
            distinct[n] = number((fact.value.__class__, fact.value, fact.complete)) + 1
            if distinct[n] == len(stated):
                stated.append(fact)
        codes = np.zeros(size, np.int64)
        codes[rows] = distinct[inverse.reshape(-1)]
        return Coded(codes, stated)
