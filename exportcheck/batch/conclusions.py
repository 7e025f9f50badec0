"""The program of a pack over many lines: each literal is an array, each rule one step. It is held to the conclusion layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from exportcheck.batch.columns import FALSE, TRUE, Flags, Index, Truths
from exportcheck.engine.conclude import ConclusionError, HornRule, Program, fails, holds
from exportcheck.engine.program import PackProgram

SIGNATURES = 10_000
"""Distinct signatures of a run that the conclusion layer concludes too, unless said otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Concluded:
    """What follows on each line: by literal, the lines on which it holds. A literal that is not here holds on none."""

    size: int
    literals: Mapping[str, Flags]

    def __getitem__(self, literal: str) -> Flags:
        found = self.literals.get(literal)
        return found if found is not None else np.zeros(self.size, np.bool_)

    def true(self, conclusion: str) -> Flags:
        return self[holds(conclusion)]

    def false(self, conclusion: str) -> Flags:
        return self[fails(conclusion)]


@dataclass(slots=True)
class Check:
    """How many signatures the conclusion layer has concluded, out of `most`, and which."""

    most: int = SIGNATURES
    count: int = 0
    _done: dict[int, set[bytes]] = field(default_factory=dict)
    _orders: dict[int, tuple[Program, tuple[HornRule, ...]]] = field(default_factory=dict)

    def known(self, program: Program) -> set[bytes]:
        """The signatures that were concluded under a program."""
        return self._done.setdefault(id(program), set())

    def ordered(self, program: Program) -> tuple[HornRule, ...]:
        found = self._orders.get(id(program))
        if found is None:
            found = self._orders[id(program)] = (program, ordered(program))  # kept, so that its id stays its own
        return found[1]


def conclude(program: PackProgram, inputs: Mapping[str, Truths], size: int, check: Check) -> Concluded:
    """Everything that follows from the inputs. Raises `ConclusionError` where the conclusion layer has it otherwise."""
    read = program.program.read
    facts: dict[str, Flags] = {}
    for name, truths in inputs.items():
        for literal, number in ((holds(name), TRUE), (fails(name), FALSE)):
            if literal in read:
                facts[literal] = truths == number
    literals = dict(facts)
    for rule in check.ordered(program.program):
        if any(premise not in literals for premise in rule.body):
            continue
        value = literals[rule.body[0]]
        for premise in rule.body[1:]:
            value = value & literals[premise]
        known = literals.get(rule.head)
        literals[rule.head] = value if known is None else known | value
    concluded = Concluded(size, literals)
    if size:
        _held_to(program, facts, concluded, check)
    return concluded


def ordered(program: Program) -> tuple[HornRule, ...]:
    """The rules in an order in which every premise is concluded before it is read."""
    left = Counter(rule.head for rule in program.rules)
    waiting, result = list(program.rules), list[HornRule]()
    while waiting:
        ready = [r for r in waiting if not any(left[premise] for premise in r.body)]
        if not ready:
            raise ConclusionError(f"rules that wait for each other: {', '.join(map(str, waiting[:3]))}")
        result += ready
        left.subtract(r.head for r in ready)
        chosen = {id(r) for r in ready}
        waiting = [r for r in waiting if id(r) not in chosen]
    return tuple(result)


def signatures(facts: Mapping[str, Flags], size: int) -> tuple[Index, list[bytes]]:
    """The first line of each distinct set of facts, and that set as bytes."""
    if not facts:
        return np.zeros(1, np.int64), [b""]
    bits = np.packbits(np.stack(list(facts.values()), axis=1), axis=1)
    keys = np.ascontiguousarray(bits).view(np.dtype((np.void, bits.shape[1]))).reshape(size)
    distinct, first = np.unique(keys, return_index=True)
    return first.astype(np.int64), [k.tobytes() for k in distinct]


def _held_to(program: PackProgram, facts: Mapping[str, Flags], concluded: Concluded, check: Check) -> None:
    if check.count >= check.most:
        return
    known = check.known(program.program)
    rows, keys = signatures(facts, concluded.size)
    fresh = [(row, key) for row, key in zip(rows.tolist(), keys, strict=True) if key not in known]
    fresh = fresh[: check.most - check.count]
    if not fresh:
        return
    names = list(concluded.literals)
    table = np.stack(list(concluded.literals.values()), axis=1)[[row for row, _ in fresh]]
    given = frozenset(facts)
    for (row, key), holding in zip(fresh, table, strict=True):
        here = frozenset(names[n] for n in np.flatnonzero(holding).tolist())
        wanted = program.memo.conclude(here & given).literals
        if wanted != here:
            apart = ", ".join(sorted(wanted ^ here)[:5])
            raise ConclusionError(
                f"columns and {program.memo.name} conclude differently under {program.pack}, row {row}: {apart}"
            )
        known.add(key)
        check.count += 1
