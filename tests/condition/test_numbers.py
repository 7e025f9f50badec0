"""Numbers are exact, and what is known of a number holds it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exportcheck.condition import evaluate
from exportcheck.condition import numbers as N
from exportcheck.values import ABSENT, LARGEST, Interval

NUMBERS = st.decimals(-LARGEST, LARGEST, places=12, allow_nan=False, allow_infinity=False)
POSITIVE = st.decimals(Decimal("1e-12"), LARGEST, places=12, allow_nan=False, allow_infinity=False)
OPERATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
OPS = st.sampled_from(sorted(OPERATORS))


@st.composite
def known(draw: st.DrawFn) -> tuple[Decimal, Decimal | Interval]:
    """A number, and what is known of it: itself, or bounds around it, which may be open."""
    number = draw(NUMBERS)
    if draw(st.booleans()):
        return number, number
    below, above = draw(st.none() | NUMBERS), draw(st.none() | NUMBERS)
    low = None if below is None else min(below, number)
    high = None if above is None else max(above, number)
    return number, N.interval(low, high)


def holds(known: Decimal | Interval, exact: Fraction) -> bool:
    low, high = N.bounds(known)
    return (low is None or Fraction(low) <= exact) and (high is None or exact <= Fraction(high))


@settings(max_examples=1_000, deadline=None)
@given(OPS, NUMBERS, NUMBERS, st.booleans())
def test_comparisons_are_those_of_fractions(op: str, a: Decimal, b: Decimal, same: bool) -> None:
    b = a if same else b
    assert N.compare(op, a, b) is OPERATORS[op](Fraction(a), Fraction(b))
    assert evaluate(f"a {op} b", {"a": a, "b": b}) is OPERATORS[op](Fraction(a), Fraction(b))


@settings(max_examples=500, deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS)
def test_sums_and_products_are_exact(a: Decimal, b: Decimal, c: Decimal) -> None:
    values = {"a": a, "b": b, "c": c}
    total = evaluate("a + b - c", values)
    assert isinstance(total, Decimal)
    assert Fraction(total) == Fraction(a) + Fraction(b) - Fraction(c)
    product = evaluate("a * 0.000000000001 * 999999999999999999.999999999999", values)
    assert isinstance(product, Decimal)
    assert Fraction(product) == Fraction(a) * Fraction("0.000000000001") * Fraction("999999999999999999.999999999999")


@settings(max_examples=500, deadline=None)
@given(OPS, NUMBERS, POSITIVE, NUMBERS)
def test_a_percentage_is_compared_without_rounding(op: str, part: Decimal, whole: Decimal, limit: Decimal) -> None:
    exact = OPERATORS[op](100 * Fraction(part) / Fraction(whole), Fraction(limit))
    assert N.compare_percent(op, part, whole, limit) is exact


def test_a_percentage_at_the_limit_is_exact() -> None:
    third = {"part": Decimal("0.333333333333"), "whole": Decimal(1)}
    assert evaluate("percent(part, whole) = 33.3333333333", third) is True
    assert evaluate("percent(part, whole * 3) < 33.3333333333", third) is True
    assert evaluate("percent(part, whole) >= 33.333333333301", third) is False


@settings(max_examples=1_000, deadline=None)
@given(OPS, known(), known())
def test_what_is_known_of_numbers_holds_them(
    op: str, a: tuple[Decimal, Decimal | Interval], b: tuple[Decimal, Decimal | Interval]
) -> None:
    (x, known_x), (y, known_y) = a, b
    p, q = Fraction(x), Fraction(y)
    assert holds(N.add(known_x, known_y), p + q)
    assert holds(N.subtract(known_x, known_y), p - q)
    assert holds(N.multiply(known_x, known_y), p * q)
    assert holds(N.hull(known_x, known_y), p)
    assert holds(N.extreme("max", [known_x, known_y]), max(p, q))
    assert holds(N.extreme("min", [known_x, known_y]), min(p, q))
    assert N.compare(op, known_x, known_y) in (None, OPERATORS[op](p, q))


@settings(max_examples=1_000, deadline=None)
@given(OPS, known(), known(), known())
def test_what_is_known_of_a_percentage_is_right(
    op: str,
    part: tuple[Decimal, Decimal | Interval],
    whole: tuple[Decimal, Decimal | Interval],
    limit: tuple[Decimal, Decimal | Interval],
) -> None:
    assume(whole[0] > 0)
    exact = OPERATORS[op](100 * Fraction(part[0]) / Fraction(whole[0]), Fraction(limit[0]))
    assert N.compare_percent(op, part[1], whole[1], limit[1]) in (None, exact)


def test_a_number_too_long_to_be_exact_is_an_interval_around_it() -> None:
    long = Decimal("1." + "1" * 399)
    product = N.multiply(long, long)
    assert isinstance(product, Interval)
    assert holds(product, Fraction(long) ** 2)
    assert holds(N.add(Decimal("1e300"), Decimal("1e-300")), Fraction(10) ** 300 + Fraction(1, 10**300))


def test_negation_does_not_round() -> None:
    thirty = Decimal("999999999999999999.999999999999")
    assert N.negate(thirty) == -Fraction(thirty)
    low, high = N.bounds(N.subtract(Interval(Decimal(0), None), thirty))
    assert (low, high) == (N.negate(thirty), None)


def test_nothing_times_an_unknown_number_is_nothing() -> None:
    assert N.multiply(Decimal(0), N.ANY_NUMBER) == 0
    assert N.multiply(Interval(Decimal(-2), Decimal(3)), Interval(Decimal(-5), Decimal(7))) == Interval(Decimal(-15), Decimal(21))


def test_an_absent_number_is_no_number() -> None:
    five, positive = Decimal(5), Interval(Decimal(0), None)
    assert N.compare("<", ABSENT, five) is False
    assert N.compare("!=", ABSENT, five) is True
    assert N.compare("=", ABSENT, positive) is False
    assert N.compare("=", ABSENT, N.ANY_NUMBER) is None
    assert N.add(ABSENT, five) == N.ANY_NUMBER
    assert N.compare_percent("<=", five, five, ABSENT) is None
