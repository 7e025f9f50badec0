"""The answer on one line: each pack's verdict in words, questions, changes, steps, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from exportcheck.engine.alternatives import changes, deciding, next_change, openings
from exportcheck.engine.decide import Decision, applies, ready, steps_of
from exportcheck.engine.evaluate import Evaluation, Node, Outcome
from exportcheck.engine.explain import Ask
from exportcheck.engine.outcomes import outcomes_by_address
from exportcheck.engine.parts import Part
from exportcheck.engine.questions import KINDS, Judge, questions
from exportcheck.engine.reasons import Reasoner
from exportcheck.engine.relevant import asks_of, grounds_of, in_play, outcomes_on
from exportcheck.engine.result import LineVerdict, PackVerdict, Reason, Step, Verdict, Working
from exportcheck.engine.shown import line_of, line_shown
from exportcheck.rulepack.model import Pack, Provision
from exportcheck.rulepack.model import Step as StepOfLaw
from exportcheck.transaction.change import entity_at
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.values import Truth

if TYPE_CHECKING:
    from exportcheck.engine.check import Engine


def answer_line(
    engine: Engine, evaluation: Evaluation, item: Entity, packs: Sequence[Pack], day: date, *, explain: bool
) -> LineVerdict:
    """The verdict of a line and all that a person needs to act on it. Without `explain`: verdicts, authority and outcomes only."""
    decisions = engine.decide(evaluation, item, packs, day)
    verdict = engine.line_verdict(decisions)
    asks: dict[Ask, None] = {}
    said = []
    for decision, pack_verdict in decisions:
        mine = _asks(evaluation, decision, pack_verdict, day) if pack_verdict == "needs-review" else []
        asks.update(dict.fromkeys(mine))
        said.append(pack_answer(evaluation, decision, pack_verdict, mine, explain=explain))
    description = item.facts.get("description")
    line = LineVerdict(
        line=line_of(item), description=str(description.value) if description else "", shown=line_shown(item), verdict=verdict,
        packs=tuple(said), span=item.span,
    )  # fmt: skip
    if not explain:
        return _with(line, outcomes=outcomes_by_address(evaluation, item))
    judge = _judge(engine, item, packs, day)
    reasons = _reasons(evaluation, [d for d, _ in decisions])
    found_changes = [
        c for d, v in decisions if v == "fail" for c in changes(evaluation.transaction, d, evaluation, engine.packs, judge)
    ]
    return _with(
        line,
        questions=questions(list(asks), evaluation.transaction, engine.packs, judge),
        changes=tuple(dict.fromkeys(found_changes)),
        workings=tuple(dict.fromkeys(_workings(reasons))),
        next_change=next_change(engine, evaluation.transaction, item, packs, day),
        reasons=reasons,
        outcomes=outcomes_by_address(evaluation, item),
        folded=_folded(evaluation, reasons),
    )


def _with(line: LineVerdict, **fields: object) -> LineVerdict:
    from dataclasses import replace

    return replace(line, **fields)  # type: ignore[arg-type]


def _asks(evaluation: Evaluation, decision: Decision, verdict: Verdict, day: date) -> list[Ask]:
    from exportcheck.engine.check import stale

    found = asks_of(evaluation, decision)
    if verdict != decision.verdict and stale(decision.pack, day):
        pack = decision.pack
        text = f"{pack.title} is known only up to {pack.current_to}; is there a later change of the law?"
        found.append(Ask("stale", "", pack.id, text, pack.id, pack.authority))
    return found


def _judge(engine: Engine, item: Entity, packs: Sequence[Pack], day: date) -> Judge:
    def judge(changed: Transaction) -> tuple[Verdict, str]:
        evaluation = engine.evaluate(changed, day)
        decisions = engine.decide(evaluation, entity_at(changed, item.path), packs, day, quick=True)
        verdict = engine.line_verdict(decisions)
        return verdict, "; ".join(_brief(evaluation, d, v) for d, v in decisions if v == verdict or (verdict == "pass" and v == "pass"))

    return judge


def _brief(evaluation: Evaluation, decision: Decision, verdict: Verdict) -> str:
    if verdict == "pass":
        covering = covering_parts(decision)
        return f"cite {authority_of(covering[0].exemption)}" if covering else "no license required"
    if verdict == "fail":
        return fail_words(evaluation, decision)
    if verdict == "needs-review":
        left = len({(a.kind, a.entity, a.name) for a in asks_of(evaluation, decision)})
        return f"{left} question{'s' if left != 1 else ''} remain{'s' if left == 1 else ''}"
    return f"not subject to {decision.pack.id.upper()}"


def covering_parts(decision: Decision) -> list[Part]:
    """The authorities that cover the line; the claimed one first."""
    found = [p for p in decision.program.parts if decision.truth(f"cover:{p.key}")]
    return sorted(found, key=lambda p: (p.exemption.id not in decision.claimed.exemptions, p.key))


def authority_of(exemption: Provision) -> str:
    return exemption.cite_as or exemption.cite


def fail_words(evaluation: Evaluation, decision: Decision) -> str:
    if decision.fail == "prohibited":
        return "prohibited"
    if decision.fail == "curable":
        return "curable: a step is due first, or another authority applies"
    form = form_of(evaluation, decision)
    return f"license required ({form})" if form else "license required"


def form_of(evaluation: Evaluation, decision: Decision) -> str:
    """The form to apply for: of the first requirement that is raised."""
    for ground in grounds_of(evaluation, decision):
        for id_ in ground.raised_by:
            if ground.truth and evaluation.rules.provisions[id_].need:
                return evaluation.rules.provisions[id_].need
    return ""


def pack_answer(evaluation: Evaluation, decision: Decision, verdict: Verdict, asks: list[Ask], *, explain: bool) -> PackVerdict:
    """A pack's verdict in words."""
    pack, item = decision.pack, decision.item
    covering = covering_parts(decision)
    grounds = grounds_of(evaluation, decision)
    raised = any(g.truth for g in grounds)
    authority = ""
    if verdict == "pass" and covering and raised:
        authority = authority_of(covering[0].exemption)
    reviews = tuple(dict.fromkeys(KINDS[a.kind] for a in asks))
    near = tuple(dict.fromkeys(a.text for a in asks if a.kind == "not-modelled"))
    return PackVerdict(
        pack=pack.id,
        title=pack.title,
        force=pack.force,
        verdict=verdict,
        summary=_summary(evaluation, decision, verdict, covering, raised),
        fail=decision.fail if verdict == "fail" else None,
        deciding=_deciding(evaluation, decision, verdict, asks, covering if raised else []),
        authority=authority,
        form=form_of(evaluation, decision) if verdict == "fail" else "",
        posture=_posture(evaluation, pack, item) if verdict in ("fail", "needs-review") else (),
        grounds=tuple(grounds),
        reviews=reviews,
        openings=openings(evaluation, decision) if explain and verdict in ("fail", "needs-review") else (),
        steps=tuple(steps_owed(evaluation, decision, covering if raised else [], verdict)),
        notices=_notices(evaluation, pack, item),
        derivation=tuple(str(s.name or s) for s in decision.derivation.steps),
        not_modelled=near,
    )


