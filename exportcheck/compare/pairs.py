"""One transaction under both sides: outcomes and verdicts of each, decided as they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from exportcheck.compare.model import Direction
from exportcheck.engine.check import Engine, worst
from exportcheck.engine.decide import Decision
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.result import FailKind, Verdict
from exportcheck.rulepack.model import Pack
from exportcheck.transaction.model import Transaction

Answer = tuple[Verdict, FailKind | None]


class Half:
    """A transaction under one side's law of a day."""

    def __init__(self, engine: Engine, transaction: Transaction, day: date) -> None:
        self.engine = engine
        self.transaction = transaction
        self.day = day
        self._decisions: dict[str, list[tuple[Decision, Verdict]]] = {}

    @cached_property
    def evaluation(self) -> Evaluation:
        return self.engine.evaluate(self.transaction, self.day)

    def decisions(self, pack: str) -> list[tuple[Decision, Verdict]]:
        """A pack's decision on each line, with its verdict after what caps it."""
        found = self._decisions.get(pack)
        if found is None:
            chosen = [self.engine.packs.packs[pack]] if pack in self.engine.packs.packs else []
            found = [
                d for item in self.transaction.items
                for d in self.engine.decide(self.evaluation, item, chosen, self.day, quick=True)
            ]  # fmt: skip
            self._decisions[pack] = found
        return found

    def answer(self, packs: Sequence[str], conflicts: bool = True) -> Answer:
        """The verdict of the transaction under these packs, and how it fails. A pack that this side lacks says nothing.

        Without `conflicts` it is not looked at whether facts contradict each other, which takes half the time.
        """
        verdicts: list[Verdict] = []
        fails: list[FailKind] = []
        decided = [self.decisions(p) for p in packs if p in self.engine.packs.packs]
        for n, item in enumerate(self.transaction.items):
            line = [d[n] for d in decided]
            if not line:
                verdicts.append("not-subject")
                continue
            found = worst([v for _, v in line])
            verdicts.append(self.engine.line_verdict(self.evaluation, item, line) if conflicts else found)
            fails += [d.fail for d, v in line if v == "fail" and d.fail is not None]
        verdict = worst(verdicts)
        if verdict != "fail":
            return verdict, None
        order: tuple[FailKind, ...] = ("prohibited", "license-required", "curable")
        return verdict, next((f for f in order if f in fails), None)

    def conflicting(self, provision: str) -> tuple[bool, ...]:
        """On which lines a conflict provision holds for certain."""
        found = self.evaluation.rules.provisions.get(provision)
        if found is None:
            return tuple(False for _ in self.transaction.items)
        return tuple(self.evaluation.on_line(found, item) is True for item in self.transaction.items)

    def gives(self, packs: Sequence[str], wanted: Answer) -> bool:
        """Is this the answer? What settles that it is not is looked at first."""
        clear = wanted[0] in ("pass", "not-subject")
        for pack in packs if clear else packs[:1]:
            verdicts = {v for _, v in self.decisions(pack)} if pack in self.engine.packs.packs else set()
            if clear and not verdicts <= {"pass", "not-subject"}:
                return False
            if wanted[0] == "fail" and len(packs) == 1 and "fail" not in verdicts:
                return False
        return self.answer(packs) == wanted


class Pair:
    """A transaction under the old law and under the new. `whole` is the new side where `new` is only one change of it.

    `conflicts` are the conflict provisions that the change can reach (None: any): all others hold by both sides or by neither.
    """

    def __init__(self, old: Half, new: Half, whole: Half | None = None, conflicts: Sequence[str] | None = None) -> None:
        self.conflicts = conflicts
        self.old = old
        self.new = new
        self.whole = whole or new
        self.transaction = new.transaction

    def answers(self, packs: Sequence[str]) -> tuple[Answer, Answer]:
        return self.old.answer(packs), self.new.answer(packs)

    def direction(self, packs: Sequence[str]) -> Direction | None:
        """What becomes of the verdict by the change alone, where it does so by all changes together too."""
        known = self.conflicts is not None
        if known and direction_of(self.old.answer(packs, False), self.new.answer(packs, False)) is None and self._agree():
            return None
        found = direction_of(*self.answers(packs))
        if found is None or self.whole is self.new:
            return found
        return found if direction_of(self.old.answer(packs), self.whole.answer(packs)) == found else None

    def _agree(self) -> bool:
        """Do the conflict provisions that the change reaches hold on the same lines?"""
        return all(self.old.conflicting(c) == self.new.conflicting(c) for c in self.conflicts or ())

    def gives(self, packs: Sequence[str], wanted: Sequence[Answer]) -> bool:
        """Are these the answers of the old side, of the change alone, and of the new side?"""
        halves = (self.old, self.new) if self.whole is self.new else (self.old, self.new, self.whole)
        return all(half.gives(packs, answer) for half, answer in zip(halves, wanted, strict=False))

    def all_answers(self, packs: Sequence[str]) -> tuple[Answer, Answer, Answer]:
        return self.old.answer(packs), self.new.answer(packs), self.whole.answer(packs)


class Pairing:
    """Makes pairs for two engines and two days, and counts them. `alone`: the old law with one change made, and its day."""

    def __init__(
        self,
        old: Engine,
        new: Engine,
        old_day: date,
        new_day: date,
        alone: tuple[Engine, date] | None = None,
        conflicts: Sequence[str] | None = None,
    ) -> None:
        self.conflicts = conflicts
        self.old, self.new = old, new
        self.old_day, self.new_day = old_day, new_day
        self.alone = alone if alone is not None and alone[0] is not new else None
        self.made = 0

    def __call__(self, transaction: Transaction) -> Pair:
        self.made += 1
        old, new = Half(self.old, transaction, self.old_day), Half(self.new, transaction, self.new_day)
        if self.alone is None:
            return Pair(old, new, conflicts=self.conflicts)
        return Pair(old, Half(self.alone[0], transaction, self.alone[1]), new, conflicts=self.conflicts)

    def binding(self) -> tuple[str, ...]:
        packs: Iterable[Pack] = (*self.new.packs.packs.values(), *self.old.packs.packs.values())
        return tuple(dict.fromkeys(p.id for p in packs if p.force == "binding"))


def direction_of(old: Answer, new: Answer) -> Direction | None:
    """What becomes of a transaction: stricter where a pass becomes a fail, and so on. None: the same verdict.

    A definite verdict stays whatever more is stated, so stricter and looser hold for transactions with nothing left unstated;
    asks more and asks less are about what is not stated.
    """
    was, now = _plain(old[0]), _plain(new[0])
    if was == now:
        return "fails otherwise" if was == "fail" and old[1] != new[1] else None
    if now == "needs-review":
        return "asks more"
    if was == "needs-review":
        return "asks less"
    return "looser" if now == "pass" else "stricter"


def _plain(verdict: Verdict) -> Verdict:
    return "pass" if verdict == "not-subject" else verdict
