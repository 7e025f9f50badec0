"""Transactions that differ from another one in a few facts: what the engine asks "what if" of.

Nothing is copied but the entities on the way to the change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import Enum
from types import MappingProxyType
from typing import Final

from exportcheck.transaction.model import Entity, EntityList, Fact, Transaction
from exportcheck.values import Money


class _Remove(Enum):
    REMOVE = "remove"

    def __repr__(self) -> str:
        return "REMOVE"


REMOVE: Final = _Remove.REMOVE
"""In place of a value: the fact is not stated."""

Changing = Callable[[Entity], Entity]

_STEP: Final = re.compile(r"([a-z_]+)\[(\d+)\](?:\.|$)")


def replace_fact(transaction: Transaction, path: str, name: str, value: object) -> Transaction:
    """The transaction with one fact set or, with REMOVE, not stated.

    `path` is the entity's ("" for the transaction, "items[0].components[1]"). `value` is a converted value (bool, Decimal in the
    declared unit, Money, a frozenset for a list, ABSENT, ...) or a whole `Fact`. A value takes over unit and place of the fact
    that it replaces; of a marked list it counts as complete. Raises `KeyError` if there is no such entity.
    """

    def changed(entity: Entity) -> Entity:
        facts = dict(entity.facts)
        if value is REMOVE:
            if name not in facts:
                return entity
            del facts[name]
        else:
            facts[name] = _fact(value, facts.get(name), entity, transaction.rates)
        return replace(entity, facts=MappingProxyType(facts))

    return _at(transaction, path, changed)


def with_facts(transaction: Transaction, changes: Iterable[tuple[str, str, object]]) -> Transaction:
    """The transaction with several changes of (entity path, fact name, value or REMOVE), in that order."""
    for path, name, value in changes:
        transaction = replace_fact(transaction, path, name, value)
    return transaction


def remove_completeness(transaction: Transaction, path: str, name: str) -> Transaction:
    """The transaction without the completeness mark of a list, of entities ("components") or a fact ("citizenships_ever")."""

    def changed(entity: Entity) -> Entity:
        if name in entity.lists:
            members = replace(entity.lists[name], complete=False, mark=None)
            return replace(entity, lists=MappingProxyType({**entity.lists, name: members}))
        if name not in entity.facts:
            raise KeyError(f"{entity.path or 'the transaction'} has no list {name}")
        fact = replace(entity.facts[name], complete=False)
        return replace(entity, facts=MappingProxyType({**entity.facts, name: fact}))

    return _at(transaction, path, changed)


def entity_at(transaction: Transaction, path: str) -> Entity:
    """The entity at a path. Raises `KeyError` if there is none."""
    entity = transaction.root
    for name, position in _steps(path):
        entity = _member(entity, name, position, path)
    return entity


def _fact(value: object, old: Fact | None, entity: Entity, rates: Mapping[str, Fact]) -> Fact:
    if isinstance(value, Fact):
        return value
    if isinstance(value, Money) and value.usd is None and value.currency == "USD":
        value = replace(value, usd=value.amount)
    if old is not None:
        return Fact(value, span=old.span, unit=old.unit, marked=old.marked)
    return Fact(value, span=entity.span)


def _steps(path: str) -> list[tuple[str, int]]:
    steps = [(match[1], int(match[2])) for match in _STEP.finditer(path)]
    if path != ".".join(f"{name}[{position}]" for name, position in steps):
        raise KeyError(f"{path} is no path of an entity")
    return steps


def _member(entity: Entity, name: str, position: int, path: str) -> Entity:
    members = entity.lists[name].members if name in entity.lists else ()
    if position >= len(members):
        raise KeyError(f"there is no {path}")
    return members[position]


def _at(transaction: Transaction, path: str, change: Changing) -> Transaction:
    steps = _steps(path)
    root = _rebuilt(transaction.root, steps, change, path)
    return transaction if root is transaction.root else replace(transaction, root=root)


def _rebuilt(entity: Entity, steps: list[tuple[str, int]], change: Changing, path: str) -> Entity:
    if not steps:
        return change(entity)
    (name, position), *rest = steps
    member = _member(entity, name, position, path)
    new = _rebuilt(member, rest, change, path)
    if new is member:
        return entity
    old: EntityList = entity.lists[name]
    members = replace(old, members=(*old.members[:position], new, *old.members[position + 1 :]))
    return replace(entity, lists=MappingProxyType({**entity.lists, name: members}))
