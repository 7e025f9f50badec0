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
from tests.engine.generated import draw_transaction, generated, layered, world_of
from tests.engine.oracle import Oracle

DAY = date(2026, 2, 1)
VERDICTS = ("pass", "not-subject", "needs-review", "fail prohibited", "fail license-required", "fail curable")
GOOD = ("pass", "not-subject")
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
    kinds = ", ".join(f"{verdicts[v]:,} {v}" for v in VERDICTS)
    record_property(
        "shown", f"{verdicts.total():,} verdicts of {PACKS} generated packs as the oracle's ({kinds}), {outcomes:,} outcomes"
    )
    assert set(verdicts) == set(VERDICTS)


def test_a_layer_of_policy_decides_as_if_it_stood_in_the_pack(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """And it only tightens: what is no pass without it is none with it."""
    count = tightened = 0
    for seed in range(1_000, 1_060):
        base, whole, packs, layered_packs = layered(seed, tmp_path)
        one, other, random = Engine(packs), Engine(layered_packs), Random(seed)
        for _ in range(15):
            transaction = draw_transaction(random, whole)
            plain, tight = one.evaluate(transaction, DAY), other.evaluate(transaction, DAY)
            for item in transaction.items:
                world = world_of(transaction, item, whole)
                before = decide(plain, packs.packs["gen"], item, quick=True)
                after = decide(tight, layered_packs.packs["gen"], item, quick=True)
                for model, got in ((base, before), (whole, after)):
                    wanted = Oracle(model.rules, world, world.truth(model.binds)).answer()
                    assert (got.verdict, got.fail) == (wanted.verdict, wanted.fail), (
                        f"pack of seed {seed}, {item.path} of {transaction}"
                    )
                    count += 1
                assert before.verdict in GOOD or after.verdict not in GOOD
                tightened += before.verdict in GOOD and after.verdict not in GOOD
    record_property(
        "shown", f"{count:,} verdicts without and with a layer of policy as the oracle's, {tightened:,} tightened by it"
    )
    assert tightened


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
