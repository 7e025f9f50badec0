"""The reasoning on a line: one tree for every provision that mattered to a pack's verdict."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.conflicts import conflicting
from exportcheck.engine.decide import Decision
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.reasons import Reasoner
from exportcheck.engine.relevant import in_play, outcomes_on, stops
from exportcheck.engine.result import GroundOutcome, Reason, Verdict, Working
from exportcheck.rulepack.model import Provision
from exportcheck.transaction.model import Entity
from exportcheck.values import Truth

ANY: tuple[Truth, ...] = (True, False, None)

Decided = tuple[Decision, Verdict, Sequence[GroundOutcome]]
"""A pack's decision on a line, its verdict, and the grounds that its answer names."""


def reasoning(
    evaluation: Evaluation, decided: Sequence[Decided], verdict: Verdict, item: Entity
) -> tuple[tuple[Reason, ...], tuple[Working, ...]]:
    """The trees, scope first, then what is needed, what lifts it, what forbids; and the comparisons that they rest on.

    `verdict` is that of the line: where it fails, a pack that is open changes nothing and has no tree.
    """
    trees = _Trees(evaluation)
    for decision, own, grounds in decided:
        if verdict == "fail" and own == "needs-review":
            continue
        trees.scope(decision, own)
        if own == "not-subject":
            continue
        if decision.fail != "prohibited" or own != "fail":
            trees.requirements(decision, own, grounds)
            trees.authorities(decision, own)
        trees.prohibitions(decision, own)
        if own != "pass":
            trees.postures(decision)
    trees.conflicts(item)
    return tuple(trees.found.values()), tuple(trees.reasoner.workings)


class _Trees:
    def __init__(self, evaluation: Evaluation) -> None:
        self.e = evaluation
        self.reasoner = Reasoner(evaluation)
        self.found: dict[tuple[str, str], Reason] = {}

    def add(self, provision: Provision, decision: Decision, wanted: tuple[Truth, ...], ground: str = "") -> None:
        for outcome in outcomes_on(self.e, provision, decision.item, ground if provision.raises is not None else ""):
            key = (f"{provision.id}@{outcome.ground}", outcome.entity.path)
            if outcome.truth in wanted and key not in self.found:
                self.found[key] = self.reasoner.provision(outcome, outcome.truth)

    def conflicts(self, item: Entity) -> None:
        for provision in conflicting(self.e, item):
            for outcome in outcomes_on(self.e, provision, item):
                if outcome.truth:
                    self.found[f"{provision.id}@", outcome.entity.path] = self.reasoner.provision(outcome, True)

    def scope(self, decision: Decision, verdict: Verdict) -> None:
        provisions = self.e.rules.of_kind(decision.pack.id, "scope")
        excluded = [p for p in provisions if p.effect == "excluded" and self.e.on_line(p, decision.item)]
        if verdict == "not-subject" and excluded:
            self.add(excluded[0], decision, (True,))
            return
        for provision in provisions:
            if verdict != "not-subject":
                self.add(provision, decision, (True, None))
            elif provision.effect == "subject":
                self.add(provision, decision, (False,))

    def requirements(self, decision: Decision, verdict: Verdict, grounds: Sequence[GroundOutcome]) -> None:
        for ground in grounds:
            if verdict == "fail" and ground.truth is not True:
                continue
            for id_ in ground.raised_by:
                self.add(self.e.rules.provisions[id_], decision, (ground.truth,), ground.ground)

    def authorities(self, decision: Decision, verdict: Verdict) -> None:
        for part in in_play(decision):
            if verdict == "pass" and not decision.truth(f"cover:{part.key}"):
                continue
            self.add(part.exemption, decision, ANY)
            for limit in part.limits:
                if stops(self.e, limit, decision.item) is not False:
                    self.add(limit.limitation, decision, (True, None))

    def prohibitions(self, decision: Decision, verdict: Verdict) -> None:
        wanted: Truth = True if verdict == "fail" else None
        for prohibition, overriders in decision.program.prohibitions:
            if decision.truth(f"banned:{prohibition.id}") is wanted:
                self.add(prohibition, decision, (True, None))
            if decision.truth(f"bans:{prohibition.id}"):
                for other in overriders:
                    self.add(other, decision, ANY)

    def postures(self, decision: Decision) -> None:
        for provision in self.e.rules.of_kind(decision.pack.id, "posture"):
            self.add(provision, decision, (True,))
