"""Totals of the batch as facts of its transactions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exportcheck.batch.checkpoints import Checkpoints
from exportcheck.batch.declared import Total, declared
from exportcheck.batch.notes import read_notes, write_notes
from exportcheck.batch.numbered import numbered
from exportcheck.batch.totals import Running, Sums, totals
from exportcheck.batch.writing import whole
from exportcheck.transaction.change import with_facts
from exportcheck.transaction.model import Fact, Transaction
from exportcheck.values import Money
from exportcheck.vocabulary.model import Vocabulary

if TYPE_CHECKING:
    from exportcheck.batch.plan import Plan
    from exportcheck.batch.slices import Decider
    from exportcheck.intake import Source

Totals = Mapping[int, Mapping[int, Decimal]]
"""By transaction of a slice and item: dollars."""


def prepare(plan: Plan, decider: Decider, source: Source, checkpoints: Checkpoints) -> None:
    """Read the whole input once, and put the totals of every slice beside its other files. What is there already is kept."""
    numbers = []
    for number, groups, _ in numbered(source, plan.size):
        numbers.append(number)
        path = checkpoints.part(number, "notes")
        if not path.exists():
            with whole(path) as file:
                write_notes(decider.notes([source.take(group) for group in groups]), file)
    sums = Sums()
    for number in numbers:
        for note in _notes(checkpoints.part(number, "notes")):
            sums.add(note)
    running = Running(sums)
    for number in numbers:
        found: dict[int, dict[int, str]] = {}
        for (place, item), value in totals(_notes(checkpoints.part(number, "notes")), running).items():
            found.setdefault(place, {})[item] = str(value)
        with whole(checkpoints.part(number, "totals")) as file:
            file.write(json.dumps(found).encode("ascii"))


def read_totals(path: Path) -> Totals:
    found = json.loads(path.read_text(encoding="ascii"))
    return {int(place): {int(item): Decimal(v) for item, v in values.items()} for place, values in found.items()}


def _notes(path: Path) -> Iterator[dict[str, Any]]:
    for batch in read_notes(path).to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


def filled(transaction: Transaction, values: Mapping[int, Decimal], vocabulary: Vocabulary) -> Transaction:
    """The transaction with its totals, as far as they are not stated. `values` are by item."""
    total = declared().totals[0]
    changes: list[tuple[str, str, object]] = []
    if vocabulary.get("transaction", total.fact) is not None:
        if total.fact not in transaction.root.facts:
            changes.append(("", total.fact, _fact(max(values.values()), total)))
    elif vocabulary.get("item", total.fact) is not None:
        for number, value in values.items():
            item = transaction.items[number]
            if total.fact not in item.facts:
                changes.append((item.path, total.fact, _fact(value, total)))
    return with_facts(transaction, changes) if changes else transaction


def _fact(value: Decimal, total: Total) -> Fact:
    text = f"{value.normalize():f} USD"
    return Fact(Money(value, "USD", value), text, by="exportcheck batch", source=f"{total.says} ({total.cite})")


def fill(transactions: Sequence[Transaction | None], found: Totals, vocabulary: Vocabulary) -> list[Transaction | None]:
    """All of a slice, by place."""
    return [
        filled(t, found[n], vocabulary) if t is not None and n in found and found[n] else t for n, t in enumerate(transactions)
    ]


__all__ = ["Totals", "fill", "filled", "prepare", "read_totals"]
