"""What is owed with an answer: the steps of the authority that covers, or may, and the duties that stand by themselves."""

from __future__ import annotations

from exportcheck.engine.cited import full_cite
from exportcheck.engine.decide import Decision, applies, ready, steps_of
from exportcheck.engine.evaluate import Evaluation, Outcome
from exportcheck.engine.parts import Part
from exportcheck.engine.relevant import in_play, outcomes_on
from exportcheck.engine.result import Step, Verdict
from exportcheck.rulepack.model import Step as StepOfLaw
from exportcheck.values import Truth


def steps_owed(evaluation: Evaluation, decision: Decision, covering: list[Part], verdict: Verdict) -> list[Step]:
    """Each step once, in the order of the law. Nothing is owed under a pack that does not reach the line."""
    if verdict == "not-subject":
        return []
    owed: dict[tuple[str, str, str], Step] = {}
    for part in _parts(decision, covering, verdict):
        for outcome in outcomes_on(evaluation, part.exemption, decision.item):
            for step in steps_of(part, outcome):
                _add(evaluation, step, outcome, owed)
    if decision.truth("scope") is not False:
        for duty in evaluation.rules.of_kind(decision.pack.id, "duty"):
            for outcome in outcomes_on(evaluation, duty, decision.item):
                for step in duty.steps if outcome.truth else ():
                    _add(evaluation, step, outcome, owed)
    return list(owed.values())


def _parts(decision: Decision, covering: list[Part], verdict: Verdict) -> list[Part]:
    if covering or verdict == "pass":
        return covering[:1]
    if verdict == "fail":
        return list(in_play(decision)) if decision.fail == "curable" else []
    return [p for p in in_play(decision) if decision.truth(f"cover:{p.key}") is not False]


def _add(evaluation: Evaluation, step: StepOfLaw, outcome: Outcome, owed: dict[tuple[str, str, str], Step]) -> None:
    due = applies(evaluation, step, outcome)
    if due is False:
        return
    done: Truth = ready(evaluation, step, outcome) if due else None
    says = step.says.rstrip(".") + ("" if due else " (if it applies)")
    cite = full_cite(outcome.provision.cite, step.cite)
    owed.setdefault((step.by, cite, step.says), Step(step.by, says, cite, outcome.provision.id, done, step.keep))
