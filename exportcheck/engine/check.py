"""Checking transactions: the engine that the command line and other programs call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from exportcheck import __version__
from exportcheck.condition.evaluate import Compiler
from exportcheck.engine.caps import capped, out_of_date
from exportcheck.engine.conclude import conclusion_layer_name
from exportcheck.engine.conflicts import in_conflict
from exportcheck.engine.decide import Decision, decide
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.result import PackStamp, Result, Verdict
from exportcheck.errors import InputError, Problem, did_you_mean
from exportcheck.rulepack.model import Pack, Packs
from exportcheck.rulepack.ruleset import Ruleset, boundaries
from exportcheck.transaction.model import Entity, Transaction

WORST: Sequence[Verdict] = ("fail", "needs-review", "pass", "not-subject")
"""From the worst verdict on."""


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The worst of some verdicts; of none, needs-review, since nothing decided."""
    return next((v for v in WORST if v in verdicts), "needs-review")


class Engine:
    """Packs ready to check transactions. It holds no state of a transaction; the law of each day is made once and kept."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self.compiler = Compiler(packs.vocabulary)
        self._boundaries: list[date] | None = None
        self._rules: dict[date, Ruleset] = {}

    @property
    def boundaries(self) -> list[date]:
        """The days on which some part of the law changes, in order."""
        if self._boundaries is None:
            self._boundaries = boundaries(self.packs)
        return self._boundaries

    def rules(self, day: date) -> Ruleset:
        """The law of a day. Days between two changes share one."""
        from bisect import bisect_right

        n = bisect_right(self.boundaries, day)
        start = self.boundaries[n - 1] if n else date.min
        found = self._rules.get(start)
        if found is None:
            found = self._rules[start] = Ruleset(self.packs, start, self.compiler)
        return found

    def date_of(self, transaction: Transaction, as_of: date | None) -> date:
        """The day whose law applies: as asked, else the day of the transfer. Raises `InputError` if neither is given."""
        day = as_of or transaction.transfer_date
        if day is None:
            hint = "state transfer_date, or give --as-of"
            raise InputError(Problem(transaction.root.span, "no date: which day's law applies is not said", hint))
        return day

    def chosen(self, names: Sequence[str] | None) -> list[Pack]:
        """The packs that compose the verdict: those named, else the binding ones. Raises `InputError` for an unknown name."""
        if names is None:
            return [p for p in self.packs.packs.values() if p.force == "binding"]
        found = []
        for name in names:
            if name not in self.packs.packs:
                from exportcheck.errors import Span

                raise InputError(Problem(Span("--packs"), f'no pack "{name}"', did_you_mean(name, self.packs.packs)))
            found.append(self.packs.packs[name])
        return found

    @cached_property
    def beside(self) -> list[Pack]:
        """The packs that list items and do not bind: the regimes. One that only correlates lists has nothing to say of a line."""
        listing = {p.pack for p in self.packs.provisions if p.kind == "listing"}
        return [p for p in self.packs.packs.values() if p.force == "reference" and p.id in listing]

    def evaluate(self, transaction: Transaction, day: date) -> Evaluation:
        """The outcomes of a transaction under the law of a day, decided as they are asked for."""
        return Evaluation(transaction, self.rules(day))

    def decide(
        self, evaluation: Evaluation, item: Entity, packs: Sequence[Pack], day: date, *, quick: bool = False
    ) -> list[tuple[Decision, Verdict]]:
        """Each pack's decision on a line, and the verdict after what caps it (stale law, conflicts)."""
        return [(d, capped(evaluation, d, day)) for d in (decide(evaluation, p, item, quick=quick) for p in packs)]

    def line_verdict(self, evaluation: Evaluation, item: Entity, decisions: Sequence[tuple[Decision, Verdict]]) -> Verdict:
        """The worst of the packs; a line that nothing reaches passes, one whose facts contradict each other does not."""
        found = worst([v for _, v in decisions])
        if found in ("pass", "not-subject"):
            return "needs-review" if in_conflict(evaluation, item) else "pass"
        return found

    def stamps(self, day: date) -> tuple[PackStamp, ...]:
        return tuple(
            PackStamp(p.id, p.title, p.digest, p.current_to, bool(out_of_date(p, day)), p.layers)
            for p in self.packs.packs.values()
        )

    def check(
        self, transaction: Transaction, as_of: date | None = None, packs: Sequence[str] | None = None, explain: bool = True
    ) -> Result:
        """The answer on one transaction. With `explain`, also outcomes, questions, changes, openings, next date and reasons.

        Raises `InputError` if no date is given or a pack is not known.
        """
        from exportcheck.engine.answer import answer_line
        from exportcheck.engine.basis import rests_on, route_of

        day = self.date_of(transaction, as_of)
        chosen = self.chosen(packs)
        evaluation = self.evaluate(transaction, day)
        beside = self.beside if packs is None else []
        lines = tuple(answer_line(self, evaluation, item, chosen, day, beside, explain=explain) for item in transaction.items)
        return Result(
            transaction=transaction.id,
            file=transaction.file,
            as_of=day,
            route=route_of(transaction),
            verdict=worst([x.verdict for x in lines]),
            lines=lines,
            packs=tuple(s for s in self.stamps(day) if packs is None or s.pack in packs),
            rests_on=rests_on(transaction, self.packs),
            conclusion_layer=conclusion_layer_name(),
            engine=__version__,
            options={
                **({"as_of": as_of.isoformat()} if as_of else {}),
                **({"packs": ",".join(packs)} if packs is not None else {}),
            },
        )
