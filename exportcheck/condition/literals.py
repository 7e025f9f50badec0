"""Literals: numbers, texts of the type that is wanted, lists, dates and durations."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from exportcheck.condition import ast as A
from exportcheck.condition import types as T
from exportcheck.condition.parse import ConditionError, Raw
from exportcheck.condition.symbols import Scope
from exportcheck.condition.types import Type
from exportcheck.errors import did_you_mean
from exportcheck.transaction.places import COUNTRIES, SPECIAL
from exportcheck.values import DECIMALS, LARGEST, parse_classification

if TYPE_CHECKING:
    from exportcheck.condition.check import Checker

PLACES: Final = COUNTRIES | frozenset(SPECIAL)
_COMMON_MISTAKES: Final = {"UK": "GB", "EL": "GR", "USA": "US", "UA-43": "UA-CRIMEA", "UA-40": "UA-CRIMEA"}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION: Final = re.compile(r"P(?=[0-9])(?:([0-9]{1,4})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,5})W)?(?:([0-9]{1,6})D)?")
LONGEST_YEARS: Final = 200
"""A duration in the law is never longer, and a day so far away has no place in the calendar."""


def number(_checker: Checker, raw: Raw, _scope: Scope, want: Type | None) -> A.Expr:
    if want is not None and want.base == "money":
        raise ConditionError(raw.at, "an amount of money needs its currency", "use a parameter, or usd(500)")
    base = want.one() if want is not None and want.base in ("number", "percent") else T.NUMBER
    return A.Lit(raw.at, base, figure(raw))


def figure(raw: Raw) -> Decimal:
    """The number that stands there, within the bounds in which every product stays exact."""
    whole, _, decimals = raw.args[0].partition(".")
    if len(whole) > 40 or len(decimals) > DECIMALS or (value := Decimal(raw.args[0])) > LARGEST:
        raise ConditionError(raw.at, "this number is out of range", f"numbers go up to {LARGEST:,f}, with {DECIMALS} decimals")
    return value


def true(_checker: Checker, raw: Raw, _scope: Scope, _want: Type | None) -> A.Expr:
    return A.Lit(raw.at, T.BOOLEAN, True)


def false(_checker: Checker, raw: Raw, _scope: Scope, _want: Type | None) -> A.Expr:
    return A.Lit(raw.at, T.BOOLEAN, False)


def none(_checker: Checker, raw: Raw, _scope: Scope, _want: Type | None) -> A.Expr:
    raise ConditionError(raw.at, "none can only be compared: x = none, x != none")


def string(checker: Checker, raw: Raw, _scope: Scope, want: Type | None) -> A.Expr:
    """A text, read as what stands beside it: one of a closed list of values, a place, a classification, a ground."""
    text = raw.args[0]
    base = want.one() if want is not None else T.TEXT
    if base.base == "enum" and text not in base.values:
        hint = did_you_mean(text, base.values) or "one of: " + ", ".join(base.values)
        raise ConditionError(raw.at, f'"{text}" is not one of its values', hint)
    if base.base == "place":
        if text not in PLACES:
            near = _COMMON_MISTAKES.get(text)
            hint = f'write "{near}"' if near else 'places are ISO codes, as "GB" or "UA-CRIMEA"'
            raise ConditionError(raw.at, f'"{text}" is no place code', hint)
        return A.Lit(raw.at, T.PLACE, text)
    if base.base == "classification":
        try:
            return A.Lit(raw.at, base, parse_classification(base.scheme, text))
        except ValueError as error:
            raise ConditionError(raw.at, f'"{text}" is no classification of {base.scheme}', str(error)) from None
    if base.base in ("text", "enum"):
        return A.Lit(raw.at, base, text)
    if base.base == "ground":
        return A.Lit(raw.at, T.GROUND, checker.ground(text, raw.at))
    if base.base == "date":
        raise ConditionError(raw.at, "a text is no date", f'write date("{text}")')
    return A.Lit(raw.at, T.TEXT, text)


def listed(checker: Checker, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
    """`[a, b]`: the set of its members, all of one type."""
    inner = want.one() if want is not None else None
    items = [checker.expr(item, scope, inner) for item in raw.args]
    if not items and inner is None:
        raise ConditionError(raw.at, "an empty list has no type here")
    base = inner or items[0].type
    for raw_item, item in zip(raw.args, items, strict=True):
        if item.type.base in ("entity", "entities", "duration"):
            raise ConditionError(raw_item.at, f"{item.type.article} cannot stand in a list", "name one of its facts")
        if item.type.many or not T.agree(item.type, base):
            raise ConditionError(raw_item.at, f"this is {item.type.article} in a list of {base}")
    return A.SetLit(raw.at, base.set_of(), tuple(items))


def usd(checker: Checker, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    if args[0].kind != "number":
        raise ConditionError(args[0].at, "usd takes a literal number")
    return A.Lit(raw.at, T.MONEY, figure(args[0]))


def day(checker: Checker, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    text = checker.text(args[0])
    try:
        if _DATE.fullmatch(text):
            return A.Lit(raw.at, T.DATE, date.fromisoformat(text))
    except ValueError:
        raise ConditionError(args[0].at, f"there is no {text}", "check the day and the month") from None
    raise ConditionError(args[0].at, f'"{text}" is no date', "write it as 2026-01-31")


def duration(checker: Checker, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    match = _DURATION.fullmatch(checker.text(args[0]))
    if not match:
        raise ConditionError(args[0].at, "no such duration", "write it as P30D, P6M or P5Y")
    years, months, weeks, days = (int(x or 0) for x in match.groups())
    months, days = 12 * years + months, 7 * weeks + days
    if months > 12 * LONGEST_YEARS or days > 366 * LONGEST_YEARS:
        raise ConditionError(args[0].at, f"a duration of more than {LONGEST_YEARS} years")
    return A.Lit(raw.at, T.DURATION, (months, days))
