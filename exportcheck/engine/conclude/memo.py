"""Remembering conclusions: transactions that differ only in what no rule reads are concluded once."""

from __future__ import annotations

from typing import Final

from exportcheck.engine.conclude.horn import Concluder, Derivation, Program

ENTRIES: Final = 4096


class Memo:
    """A concluder that remembers the last `entries` different signatures: the facts, of those that the program knows.

    Past that number the signature used longest ago is forgotten. `hits` and `misses` count calls.
    """

    def __init__(self, concluder: Concluder, program: Program, entries: int = ENTRIES) -> None:
        """Raises ValueError if `entries` is below 1. `program` is the one that `concluder` was made of."""
        if entries < 1:
            raise ValueError("a memo needs room for at least one entry")
        self.name = concluder.name
        self.entries = entries
        self.hits = self.misses = 0
        self._concluder = concluder
        self._known = program.literals
        self._memory: dict[frozenset[str], Derivation] = {}

    def __len__(self) -> int:
        return len(self._memory)

    def conclude(self, facts: frozenset[str]) -> Derivation:
        signature = facts & self._known
        found = self._memory.pop(signature, None)
        if found is None:
            self.misses += 1
            found = self._concluder.conclude(signature)
            while len(self._memory) >= self.entries:
                del self._memory[next(iter(self._memory))]
        else:
            self.hits += 1
        self._memory[signature] = found  # last in the order, so forgotten last
        return found if len(signature) == len(facts) else Derivation(found.literals | facts, found.steps)
