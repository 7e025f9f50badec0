"""Deciding the slices of a run that are not finished, and finishing each: in this process, or shared among several."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from exportcheck.batch.checkpoints import Checkpoints
from exportcheck.batch.counts import Counts
from exportcheck.batch.filling import read_totals
from exportcheck.batch.formats import format_of
from exportcheck.batch.notes import write_notes
from exportcheck.batch.numbered import numbered
from exportcheck.batch.plan import Plan
from exportcheck.batch.slices import Decider
from exportcheck.batch.writing import whole
from exportcheck.rulepack.model import Packs

if TYPE_CHECKING:
    from exportcheck.intake import Source

Tell = Callable[[Counts], None]
"""Called with the counts of every slice that was finished."""


def work(plan: Plan, packs: Packs, source: Source, done: Collection[int], tell: Tell, share: tuple[int, int] = (0, 1)) -> None:
    """Decide and finish every slice that is not done. With the share (n, m) only every m-th slice, from the n-th on.

    Raises InputError where the rest of the input cannot be read, OSError where a slice cannot be written.
    """
    checkpoints = Checkpoints(plan.out)
    decider: Decider | None = None
    number, of = share
    for at, groups, last in numbered(source, plan.size):
        if at in done or at % of != number:
            continue
        decider = decider or Decider(packs, plan)
        totals = read_totals(checkpoints.part(at, "totals")) if plan.aggregate else None
        decided = decider([source.take(group) for group in groups], totals, noting=not plan.aggregate)
        if not plan.aggregate:
            with whole(checkpoints.part(at, "notes")) as file:
                write_notes(decided.notes, file)
        with whole(checkpoints.part(at, "rows")) as file:
            format_of(plan.out, decider.packs).part(decided.rows, file)
        if plan.explain:
            with whole(checkpoints.part(at, "explain")) as file:
                file.writelines(decided.receipts)
        checkpoints.finish(at, decided.counts, last=last)
        tell(decided.counts)
