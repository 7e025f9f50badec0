"""Transactions that may belong together, with what is observed of them: to one consignee within some days, or in a circle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from exportcheck.batch.declared import Correlation
from exportcheck.batch.notes import DECIMALS, UNKNOWN
from exportcheck.values import Truth

MOST_NAMED = 50
"""Transactions that one notice names; of more it tells how many there are."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction to one consignee under one entry or paragraph, its lines added up; `value` in millionths of a dollar."""

    id: str
    row: int
    day: date
    value: int | None
    paragraphs: tuple[str, ...] = ()
    name: str = ""
    origin: str = ""
    destination: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Some transactions, what was observed of them, and what a person is told."""

    sent: tuple[Sent, ...]
    observed: Mapping[str, Truth]
    consignee: str = ""
    classification: str = ""
    total: Decimal | None = None
    limit: Decimal | None = None


Limit = Callable[[str], Decimal | None]
"""The limit of a paragraph, in dollars."""


def within_days(sent: Sequence[Sent], days: int) -> Iterator[Sequence[Sent]]:
    """The runs whose last is at most so many days after the first, none of them part of another, of those in order of day."""
    start = 0
    for end in range(len(sent)):
        after = end + 1
        if after < len(sent) and (sent[after].day - sent[start].day).days <= days:
            continue
        yield sent[start:after]
        while after < len(sent) and (sent[after].day - sent[start].day).days > days:
            start += 1


def split(sent: Sequence[Sent], consignee: str, entry: str, rule: Correlation, limit: Limit) -> Iterator[Group]:
    """Transactions to one consignee under one entry, in order of day, against the least limit of their paragraphs."""
    of = {s: _least(limit(p) for p in s.paragraphs) for s in sent}
    small = [s for s in sent if s.value is not None and (own := of[s]) is not None and _dollars(s.value) <= own]
    for run in within_days(small, rule.days):
        most = min(own for s in run if (own := of[s]) is not None)
        total = sum((_dollars(s.value) for s in run if s.value is not None), Decimal(0))
        observed = {
            "same-consignee": consignee != UNKNOWN,
            "same-entry": entry != UNKNOWN,
            "near-in-time": True,
            "several": len(run) > 1,
            "each-within": True,
            "sum-above": total > most,
        }
        yield Group(tuple(run), observed, run[0].name, entry, total, most)


def repeated(sent: Sequence[Sent], consignee: str, rule: Correlation) -> Iterator[Group]:
    """Transactions to one consignee, in order of day."""
    assert rule.most is not None
    small = [s for s in sent if s.value is not None and _dollars(s.value) <= rule.most]
    for run in within_days(small, rule.days):
        observed = {
            "same-consignee": consignee != UNKNOWN,
            "near-in-time": True,
            "many": len(run) >= rule.count,
            "each-small": True,
        }
        total = sum((_dollars(s.value) for s in run if s.value is not None), Decimal(0))
        yield Group(tuple(run), observed, run[0].name, "", total, rule.most)


def circles(sent: Sequence[Sent], paragraph: str, rule: Correlation) -> Iterator[Group]:
    """Transactions of goods of one paragraph that lead back to the country of the first: straight, or through a third country.

    Of several between the same countries on one day the first is looked at; each circle of countries is found once for each
    transaction that closes it.
    """
    legs: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for one in sent:
        if one.origin and one.destination and one.origin != one.destination:
            there = legs[one.origin, one.destination]
            if not there or there[-1].day != one.day:
                there.append(one)
    into: dict[str, list[str]] = defaultdict(list)
    for origin, destination in legs:
        into[destination].append(origin)
    for (last_origin, home), closing in sorted(legs.items()):
        for back in closing:
            yield from _closed(legs, into, last_origin, home, back, paragraph, rule)


def _closed(
    legs: Mapping[tuple[str, str], list[Sent]], into: Mapping[str, list[str]], via: str, home: str, back: Sent, paragraph: str,
    rule: Correlation,
) -> Iterator[Group]:  # fmt: skip
    straight = _latest(legs.get((home, via), ()), back, rule.days)
    if straight is not None:
        yield _circle((straight, back), paragraph, rule, straight=True)
    for third in sorted(into.get(via, ())):
        if third == home:
            continue
        second = _latest(legs[third, via], back, rule.days)
        first = _latest(legs.get((home, third), ()), second, rule.days) if second is not None else None
        if first is not None and second is not None:
            yield _circle((first, second, back), paragraph, rule, straight=False)


def _latest(sent: Sequence[Sent], before: Sent, days: int) -> Sent | None:
    """The last one on an earlier day, not too long before."""
    found = [s for s in sent if 0 < (before.day - s.day).days <= days and s.id != before.id]
    return found[-1] if found else None


def _circle(sent: tuple[Sent, ...], paragraph: str, rule: Correlation, *, straight: bool) -> Group:
    observed = {
        "back-straight": straight,
        "back-through-third": not straight,
        "same-paragraph": paragraph not in (UNKNOWN, "none"),
        "in-order": all(a.day < b.day for a, b in pairwise(sent)),
        "near-in-time": (sent[-1].day - sent[0].day).days <= rule.days,
    }
    return Group(sent, observed, "", paragraph)


def _least(limits: Iterable[Decimal | None]) -> Decimal | None:
    """The least of some limits; None where one of them has none."""
    found = list(limits)
    known = [x for x in found if x is not None]
    return min(known) if known and len(known) == len(found) else None


def _dollars(value: int) -> Decimal:
    return Decimal(value).scaleb(-DECIMALS)
