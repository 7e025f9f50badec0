"""Workings: what was compared with what, how it came about, and how far it is from the limit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exportcheck.condition import ast as A
from exportcheck.condition import numbers as N
from exportcheck.condition.evaluate import Compiler, Env
from exportcheck.condition.types import Type
from exportcheck.engine.result import Working
from exportcheck.transaction.model import Entity
from exportcheck.values import Interval, Money, PartialSet, Sentinel, Truth, k_and

CENTS = Decimal("0.01")


def workings(node: A.Cmp, env: Env, compiled: Compiler) -> list[Working]:
    """The workings of one comparison of numbers; none where nothing is computed (a stated figure against a figure)."""
    truth: Truth = compiled(node)(env)
    if isinstance(node.left, A.Percent):
        return [_percentage(node.op, node.left, node.right, truth, env, compiled)]
    if isinstance(node.right, A.Percent):
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(node.op, node.op)
        return [_percentage(turned, node.right, node.left, truth, env, compiled)]
    left, right = compiled(node.left)(env), compiled(node.right)(env)
    if not _computed(node.left, node.right) or not (_says_something(left) and _says_something(right)):
        return []
    room = _room(left, right, node.left.type)
    return [
        Working(shown(left, node.left.type), node.op, shown(right, node.right.type), truth, room, _sum_parts(node, env, compiled))
    ]


def _says_something(value: Any) -> bool:
    """Is this a figure, or one known in bounds? Nothing, or from nothing up, is no figure to show."""
    if isinstance(value, Interval):
        return bool(value.low) or value.high is not None
    return not isinstance(value, Sentinel)


def _computed(*sides: A.Expr) -> bool:
    """Is there something to show: a sum, a product, or a figure of the law?"""
    return any(isinstance(s, A.Fold | A.Arith | A.Extreme | A.Count | A.Param | A.Define) for s in sides)


def _percentage(op: str, percent: A.Percent, limit: A.Expr, truth: Truth, env: Env, compiled: Compiler) -> Working:
    part, whole, most = compiled(percent.part)(env), compiled(percent.whole)(env), compiled(limit)(env)
    text = f"{_ratio(part, whole)} ({shown(part, percent.part.type)} of {shown(whole, percent.whole.type)})"
    room = ""
    if isinstance(most, Decimal):
        allowed = N.multiply(N.multiply(most, Decimal("0.01")), whole)
        room = _room(part, allowed, percent.part.type)
    return Working(text, op, shown(most, Type("percent")), truth, room, tuple(_parts(percent.part, env, compiled)))


def _ratio(part: Any, whole: Any) -> str:
    (pl, ph), (wl, wh) = N.bounds(part), N.bounds(whole)
    low = None if pl is None or not wh else pl * 100 / wh
    high = None if ph is None or not wl else ph * 100 / wl
    if low is not None and low == high:
        return _figure(low) + " %"
    if low is None and high is None:
        return "unknown share"
    return f"{_figure(low or N.ZERO)} to {_figure(high) if high is not None else 'more'} %"


def _figure(value: Decimal) -> str:
    """Two decimals, four beside a whole number: a threshold must not be rounded away."""
    rounded = value.quantize(Decimal("0.01"))
    if rounded == rounded.to_integral_value():
        rounded = value.quantize(Decimal("0.0001"))
    text = format(rounded.normalize(), "f")
    return ("about " if rounded != value and rounded == rounded.to_integral_value() else "") + text


def _room(left: Any, limit: Any, type_: Type) -> str:
    """How far a figure is from its limit; of one known in bounds, how far at least."""
    if isinstance(left, Interval) and isinstance(limit, Decimal):
        if left.high is not None and left.high < limit:
            return f"at least {_room(left.high, limit, type_)}"
        if left.low is not None and left.low > limit:
            return f"at least {_room(left.low, limit, type_)}"
    if not isinstance(left, Decimal) or not isinstance(limit, Decimal):
        return ""
    gap = limit - left
    if gap == 0:
        return "exactly at the limit"
    return f"{shown(abs(gap), type_)} {'below' if gap > 0 else 'above'} the limit"


def _sum_parts(node: A.Cmp, env: Env, compiled: Compiler) -> tuple[str, ...]:
    return (*_parts(node.left, env, compiled), *_parts(node.right, env, compiled))


def _parts(node: A.Expr, env: Env, compiled: Compiler) -> list[str]:
    """Line by line what a sum added, and what it left out. A definition is looked into."""
    if isinstance(node, A.Define):
        definition = env.rules.packs.definitions[node.id]  # type: ignore[attr-defined]
        inner = env.engine.env({definition.var: compiled(node.entity)(env)} if definition.of else {})  # type: ignore[attr-defined]
        return _parts(definition.condition.expr, inner, compiled)
    if isinstance(node, A.Arith | A.Extreme):
        sides = (node.left, node.right) if isinstance(node, A.Arith) else node.args
        return [line for side in sides for line in _parts(side, env, compiled)]
    if isinstance(node, A.If):
        test = compiled(node.test)(env)
        return _parts(node.then if test else node.other, env, compiled) if test is not None else []
    if not isinstance(node, A.Fold):
        return []
    owner = env.entity(node.source.var)
    listed = owner.lists.get(node.source.name)
    kept = {id(m): is_in for m, is_in in compiled.members(node.source)(env)[0]}
    lines = []
    saved = env.vars.get(node.var)
    for member in listed.members if listed is not None else ():
        env.vars[node.var] = member
        body, is_in = node.body, kept.get(id(member), False)
        if isinstance(body, A.If):  # "what counts, else nothing" reads as what it is worth, and whether that counts
            is_in = k_and((is_in, compiled(body.test)(env)))
            body = body.then
        value = shown(compiled(body)(env), body.type)
        how = "counts" if is_in else "does not count" if is_in is False else "may count"
        lines.append(f"{_what(member)}: {value}, {how}")
    env.vars[node.var] = saved
    if listed is None or not listed.complete:
        lines.append(f"{node.source.name} are not said to be complete: there may be more")
    return lines


def _what(entity: Entity) -> str:
    name = next((f.value for n in ("description", "name", "line") if (f := entity.facts.get(n)) is not None), entity.path)
    eccn = entity.facts.get("eccn")
    return f"{name} ({eccn.value})" if eccn is not None and hasattr(eccn.value, "scheme") else str(name)


def shown(value: Any, type_: Type) -> str:
    """A number as a person writes it, an interval as `x to y`."""
    if isinstance(value, Interval):
        if value.low is None and value.high is None:
            return "an unknown figure"
        low = shown(value.low, type_) if value.low is not None else "any"
        return f"{low} or more" if value.high is None else f"{low} to {shown(value.high, type_)}"
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, PartialSet):
        return ", ".join(sorted(map(str, value.sure))) or "nobody knows"
    if not isinstance(value, Decimal):
        return str(value)
    if type_.base == "money":
        text = f"{value:,.2f}" if value != value.to_integral_value() else f"{value:,.0f}"
        return f"USD {text}"
    text = format(value.normalize(), "f") if value != value.to_integral_value() else f"{value:,.0f}"
    return f"{text} %" if type_.base == "percent" else f"{text} {type_.unit}".rstrip()
