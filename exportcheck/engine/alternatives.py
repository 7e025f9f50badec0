"""What else: authorities that could still apply, lawful changes that would turn the verdict, the next day on which it turns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from exportcheck.condition.evaluate import Env
from exportcheck.engine.clauses import Node
from exportcheck.engine.decide import Decision, after_limits
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.explain import Explainer, Found
from exportcheck.engine.parts import Part, parts_of
from exportcheck.engine.questions import Judge
from exportcheck.engine.reasons import said
from exportcheck.engine.relevant import in_play, outcomes_on, part_asks
from exportcheck.engine.result import Change, NextChange, Opening, Verdict
from exportcheck.engine.shown import value_shown
from exportcheck.rulepack.model import Pack, Packs
from exportcheck.transaction.change import entity_at, replace_fact
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.vocabulary.model import FactDeclaration

if TYPE_CHECKING:
    from exportcheck.engine.check import Engine

MOST_OPENINGS = 5
"""Openings whose conditions are in the pack."""
MOST_CURABLE = 10
HORIZON = timedelta(days=730)
"""How far ahead the next change of a verdict is looked for."""


def openings(evaluation: Evaluation, decision: Decision) -> tuple[Opening, ...]:
    """Exemptions that lift what is due and do not cover the line now: up to five whose conditions are in the pack, those with the
    least against them first, then those that a person has to read. An authority in play is not among them."""
    due = {g for c in decision.program.classes if decision.truth(f"due:{c.name}") for g in (*c.within, *c.beyond)}
    raised = {g for g in due if evaluation.required(g, decision.item)}
    if not raised:
        return ()
    found: dict[str, Opening] = {}
    by_exemption: dict[str, list[Part]] = {}
    rest = [p for e in decision.program.out for p in parts_of(evaluation.rules, e)]
    for part in (*decision.program.parts, *rest):
        # of what is in play the summary and the questions speak
        if not decision.inputs.get(f"play:{part.key}") and raised <= set(part.lifts):
            by_exemption.setdefault(part.exemption.id, []).append(part)
    for id_, parts in by_exemption.items():
        opening = _opening(evaluation, decision, parts)
        if opening is not None:
            found[id_] = opening
    known = sorted((o for o in found.values() if not o.unread), key=lambda o: (len(o.fails), len(o.unknown), o.provision))
    return (*known[:MOST_OPENINGS], *(o for o in found.values() if o.unread))


def _opening(evaluation: Evaluation, decision: Decision, parts: Sequence[Part]) -> Opening | None:
    """An exemption with what is unknown about the alternatives of it that are not ruled out."""
    exemption = parts[0].exemption
    outcomes = outcomes_on(evaluation, exemption, decision.item)
    if any(o.gate is False for o in outcomes):
        return None
    found = Found()
    for part in parts:
        part_asks(evaluation, part, decision.item, Explainer(evaluation), found)
    failed = [n for o in outcomes if o.node is not None for n in failing(o.node)]
    fails = tuple(f"{exemption.id}#{n.clause.address}" for n in failed)
    truth = after_limits(evaluation, exemption, decision.item)
    if truth is False and not fails:
        return None
    unread = bool(found.asks) and not fails and all(a.kind == "not-modelled" for a in found.asks)
    names = (a.text if a.kind == "not-modelled" else f"{a.entity}.{a.name}".lstrip(".") for a in found.asks)
    unknown = tuple(dict.fromkeys(names))
    against = tuple(dict.fromkeys(filter(None, map(said, failed))))
    return Opening(exemption.id, exemption.cite, exemption.title, truth, unknown, fails, exemption.cite_as, unread, against)


def failing(node: Node) -> list[Node]:
    """The clauses nearest to the leaves that make a tree false."""
    if node.truth is not False:
        return []
    form = node.clause.form
    inner = [c for c in node.children if c.truth is False and c.clause.address] if form in ("all_of", "any_of") else []
    found = [leaf for c in inner for leaf in failing(c)] if form == "all_of" else []
    if found:
        return found
    return [node] if node.clause.address else [leaf for c in inner for leaf in failing(c)]


def changes(
    transaction: Transaction, decision: Decision, evaluation: Evaluation, packs: Packs, judge: Judge
) -> tuple[Change, ...]:
    """The smallest sets of facts declared curable that would turn a fail. One fact alone, else two together."""
    candidates = _curable(transaction, decision, evaluation, packs)
    found = []
    for size in (1, 2):
        for several in combinations(candidates, size):
            changed = transaction
            for path, name, value, _ in several:
                changed = replace_fact(changed, path, name, value)
            judged = judge(changed)
            if judged.verdict == "pass":
                found.append(Change(tuple(text for _, _, _, text in several), judged.verdict, judged.detail))
        if found:
            break
    return tuple(found[:3])


def _curable(
    transaction: Transaction, decision: Decision, evaluation: Evaluation, packs: Packs
) -> list[tuple[str, str, object, str]]:
    """Curable yes-or-no facts for want of which an authority in play fails, with the value that they do not have."""
    found: dict[tuple[str, str], tuple[str, str, object, str]] = {}
    explainer = Explainer(evaluation)
    for part in in_play(decision):
        used = Found()
        for outcome in outcomes_on(evaluation, part.exemption, decision.item):
            if outcome.node is not None:
                _wanting(outcome.node, True, evaluation, explainer, explainer.env_of(outcome), used)
            for step in part.exemption.steps:
                if step.by == "before-transfer" and step.done_when is not None:
                    explainer.expr(step.done_when.expr, explainer.env_of(outcome), used, "", "")
        for (path, name), entity in used.used.items():
            declared = packs.vocabulary.get(entity.kind, name)
            if declared is None or not declared.curable or declared.type.base != "boolean":
                continue
            stated = entity.facts.get(name)
            value = not stated.value if stated is not None and isinstance(stated.value, bool) else True
            found[path, name] = (path, name, value, _said(entity, declared, value))
    return list(found.values())[:MOST_CURABLE]


def _wanting(node: Node, wanted: bool, evaluation: Evaluation, explainer: Explainer, env: Env, used: Found) -> None:
    """The facts that the clauses read which are not as wanted, through the provisions on which they rest."""
    clause = node.clause
    if node.truth is wanted:
        return
    for condition in (clause.when, clause.false_when):
        if condition is not None:
            explainer.expr(condition.expr, env, used, "", "")
    if clause.form in ("holds", "holds_not") and clause.entity is not None:
        other = evaluation.rules.provisions.get(clause.target.partition("#")[0])
        if other is not None:
            held = evaluation.decide(other, evaluation.rules.compiled(clause.entity)(env))
            if held.node is not None:
                inner = wanted is (clause.form == "holds")
                _wanting(held.node, inner, evaluation, explainer, explainer.env_of(held), used)
    if clause.form == "none_of":
        wanted = not wanted
    saved = env.vars.get(clause.var)
    for child in node.children:
        if clause.var:
            env.vars[clause.var] = child.member
        _wanting(child, wanted, evaluation, explainer, env, used)
    if clause.var:
        env.vars[clause.var] = saved


def _said(entity: Entity, fact: FactDeclaration, value: object) -> str:
    return f"{fact.question.replace('{name}', entity.label)} {value_shown(value)}"


def next_change(engine: Engine, transaction: Transaction, item: Entity, packs: Sequence[Pack], day: date) -> NextChange | None:
    """The first day after `day` on which the line's verdict is another one, facts staying as they are, staleness ignored."""
    now = _on(engine, transaction, item, packs, day)
    for boundary in engine.boundaries:
        if not day < boundary <= day + HORIZON:
            continue
        then = _on(engine, transaction, item, packs, boundary)
        if then != now:
            return NextChange(boundary, then[0], tuple(_started(engine.packs, boundary)))
    return None


