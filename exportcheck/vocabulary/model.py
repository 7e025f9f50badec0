"""What a fact is: its name, the thing it is said of, its type, and how to ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from exportcheck.errors import NOWHERE, Span

ENTITY_KINDS = ("transaction", "party", "item", "component", "leg", "authorization", "ingredient", "point")
"""Items and components are both articles and share every fact declared `of: item`."""

ENTITY_LISTS: Mapping[str, Mapping[str, str]] = {
    # of which entity: list name -> kind of its members
    "transaction": {"parties": "party", "items": "item", "route": "leg", "authorizations": "authorization"},
    "item": {"components": "component", "ingredients": "ingredient", "range_payload": "point"},
    "component": {"ingredients": "ingredient", "range_payload": "point"},
}
MARKED_LISTS = frozenset({"parties", "components", "ingredients", "route", "range_payload"})
"""Complete only where the transaction says `<list>_complete: true`; `items` and `authorizations` are as stated."""

BASE_TYPES = ("boolean", "text", "date", "place", "number", "percent", "money", "enum", "knowledge", "classification")


@dataclass(frozen=True, slots=True)
class FactType:
    """`base` is one of BASE_TYPES; `list_of`: a set of them; `scheme`, `values`, `unit` go with classification, enum, number."""

    base: str
    list_of: bool = False
    scheme: str = ""
    values: tuple[str, ...] = ()
    unit: str = ""

    def __str__(self) -> str:
        name = self.base
        if self.base == "classification":
            name = f"classification {self.scheme}"
        elif self.base == "enum":
            name = "one of " + ", ".join(self.values)
        elif self.base == "number" and self.unit:
            name = f"number of {self.unit}"
        return f"list of {name}" if self.list_of else name


@dataclass(frozen=True, slots=True)
class FactDeclaration:
    """A fact that a transaction may state.

    `name` is dotted (`end_use.military`); `of` is the entity kind; `marked` says that a list is complete only with
    `<name>_complete: true`; `absent` whether `none` may be written; `curable` whether the engine may suggest to change it;
    `question` is asked in plain words, `{name}` standing for the entity's label.
    """

    name: str
    of: str
    type: FactType
    question: str
    cite: str = ""
    marked: bool = False
    absent: bool = False
    curable: bool = False
    least: Decimal | None = None
    greatest: Decimal | None = None
    note: str = ""
    pack: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every declared fact, by entity kind and dotted name. Components see the facts of items."""

    facts: Mapping[tuple[str, str], FactDeclaration] = field(default_factory=dict)

    def get(self, kind: str, name: str) -> FactDeclaration | None:
        if kind == "component":
            kind = "item"
        return self.facts.get((kind, name))

    def names(self, kind: str) -> list[str]:
        if kind == "component":
            kind = "item"
        return [n for k, n in self.facts if k == kind]
