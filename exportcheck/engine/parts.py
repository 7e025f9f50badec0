"""The alternatives of an exemption that others tell apart: by sparing them from a limitation, or by what they lift.

An exemption is the disjunction of its parts; each part is the exemption with only one of the named alternatives (or only
what is not named) left in its `any_of`. Limits and lifting are decided for each part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exportcheck.engine.clauses import Node
from exportcheck.engine.evaluate import Outcome
from exportcheck.rulepack.model import Clause, Provision, Spare
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Truth, k_and, k_not, k_or

if TYPE_CHECKING:
    from exportcheck.engine.evaluate import Evaluation
    from exportcheck.transaction.model import Entity


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A limitation as it bears on a part, with the conditions on which the part is spared."""

    limitation: Provision
    spares: tuple[Spare, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """`alternative` is the address of the only alternative left ("" for what is not named, None for the whole)."""

    exemption: Provision
    key: str
    alternative: str | None
    named: frozenset[str]
    lifts: tuple[str, ...]
    limits: tuple[Limit, ...]

    def truth(self, outcome: Outcome) -> Truth:
        """The exemption's outcome with only this part left, before limits."""
        if self.alternative is None or outcome.node is None:
            return outcome.truth
        value = k_and((outcome.gate, _masked(outcome.node, self.alternative, self.named)))
        return None if value and outcome.truth is None else value

    def clauses(self, outcome: Outcome) -> Iterable[Node]:
        """The clauses that belong to this part."""
        if outcome.node is not None:
            yield from _kept(outcome.node, self.alternative, self.named)


def parts_of(rules: Ruleset, exemption: Provision) -> tuple[Part, ...]:
    """The parts of an exemption under the law of the day."""
    found = rules.parts.get(exemption.id)
    if found is None:
        found = rules.parts[exemption.id] = _parts(rules, exemption.id)
    return found  # type: ignore[return-value]


def _parts(rules: Ruleset, id_: str) -> tuple[Part, ...]:
    exemption = rules.provisions[id_]
    limits = [p for p in rules.provisions.values() if p.limits is not None and _bears(p, exemption)]
    named = {spare.clause for p in limits if p.limits for spare in p.limits.spares if spare.target == id_ and spare.clause} | {
        c.address for c in exemption.clauses() if c.lifts
    }
    ancestors = _ancestors(exemption.body) if exemption.body is not None else {}
    named &= set(ancestors)
    if not named:
        return (Part(exemption, id_, None, frozenset(), exemption.lifts, _limits(limits, exemption, (), rules)),)
    parts = []
    clauses = {c.address: c for c in exemption.clauses()}
    for address in sorted(named):
        above = (address, *ancestors[address])
        lifts = next((clauses[a].lifts for a in above if clauses[a].lifts), exemption.lifts)
        parts.append(
            Part(exemption, f"{id_}#{address}", address, frozenset(named), lifts, _limits(limits, exemption, above, rules))
        )
    if exemption.lifts:
        parts.append(Part(exemption, id_, "", frozenset(named), exemption.lifts, _limits(limits, exemption, (), rules)))
    return tuple(parts)


def _bears(limitation: Provision, exemption: Provision) -> bool:
    limits = limitation.limits
    assert limits is not None
    if limitation.id in exemption.overrides:
        return False
    return limits.all_of_pack == exemption.pack or any(o.partition("#")[0] == exemption.id for o in limits.only)


def _limits(limitations: list[Provision], exemption: Provision, above: tuple[str, ...], rules: Ruleset) -> tuple[Limit, ...]:
    """The limitations that can stop a part whose alternatives stand at and under the addresses `above`."""
    found = []
    for limitation in limitations:
        assert limitation.limits is not None
        only = [o.partition("#") for o in limitation.limits.only]
        if only and not any(o[0] == exemption.id and (not o[2] or o[2] in above) for o in only):
            continue
        spares = tuple(
            s
            for s in limitation.limits.spares
            if s.target == "all" or (s.target == exemption.id and (not s.clause or s.clause in above))
        )
        if any(s.when is None for s in spares):
            continue
        found.append(Limit(limitation, spares))
    return tuple(found)


def _ancestors(body: Clause) -> dict[str, tuple[str, ...]]:
    """Of every clause, the addresses of those that it stands in, nearest first."""
    found: dict[str, tuple[str, ...]] = {}

    def visit(clause: Clause, above: tuple[str, ...]) -> None:
        found[clause.address] = above
        for child in clause.children:
            visit(child, (clause.address, *above))

    visit(body, ())
    return found


def _holds_named(node: Node, named: frozenset[str]) -> bool:
    return node.clause.address in named or any(_holds_named(c, named) for c in node.children)


def _masked(node: Node, alternative: str, named: frozenset[str]) -> Truth:
    if node.clause.address in named:
        return node.truth
    if node.clause.form == "any_of" and any(_holds_named(c, named) for c in node.children):
        values = []
        for child in node.children:
            wanted = frozenset([alternative]) if alternative else named
            if alternative and not _holds_named(child, wanted):
                continue
            if not alternative and child.clause.address in named:
                continue
            values.append(_masked(child, alternative, named))
        return k_or(values)
    if node.clause.form == "all_of":
        return k_and([_masked(c, alternative, named) for c in node.children])
    return node.truth


def _kept(node: Node, alternative: str | None, named: frozenset[str]) -> Iterable[Node]:
    yield node
    for child in node.children:
        other = child.clause.address in named and child.clause.address != alternative
        if alternative is not None and other and node.clause.form == "any_of":
            continue
        yield from _kept(child, alternative, named)


def spared(evaluation: Evaluation, limit: Limit, entity: Entity) -> Truth:
    """Is a part spared from this limitation, for this entity?"""
    if not limit.spares:
        return False
    variables = {limit.limitation.var: entity} if limit.limitation.var else {}
    env = evaluation.env(variables)
    return k_or([evaluation.condition(s.when, env) for s in limit.spares])


def limiting(evaluation: Evaluation, limit: Limit, entity: Entity) -> Truth:
    """Does the limitation itself apply where the exemption is asked of this entity?"""
    if entity.kind == "item":
        return evaluation.on_line(limit.limitation, entity)
    if limit.limitation.for_each in ("article", entity.kind):
        return evaluation.decide(limit.limitation, entity).truth
    if limit.limitation.for_each == "transaction":
        return evaluation.decide(limit.limitation, evaluation.transaction.root).truth
    return None


def limited_outcome(evaluation: Evaluation, outcome: Outcome) -> Truth:
    """An exemption's outcome after limits."""
    values = []
    for part in parts_of(evaluation.rules, outcome.provision):
        free = [
            k_or((k_not(limiting(evaluation, x, outcome.entity)), spared(evaluation, x, outcome.entity))) for x in part.limits
        ]
        values.append(k_and([part.truth(outcome), *free]))
    return k_or(values)
