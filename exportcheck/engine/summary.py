"""A pack's verdict on a line in a few words: what covers it, what is to be applied for, and what decided."""

from __future__ import annotations

from collections.abc import Iterator

from exportcheck.engine.bearing import bearing, deciding_clause
from exportcheck.engine.clauses import Node
from exportcheck.engine.decide import Decision, after_limits, ready, steps_of
from exportcheck.engine.evaluate import Evaluation, Outcome
from exportcheck.engine.parts import Part
from exportcheck.engine.reasons import said
from exportcheck.engine.relevant import in_play, outcomes_on
from exportcheck.engine.result import GroundOutcome, Verdict
from exportcheck.transaction.model import Entity


def covering_parts(decision: Decision) -> list[Part]:
    """The authorities that cover the line; the claimed one first."""
    found = [p for p in decision.program.parts if decision.truth(f"cover:{p.key}")]
    return sorted(found, key=lambda p: (p.exemption.id not in decision.claimed.exemptions, p.key))


def authority_of(evaluation: Evaluation, part: Part, item: Entity) -> str:
    """What to cite on the papers: the exemption, or the license held that covers the line."""
    exemption = part.exemption
    if exemption.held:
        nodes = [n for o in outcomes_on(evaluation, exemption, item) if o.node is not None for n in _members(o.node)]
        return " or ".join(n.member.label for n in nodes if n.member is not None and n.truth)
    return exemption.cite_as or exemption.cite


def also_covering(evaluation: Evaluation, decision: Decision, covering: list[Part]) -> tuple[str, ...]:
    """What else covers the line, beside the authority that the answer cites."""
    named = [authority_of(evaluation, part, decision.item) for part in covering]
    return tuple(dict.fromkeys(n for n in named[1:] if n != named[0]))


def _members(node: Node) -> Iterator[Node]:
    """The licenses of a tree."""
    if node.member is not None and node.member.kind == "authorization":
        yield node
    for child in node.children:
        yield from _members(child)


def fail_words(evaluation: Evaluation, decision: Decision, grounds: list[GroundOutcome]) -> str:
    """`prohibited`, `license required: DSP-5`, or what is due first."""
    if decision.fail == "prohibited":
        return "prohibited"
    if decision.fail == "curable":
        return _cure(evaluation, decision)[1]
    form = form_of(evaluation, grounds)
    return f"license required: {form}" if form else "license required"


def _cure(evaluation: Evaluation, decision: Decision) -> tuple[str, str]:
    """What is wanting: the provision, and its step that is due first, or that it applies in place of the claimed one."""
    for part in in_play(decision):
        if decision.truth(f"ok:{part.key}") and decision.inputs.get(f"ready:{part.key}") is False:
            says = [
                step.says.rstrip(".")
                for outcome in outcomes_on(evaluation, part.exemption, decision.item)
                for step in steps_of(part, outcome)
                if step.by == "before-transfer" and ready(evaluation, step, outcome) is False
            ]
            return part.exemption.id, f"{_named(decision, part)} holds once this is done: {'; '.join(dict.fromkeys(says))}"
    for part in decision.program.parts:
        exemption, open_gate = part.exemption, decision.inputs.get(f"gate:{part.key}")
        if not decision.inputs[f"play:{part.key}"] and open_gate and after_limits(evaluation, exemption, decision.item):
            return exemption.id, f"{exemption.cite} holds, and is not what is claimed"
    return "", "a step is due first, or another authority applies"


def form_of(evaluation: Evaluation, grounds: list[GroundOutcome]) -> str:
    """The form to apply for: of the first requirement that is raised."""
    provisions = evaluation.rules.provisions
    needs = (provisions[id_].need for g in grounds if g.truth for id_ in g.raised_by)
    return next(filter(None, needs), "")


def summary(
    evaluation: Evaluation, decision: Decision, verdict: Verdict, covering: list[Part], grounds: list[GroundOutcome]
) -> str:
    """One line. `covering` are the parts that cover a line on which something is raised."""
    if verdict == "not-subject":
        return f"not subject: {_outside(evaluation, decision)}"
    if verdict == "pass":
        if covering:
            return f"{_named(decision, covering[0])} holds"
        return "no license required (NLR)" if decision.pack.id == "ear" else "no license required"
    if verdict == "fail":
        return fail_words(evaluation, decision, grounds)
    for part in in_play(decision):
        if decision.truth(f"cover:{part.key}") is None:
            return f"{_named(decision, part)} holds but for:"
    if decision.truth("scope") is None:
        return "open, as is whether the line is subject to it:"
    return "open:"


def _named(decision: Decision, part: Part) -> str:
    return f"{part.exemption.cite}{' (claimed)' if part.exemption.id in decision.claimed.exemptions else ''}"


