"""Where a condition is evaluated: the transaction, the law of the day, the engine, and the variables bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from exportcheck.transaction.model import Entity, EntityList, Judgement
from exportcheck.values import Classification, Truth

Run = Callable[["Env"], Any]
"""A compiled expression. It reads the environment and returns a value; nothing else."""

NO_LIST = EntityList((), complete=False, stated=False)


class Rules(Protocol):
    """The law of one date, as conditions read it."""

    def members(self, list_id: str) -> frozenset[object]: ...
    def parameter(self, id: str) -> Decimal | None: ...
    def look_up(self, table: str, keys: tuple[object, ...], column: str) -> object: ...
    def is_leaf(self, classification: Classification) -> bool: ...


class Decider(Protocol):
    """What conditions ask of the engine: outcomes of provisions, raised grounds, definitions, what a line rests on."""

    def outcome(self, provision: str, clause: str, entity: Entity) -> Truth: ...
    def required(self, ground: str, entity: Entity) -> Truth: ...
    def defined(self, definition: str, entity: Entity) -> Any: ...
    def offered(self, authorization: Entity, item: Entity) -> Truth: ...


class Env:
    """The transaction's root, the law of the day, the engine, the judgements, and the variables bound."""

    __slots__ = ("engine", "judgements", "root", "rules", "vars")

    def __init__(
        self, root: Entity, rules: Rules, engine: Decider, judgements: Mapping[str, Judgement], vars: dict[str, Any]
    ) -> None:
        self.root = root
        self.rules = rules
        self.engine = engine
        self.judgements = judgements
        self.vars = vars

    def entity(self, var: str) -> Entity:
        entity: Entity = self.vars[var] if var else self.root
        return entity
