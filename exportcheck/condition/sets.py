"""Sets of which some members are certain and others possible, and three-valued questions about them."""

from __future__ import annotations

from collections.abc import Iterable

from exportcheck.values import ABSENT, ANY_SET, EMPTY_SET, UNKNOWN, PartialSet, Truth, k_and, k_or


def place_is(stated: str, asked: str) -> Truth:
    """Is the stated place the asked one or within it? Unknown if it is stated more coarsely (`UA` for `UA-CRIMEA`)."""
    if stated == asked or stated.startswith(asked + "-"):
        return True
    return None if asked.startswith(stated + "-") else False


def contains(members: PartialSet, value: object, *, places: bool = False) -> Truth:
    """Is the value a member?"""
    if value is ABSENT:
        return False
    if value is UNKNOWN:
        return False if members.possible is not None and not members.possible else None
    if value in members.sure:
        return True
    if members.possible is None:
        return None
    if places and isinstance(value, str):
        return _place_in(members, value)
    return None if value in members.possible else False


def _place_in(members: PartialSet, value: str) -> Truth:
    result: Truth = False
    for member in members.possible or ():
        is_it = place_is(value, str(member))
        if is_it and member in members.sure:
            return True
        if is_it is not False:
            result = None
    return result


def union(sets: Iterable[PartialSet]) -> PartialSet:
    sure: frozenset[object] = frozenset()
    possible: frozenset[object] | None = frozenset()
    for s in sets:
        sure |= s.sure
        possible = None if possible is None or s.possible is None else possible | s.possible
    return PartialSet(sure, possible)


def overlaps(a: PartialSet, b: PartialSet, *, places: bool = False) -> Truth:
    """Have they a member in common?"""
    if _empty(a) or _empty(b):
        return False
    if k_or(contains(b, x, places=places) for x in a.sure) is True or k_or(contains(a, x, places=places) for x in b.sure) is True:
        return True
    if a.possible is None or b.possible is None:
        return None
    return False if k_or(contains(b, x, places=places) for x in a.possible) is False else None


def subset(a: PartialSet, b: PartialSet, *, places: bool = False) -> Truth:
    """Is every member of `a` in `b`?"""
    if _empty(a):
        return True
    if any(contains(b, x, places=places) is False for x in a.sure):
        return False
    if a.possible is None:
        return None
    return True if k_and(contains(b, x, places=places) for x in a.possible) is True else None


def meet(a: PartialSet, b: PartialSet) -> PartialSet:
    """What is known where it is one of the two."""
    possible = None if a.possible is None or b.possible is None else a.possible | b.possible
    return PartialSet(a.sure & b.sure, possible)


def of_value(value: object) -> PartialSet:
    """A set of one value that may be unknown or absent."""
    if value is UNKNOWN:
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
