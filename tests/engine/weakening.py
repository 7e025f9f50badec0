"""Saying less: the same transaction with facts withheld, classifications stated more coarsely, completeness marks removed,
members of lists not named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType

from exportcheck.transaction.change import REMOVE, entity_at, remove_completeness, replace_fact
from exportcheck.transaction.model import Entity, Fact, Transaction
from exportcheck.values import Classification

KEPT = frozenset({"id", "line"})
"""Not about the transfer: they say which record and which line is meant, and so which line a claim is for."""


@dataclass(frozen=True)
class Step:
    """One way to say less. `apply` raises `KeyError` where what it takes away is gone already."""

    kind: str
    what: str
    apply: Callable[[Transaction], Transaction]


def steps_of(transaction: Transaction) -> list[Step]:
    """Every single step that says less than this transaction."""
    return [*_facts(transaction), *_marks(transaction), *_members(transaction), *_judgements(transaction)]


def _facts(transaction: Transaction) -> Iterator[Step]:
    for entity in transaction.entities():
        for name, fact in entity.facts.items():
            if name in KEPT:
                continue
            where = f"{entity.path}.{name}".lstrip(".")
            yield Step("withhold", where, lambda t, p=entity.path, n=name: replace_fact(t, p, n, REMOVE))  # type: ignore[misc]
            for coarser in coarsened(fact):
                yield Step(
                    "coarsen",
                    f"{where} to {coarser.value}",
                    lambda t, p=entity.path, n=name, c=coarser: _coarsen(t, p, n, c),  # type: ignore[misc]
                )
            if fact.marked and fact.complete:
                yield Step("mark", where, lambda t, p=entity.path, n=name: remove_completeness(t, p, n))  # type: ignore[misc]


def _coarsen(transaction: Transaction, path: str, name: str, coarser: Fact) -> Transaction:
    if name not in entity_at(transaction, path).facts:
        raise KeyError(name)
    return replace_fact(transaction, path, name, coarser)


def coarsened(fact: Fact) -> Iterator[Fact]:
    """The fact with the last part of a classification not said; of a list, of any one of them."""
    if isinstance(fact.value, Classification) and len(fact.value.path) > 1:
        yield replace(fact, value=up(fact.value))
    elif isinstance(fact.value, frozenset):
        for member in fact.value:
            if isinstance(member, Classification) and len(member.path) > 1:
                yield replace(fact, value=(fact.value - {member}) | {up(member)})


def up(classification: Classification) -> Classification:
    return Classification(classification.scheme, classification.path[:-1])


def _marks(transaction: Transaction) -> Iterator[Step]:
    for entity in transaction.entities():
        for name, members in entity.lists.items():
            if members.complete and name not in ("items", "authorizations"):
                where = f"{entity.path}.{name}_complete".lstrip(".")
                yield Step("mark", where, lambda t, p=entity.path, n=name: remove_completeness(t, p, n))  # type: ignore[misc]


def _members(transaction: Transaction) -> Iterator[Step]:
    """The last member of a list not named, and so the list no longer called complete."""
    for entity in transaction.entities():
        for name, listed in entity.lists.items():
            if listed.members and name not in ("items", "authorizations"):
                where = f"{entity.path}.{name}[{len(listed.members) - 1}]".lstrip(".")
                yield Step("member", where, lambda t, p=entity.path, n=name: _shorter(t, p, n))  # type: ignore[misc]


def _shorter(transaction: Transaction, path: str, name: str) -> Transaction:
    entity = entity_at(transaction, path)
    listed = entity.lists[name]
    shorter = replace(listed, members=listed.members[:-1], complete=False, mark=None)
    changed = replace(entity, lists=MappingProxyType({**entity.lists, name: shorter}))
    return replace(transaction, root=_put(transaction.root, path, changed))


def _put(root: Entity, path: str, changed: Entity) -> Entity:
    """The tree of entities with the one at `path` replaced."""
    if root.path == path:
        return changed
    lists = {n: replace(x, members=tuple(_put(m, path, changed) for m in x.members)) for n, x in root.lists.items()}
    return replace(root, lists=MappingProxyType(lists))


def _judgements(transaction: Transaction) -> Iterator[Step]:
    for name in transaction.judgements:
        yield Step("judgement", name, lambda t, n=name: _without(t, n))  # type: ignore[misc]


def _without(transaction: Transaction, judgement: str) -> Transaction:
    left = {n: j for n, j in transaction.judgements.items() if n != judgement}
    return replace(transaction, judgements=MappingProxyType(left))


def several(random: Random, transaction: Transaction, share: float) -> tuple[Transaction, list[Step]]:
    """The transaction after a random share of all steps, in any order. A step may be gone with an earlier one."""
    taken = []
    steps = steps_of(transaction)
    random.shuffle(steps)
    for step in steps:
        if random.random() < share:
            try:
                transaction = step.apply(transaction)
            except KeyError:
                continue
            taken.append(step)
    return transaction, taken