def _on(
    engine: Engine, transaction: Transaction, item: Entity, packs: Sequence[Pack], day: date
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict of a line on a day, and by what authority it passes."""
    from exportcheck.engine.decide import decide

    evaluation = engine.evaluate(transaction, day)
    current = entity_at(transaction, item.path)
    decisions = [(d, d.verdict) for d in (decide(evaluation, p, current, quick=True) for p in packs)]
    return engine.line_verdict(evaluation, item, decisions), ()


def _started(packs: Packs, day: date) -> list[str]:
    """What of the law starts or is first gone on a day."""
    eve = day - timedelta(days=1)
    found = []
    for provision in packs.provisions:
        for periods, name in (
            (provision.periods, provision.id),
            *((c.periods, f"{provision.id}#{c.address}") for c in provision.clauses()),
        ):
            for period in periods:
                source = f" ({period.source})" if period.source else ""
                if period.start == day:
                    found.append(f"{name}: {period.status} from {day}{source}")
                elif period.end == eve:
                    found.append(f"{name}: ended on {eve}{source}")
    for listed in packs.lists.values():
        for member in listed.members:
            if member.start == day or member.end == eve:
                what = "joins" if member.start == day else "leaves"
                found.append(f"{member.value} {what} {listed.id} ({listed.cite})")
    found += [f"{p.id}: new figure ({p.cite})" for p in packs.parameters.values() if any(d == day for d, _ in p.values)]
    for table in packs.tables.values():
        rows = sum(1 for r in table.rows if r.get("from") == day or r.get("to") == eve)
        if rows:
            found.append(f"{table.id}: {rows} rows change ({table.cite})")
    return list(dict.fromkeys(found))
