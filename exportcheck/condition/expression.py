"""One expression over Python values: the names given become a small vocabulary and a small transaction.

Behind `exportcheck.condition.evaluate`, which says what may be given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NoReturn

from exportcheck.condition import types as T
from exportcheck.condition.check import check
from exportcheck.condition.evaluate import Compiler, Env
from exportcheck.condition.parse import ConditionError
from exportcheck.condition.stated import Given, given, read_type, type_of
from exportcheck.condition.symbols import Scope, Symbols
from exportcheck.condition.types import Type
from exportcheck.errors import did_you_mean
from exportcheck.transaction.model import Entity, EntityList, Fact
from exportcheck.values import ABSENT, UNKNOWN, Classification, Money, PartialSet, Truth
from exportcheck.vocabulary.model import (
    ENTITY_KINDS,
    ENTITY_LISTS,
    MARKED_LISTS,
    FactDeclaration,
    FactType,
    Vocabulary,
)

VARIABLES: Mapping[str, str] = {"i": "item", "c": "component", "p": "party", "g": "leg", "a": "authorization"}
"""The kinds of the variables that packs use."""


def evaluate_text(
    text: str,
    values: Mapping[str, object],
    types: Mapping[str, str | FactType],
    lists: Mapping[str, Iterable[object]],
    parameters: Mapping[str, Decimal | int],
) -> object:
    """See `exportcheck.condition.evaluate`."""
    world = _World(text, types)
    root, variables = world.entities(values)
    law = _Law({name: world.members(name, members) for name, members in lists.items()}, dict(parameters))
    symbols = Symbols(
        Vocabulary(world.declared),
        lists={name: world.list_types[name].set_of() for name in lists},
        parameters={name: world.type_of_id(name, T.NUMBER) for name in parameters},
    )
    scope = Scope({name: T.entity(thing.kind) for name, thing in variables.items()})
    expr = check(text, symbols, scope, None)
    if expr.type.base in ("entity", "entities"):
        raise ConditionError(expr.at, "this is a thing and has no value", "name one of its facts")
    return Compiler(symbols.vocabulary)(expr)(Env(root, law, _NoEngine(), {}, dict(variables)))


@dataclass(frozen=True, slots=True)
class _Law:
    """The lists and parameters that were given."""

    lists: Mapping[str, frozenset[object]]
    parameters: Mapping[str, Decimal | int]

    def members(self, list_id: str) -> frozenset[object]:
        return self.lists[list_id]

    def parameter(self, id: str) -> Decimal | None:
        return Decimal(self.parameters[id])

    def look_up(self, table: str, keys: tuple[object, ...], column: str) -> object:
        return UNKNOWN

    def is_leaf(self, classification: Classification) -> bool:
        return False


class _NoEngine:
    """Nothing can ask it: without declarations, the check has refused every such question."""

    def outcome(self, provision: str, clause: str, entity: Entity) -> Truth:
        return None

    def required(self, ground: str, entity: Entity) -> Truth:
        return None

    def defined(self, definition: str, entity: Entity) -> Any:
        return None

    def offered(self, authorization: Entity, item: Entity) -> Truth:
        return None


@dataclass(slots=True)
class _World:
    """Declares what the values and types name, and builds the things that they describe."""

    text: str
    types: Mapping[str, str | FactType]
    declared: dict[tuple[str, str], FactDeclaration] = field(default_factory=dict)
    list_types: dict[str, Type] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)  # of variables

    def __post_init__(self) -> None:
        for name, written in self.types.items():
            if isinstance(written, str) and written in ENTITY_KINDS:
                self.kinds[name] = written
                continue
            first, _, rest = name.partition(".")
            kind, fact = (first, rest) if first in ENTITY_KINDS and rest else ("transaction", name)
            type_, absent = self._read(name, written)
            self._declare(kind, fact, type_, absent)

    def wrong(self, name: str, message: str, hint: str = "") -> NoReturn:
        """Raise for a value, at the place where its name stands in the expression, if it does."""
        found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", self.text) or re.search(
            rf"\b{re.escape(name.rpartition('.')[2])}\b", self.text
        )
        raise ConditionError(found.span() if found else (0, len(self.text)), message, hint)

    def _read(self, name: str, written: str | FactType) -> tuple[FactType, bool]:
        try:
            return read_type(written)
        except ValueError as error:
            message, hint = (*error.args, "")[:2]
            self.wrong(name, f"{name}: {message}", hint)

    def _declare(self, kind: str, name: str, type_: FactType, absent: bool) -> None:
        kind = "item" if kind == "component" else kind
        self.declared[kind, name] = FactDeclaration(name, kind, type_, f"What is {name}?", absent=absent)

    # things

    def entities(self, values: Mapping[str, object]) -> tuple[Entity, dict[str, Entity]]:
        """The transaction, and the things that stand for variables."""
        own = {name: value for name, value in values.items() if not isinstance(value, Mapping)}
        variables = {}
        for name, value in values.items():
            if isinstance(value, Mapping):
                kind = self.kinds.get(name) or VARIABLES.get(name)
                if kind is None:
                    self.wrong(name, f"of what kind {name} is cannot be seen", f'say it: types={{"{name}": "party"}}')
                variables[name] = self.entity(kind, name, value)
        return self.entity("transaction", "", own), variables

    def entity(self, kind: str, path: str, values: Mapping[str, object]) -> Entity:
        facts: dict[str, Fact] = {}
        lists: dict[str, EntityList] = {}
        known = ENTITY_LISTS.get(kind, {})
        for name, value in values.items():
            if name.endswith("_complete") and name.removesuffix("_complete") in MARKED_LISTS & set(known):
                continue
            if name in known:
                lists[name] = self.listed(name, known[name], path, value, values)
            elif isinstance(value, Mapping) or (isinstance(value, list | tuple) and any(isinstance(v, Mapping) for v in value)):
                hint = did_you_mean(name, known) or "lists of things are " + (", ".join(known) or "not part of it")
                self.wrong(name, f"{name} is no list of things of a {kind}", hint)
            elif value is not UNKNOWN:
                facts[name] = Fact(self.value(kind, name, value))
            elif self._declared(kind, name) is None:
                self.wrong(name, f"the type of {name} cannot be seen", f'say it: types={{"{self._key(kind, name)}": "place"}}')
        return Entity(kind, path, facts, lists)

    def listed(self, name: str, kind: str, path: str, value: object, values: Mapping[str, object]) -> EntityList:
        if not isinstance(value, list | tuple) or not all(isinstance(v, Mapping) for v in value):
            self.wrong(name, f"{name} is a list of things, each a dict", f'"{name}": [{{"...": True}}]')
        complete = values.get(f"{name}_complete", name not in MARKED_LISTS)
        if not isinstance(complete, bool):
            self.wrong(name, f"{name}_complete is True or False")
        at = f"{path}.{name}" if path else name
        return EntityList(tuple(self.entity(kind, f"{at}[{n}]", v) for n, v in enumerate(value)), complete)

    # facts

    def _key(self, kind: str, name: str) -> str:
        return name if kind == "transaction" else f"{kind}.{name}"

    def _declared(self, kind: str, name: str) -> FactDeclaration | None:
        return self.declared.get(("item" if kind == "component" else kind, name))

    def value(self, kind: str, name: str, value: object) -> object:
        declared = self._declared(kind, name)
        if declared is None:
            type_ = self._inferred(self._key(kind, name), name, value)
            self._declare(kind, name, type_, False)
            declared = self._declared(kind, name)
            assert declared is not None
        if value is ABSENT:
            if declared.type.base in ("boolean", "knowledge"):
                self.wrong(name, f"{name} is {declared.type.base} and can never be none")
            self.declared[declared.of, name] = replace(declared, absent=True)
        return self._given(name, value, declared.type)

    def _inferred(self, key: str, name: str, value: object) -> FactType:
        try:
            return type_of(value)
        except ValueError as error:
            message, hint = (*error.args, f'say it: types={{"{key}": "place"}}')[:2]
            self.wrong(name, f"{name}: {message}", hint)

    def _given(self, name: str, value: object, type_: FactType) -> Given:
        try:
            return given(value, type_)
        except ValueError as error:
            message, hint = (*error.args, "")[:2]
            self.wrong(name, f"{name}: {message}", hint)

    # lists and parameters of the law

    def type_of_id(self, name: str, default: Type) -> Type:
        written = self.types.get(name)
        return default if written is None else T.of_fact(self._read(name, written)[0])

    def members(self, name: str, members: Iterable[object]) -> frozenset[object]:
        found = list(members)
        written = self.types.get(name)
        if written is None and not found:
            self.wrong(name, f"the type of the list {name} cannot be seen", f'say it: types={{"{name}": "place"}}')
        type_ = self._read(name, written)[0] if written is not None else self._inferred(name, name, found[0])
        whole = self._given(name, found, replace(type_, list_of=True))
        self.list_types[name] = T.of_fact(replace(type_, list_of=False))
        if isinstance(whole, PartialSet) or not isinstance(whole, frozenset):
            self.wrong(name, f"the list {name} is not wholly known")
        return frozenset(m.usd if isinstance(m, Money) else m for m in whole)
