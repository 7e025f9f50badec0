"""The checked form as JSON and back: for the cache and for digests. Only the classes named here can be made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from exportcheck.condition import ast
from exportcheck.condition.types import Type
from exportcheck.errors import Span
from exportcheck.rulepack import model
from exportcheck.values import Classification, Interval, Money, PartialSet, Sentinel
from exportcheck.vocabulary.model import FactDeclaration, FactType, Vocabulary

_CLASSES: dict[str, type[Any]] = {
    c.__name__: c
    for module in (ast, model)
    for c in vars(module).values()
    if isinstance(c, type) and dataclasses.is_dataclass(c) and c.__module__ == module.__name__
}
_CLASSES |= {c.__name__: c for c in (Type, Span, Classification, Interval, Money, PartialSet, FactDeclaration, FactType, Vocabulary)}
_FIELDS = {name: tuple(f.name for f in dataclasses.fields(c)) for name, c in _CLASSES.items()}
_PLAIN = (str, int, bool, type(None))


def encode(value: Any, *, spans: bool = True) -> Any:
    """A value of the checked form as JSON data. Without `spans` the places and the wording of source texts are left out."""
    if isinstance(value, _PLAIN) and not isinstance(value, Sentinel):
        return value
    name = type(value).__name__
    if name in _CLASSES:
        if not spans and name == "Span":
            return None
        skip = () if spans else _NOT_LAW.get(name, ())
        return [name, *(None if f in skip else encode(getattr(value, f), spans=spans) for f in _FIELDS[name])]
    if isinstance(value, tuple | list):
        return ["()", *(encode(v, spans=spans) for v in value)]
    if isinstance(value, frozenset | set):
        parts = [encode(v, spans=spans) for v in value]
        return ["{}", *sorted(parts, key=repr)]
    if isinstance(value, Mapping):
        return ["map", *([encode(k, spans=spans), encode(v, spans=spans)] for k, v in value.items())]
    if isinstance(value, Decimal):
        return ["D", str(value)]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Sentinel):
        return ["S", value.value]
    raise TypeError(f"{name} is no part of the checked form")


_NOT_LAW: dict[str, tuple[str, ...]] = {
    name: ("at",) for name, c in _CLASSES.items() if c.__module__ == ast.__name__
} | {"Condition": ("text",), "Clause": ("text",), "Rows": ("text",)}
"""What may change without a change of the law: where an expression stood, and how it was spaced."""


def decode(data: Any) -> Any:
    """The value that `encode` wrote. Raises `ValueError` for anything else."""
    if not isinstance(data, list):
        return data
    tag = data[0]
    if tag == "()":
        return tuple([x if x.__class__ is not list else decode(x) for x in data[1:]])
    cls = _CLASSES.get(tag)
    if cls is not None:
        return cls(*[x if x.__class__ is not list else decode(x) for x in data[1:]])
    if tag == "{}":
        return frozenset(decode(x) for x in data[1:])
    if tag == "map":
        return {decode(k): decode(v) for k, v in data[1:]}
    if tag == "D":
        return Decimal(data[1])
    if tag == "d":
        return date.fromisoformat(data[1])
    if tag == "S":
        return Sentinel(data[1])
    raise ValueError(f"unknown tag {tag!r}")
