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
    model.Clause: ("text", "span", "never"),
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
"""What may change without a change of the law: places, spacing of expressions, which layer said it, what no case can show."""

_UNORDERED: dict[type[Any], frozenset[str]] = {
    model.DatedList: frozenset({"members", "union"}),
    model.Provision: frozenset({"lifts", "overrides", "together_with"}),
    model.Clause: frozenset({"lifts"}),
    model.Limits: frozenset({"only", "spares"}),
    model.Ground: frozenset({"also"}),
    model.Pack: frozenset({"license_kinds", "requires", "sections"}),
}
"""Lists of which the order says nothing."""


def encode(value: Any) -> bytes:
    """A value of the checked form as lines of JSON: what is read first, then one line for each part that is read when it is
    asked for. Raises `TypeError` for anything else."""
    encoder = _Encoder()
    data = encoder.encode(value)
    lines = [["pool", encoder.pool, data], *encoder.later]
    return "\n".join(json.dumps(x, ensure_ascii=False, separators=(",", ":")) for x in lines).encode(errors="surrogateescape")


def law(value: Any) -> Any:
    """What a value of the checked form says, as JSON data: without places and wording of expressions, in an order of its own."""
    return _law().encode(value)


@cache
def _law() -> _Law:
    return _Law()


class _Encoder:
    """Writes everything: types of expressions and declared facts once each in `pool`, the bodies of provisions and the rows of
    tables in `later`."""

    def __init__(self) -> None:
        self.pool: list[Any] = []
        self.later: list[Any] = []
        self._pooled: dict[object, tuple[int, object]] = {}
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
            FactDeclaration: self._declaration,
            model.Provision: self._provision,
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
        return self._once(value, value)

    def _declaration(self, value: FactDeclaration) -> Any:
        return self._once(value, id(value))

    def _once(self, value: Any, key: object) -> Any:
        if key not in self._pooled:
            fields = [self.encode(getattr(value, f)) for f in _FIELDS[value.__class__]]
            self._pooled[key] = (len(self.pool), value)
            self.pool.append([value.__class__.__name__, *fields])
        return ["@", self._pooled[key][0]]

    def _put_off(self, data: Any) -> int:
        self.later.append(data)
        return len(self.later) - 1

    def _provision(self, provision: model.Provision) -> Any:
        encode = self.encode
        body = None
        if provision.body is not None:
            body = ["later", self._put_off(encode(provision.body)), encode(provision.clause_periods)]
        return ["Provision", *[body if f == "body" else encode(getattr(provision, f)) for f in _FIELDS[model.Provision]]]

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
        return ["rows", ["Table", *head], self._put_off(columns), self.encode(table.boundaries)]


class _Law(_Encoder):
    """Writes what the law turns on, in one form whatever the order and the spelling."""

    def __init__(self) -> None:
        super().__init__()
        del self._by_class[FactDeclaration], self._by_class[model.Provision]
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


def decode(text: bytes) -> Any:
    """The value that `encode` wrote. Raises `ValueError`, `TypeError`, `LookupError` or `ArithmeticError` for anything else."""
    first, *later = text.split(b"\n")
    data = json.loads(first)
    if not isinstance(data, list):
        return data
    decoder = _Decoder(later)
    if data[0] != "pool":
        return decoder.decode(data)
    for one in data[1]:
        decoder.pool.append(decoder.decode(one))
    return decoder.decode(data[2])


class _Decoder:
    def __init__(self, later: list[bytes]) -> None:
        self.pool: list[Any] = []
        self.later = later

    def decode(self, data: Any) -> Any:
        if data.__class__ is not list:
            return data
        decode = self.decode
        tag = data[0]
        if tag == "@":
            return self.pool[data[1]]
        if tag == "()":
            return tuple([x if x.__class__ is not list else decode(x) for x in data[1:]])
        if tag == "Condition":
            return self._condition(data)
        if tag == "Provision":
            return self._provision(data)
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
            return self._table(*data[1:])
        raise ValueError(f"unknown tag {tag!r}")

    def _condition(self, data: Any) -> model.Condition:
        _, expr, text, span = data
        found = model.Condition(None, text, self.decode(span))  # type: ignore[arg-type]
        found.leave("expr", lambda: self.decode(expr))
        return found

    def _provision(self, data: Any) -> model.Provision:
        body = data[_BODY]
        if body is None:
            return model.Provision(*map(self.decode, data[1:]))
        data[_BODY] = None
        found = model.Provision(*map(self.decode, data[1:]))
        _, number, periods = body
        line = self.later[number]
        found.leave("body", lambda: self.decode(json.loads(line)))
        found.__dict__["clause_periods"] = self.decode(periods)
        return found

    def _table(self, head: Any, number: int, boundaries: Any) -> model.Table:
        table = self.decode(head)
        if not isinstance(table, model.Table):
            raise ValueError("no table")
        line = self.later[number]
        table.leave("rows", lambda: self._rows(tuple(table.columns), json.loads(line)))
        table.__dict__["boundaries"] = self.decode(boundaries)
        return table

    def _rows(self, names: tuple[str, ...], columns: list[Any]) -> tuple[dict[str, object], ...]:
        cells = []
        for values, indexes in columns:
            known = [self.decode(v) for v in values]
            cells.append([known[i] for i in indexes])
        return tuple([dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)])


_BODY = 1 + _FIELDS[model.Provision].index("body")
