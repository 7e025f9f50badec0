"""Facts of a line that contradict each other, as conflict provisions have it: a stated classification against stated figures.

A conflict bears on the line whichever pack found it: the line cannot pass until somebody says which is right.
"""

from __future__ import annotations

from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.explain import Ask
from exportcheck.engine.result import Conflict
from exportcheck.rulepack.model import Provision
from exportcheck.transaction.model import Entity


def in_conflict(evaluation: Evaluation, item: Entity) -> bool:
    """Does any conflict provision hold on the line?"""
    return any(_holds(evaluation, p, item) for p in evaluation.rules.conflicts)


def conflicts_on(evaluation: Evaluation, item: Entity) -> tuple[Conflict, ...]:
    """The conflicts that hold on the line, each with its sentence."""
    found = [p for p in evaluation.rules.conflicts if _holds(evaluation, p, item)]
    return tuple(Conflict(p.id, p.says or p.title, p.cite) for p in found)


def conflict_asks(conflicts: tuple[Conflict, ...], item: Entity) -> list[Ask]:
    """What is asked where facts contradict each other: which of them is right."""
    return [Ask("conflict", item.path, "", c.says.rstrip("."), c.provision, c.cite) for c in conflicts]


def _holds(evaluation: Evaluation, provision: Provision, item: Entity) -> bool:
    """Does it hold for certain? Its gate is asked first: most lines state nothing of what most conflicts are about."""
    gate = provision.gate if provision.for_each in ("item", "article") else None
    if gate is not None and evaluation.condition(gate, evaluation.env({provision.var: item})) is not True:
        return False
    return evaluation.on_line(provision, item) is True
