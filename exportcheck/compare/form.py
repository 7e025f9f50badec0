"""Forms: nested tuples that stand for what is said, and how `and`, `or` and `not` make one of others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from exportcheck.values import Classification, Money, Sentinel

Form = Any
"""Nested tuples of texts: hashable, comparable, and the same for the same meaning."""

TRUE: Form = ("lit", "boolean", "true")
FALSE: Form = ("lit", "boolean", "false")


def literal(value: object) -> Form:
    match value:
        case bool():
            return TRUE if value else FALSE
        case Decimal():
            return ("lit", "number", format(value.normalize(), "f"))
        case date():
            return ("lit", "date", value.isoformat())
        case Classification():
            return ("lit", f"classification {value.scheme}", value.path)
        case Money():
            return ("lit", "money", value.currency, format(value.amount.normalize(), "f"))
        case Sentinel():
            return ("lit", "state", value.value)
        case tuple():
            return ("lit", "duration", value)
        case _:
            return ("lit", "text", str(value))


def negation(form: Form) -> Form:
    """Pushed inwards: Kleene's `not` goes through `and` and `or`, and twice is none."""
    if form == TRUE:
        return FALSE
    if form == FALSE:
        return TRUE
    match form[0]:
        case "not":
            return form[1]
        case "and":
            return disjunction(negation(f) for f in form[1])
        case "or":
            return conjunction(negation(f) for f in form[1])
        case _:
            return ("not", form)


def conjunction(forms: Iterable[Form]) -> Form:
    return _junction("and", forms, TRUE, FALSE)


def disjunction(forms: Iterable[Form]) -> Form:
    return _junction("or", forms, FALSE, TRUE)


def _junction(word: str, forms: Iterable[Form], neutral: Form, settled: Form) -> Form:
    parts: dict[Form, None] = {}
    for form in forms:
        for part in form[1] if form[0] == word else (form,):
            if part == settled:
                return settled
            if part != neutral:
                parts[part] = None
    if not parts:
        return neutral
    kept = ordered(parts)
    whole = frozenset(kept)
    other = "or" if word == "and" else "and"
    # a and (a or b) is a, whatever the truth of either
    left = tuple(p for p in kept if not (p[0] == other and any(q in whole for q in p[1])))
    return left[0] if len(left) == 1 else (word, left)


def ordered(forms: Iterable[Form]) -> tuple[Form, ...]:
    return tuple(sorted(forms, key=_text))


@cache
def _text(form: Form) -> str:
    return repr(form)


def kind_of(kind: str) -> str:
    """Items and components are articles alike."""
    return "item" if kind in ("component", "article") else kind or "transaction"
