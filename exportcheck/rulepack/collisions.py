"""Provisions that act on one another without it being clear which prevails, or without any effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exportcheck.errors import Problem, did_you_mean
from exportcheck.rulepack.model import Limits, Packs, Provision


def collisions(packs: Packs) -> Iterable[Problem]:
    """Every limit, override and combination that cannot stand as it is."""
    by_id = {p.id: p for p in packs.provisions}
    for provision in packs.provisions:
        if provision.limits is not None:
            yield from _limits(provision, provision.limits, packs, by_id)
        yield from _overrides(provision, by_id)
        for name in provision.together_with:
            other = by_id.get(_id(name))
            if other is not None and (other.kind != "exemption" or provision.kind != "exemption"):
                yield Problem(
                    provision.span, f"{provision.id} covers together with {name}", "only exemptions cover, and together"
                )
        if provision.kind != "exemption":
            for clause in provision.clauses():
                if clause.lifts:
                    yield Problem(clause.span, f'"lifts" has no meaning in a {provision.kind}', "only exemptions lift grounds")


def limits_exemption(limitation: Provision, exemption: Provision) -> bool:
    """Does the limitation reach the exemption, before what it spares?"""
    limits = limitation.limits
    return limits is not None and (limits.all_of_pack == exemption.pack or exemption.id in {_id(o) for o in limits.only})


def _id(target: str) -> str:
    return target.partition("#")[0]


def _limits(of: Provision, limits: Limits, packs: Packs, by_id: Mapping[str, Provision]) -> Iterable[Problem]:
    if limits.all_of_pack and limits.all_of_pack not in packs.packs:
        yield Problem(of.span, f'there is no pack "{limits.all_of_pack}"', did_you_mean(limits.all_of_pack, packs.packs))
    for name in limits.only:
        other = by_id.get(_id(name))
        if other is not None and other.kind != "exemption":
            yield Problem(of.span, f"{name} is a {other.kind}", "only exemptions can be limited")
    for spare in limits.spares:
        other = by_id.get(spare.target)
        if other is None:
            continue
        if other.kind != "exemption":
            yield Problem(of.span, f"{spare.target} is a {other.kind}, and cannot be spared", "only exemptions are limited")
        elif not limits_exemption(of, other):
            yield Problem(of.span, f"{spare.target} is spared, and was not limited", "leave it out")
        elif spare.when is None and not spare.clause and other.id in limits.only:
            yield Problem(of.span, f"{other.id} is limited and spared by {of.id}", "say one of the two")


def _overrides(of: Provision, by_id: Mapping[str, Provision]) -> Iterable[Problem]:
    for name in of.overrides:
        other = by_id.get(_id(name))
        if other is None:
            continue
        if other.kind not in ("prohibition", "limitation"):
            yield Problem(of.span, f"{name} is neither a prohibition nor a limitation", "only those can be overridden")
        elif of.id in {_id(n) for n in other.overrides}:
            yield Problem(of.span, f"{of.id} and {other.id} override each other", "say which of the two prevails")
        elif other.limits is not None and of.id in {_id(o) for o in other.limits.only}:
            message = f"{of.id} overrides {other.id}, which names it as limited"
            yield Problem(of.span, message, "say in one place which prevails")
        elif other.kind == "limitation" and not limits_exemption(other, of):
            yield Problem(of.span, f"{of.id} overrides {other.id}, which does not limit it", "leave the override out")
