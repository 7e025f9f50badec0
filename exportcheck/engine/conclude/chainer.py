"""A forward chainer in plain Python, for where durable-rules cannot be had, and to hold it to.

Each rule counts the premises that it still waits for; each literal knows the rules that wait for it. A run takes time linear in
the size of the rules that it touches (Dowling and Gallier, 1984, algorithm 2).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from exportcheck.engine.conclude.horn import ConclusionError, Derivation, HornRule, Program

CHAINER: Final = "exportcheck chainer"


class Chainer:
    """One program, compiled; `conclude` changes nothing in it, so it may be shared between threads."""

    name = CHAINER

    def __init__(self, program: Program) -> None:
        self.rules: tuple[HornRule, ...] = program.unchunked().rules
        ids: dict[str, int] = {}
        for rule in self.rules:
            for literal in (*rule.body, rule.head):
                ids.setdefault(literal, len(ids))
        waiting: list[list[int]] = [[] for _ in ids]
        for number, rule in enumerate(self.rules):
            for literal in rule.body:
                waiting[ids[literal]].append(number)
        self._ids = ids
        self._waiting = tuple(map(tuple, waiting))
        self._heads = tuple(ids[rule.head] for rule in self.rules)
        self._premises = tuple(len(rule.body) for rule in self.rules)

    def conclude(self, facts: frozenset[str]) -> Derivation:
        steps, _ = self._run(facts, list(self._premises))
        return self._derivation(facts, steps)

    def replay(self, facts: frozenset[str], fired: Collection[int], literals: frozenset[str]) -> Derivation:
        """The derivation by the rules (by number) that another engine fired, in this engine's order.

        Raises ConclusionError unless these rules derive `literals` from `facts` (each step is justified) and no rule that had all
        its premises is missing (the run was complete).
        """
        chosen = frozenset(fired)
        # A rule that did not fire is made to wait for one premise more than it has, and so can be seen to have been due.
        waits = [n if number in chosen else n + 1 for number, n in enumerate(self._premises)]
        steps, left = self._run(facts, waits)
        derivation = self._derivation(facts, steps)
        if derivation.literals != literals:
            raise ConclusionError(f"conclusions without a derivation, or lost: {sorted(derivation.literals ^ literals)[:5]}")
        wrong = [self.rules[number] for number, n in enumerate(left) if (n > 0 if number in chosen else n == 1)]
        if wrong:
            shown = ", ".join(map(str, wrong[:3]))
            raise ConclusionError(f"rules fired without their premises, or did not fire with them: {shown}")
        return derivation

    def _run(self, facts: frozenset[str], waits: list[int]) -> tuple[list[int], list[int]]:
        """The rules that first derived a literal, breadth first, and what each rule still waits for. Consumes `waits`."""
        ids, waiting, heads = self._ids, self._waiting, self._heads
        reached = sorted(ids[fact] for fact in facts if fact in ids)
        held = bytearray(len(ids))
        for literal in reached:
            held[literal] = 1
        steps: list[int] = []
        for literal in reached:  # grows while it is walked
            for number in waiting[literal]:
                waits[number] -= 1
                if not waits[number] and not held[head := heads[number]]:
                    held[head] = 1
                    reached.append(head)
                    steps.append(number)
        return steps, waits

    def _derivation(self, facts: frozenset[str], steps: list[int]) -> Derivation:
        rules = self.rules
        taken = tuple([rules[number] for number in steps])
        return Derivation(facts.union([rule.head for rule in taken]), taken)
