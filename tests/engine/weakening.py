"""Saying less: the same transaction with facts withheld, classifications stated more coarsely, completeness marks removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType

from exportcheck.transaction.change import REMOVE, entity_at, remove_completeness, replace_fact
from exportcheck.transaction.model import Fact, Transaction
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
    return [*_facts(transaction), *_marks(transaction), *_judgements(transaction)]


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


def _judgements(transaction: Transaction) -> Iterator[Step]:
    for name in transaction.judgements:
        yield Step("judgement", name, lambda t, n=name: _without(t, n))  # type: ignore[misc]


def _without(transaction: Transaction, judgement: str) -> Transaction:
    left = {n: j for n, j in transaction.judgements.items() if n != judgement}
    return replace(transaction, judgements=MappingProxyType(left))


def several(random: Random, transaction: Transaction, share: float) -> tuple[Transaction, list[Step]]:
    """The transaction after a random share of all steps, coarser and coarser."""
    taken = []
    for step in steps_of(transaction):
        if random.random() < share:
            try:
                transaction = step.apply(transaction)
            except KeyError:
                continue
            taken.append(step)
    return transaction, taken
