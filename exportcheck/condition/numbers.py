"""Exact numbers and intervals: arithmetic and three-valued comparison."""

from __future__ import annotations

from decimal import Decimal

from exportcheck.values import ABSENT, EXACT, Interval, Sentinel, Truth

Num = Decimal | Interval | Sentinel
"""A number, what is known of it, or ABSENT."""

ANY_NUMBER = Interval(None, None)
ZERO = Decimal(0)
HUNDRED = Decimal(100)


def interval(low: Decimal | None, high: Decimal | None) -> Decimal | Interval:
    """The interval, or the number where both bounds are the same."""
    return low if low is not None and low == high else Interval(low, high)


def bounds(n: Num) -> tuple[Decimal | None, Decimal | None]:
    if isinstance(n, Decimal):
        return n, n
    if isinstance(n, Interval):
        return n.low, n.high
    return None, None  # arithmetic with an absent number is unknown


def _plus(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else EXACT.add(a, b)


def add(a: Num, b: Num) -> Decimal | Interval:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return EXACT.add(a, b)
    (al, ah), (bl, bh) = bounds(a), bounds(b)
    return interval(_plus(al, bl), _plus(ah, bh))


def negate(a: Num) -> Decimal | Interval:
    low, high = bounds(a)
    return interval(None if high is None else -high, None if low is None else -low)


def subtract(a: Num, b: Num) -> Decimal | Interval:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return EXACT.subtract(a, b)
    return add(a, negate(b))


def multiply(a: Num, b: Num) -> Decimal | Interval:
    """The product; where a factor is not an exact number its bounds are scaled by the other, which must be exact."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return EXACT.multiply(a, b)
    if isinstance(b, Decimal):
        a, b = b, a
    if not isinstance(a, Decimal):
        return ANY_NUMBER
    if a == 0:
        return ZERO
    low, high = bounds(b)
    scaled = [None if x is None else EXACT.multiply(a, x) for x in (low, high)]
    return interval(*scaled) if a > 0 else interval(scaled[1], scaled[0])


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
    """Three-valued comparison. With an absent number, `!=` is true and all else false."""
    if a is ABSENT or b is ABSENT:
        return (a is b) if op == "=" else (a is not b) if op == "!=" else False
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
    whole_low, _ = bounds(whole)
    if part == ZERO and isinstance(part, Decimal) and whole_low is not None and whole_low >= 0:
        return compare(op, ZERO, limit)
    if whole_low is None or whole_low <= 0:
        return None
    low, high = bounds(limit)
    wl, wh = bounds(whole)
    if isinstance(limit, Decimal):
        return compare(op, multiply(HUNDRED, part), multiply(limit, whole))
    if low is None or high is None or wl is None:
        return None
    return compare(op, multiply(HUNDRED, part), interval(EXACT.multiply(low, wl), None if wh is None else EXACT.multiply(high, wh)))
