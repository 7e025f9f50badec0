"""Can a provision hold for certain? A cheap question before the whole is decided, where only that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exportcheck.condition.ast import And, Cmp, Expr, Fact, Holds, In, Or, Under
from exportcheck.condition.evaluate import Env
from exportcheck.rulepack.model import Clause, Provision
from exportcheck.transaction.model import Entity

if TYPE_CHECKING:
    from exportcheck.engine.evaluate import Evaluation


def may_hold(evaluation: Evaluation, provision: Provision, item: Entity, ground: str = "") -> bool:
    """False where a provision is known not to hold on a line, or is unknown; true where it has to be decided.

    Most lines state nothing of what most entries of a list are about: what is not certain is not followed.
    """
    if provision.for_each not in ("item", "article"):
        return True
    env = evaluation.env({provision.var: item})
    if provision.raises is not None:
        env.vars[provision.raises[0]] = ground
    if provision.gate is not None and not _true(evaluation, provision.gate.expr, env):
        return False
    return provision.body is None or _may_hold(evaluation, provision.body, env)


def _may_hold(evaluation: Evaluation, clause: Clause, env: Env) -> bool:
    if clause.form == "all_of":
        return all(_may_hold(evaluation, c, env) for c in clause.children)
    if clause.form == "any_of":
        return any(_may_hold(evaluation, c, env) for c in clause.children)
    if clause.form in ("when", "true_when") and clause.when is not None:
        return _true(evaluation, clause.when.expr, env)
    if clause.form == "some" and clause.source is not None:
        listed = (env.vars[clause.source.var] if clause.source.var else env.root).lists.get(clause.source.name)
        return listed is not None and bool(listed.members)
    return clause.form != "not_modelled"  # the rest is decided as a whole


def _true(evaluation: Evaluation, expr: Expr, env: Env) -> bool:
    if isinstance(expr, And):
        return all(_true(evaluation, i, env) for i in expr.items)
    if isinstance(expr, Or):
        return any(_true(evaluation, i, env) for i in expr.items)
    if isinstance(expr, Holds) and not _target_may_hold(evaluation, expr, env):
        return False
    return not _unstated(expr, env) and evaluation.rules.compiled(expr)(env) is True


def _target_may_hold(evaluation: Evaluation, expr: Holds, env: Env) -> bool:
    """The same of the provision, or the clause, that a condition names."""
    provision = evaluation.rules.provisions.get(expr.provision)
    if provision is None:
        return False
    if provision.for_each not in ("item", "article") or provision.raises is not None:
        return True
    there = evaluation.env({provision.var: evaluation.rules.compiled(expr.entity)(env)})
    if provision.gate is not None and not _true(evaluation, provision.gate.expr, there):
        return False
    clause = evaluation.rules.clause(provision, expr.clause) if expr.clause else provision.body
    return clause is None or _may_hold(evaluation, clause, there)


def _unstated(expr: Expr, env: Env) -> bool:
    """Is it asked of a fact that is not stated? Of numbers something may be known all the same."""
    match expr:
        case Fact():
            return not expr.type.numeric and expr.name not in (env.vars[expr.var] if expr.var else env.root).facts
        case Cmp():
            return _unstated(expr.left, env)
        case In():
            return _unstated(expr.item, env) or _unstated(expr.target, env)
        case Under():
            return _unstated(expr.stated, env)
    return False
