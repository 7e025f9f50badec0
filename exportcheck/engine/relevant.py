"""Which provisions mattered to a pack's verdict on a line, and what is not known about them."""

from __future__ import annotations

from collections.abc import Iterator

from exportcheck.engine.caps import conflicts_of
from exportcheck.engine.decide import Decision, after_limits, ready, steps_of
from exportcheck.engine.evaluate import Evaluation, Outcome
from exportcheck.engine.explain import Ask, Explainer, Found
from exportcheck.engine.parts import Limit, Part, limiting, spared
from exportcheck.engine.program import HELD
from exportcheck.engine.result import GroundOutcome
from exportcheck.rulepack.model import Provision
from exportcheck.transaction.model import Entity
from exportcheck.values import Truth


def outcomes_on(evaluation: Evaluation, provision: Provision, item: Entity, ground: str = "") -> list[Outcome]:
    """The outcomes of a provision that bear on a line."""
    return [evaluation.decide(provision, e, ground) for e in evaluation.entities_on_line(provision, item)]


def grounds_of(evaluation: Evaluation, decision: Decision, *, beside: bool = False) -> list[GroundOutcome]:
    """The grounds that are raised on the line, or may be. Those that the law clears are in `engine.cleared`.

    Of a regime that answers `beside` it is not followed which of its many entries may raise a ground, where none does.
    """
    found = []
    lifting = {g for p in decision.program.parts if decision.truth(f"cover:{p.key}") for g in p.lifts}
    for group in decision.program.classes:
        for ground in dict.fromkeys((*group.within, *group.beyond)):
            truth = _raised(evaluation, ground, decision.item, decision.inputs["scope"])
            if truth is False:
                continue
            declared = evaluation.rules.packs.grounds[ground]
            raising = evaluation.rules.raising[ground] if truth or not beside else ()
            by = tuple(p.id for p in raising if _bears(evaluation, p, decision.item, ground) is truth)
            lifted = tuple(p.key for p in decision.program.parts if ground in lifting and decision.truth(f"cover:{p.key}"))
            found.append(GroundOutcome(ground, declared.says, truth, declared.cite, by, lifted))
    return found


def _bears(evaluation: Evaluation, provision: Provision, item: Entity, ground: str) -> Truth:
    return evaluation.on_line(provision, item, ground if provision.raises is not None else "")


def _raised(evaluation: Evaluation, ground: str, item: Entity, scope: Truth) -> Truth:
    within = False if scope is False else evaluation.raised(ground, item, not_gated=False)
    beyond = evaluation.raised(ground, item, not_gated=True)
    return True if within or beyond else None if within is None or beyond is None else False


def in_play(decision: Decision) -> Iterator[Part]:
    for part in decision.program.parts:
        if decision.inputs[f"play:{part.key}"]:
            yield part


def asks_of(evaluation: Evaluation, decision: Decision) -> list[Ask]:
    """What a verdict of needs-review lacks, in the order in which the parts of the law were found unknown."""
    explainer = Explainer(evaluation)
    found = Found()
    item = decision.item
    for definition, path in conflicts_of(evaluation, decision):
        term = evaluation.rules.packs.definitions[definition]
        found.asks[Ask("conflict", path, term.stated_as, term.says, definition, term.cite)] = None
    if decision.truth("scope") is None:
        _scope_asks(evaluation, decision, explainer, found)
    due = [c for c in decision.program.classes if decision.truth(f"due:{c.name}") is not False]
    if decision.truth("cover") is None and due:
        _cover_asks(evaluation, decision, explainer, found)
    if decision.truth("cover") is not True:
        for group in due:
            if decision.truth(f"due:{group.name}") is None:
                for ground in group.within:
                    if decision.truth("scope") is not False and evaluation.raised(ground, item, not_gated=False) is None:
                        explainer.ground(ground, item, found, not_gated=False)
                for ground in group.beyond:
                    if evaluation.raised(ground, item, not_gated=True) is None:
                        explainer.ground(ground, item, found, not_gated=True)
    for prohibition, overriders in decision.program.prohibitions:
        if decision.truth(f"banned:{prohibition.id}") is None:
            _unknown(evaluation, explainer, prohibition, item, found)
            for other in overriders:
                if after_limits(evaluation, other, item) is None:
                    _unknown(evaluation, explainer, other, item, found)
    return list(found.asks)


def _unknown(evaluation: Evaluation, explainer: Explainer, provision: Provision, item: Entity, found: Found) -> None:
    for outcome in outcomes_on(evaluation, provision, item):
        if outcome.truth is None:
            explainer.outcome(outcome, found)
    explainer.open_parties(provision.for_each, found, provision.id, provision.cite)


def _scope_asks(evaluation: Evaluation, decision: Decision, explainer: Explainer, found: Found) -> None:
    pack = decision.pack
    env = evaluation.env({})
    if pack.binds is not None and evaluation.condition(pack.binds, env) is None:
        explainer.expr(pack.binds.expr, env, found, pack.id, pack.authority)
    provisions = evaluation.rules.of_kind(pack.id, "scope")
    subject = any(evaluation.on_line(p, decision.item) for p in provisions if p.effect == "subject")
    for provision in provisions:
        if (provision.effect == "subject" and subject) or evaluation.on_line(provision, decision.item) is not None:
            continue
        _unknown(evaluation, explainer, provision, decision.item, found)


def _cover_asks(evaluation: Evaluation, decision: Decision, explainer: Explainer, found: Found) -> None:
    if decision.inputs[f"cover:{HELD}"] is None:
        what = ", ".join(decision.claimed.unread) or "a license or agreement that is stated"
        text = f"Does {what} cover this line? Its terms are not modelled"
        found.asks[Ask("not-modelled", "", f"{decision.pack.id}/held", text, decision.pack.id, decision.pack.authority)] = None
    for part in in_play(decision):
        if decision.truth(f"cover:{part.key}") is not None:
            continue
        part_asks(evaluation, part, decision.item, explainer, found)


def part_asks(evaluation: Evaluation, part: Part, item: Entity, explainer: Explainer, found: Found) -> None:
    """What is unknown about one authority: its gate and clauses, what limits it, the steps that come first."""
    for outcome in outcomes_on(evaluation, part.exemption, item):
        if part.truth(outcome) is None:
            explainer.outcome(outcome, found)
        for step in steps_of(part, outcome):
            if step.by == "before-transfer" and ready(evaluation, step, outcome) is None:
                env = explainer.env_of(outcome)
                for condition in (step.applies_when, step.done_when):
                    if condition is not None and evaluation.condition(condition, env) is None:
                        explainer.expr(condition.expr, env, found, part.exemption.id, step.cite)
    for limit in part.limits:
        if stops(evaluation, limit, item) is None:
            _unknown(evaluation, explainer, limit.limitation, item, found)


def stops(evaluation: Evaluation, limit: Limit, item: Entity) -> Truth:
    """Does a limitation stop a part on this line?"""
    applies_here, free = limiting(evaluation, limit, item), spared(evaluation, limit, item)
    if applies_here is False or free is True:
        return False
    return True if applies_here and free is False else None