def _outside(evaluation: Evaluation, decision: Decision) -> str:
    """Why the line is not under the pack: what takes it out, or what would bring it in and does not hold."""
    outcome = outside(evaluation, decision)
    if outcome is None or outcome.node is None:
        return f"{decision.pack.title} does not reach it"
    nodes = bearing(outcome.node) or [outcome.node]
    if outcome.truth is False:
        nodes = sorted(nodes, key=lambda n: not _examined(evaluation, n, outcome))
    return f"{said(nodes[0]) or outcome.provision.title} ({_cite(outcome, nodes[0])})"


def outside(evaluation: Evaluation, decision: Decision) -> Outcome | None:
    """The outcome that puts a line outside the pack."""
    provisions = evaluation.rules.of_kind(decision.pack.id, "scope")
    for provision in provisions:
        for outcome in outcomes_on(evaluation, provision, decision.item):
            if provision.effect == "excluded" and outcome.truth:
                return outcome
    subject = (o for p in provisions if p.effect == "subject" for o in outcomes_on(evaluation, p, decision.item))
    return next(subject, None)


def _examined(evaluation: Evaluation, node: Node, outcome: Outcome) -> bool:
    """Does this clause rest on another provision that applies to the item, so that its answer was worked out?"""
    held = evaluation.rules.provisions.get(node.clause.target.partition("#")[0])
    if held is None or node.clause.form not in ("holds", "holds_not"):
        return False
    return evaluation.decide(held, outcome.entity).gate is not False


def _cite(outcome: Outcome, node: Node) -> str:
    from exportcheck.engine.cited import full_cite

    return full_cite(outcome.provision.cite, node.clause.cite)


def deciding(
    evaluation: Evaluation, decision: Decision, verdict: Verdict, covering: list[Part], grounds: list[GroundOutcome]
) -> str:
    """The address of the provision or clause that decided; of needs-review empty, since the questions say it."""
    if verdict == "not-subject":
        outcome = outside(evaluation, decision)
        return _address(outcome) if outcome is not None else ""
    if verdict == "pass":
        return covering[0].exemption.id if covering else _requirement(evaluation, decision, grounds, False)
    if verdict == "needs-review":
        return ""
    if decision.fail == "prohibited":
        for prohibition, _ in decision.program.prohibitions:
            if decision.truth(f"banned:{prohibition.id}"):
                outcomes = outcomes_on(evaluation, prohibition, decision.item)
                return next((_address(o) for o in outcomes if o.truth), prohibition.id)
    if decision.fail == "curable":
        return _cure(evaluation, decision)[0]
    for part in in_play(decision) if decision.claimed.made else ():  # of what nobody means to use, the failing is no reason
        stopped = _stopped(evaluation, decision, part)
        if stopped:
            return stopped
    return _requirement(evaluation, decision, grounds, True)


def _stopped(evaluation: Evaluation, decision: Decision, part: Part) -> str:
    """What keeps an authority in play from covering: a clause that fails, or a limitation."""
    for outcome in outcomes_on(evaluation, part.exemption, decision.item):
        if part.truth(outcome) is False:
            return _address(outcome)
    stops = (x.limitation.id for x in part.limits if decision.inputs.get(f"stop:{x.limitation.id}:{part.key}"))
    return next(stops, "")


def _address(outcome: Outcome) -> str:
    ground = f"@{outcome.ground.partition('/')[2]}" if outcome.ground else ""
    clause = deciding_clause(outcome.node)
    return outcome.provision.id + ground + (f"#{clause}" if clause else "")


def _requirement(evaluation: Evaluation, decision: Decision, grounds: list[GroundOutcome], raised: bool) -> str:
    """The requirement that is raised, or that was looked at and is not."""
    for ground in grounds:
        if ground.truth is raised and ground.raised_by:
            provision = evaluation.rules.provisions[ground.raised_by[0]]
            which = ground.ground if provision.raises is not None else ""
            for outcome in outcomes_on(evaluation, provision, decision.item, which):
                if outcome.truth is raised:
                    return _address(outcome)
            return provision.id
    return ""


def postures(evaluation: Evaluation, decision: Decision) -> tuple[str, ...]:
    """The policies of review that apply, as `policy of denial (22 CFR 126.1(d)(1))`."""
    found = []
    for provision in evaluation.rules.of_kind(decision.pack.id, "posture"):
        if evaluation.on_line(provision, decision.item):
            found.append(f"{provision.posture.replace('-', ' ')} ({provision.cite})")
    return tuple(dict.fromkeys(found))


def notices(evaluation: Evaluation, decision: Decision) -> tuple[str, ...]:
    """Red flags and the like that apply; none where another pack's law takes the line out."""
    out = outside(evaluation, decision) if decision.verdict == "not-subject" else None
    if out is not None and out.truth:
        return ()
    rules = evaluation.rules.of_kind(decision.pack.id, "notice")
    found = [p for p in rules if evaluation.on_line(p, decision.item)]
    return tuple(f"{(p.says or p.title).rstrip('.')} ({p.cite})" for p in found)
