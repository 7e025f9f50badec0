"""Days of the calendar: three-valued comparison, and a day some months and days away."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta

from exportcheck.values import ABSENT, UNKNOWN, Truth


def compare_dates(op: str, a: object, b: object) -> Truth:
    """As `numbers.compare`: with an absent date, `!=` is true and all else false; an unknown one may be absent too."""
    if isinstance(a, date) and isinstance(b, date):
        return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
    if op in ("=", "!="):
        return None if a is UNKNOWN or b is UNKNOWN else (a is b) == (op == "=")
    return False if a is ABSENT or b is ABSENT else None


def shift(start: object, duration: object, sign: int) -> object:
    """The day `duration` (months, days) after a day (`sign` 1) or before it (-1): the months first, then the days.

    A day that the month does not have is its last one (31 January and a month: 28 or 29 February). Unknown where the day or
    the duration is, where there is no day, and beyond the calendar (years 1 to 9999).
    """
    if not isinstance(start, date) or not isinstance(duration, tuple):
        return UNKNOWN
    months, days = duration
    year, month = divmod(start.year * 12 + start.month - 1 + sign * months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return UNKNOWN
    moved = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    try:
        return moved + timedelta(days=sign * days)
    except OverflowError:
        return UNKNOWN
