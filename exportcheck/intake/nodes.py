"""Values of JSON and Parquet to nodes, the form in which descriptions are read.

Numbers stay as written (JSON) or become exact texts (Parquet). All nodes of a row share its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from exportcheck.errors import Span
from exportcheck.intake.quick import quick_node
from exportcheck.source import Node


class Literal(str):
    """A number, `true`, `false` or `null` as it stood in a JSON text without quotes."""

    __slots__ = ()


class RepeatedKeyError(ValueError):
    """A JSON object has a key twice."""


def json_node(text: str, span: Span) -> Node:
    """The node of a JSON text. Raises `ValueError` for what is no JSON, `RecursionError` for what is nested too deeply."""
    return node_of(parse_json(text), span)


def parse_json(text: str) -> object:
    """A JSON text to dicts, lists and texts; what had no quotes is a `Literal`. Raises `ValueError`."""
    return _DECODER.decode(text)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RepeatedKeyError
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=Literal, parse_float=Literal, parse_constant=Literal)


def node_of(value: object, span: Span, *, nulls: bool = True) -> Node:
    """The node of a value. `nulls`: keep a null of a map as such, rather than leave out what has none."""
    if isinstance(value, str):
        return quick_node("scalar", span, value, "plain" if type(value) is Literal else "quoted")
    if isinstance(value, dict):
        entries = tuple(
            (quick_node("scalar", span, str(key), "quoted"), node_of(inner, span, nulls=nulls))
            for key, inner in value.items()
            if nulls or inner is not None
        )
        return quick_node("map", span, entries=entries)
    if isinstance(value, list | tuple):
        return quick_node("list", span, items=tuple(node_of(inner, span, nulls=nulls) for inner in value))
    return quick_node("scalar", span, text_of(value))


def text_of(value: object) -> str:
    """An exact text of one value: a day without its midnight, a number without an exponent, null for None."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.hour == value.minute == value.second == value.microsecond == 0
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return float_text(value)
    return str(value)


def float_text(value: float) -> str:
    """A binary number with the 15 digits that it is sure of, as spreadsheets show it: 0.1 + 0.2 is 0.3."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return f"{Decimal(format(value, '.15g')):f}"


def flattened(value: object, put: Callable[[str, object], None], prefix: str = "") -> None:
    """The scalars of nested maps by dotted names (`buyer.name`), members of a list by their number from 1 (`lines.1.code`)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            flattened(inner, put, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list | tuple):
        if all(not isinstance(inner, dict | list | tuple) for inner in value):
            put(prefix, list(value))
            return
        for n, inner in enumerate(value, start=1):
            flattened(inner, put, f"{prefix}.{n}" if prefix else str(n))
    else:
        put(prefix, value)


def cell_of(value: object, separator: str = ";") -> str:
    """A scalar, or a list of them, as the text of a cell; null and None are an empty one."""
    if type(value) is str:
        return value
    if value is None or (isinstance(value, Literal) and value == "null"):
        return ""
    if isinstance(value, list):
        return separator.join(cell_of(inner) for inner in value)
    return text_of(value)
