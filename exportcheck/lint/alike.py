"""EC106 and EC107: provisions that say what another one says, or no more than it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from exportcheck.lint.application import within
from exportcheck.lint.encode import shape
from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.formula import Formula
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.model import Provision

ACTING = ("requirement", "prohibition", "listing", "posture", "scope", "limitation", "exemption", "conflict")


def duplicates(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC106: the same effect under the same conditions on the same days."""
    seen: dict[Hashable, Provision] = {}
    for provision in subject.packs.provisions:
        gate = None if provision.gate is None else shape(provision.gate.expr, {})
        body = None if provision.body is None else subject.encoder.said(provision.body, {})
        first = seen.setdefault((_effect(provision), provision.lifts, provision.periods, gate, body), provision)
        if first is not provision:
            message = f"{provision.id} says what {first.id} says"
            yield rule.found(provision.span, message, provision.id, provision.pack)


def subsumed(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC107: wherever the provision holds, another one of the same effect holds."""
    groups: dict[Hashable, list[Provision]] = {}
    for provision in subject.packs.provisions:
        if provision.kind in ACTING and not provision.steps and provision.raises is None:
            groups.setdefault(_effect(provision), []).append(provision)
    for group in groups.values():
        for one in group:
            for other in group:
                if one.id != other.id and _no_more(one, other) and implies(subject, one, other):
                    if implies(subject, other, one) and other.id > one.id:
                        continue  # said once, of the second
                    message = f"{one.id} adds nothing: wherever it holds, {other.id} holds, and does the same"
                    yield rule.found(one.span, message, one.id, one.pack)
                    break


def _effect(p: Provision) -> Hashable:
    limits = None
    if p.limits is not None:
        spares = tuple((s.target, s.clause, None if s.when is None else shape(s.when.expr, {})) for s in p.limits.spares)
        limits = (p.limits.all_of_pack, p.limits.only, spares)
    steps = tuple((s.id, s.by, s.says) for s in p.steps)
    paper = (p.need, p.cite_as, p.aes_code, p.trust, p.not_gated)
    return (p.pack, p.kind, p.for_each, p.grounds, limits, p.overrides, p.effect, p.posture, p.held, steps, paper)


def _no_more(one: Provision, other: Provision) -> bool:
    """Could the other do all that this one does, on all its days?"""
    return within(one.periods, other.periods) and set(_lifts(one)) <= set(other.lifts)


def _lifts(provision: Provision) -> list[str]:
    return [*provision.lifts, *(g for c in provision.clauses() for g in c.lifts)]


def implies(subject: Subject, one: Provision, other: Provision) -> bool:
    """Does the other provision hold wherever this one does, whatever is stated?"""
    a, b = subject.formula(one), subject.formula(other)
    return could_imply(a, b) and subject.space(a, b).always_with(a, b)


def could_imply(a: Formula, b: Formula) -> bool:
    """Is nothing needed for `b` that `a` does not look at, and no way for `a` to be true that `b` does not look at?

    Only a first look, by names. It takes for granted that neither is constant, which EC101 and EC104 find.
    """
    names, others = a.names, b.names
    if not names or any(names.isdisjoint(part.names) for part in _parts(b, "and")):
        return False
    return not any(others.isdisjoint(part.names) for part in _parts(a, "or"))


def _parts(formula: Formula, op: str) -> list[Formula]:
    if formula.op == op:
        return [c for part in formula.parts for c in _parts(part, op)]
    return [formula]
