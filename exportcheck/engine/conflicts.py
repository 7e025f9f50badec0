"""Facts of a line that contradict each other, as conflict provisions have it: a stated classification against stated figures.

A conflict bears on the line whichever pack found it: the line cannot pass until somebody says which is right.
"""

from __future__ import annotations

from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.explain import Ask
from exportcheck.engine.result import Conflict
from exportcheck.engine.surely import may_hold
from exportcheck.rulepack.model import Provision
from exportcheck.transaction.model import Entity


def in_conflict(evaluation: Evaluation, item: Entity) -> bool:
    """Does any conflict provision hold on the line?"""
    return bool(conflicting(evaluation, item))


def conflicts_on(evaluation: Evaluation, item: Entity) -> tuple[Conflict, ...]:
    """The conflicts that hold on the line, each with its sentence."""
    return tuple(Conflict(p.id, p.says or p.title, p.cite) for p in conflicting(evaluation, item))


def conflict_asks(conflicts: tuple[Conflict, ...], item: Entity) -> list[Ask]:
    """What is asked where facts contradict each other: which of them is right."""
    return [Ask("conflict", item.path, "", c.says.rstrip("."), c.provision, c.cite) for c in conflicts]


def conflicting(evaluation: Evaluation, item: Entity) -> list[Provision]:
    """The conflict provisions that hold on the line."""
    found = evaluation.in_conflict.get(id(item))
    if found is None:
        found = evaluation.in_conflict[id(item)] = [
            p for p in evaluation.rules.conflicts if may_hold(evaluation, p, item) and evaluation.on_line(p, item)
        ]
    return found
