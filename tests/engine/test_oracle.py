"""The engine against the oracle: generated packs, generated lines, every verdict and every outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest

from exportcheck.engine.check import Engine
from exportcheck.engine.decide import after_limits, decide, scope
from tests.engine.generated import draw_transaction, generated, world_of
from tests.engine.oracle import Oracle

DAY = date(2026, 2, 1)
PACKS, BLOCKS, TRANSACTIONS = 75, 4, 30


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_engine_composes_as_the_definition_says(
    block: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    verdicts: Counter[str] = Counter()
    outcomes = 0
    for seed in range(block * PACKS, (block + 1) * PACKS):
        model, packs = generated(seed, tmp_path)
        engine, random, pack = Engine(packs), Random(seed), packs.packs["gen"]
        for _ in range(TRANSACTIONS):
            transaction = draw_transaction(random, model)
            evaluation = engine.evaluate(transaction, DAY)
            for item in transaction.items:
                world = world_of(transaction, item, model)
                oracle = Oracle(model.rules, world, world.truth(model.binds))
                wanted = oracle.answer()
                got = decide(evaluation, pack, item, quick=True)
                where = f"pack of seed {seed}, {item.path} of {transaction}"
                assert (got.verdict, got.fail) == (wanted.verdict, wanted.fail), where
                verdicts[f"{got.verdict} {got.fail or ''}".strip()] += 1
                assert scope(evaluation, pack, item) is oracle.scope(), where
                for provision in evaluation.rules.provisions.values():
                    assert after_limits(evaluation, provision, item) is oracle.outcome(provision.id), f"{provision.id}, {where}"
                    outcomes += 1
    kinds = ", ".join(f"{n:,} {v}" for v, n in verdicts.most_common())
    record_property("shown", f"{verdicts.total():,} verdicts of {PACKS} generated packs as the oracle's ({kinds}), {outcomes:,} outcomes")
    assert set(verdicts) == {"pass", "not-subject", "needs-review", "fail prohibited", "fail license-required", "fail curable"}


def test_the_line_is_the_worst_of_its_packs_and_the_transaction_of_its_lines(tmp_path: Path) -> None:
    model, packs = generated(3, tmp_path)
    engine = Engine(packs)
    random = Random(1)
    order = ["not-subject", "pass", "needs-review", "fail"]
    for _ in range(200):
        transaction = draw_transaction(random, model)
        result = engine.check(transaction, DAY, explain=False)
        for line in result.lines:
            worst = max((p.verdict for p in line.packs), key=order.index)
            assert line.verdict == ("pass" if worst == "not-subject" else worst)
        assert result.verdict == max((x.verdict for x in result.lines), key=order.index)
