"""The checked form as JSON and back: for the cache and for digests. Only the classes named here can be made."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
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
_CLASSES |= {
    c.__name__: c for c in (Type, Span, Classification, Interval, Money, PartialSet, FactDeclaration, FactType, Vocabulary)
}
_FIELDS = {c: tuple(f.name for f in dataclasses.fields(c)) for c in _CLASSES.values()}

_NOT_LAW: dict[type[Any], tuple[str, ...]] = {c: ("at",) for c in _CLASSES.values() if c.__module__ == ast.__name__} | {
    model.Condition: ("text", "span"),
    model.Clause: ("text", "span"),
    model.Rows: ("text",),
    model.Provision: ("layer", "lint", "span"),
    model.Pack: ("digest", "layers", "lint", "span"),
    model.Section: ("span",),
    model.Ground: ("span",),
    FactDeclaration: ("span",),
    model.Definition: ("span",),
    model.DatedList: ("span",),
    model.Parameter: ("span",),
    model.Table: ("span",),
}
"""What may change without a change of the law: where it stands, how an expression was spaced, which layer said it."""

_UNORDERED: dict[type[Any], frozenset[str]] = {
    model.DatedList: frozenset({"members", "union"}),
    model.Provision: frozenset({"lifts", "overrides", "together_with"}),
    model.Clause: frozenset({"lifts"}),
    model.Limits: frozenset({"only", "spares"}),
    model.Ground: frozenset({"also"}),
    model.Pack: frozenset({"license_kinds", "requires", "sections"}),
}
"""Lists of which the order says nothing."""


def encode(value: Any) -> Any:
    """A value of the checked form as JSON data. Raises `TypeError` for anything else."""
    encoder = _Encoder()
    data = encoder.encode(value)
    return ["pool", encoder.pool, data] if encoder.pool else data


def law(value: Any) -> Any:
    """What a value of the checked form says, as JSON data: without places and wording of expressions, in an order of its own."""
    return _law().encode(value)


@cache
def _law() -> _Law:
    return _Law()


class _Encoder:
    """Writes everything; types of expressions, of which there are few, once each in `pool`."""

    def __init__(self) -> None:
        self.pool: list[Any] = []
        self._pooled: dict[Type, int] = {}
        self._by_class: dict[type[Any], Callable[[Any], Any]] = {
            Decimal: lambda v: ["D", str(v)],
            date: lambda v: ["d", v.isoformat()],
            Sentinel: lambda v: ["S", v.value],
            tuple: self._sequence,
            list: self._sequence,
            frozenset: self._set,
            dict: self._mapping,
            MappingProxyType: self._mapping,
            Type: self._type,
            model.Table: self._table,
        }
        self._names = {c: (c.__name__, _FIELDS[c]) for c in _CLASSES.values()}

    def encode(self, value: Any) -> Any:
        cls = value.__class__
        if cls is str or cls is int or cls is bool or value is None:
            return value
        write = self._by_class.get(cls)
        if write is not None:
            return write(value)
        known = self._names.get(cls)
        if known is None:
            raise TypeError(f"{cls.__name__} is no part of the checked form")
        encode = self.encode
        return [known[0], *[encode(getattr(value, f)) for f in known[1]]]

    def _sequence(self, value: Any) -> Any:
        encode = self.encode
        return ["()", *[encode(v) for v in value]]

    def _set(self, value: Any) -> Any:
        return ["{}", *sorted((self.encode(v) for v in value), key=repr)]

    def _mapping(self, value: Mapping[Any, Any]) -> Any:
        return ["map", *([self.encode(k), self.encode(v)] for k, v in value.items())]

    def _type(self, value: Type) -> Any:
        number = self._pooled.get(value)
        if number is None:
            number = self._pooled[value] = len(self.pool)
            self.pool.append(["Type", *(self.encode(getattr(value, f)) for f in _FIELDS[Type])])
        return ["@", number]

    def _table(self, table: model.Table) -> Any:
        """The cells column by column, each different one once: most repeat."""
        columns = []
        for name in table.columns:
            values: list[Any] = []
            seen: dict[object, int] = {}
            indexes = []
            for row in table.rows:
                cell = row[name]
                if cell not in seen:
                    seen[cell] = len(values)
                    values.append(self.encode(cell))
                indexes.append(seen[cell])
            columns.append([values, indexes])
        head = [self.encode(() if f == "rows" else getattr(table, f)) for f in _FIELDS[model.Table]]
        return ["rows", ["Table", *head], columns]


class _Law(_Encoder):
    """Writes what the law turns on, in one form whatever the order and the spelling."""

    def __init__(self) -> None:
        super().__init__()
        self._by_class |= {Span: lambda v: None, Decimal: _plain} | dict.fromkeys(_UNORDERED, self._partly_ordered)
        self._names = {c: (c.__name__, tuple(f for f in fields if f not in _NOT_LAW.get(c, ()))) for c, fields in _FIELDS.items()}

    def _partly_ordered(self, value: Any) -> Any:
        unordered = _UNORDERED[value.__class__]
        name, fields = self._names[value.__class__]
        encode = self.encode
        return [name, *[self._set(getattr(value, f)) if f in unordered else encode(getattr(value, f)) for f in fields]]

    def _type(self, value: Type) -> Any:
        return [value.base, value.many, value.scheme, list(value.values), value.unit, value.kind]

    def _mapping(self, value: Mapping[Any, Any]) -> Any:
        return ["map", *sorted(([self.encode(k), self.encode(v)] for k, v in value.items()), key=repr)]

    def _table(self, table: model.Table) -> Any:
        names = sorted(table.columns)
        written: dict[str, dict[object, str]] = {name: {} for name in names}
        lines = []
        for row in table.rows:
            cells = []
            for name in names:
                cell = row[name]
                known = written[name]
                if cell not in known:
                    known[cell] = json.dumps(self.encode(cell), ensure_ascii=False)
                cells.append(known[cell])
            lines.append("\n".join(cells))
        _, fields = self._names[model.Table]
        return ["Table", *(sorted(lines) if f == "rows" else self.encode(getattr(table, f)) for f in fields)]


def _plain(value: Decimal) -> Any:
    """25, 25.0 and 2.5e1 are one figure."""
    return ["D", format(value.normalize(), "f")]


def decode(data: Any) -> Any:
    """The value that `encode` wrote. Raises `ValueError`, `TypeError`, `LookupError` or `ArithmeticError` for anything else."""
    if not isinstance(data, list):
        return data
    if data[0] == "pool":
        return _Decoder([_Decoder([]).decode(x) for x in data[1]]).decode(data[2])
    return _Decoder([]).decode(data)


class _Decoder:
    def __init__(self, pool: list[Any]) -> None:
        self.pool = pool

    def decode(self, data: Any) -> Any:
        if data.__class__ is not list:
            return data
        decode = self.decode
        tag = data[0]
        if tag == "@":
            return self.pool[data[1]]
        if tag == "()":
            return tuple([x if x.__class__ is not list else decode(x) for x in data[1:]])
        cls = _CLASSES.get(tag)
        if cls is not None:
            return cls(*[x if x.__class__ is not list else decode(x) for x in data[1:]])
        if tag == "{}":
            return frozenset([decode(x) for x in data[1:]])
        if tag == "map":
            return {decode(k): decode(v) for k, v in data[1:]}
        if tag == "D":
            return Decimal(data[1])
        if tag == "d":
            return date.fromisoformat(data[1])
        if tag == "S":
            return Sentinel(data[1])
        if tag == "rows":
            return self._table(data[1], data[2])
        raise ValueError(f"unknown tag {tag!r}")

    def _table(self, head: Any, columns: list[Any]) -> model.Table:
        table = self.decode(head)
        if not isinstance(table, model.Table):
            raise ValueError("no table")
        names = tuple(table.columns)
        cells = []
        for values, indexes in columns:
            known = [self.decode(v) for v in values]
            cells.append([known[i] for i in indexes])
        return dataclasses.replace(table, rows=tuple([dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]))
