"""EC104 and EC105: provisions that no facts can make hold, and texts that are in force on no day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.model import Period


def never_applies(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC104: gate and clauses that can never all be true."""
    for provision in subject.packs.provisions:
        formula = subject.formula(provision)
        gate = subject.encoder.gate(provision)
        space = subject.space(gate, formula)
        if not space.never(formula, True):
            continue
        if space.never(gate, True):
            span, what = provision.gate.span if provision.gate is not None else provision.span, "its gate can never be true"
        else:
            span, what = provision.span, "its gate and its clauses can never all be true"
        yield rule.found(span, f"{provision.id} can never hold: {what}", provision.id, provision.pack)


def never_in_force(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC105: texts and clauses that are law on no day that the pack knows."""
    for provision in subject.packs.provisions:
        known = subject.packs.packs[provision.pack].known_from
        days = [p for p in provision.periods if p.status != "stayed"]
        if not days:
            yield rule.found(provision.span, f"{provision.id} is stayed on all its days", provision.id, provision.pack)
        elif known is not None and all(p.end is not None and p.end < known for p in days):
            message = f"{provision.id} ended before {known}, the first day that the pack knows"
            yield rule.found(provision.span, message, provision.id, provision.pack)
        for clause in provision.clauses() if days else ():
            if not any(_meet(a, b) for a in clause.periods for b in days if a.status != "stayed"):
                message = f"clause {clause.address} is in force on no day of {provision.id}"
                yield rule.found(clause.span, message, provision.id, provision.pack, clause.address)


def _meet(a: Period, b: Period) -> bool:
    return (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max)


def within(inner: Iterable[Period], outer: Iterable[Period]) -> bool:
    """Is every day of the one a day of the other, as far as single periods show it?"""
    wide = [p for p in outer if p.status == "in-force"]
    return all(
        any((o.start or date.min) <= (i.start or date.min) and (i.end or date.max) <= (o.end or date.max) for o in wide)
        for i in inner
    )
