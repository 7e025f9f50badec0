"""What lines that need review lack: asked of the evaluator for one of each kind of line, and kept over a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from exportcheck.batch.asked import NOTHING, Asked, asked, asked_by
from exportcheck.batch.columns import Flags
from exportcheck.batch.likeness import Likeness
from exportcheck.batch.outcomes import ITEM, Outcomes
from exportcheck.engine.check import Engine
from exportcheck.engine.evaluate import Evaluation
from exportcheck.transaction.model import Transaction

MOST_KEPT = 500_000
"""Answers that are kept; past that all are forgotten."""


@dataclass(slots=True)
class Missing:
    """Asks for what is missing. `asked` counts how often the evaluator was asked."""

    engine: Engine
    names: Sequence[str] | None = None
    asked: int = 0
    likeness: Likeness = field(init=False)
    _known: dict[bytes, Asked] = field(init=False, default_factory=dict)
    _laws: dict[int, object] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.likeness = Likeness(self.engine.packs)

    def of(
        self, outcomes: Outcomes, days: Sequence[date], wanting: Flags, reviewed: Sequence[Flags], conflicts: Flags
    ) -> dict[int, Asked]:
        """By row of the items: what is asked of those that are wanted.

        `reviewed` says of every pack on which of them it needs review, `conflicts` on which facts contradict each other: only
        about those the evaluator is asked.
        """
        rows = np.flatnonzero(wanting).tolist()
        if not rows:
            return {}
        self._laws.setdefault(id(outcomes.law), outcomes.law)  # kept, so that its id stays its own
        packs = self.engine.chosen(self.names)
        level = outcomes.slice.levels[ITEM]
        transactions = np.zeros(len(days), np.bool_)
        transactions[level.root[rows]] = True
        numbers = self.likeness.lines(outcomes, days, packs, transactions)
        found: dict[int, Asked] = {}
        evaluation: tuple[int, Evaluation] | None = None
        for row in rows:
            key = numbers[row].tobytes()
            known = self._known.get(key)
            if known is None:
                root = int(level.root[row])
                transaction = outcomes.slice.transactions[root]
                if evaluation is None or evaluation[0] != root:
                    evaluation = (root, self.engine.evaluate(transaction, days[root]))
                item, some = level.entities[row], [p for p, needs in zip(packs, reviewed, strict=True) if needs[row]]
                decisions = self.engine.decide(evaluation[1], item, some, days[root], quick=True)
                known = asked_by(self.engine, evaluation[1], item, decisions, days[root], conflicts=bool(conflicts[row]))
                self.asked += 1
                if len(self._known) >= MOST_KEPT:
                    self._known.clear()
                self._known[key] = known
            found[row] = known
        return found

    def one(self, transaction: Transaction, day: date) -> list[Asked]:
        """Of every line of a transaction, by the evaluator."""
        evaluation, packs = self.engine.evaluate(transaction, day), self.engine.chosen(self.names)
        return [asked(self.engine, evaluation, item, packs, day) for item in transaction.items]


__all__ = ["NOTHING", "Asked", "Missing"]
