"""The slices of an input, by number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exportcheck.intake import Source
    from exportcheck.intake.model import Group


def numbered(source: Source, size: int) -> Iterator[tuple[int, list[Group], bool]]:
    """The slices of the input: number, groups, and whether it is the last. Of an empty input one empty slice.

    A slice may be emptied by whoever takes it. Only one group is read ahead.
    """
    groups = source.groups()
    number, ahead = 0, list(islice(groups, 1))
    while True:
        now = [*ahead, *islice(groups, size - len(ahead))]
        ahead = list(islice(groups, 1))
        yield number, now, not ahead
        if not ahead:
            return
        number += 1
