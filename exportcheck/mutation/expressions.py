"""Small changes of expressions: each gives the whole expression anew, everything else shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from exportcheck.condition import ast as A
from exportcheck.mutation.mutant import Kind
from exportcheck.values import ABSENT, Classification

Change = tuple[Kind, str, A.At, A.Expr]
"""What kind of change, in words, where in the source text, and the expression changed."""

EDGES: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
EQUALS: Final = {"=": "!=", "!=": "="}
DAY: Final = timedelta(days=1)


def changes(node: A.Expr) -> Iterator[Change]:
    """Every expression with one change, in the node or below."""
    yield from _own(node)
    for field in fields(node):
        if field.name in ("at", "type"):
            continue
        value = getattr(node, field.name)
        if isinstance(value, A.Expr):
            for kind, words, at, changed in changes(value):
                yield kind, words, at, replace(node, **{field.name: changed})  # type: ignore[arg-type]
        elif isinstance(value, tuple) and value and isinstance(value[0], A.Expr):
            for n, item in enumerate(value):
                for kind, words, at, changed in changes(item):
                    whole = (*value[:n], changed, *value[n + 1 :])
                    yield kind, words, at, replace(node, **{field.name: whole})  # type: ignore[arg-type]


def _own(node: A.Expr) -> Iterator[Change]:
    match node:
        case A.Cmp():
            yield from _comparison(node)
        case A.Lit():
            yield from _literal(node)
        case A.RangeLit():
            low, high = ("[", "(") if node.low_closed else ("(", "["), ("]", ")") if node.high_closed else (")", "]")
            yield "sign", f"{low[0]} changed to {low[1]}", node.at, replace(node, low_closed=not node.low_closed)
            yield "sign", f"{high[0]} changed to {high[1]}", node.at, replace(node, high_closed=not node.high_closed)
        case A.SetLit():
            yield from _members(node)
        case A.Not():
            yield "negation", "not(...) dropped", node.at, node.item
        case A.And() | A.Or():
            yield from _junction(node)
        case A.Quant():
            other = "every" if node.kind == "some" else "some"
            yield "logic", f"{node.kind} changed to {other}", node.at, replace(node, kind=other)
        case A.Arith() if node.op in "+-":
            other = "-" if node.op == "+" else "+"
            yield "sign", f"{node.op} changed to {other}", node.at, replace(node, op=other)
        case A.If():
            yield "logic", "then and else exchanged", node.at, replace(node, then=node.other, other=node.then)
        case A.Extreme() | A.Fold() if node.fn in ("min", "max"):
            other = "max" if node.fn == "min" else "min"
            yield "logic", f"{node.fn} changed to {other}", node.at, replace(node, fn=other)


def _comparison(node: A.Cmp) -> Iterator[Change]:
    other = EDGES.get(node.op) or EQUALS.get(node.op)
    if other is not None:
        yield "sign", f"{node.op} changed to {other}", node.at, replace(node, op=other)
    values = node.left.type.values or node.right.type.values
    literal = node.right
    if isinstance(literal, A.Lit) and isinstance(literal.value, str) and values:
        value = next((v for v in values if v != literal.value), None)
        if value is not None:
            changed = replace(node, right=replace(literal, value=value))
            yield "value", f'"{literal.value}" changed to "{value}"', literal.at, changed


def step(number: Decimal) -> Decimal:
    """One in the last decimal that is written."""
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))


def _literal(node: A.Lit) -> Iterator[Change]:
    value = node.value
    if isinstance(value, Decimal):
        for changed in (value + step(value), value - step(value)):
            yield "threshold", f"{value} changed to {changed}", node.at, replace(node, value=changed)
    elif isinstance(value, date):
        for day in (value + DAY, value - DAY):
            yield "date", f"{value} changed to {day}", node.at, replace(node, value=day)


def _members(node: A.SetLit) -> Iterator[Change]:
    if len(node.items) > 1:
        for n, item in enumerate(node.items):
            shown = item.value if isinstance(item, A.Lit) else "a member"
            yield "list", f"{shown} dropped", item.at, replace(node, items=node.items[:n] + node.items[n + 1 :])
    present = {i.value for i in node.items if isinstance(i, A.Lit)}
    other = next((v for v in node.type.values if v not in present), None)
    if other is not None:
        first = node.items[0]
        added = A.Lit(first.at, first.type, other)
        yield "list", f"{other} added", node.at, replace(node, items=(*node.items, added))


def _junction(node: A.And | A.Or) -> Iterator[Change]:
    swapped: A.Expr = A.Or(node.at, node.type, node.items) if isinstance(node, A.And) else A.And(node.at, node.type, node.items)
    words = "and changed to or" if isinstance(node, A.And) else "or changed to and"
    yield "logic", words, node.at, swapped
    for n, item in enumerate(node.items):
        left = node.items[:n] + node.items[n + 1 :]
        kind: Kind = "exception" if isinstance(item, A.Not) else "logic"
        rest = left[0] if len(left) == 1 else replace(node, items=left)
        yield kind, f"part {n + 1} of {len(node.items)} dropped", item.at, rest


def shown(value: object) -> str:
    """A value of the law as it is written."""
    if isinstance(value, Classification):
        return value.text
    return "none" if value is ABSENT else str(value)
