"""The facts of a comparison as unknowns of the solver: what each may be, and what one is in a model.

Imported only by the solver (extra `compare`: z3-solver).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import z3

from exportcheck.compare.form import Form
from exportcheck.values import Classification, Money
from exportcheck.vocabulary.model import FactDeclaration

MOST_PATHS = 400
"""Mentioned values of one fact beyond which it is not taken apart."""

BEYOND = 10**20
"""No number that a transaction or a pack states is as large: what is not bounded reaches to here."""

OTHER = "\0other"
DEEPER = "\0deeper"

Pair = tuple[Any, Any]
"""Surely true, surely false."""

Value = object


@dataclass
class Number:
    absent: Any
    any: Any
    low: Any
    high: Any


@dataclass
class Scalar:
    known: Any
    absent: Any
    code: Any
    values: list[Value]


@dataclass
class Many:
    open: Any
    sure: dict[Value, Any]
    possible: dict[Value, Any]


class Unknowns:
    """One unknown for each fact, made when it is first asked for; `laws` is what holds of them all.

    `mentioned` gives the values that are compared with each fact, `declared` its declaration.
    """

    def __init__(self, declared: Callable[[Form], FactDeclaration | None], mentioned: dict[Form, dict[Value, None]]) -> None:
        self.declared = declared
        self.mentioned = mentioned
        self.laws: list[Any] = []
        self.facts: dict[Form, Number | Scalar | Many | Pair] = {}

    def truth(self, fact: Form) -> Pair:
        known = self.facts.get(fact)
        if known is None:
            n = len(self.facts)
            true, false = z3.Bool(f"yes{n}"), z3.Bool(f"no{n}")
            self.laws.append(z3.Not(z3.And(true, false)))
            known = self.facts[fact] = (true, false)
        return known  # type: ignore[return-value]

    def number(self, fact: Form) -> Number | None:
        declared = self.declared(fact)
        if declared is None or declared.type.list_of or declared.type.base not in ("number", "percent", "money", "date"):
            return None
        if declared.type.base == "date" and declared.absent:
            return None
        known = self.facts.get(fact)
        if known is None:
            n = len(self.facts)
            known = Number(z3.Bool(f"absent{n}"), z3.Bool(f"any{n}"), z3.Real(f"low{n}"), z3.Real(f"high{n}"))
            low, high = _bounds(declared)
            least = known.low <= -BEYOND if low is None else known.low == real(low)
            most = known.high >= BEYOND if high is None else known.high == real(high)
            stated = [known.low == known.high, known.low > -BEYOND, known.low < BEYOND]
            if not declared.absent:
                self.laws.append(z3.Not(known.absent))
                stated += [known.low >= real(low)] if low is not None else []
                stated += [known.high <= real(high)] if high is not None else []
            # a number is stated exactly, or all that is known of it are the bounds of its declaration
            self.laws.append(z3.Or(known.absent, z3.And(z3.Not(known.any), *stated), z3.And(least, most)))
            nothing = low is None and high is None
            self.laws.append(z3.Implies(known.any, z3.And(least, most)) if nothing else z3.Not(known.any))
            if nothing:
                self.laws.append(z3.Implies(z3.And(least, most), z3.Or(known.any, known.absent)))
            self.facts[fact] = known
        return known  # type: ignore[return-value]

    def scalar(self, fact: Form) -> Scalar | None:
        """A scalar of finitely many values that matter."""
        declared = self.declared(fact)
        if declared is None or declared.type.list_of or declared.type.base in ("boolean", "number", "percent", "money", "date"):
            return None
        known = self.facts.get(fact)
        if known is None:
            values = self._domain(fact, declared)
            if len(values) > MOST_PATHS:
                return None
            n = len(self.facts)
            known = Scalar(z3.Bool(f"known{n}"), z3.Bool(f"absent{n}"), z3.Int(f"code{n}"), values)
            self.laws += [z3.Implies(known.absent, known.known), known.code >= 0, known.code < len(values)]
            if not declared.absent:
                self.laws.append(z3.Not(known.absent))
            self.facts[fact] = known
        return known  # type: ignore[return-value]

    def _domain(self, fact: Form, declared: FactDeclaration) -> list[Value]:
        values = dict(self.mentioned.get(fact, {}))
        if declared.type.base == "classification":
            for path in [v for v in values if isinstance(v, Classification)]:
                for n in range(1, len(path.path) + 1):
                    values[Classification(path.scheme, path.path[:n])] = None
                    values[Classification(path.scheme, (*path.path[:n], DEEPER))] = None
            values[Classification(declared.type.scheme, (OTHER,))] = None
        elif declared.type.base in ("enum", "knowledge"):
            values.update(dict.fromkeys(declared.type.values or ("yes", "no")))
        else:
            for place in [v for v in values if isinstance(v, str) and "-" in v and declared.type.base == "place"]:
                values[place.partition("-")[0]] = None
            values[OTHER] = None
        return list(values)

    def many(self, fact: Form, declared: FactDeclaration) -> Many | None:
        known = self.facts.get(fact)
        if known is None:
            values = self._domain(fact, declared)
            if len(values) > MOST_PATHS:
                return None
            n = len(self.facts)
            sure = {v: z3.Bool(f"sure{n}_{m}") for m, v in enumerate(values)}
            possible = {v: z3.Bool(f"possible{n}_{m}") for m, v in enumerate(values)}
            self.laws += [z3.Implies(sure[v], possible[v]) for v in values]
            known = self.facts[fact] = Many(z3.Bool(f"open{n}"), sure, possible)
        return known  # type: ignore[return-value]

    # models

    def values(self, model: Any) -> dict[Form, Value]:
        """The values that the facts have in a model, as far as a transaction can state them."""
        found: dict[Form, Value] = {}
        for fact, known in self.facts.items():
            declared = self.declared(fact)
            assert declared is not None
            value: Value = None
            if isinstance(known, tuple):
                value = True if _yes(model, known[0]) else False if _yes(model, known[1]) else None
            elif isinstance(known, Scalar):
                if _yes(model, known.known) and not _yes(model, known.absent):
                    value = known.values[model.eval(known.code, model_completion=True).as_long()]
            elif isinstance(known, Number):
                if not _yes(model, known.absent):
                    low, high = (model.eval(x, model_completion=True) for x in (known.low, known.high))
                    value = _stated(low, declared) if z3.eq(low, high) else None
            else:
                members = [v for v, x in known.sure.items() if _yes(model, x)]
                value = frozenset(members) if members and not any(_hidden(m) for m in members) else None
            if value is not None and not _hidden(value):
                found[fact] = value
        return found


def _bounds(declared: FactDeclaration) -> tuple[Decimal | None, Decimal | None]:
    """Between which a number lies that is not stated, as conditions take it."""
    if declared.absent or declared.type.base == "date":
        return None, None
    if declared.type.base == "money":
        return Decimal(0), None
    low = Decimal(0) if declared.least is None and declared.type.base == "percent" else declared.least
    return low, declared.greatest


def _yes(model: Any, what: Any) -> bool:
    return bool(z3.is_true(model.eval(what, model_completion=True)))


def _hidden(value: Value) -> bool:
    """Is it one that stands for all others, and that nobody could state?"""
    return value == OTHER or (isinstance(value, Classification) and value.path[-1] in (OTHER, DEEPER))


def _stated(value: Any, declared: FactDeclaration) -> Value:
    number = Decimal(value.numerator_as_long()) / Decimal(value.denominator_as_long())
    if declared.type.base == "date":
        return date.fromordinal(int(number)) if number == int(number) and 1 <= number <= 3_000_000 else None
    number = round(number, 6)
    return Money(number, "USD", number) if declared.type.base == "money" else number


def real(value: Decimal | None) -> Any:
    return z3.RealVal(format(value or Decimal(0), "f"))
