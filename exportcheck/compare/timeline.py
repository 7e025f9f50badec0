"""The days on which two packs are compared where none was asked for: those on which what differs between them changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from exportcheck.rulepack.codec import law
from exportcheck.rulepack.model import Packs
from exportcheck.rulepack.ruleset import boundaries


def days_that_differ(old: Packs, new: Packs) -> list[date]:
    """The latest days that both packs know of first, then every day on which a part that is not the same starts or ends."""
    parts = [_differing(old, new), _differing(new, old)]
    days = {day for packs in parts for day in boundaries(packs)}
    latest = latest_days(old, new, parts)
    return [*latest, *sorted(days - set(latest), reverse=True)]


def latest_days(old: Packs, new: Packs, parts: Sequence[Packs]) -> list[date]:
    """The last days to which changes of the law were looked for in the packs of which something differs."""
    groups = [g for p in parts for g in (p.provisions, p.lists.values(), p.parameters.values(), p.tables.values())]
    owners = {one.pack for group in groups for one in group}
    every = [p for packs in (old, new) for p in packs.packs.values()]
    days = {p.current_to for p in every if p.id in owners}
    return sorted(days, reverse=True) or [max(p.current_to for p in every)]


def _differing(packs: Packs, other: Packs) -> Packs:
    """The packs with only those dated parts that the other ones do not have as they are."""
    known = {_key(p) for p in other.provisions}
    return replace(
        packs,
        provisions=tuple(p for p in packs.provisions if _key(p) not in known),
        lists=dict(_unlike(packs.lists, other.lists)),
        parameters=dict(_unlike(packs.parameters, other.parameters)),
        tables=dict(_unlike(packs.tables, other.tables)),
    )


def _unlike(ours: Any, theirs: Any) -> Iterator[tuple[str, Any]]:
    for id_, part in ours.items():
        other = theirs.get(id_)
        if other is not part and (other is None or law(other) != law(part)):
            yield id_, part


def _key(part: Any) -> str:
    return repr(law(part))
