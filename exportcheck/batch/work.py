"""Deciding the slices of a run that are not finished, and finishing each: in this process, or shared among several."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
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
    from exportcheck.intake.model import Group

Tell = Callable[[Counts], None]
"""Called with the counts of every slice that was finished."""


def work(plan: Plan, packs: Packs, source: Source, done: Collection[int], tell: Tell, share: tuple[int, int] = (0, 1)) -> None:
    """Decide and finish every slice that is not done. With the share (n, m) only every m-th slice, from the n-th on.

    Raises InputError where the rest of the input cannot be read, OSError where a slice cannot be written.
    """
    checkpoints = Checkpoints(plan.out)
    decider: Decider | None = None
    number, of = share
    with _collected_by_slice() as collect:
        for at, groups, last in numbered(source, plan.size):
            if at in done or at % of != number:
                continue
            decider = decider or Decider(packs, plan)
            tell(_finished(plan, source, checkpoints, decider, at, groups, last=last))
            collect()


def _finished(
    plan: Plan, source: Source, checkpoints: Checkpoints, decider: Decider, at: int, groups: Sequence[Group], *, last: bool
) -> Counts:
    """Decide a slice and put it on the disk, its counts last."""
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
    return decided.counts


@contextmanager
def _collected_by_slice() -> Iterator[Callable[[], None]]:
    """Without the collector of cycles, which would look through all transactions again and again; to be called after each slice.

    What is left after a slice stays for the run, so it is not looked through again.
    """
    enabled = gc.isenabled()
    gc.disable()

    def collect() -> None:
        gc.collect()
        gc.freeze()

    try:
        yield collect
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()