def _summary(evaluation: Evaluation, decision: Decision, verdict: Verdict, covering: list[Part], raised: bool) -> str:
    claimed = decision.claimed
    if verdict == "not-subject":
        return f"not subject to it: {_exclusion(evaluation, decision)}"
    if verdict == "pass":
        if covering and raised:
            exemption = covering[0].exemption
            return f"{exemption.cite}{' (claimed)' if exemption.id in claimed.exemptions else ''} holds"
        return "no license required (NLR)" if decision.pack.id == "ear" else "no license required"
    if verdict == "fail":
        return fail_words(evaluation, decision)
    for part in in_play(decision):
        if decision.truth(f"cover:{part.key}") is None:
            return f"{part.exemption.cite}{' (claimed)' if part.exemption.id in claimed.exemptions else ''} holds but for:"
    if decision.truth("scope") is None:
        return "whether the line is subject to it is open:"
    return "not decided:"


def _exclusion(evaluation: Evaluation, decision: Decision) -> str:
    provisions = evaluation.rules.of_kind(decision.pack.id, "scope")
    excluded = [p for p in provisions if p.effect == "excluded" and evaluation.on_line(p, decision.item)]
    named = excluded or [p for p in provisions if p.effect == "subject"]
    return "; ".join(f"{p.title or p.says} ({p.cite})" if p in excluded else f"no ground of {p.cite} holds" for p in named)


