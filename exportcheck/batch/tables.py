"""A slice of transactions as levels: for each kind of entity all there are, with their facts as columns.

A component stands on the level `component` with the row of its transaction; the lists of each level say which entities are whose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from exportcheck.batch.columns import Coded, Flags, Index, Interner
from exportcheck.condition.environment import NO_LIST
from exportcheck.transaction.model import Entity, Fact, Transaction
from exportcheck.vocabulary.model import ENTITY_KINDS, ENTITY_LISTS

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
    """Some transactions, by levels. `rows` finds an entity by its identity: (kind, row)."""

    transactions: Sequence[Transaction]
    levels: dict[str, Level]
    rows: dict[int, tuple[str, int]]

    @staticmethod
    def from_transactions(transactions: Sequence[Transaction]) -> Slice:
        making = {kind: _Making() for kind in ENTITY_KINDS}
        rows: dict[int, tuple[str, int]] = {}

        def add(entity: Entity, transaction: int) -> int:
            level = making[entity.kind]
            row = len(level.roots)
            level.roots.append(transaction)
            level.entities.append(entity)
            rows[id(entity)] = (entity.kind, row)
            for name, fact in entity.facts.items():
                level.fact(name, row, fact)
            for name in ENTITY_LISTS.get(entity.kind, ()):
                found = entity.lists.get(name, NO_LIST)
                level.list(name, [add(member, transaction) for member in found.members], found.complete)
            return row

        for number, transaction in enumerate(transactions):
            add(transaction.root, number)
        return Slice(transactions, {kind: level.made(kind) for kind, level in making.items()}, rows)


@dataclass(slots=True)
class _Making:
    """A level while it is filled, entity by entity."""

    roots: list[int] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    facts: dict[str, tuple[list[int], list[Fact]]] = field(default_factory=dict)
    lists: dict[str, tuple[list[int], list[int], list[bool]]] = field(default_factory=dict)

    def fact(self, name: str, row: int, fact: Fact) -> None:
        rows, facts = self.facts.setdefault(name, ([], []))
        rows.append(row)
        facts.append(fact)

    def list(self, name: str, members: Sequence[int], complete: bool) -> None:
        counts, all_members, marks = self.lists.setdefault(name, ([], [], []))
        counts.append(len(members))
        all_members.extend(members)
        marks.append(complete)

    def made(self, kind: str) -> Level:
        size = len(self.roots)
        lists = {
            name: Listed(
                ENTITY_LISTS[kind][name],
                np.concatenate(([0], np.cumsum(np.array(counts, np.int64)))).astype(np.int64),
                np.array(members, np.int64),
                np.array(marks, np.bool_),
            )
            for name, (counts, members, marks) in self.lists.items()
        }
        facts = {name: _column(rows, stated, size) for name, (rows, stated) in self.facts.items()}
        return Level(kind, np.array(self.roots, np.int64), self.entities, facts, lists)


def _column(rows: Sequence[int], facts: Sequence[Fact], size: int) -> Coded:
    """Facts by what conditions read of them: the value, and whether a list is complete."""
    number = Interner()
    stated: list[object] = [None]
    places: dict[int, int] = {}
    codes = np.zeros(size, np.int64)
    found = np.empty(len(rows), np.int64)
    for n, fact in enumerate(facts):
        key = number((fact.value.__class__, fact.value, fact.complete))
        if key not in places:
            places[key] = len(stated)
            stated.append(fact)
        found[n] = places[key]
    codes[np.array(rows, np.int64)] = found
    return Coded(codes, stated)
