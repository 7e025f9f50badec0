"""Several processes that share the slices of a run. Each reads the input for itself; what they write is told apart by slice."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from exportcheck.batch.counts import Counts
from exportcheck.batch.plan import Plan
from exportcheck.batch.work import Tell, work
from exportcheck.errors import InputError


def work_shared(plan: Plan, done: Collection[int], tell: Tell) -> None:
    """As `batch.work.work`, by `plan.jobs` processes. Raises what any of them raised; the others are stopped then."""
    context = get_context("spawn")  # this process has threads, which a fork would lose
    processes, ends = [], []
    try:
        for number in range(plan.jobs):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_worker, args=(plan, frozenset(done), number, there), daemon=True)
            process.start()
            there.close()
            processes.append(process)
            ends.append(here)
        while ends:
            for end in wait(ends):
                assert isinstance(end, Connection)
                if not _hear(end, tell):
                    ends.remove(end)
    finally:
        for process in processes:
            if ends:
                process.terminate()
            process.join()


def _hear(end: Connection, tell: Tell) -> bool:
    """Hear what a process says; False when it has ended as it should."""
    try:
        kind, said = end.recv()
    except EOFError:
        raise RuntimeError("a process ended before its work was done; start the same again to go on with it") from None
    if kind == "end":
        return False
    if kind == "slice":
        tell(Counts.of(said))
        return True
    if kind == "input":
        raise InputError(said)
    raise said


def _worker(plan: Plan, done: frozenset[int], number: int, end: Connection) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def say(kind: str, what: Any = None) -> None:
        end.send((kind, what))

    try:
        packs = plan.load()
        work(plan, packs, plan.open(packs), done, lambda counts: say("slice", counts.plain()), (number, plan.jobs))
        say("end")
    except InputError as error:
        say("input", error.problems)
    except OSError as error:
        say("other", OSError(*error.args))
    except Exception as error:
        import traceback

        say("other", RuntimeError("".join(traceback.format_exception(error))))
    finally:
        end.close()


def _end_with_parent() -> None:
    """A process whose parent was killed must not go on writing: another run may take its place."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
