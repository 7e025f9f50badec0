"""Horn rules over literals: what a conclusion layer is given, and what it gives back.

A literal is a text such as `itar/126.7(a):T`. A rule says that its head holds when every premise of its body holds. There
is no negation: each conclusion `X` has two literals (two rails), `X:T` and `X:F`, and is unknown when neither was derived.
So adding a fact never takes a conclusion away, and the order of facts and of firing does not change what is derived
(Dowling and Gallier, "Linear-time algorithms for testing the satisfiability of propositional Horn formulae", 1984).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Final, Protocol

from exportcheck.values import Truth

RESERVED: Final = "~"
"""Literals that begin with this are auxiliary: made by `Program.chunked`, never by who writes rules or facts."""

LONGEST_BODY: Final = 16
"""The most premises that durable-rules takes in one rule."""


class ConclusionError(RuntimeError):
    """The conclusion layer failed, or derived a conclusion both true and false. A defect of rules or engine, not of input."""


@dataclass(frozen=True, slots=True)
class HornRule:
    """`head` holds when all of `body` holds. `name` is the inference for a reader: "exempted by itar/126.7(a)"."""

    head: str
    body: tuple[str, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if not self.body:
            raise ValueError(f"the rule for {self.head!r} has no premises: assert {self.head!r} as a fact instead")
        if not self.head or not all(self.body):
            raise ValueError(f"the rule {self.name or self.head!r} has an empty literal")

    def __str__(self) -> str:
        return f"{self.head} <- {', '.join(self.body)}" + (f"  [{self.name}]" if self.name else "")


@dataclass(frozen=True)
class Program:
    """Rules, in the order written. The order breaks ties in a derivation; it never changes what is derived.

    Raises ValueError if a literal begins with the reserved prefix and is not one of `auxiliary`.
    """

    rules: tuple[HornRule, ...]
    auxiliary: frozenset[str] = field(default=frozenset(), compare=False, kw_only=True)

    def __post_init__(self) -> None:
        if any(literal.startswith(RESERVED) for literal in self.literals):
            for literal in sorted(x for x in self.literals - self.auxiliary if x.startswith(RESERVED)):
                raise ValueError(f"the literal {literal!r} begins with {RESERVED!r}, which is reserved for the engine")

    @cached_property
    def read(self) -> frozenset[str]:
        """The literals in the body of some rule: asserting any other fact changes nothing."""
        return frozenset(chain.from_iterable(rule.body for rule in self.rules))

    @cached_property
    def heads(self) -> frozenset[str]:
        return frozenset(rule.head for rule in self.rules)

    @cached_property
    def literals(self) -> frozenset[str]:
        return self.read | self.heads

    @cached_property
    def digest(self) -> str:
        """sha256 over rules, their order and names (64 hexadecimal digits)."""
        written = json.dumps([(rule.head, rule.body, rule.name) for rule in self.rules], ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()

    def simplified(self) -> Program:
        """The same program without repeated premises, repeated rules (the first is kept) and rules that conclude a premise."""
        return self._simplified

    @cached_property
    def _simplified(self) -> Program:
        kept: dict[tuple[str, frozenset[str]], HornRule] = {}
        for rule in self.rules:
            body = tuple(dict.fromkeys(rule.body))
            if rule.head not in body:
                same = len(body) == len(rule.body)
                kept.setdefault((rule.head, frozenset(body)), rule if same else HornRule(rule.head, body, rule.name))
        if len(kept) == len(self.rules) and all(a is b for a, b in zip(kept.values(), self.rules, strict=True)):
            return self
        return Program(tuple(kept.values()), auxiliary=self.auxiliary)

    def chunked(self, longest: int = LONGEST_BODY) -> Program:
        """The same conclusions from rules of at most `longest` premises (at least 2), simplified.

        A longer body is cut into groups; each group becomes an auxiliary literal, shared by all rules with that group.
        """
        if longest < 2:
            raise ValueError("a body needs room for at least 2 premises")
        groups: dict[tuple[str, ...], str] = {}
        rules: list[HornRule] = []
        number = len(self.auxiliary)
        for rule in self.simplified().rules:
            body = rule.body
            while len(body) > longest:
                shorter: list[str] = []
                for start in range(0, len(body), longest):
                    group = body[start : start + longest]
                    if len(group) == 1:
                        shorter.append(group[0])
                        continue
                    if group not in groups:
                        number += 1
                        groups[group] = f"{RESERVED}{number}"
                        rules.append(HornRule(groups[group], group))
                    shorter.append(groups[group])
                body = tuple(shorter)
            rules.append(HornRule(rule.head, body, rule.name))
        return Program(tuple(rules), auxiliary=self.auxiliary | frozenset(groups.values()))

    def unchunked(self) -> Program:
        """The same program without auxiliary literals: what `chunked` was given, simplified."""
        if not self.auxiliary:
            return self.simplified()
        meaning: dict[str, tuple[str, ...]] = {}
        rules: list[HornRule] = []
        for rule in self.rules:  # a group is always defined before it is read
            body = tuple(chain.from_iterable(meaning.get(literal, (literal,)) for literal in rule.body))
            if rule.head in self.auxiliary:
                meaning[rule.head] = body
            else:
                rules.append(HornRule(rule.head, body, rule.name))
        return Program(tuple(rules)).simplified()


@dataclass(frozen=True, slots=True)
class Derivation:
    """What holds, and why.

    `literals` are the facts given and all that follows from them. `steps` has one rule for each literal that was not a
    fact, in an order in which every premise is a fact or the head of an earlier step. Auxiliary literals are in neither.
    """

    literals: frozenset[str]
    steps: tuple[HornRule, ...]

    def truth(self, conclusion: str) -> Truth:
        """True, False or None (unknown) for `conclusion`. Raises ConclusionError if both rails were derived."""
        is_true, is_false = holds(conclusion) in self.literals, fails(conclusion) in self.literals
        if is_true and is_false:
            raise ConclusionError(f"{conclusion!r} was derived both true and false")
        return True if is_true else False if is_false else None


class Concluder(Protocol):
    """Draws all conclusions of one program from facts. Facts that no rule reads are allowed and stay in the answer."""

    @property
    def name(self) -> str: ...

    def conclude(self, facts: frozenset[str]) -> Derivation: ...


def holds(conclusion: str) -> str:
    """The literal that says `conclusion` is true."""
    return f"{conclusion}:T"


def fails(conclusion: str) -> str:
    """The literal that says `conclusion` is false."""
    return f"{conclusion}:F"


def conjunction(head: str, parts: Sequence[str], name: str = "", name_false: str = "") -> tuple[HornRule, ...]:
    """`head` is true when all `parts` are, and false when any of them is. Raises ValueError without parts."""
    _some(head, parts)
    all_true = HornRule(holds(head), tuple(map(holds, parts)), name)
    return (all_true, *(HornRule(fails(head), (fails(part),), name_false) for part in parts))


def disjunction(head: str, parts: Sequence[str], name: str = "", name_false: str = "") -> tuple[HornRule, ...]:
    """`head` is true when any of `parts` is, and false when all of them are. Raises ValueError without parts."""
    _some(head, parts)
    any_true = (HornRule(holds(head), (holds(part),), name) for part in parts)
    return (*any_true, HornRule(fails(head), tuple(map(fails, parts)), name_false))


def exception(head: str, body: str, exc: str, name: str = "", name_false: str = "") -> tuple[HornRule, ...]:
    """`head` is true when `body` is true and `exc` false; it is false when `body` is false or `exc` true."""
    return (
        HornRule(holds(head), (holds(body), fails(exc)), name),
        HornRule(fails(head), (fails(body),), name_false),
        HornRule(fails(head), (holds(exc),), name_false),
    )


def negation(head: str, part: str, name: str = "", name_false: str = "") -> tuple[HornRule, ...]:
    """`head` is true when `part` is false, and false when it is true."""
    return (HornRule(holds(head), (fails(part),), name), HornRule(fails(head), (holds(part),), name_false))


def stated(outcomes: Iterable[tuple[str, Truth]]) -> frozenset[str]:
    """The facts for decided conclusions; an unknown one gives no literal."""
    return frozenset(holds(name) if truth else fails(name) for name, truth in outcomes if truth is not None)


def _some(head: str, parts: Sequence[str]) -> None:
    if not parts:
        raise ValueError(f"{head!r} has no parts: assert {holds(head)!r} or {fails(head)!r} as a fact instead")
