"""EC202 to EC206: grounds that nothing raises or lifts, exemptions that do nothing or cannot be reached, activities left out."""

from __future__ import annotations

from collections.abc import Iterable

from exportcheck.condition import ast as A
from exportcheck.condition.types import BOOLEAN, TEXT, of_fact
from exportcheck.lint.alike import could_imply
from exportcheck.lint.application import within
from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.formula import Formula, conjunction, negation
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.collisions import limits_exemption
from exportcheck.rulepack.model import Provision

HERE = (0, 0)


def raised(subject: Subject) -> set[str]:
    """The grounds that some provision raises."""
    return {g for p in subject.packs.provisions if p.kind in ("requirement", "listing") for g in p.grounds}


def never_raised(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC202: grounds that no requirement and no listing raises."""
    found = raised(subject)
    for ground in subject.packs.grounds.values():
        if ground.id not in found:
            yield rule.found(ground.span, f"no requirement or listing raises the ground {ground.id}", ground.id, ground.pack)


def no_way_out(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC203: grounds of binding packs that no exemption lifts, and for which nothing says what to apply for."""
    lifted = {g for p in subject.packs.provisions for g in lifts(p)}
    for ground in subject.packs.grounds.values():
        pack = subject.packs.packs.get(ground.pack)
        if pack is None or pack.force != "binding" or ground.id in lifted or pack.form:
            continue
        raising = [p for p in subject.packs.provisions if ground.id in p.grounds]
        if raising and not any(p.need for p in raising):
            message = f"nothing lifts the ground {ground.id}, and nothing says what to apply for"
            yield rule.found(ground.span, message, ground.id, ground.pack)


def lifts(provision: Provision) -> tuple[str, ...]:
    """Every ground that an exemption lifts, or one of its clauses."""
    return (*provision.lifts, *(g for c in provision.clauses() for g in c.lifts))


def lifts_nothing(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC204: exemptions from grounds that nothing raises."""
    found = raised(subject)
    for provision in subject.packs.provisions:
        if provision.kind == "exemption" and found.isdisjoint(lifts(provision)):
            message = f"{provision.id} lifts only grounds that nothing raises: {', '.join(sorted(set(lifts(provision))))}"
            yield rule.found(provision.span, message, provision.id, provision.pack)


def unreachable(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC205: exemptions that are limited wherever they hold."""
    limitations = [p for p in subject.packs.provisions if p.kind == "limitation"]
    for exemption in subject.packs.provisions:
        if exemption.kind != "exemption":
            continue
        own = subject.formula(exemption)
        limiting = [x for x in limitations if _surely_limits(x, exemption) and could_imply(own, subject.formula(x))]
        formulas = [subject.formula(x) for x in limiting]
        left = conjunction([own, *map(negation, formulas)])
        if not limiting or not subject.space(own, *formulas).never(left, True):
            continue
        alone = [x.id for x, f in zip(limiting, formulas, strict=True) if _suffices(subject, own, f)]
        by = alone[0] if alone else " or ".join(x.id for x in limiting)
        if subject.space(own).never(own, True):
            continue  # EC104 says so
        message = f"no facts reach {exemption.id}: wherever it holds, {by} switches it off"
        yield rule.found(exemption.span, message, exemption.id, exemption.pack)


def _suffices(subject: Subject, own: Formula, limitation: Formula) -> bool:
    return subject.space(own, limitation).always_with(own, limitation)


def _surely_limits(limitation: Provision, exemption: Provision) -> bool:
    """Does the limitation, where it holds, switch off the whole exemption on all its days?"""
    if limitation.limits is None or not limits_exemption(limitation, exemption) or limitation.for_each in ("party", "component"):
        return False
    if limitation.id in {name.partition("#")[0] for name in exemption.overrides}:
        return False
    if exemption.held and limitation.limits.all_of_pack:
        return False
    if limitation.limits.only and exemption.id not in limitation.limits.only:
        return False  # only some of its paragraphs
    if any(s.target in ("all", exemption.id) for s in limitation.limits.spares):
        return False
    return within(exemption.periods, limitation.periods) and limitation.trust != "unverified"


def uncovered(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC206: activities for which a binding pack requires and prohibits nothing, without saying so."""
    activity = subject.packs.vocabulary.get("transaction", "activity")
    for pack in subject.packs.packs.values():
        if pack.force != "binding" or activity is None:
            continue
        mine = [p for p in subject.packs.provisions if p.pack == pack.id]
        acting = [p for p in mine if p.kind in ("requirement", "prohibition")]
        excluding = [p for p in mine if p.kind == "scope" and p.effect == "excluded"]
        for value in activity.type.values:
            said = _is(subject, value)
            if any(not _never(subject, p, said) for p in acting):
                continue
            if any(subject.space(said, subject.formula(p)).always_with(said, subject.formula(p)) for p in excluding):
                continue
            message = f'no requirement or prohibition of {pack.id} can hold for the activity "{value}"'
            yield rule.found(pack.span, message, pack.id, pack.id, value)


def _is(subject: Subject, value: str) -> Formula:
    declared = subject.packs.vocabulary.get("transaction", "activity")
    assert declared is not None
    fact = A.Fact(HERE, of_fact(declared.type), "", "activity", "transaction")
    return subject.encoder.expression(A.Cmp(HERE, BOOLEAN, "=", fact, A.Lit(HERE, TEXT, value)), {})


def _never(subject: Subject, provision: Provision, said: Formula) -> bool:
    both = conjunction([said, subject.formula(provision)])
    return subject.space(said, subject.formula(provision)).never(both, True)
