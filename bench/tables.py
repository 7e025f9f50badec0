"""Transactions as a table of order lines: CSV whose columns are named after facts, as `exportcheck batch` reads it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from exportcheck.transaction.model import Entity, Fact, Transaction
from exportcheck.values import ABSENT, UNDETERMINABLE, Money

MEMBERS = (("parties", "party"), ("route", "route"))


def flat(transaction: Transaction) -> bool:
    """Can it stand in a table: no things below items, no licenses, judgements or rates?"""
    lists = [transaction.root.lists["authorizations"], *(x for i in transaction.items for x in i.lists.values())]
    return not transaction.judgements and not transaction.rates and not any(x.members for x in lists)


def rows(transaction: Transaction) -> Iterator[dict[str, str]]:
    """The rows of a transaction, a row for each line."""
    root = transaction.root
    shared = {"id": transaction.id, **_cells(root, "")}
    for name, word in MEMBERS:
        listed = root.lists[name]
        for number, member in enumerate(listed.members, start=1):
            shared |= _cells(member, f"{word}{number}.")
        if listed.complete and listed.members:
            shared[f"{name}_complete"] = "true"
    if len(transaction.claims) == 1:
        shared["claim"] = transaction.claims[0].authority
    for item in transaction.items:
        yield {**shared, **_cells(item, "item.")}


def write_table(transactions: Iterable[Transaction], columns: Iterable[str], path: Path) -> int:
    """Write them, and give how many lines there are."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
        table.writeheader()
        for transaction in transactions:
            for row in rows(transaction):
                table.writerow(row)
                count += 1
    return count


def columns(transactions: Iterable[Transaction]) -> list[str]:
    """All columns that they need, id first."""
    found: dict[str, None] = {"id": None}
    for transaction in transactions:
        for row in rows(transaction):
            found.update(dict.fromkeys(row))
    return list(found)


def _cells(entity: Entity, prefix: str) -> dict[str, str]:
    found = {}
    for name, fact in entity.facts.items():
        if name != "id":
            found[f"{prefix}{name}"] = _cell(fact)
            if fact.marked and fact.complete and isinstance(fact.value, frozenset):
                found[f"{prefix}{name}_complete"] = "true"
    return found


def _cell(fact: Fact) -> str:
    value = fact.value
    if value is ABSENT:
        return "none"
    if value is UNDETERMINABLE:
        return "undeterminable"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Money):
        return f"{value.amount:f} {value.currency}"
    if isinstance(value, Decimal):
        return f"{value:f} {fact.unit}".strip()
    if isinstance(value, frozenset):
        return ";".join(sorted(map(str, value)))
    return str(value)
