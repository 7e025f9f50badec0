"""Realistic order lines: the fixtures with amounts, names, days and destinations of their own, and facts withheld. Seeded.

The share of each kind of transaction is that of the fixtures. A third are as stated but for amounts and names, a third go to
another fixture's destination, and of the last third up to three facts are withheld: of each fixture in one of a few ways, as
the columns of a table are empty for some of its sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from types import MappingProxyType

from exportcheck.transaction.model import Entity, Fact, Transaction
from exportcheck.values import Money

FIRST = date(2026, 3, 2)
"""Days are drawn from here on, so that one text of the law is in force on most of them."""
DAYS = 60
WAYS = 6
"""Ways in which facts are withheld of each fixture."""
KEPT = ("id", "line", "transfer_date", "roles")
"""Facts that are not withheld."""

Change = Callable[[Entity, str, Fact], Fact | None]


def lines(fixtures: Sequence[Transaction], count: int, seed: int = 0) -> Iterator[Transaction]:
    """At least `count` lines, transaction by transaction, each with an id of its own."""
    random = Random(seed)
    places = sorted({p for t in fixtures if isinstance(p := _destination(t), str)})
    found = number = 0
    while found < count:
        number += 1
        transaction = varied(random.choice(fixtures), random, places, number)
        found += len(transaction.items)
        yield transaction


def varied(transaction: Transaction, random: Random, places: Sequence[str], number: int) -> Transaction:
    """One transaction that is like another."""
    how = random.choice(("amounts", "destination", "withheld"))
    factor = Decimal(random.choice((1, 1, 1, 2, 3, 5, 10, 50))) * random.randint(50, 150) / 100
    old, new = _destination(transaction), random.choice(places)
    withheld = _withheld(transaction, random.randrange(WAYS)) if how == "withheld" else frozenset()
    day = FIRST + timedelta(days=random.randrange(DAYS))

    def change(entity: Entity, name: str, fact: Fact) -> Fact | None:
        value = fact.value
        if (entity.path, name) in withheld:
            return None
        if name == "id":
            return _said(fact, f"TX-{number:07d}")
        if name == "transfer_date":
            return _said(fact, day)
        if name == "name":
            return _said(fact, f"{value} {number % 5_000}")
        if how == "destination" and value == old and name in ("destination", "country"):
            return _said(fact, new)
        if how == "destination" and name.startswith("end_use.") and isinstance(value, frozenset) and old in value:
            return replace(fact, value=value - {old} | {new}, text=new)
        if isinstance(value, Money) and value.usd is not None:
            usd = (value.usd * factor).quantize(Decimal("0.01"))
            return replace(fact, value=Money(usd, "USD", usd), text=f"{usd:f} USD")
        return fact

    root = changed(transaction.root, change)
    return replace(transaction, id=f"TX-{number:07d}", root=root)


@cache
def _withheld_of(id: str, way: int, stated: tuple[tuple[str, str], ...]) -> frozenset[tuple[str, str]]:
    random = Random(f"{id} {way}")
    return frozenset(random.sample(stated, min(random.randint(1, 3), len(stated))))


def _withheld(transaction: Transaction, way: int) -> frozenset[tuple[str, str]]:
    stated = ((e.path, name) for e in transaction.entities() for name in e.facts if name not in KEPT)
    return _withheld_of(transaction.id, way, tuple(stated))


def changed(entity: Entity, change: Change) -> Entity:
    """An entity, and all in its lists, with facts changed, or left out where `change` gives None."""
    facts = {name: new for name, fact in entity.facts.items() if (new := change(entity, name, fact)) is not None}
    lists = {n: replace(x, members=tuple(changed(m, change) for m in x.members)) for n, x in entity.lists.items()}
    mapped: Mapping[str, Fact] = MappingProxyType(facts)
    return Entity(entity.kind, entity.path, mapped, MappingProxyType(lists), entity.span)


def _said(fact: Fact, value: object) -> Fact:
    return replace(fact, value=value, text=value.isoformat() if isinstance(value, date) else str(value))


def _destination(transaction: Transaction) -> object:
    fact = transaction.root.facts.get("destination")
    return fact.value if fact is not None else None
