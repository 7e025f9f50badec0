"""durable-rules against the plain chainer: verdict, derivation and every literal of the same lines.

python -m tests.engine.agreement --count 10000
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from exportcheck.engine.check import Engine
from exportcheck.engine.claims import claimed, claims_of
from exportcheck.engine.conclude import Memo, make_concluder
from exportcheck.engine.decide import decide
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.program import program_of
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Pack, Packs
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.transaction.read import read_transactions
from tests.engine.generated import draw_transaction, generated
from tests.engine.random_transactions import DAY, Drawer, changed

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Tally:
    """How much was compared. A signature is what a program reads of a line; conclusions are drawn once for each."""

    transactions: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    literals: int = 0
    memos: list[Memo] = field(default_factory=list)

    def __str__(self) -> str:
        signatures = sum(m.misses for m in self.memos)
        kinds = ", ".join(f"{n:,} {v}" for v, n in self.verdicts.most_common())
        return (
            f"durable-rules and the chainer agree on {self.transactions:,} transactions: "
            f"{self.verdicts.total():,} verdicts ({kinds}), {self.literals:,} literals, {signatures:,} distinct signatures"
        )


class DisagreementError(AssertionError):
    pass


def compare(engine: Engine, transaction: Transaction, packs: Sequence[Pack], tally: Tally) -> None:
    """Decide every line of a transaction by both. Raises `DisagreementError`."""
    evaluation = engine.evaluate(transaction, DAY)
    for pack in packs:
        for item in transaction.items:
            _use_durable(evaluation, pack, item, tally)
            one, other = decide(evaluation, pack, item), decide(evaluation, pack, item, quick=True)
            same = (
                (one.verdict, one.fail) == (other.verdict, other.fail)
                and one.derivation.literals == other.derivation.literals
                and one.derivation.steps == other.derivation.steps
            )
            if not same:
                apart = sorted(one.derivation.literals ^ other.derivation.literals)
                raise DisagreementError(
                    f"{pack.id}, {item.path}: {one.verdict} and {other.verdict}, apart in {apart}: {transaction}"
                )
            tally.verdicts[one.verdict] += 1
            tally.literals += len(one.derivation.literals)
    tally.transactions += 1


def _use_durable(evaluation: Evaluation, pack: Pack, item: Entity, tally: Tally) -> None:
    """Have a program conclude with durable-rules, whatever the environment says."""
    claim = claimed(evaluation.rules, pack, claims_of(evaluation.transaction, item))
    program = program_of(evaluation.rules, pack.id, claim.exemptions)
    memo = vars(program).get("memo")
    if memo is None or not memo.name.startswith("durable"):
        memo = vars(program)["memo"] = Memo(make_concluder(program.program, "durable"), program.program)
    if memo not in tally.memos:
        tally.memos.append(memo)


def over_generated(count: int, folder: Path, start: int = 0, each: int = 25) -> Tally:
    tally, seed = Tally(), start
    while tally.transactions < count:
        model, packs = generated(seed, folder)
        engine, random = Engine(packs), Random(seed)
        for _ in range(min(each, count - tally.transactions)):
            compare(engine, draw_transaction(random, model), list(packs.packs.values()), tally)
        seed += 1
    return tally


def over_shipped(count: int, seed: int = 0, packs: Packs | None = None) -> Tally:
    tally = Tally()
    packs = packs or load_packs()
    engine = Engine(packs)
    for transaction in shipped_transactions(packs, count, seed):
        compare(engine, transaction, engine.chosen(None), tally)
    return tally


def shipped_transactions(packs: Packs, count: int, seed: int) -> Iterator[Transaction]:
    """Half of them drawn from the vocabulary, half fixtures with facts changed and withheld."""
    random = Random(seed)
    drawer = Drawer(packs, random)
    bases = fixtures(packs)
    for n in range(count):
        yield changed(random, drawer, random.choice(bases)) if bases and n % 2 else drawer.transaction()


def fixtures(packs: Packs) -> list[Transaction]:
    return read_transactions(sorted((ROOT / "fixtures").glob("*.yaml")), packs.vocabulary)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--count", type=int, default=10_000, help="transactions, half over generated packs, half over the shipped ones"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    half = options.count // 2
    with tempfile.TemporaryDirectory() as folder:
        print(f"generated packs: {over_generated(options.count - half, Path(folder), options.seed)}", flush=True)
    print(f"shipped packs: {over_shipped(half, options.seed)}")


if __name__ == "__main__":
    main()
