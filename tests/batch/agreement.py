"""The evaluator against columns: verdict, kind of failure, and every provision outcome of the same lines, facts withheld.

python -m tests.batch.agreement --count 200000
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from time import process_time

from exportcheck.batch.check import Checker, Row, Table
from exportcheck.batch.columns import TRUTHS
from exportcheck.batch.conclusions import SIGNATURES
from exportcheck.batch.outcomes import Law, Outcomes
from exportcheck.batch.tables import Slice
from exportcheck.engine.check import Engine
from exportcheck.engine.decide import after_limits
from exportcheck.engine.parts import limited_outcome
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Transaction
from tests.engine.agreement import fixtures, shipped_transactions
from tests.engine.generated import draw_transaction, generated
from tests.engine.random_transactions import DAY


class DisagreementError(AssertionError):
    pass


@dataclass
class Tally:
    """How much was compared, and the processor seconds that each took.

    Of the columns' seconds, `slicing` went into setting the entities in levels.
    """

    transactions: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    outcomes: int = 0
    signatures: int = 0
    evaluator: float = 0.0
    columns: float = 0.0
    slicing: float = 0.0

    @property
    def lines(self) -> int:
        return self.verdicts.total()

    def __str__(self) -> str:
        kinds = ", ".join(f"{n:,} {v}" for v, n in self.verdicts.most_common())
        return (
            f"evaluator and columns agree on {self.transactions:,} transactions: {self.lines:,} lines ({kinds}), "
            f"{self.outcomes:,} provision outcomes; "
            f"{self.signatures:,} signatures concluded by both; lines a processor second: {self._rate(self.evaluator)} by "
            f"the evaluator, {self._rate(self.columns)} by columns, {self._rate(self.columns - self.slicing)} once the entities "
            f"stand in levels"
        )

    def _rate(self, seconds: float) -> str:
        return f"{self.lines / seconds:,.0f}" if seconds > 0 else "-"


def compare(checker: Checker, transactions: Sequence[Transaction], day: date | None, tally: Tally, *, outcomes: bool) -> None:
    """Decide transactions by both. Raises `DisagreementError`."""
    start = process_time()
    table = Table()
    checker.add(transactions, table)
    tally.columns += process_time() - start
    start = process_time()
    Slice.from_transactions(transactions)
    tally.slicing += process_time() - start
    for transaction, row in zip(transactions, table.rows, strict=True):
        start = process_time()
        wanted = checker.one(transaction)
        tally.evaluator += process_time() - start
        if row != wanted:
            raise DisagreementError(f"{_apart(row, wanted)}: {transaction}")
        for line in row.lines:
            tally.verdicts[line.verdict] += 1
    tally.transactions += len(transactions)
    if outcomes:
        compare_outcomes(checker.engine, transactions, day, tally)


def _apart(row: Row, wanted: Row) -> str:
    lines = [f"line {a.item}: columns {a}, evaluator {b}" for a, b in zip(row.lines, wanted.lines, strict=True) if a != b]
    return "; ".join(lines) or f"columns {row.verdict}, evaluator {wanted.verdict}"


def compare_outcomes(engine: Engine, transactions: Sequence[Transaction], day: date | None, tally: Tally) -> None:
    """Every provision on every line after limits, and all that this decides on the way, on its own entity."""
    by_rules: dict[int, list[Transaction]] = {}
    for transaction in transactions:
        by_rules.setdefault(id(engine.rules(engine.date_of(transaction, day))), []).append(transaction)
    for some in by_rules.values():
        rules = engine.rules(engine.date_of(some[0], day))
        slice_ = Slice.from_transactions(some)
        columns, rows = Outcomes(slice_, Law(rules)), slice_.rows()
        for number, transaction in enumerate(some):
            evaluation = engine.evaluate(transaction, engine.date_of(transaction, day))
            for item in transaction.items:
                row = rows[number, id(item)][1]
                for provision in rules.provisions.values():
                    if provision.raises is not None:
                        for ground in provision.grounds:
                            wanted, got = evaluation.on_line(provision, item, ground), columns.on_line(provision, ground)[row]
                            _same(wanted, got, f"{provision.id}@{ground}", transaction, tally)
                        continue
                    wanted, got = after_limits(evaluation, provision, item), columns.after_limits(provision)[row]
                    _same(wanted, got, provision.id, transaction, tally)
            for outcome in list(evaluation.outcomes.values()):
                kind, row = rows[number, id(outcome.entity)]
                where = f"{outcome.provision.id}@{outcome.ground} of {outcome.entity.path}"
                decided = columns.decide(outcome.provision, kind, outcome.ground)
                _same(outcome.gate, decided.gate[row], f"the gate of {where}", transaction, tally)
                _same(outcome.truth, decided.truth[row], where, transaction, tally)
                if outcome.provision.kind == "exemption":
                    wanted, got = limited_outcome(evaluation, outcome), columns.limited(outcome.provision, kind)[row]
                    _same(wanted, got, f"{where} after limits", transaction, tally)


def _same(wanted: object, got: int, where: str, transaction: Transaction, tally: Tally) -> None:
    if TRUTHS[got] is not wanted:
        raise DisagreementError(f"{where}: columns {TRUTHS[got]}, evaluator {wanted}: {transaction}")
    tally.outcomes += 1


def over_fixtures(packs: Packs) -> Tally:
    """The fixtures, each under the law of its own day."""
    tally, checker = Tally(), Checker(Engine(packs))
    compare(checker, fixtures(packs), None, tally, outcomes=True)
    tally.signatures = checker.check.count
    return tally


def over_shipped(
    packs: Packs, count: int, seed: int = 0, *, outcomes: int = 100, size: int = 10_000, signatures: int = SIGNATURES
) -> Tally:
    """Lines of the shipped packs; of the first `outcomes` transactions every outcome too."""
    tally, checker = Tally(), Checker(Engine(packs), DAY, signatures=signatures)
    drawn = shipped_transactions(packs, count, seed)
    compare_outcomes(checker.engine, list(islice(drawn, outcomes)), DAY, tally)
    drawn = shipped_transactions(packs, count, seed)
    while tally.lines < count and (some := list(islice(drawn, size))):
        compare(checker, some, DAY, tally, outcomes=False)
    tally.signatures = checker.check.count
    return tally


def over_generated(count: int, folder: Path, start: int = 0, each: int = 40) -> Tally:
    """Lines of generated packs, with every outcome."""
    tally, seed = Tally(), start
    while tally.lines < count:
        model, packs = generated(seed, folder)
        random, checker = Random(seed), Checker(Engine(packs), DAY)
        compare(checker, [draw_transaction(random, model) for _ in range(each)], DAY, tally, outcomes=True)
        tally.signatures += checker.check.count
        seed += 1
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="lines, half over generated packs, half over the shipped ones")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--signatures", type=int, default=SIGNATURES, help="at most so many of a run are concluded by both")
    options = parser.parse_args()
    half = options.count // 2
    packs = load_packs()
    print(f"fixtures: {over_fixtures(packs)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        print(f"generated packs: {over_generated(options.count - half, Path(folder), options.seed)}", flush=True)
    print(f"shipped packs: {over_shipped(packs, half, options.seed, size=min(10_000, half), signatures=options.signatures)}")


if __name__ == "__main__":
    main()
