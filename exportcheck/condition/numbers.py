"""Exact numbers and intervals: arithmetic and three-valued comparison.

Sums and products of exact numbers are exact. Where a result would need more digits than anybody can read (hundreds), it is
the narrowest interval that holds it: never a rounded number.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, Inexact, InvalidOperation, Overflow
from itertools import product
from typing import Final

from exportcheck.values import ABSENT, EXACT, Interval, Sentinel, Truth

Num = Decimal | Interval | Sentinel
"""A number, what is known of it, or ABSENT."""

ANY_NUMBER: Final = Interval(None, None)
"""Nothing is known of it, not even whether there is one: what may yet turn out absent is this, whatever its bounds."""
ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)

_DOWN: Final = Context(prec=EXACT.prec, rounding=ROUND_FLOOR, traps=[InvalidOperation, Overflow])
_UP: Final = Context(prec=EXACT.prec, rounding=ROUND_CEILING, traps=[InvalidOperation, Overflow])
_INFINITY: Final = Decimal("Infinity")


def interval(low: Decimal | None, high: Decimal | None) -> Decimal | Interval:
    """The interval, or the number where both bounds are the same."""
    return low if low is not None and low == high else Interval(low, high)


def bounds(n: Num) -> tuple[Decimal | None, Decimal | None]:
    if isinstance(n, Decimal):
        return n, n
    if isinstance(n, Interval):
        return n.low, n.high
    return None, None  # arithmetic with an absent number is unknown


def add(a: Num, b: Num) -> Decimal | Interval:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        try:
            return EXACT.add(a, b)
        except Inexact:
            pass
    (al, ah), (bl, bh) = bounds(a), bounds(b)
    return interval(
        None if al is None or bl is None else _DOWN.add(al, bl),
        None if ah is None or bh is None else _UP.add(ah, bh),
    )


def negate(a: Num) -> Decimal | Interval:
    low, high = bounds(a)
    return interval(None if high is None else EXACT.minus(high), None if low is None else EXACT.minus(low))


def subtract(a: Num, b: Num) -> Decimal | Interval:
    return add(a, negate(b))


def multiply(a: Num, b: Num) -> Decimal | Interval:
    """The product. Nothing times anything is nothing, unknown or not."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        try:
            return EXACT.multiply(a, b)
        except Inexact:
            pass
    corners = list(product(_ends(a), _ends(b)))
    low = min(_times(_DOWN, x, y) for x, y in corners)
    high = max(_times(_UP, x, y) for x, y in corners)
    return interval(low if low.is_finite() else None, high if high.is_finite() else None)


def _ends(n: Num) -> tuple[Decimal, Decimal]:
    low, high = bounds(n)
    return -_INFINITY if low is None else low, _INFINITY if high is None else high


def _times(context: Context, x: Decimal, y: Decimal) -> Decimal:
    return ZERO if not x or not y else context.multiply(x, y)


def hull(a: Num, b: Num) -> Decimal | Interval:
    """The least interval that holds both."""
    (al, ah), (bl, bh) = bounds(a), bounds(b)
    return interval(
        None if al is None or bl is None else min(al, bl),
        None if ah is None or bh is None else max(ah, bh),
    )


def extreme(fn: str, numbers: list[Num]) -> Decimal | Interval:
    """The least or the greatest of numbers, as far as it is known."""
    pairs = [bounds(n) for n in numbers]
    lows = [low for low, _ in pairs]
    highs = [high for _, high in pairs]
    if fn == "max":
        known = [low for low in lows if low is not None]
        high = None if any(h is None for h in highs) else max(h for h in highs if h is not None)
        return interval(max(known) if known else None, high)
    known = [high for high in highs if high is not None]
    low = None if any(x is None for x in lows) else min(x for x in lows if x is not None)
    return interval(low, min(known) if known else None)


def compare(op: str, a: Num, b: Num) -> Truth:
    """Three-valued comparison. With an absent number, `!=` is true and all else false; what may be absent may be equal to it."""
    if a is ABSENT or b is ABSENT:
        if op not in ("=", "!="):
            return False
        if ANY_NUMBER in (a, b):
            return None
        return (a is b) == (op == "=")
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return _exact(op, a, b)
    (al, ah), (bl, bh) = bounds(a), bounds(b)
    if op == "<":
        return _less(al, ah, bl, bh, strict=True)
    if op == "<=":
        return _less(al, ah, bl, bh, strict=False)
    if op == ">":
        return _less(bl, bh, al, ah, strict=True)
    if op == ">=":
        return _less(bl, bh, al, ah, strict=False)
    apart = (ah is not None and bl is not None and ah < bl) or (bh is not None and al is not None and bh < al)
    if apart:
        return op == "!="
    return None


def _exact(op: str, a: Decimal, b: Decimal) -> bool:
    match op:
        case "=":
            return a == b
        case "!=":
            return a != b
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case _:
            return a >= b


def _less(al: Decimal | None, ah: Decimal | None, bl: Decimal | None, bh: Decimal | None, *, strict: bool) -> Truth:
    if ah is not None and bl is not None and (ah < bl or (not strict and ah == bl)):
        return True
    if al is not None and bh is not None and (al > bh or (strict and al == bh)):
        return False
    return None


def compare_percent(op: str, part: Num, whole: Num, limit: Num) -> Truth:
    """`100 * part / whole op limit` without a division. A part of nothing is no percentage, unless the part is nothing too."""
    if limit is ABSENT:
        return None
    low, _ = bounds(whole)
    if low is None or low < 0:
        return None
    if isinstance(part, Decimal) and part == ZERO:
        return compare(op, ZERO, limit)
    if low == 0:
        return None
    return compare(op, multiply(HUNDRED, part), multiply(limit, whole))
