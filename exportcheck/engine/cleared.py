"""Reasons for control that the entry of an item names: what of the tables raises them, or clears them for this transfer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from exportcheck.condition import ast as A
from exportcheck.condition.evaluate import Env
from exportcheck.engine.clauses import Node
from exportcheck.engine.decide import Decision
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
            why = dict.fromkeys(reason for outcome in outcomes for reason in _because(evaluation, outcome, False))
            by = tuple(outcome.provision.id for outcome in outcomes)
            found.append(GroundOutcome(ground, declared.says, False, declared.cite, by, (), ", ".join(why)))
    return found


def raised(evaluation: Evaluation, decision: Decision, grounds: list[GroundOutcome]) -> list[GroundOutcome]:
    """The grounds, those that a table raises with what of it does: `mark for CN`."""
    found = []
    for ground in grounds:
        outcomes = _with_rows(evaluation, decision, ground.ground) if ground.truth else []
        why = dict.fromkeys(words for outcome in outcomes for words in _because(evaluation, outcome, True))
        found.append(replace(ground, because=", ".join(why)) if why else ground)
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
            if child.member is not None:
                env.vars[node.clause.var] = child.member
            yield from visit(child)

    if outcome.node is not None:
        yield from visit(outcome.node)


def _because(evaluation: Evaluation, outcome: Outcome, truth: bool) -> Iterator[str]:
    """Of each row of which the conditions come to this truth, the words of the condition that an exporter looks for."""
    for rows, row, env in _rows(evaluation, outcome):
        if rows.when is None:
            continue
        env.vars[rows.var] = row
        if evaluation.rules.compiled(rows.when)(env) is not truth:
            continue
        parts = rows.when.items if isinstance(rows.when, A.And) else (rows.when,)
        same = [part for part in parts if evaluation.rules.compiled(part)(env) is truth]
        # What turns on the destination comes before a line that is, or is not, about this item.
        same.sort(key=lambda part: isinstance(part, A.Named))
        if same:
            yield _words(evaluation, same[0], env, truth)


def _words(evaluation: Evaluation, part: A.Expr, env: Env, truth: bool) -> str:
    """What this condition of a row comes to."""
    compiled = evaluation.rules.compiled
    for node in walk(part):
        if isinstance(node, A.Lookup):
            keys = tuple(compiled(key)(env) for key in node.keys)
            cell = evaluation.rules.table(node.table).by_key.get(keys, {})
            since = f" since {cell['from']}" if cell.get("from") else ""
            return f"{'' if truth else 'no '}mark for {keys[0]}{since}"
        if isinstance(node, A.InNamed):
            place = compiled(node.item)(env)
            named = truth is not isinstance(part, A.Not)
            return (
                (f"names {place}" if named else f"does not name {place}")
                if not isinstance(part, A.Not)
                else (f"spares {place}" if named else f"does not spare {place}")
            )
    return f"its line is {'' if truth else 'not '}about this item"
