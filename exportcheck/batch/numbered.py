"""The slices of an input, by number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exportcheck.intake import Source
    from exportcheck.intake.model import Group


def numbered(source: Source, size: int) -> Iterator[tuple[int, list[Group], bool]]:
    """The slices of the input: number, groups, and whether it is the last. Of an empty input one empty slice."""
    groups = source.groups()
    number, now = 0, list(islice(groups, size))
    while True:
        after = list(islice(groups, size))
        yield number, now, not after
        if not after:
            return
        number, now = number + 1, after
