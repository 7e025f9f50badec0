"""Where one thing stands on two lists, and a transaction about it on the one or the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from exportcheck.compare.sides import Side
from exportcheck.transaction.change import REMOVE, with_facts
from exportcheck.transaction.model import Entity, Fact, Transaction
from exportcheck.values import ABSENT, Classification

CLASSIFIES = frozenset({"usml", "eccn", "no_itar_content", "ear_exclusion"})
"""The facts by which a thing is under the one law or the other: all that differs between the two descriptions."""

PACKS = ("itar", "ear")
"""The two that the table relates, in the order in which verdicts are asked for."""

TABLE = "correlation/munitions"


@dataclass(frozen=True, slots=True)
class Entries:
    """Where the thing stands on either list."""

    category: str
    usml: Classification
    eccn: Classification


def under(transaction: Transaction, entries: Entries, pack: str) -> Transaction:
    """The transaction with its things on the list of this pack and not on the other's."""
    changes: list[tuple[str, str, object]] = []
    for item in transaction.items:
        if pack == "itar":
            listed = Fact(frozenset((entries.usml,)), entries.usml.text)
            changes += [(item.path, "usml", listed), (item.path, "eccn", ABSENT), (item.path, "no_itar_content", REMOVE)]
            changes += [(item.path, "ear_exclusion", REMOVE)]
        else:
            listed = Fact(entries.eccn, entries.eccn.text)
            changes += [(item.path, "usml", ABSENT), (item.path, "eccn", listed), (item.path, "no_itar_content", True)]
            changes += [(item.path, "ear_exclusion", ABSENT)]
    return with_facts(replace(transaction, claims=()), changes)


def is_commodity(item: Entity) -> bool:
    return "type" in item.facts and item.facts["type"].value == "commodity"


def entries_of(side: Side, day: date, seeds: Iterable[Transaction]) -> list[Entries]:
    """The paragraphs that seeds state, by category: those of the list and those of the entries of the 600 series after it."""
    stated: dict[Classification, None] = {}
    for seed in seeds:
        for item in filter(is_commodity, seed.items):
            for name in ("usml", "eccn"):
                value = item.facts[name].value if name in item.facts else None
                for one in sorted(value, key=str) if isinstance(value, frozenset) else (value,):
                    if isinstance(one, Classification) and len(one.path) > 1:
                        stated[one] = None
    found: list[Entries] = []
    for row in side.engine.rules(day).table(TABLE).rows:
        after = [e.strip() for e in str(row["successors"] or "").split(";") if e.strip()[2:3] == "6"]
        listed = [c for c in stated if c.scheme == "usml" and c.path[0] == row["category"]]
        moved = [c for c in stated if c.scheme == "eccn" and c.path[0] in after]
        moved += [Classification("eccn", (e, "x")) for e in after if not moved]  # parts of what the entry lists
        found += [Entries(str(row["category"]), usml, eccn) for eccn in moved[:1] for usml in listed]
    return found
