"""The normative meaning of an operation, on values that stand ready: nothing is defined here a second time.

A `SlotCompiler` is the compiler of the evaluator in which some expressions are replaced by what reads a value that is at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

from exportcheck.condition import ast as A
from exportcheck.condition.environment import Decider, Env, Rules, Run
from exportcheck.condition.evaluate import Compiler
from exportcheck.transaction.model import Entity, EntityList, Fact
from exportcheck.values import Truth
from exportcheck.vocabulary.model import Vocabulary

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SlotEnv(Env):
    """An environment with values at hand, and no engine: what the engine decides stands in the slots."""

    __slots__ = ("slots",)

    def __init__(self, rules: Rules, variables: dict[str, Any]) -> None:
        super().__init__(Entity("transaction", "", _NOTHING), rules, cast(Decider, None), _NOTHING, variables)
        self.slots: Sequence[object] = ()


class SlotCompiler(Compiler):
    """Compiles one operation whose operands are replaced."""

    def __init__(self, vocabulary: Vocabulary, slots: Mapping[int, Run]) -> None:
        super().__init__(vocabulary)
        self.slots = slots

    def __call__(self, node: A.Expr) -> Run:
        slot = self.slots.get(id(node))
        return super().__call__(node) if slot is None else slot


def slot(number: int) -> Run:
    def read(env: Env) -> object:
        return cast(SlotEnv, env).slots[number]

    return read


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """Stands for a member of a list in the meaning of `for`, sums and counts."""

    passes: Truth
    value: object = None


def passing(var: str) -> Run:
    """Whether the member in a variable passes the filter."""
    return lambda env: env.vars[var].passes


def giving(var: str) -> Run:
    """What the body gives for the member in a variable."""
    return lambda env: env.vars[var].value


@dataclass(frozen=True, slots=True, eq=False)
class Owner:
    """Stands for the entity whose list, or fact, is read."""

    lists: Mapping[str, EntityList] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)


def with_owner(env: SlotEnv, var: str, owner: Owner) -> None:
    if var:
        env.vars[var] = owner
    else:
        env.root = cast(Entity, owner)
