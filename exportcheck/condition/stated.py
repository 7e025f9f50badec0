"""Python values as a transaction would state them: their types, seen or told, and their conversion."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from exportcheck.values import ABSENT, DECIMALS, LARGEST, UNDETERMINABLE, Classification, Interval, Money, PartialSet, Sentinel
from exportcheck.vocabulary.model import FactType

Given = object
"""A scalar, a frozenset of scalars, an Interval, a PartialSet, ABSENT or UNDETERMINABLE."""


def read_type(written: str | FactType) -> tuple[FactType, bool]:
    """A type as it is written (`place`, `number km`, `one of a, b`), and whether it is `or none`.

    Raises `ValueError(message, hint)`.
    """
    from exportcheck.vocabulary.load import parse_type

    if isinstance(written, FactType):
        return written, False
    text = " ".join(written.split())
    absent = text.endswith(" or none")
    text = text.removesuffix(" or none")
    many = text.startswith("list of ")
    one = text.removeprefix("list of ")
    if one.startswith("one of "):
        return FactType("enum", many, values=tuple(re.split(r",\s*", one.removeprefix("one of ")))), absent
    number = re.fullmatch(r"number (\S+)", one)
    if number:
        return FactType("number", many, unit=number[1]), absent
    try:
        return parse_type(text), absent
    except ValueError as error:
        raise ValueError(f'"{written}" is no type', str(error)) from None


def type_of(value: object) -> FactType:
    """The type that can be seen from a value.

    Raises `ValueError(message, hint)`, or `ValueError(message)` where it must be told.
    """
    match value:
        case bool():
            return FactType("boolean")
        case int() | Decimal() | Interval():
            return FactType("number")
        case str():
            return FactType("text")
        case date():
            return FactType("date")
        case Money():
            return FactType("money")
        case Classification():
            return FactType("classification", scheme=value.scheme)
        case PartialSet():
            return _of_members([*value.sure, *(value.possible or ())])
        case list() | tuple() | set() | frozenset():
            return _of_members(list(value))
        case Sentinel():
            raise ValueError(f"its type cannot be seen from {value!r}")
        case float():
            raise ValueError("a float is not exact", f'write Decimal("{value}")')
        case None:
            raise ValueError("None could be none or not known", "write ABSENT or UNKNOWN")
        case _:
            raise ValueError(f"a {type(value).__name__} is no value of a condition", "a bool, int, Decimal, str, date, ...")


def _of_members(members: list[object]) -> FactType:
    if not members:
        raise ValueError("its type cannot be seen from an empty list")
    one = type_of(members[0])
    if one.list_of:
        raise ValueError("a list has no lists in it", "")
    return FactType(one.base, True, one.scheme)


def given(value: object, type_: FactType) -> Given:
    """A value as stated for this type. Raises `ValueError(message, hint)`."""
    if value is ABSENT or value is UNDETERMINABLE:
        return value
    if type_.list_of:
        one = FactType(type_.base, False, type_.scheme, type_.values, type_.unit)
        if isinstance(value, PartialSet):
            sure = frozenset(_scalar(v, one) for v in value.sure)
            possible = None if value.possible is None else frozenset(_scalar(v, one) for v in value.possible)
            if possible is not None and not sure <= possible:
                raise ValueError("what is surely in a set is possibly in it too", "")
            return PartialSet(sure, possible)
        if isinstance(value, list | tuple | set | frozenset):
            return frozenset(_scalar(v, one) for v in value)
        raise ValueError(f"{value!r} is no list", f"it is a {type_}")
    if isinstance(value, Interval):
        if type_.base not in ("number", "percent", "money"):
            raise ValueError(f"{type_} is no number", "an Interval is what is known of a number")
        if value.low is not None and value.high is not None and value.low > value.high:
            raise ValueError("the bounds of the interval are the wrong way round", "")
        return value
    return _scalar(value, type_)


def _scalar(value: object, type_: FactType) -> object:
    from exportcheck.transaction.convert import scalar

    if isinstance(value, str):
        return scalar(value, type_, {})
    base = "text" if type_.base in ("enum", "knowledge", "place") else type_.base
    if isinstance(value, bool) or base == "boolean":
        if not isinstance(value, bool) or base != "boolean":
            raise ValueError(f"{value!r} is no {type_}", "")
        return value
    if isinstance(value, int | Decimal) and base in ("number", "percent", "money"):
        return _money(_figure(value)) if base == "money" else _figure(value)
    if isinstance(value, datetime) or type_of(value).base != base:
        raise ValueError(f"{value!r} is no {type_}", "")
    if isinstance(value, Classification) and value.scheme != type_.scheme:
        raise ValueError(f"{value} is a classification of {value.scheme}", f"it is a {type_}")
    return value


def _figure(value: int | Decimal) -> Decimal:
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(number) > LARGEST or exponent < -DECIMALS:
        raise ValueError(f"{value} is out of range", f"numbers go up to {LARGEST:,f}, with {DECIMALS} decimals")
    return number


def _money(amount: Decimal) -> Money:
    if amount < 0:
        raise ValueError(f"{amount} is negative", "an amount of money is zero or more")
    return Money(amount, "USD", amount)
