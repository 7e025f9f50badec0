"""Periods in force, cut at a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from exportcheck.rulepack.model import Period


def starting(periods: Iterable[Period], day: date | None) -> tuple[Period, ...]:
    """What of the periods is left from a day on (None: all)."""
    if day is None:
        return tuple(periods)
    left = (p for p in periods if p.end is None or p.end >= day)
    return tuple(replace(p, start=day) if p.start is None or p.start < day else p for p in left)


def ending(periods: Iterable[Period], day: date | None) -> tuple[Period, ...]:
    """What of the periods is left before a day (None: nothing)."""
    if day is None:
        return ()
    last = day - timedelta(days=1)
    left = (p for p in periods if p.start is None or p.start <= last)
    return tuple(replace(p, end=last) if p.end is None or p.end > last else p for p in left)
