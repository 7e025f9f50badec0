"""Reasons for control that the entry of an item names and the law clears for this transfer, each with what clears it."""

from __future__ import annotations

from collections.abc import Iterator

from exportcheck.condition import ast as A
from exportcheck.condition.evaluate import Env
from exportcheck.engine.decide import Decision
from exportcheck.engine.clauses import Node
from exportcheck.engine.evaluate import Evaluation, Outcome
from exportcheck.engine.result import GroundOutcome
from exportcheck.rulepack.model import Rows
from exportcheck.rulepack.visit import walk


def cleared(evaluation: Evaluation, decision: Decision) -> list[GroundOutcome]:
    """The grounds of which a table has rows for the item, and none of them applies. Each reason has to be overcome by itself."""
    found = []
    for group in decision.program.classes:
        for ground in group.within:
            outcomes = _with_rows(evaluation, decision, ground)
            if not outcomes or evaluation.raised(ground, decision.item, not_gated=False) is not False:
                continue
            declared = evaluation.rules.packs.grounds[ground]
            why = dict.fromkeys(reason for outcome in outcomes for reason in _because(evaluation, outcome))
            by = tuple(outcome.provision.id for outcome in outcomes)
            found.append(GroundOutcome(ground, declared.says, False, declared.cite, by, (), "; ".join(why)))
    return found


def _with_rows(evaluation: Evaluation, decision: Decision, ground: str) -> list[Outcome]:
    """The outcomes of the requirements that raise a ground by a table with rows for this item."""
    found = []
    for provision in evaluation.rules.raising[ground]:
        if provision.raises is not None and provision.for_each in ("item", "article"):
            outcome = evaluation.decide(provision, decision.item, ground)
            if any(True for _ in _rows(evaluation, outcome)):
                found.append(outcome)
    return found


def _rows(evaluation: Evaluation, outcome: Outcome) -> Iterator[tuple[Rows, dict[str, object], Env]]:
    """The rows of its tables that the item falls under, whether or not their conditions hold."""
    env = evaluation.env({outcome.provision.var: outcome.entity})
    if outcome.provision.raises is not None:
        env.vars[outcome.provision.raises[0]] = outcome.ground

    def visit(node: Node) -> Iterator[tuple[Rows, dict[str, object], Env]]:
        rows = node.clause.rows
        for row, _ in evaluation.rows(rows, env, every=True) if rows is not None else ():
            if rows is not None and row is not None:
                yield rows, dict(row), env
        for child in node.children:
            yield from visit(child)

    if outcome.node is not None:
        yield from visit(outcome.node)


def _because(evaluation: Evaluation, outcome: Outcome) -> Iterator[str]:
    for rows, row, env in _rows(evaluation, outcome):
        if rows.when is None:
            continue
        env.vars[rows.var] = row
        parts = rows.when.items if isinstance(rows.when, A.And) else (rows.when,)
        false = [part for part in parts if evaluation.rules.compiled(part)(env) is False]
        # What turns on the destination is what an exporter looks for; a line that is not about this item comes second.
        false.sort(key=lambda part: isinstance(part, A.Named))
        if false:
            yield _words(evaluation, false[0], env)


def _words(evaluation: Evaluation, part: A.Expr, env: Env) -> str:
    """Why this condition of a row is false."""
    compiled = evaluation.rules.compiled
    for node in walk(part):
        if isinstance(node, A.Lookup):
            keys = tuple(compiled(key)(env) for key in node.keys)
            cell = evaluation.rules.table(node.table).by_key.get(keys, {})
            since = f" since {cell['from']}" if cell.get("from") else ""
            return f"no mark for {keys[0]}{since}"
        if isinstance(node, A.InNamed):
            place = compiled(node.item)(env)
            return f"spares {place}" if isinstance(part, A.Not) else f"does not name {place}"
    return "its line is not about this item"
