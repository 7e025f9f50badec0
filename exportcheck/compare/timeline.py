"""The days on which two packs are compared where none was asked for: those on which what differs between them changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from exportcheck.compare.sides import Side, same_packs
from exportcheck.rulepack.codec import law
from exportcheck.rulepack.model import Packs
from exportcheck.rulepack.ruleset import boundaries


def days_that_differ(old: Side, new: Side) -> list[date]:
    """The latest days that both packs know of first, then every day on which a part that is not the same starts or ends."""
    parts = [_differing(old, new), _differing(new, old)]
    days = {day for packs in parts for day in boundaries(packs)}
    latest = latest_days(old.packs, new.packs, parts)
    return [*latest, *sorted(days - set(latest), reverse=True)]


def latest_days(old: Packs, new: Packs, parts: Sequence[Packs]) -> list[date]:
    """The last days to which changes of the law were looked for in the packs of which something differs."""
    groups = [g for p in parts for g in (p.provisions, p.lists.values(), p.parameters.values(), p.tables.values())]
    owners = {one.pack for group in groups for one in group}
    every = [p for packs in (old, new) for p in packs.packs.values()]
    days = {p.current_to for p in every if p.id in owners}
    return sorted(days, reverse=True) or [max(p.current_to for p in every)]


def _differing(side: Side, other: Side) -> Packs:
    """The packs with only those dated parts that the other ones do not have as they are."""
    shared = {id(p) for p in other.packs.provisions}
    same = same_packs(side.packs, other.packs)
    own = [p for p in side.packs.provisions if id(p) not in shared and p.pack not in same]
    ids = {p.id for p in own}
    known = {other.said(p) for p in other.packs.provisions if p.id in ids}
    packs, others = side.packs, other.packs
    return replace(
        packs,
        provisions=tuple(p for p in own if side.said(p) not in known),
        lists=dict(_unlike(packs.lists, others.lists, same)),
        parameters=dict(_unlike(packs.parameters, others.parameters, same)),
        tables=dict(_unlike(packs.tables, others.tables, same)),
    )


def _unlike(ours: Any, theirs: Any, same: frozenset[str]) -> Iterator[tuple[str, Any]]:
    for id_, part in ours.items():
        other = theirs.get(id_)
        if part.pack not in same and other is not part and (other is None or law(other) != law(part)):
            yield id_, part
