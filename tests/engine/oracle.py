"""The composition of verdicts once more, by enumeration: slow, direct, and written from the definition alone.

It shares no code with the engine but the three truth functions. A rule is a tree over boolean facts; an exemption is the set of
its *alternatives* (one choice at every `any_of`), each with the paragraphs it passes through, what it lifts and which steps it
needs. One alternative is an authority: it has to lift every required ground, alone or with others that it may go together with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Literal

from exportcheck.values import Truth, k_and, k_not, k_or


@dataclass(frozen=True, slots=True)
class Lit:
    """A boolean fact of the line, the transaction (`t...`) or the party in question (`q...`), or its negation."""

    fact: str
    sign: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """A step due before the transfer: whether it is due at all, and whether it was done (None: nothing can tell)."""

    done: Lit | None
    applies: Lit | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A clause. `form` is fact, open (not modelled), holds, holds_not, all, any, none, each or some."""

    form: str
    paragraph: str
    lit: Lit | None = None  # of fact; of open, what it is false without; of each and some, who is asked
    target: str = ""
    children: tuple[Node, ...] = ()
    or_none: bool = False
    lifts: tuple[str, ...] = ()
    steps: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Spared:
    """What a limitation leaves alone: `target` is a rule, `paragraph` one of its paragraphs; target `all` is everything."""

    target: str
    paragraph: str = ""
    when: Lit | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    kind: str
    entity: Literal["item", "transaction", "party"] = "item"
    gate: Lit | None = None
    tree: Node | None = None
    ground: str = ""
    not_gated: bool = False
    effect: str = ""
    lifts: tuple[str, ...] = ()
    together_with: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    steps: tuple[Due, ...] = ()
    everything: bool = False  # a limitation on every exemption of the pack
    only: tuple[tuple[str, str], ...] = ()  # or on these: rule and paragraph ("" for all of it)
    spares: tuple[Spared, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """One line as described. A fact that is not there is not stated. `claims` None: the line claims nothing."""

    facts: Mapping[str, bool]
    parties: tuple[Mapping[str, bool], ...] = ()
    parties_complete: bool = True
    claims: frozenset[str] | None = None
    unread: bool = False  # a license is held, or an authority claimed, whose terms nobody reads: it may cover

    def truth(self, lit: Lit | None, party: Mapping[str, bool] | None = None) -> Truth:
        if lit is None:
            return True
        value = (party if party is not None and lit.fact.startswith("q") else self.facts).get(lit.fact)
        return value if value is None or lit.sign else not value


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to meet an exemption: everything that has to hold, the paragraphs passed through, what is lifted and owed."""

    truth: Truth
    paragraphs: frozenset[str]
    lifts: frozenset[str]
    steps: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    verdict: str
    fail: str | None = None


@dataclass
class Oracle:
    """The rules of one pack over one line."""

    rules: Mapping[str, Rule]
    world: World
    binds: Truth = True
    _outcomes: dict[str, Truth] = field(default_factory=dict)

    def of_kind(self, kind: str) -> Iterator[Rule]:
        return (r for r in self.rules.values() if r.kind == kind)

    # outcomes

    def outcome(self, id_: str) -> Truth:
        if id_ not in self._outcomes:
            self._outcomes[id_] = self._outcome(self.rules[id_])
        return self._outcomes[id_]

    def _outcome(self, rule: Rule) -> Truth:
        if rule.kind == "exemption":
            return k_or(a.truth for a in self.alternatives(rule))
        if rule.entity == "party":
            return self.over_parties("some", None, lambda p: self.said(rule, p))
        return self.said(rule, None)

    def said(self, rule: Rule, party: Mapping[str, bool] | None) -> Truth:
        """Gate and clauses."""
        tree = True if rule.tree is None else self.clause(rule.tree, party)
        return k_and([self.world.truth(rule.gate, party), tree])

    def clause(self, node: Node, party: Mapping[str, bool] | None) -> Truth:
        if node.form == "fact":
            return self.world.truth(node.lit, party)
        if node.form == "open":
            return False if node.lit is not None and self.world.truth(node.lit, party) is False else None
        if node.form == "holds":
            return self.outcome(node.target)
        if node.form == "holds_not":
            return k_not(self.outcome(node.target))
        if node.form in ("each", "some"):
            return self.over_parties(node.form, node.lit, lambda p: self.clause(node.children[0], p), node.or_none)
        below = [self.clause(c, party) for c in node.children]
        return k_and(below) if node.form == "all" else k_or(below) if node.form == "any" else k_not(k_or(below))

    def over_parties(self, form: str, asked: Lit | None, said: object, or_none: bool = False) -> Truth:
        assert callable(said)
        members = [(self.world.truth(asked, p), said(p)) for p in self.world.parties]
        complete = self.world.parties_complete
        if form == "some":
            if any(inside is True and truth is True for inside, truth in members):
                return True
            none = all(inside is False or truth is False for inside, truth in members)
            return False if complete and none else None
        if any(inside is True and truth is False for inside, truth in members):
            return False
        if not complete or not all(inside is False or truth is True for inside, truth in members):
            return None
        somebody = any(inside is True for inside, _ in members)
        return True if somebody or or_none else None

    # exemptions

    def alternatives(self, rule: Rule) -> list[Alternative]:
        """Every way to meet an exemption, each after the limitations that reach it."""
        if rule.tree is None:
            plain = [Alternative(True, frozenset(), frozenset(), ())]
        else:
            plain = self.ways(rule.tree)
        gate = self.world.truth(rule.gate)
        owed = tuple(self.done(s) for s in rule.steps)
        found = []
        for way in plain:
            free = [self.free(limit, rule, way) for limit in self.of_kind("limitation")]
            truth = k_and([gate, way.truth, *free])
            found.append(Alternative(truth, way.paragraphs, way.lifts or frozenset(rule.lifts), way.steps + owed))
        return found

    def ways(self, node: Node) -> list[Alternative]:
        if node.form == "any":
            found = [way for child in node.children for way in self.ways(child)]
        elif node.form == "all":
            found = [
                Alternative(
                    k_and(p.truth for p in parts),
                    frozenset().union(*(p.paragraphs for p in parts)),
                    frozenset().union(*(p.lifts for p in parts)),
                    tuple(s for p in parts for s in p.steps),
                )
                for parts in product(*(self.ways(c) for c in node.children))
            ]
        else:
            below = frozenset(n.paragraph for n in walk(node))
            found = [Alternative(self.clause(node, None), below, frozenset(), ())]
        own, owed = frozenset({node.paragraph}), tuple(self.done(s) for s in node.steps)
        return [Alternative(w.truth, w.paragraphs | own, w.lifts or frozenset(node.lifts), w.steps + owed) for w in found]

    def free(self, limit: Rule, rule: Rule, way: Alternative) -> Truth:
        """A limitation does not stop this alternative: it does not reach it, does not hold, or spares it."""
        reached = limit.everything or any(t == rule.id and (not p or p in way.paragraphs) for t, p in limit.only)
        if not reached or limit.id in rule.overrides:
            return True
        spared = [
            self.world.truth(s.when)
            for s in limit.spares
            if s.target == "all" or (s.target == rule.id and (not s.paragraph or s.paragraph in way.paragraphs))
        ]
        return k_or([k_not(self.outcome(limit.id)), *spared])

    def done(self, step: Due) -> Truth:
        return k_or([k_not(self.world.truth(step.applies)), None if step.done is None else self.world.truth(step.done)])

    # the verdict

    def scope(self) -> Truth:
        inside = k_or(self.outcome(r.id) for r in self.of_kind("scope") if r.effect == "subject")
        outside = k_or(self.outcome(r.id) for r in self.of_kind("scope") if r.effect == "excluded")
        return k_and([self.binds, inside, k_not(outside)])

    def reaching(self, rule: Rule) -> Truth:
        """A requirement or prohibition where it reaches the line: inside the scope, unless it goes beyond it."""
        return k_and([self.binds if rule.not_gated else self.scope(), self.outcome(rule.id)])

    def required(self) -> dict[str, Truth]:
        found: dict[str, list[Truth]] = {}
        for rule in self.of_kind("requirement"):
            found.setdefault(rule.ground, []).append(self.reaching(rule))
        return {g: k_or(truths) for g, truths in found.items()}

    def in_play(self, claims: frozenset[str] | None) -> list[Rule]:
        exemptions = list(self.of_kind("exemption"))
        if claims is not None:
            return [r for r in exemptions if r.id in claims]
        return [r for r in exemptions if r.gate is not None and self.world.truth(r.gate) is True]

    def cover(self, claims: frozenset[str] | None, steps: bool = True) -> Truth:
        """Some candidate, alone or with those it may go together with, holds, lifts every required ground and is in order."""
        candidates = self.in_play(claims)
        names = {r.id for r in candidates}
        found: list[Truth] = [None] if self.world.unread else []
        for rule in candidates:
            partners = sorted(set(rule.together_with) & names - {rule.id})
            for n in range(len(partners) + 1):
                for others in combinations(partners, n):
                    found.append(self.together([rule, *(self.rules[o] for o in others)], steps))
        return k_or(found)

    def together(self, group: Iterable[Rule], steps: bool) -> Truth:
        """Over every choice of one alternative of each exemption of the group."""
        required = self.required()
        found: list[Truth] = []
        for ways in product(*(self.alternatives(rule) for rule in group)):
            lifted = {g for way in ways for g in way.lifts}
            truths = [w.truth for w in ways] + [k_not(t) for g, t in required.items() if g not in lifted]
            found.append(k_and([*truths, *(s for w in ways for s in w.steps if steps)]))
        return k_or(found)

    def answer(self) -> Answer:
        scope = self.scope()
        beyond = [r for r in self.rules.values() if r.kind in ("requirement", "prohibition") and r.not_gated]
        if scope is False and all(self.reaching(r) is False for r in beyond):
            return Answer("not-subject")
        barred: list[Truth] = []
        for rule in self.of_kind("prohibition"):
            naming = [self.outcome(r.id) for r in self.rules.values() if rule.id in r.overrides]
            barred.append(k_and([self.reaching(rule), k_not(k_or(naming))]))
        if True in barred:
            return Answer("fail", "prohibited")
        grounds = self.required().values()
        cover = self.cover(self.world.claims)
        if True in grounds and cover is False:
            return Answer("fail", "curable" if self.curable() else "license-required")
        needed = k_or(grounds)
        if scope is None or None in barred or (needed is not False and cover is not True):
            return Answer("needs-review")
        return Answer("pass")

    def curable(self) -> bool:
        """Only a step is missing, or the claim fails while another authority holds."""
        claims = self.world.claims
        return self.cover(claims, steps=False) is True or (claims is not None and self.cover(None) is True)


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walk(child)
