"""EC501 and EC502: provisions without cases, exemptions of which no case withholds the facts."""

from __future__ import annotations

from collections.abc import Iterable

from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.model import Clause


def without_case(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC501: no case expects anything of the provision."""
    for provision in subject.by_id.values():
        if provision.id not in subject.beside.expected:
            yield rule.found(provision.span, f"no case expects anything of {provision.id}", provision.id, provision.pack)


def without_withhold(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC502: no case shows that the exemption is unknown without each of its facts."""
    for provision in subject.by_id.values():
        can_hold = provision.trust != "unverified" and (provision.body is None or _can_hold(provision.body))
        if provision.kind == "exemption" and can_hold and provision.id not in subject.beside.withheld:
            yield rule.found(provision.span, f"no case withholds the facts of {provision.id}", provision.id, provision.pack)


def _can_hold(clause: Clause) -> bool:
    """What is not modelled never holds, and then there is nothing to withhold."""
    if clause.form == "all_of":
        return all(map(_can_hold, clause.children))
    if clause.form == "any_of":
        return any(map(_can_hold, clause.children))
    return clause.form != "not_modelled"
