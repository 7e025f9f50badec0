"""What lines lack by columns is what the evaluator asks, though it asks only once for lines that are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("numpy")

from bench.lines import lines
from exportcheck.batch.asked import summed_up
from exportcheck.batch.check import Checker, Table
from exportcheck.batch.counts import fact_name
from exportcheck.batch.missing import Missing
from exportcheck.engine.check import Engine
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Transaction
from tests.batch.orders import order, rules, table
from tests.engine.agreement import fixtures, shipped_transactions
from tests.engine.random_transactions import DAY

Record = Callable[[str, object], None]


@cache
def packs() -> Packs:
    return load_packs()


@cache
def stated() -> tuple[Transaction, ...]:
    return tuple(t for t in fixtures(packs()) if t.transfer_date is not None)


def compare(transactions: Sequence[Transaction], size: int, day: date | None = None) -> tuple[int, int]:
    """Compare every line with the evaluator. Gives how many need review, and how often the evaluator was asked by columns."""
    engine = Engine(packs())
    missing = Missing(engine)
    checker, columns = Checker(engine, day, missing=missing), Table()
    for n in range(0, len(transactions), size):
        checker.add(transactions[n : n + size], columns)
    reviews = 0
    for transaction, row in zip(transactions, columns.rows, strict=True):
        assert row == checker.one(transaction), transaction.id
        reviews += sum(line.verdict == "needs-review" for line in row.lines)
        assert all(line.verdict == "needs-review" or not (line.missing or line.reviews) for line in row.lines)
    return reviews, missing.asked


def test_of_every_fixture_what_check_asks() -> None:
    """The same facts and kinds as the questions of `check`, which stand in another order: those that decide soonest first."""
    engine, found = Engine(packs()), 0
    checker, columns = Checker(engine, missing=Missing(engine)), Table()
    checker.add(stated(), columns)
    for transaction, row in zip(stated(), columns.rows, strict=True):
        for line, wanted in zip(row.lines, engine.check(transaction).lines, strict=True):
            said = summed_up(wanted.questions)
            assert (sorted(line.missing), sorted(line.reviews)) == (sorted(said.missing), sorted(said.reviews))
            found += len(line.missing)
    assert found > 10


def test_of_realistic_lines(record_property: Record) -> None:
    reviews, asked = compare(list(lines(stated(), 150, seed=5)), size=60)
    record_property("shown", f"realistic lines: {reviews:,} need review, {asked:,} kinds of them asked of the evaluator")
    assert 10 < asked <= reviews


def test_of_random_lines(record_property: Record) -> None:
    reviews, asked = compare(list(islice(shipped_transactions(packs(), 40, 11), 40)), size=20, day=DAY)
    record_property("shown", f"random lines: {reviews:,} need review, {asked:,} kinds of them asked of the evaluator")
    assert 10 < asked <= reviews


def test_lines_that_differ_in_amounts_names_and_days_are_asked_once() -> None:
    engine = Engine(packs())
    review = next(t for t in stated() if Path(t.file).name == "aukus-status-not-stated.yaml")
    missing = Missing(engine)
    varied = [t for t in lines((review,), 60, seed=2) if len(t.root.facts) == len(review.root.facts)]
    checker, columns = Checker(engine, missing=missing), Table()
    for n in range(0, len(varied), 10):
        checker.add(varied[n : n + 10], columns)
    assert sum(line.verdict == "needs-review" for row in columns.rows for line in row.lines) > missing.asked


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"value": "1 USD"}, {"value": "1000.01 USD"}),  # on both sides of a limit
        ({"value": "1 USD"}, {"value": ""}),
        ({"b": "true"}, {"b": ""}),
        ({"value": "1 EUR"}, {"value": "1 GBP"}),  # another rate is asked for
    ],
)
def test_lines_that_differ_in_what_bears_on_them_are_not_alike(
    tmp_path: Path, one: dict[str, str], other: dict[str, str]
) -> None:
    """Told apart, and the same text twice is not."""
    from exportcheck.batch.plan import Plan

    source = table(tmp_path, [order(1, c="", **one), order(2, c="", **other), order(3, c="", name="B Ltd", **one)])
    plan = Plan(source, tmp_path / "out.csv", rules=rules(tmp_path / "rules"), cache=False)
    loaded = plan.load()
    engine = Engine(loaded)
    missing = Missing(engine)
    checker = Checker(engine, missing=missing)
    found = Table()
    transactions = [taken.transaction for taken in plan.open(loaded)]
    assert None not in transactions
    checker.add([t for t in transactions if t is not None], found)
    wanted = [checker.one(t) for t in transactions if t is not None]
    assert found.rows == wanted
    reviews = {row.lines[0].missing for row in found.rows if row.verdict == "needs-review"}
    assert missing.asked == sum(1 for row in wanted[:2] if row.verdict == "needs-review")
    assert reviews


def test_a_fact_is_counted_whosever_it_is() -> None:
    assert fact_name("parties[1].us_person") == "us_person"
    assert fact_name("items[0].components[2].eccn") == "eccn"
    assert fact_name("end_use.military") == "end_use.military"
    assert fact_name("judgements.same_mission") == "judgements.same_mission"
