"""The alternatives of an exemption that others tell apart: by sparing or limiting them, by what they lift, by steps due first.

An exemption is the disjunction of its parts; each part is the exemption with one choice made in every `any_of` that has named
alternatives: one of these, or all that are not named. Limits, lifting and first steps are decided for each part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from exportcheck.engine.clauses import Node
from exportcheck.engine.evaluate import Outcome
from exportcheck.rulepack.model import Clause, Provision, Spare
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Truth, k_and, k_not, k_or

if TYPE_CHECKING:
    from exportcheck.engine.evaluate import Evaluation
    from exportcheck.transaction.model import Entity

Choices = Mapping[str, frozenset[str]]
"""Of an `any_of`, by its address, the addresses of the alternatives that are left."""


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A limitation as it bears on a part, with the conditions on which the part is spared."""

    limitation: Provision
    spares: tuple[Spare, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """`choices` are those that make the part; without any it is the whole exemption."""

    exemption: Provision
    key: str
    choices: Choices
    lifts: tuple[str, ...]
    limits: tuple[Limit, ...]
    stepped: bool
    """Do clauses of the exemption carry steps?"""

    def truth(self, outcome: Outcome) -> Truth:
        """The exemption's outcome with only this part left, before limits."""
        if not self.choices or outcome.node is None:
            return outcome.truth
        values = {None if n is None else _masked(n, self.choices) for n in (outcome.node, *outcome.others)}
        value = k_and((outcome.gate, values.pop() if len(values) == 1 else None))
        # the whole holds where a part does, so what keeps it from holding (uncertain, unverified) bears on the part
        return None if value and outcome.truth is None else value

    def reaches(self, paragraph: str) -> bool:
        """Is a paragraph among what the choices leave?"""

        def below(clause: Clause) -> bool:
            left = self.choices.get(clause.address)
            return clause.address == paragraph or any(below(c) for c in clause.children if left is None or c.address in left)

        return self.exemption.body is not None and below(self.exemption.body)

    def clauses(self, outcome: Outcome) -> Iterable[Node]:
        """The clauses that belong to this part."""
        if outcome.node is not None:
            yield from _kept(outcome.node, self.choices)


@dataclass(frozen=True, slots=True)
class _Way:
    """One choice of alternatives below a clause. `inside` are the paragraphs that it is surely within, `touched` all that it
    may pass through (they differ within `each`, `some` and `none_of`, where nothing is chosen); `label` names the choice."""

    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    lifts: tuple[str, ...] | None = None
    label: tuple[str, ...] = ()


def parts_of(rules: Ruleset, exemption: Provision) -> tuple[Part, ...]:
    """The parts of an exemption under the law of the day."""
    exemption = rules.provisions[exemption.id]
    found = rules.parts.get(exemption.id)
    if found is None:
        limits = [p for p in rules.limiting if _bears(p, exemption)]
        key = ("parts", id(exemption), *map(id, limits))
        found = rules.shared.get(key)
        if found is None:
            found = rules.shared[key] = parts_of_text(exemption, limits)
        rules.parts[exemption.id] = found
    return found  # type: ignore[return-value]


def parts_of_text(exemption: Provision, limitations: Iterable[Provision]) -> tuple[Part, ...]:
    """The parts of one text of an exemption under these limitations."""
    limits = [p for p in limitations if _bears(p, exemption)]
    named = frozenset(_named(limits, exemption))
    ways = [_Way()] if exemption.body is None else _ways(exemption.body, named)
    stepped = any(c.steps for c in exemption.clauses())
    parts = []
    for way in ways:
        key = f"{exemption.id}#{'+'.join(way.label)}" if way.label else exemption.id
        lifts = exemption.lifts if way.lifts is None else way.lifts
        parts.append(Part(exemption, key, way.choices, lifts, _limits(limits, exemption, way), stepped))
    return tuple(parts)


def _named(limits: list[Provision], exemption: Provision) -> Iterator[str]:
    """The addresses that limitations name, and those of clauses that lift other grounds or need a step first."""
    for limitation in limits:
        assert limitation.limits is not None
        yield from (s.clause for s in limitation.limits.spares if s.target == exemption.id and s.clause)
        for target in limitation.limits.only:
            name, _, paragraph = target.partition("#")
            if name == exemption.id and paragraph:
                yield paragraph
    for clause in exemption.clauses():
        if clause.lifts or any(s.by == "before-transfer" for s in clause.steps):
            yield clause.address


def _ways(clause: Clause, named: frozenset[str]) -> list[_Way]:
    """Every choice among the named alternatives below a clause."""
    if clause.form == "any_of" and any(_holds_named(c, named) for c in clause.children):
        found = []
        for child in clause.children:
            if _holds_named(child, named):
                found += [_chosen(clause, (child.address,), w, w.label or (child.address,)) for w in _ways(child, named)]
        rest = tuple(c.address for c in clause.children if not _holds_named(c, named))
        if rest:
            found.append(_chosen(clause, rest, _Way(), ()))
    elif clause.form == "all_of":
        found = [_joined(ways) for ways in product(*(_ways(c, named) for c in clause.children))]
    else:
        inside, touched = frozenset(_surely(clause)), frozenset(c.address for c in clause.walk())
        own = [c.lifts for c in clause.walk() if c is not clause and c.lifts]
        found = [_Way(inside=inside, touched=touched, lifts=_common(own))]
    here = frozenset((clause.address,))
    return [
        _Way(w.choices, w.inside | here, w.touched | here, (clause.lifts or None) if w.lifts is None else w.lifts, w.label)
        for w in found
    ]


def _chosen(clause: Clause, left: tuple[str, ...], way: _Way, label: tuple[str, ...]) -> _Way:
    return _Way({**way.choices, clause.address: frozenset(left)}, way.inside, way.touched, way.lifts, label)


def _joined(ways: tuple[_Way, ...]) -> _Way:
    """Choices in several clauses that all have to hold."""
    return _Way(
        {address: left for w in ways for address, left in w.choices.items()},
        frozenset().union(*(w.inside for w in ways)),
        frozenset().union(*(w.touched for w in ways)),
        _common([w.lifts for w in ways if w.lifts is not None]),
        tuple(x for w in ways for x in w.label),
    )


def _common(lifts: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Where several clauses of one alternative say what is lifted, only what all of them say is."""
    return tuple(g for g in lifts[0] if all(g in other for other in lifts)) if lifts else None


def _surely(clause: Clause) -> Iterator[str]:
    """The addresses below a clause that no alternative goes past."""
    for child in clause.children if clause.form not in ("any_of", "none_of") else ():
        yield child.address
        yield from _surely(child)


def _holds_named(clause: Clause, named: frozenset[str]) -> bool:
    return any(c.address in named for c in clause.walk())


def _bears(limitation: Provision, exemption: Provision) -> bool:
    limits = limitation.limits
    assert limits is not None
    if limitation.id in exemption.overrides:
        return False
    # what switches the exemptions of a pack off leaves the licenses alone that the agency gave
    whole = limits.all_of_pack == exemption.pack and not exemption.held
    return whole or any(o.partition("#")[0] == exemption.id for o in limits.only)


def _limits(limitations: list[Provision], exemption: Provision, way: _Way) -> tuple[Limit, ...]:
    """The limitations that can stop a part."""
    found = []
    for limitation in limitations:
        assert limitation.limits is not None
        only = [o.partition("#") for o in limitation.limits.only]
        if only and not any(o[0] == exemption.id and (not o[2] or o[2] in way.touched) for o in only):
            continue
        spares = tuple(
            s
            for s in limitation.limits.spares
            if s.target == "all" or (s.target == exemption.id and (not s.clause or s.clause in way.inside))
        )
        if any(s.when is None for s in spares):
            continue
        found.append(Limit(limitation, spares))
    return tuple(found)


def _masked(node: Node, choices: Choices) -> Truth:
    form = node.clause.form
    if form == "any_of" and node.clause.address in choices:
        left = choices[node.clause.address]
        return k_or([_masked(c, choices) for c in node.children if c.clause.address in left])
    if form == "all_of":
        return k_and([_masked(c, choices) for c in node.children])
    return node.truth


def _kept(node: Node, choices: Choices) -> Iterable[Node]:
    yield node
    left = choices.get(node.clause.address) if node.clause.form == "any_of" else None
    for child in node.children:
        if left is None or child.clause.address in left:
            yield from _kept(child, choices)


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


def limited_outcome(
    evaluation: Evaluation, outcome: Outcome, item: Entity | None = None, lifting: str = "", paragraph: str = ""
) -> Truth:
    """An exemption's outcome after limits: those that bear on a line, or (`item` None) on its own entity.

    With `lifting`, a ground's id, only the parts that lift this ground count, with `paragraph` those that it belongs to;
    false where there is none.
    """
    entity = item or outcome.entity
    values = []
    for part in parts_of(evaluation.rules, outcome.provision):
        if (lifting and lifting not in part.lifts) or (paragraph and not part.reaches(paragraph)):
            continue
        free = [k_or((k_not(limiting(evaluation, x, entity)), spared(evaluation, x, entity))) for x in part.limits]
        values.append(k_and([part.truth(outcome), *free]))
    return k_or(values)
