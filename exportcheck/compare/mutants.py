"""Transactions made of others: with one fact or two at values where a condition can turn, or with the facts of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, islice

from exportcheck.compare.constants import Site, variations
from exportcheck.compare.editing import with_judgement, with_value
from exportcheck.compare.form import Form
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.values import Money
from exportcheck.vocabulary.model import FactDeclaration, Vocabulary


@dataclass(frozen=True)
class Mutants:
    """What is varied for one change: the facts it turns on (`sites`), at values near those they are compared with.

    `focus` holds the values of the difference, which come first; `limit` bounds how many there are; `models` gives facts on which
    the solver has the changed texts, or what reads them, differ, each with the kind of thing they are about.
    """

    vocabulary: Vocabulary
    sites: Mapping[Site, Mapping[object, None]]
    judgements: Sequence[str]
    focus: frozenset[object]
    limit: int
    models: Callable[[], Iterable[tuple[str, Mapping[Form, object]]]] = tuple

    def of(self, roots: Sequence[Transaction], hits: Callable[[], Sequence[Transaction]]) -> Iterator[Transaction]:
        """Roots with one fact, then two facts, at values where a condition can turn; those of the difference first.

        `hits` gives what has shown the change so far, once the near ones have been tried.
        """
        if not roots:
            return
        yield from islice(self.modelled(roots), self.limit // 3)
        near: list[Transaction] = []
        far: list[Transaction] = []
        for site, mentioned in self.sites.items():
            declared = self.vocabulary.get(*site)
            if declared is None:
                continue
            values = variations(declared, mentioned, self.focus)
            first = any(v in self.focus for v in mentioned)
            for root in roots:
                for entity in list(entities(root, site[0]))[:3]:
                    stated = entity.facts.get(site[1])
                    for value in values:
                        if stated is not None and stated.value == value:
                            continue
                        mutant = with_value(root, entity.path, declared, value)
                        (near if first and is_of(value, self.focus) else far).append(mutant)
        for name in self.judgements:
            far += [with_judgement(root, name, answer) for root in roots for answer in (True, False)]
        yield from _strided(near, self.limit // 3)
        yield from self._around(hits())
        yield from _strided(far, self.limit // 3)
        yield from self._doubles(roots[:5])

    def modelled(self, roots: Sequence[Transaction]) -> Iterator[Transaction]:
        """Roots with the facts of a model laid over them."""
        for entity_kind, facts in self.models():
            kind = "item" if entity_kind in ("article", "component", "") else entity_kind
            for root in roots:
                for entity in list(entities(root, kind))[:2]:
                    laid = root
                    for (_, place, name, of), value in facts.items():
                        declared = self.vocabulary.get(of, name)
                        at = entity.path if place == ("self",) else "" if place == ("root",) else None
                        if declared is not None and at is not None:
                            laid = with_value(laid, at, declared, value)
                    yield laid

    def _around(self, hits: Sequence[Transaction]) -> Iterator[Transaction]:
        """Hits with one more fact changed: the change shows in them already, and something else hides it."""
        found = []
        for hit in hits:
            for site, mentioned in list(self.sites.items())[:40]:
                declared = self.vocabulary.get(*site)
                if declared is not None and not any(v in self.focus for v in mentioned):
                    for entity in list(entities(hit, site[0]))[:2]:
                        for value in variations(declared, mentioned, self.focus, most=3):
                            found.append(with_value(hit, entity.path, declared, value))
        yield from _strided(found, self.limit // 4)

    def everywhere(self, transactions: Sequence[Transaction]) -> Iterator[Transaction]:
        """Each transaction with a fact at a value of the difference: whether the change shows is soon seen."""
        for site, mentioned in self.sites.items():
            declared = self.vocabulary.get(*site)
            focus = [v for v in mentioned if v in self.focus]
            if declared is None or not focus:
                continue
            found = [
                with_value(transaction, entity.path, declared, value)
                for transaction in transactions
                for entity in list(entities(transaction, site[0]))[:2]
                for value in variations(declared, focus, self.focus, most=4)
                if is_of(value, self.focus)
            ]
            yield from _strided(found, self.limit // 4)

    def _doubles(self, roots: Sequence[Transaction]) -> Iterator[Transaction]:
        sites = [s for s in self.sites if self.vocabulary.get(*s) is not None]
        for first, second in combinations(sites[:14], 2):
            for root in roots:
                for a in list(entities(root, first[0]))[:2]:
                    for value in self._values(first):
                        one = with_value(root, a.path, self._declared(first), value)
                        for b in list(entities(one, second[0]))[:2]:
                            for other in self._values(second):
                                yield with_value(one, b.path, self._declared(second), other)

    def _values(self, site: Site) -> list[object]:
        return variations(self._declared(site), self.sites[site], self.focus, most=3)

    def _declared(self, site: Site) -> FactDeclaration:
        declared = self.vocabulary.get(*site)
        assert declared is not None
        return declared


def is_of(value: object, focus: frozenset[object]) -> bool:
    """Is it one of these values, a set of one of them, or a number beside one?"""
    if isinstance(value, frozenset):
        return not value.isdisjoint(focus)
    if isinstance(value, Money):
        value = value.amount
    if isinstance(value, Decimal):
        return any(isinstance(f, Decimal) and abs(f - value) <= 1 for f in focus)
    return value in focus


def _strided(found: Sequence[Transaction], most: int) -> Iterator[Transaction]:
    """Not more than so many, from all over the list: a stride that has no common factor with the length reaches all."""
    step = next((s for s in (97, 89, 83, 79) if len(found) % s), 1)
    for n in range(min(len(found), most)):
        yield found[(n * step) % len(found)]


def entities(transaction: Transaction, kind: str) -> Iterator[Entity]:
    for entity in transaction.entities():
        if entity.kind == kind or (kind == "item" and entity.kind == "component"):
            yield entity
