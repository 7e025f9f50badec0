"""Scalars as written to the values of their declared types. The file format's own guess (`NO` is false) plays no part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from exportcheck.errors import Problem, did_you_mean
from exportcheck.source import Node
from exportcheck.transaction.amounts import money, number, percentage, with_unit
from exportcheck.transaction.places import place_of
from exportcheck.values import ABSENT, UNDETERMINABLE, Money, parse_classification
from exportcheck.vocabulary.model import FactDeclaration, FactType

_TRUE: Final = frozenset({"true", "yes"})
_FALSE: Final = frozenset({"false", "no"})
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NOT_LOOKED: Final = frozenset({"unknown", "n/a", "na", "tbd", "tba", "?", "-", "not stated"})
STATES_HINT: Final = "leave it out if nobody has looked yet; write `undeterminable` if it cannot be established"
ALWAYS_STATED: Final = frozenset({"id", "line"})
"""Facts that name a thing, and so cannot be undeterminable."""


def boolean(text: str) -> bool:
    folded = text.strip().casefold()
    if folded in _TRUE or folded in _FALSE:
        return folded in _TRUE
    raise ValueError(f'"{_short(text)}" is neither true nor false', "write true or false")


def iso_date(text: str) -> date:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{_short(text)}" is not a date', "dates are written year-month-day: 2026-03-02")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError(f"there is no {match[0]}", "check the day and the month; dates are written year-month-day") from None


def scalar(text: str, type: FactType, rates: Mapping[str, Decimal]) -> object:
    """The value of one scalar. Raises `ValueError(message, hint)`."""
    match type.base:
        case "boolean":
            return boolean(text)
        case "knowledge":
            return "yes" if boolean(text) else "no"
        case "date":
            return iso_date(text)
        case "place":
            try:
                return place_of(text)
            except ValueError as error:
                raise ValueError(f'"{_short(text)}" is no known place', str(error)) from None
        case "number":
            return with_unit(text, type.unit)
        case "percent":
            return percentage(text)
        case "money":
            return money(text, rates)
        case "enum":
            return _one_of(text, type.values)
        case "classification":
            return _classification(text, type.scheme)
        case _:
            return _words(text)


def _words(text: str) -> str:
    word = text.strip()
    if not word:
        raise ValueError("the text is empty", "leave the fact out if it is not known")
    return word


def _one_of(text: str, values: tuple[str, ...]) -> str:
    word = text.strip()
    for value in values:
        if word.casefold() == value.casefold():
            return value
    hint = did_you_mean(word[:80], values) or "one of " + ", ".join(values)
    raise ValueError(f'"{_short(word)}" is not one of the values', hint)


def _classification(text: str, scheme: str) -> object:
    if len(text) > 80:
        raise ValueError("this is too long for a classification", "write one paragraph, such as VIII(h)(1) or 9A610.x")
    try:
        return parse_classification(scheme, text)
    except ValueError as error:
        raise ValueError(f'"{_short(text)}" is no classification', str(error)) from None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def read_value(node: Node, fact: FactDeclaration, rates: Mapping[str, Decimal], problems: list[Problem]) -> object:
    """The value of a fact: converted, ABSENT, UNDETERMINABLE, or None where problems were found and added."""
    before = len(problems)
    value = _read(node, fact, rates, problems)
    return value if len(problems) == before else None


def _read(node: Node, fact: FactDeclaration, rates: Mapping[str, Decimal], problems: list[Problem]) -> object:
    if node.kind == "scalar":
        state = _state(node, fact, problems)
        if state is not None:
            return state
        if problems and problems[-1].span is node.span:
            return None
        value = _element(node, fact, rates, problems)
        return frozenset({value}) if fact.type.list_of else value
    if node.kind == "map":
        problems.append(Problem(node.span, f"`{fact.name}` is {_article(fact.type)}, not a map", _example(fact.type)))
        return None
    if not fact.type.list_of:
        problems.append(Problem(node.span, f"`{fact.name}` has one value, not a list", _example(fact.type)))
        return None
    return _list(node, fact, rates, problems)


def _list(node: Node, fact: FactDeclaration, rates: Mapping[str, Decimal], problems: list[Problem]) -> object:
    if not node.items and fact.absent:
        problems.append(Problem(node.span, f"`{fact.name}` is an empty list", "write `none` if there is none"))
    if fact.least is not None and len(node.items) < fact.least:
        problems.append(Problem(node.span, f"`{fact.name}` needs at least {fact.least:f} member", _example(fact.type)))
    if fact.greatest is not None and len(node.items) > fact.greatest:
        problems.append(Problem(node.span, f"`{fact.name}` may have at most {fact.greatest:f} members"))
    members: set[object] = set()
    for item in node.items:
        if item.kind != "scalar":
            problems.append(Problem(item.span, f"a member of `{fact.name}` is a single value", _example(fact.type)))
        elif item.null:
            problems.append(Problem(item.span, f"a member of `{fact.name}` is null", "delete it"))
        elif item.text.strip().casefold() in ("none", "undeterminable"):
            word = item.text.strip().casefold()
            problems.append(
                Problem(item.span, f"`{word}` cannot be a member of a list", f"`{fact.name}: {word}` says it of the whole list")
            )
        else:
            value = _element(item, fact, rates, problems)
            if value is not None and value in members:
                problems.append(
                    Problem(item.span, f'"{_short(item.text)}" is listed twice in `{fact.name}`', "keep one of the two")
                )
            members.add(value)
    return frozenset(members)


def _state(node: Node, fact: FactDeclaration, problems: list[Problem]) -> object:
    """`none` and `undeterminable`; a null and its many spellings are refused."""
    if node.null:
        hint = "write `none` if there is none; " + STATES_HINT if fact.absent else STATES_HINT
        problems.append(Problem(node.span, f"`{fact.name}` is null, which could mean `none` or not known", hint))
        return None
    word = node.text.strip().casefold()
    if word == "none":
        if fact.absent:
            return ABSENT
        problems.append(Problem(node.span, f"`{fact.name}` can never be `none`", _example(fact.type)))
    elif word == "undeterminable":
        if fact.name not in ALWAYS_STATED:
            return UNDETERMINABLE
        problems.append(Problem(node.span, f"`{fact.name}` can never be undeterminable", _example(fact.type)))
    elif word in _NOT_LOOKED:
        problems.append(Problem(node.span, f'`{fact.name}` is "{node.text.strip()}"', STATES_HINT))
    return None


def _element(node: Node, fact: FactDeclaration, rates: Mapping[str, Decimal], problems: list[Problem]) -> object:
    try:
        value = scalar(node.text, fact.type, rates)
        _within(value, fact)
    except ValueError as error:
        message, hint = (*error.args, "")[:2]
        problems.append(Problem(node.span, f"`{fact.name}`: {message}", hint))
        return None
    return value


def _within(value: object, fact: FactDeclaration) -> None:
    """Raise `ValueError` for a number outside the declared bounds. An amount of money is compared as stated."""
    if fact.type.list_of:
        return
    amount = value.amount if isinstance(value, Money) else value
    if not isinstance(amount, Decimal):
        return
    unit = f" {unit_of(fact.type)}".rstrip()
    if fact.least is not None and amount < fact.least:
        raise ValueError(f"{amount:f}{unit} is too little", f"it is at least {fact.least:f}{unit}")
    if fact.greatest is not None and amount > fact.greatest:
        raise ValueError(f"{amount:f}{unit} is too much", f"it is at most {fact.greatest:f}{unit}")


def unit_of(type: FactType) -> str:
    """The unit of the Decimals of a type: as declared, "%" of percentages, "" where there is none."""
    return "%" if type.base == "percent" else type.unit


def _article(type: FactType) -> str:
    return f"a {type}" if type.list_of or type.base not in ("enum",) else str(type)


_EXAMPLES: Final = {
    "boolean": "write true or false",
    "knowledge": 'write "yes" or "no"',
    "date": "write a date: 2026-03-02",
    "place": "write a country: GB",
    "number": "write a number",
    "percent": "write a percentage: 40",
    "money": "write an amount: 9000 USD",
    "classification": "write a paragraph, such as VIII(h)(1) or 9A610.x",
}


def _example(type: FactType) -> str:
    if type.base == "enum":
        return "one of " + ", ".join(type.values)
    if type.base == "number" and type.unit:
        return f"write a number: 500 {type.unit}"
    return _EXAMPLES.get(type.base, "write a text")


__all__ = ["boolean", "iso_date", "number", "read_value", "scalar", "unit_of"]
