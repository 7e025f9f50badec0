"""The property to keep: saying less never turns fail or needs-review into pass.

For a transaction free of conflict, with its claims fixed: withholding facts, coarsening a classification, removing a completeness
mark. Tried step by step, in pairs and in larger heaps, over the fixtures, over transactions drawn from the vocabulary, and over
generated packs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pytest

from exportcheck.engine.check import Engine
from exportcheck.engine.conflicts import in_conflict
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.outcomes import outcomes_by_address
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Pack
from exportcheck.transaction.change import REMOVE, replace_fact
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import read_transactions
from tests.engine.agreement import ROOT, fixtures
from tests.engine.generated import draw_transaction, generated
from tests.engine.random_transactions import DAY, Drawer, changed
from tests.engine.weakening import Step, several, steps_of

BAD, GOOD = ("fail", "needs-review"), ("pass", "not-subject")
FIXTURES = sorted(p.name for p in (ROOT / "fixtures").glob("*.yaml"))
BLOCKS = 5
KINDS = ("withhold", "coarsen", "mark", "member", "judgement", "of several at once")


@dataclass
class Tried:
    """What was tried, by kind of step."""

    steps: Counter[str] = field(default_factory=Counter)
    transactions: int = 0
    from_bad: int = 0

    def __str__(self) -> str:
        kinds = ", ".join(f"{self.steps[kind]:,} {kind}" for kind in KINDS)
        return (
            f"{self.steps.total():,} steps of saying less on {self.transactions:,} transactions ({kinds}); "
            f"{self.from_bad:,} verdicts were fail or needs-review, and none became pass"
        )


@dataclass(frozen=True)
class Before:
    verdicts: Mapping[tuple[str, str], str]
    evaluation: Evaluation


def decided(engine: Engine, transaction: Transaction, packs: Sequence[Pack], day: date) -> Before:
    evaluation = engine.evaluate(transaction, day)
    verdicts = {}
    for item in transaction.items:
        decisions = engine.decide(evaluation, item, packs, day, quick=True)
        verdicts.update({(item.path, d.pack.id): v for d, v in decisions})
        if not in_conflict(evaluation, item):  # a line whose facts contradict each other may pass once one of them is taken back
            verdicts[item.path, "line"] = engine.line_verdict(evaluation, item, decisions)
    return Before(verdicts, evaluation)


def keeps(
    engine: Engine, before: Before, less: Transaction, taken: Sequence[Step], day: date, packs: Sequence[Pack], tried: Tried
) -> None:
    """Saying less turned nothing into a pass, and made no outcome more certain or another one."""
    after = decided(engine, less, packs, day)
    what = "; ".join(f"{s.kind} {s.what}" for s in taken)
    for key, was in before.verdicts.items():
        now = after.verdicts.get(key, "needs-review")
        assert not (was in BAD and now in GOOD), f"{key}: {was} became {now} by: {what}\n{less}"
        tried.from_bad += was in BAD
    known = {(p, o.entity.path, g): o.truth for (p, _, g), o in before.evaluation.outcomes.items()}
    for (provision, _, ground), outcome in after.evaluation.outcomes.items():
        place = (provision, outcome.entity.path, ground)
        if place in known and outcome.truth is not None:
            assert known[place] is outcome.truth, f"{place} was {known[place]}, became {outcome.truth} by: {what}\n{less}"
    tried.steps[taken[0].kind if len(taken) == 1 else "of several at once"] += 1


def try_all(
    engine: Engine, transaction: Transaction, day: date, random: Random, tried: Tried, heaps: int, single: float = 1.0
) -> None:
    """Every single step (or a share of them), and heaps of steps of all sizes, each also one step further."""
    packs = engine.chosen(None)
    transaction, before = without_conflict(engine, transaction, packs, day)
    if before.evaluation.clashes:
        return  # a clause that is settled both ways by more than a range: the property is stated for what is free of conflict
    tried.transactions += 1
    for step in steps_of(transaction):
        if random.random() < single:
            keeps(engine, before, step.apply(transaction), [step], day, packs, tried)
    for _ in range(heaps):
        less, taken = several(random, transaction, random.choice((0.03, 0.1, 0.3, 0.6)))
        if not taken:
            continue
        keeps(engine, before, less, taken, day, packs, tried)
        middle = decided(engine, less, packs, day)
        left = steps_of(less)
        if left and not middle.evaluation.conflicts:
            step = random.choice(left)
            keeps(engine, middle, step.apply(less), [step], day, packs, tried)


def without_conflict(engine: Engine, transaction: Transaction, packs: Sequence[Pack], day: date) -> tuple[Transaction, Before]:
    """The transaction without attested facts that its other facts contradict, and ranges that settle a curve both ways."""
    while True:
        before = decided(engine, transaction, packs, day)
        for item in transaction.items:
            outcomes_by_address(before.evaluation, item)  # with all trees, so that no clause goes unread
        for definition, entity in before.evaluation.conflicts.values():
            transaction = replace_fact(transaction, entity.path, definition.stated_as, REMOVE)
        points = [
            p
            for _, entity in before.evaluation.clashes.values()
            for p in (entity.lists["range_payload"].members if "range_payload" in entity.lists else ())
            if "range" in p.facts
        ]
        for point in points:
            transaction = replace_fact(transaction, point.path, "range", REMOVE)
        if not before.evaluation.conflicts and not points:
            return transaction, before


@cache
def shipped() -> Engine:
    return Engine(load_packs())


@pytest.mark.parametrize("name", FIXTURES)
def test_saying_less_of_a_fixture(name: str, record_property: Callable[[str, object], None]) -> None:
    engine, tried, random = shipped(), Tried(), Random(name)
    for transaction in read_transactions([ROOT / "fixtures" / name], engine.packs.vocabulary):
        try_all(engine, transaction, transaction.transfer_date or DAY, random, tried, heaps=20)
    assert tried.steps.total()
    record_property("shown", f"fixtures: {tried}")


@pytest.mark.parametrize("block", range(BLOCKS))
def test_saying_less_over_the_shipped_packs(block: int, record_property: Callable[[str, object], None]) -> None:
    engine, tried, random = shipped(), Tried(), Random(block)
    drawer, bases = Drawer(engine.packs, random), fixtures(engine.packs)
    for n in range(24):
        transaction = changed(random, drawer, random.choice(bases)) if bases and n % 2 else drawer.transaction()
        try_all(engine, transaction, DAY, random, tried, heaps=8, single=0.05)
    record_property("shown", f"drawn transactions: {tried}")


@pytest.mark.parametrize("block", range(2))
def test_saying_less_over_generated_packs(block: int, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    tried = Tried()
    for seed in range(20_000 + 60 * block, 20_000 + 60 * (block + 1)):
        model, packs = generated(seed, tmp_path)
        engine, random = Engine(packs), Random(seed)
        for _ in range(8):
            try_all(engine, draw_transaction(random, model), date(2026, 2, 1), random, tried, heaps=4, single=0.6)
    record_property("shown", f"generated packs: {tried}")
