"""The one way to write a transaction: what receipts hold, and what reads back to the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from exportcheck.transaction.amounts import shortest
from exportcheck.transaction.model import Claim, Entity, Fact, Transaction
from exportcheck.transaction.read import SCHEMA
from exportcheck.values import Classification, Money, Sentinel
from exportcheck.vocabulary.model import MARKED_LISTS


def canonical(transaction: Transaction) -> dict[str, Any]:
    """A description with sorted keys, values in their declared units and every list sorted, ready for JSON.

    Parties, items and the other entities stay in the order written, since paths name them by it. Numbers are texts, so that no
    reader makes binary fractions of them.
    """
    root = transaction.root
    head = _facts(root.facts)
    if transaction.claims:
        head["claims"] = [_claim(claim) for claim in transaction.claims]
    if transaction.judgements:
        head["judgements"] = {
            name: {"answer": j.answer, "because": j.because, "by": j.by, "dated": j.dated.isoformat()}
            for name, j in sorted(transaction.judgements.items())
        }
    if transaction.rates:
        head["exchange_rates"] = {
            code: {"dated": rate.dated.isoformat() if rate.dated else "", "source": rate.source, "usd": _value(rate)}
            for code, rate in sorted(transaction.rates.items())
        }
    result: dict[str, Any] = {"schema": SCHEMA}
    lists = _lists(root)
    for name in ("route", "route_complete"):
        if name in lists:
            head[name] = lists.pop(name)
    result["transaction"] = dict(sorted(head.items()))
    result.update(lists)
    return dict(sorted(result.items()))


def _claim(claim: Claim) -> dict[str, str]:
    return {"authority": claim.authority} if claim.line is None else {"authority": claim.authority, "line": claim.line}


def _entity(entity: Entity) -> dict[str, Any]:
    return dict(sorted({**_facts(entity.facts), **_lists(entity)}.items()))


def _lists(entity: Entity) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, members in entity.lists.items():
        if not members.stated:
            continue
        result[name] = [_entity(member) for member in members.members]
        if members.mark is not None:
            result[f"{name}_complete"] = _with_notes(members.mark, members.mark.value)
        elif members.complete and name in MARKED_LISTS:
            result[f"{name}_complete"] = True
    return result


def _facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name in sorted(facts):
        fact = facts[name]
        *parents, last = name.split(".")
        place = result
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = _with_notes(fact, _value(fact))
        if fact.marked and fact.complete and isinstance(fact.value, frozenset):
            place[f"{last}_complete"] = True
    return result


def _with_notes(fact: Fact, value: object) -> object:
    notes: dict[str, object] = {}
    for key, stated in (("because", fact.because), ("by", fact.by), ("source", fact.source)):
        if stated:
            notes[key] = stated
    if fact.dated is not None:
        notes["dated"] = fact.dated.isoformat()
    return dict(sorted({**notes, "value": value}.items())) if notes else value


def _value(fact: Fact) -> object:
    if isinstance(fact.value, frozenset):
        return sorted(_scalar(member, fact.unit) for member in fact.value)
    if isinstance(fact.value, bool):
        return fact.value
    return _scalar(fact.value, fact.unit)


def _scalar(value: object, unit: str) -> str:
    match value:
        case Sentinel():
            return str(value.value)
        case Money():
            return f"{plain(value.amount)} {value.currency}"
        case Decimal():
            return f"{plain(value)} {unit}" if unit else plain(value)
        case date():
            return value.isoformat()
        case Classification():
            return value.text
        case _:
            return str(value)


def plain(number: Decimal) -> str:
    """One text for one number."""
    return f"{shortest(number):f}"
