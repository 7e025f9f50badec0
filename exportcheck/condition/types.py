"""The static types of conditions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from exportcheck.vocabulary.model import FactType


@dataclass(frozen=True, slots=True)
class Type:
    """`base` is a base type of the vocabulary, or one of entity, entities, none, ground, duration.

    `many` marks a set; `scheme` the list of a classification; `values` the members of an enum; `unit` of a number; `kind` the
    entity kind of an entity or entity list (`article` stands for items and components).
    """

    base: str
    many: bool = False
    scheme: str = ""
    values: tuple[str, ...] = ()
    unit: str = ""
    kind: str = ""

    def __str__(self) -> str:
        name = self.base
        if self.base == "classification":
            name = f"classification {self.scheme}".strip()
        elif self.base == "entity":
            name = f"{'an' if self.kind[:1] in 'aeiou' else 'a'} {self.kind}"
        elif self.base == "entities":
            name = f"list of {self.kind}"
        elif self.base == "number" and self.unit:
            name = f"number of {self.unit}"
        return f"set of {name}" if self.many else name

    @property
    def article(self) -> str:
        """The type as a phrase: "a number of km", "an enum", "a set of place"."""
        name = str(self)
        return name if self.base == "entity" and not self.many else ("an " if name[0] in "aeiou" else "a ") + name

    def one(self) -> Type:
        return replace(self, many=False)

    def set_of(self) -> Type:
        return replace(self, many=True)

    @property
    def numeric(self) -> bool:
        return not self.many and self.base in ("number", "percent", "money")


BOOLEAN: Final = Type("boolean")
TEXT: Final = Type("text")
NUMBER: Final = Type("number")
PERCENT: Final = Type("percent")
MONEY: Final = Type("money")
DATE: Final = Type("date")
DURATION: Final = Type("duration")
PLACE: Final = Type("place")
NONE: Final = Type("none")
GROUND: Final = Type("ground")

_MIXED: Final = (frozenset({"number", "percent"}), frozenset({"text", "enum"}), frozenset({"text", "ground"}))
"""Bases whose values may meet: a figure and a percentage, a text and one of a closed list of texts."""


def entity(kind: str) -> Type:
    return Type("entity", kind=kind)


def entities(kind: str) -> Type:
    return Type("entities", kind=kind)


def same_family(a: Type, b: Type) -> bool:
    """Can a value of the one be compared with a value of the other? Units are another question (`units_clash`)."""
    if a.base == b.base:
        return a.base != "classification" or not (a.scheme and b.scheme) or a.scheme == b.scheme
    return {a.base, b.base} in _MIXED


def units_clash(a: Type, b: Type) -> bool:
    """Are both numbers with a unit, and is it not the same?"""
    return a.unit != b.unit and bool(a.unit) and bool(b.unit)


def agree(a: Type, b: Type) -> bool:
    """Same family, and no clash of units."""
    return same_family(a, b) and not units_clash(a, b)


def of_fact(fact: FactType) -> Type:
    """The type of a declared fact in a condition. Knowledge is an enum of yes and no."""
    if fact.base == "knowledge":
        return Type("enum", fact.list_of, values=("yes", "no"))
    return Type(fact.base, fact.list_of, fact.scheme, fact.values, fact.unit)


def parse_type(text: str) -> Type | None:
    """Read a type as a pack writes it: `boolean`, `set of place`, `classification eccn`, `list of text`, `number km`."""
    words = text.split()
    many = False
    if words[:2] in (["set", "of"], ["list", "of"]):
        many, words = True, words[2:]
    if not words:
        return None
    base, rest = words[0], words[1:]
    if base in ("boolean", "text", "date", "place", "percent", "money") and not rest:
        return Type(base, many)
    if base == "number" and len(rest) <= 1:
        return Type("number", many, unit=rest[0] if rest else "")
    if base == "classification" and len(rest) == 1:
        return Type("classification", many, scheme=rest[0])
    if base == "enum" and not rest:
        return Type("text", many)
    return None
