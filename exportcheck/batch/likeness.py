"""Which lines are alike to the law: the same is known of both, and every condition that was read came to the same.

What is asked of a line depends on which facts are stated and on how conditions came out, not on amounts, days and texts
themselves. So facts of which there are few values are told apart by value; amounts, days and texts by whether they are known, and
by every comparison that was made with them. Two lines are alike when all of this is equal, over the whole transaction: then the
evaluator goes the same way through both. Each is told by a number of 128 bits, a sum of random numbers (Zobrist, "A new hashing
method with application for game playing", 1970); two that differ agree in it by a chance of 2 to the power of -128.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from random import Random
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exportcheck.batch.claims import Claims
from exportcheck.batch.columns import Coded, Flags, Index
from exportcheck.batch.expressions import Column
from exportcheck.batch.outcomes import ITEM, Outcomes
from exportcheck.batch.sites import Rows
from exportcheck.batch.tables import Level
from exportcheck.condition import ast as A
from exportcheck.engine.caps import early, out_of_date
from exportcheck.rulepack.model import Definition, Pack, Packs, Provision
from exportcheck.rulepack.visit import expressions
from exportcheck.transaction.model import Fact
from exportcheck.values import Money
from exportcheck.vocabulary.model import ENTITY_KINDS, Vocabulary

Hash = NDArray[np.uint64]
"""Two numbers for each row: shape (rows, 2)."""

Key = tuple[Any, ...]
"""What a random number is drawn for; hashable."""

MANY: Final = ("number", "percent", "money", "date", "text")
"""Types of facts that have any number of values."""
LOGIC: Final = (A.And, A.Or, A.Not)
_MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class Likeness:
    """Numbers lines by what they are alike in. Kept for a whole run, so that lines of different slices compare."""

    def __init__(self, packs: Packs) -> None:
        self.read = _read_by_law(packs)
        self.many = _many(packs.vocabulary)
        self._random = Random(0x1E57)
        self._numbers: dict[Hashable, NDArray[np.uint64]] = {}

    def number(self, *key: Hashable) -> Hash:
        """The random number of a thing, of shape (2,)."""
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = np.array([self._random.getrandbits(64), self._random.getrandbits(64)], np.uint64)
        return found

    def table(self, keys: Sequence[Key]) -> Hash:
        return np.array([self.number(*key) for key in keys], np.uint64).reshape(len(keys), 2)

    def lines(self, outcomes: Outcomes, days: Sequence[date], packs: Sequence[Pack], wanted: Flags) -> Hash:
        """Of every item its number, where its transaction is wanted. What the slice is asked must have been asked before."""
        law = id(outcomes.law)
        chosen: dict[int, tuple[Index, Index]] = {}
        transactions = np.zeros((len(days), 2), np.uint64)
        for kind in ENTITY_KINDS:
            level = outcomes.slice.levels[kind]
            if level.size:
                here = np.flatnonzero(wanted[level.root])
                transactions += _by_transaction(self._entities(level, here), level.root[here], len(days), self._ranks)
        by_rows: dict[int, tuple[Rows, Hash]] = {}
        for shape, rows, constants, column, number in outcomes.reader.read():
            if not rows.size:
                continue
            node = outcomes.law.meanings.shapes.node(shape)
            if isinstance(node, (*LOGIC, A.Fact)):
                continue
            if id(rows) not in chosen:
                root = rows.transactions()
                here = np.flatnonzero(wanted[root])
                chosen[id(rows)] = (here, root[here])
            here, _ = chosen[id(rows)]
            mask = outcomes.reader.bearing(shape, rows, constants)
            one = self._column((law, shape, rows.chain, constants, number), column, here)
            if mask is not None:
                one = np.where(mask[here][:, None], one, np.uint64(0))
            known = by_rows.get(id(rows))
            by_rows[id(rows)] = (rows, one if known is None else known[1] + one)
        for rows, found in by_rows.values():
            transactions += _by_transaction(found, chosen[id(rows)][1], len(days), self._ranks)
        transactions += self._of_transactions(outcomes, days, packs)
        level = outcomes.slice.levels[ITEM]
        claims = [c.made for c in outcomes.claims.of(ITEM).values if isinstance(c, Claims)]
        claimed = self.table([("claims", tuple(c.authority for c in made)) for made in claims])
        own = claimed[outcomes.claims.of(ITEM).codes] if len(claims) else np.zeros((level.size, 2), np.uint64)
        return _mixed(transactions[level.root] + _mixed(own + self._ranks(_rank(level.root), "item")))

    def _ranks(self, ranks: Index, name: str = "") -> Hash:
        most = int(ranks.max(initial=-1)) + 1
        return self.table([("rank", name, n) for n in range(most)])[ranks]

    # what is stated

    def _entities(self, level: Level, here: Index) -> Hash:
        """Of each of these entities what is known of it, and of its lists."""
        found = np.zeros((len(here), 2), np.uint64) + self.number("entity", level.kind)
        for name in self.read & level.facts.keys():
            stated = level.facts[name]
            tell = _known if (level.kind, name) in self.many else _value
            keys = [(level.kind, name, *tell(fact)) for fact in stated.values]
            found += self.table(keys)[stated.codes[here]]
        for name, listed in level.lists.items():
            counts = np.diff(listed.starts)
            keys = [(level.kind, name, n, complete) for complete in (False, True) for n in range(int(counts.max(initial=0)) + 1)]
            found += self.table(keys)[(counts + listed.complete * (len(keys) // 2))[here]]
        return found

    def _of_transactions(self, outcomes: Outcomes, days: Sequence[date], packs: Sequence[Pack]) -> Hash:
        """What is stated of the whole transaction beside facts, and whether the law of its day can be relied on."""
        on_day = {d: tuple((bool(out_of_date(p, d)), early(p, d)) for p in packs) for d in set(days)}
        keys: list[Key] = []
        for transaction, day in zip(outcomes.slice.transactions, days, strict=True):
            judged = frozenset((j.name, j.answer) for j in transaction.judgements.values())
            keys.append(("transaction", id(outcomes.law), on_day[day], judged))
        return self.table(keys)

    # how conditions came out

    def _column(self, key: Key, column: Column, here: Index) -> Hash:
        if isinstance(column, Coded):
            values = column.values
            table = self.table([(*key, *_certainty(value)) for value in values])
            return table[column.codes[here]] if len(values) else np.zeros((len(here), 2), np.uint64)
        return self.table([(*key, n) for n in range(3)])[column[here]]


def _certainty(value: object) -> Key:
    """Is a value known, unknown, or known in part? Of a truth also which it is."""
    return (type(value), value if isinstance(value, bool) else None, getattr(value, "exact", None))


def _known(fact: object) -> Key:
    """How a fact of many values is known."""
    if fact is None:
        return ("not stated",)
    assert isinstance(fact, Fact)
    value = fact.value
    if isinstance(value, Money):
        return ("rate", value.currency) if value.usd is None else ("money", _sign(value.usd))
    if isinstance(value, frozenset):
        return ("set", len(value), fact.complete)
    plain = isinstance(value, str | date)
    return (type(value), "" if plain else _sign(value) if _is_number(value) else value, fact.complete)


def _is_number(value: object) -> bool:
    from decimal import Decimal

    return isinstance(value, Decimal)


def _sign(value: object) -> int:
    return (value > 0) - (value < 0)  # type: ignore[operator]


def _value(fact: object) -> Key:
    if fact is None:
        return ("not stated",)
    assert isinstance(fact, Fact)
    return (type(fact.value), fact.value, fact.complete)


def _read_by_law(packs: Packs) -> frozenset[str]:
    """The facts that some condition reads, of whatever entity, or that decide what a line claims."""
    everything: list[Provision | Definition] = [*packs.provisions, *packs.definitions.values()]
    read = {node.name for of in everything for node in expressions(of) if isinstance(node, A.Fact)}
    return frozenset({"kind", *read, *(d.stated_as for d in packs.definitions.values() if d.stated_as)})


def _many(vocabulary: Vocabulary) -> set[tuple[str, str]]:
    found = {(kind, name) for (kind, name), fact in vocabulary.facts.items() if fact.type.base in MANY}
    return found | {("component", name) for kind, name in found if kind == "item"}


def _by_transaction(found: Hash, root: Index, size: int, ranks: Callable[[Index], Hash]) -> Hash:
    """The sum over the rows of each transaction, each mixed with its place among them. Rows are in the order of transactions."""
    mixed = _mixed(found + ranks(_rank(root)))
    total = np.concatenate((np.zeros((1, 2), np.uint64), np.cumsum(mixed, axis=0, dtype=np.uint64)))
    ends = np.searchsorted(root, np.arange(size + 1))
    return total[ends[1:]] - total[ends[:-1]]


def _rank(root: Index) -> Index:
    """The place of each row among those of its transaction."""
    if not len(root):
        return np.zeros(0, np.int64)
    starts = np.searchsorted(root, root)
    return np.arange(len(root)) - starts


def _mixed(found: Hash) -> Hash:
    """Each number scattered (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014)."""
    found = (found ^ (found >> np.uint64(30))) * _MIX[0]
    found = (found ^ (found >> np.uint64(27))) * _MIX[1]
    return found ^ (found >> np.uint64(31))
