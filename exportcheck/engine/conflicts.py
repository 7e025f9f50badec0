"""Facts of a line that contradict each other, as conflict provisions have it: a stated classification against stated figures.

A conflict bears on the line whichever pack found it: the line cannot pass until somebody says which is right.
"""

from __future__ import annotations

from exportcheck.condition.ast import And, Expr, Or
from exportcheck.condition.evaluate import Env
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.explain import Ask
from exportcheck.engine.result import Conflict
from exportcheck.rulepack.model import Clause, Provision
from exportcheck.transaction.model import Entity


def in_conflict(evaluation: Evaluation, item: Entity) -> bool:
    """Does any conflict provision hold on the line?"""
    return bool(_on_line(evaluation, item))


def conflicts_on(evaluation: Evaluation, item: Entity) -> tuple[Conflict, ...]:
    """The conflicts that hold on the line, each with its sentence."""
    return tuple(Conflict(p.id, p.says or p.title, p.cite) for p in _on_line(evaluation, item))


def conflict_asks(conflicts: tuple[Conflict, ...], item: Entity) -> list[Ask]:
    """What is asked where facts contradict each other: which of them is right."""
    return [Ask("conflict", item.path, "", c.says.rstrip("."), c.provision, c.cite) for c in conflicts]


def _on_line(evaluation: Evaluation, item: Entity) -> list[Provision]:
    found = evaluation.in_conflict.get(id(item))
    if found is None:
        found = evaluation.in_conflict[id(item)] = [p for p in evaluation.rules.conflicts if _holds(evaluation, p, item)]
    return found


def _holds(evaluation: Evaluation, provision: Provision, item: Entity) -> bool:
    """Does it hold for certain? Most lines state nothing of what conflicts are about: what is not certain is not followed."""
    if provision.for_each in ("item", "article"):
        env = evaluation.env({provision.var: item})
        if provision.gate is not None and not _surely(evaluation, provision.gate.expr, env):
            return False
        if provision.body is not None and not _clause_surely(evaluation, provision.body, env):
            return False
    return evaluation.on_line(provision, item) is True


def _clause_surely(evaluation: Evaluation, clause: Clause, env: Env) -> bool:
    """Is a clause true? As its node says, with no more looked at than is needed."""
    if clause.form == "all_of":
        return all(_clause_surely(evaluation, c, env) for c in clause.children)
    if clause.form == "any_of":
        return any(_clause_surely(evaluation, c, env) for c in clause.children)
    if clause.form == "when" and clause.when is not None:
        return _surely(evaluation, clause.when.expr, env)
    return True  # the rest is decided as a whole


def _surely(evaluation: Evaluation, expr: Expr, env: Env) -> bool:
    if isinstance(expr, And):
        return all(_surely(evaluation, i, env) for i in expr.items)
    if isinstance(expr, Or):
        return any(_surely(evaluation, i, env) for i in expr.items)
    return evaluation.rules.compiled(expr)(env) is True
