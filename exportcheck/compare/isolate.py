"""The old law with one change made and no other: by it a difference is put down to its cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exportcheck.compare.model import Change
from exportcheck.condition.evaluate import Compiler
from exportcheck.engine.check import Engine
from exportcheck.rulepack.model import Packs
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.vocabulary.model import Vocabulary

ALONE = frozenset({"provision", "definition", "list", "figure", "table"})
"""Subjects that can be changed by themselves."""


class OneLaw(Engine):
    """An engine that knows the law of one day and gives it for every day."""

    def __init__(self, packs: Packs, rules: Ruleset, compiler: Compiler) -> None:
        super().__init__(packs)
        self.compiler = compiler
        self._only = rules

    def rules(self, day: date) -> Ruleset:
        return self._only


def with_change(
    change: Change, old: Engine, new: Engine, changes: Sequence[Change], vocabulary: Vocabulary
) -> tuple[Engine, date]:
    """An engine for the old law with the change made, and the day to ask it for.

    Where nothing else changed, or the change cannot stand by itself, that is the new side.
    """
    others = [
        c for c in changes if c is not change and not c.equal and (c.old_day, c.new_day) == (change.old_day, change.new_day)
    ]
    if not others or change.subject not in ALONE:
        return new, change.new_day
    before, after = old.rules(change.old_day), new.rules(change.new_day)
    packs = _packs(change, before, after, vocabulary)
    compiler = old.compiler if old.packs.vocabulary is vocabulary else Compiler(vocabulary)
    rules = Ruleset(packs, before.day, compiler)
    rules.provisions = dict(before.provisions)
    rules.variants = dict(before.variants)
    rules.uncertain = before.uncertain
    if change.subject == "provision":
        rules.provisions.pop(change.old_id or change.id, None)
        rules.variants.pop(change.old_id or change.id, None)
        if change.id in after.provisions:
            rules.provisions[change.id] = after.provisions[change.id]
            if change.id in after.variants:
                rules.variants[change.id] = after.variants[change.id]
            if change.id in after.uncertain:
                rules.uncertain = rules.uncertain | {change.id}
    elif change.subject == "list" and change.id in after.packs.lists:
        rules._lists[change.id] = after.members(change.id)
    elif change.subject == "table" and change.id in after.packs.tables:
        rules._tables[change.id] = after.table(change.id)
    return OneLaw(packs, rules, compiler), change.old_day


def old_data(before: Ruleset, after: Ruleset) -> Ruleset:
    """The terms, lists and figures as the old side has them, and those of the new side that the old one lacks."""
    old, new = before.packs, after.packs
    if old is new:
        return before
    lists, parameters = {**new.lists, **old.lists}, {**new.parameters, **old.parameters}
    definitions = {**new.definitions, **old.definitions}
    mixed = Ruleset(replace(old, lists=lists, parameters=parameters, definitions=definitions), before.day, before.compiled)
    mixed._lists = {id_: after.members(id_) for id_ in new.lists if id_ not in old.lists}
    return mixed


def _packs(change: Change, before: Ruleset, after: Ruleset, vocabulary: Vocabulary) -> Packs:
    """The old packs with what the changed text may name besides, each as the old side has it where it does."""
    old, new = before.packs, after.packs
    definitions = {**new.definitions, **old.definitions}
    parameters = {**new.parameters, **old.parameters}
    if change.subject == "definition" and change.id in new.definitions:
        definitions[change.id] = new.definitions[change.id]
    if change.subject == "figure" and change.id in new.parameters:
        value = after.parameter(change.id)
        figure = new.parameters[change.id]
        parameters[change.id] = replace(figure, values=() if value is None else ((date.min, value),))
    return replace(
        old,
        definitions=definitions,
        parameters=parameters,
        lists={**new.lists, **old.lists},
        tables={**new.tables, **old.tables},
        grounds={**new.grounds, **old.grounds},
        vocabulary=vocabulary,
    )
