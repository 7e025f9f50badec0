"""A run from a file of order lines to a file of verdicts: slice by slice, resumable, and whole or not there at all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from exportcheck.batch.checkpoints import Checkpoints
from exportcheck.batch.correlation import Rules
from exportcheck.batch.counts import Counts
from exportcheck.batch.declared import Kind
from exportcheck.batch.filling import prepare
from exportcheck.batch.formats import format_of
from exportcheck.batch.lock import Lock
from exportcheck.batch.notices import find_notices, said
from exportcheck.batch.plan import Plan, manifest
from exportcheck.batch.slices import Decider
from exportcheck.batch.work import work
from exportcheck.batch.writing import whole
from exportcheck.engine.check import Engine
from exportcheck.errors import InputError, Problem, Span
from exportcheck.rulepack.model import Packs

if TYPE_CHECKING:
    from exportcheck.intake import Source


class CountError(RuntimeError):
    """Lines were lost or made up. A defect of the program; nothing stands under the final name then."""


class Watch(Protocol):
    def advance(self, lines: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a run. `resumed` slices were finished by an earlier run; `files` were written, the output last; `notices`
    is a line of the summary, or empty."""

    counts: Counts
    resumed: int
    files: tuple[Path, ...]
    notices: str = ""


def run(plan: Plan, packs: Packs, source: Source, watch: Watch) -> Finished:
    """Decide every line of the input and write the output.

    Raises InputError where the input cannot be read, where nothing can be written, or where an unfinished run of something else
    is there; then there is nothing new under the name of the output, and what is finished is kept beside it.
    """
    names = tuple(pack.id for pack in Engine(packs).chosen(plan.names))
    format_of(plan.out, names)
    checkpoints = Checkpoints(plan.out)
    stated = _stamp(plan.source)
    try:
        with Lock(checkpoints.folder, str(plan.out)):
            checkpoints.begin(manifest(plan, packs, source), restart=plan.restart)
            try:
                done = checkpoints.done()
                for number in done:
                    watch.advance(checkpoints.counts(number)[0].taken)
                if plan.aggregate:
                    prepare(plan, Decider(packs, plan), source, checkpoints)
                _work(plan, packs, source, done, watch)
                if _stamp(plan.source) != stated:
                    changed = "the file was changed while it was read"
                    raise InputError(Problem(Span(str(plan.source)), changed, "run again with --restart"))
                finished = _join(plan, packs, names, checkpoints, len(done))
            except InputError:
                if not checkpoints.done():
                    checkpoints.remove()
                raise
            checkpoints.remove()
        checkpoints.remove_after()
    except OSError as error:
        where = str(plan.out.parent) if not plan.out.parent.is_dir() else str(plan.out)
        failed = f"cannot be written: {error.strerror or error}"
        hint = f"what is finished is kept in {checkpoints.folder.name}: make room, then run the same again to go on with it"
        raise InputError(Problem(Span(where), failed, hint if checkpoints.folder.is_dir() else "")) from None
    return finished


def _work(plan: Plan, packs: Packs, source: Source, done: set[int], watch: Watch) -> None:
    if plan.spark:
        from exportcheck.spark.slices import work_on_spark

        work_on_spark(plan, packs, source, done, lambda counts: watch.advance(counts.taken))
    elif plan.jobs > 1:
        from exportcheck.batch.processes import work_shared

        work_shared(plan, done, lambda counts: watch.advance(counts.taken))
    else:
        work(plan, packs, source, done, lambda counts: watch.advance(counts.taken))


def _join(plan: Plan, packs: Packs, names: Sequence[str], checkpoints: Checkpoints, resumed: int) -> Finished:
    """Join the slices. Raises CountError unless each line that came in is a row of the output."""
    numbers, counts = _all(checkpoints)
    files = []
    noticed: Counter[Kind] = Counter()
    with whole(plan.notices_path, checkpoints.folder, unless_empty=True) as file:
        for kind, line in find_notices(checkpoints.parts(numbers, "notes"), packs, Rules()):
            noticed[kind] += 1
            file.write(line)
    if noticed:
        files.append(plan.notices_path)
    if plan.explain:
        with whole(plan.explain_path, checkpoints.folder) as file:
            for part in checkpoints.parts(numbers, "explain"):
                file.write(part.read_bytes())
        files.append(plan.explain_path)
    with whole(plan.out, checkpoints.folder) as file:
        rows = format_of(plan.out, names).join(checkpoints.parts(numbers, "rows"), file)
        if not rows == counts.written == counts.taken:
            raise CountError(f"{counts.taken} lines came in, {counts.written} were decided or in error, {rows} written")
    return Finished(counts, resumed, (*files, plan.out), said(noticed, plan.notices_path))


def _all(checkpoints: Checkpoints) -> tuple[list[int], Counts]:
    """The numbers of all slices, in order, and what they hold together."""
    numbers, total = sorted(checkpoints.done()), Counts()
    if numbers != list(range(len(numbers))):
        raise CountError("a slice is missing")
    for number in numbers:
        counts, last = checkpoints.counts(number)
        total.add(counts)
        if last != (number == numbers[-1]):
            raise CountError("the last slice is missing")
    return numbers, total


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (-1, -1)
    return (found.st_size, found.st_mtime_ns)
