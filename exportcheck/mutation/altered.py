"""An engine for packs of which one part was changed: only what the change touches is made anew."""

from __future__ import annotations

import copy
from collections import ChainMap
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from exportcheck.engine.check import Engine
from exportcheck.engine.decide import Decision
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.result import Verdict
from exportcheck.mutation.mutant import Part
from exportcheck.rulepack.model import DatedList, Definition, Pack, Packs, Parameter, Provision
from exportcheck.rulepack.ruleset import Ruleset, in_force
from exportcheck.transaction.model import Entity

_WORKED_OUT = tuple(name for name, value in vars(Ruleset).items() if isinstance(value, cached_property))
"""What a ruleset works out from the packs, and keeps."""


class Altered(Engine):
    """`original` became `changed`. The rules of a day are those of the engine given, with that."""

    def __init__(self, engine: Engine, original: Part, changed: Part) -> None:
        super().__init__(_with(engine.packs, original, changed))
        self.compiler = engine.compiler
        self._engine = engine
        self._changed = changed
        self._days: dict[date, Ruleset] = {}
        self._shared: Any = ChainMap({}, engine.compiler.shared)  # what is made of the change is forgotten with it

    def rules(self, day: date) -> Ruleset:
        """The law of exactly this day: the change may have moved a date."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._altered(self._engine.rules(day), day)
        return found

    def decide(
        self, evaluation: Evaluation, item: Entity, packs: Sequence[Pack], day: date, *, quick: bool = True
    ) -> list[tuple[Decision, Verdict]]:
        """By the forward chainer, which draws the same conclusions and is cheap to set up."""
        return super().decide(evaluation, item, packs, day, quick=True)

    def _altered(self, base: Ruleset, day: date) -> Ruleset:
        rules = copy.copy(base)
        rules.packs, rules.day = self.packs, day
        rules.parts, rules.programs = {}, {}
        rules.shared = self._shared
        for name in _WORKED_OUT:
            vars(rules).pop(name, None)
        changed = self._changed
        if isinstance(changed, Provision):
            rules.provisions = {i: p for i, p in base.provisions.items() if i != changed.id}
            rules.variants = {i: v for i, v in base.variants.items() if i != changed.id}
            rules.uncertain = base.uncertain - {changed.id}
            for text in self.packs.texts(changed.id):
                period = in_force(text.periods, day)
                if period is not None and period.status != "stayed":
                    rules._add(text, period.status == "uncertain")
        elif isinstance(changed, DatedList):
            rules._lists = {}
        elif not isinstance(changed, Definition | Parameter):
            rules._tables = {i: t for i, t in base._tables.items() if i != changed.id}
        return rules


def _with(packs: Packs, original: Part, changed: Part) -> Packs:
    """The packs with one part in place of another. Digests stay those of the packs as they were."""
    if isinstance(changed, Provision):
        return replace(packs, provisions=tuple(changed if p is original else p for p in packs.provisions))
    if isinstance(changed, Definition):
        return replace(packs, definitions={**packs.definitions, changed.id: changed})
    if isinstance(changed, DatedList):
        return replace(packs, lists={**packs.lists, changed.id: changed})
    if isinstance(changed, Parameter):
        return replace(packs, parameters={**packs.parameters, changed.id: changed})
    return replace(packs, tables={**packs.tables, changed.id: changed})
