"""EC201: provisions that pull in opposite directions on the same facts, and nothing says which prevails."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from exportcheck.lint.alike import implies
from exportcheck.lint.application import within
from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.model import Provision


def conflicts(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC201: a permission that a prohibition always meets, a scope that is always excluded, postures that always disagree."""
    by_pack: dict[str, list[Provision]] = {}
    for provision in subject.packs.provisions:
        by_pack.setdefault(provision.pack, []).append(provision)
    for provisions in by_pack.values():
        of = {kind: [p for p in provisions if p.kind == kind] for kind in ("exemption", "prohibition", "scope", "posture")}
        for exemption in of["exemption"]:
            overridden = {name.partition("#")[0] for name in exemption.overrides}
            for prohibition in of["prohibition"]:
                if prohibition.id not in overridden and _always(subject, exemption, prohibition):
                    message = f"wherever {exemption.id} holds, {prohibition.id} prohibits, and neither overrides the other"
                    yield rule.found(exemption.span, message, exemption.id, exemption.pack)
        for subjecting in (p for p in of["scope"] if p.effect == "subject"):
            for excluding in (p for p in of["scope"] if p.effect == "excluded"):
                if _always(subject, subjecting, excluding):
                    message = f"wherever {subjecting.id} brings a line under the pack, {excluding.id} takes it out"
                    yield rule.found(subjecting.span, message, subjecting.id, subjecting.pack)
        for one, other in permutations(of["posture"], 2):
            if one.posture != other.posture and _always(subject, one, other):
                message = (
                    f"wherever {one.id} says {one.posture}, {other.id} says {other.posture}, and nothing says which prevails"
                )
                yield rule.found(one.span, message, one.id, one.pack)


def _always(subject: Subject, one: Provision, other: Provision) -> bool:
    return within(one.periods, other.periods) and other.trust != "unverified" and implies(subject, one, other)
