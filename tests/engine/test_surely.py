"""What is passed over cannot hold: what `may_hold` leaves out is never decided to be true, by one line or by columns."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from random import Random

from exportcheck.batch.outcomes import Law, Outcomes
from exportcheck.batch.surely import may_hold as may_hold_in_slice
from exportcheck.batch.tables import Slice
from exportcheck.engine.check import Engine
from exportcheck.engine.surely import may_hold
from exportcheck.rulepack.load import load_packs
from exportcheck.transaction.model import Transaction
from tests.engine.agreement import fixtures, shipped_transactions
from tests.engine.generated import draw_transaction, generated
from tests.engine.random_transactions import DAY


def passed_over(engine: Engine, transaction: Transaction) -> tuple[int, int]:
    """How many provisions hold on the lines of a transaction, and how many are passed over. None is both."""
    day = transaction.transfer_date or DAY
    rules = engine.rules(day)
    in_columns = Outcomes(Slice.from_transactions([transaction]), Law(rules))
    held = over = 0
    for provision in rules.provisions.values():
        if provision.for_each not in ("item", "article"):
            continue
        anywhere = may_hold_in_slice(in_columns, provision)
        for item in transaction.items:
            for ground in provision.grounds if provision.raises is not None else ("",):
                evaluation = engine.evaluate(transaction, day)
                left_out = not may_hold(evaluation, provision, item, ground)
                holds = evaluation.decide(provision, item, ground).truth is True
                assert not (left_out and holds), f"{provision.id} holds on {item.path} and was passed over"
                assert anywhere or not holds, f"{provision.id} holds on {item.path} and was passed over by columns"
                held, over = held + holds, over + left_out
    return held, over


def test_of_the_shipped_packs(record_property: Callable[[str, object], None]) -> None:
    engine = Engine(load_packs())
    every = [*fixtures(engine.packs), *islice(shipped_transactions(engine.packs, 20, 7), 8)]
    counted = [passed_over(engine, t) for t in every]
    held, over = (sum(n) for n in zip(*counted, strict=True))
    record_property("tried", f"{held:,} provisions hold, {over:,} were passed over, none was both")
    assert held > 500
    assert over > 5_000


def test_of_generated_packs(tmp_path: Path) -> None:
    held = over = 0
    for seed in range(25):
        model, packs = generated(seed, tmp_path)
        random, engine = Random(seed), Engine(packs)
        for _ in range(12):
            more = passed_over(engine, draw_transaction(random, model))
            held, over = held + more[0], over + more[1]
    assert held > 100
    assert over > 100
