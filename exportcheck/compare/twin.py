"""A transaction twice: its things on the one list, and on the other; all else the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from exportcheck.compare.entries import PACKS, Entries, under
from exportcheck.compare.pairs import Answer, Half
from exportcheck.compare.sides import Side
from exportcheck.engine.explain import Ask
from exportcheck.engine.relevant import asks_of
from exportcheck.transaction.model import Transaction


class Twin:
    """A transaction under both."""

    def __init__(self, side: Side, day: date, transaction: Transaction, entries: Entries) -> None:
        self.transaction = transaction
        self.entries = entries
        self.halves = [Half(side.engine, under(transaction, entries, pack), day) for pack in PACKS]

    def answers(self) -> tuple[Answer, Answer]:
        return self.halves[0].answer(PACKS), self.halves[1].answer(PACKS)

    def differs(self) -> bool:
        """Does the one law free it itself, and the other hold it?"""
        return self.fails() == 1 and any(h.answer((p,))[0] == "pass" == a[0] for h, p, a in self._each())

    def fails(self) -> int:
        return sum(a[0] == "fail" for a in self.answers())

    def _each(self) -> Iterator[tuple[Half, str, Answer]]:
        return zip(self.halves, PACKS, self.answers(), strict=True)

    def asks(self) -> list[Ask]:
        found: dict[Ask, None] = {}
        for half in self.halves:
            for pack in PACKS:
                for decision, verdict in half.decisions(pack):
                    if verdict == "needs-review":
                        found.update(dict.fromkeys(asks_of(half.evaluation, decision)))
        return list(found)
