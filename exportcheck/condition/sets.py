"""Sets of which some members are certain and others possible, and three-valued questions about them.

Places need more than equality: a region is in its country, and a country stated where a region is asked is too coarse to tell.
`Match` is that question of two members; None stands for plain equality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from exportcheck.values import ABSENT, ANY_SET, EMPTY_SET, UNKNOWN, Interval, PartialSet, Truth

Match = Callable[[Any, Any], Truth]
"""Does a member of the left side answer to one of the right?"""


def place_is(stated: str, asked: str) -> Truth:
    """Is the stated place the asked one or within it? Unknown if it is stated more coarsely (`UA` for `UA-CRIMEA`)."""
    if stated == asked or stated.startswith(asked + "-"):
        return True
    return None if asked.startswith(stated + "-") else False


def place_asked_left(left: str, right: str) -> Truth:
    """The same where the left side is what is asked: `"UA-CRIMEA" in p.countries`."""
    return place_is(right, left)


def same_place(left: str, right: str) -> Truth:
    """Are two stated places the same? Unknown if one is within the other: it is stated more coarsely."""
    return place_is(left, right) and place_is(right, left)


def contains(members: PartialSet, value: object, match: Match | None = None) -> Truth:
    """Is the value (left) a member (right)?"""
    if value is ABSENT:
        return False
    possible = members.possible
    if value is UNKNOWN or value is None or isinstance(value, Interval):
        return False if possible is not None and not possible else None
    if value in members.sure:
        return True
    if match is None:
        return None if possible is None or value in possible else False
    if any(match(value, m) is True for m in _near(value, members.sure)):
        return True
    if possible is None or any(match(value, m) is not False for m in _near(value, possible)):
        return None
    return False


def _near(value: object, members: frozenset[Any]) -> Iterable[Any]:
    """The members that a place could match: only regions match anything but themselves."""
    if isinstance(value, str) and "-" in value:
        return members
    return (value, *_regions(members)) if value in members else _regions(members)


@lru_cache(maxsize=4_096)
def _regions(members: frozenset[Any]) -> tuple[str, ...]:
    return tuple(m for m in members if isinstance(m, str) and "-" in m)


def union(sets: Iterable[PartialSet]) -> PartialSet:
    sure: frozenset[object] = frozenset()
    possible: frozenset[object] | None = frozenset()
    for s in sets:
        sure |= s.sure
        possible = None if possible is None or s.possible is None else possible | s.possible
    return PartialSet(sure, possible)


def overlaps(a: PartialSet, b: PartialSet, match: Match | None = None) -> Truth:
    """Have they a member in common?"""
    if _empty(a) or _empty(b):
        return False
    if not a.sure.isdisjoint(b.sure):
        return True
    if match is not None and any(contains(PartialSet(b.sure, b.sure), x, match) is True for x in a.sure):
        return True
    if a.possible is None or b.possible is None:
        return None
    if match is None:
        return False if a.possible.isdisjoint(b.possible) else None
    widest = PartialSet(frozenset(), b.possible)
    return None if any(contains(widest, x, match) is not False for x in a.possible) else False


def subset(a: PartialSet, b: PartialSet, match: Match | None = None) -> Truth:
    """Is every member of `a` in `b`? Over nobody unknown, as `every` is: an empty list was more likely not filled in."""
    if any(contains(b, x, match) is False for x in a.sure):
        return False
    if a.possible is None or not a.sure:
        return None
    return True if all(contains(b, x, match) is True for x in a.possible) else None


def meet(a: PartialSet, b: PartialSet) -> PartialSet:
    """What is known where it is one of the two."""
    possible = None if a.possible is None or b.possible is None else a.possible | b.possible
    return PartialSet(a.sure & b.sure, possible)


def of_value(value: object) -> PartialSet:
    """A set of one value that may be unknown or absent."""
    if value is UNKNOWN or value is None or isinstance(value, Interval):
        return ANY_SET
    if value is ABSENT:
        return EMPTY_SET
    one = frozenset([value])
    return PartialSet(one, one)


def possibly(s: PartialSet) -> PartialSet:
    """The same members, none of them certain."""
    return PartialSet(frozenset(), s.possible)


def _empty(s: PartialSet) -> bool:
    return s.possible is not None and not s.possible
