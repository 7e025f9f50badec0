"""Mutants that are no change: proved to come to the same on all facts, so that no case could notice them."""

from __future__ import annotations

from dataclasses import replace

from exportcheck.engine.parts import parts_of_text
from exportcheck.lint.encode import Encoder
from exportcheck.lint.logic import Space
from exportcheck.lint.states import States
from exportcheck.mutation.mutant import Part
from exportcheck.rulepack.model import Definition, Packs, Provision


class Equivalence:
    """Asks the solver of the linter; what it cannot prove counts as a change."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self.encoder = Encoder(packs)
        self.states = States(packs)

    def __call__(self, original: Part, changed: Part) -> bool:
        if isinstance(original, Definition) and isinstance(changed, Definition):
            if original.type.base != "boolean" or original.type.many:
                return False
            a, b = (self.encoder.condition(d.condition, {}) for d in (original, changed))
        elif isinstance(original, Provision) and isinstance(changed, Provision):
            if original.lifts != changed.lifts:
                return replace(changed, lifts=original.lifts) == original and self._lifted(original) == self._lifted(changed)
            if (original.periods, original.limits, original.lifts) != (changed.periods, changed.limits, changed.lifts):
                return False
            if original.overrides != changed.overrides or any(c.lifts or c.dated for c in original.clauses()):
                return False
            a, b = self.encoder.provision(original), self.encoder.provision(changed)
        else:
            return False
        return Space(self.states, (a, b)).same(a, b)

    def _lifted(self, exemption: Provision) -> list[tuple[str, tuple[str, ...]]]:
        """What each part lifts: what the exemption says as a whole does not count where every alternative says its own."""
        limits = [p for p in self.packs.provisions if p.limits is not None]
        return [(part.key, part.lifts) for part in parts_of_text(exemption, limits)]
