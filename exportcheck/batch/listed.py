"""Classifications that no list has, told apart fast: `engine.unlisted`, remembered by value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from exportcheck.engine.unlisted import listed_paths
from exportcheck.errors import Problem
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Entity, Fact, Transaction
from exportcheck.values import Classification


class Unlisted:
    """Finds what `engine.unlisted.unlisted` finds."""

    def __init__(self, packs: Packs) -> None:
        self.listed = listed_paths(packs)
        self.names: dict[str, tuple[str, ...]] = {}
        for (kind, name), fact in packs.vocabulary.facts.items():
            if fact.type.base == "classification":
                self.names[kind] = (*self.names.get(kind, ()), name)
        self.names["component"] = tuple(dict.fromkeys((*self.names.get("component", ()), *self.names.get("item", ()))))
        self._wrong: dict[tuple[Classification, date], tuple[str, str] | None] = {}

    def __call__(self, transaction: Transaction, day: date) -> list[Problem]:
        return [problem for fact in self._facts(transaction.root) for problem in self._problems(fact, day)]

    def _facts(self, entity: Entity) -> Iterator[Fact]:
        for name in self.names.get(entity.kind, ()):
            fact = entity.facts.get(name)
            if fact is not None:
                yield fact
        for members in entity.lists.values():
            for member in members.members:
                yield from self._facts(member)

    def _problems(self, fact: Fact, day: date) -> Iterator[Problem]:
        for value in fact.value if isinstance(fact.value, frozenset) else (fact.value,):
            if not isinstance(value, Classification):
                continue
            key = (value, day)
            if key not in self._wrong:
                known = self.listed.get(value.scheme)
                later = known is not None and (known.current_to is not None and day > known.current_to)
                self._wrong[key] = None if known is None or later else known.wrong(value, day)
            wrong = self._wrong[key]
            if wrong is not None:
                yield Problem(fact.span, *wrong)