def _deciding(evaluation: Evaluation, decision: Decision, verdict: Verdict, asks: list[Ask], covering: list[Part]) -> str:
    """The provision or clause that decided."""
    item = decision.item
    if verdict == "not-subject":
        provisions = evaluation.rules.of_kind(decision.pack.id, "scope")
        excluded = [p.id for p in provisions if p.effect == "excluded" and evaluation.on_line(p, item)]
        return (excluded or [p.id for p in provisions if p.effect == "subject"] or [""])[0]
    if verdict == "needs-review":
        return asks[0].address if asks else ""
    if verdict == "pass":
        return covering[0].exemption.id if covering else _requirement(evaluation, decision)
    if decision.fail == "prohibited":
        for prohibition, _ in decision.program.prohibitions:
            if decision.truth(f"banned:{prohibition.id}"):
                return prohibition.id
    for part in in_play(decision):
        for outcome in outcomes_on(evaluation, part.exemption, item):
            if part.truth(outcome) is False and outcome.node is not None:
                clause = deciding(outcome.node, False)
                return f"{part.exemption.id}#{clause}" if clause else part.exemption.id
        stop = next((x.limitation.id for x in part.limits if decision.inputs.get(f"stop:{x.limitation.id}:{part.key}")), None)
        if stop:
            return stop
    return _requirement(evaluation, decision)


def _requirement(evaluation: Evaluation, decision: Decision) -> str:
    for ground in grounds_of(evaluation, decision):
        if ground.truth and ground.raised_by:
            return ground.raised_by[0]
    for provision in evaluation.rules.of_kind(decision.pack.id, "requirement"):
        if provision.for_each in ("item", "article") and provision.raises is not None:
            return provision.id
    return next((p.id for p in evaluation.rules.of_kind(decision.pack.id, "requirement")), "")


def _posture(evaluation: Evaluation, pack: Pack, item: Entity) -> tuple[str, ...]:
    found = []
    for provision in evaluation.rules.of_kind(pack.id, "posture"):
        if evaluation.on_line(provision, item):
            found.append(f"{provision.posture.replace('-', ' ')} ({provision.cite})")
    return tuple(dict.fromkeys(found))


def _notices(evaluation: Evaluation, pack: Pack, item: Entity) -> tuple[str, ...]:
    found = [p for p in evaluation.rules.of_kind(pack.id, "notice") if evaluation.on_line(p, item)]
    return tuple(f"{p.says or p.title} ({p.cite})" for p in found)


def steps_owed(evaluation: Evaluation, decision: Decision, covering: list[Part], verdict: Verdict) -> list[Step]:
    """What is owed: by the authority that covers (or is in play and may), and by duties of the law on their own."""
    owed: dict[tuple[str, str, str], Step] = {}

    def add(step: StepOfLaw, outcome: Outcome) -> None:
        due = applies(evaluation, step, outcome)
        if due is False:
            return
        done: Truth = ready(evaluation, step, outcome) if due else None
        says = step.says if due else f"{step.says} (if it applies)"
        owed.setdefault((step.by, step.cite, step.says), Step(step.by, says, step.cite, outcome.provision.id, done, step.keep))

    parts = covering[:1] or ([p for p in in_play(decision) if decision.truth(f"cover:{p.key}") is not False] if verdict != "pass" else [])
    if verdict == "fail" and decision.fail == "curable":
        parts = list(in_play(decision))
    for part in parts:
        for outcome in outcomes_on(evaluation, part.exemption, decision.item):
            for step in steps_of(part, outcome):
                add(step, outcome)
    if decision.truth("scope") is not False and verdict != "not-subject":
        for duty in evaluation.rules.of_kind(decision.pack.id, "duty"):
            for outcome in outcomes_on(evaluation, duty, decision.item):
                if outcome.truth:
                    for step in duty.steps:
                        add(step, outcome)
    return list(owed.values())


