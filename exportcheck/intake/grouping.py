"""Rows to groups: adjacent rows with the same key are one transaction."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final

from exportcheck.errors import Problem, Span
from exportcheck.intake.model import Group, Row
from exportcheck.intake.plan import Plan

MOST_LINES: Final = 10_000
"""No transaction may have more lines than this."""
_RECENT: Final = 200_000
_PIECE: Final = 50_000


class SeenKeys:
    """Which keys were there already, in 8 bytes a key: by a hash of 64 bits.

    Among ten million keys two different ones meet with a probability of three in a million; the later is then an error row, so no
    transaction is ever decided wrongly for it.
    """

    def __init__(self) -> None:
        self._recent: set[int] = set()
        self._runs: list[array[int]] = []

    def add(self, key: str) -> bool:
        """Note a key, and say whether it was there before."""
        number = int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        if number in self._recent:
            return True
        for run in self._runs:
            at = bisect_left(run, number)
            if at < len(run) and run[at] == number:
                return True
        self._recent.add(number)
        if len(self._recent) >= _RECENT:
            self._settle()
        return False

    def _settle(self) -> None:
        """Put the recent ones into a sorted run, and runs of like size together."""
        run = array("Q", sorted(self._recent))
        self._recent.clear()
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = _merged(self._runs.pop(), run)
        self._runs.append(run)


def _merged(one: array[int], other: array[int]) -> array[int]:
    """Two sorted runs as one; piece by piece, so that no list of all their numbers comes to be."""
    result = array("Q")
    at = 0
    for start in range(0, len(other), _PIECE):
        piece = other[start : start + _PIECE]
        upto = bisect_left(one, piece[-1], at)
        result.extend(array("Q", sorted(one[at:upto].tolist() + piece.tolist())))
        at = upto
    result.extend(one[at:])
    return result


def grouped(rows: Iterable[Row], plan: Plan) -> Iterator[Group]:
    """The groups of a table in its order. Rows without a key, and rows whose key was there before, are groups with problems."""
    seen = SeenKeys()
    if not plan.keys:
        for row in rows:
            yield _alone(row, plan, seen)
        return
    waiting: list[Row] = []
    held: list[Row] = []
    current: tuple[str, ...] | None = None
    too_long = False
    for row in rows:
        key = tuple(row.cells[at].strip() if at < len(row.cells) else "" for at in plan.keys)
        if row.problems and not any(key) and waiting:
            held.append(row)  # between two lines of one transaction it is a line of it, and the others are not all
            continue
        if key == current and any(key):
            waiting += [*held, row]
            held.clear()
            if len(waiting) > MOST_LINES:
                too_long = True
                yield _too_long(waiting, plan)
                waiting.clear()
            continue
        if waiting:
            yield _too_long(waiting, plan) if too_long else _group(waiting, plan)
        yield from (_nameless(bad, plan) for bad in held)
        waiting, held, current, too_long = [], [], None, False
        if not any(key):
            yield _nameless(row, plan)
        elif seen.add("\0".join(key)):
            yield _again(row, plan)
        else:
            waiting, current = [row], key
    if waiting:
        yield _too_long(waiting, plan) if too_long else _group(waiting, plan)
    yield from (_nameless(bad, plan) for bad in held)


def _name(row: Row, plan: Plan) -> str:
    at = (plan.id.position,) if plan.id is not None else plan.keys
    return "/".join(row.cells[n].strip() for n in at if n < len(row.cells))


def _group(rows: list[Row], plan: Plan) -> Group:
    return Group(tuple(rows), _name(rows[0], plan))


def _alone(row: Row, plan: Plan, seen: SeenKeys) -> Group:
    if plan.id is not None:
        name = _name(row, plan)
        if name and seen.add(name):
            return _again(row, plan)
    return Group((row,), _name(row, plan))


def _span(row: Row, plan: Plan) -> Span:
    at = plan.id.position if plan.id is not None else plan.keys[0] if plan.keys else 0
    return Span(plan.file, row.number, at + 1)


def _nameless(row: Row, plan: Plan) -> Group:
    if row.problems:
        return Group((row,))
    problem = Problem(_span(row, plan), "the row does not say which transaction it belongs to", "every row needs the id")
    return Group((row,), problems=(problem,))


def _again(row: Row, plan: Plan) -> Group:
    name = _name(row, plan)
    hint = "the lines of a transaction stand beneath each other: sort the file by it"
    problem = Problem(_span(row, plan), f'"{name[:60]}" was there before, with other rows between', hint)
    return Group((row,), name, problems=(problem,))


def _too_long(rows: list[Row], plan: Plan) -> Group:
    hint = "check that the right column is the id"
    problem = Problem(_span(rows[0], plan), f'more than {MOST_LINES:,} rows have the id "{_name(rows[0], plan)[:60]}"', hint)
    return Group(tuple(rows), _name(rows[0], plan), problems=(problem,))
