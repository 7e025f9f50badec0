"""Small changes to a transaction: a fact set, an entity dropped, an authority claimed, a question answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from types import MappingProxyType

from exportcheck.transaction.change import REMOVE, entity_at, replace_fact
from exportcheck.transaction.convert import unit_of
from exportcheck.transaction.model import Claim, Entity, EntityList, Fact, Judgement, Transaction
from exportcheck.vocabulary.model import FactDeclaration

KEPT = frozenset({"id", "line", "name"})
"""What makes a description readable and bears on no verdict: never dropped."""


def with_value(transaction: Transaction, path: str, declared: FactDeclaration, value: object) -> Transaction:
    """The transaction with a fact stated, in its declared unit and complete."""
    fact = Fact(value, unit=unit_of(declared.type), marked=declared.marked)
    return replace_fact(transaction, path, declared.name, fact)


def with_claim(transaction: Transaction, authority: str) -> Transaction:
    """The transaction that claims this authority and no other."""
    return replace(transaction, claims=(Claim(None, authority),))


def with_judgement(transaction: Transaction, name: str, answer: bool) -> Transaction:
    judged = Judgement(name, answer, "counsel", date(2026, 1, 5), "looked into")
    return replace(transaction, judgements=MappingProxyType({**transaction.judgements, name: judged}))


def marked(transaction: Transaction, path: str, name: str) -> Transaction | None:
    """The transaction in which a list is said to be complete; None where it has no such list."""
    entity = entity_at(transaction, path)
    fact = entity.facts.get(name)
    if fact is not None and isinstance(fact.value, frozenset):
        return replace_fact(transaction, path, name, replace(fact, complete=True))
    listed = entity.lists.get(name)
    if listed is None:
        return None
    return _with_list(transaction, path, name, replace(listed, complete=True, stated=True))


def with_member(transaction: Transaction, name: str, member: Entity) -> Transaction:
    """The transaction with one more party, leg, ... at the end of a list of its own."""
    listed = transaction.root.lists.get(name, EntityList((), complete=False))
    position = len(listed.members)
    added = replace(member, path=f"{name}[{position}]")
    return _with_list(transaction, "", name, replace(listed, members=(*listed.members, added), stated=True))


Dropping = Callable[[], Transaction]


def droppings(transaction: Transaction) -> list[Dropping]:
    """One thing less each: whole lists and entities first, then claims and answers, then marks and facts."""
    found: list[Dropping] = []
    lists = _lists(transaction)
    for path, name, listed in lists:
        if listed.members and name != "items":
            empty = EntityList((), complete=False, stated=False)
            found.append(partial(_with_list, transaction, path, name, empty))
    for path, name, listed in lists:
        for n in range(len(listed.members)):
            if name != "items" or len(listed.members) > 1:
                left = (*listed.members[:n], *listed.members[n + 1 :])
                found.append(partial(_with_list, transaction, path, name, replace(listed, members=left)))
    for n in range(len(transaction.claims)):
        found.append(partial(replace, transaction, claims=(*transaction.claims[:n], *transaction.claims[n + 1 :])))
    for name in transaction.judgements:
        judged = MappingProxyType({k: v for k, v in transaction.judgements.items() if k != name})
        found.append(partial(replace, transaction, judgements=judged))
    for code in transaction.rates:
        rates = MappingProxyType({k: v for k, v in transaction.rates.items() if k != code})
        found.append(partial(replace, transaction, rates=rates))
    for path, name, listed in lists:
        if listed.mark is not None or (listed.complete and name not in ("items", "authorizations")):
            found.append(partial(_with_list, transaction, path, name, replace(listed, complete=False, mark=None)))
    for entity in list(transaction.entities()):
        for name in entity.facts:
            if name not in KEPT:
                found.append(partial(replace_fact, transaction, entity.path, name, REMOVE))
    return found


def size(transaction: Transaction) -> int:
    """How many things a transaction states: facts, marks, claims, answers."""
    count = len(transaction.claims) + len(transaction.judgements) + len(transaction.rates)
    for entity in transaction.entities():
        count += sum(1 for name in entity.facts if name not in KEPT)
        count += sum(1 for n, x in entity.lists.items() if x.complete and x.members and n not in ("items", "authorizations"))
    return count


def renumbered(transaction: Transaction) -> Transaction:
    """Every entity at the path where it now stands: members may have been dropped before it."""
    return replace(transaction, root=_placed(transaction.root, ""))


def _placed(entity: Entity, path: str) -> Entity:
    lists = {}
    for name, listed in entity.lists.items():
        inner = f"{path}.{name}" if path else name
        members = tuple(_placed(m, f"{inner}[{n}]") for n, m in enumerate(listed.members))
        lists[name] = replace(listed, members=members)
    return replace(entity, path=path, lists=MappingProxyType(lists))


def _lists(transaction: Transaction) -> list[tuple[str, str, EntityList]]:
    return [(e.path, name, listed) for e in transaction.entities() for name, listed in e.lists.items() if listed.stated]


def _with_list(transaction: Transaction, path: str, name: str, listed: EntityList) -> Transaction:
    return renumbered(replace(transaction, root=_swapped(transaction.root, path, name, listed)))


def _swapped(entity: Entity, path: str, name: str, listed: EntityList) -> Entity:
    if entity.path == path:
        return replace(entity, lists=MappingProxyType({**entity.lists, name: listed}))
    lists = {
        n: replace(x, members=tuple(_swapped(m, path, name, listed) for m in x.members)) if x.members else x
        for n, x in entity.lists.items()
    }
    return replace(entity, lists=MappingProxyType(lists))


ROLES: Mapping[str, str] = {"end-user": "End user", "broker": "Broker", "exporter": "Exporter", "transferor": "Transferor"}


def with_names(transaction: Transaction) -> Transaction:
    """The transaction whose parties all have names, by which a reader tells them apart."""
    taken = {p.facts["name"].value for p in transaction.root.lists["parties"].members if "name" in p.facts}
    for party in transaction.root.lists["parties"].members:
        if "name" in party.facts:
            continue
        roles = party.facts.get("roles")
        first = next((r for r in ROLES if roles is not None and isinstance(roles.value, frozenset) and r in roles.value), "")
        role = sorted(roles.value)[0] if roles is not None and isinstance(roles.value, frozenset) and roles.value else "party"
        name = ROLES.get(first) or str(role).replace("-", " ").capitalize()
        while name in taken:
            name += " 2"
        taken.add(name)
        transaction = replace_fact(transaction, party.path, "name", Fact(name, name))
    return transaction