# reasons


def _reasons(evaluation: Evaluation, decisions: Sequence[Decision]) -> tuple[Reason, ...]:
    """One tree for every provision that mattered, scope first, then what is needed, what lifts it, what stops it."""
    reasoner = Reasoner(evaluation)
    found: dict[str, Reason] = {}

    def add(provision: Provision, item: Entity, wanted: Truth | str, ground: str = "") -> None:
        for outcome in outcomes_on(evaluation, provision, item, ground if provision.raises is not None else ""):
            if wanted == "any" or outcome.truth is wanted:
                reason = reasoner.provision(outcome, outcome.truth)
                found.setdefault(f"{reason.address} {outcome.entity.path}", reason)

    for decision in decisions:
        item, rules = decision.item, evaluation.rules
        scope = decision.inputs["scope"]
        for provision in rules.of_kind(decision.pack.id, "scope"):
            truth = evaluation.on_line(provision, item)
            if truth is True or truth is None or (scope is False and provision.effect == "subject"):
                add(provision, item, truth)
        for ground in grounds_of(evaluation, decision):
            for id_ in ground.raised_by:
                if scope is not False or rules.provisions[id_].not_gated:
                    add(rules.provisions[id_], item, ground.truth, ground.ground)
        if scope is not False:
            for ground_id in _cleared(evaluation, decision):
                for provision in rules.raising[ground_id]:
                    if provision.raises is not None and provision.for_each in ("item", "article"):
                        add(provision, item, False, ground_id)
        for part in in_play(decision):
            add(part.exemption, item, "any")
            for limit in part.limits:
                add(limit.limitation, item, True)
                add(limit.limitation, item, None)
        for prohibition, overriders in decision.program.prohibitions:
            if decision.truth(f"bans:{prohibition.id}") is not False:
                for value in (True, None):
                    add(prohibition, item, value)
                for other in overriders:
                    add(other, item, "any")
        for provision in rules.of_kind(decision.pack.id, "posture"):
            if scope is not False:
                add(provision, item, True)
    return tuple(found.values())


def _cleared(evaluation: Evaluation, decision: Decision) -> list[str]:
    """Grounds of which a table has rows for this item that the law clears: worth showing, since each must be overcome by itself."""
    found = []
    for group in decision.program.classes:
        for ground in group.within:
            for provision in evaluation.rules.raising[ground]:
                if provision.raises is None or provision.for_each not in ("item", "article"):
                    continue
                outcome = evaluation.decide(provision, decision.item, ground)
                if outcome.truth is False and outcome.node is not None and _has_rows(evaluation, outcome):
                    found.append(ground)
    return list(dict.fromkeys(found))


def _has_rows(evaluation: Evaluation, outcome: Outcome) -> bool:
    env = evaluation.env({outcome.provision.var: outcome.entity})
    if outcome.provision.raises is not None:
        env.vars[outcome.provision.raises[0]] = outcome.ground

    def visit(node: Node) -> bool:
        if node.clause.rows is not None and evaluation.rows(node.clause.rows, env, every=True):
            return True
        return any(visit(c) for c in node.children)

    return outcome.node is not None and visit(outcome.node)


def _workings(reasons: Sequence[Reason]) -> list[Working]:
    found = []
    for reason in reasons:
        found += reason.workings
        found += _workings(reason.children)
    return found


def _folded(evaluation: Evaluation, reasons: Sequence[Reason]) -> int:
    shown = {r.address.partition("@")[0] for r in reasons}
    return len({id_ for id_, _, _ in evaluation.outcomes} - shown)


