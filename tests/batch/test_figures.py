"""Numbers by columns: exact whatever their size, by whole numbers where they fit and looked up where they do not."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

pytest.importorskip("numpy")

import numpy as np

from exportcheck.batch.columns import interned
from exportcheck.batch.figures import MOST, Figures, computed, of_coded
from exportcheck.batch.tables import Slice
from exportcheck.transaction.model import Entity, EntityList, Fact, Transaction
from exportcheck.values import ABSENT, UNDETERMINABLE, Money
from tests.batch.test_conditions import columns, values, wanted

LARGE = "999999999999999999.999999999999"
NUMBERS: tuple[object, ...] = tuple(
    Decimal(n) for n in ("0", "1", "-7", "0.1", "0.000000000001", "-0.000000000001", "1e18", "4611686018427387903", LARGE)
)
AMOUNTS = tuple(Money(n, "USD", n) for n in map(Decimal, ("0", "0.01", "333.33", "1e18", LARGE)))
NOT_KNOWN = (None, UNDETERMINABLE, Money(Decimal(1), "XYZ", None))


def line(root: dict[str, object], worth: list[object], *, complete: bool) -> Transaction:
    """A transaction of one item, with components of these values (None: not stated)."""
    parts = tuple(Entity("component", "", {} if v is None else {"value": Fact(v)}) for v in worth)
    item = Entity("item", "items[0]", {"value": Fact(AMOUNTS[2])}, {"components": EntityList(parts, complete)})
    facts = {name: Fact(value) for name, value in root.items() if value is not None}
    return Transaction("", Entity("transaction", "", facts, {"items": EntityList((item,), True)}))


def lines() -> list[Transaction]:
    numbers = [
        line({"balance": a, "crew": b}, [], complete=True)
        for a, b in product((*NUMBERS, None, UNDETERMINABLE), (*NUMBERS, None, ABSENT))
    ]
    amounts = [
        line({"price": p, "deposit": p}, list(worth), complete=complete)
        for p in (*AMOUNTS, *NOT_KNOWN)
        for worth in product((*AMOUNTS, *NOT_KNOWN), repeat=2)
        for complete in (True, False)
    ]
    return numbers + amounts


@pytest.mark.parametrize(
    "text",
    [
        *(f"balance {op} crew" for op in ("=", "!=", "<", "<=", ">", ">=")),
        "balance + crew > 7",
        "balance - crew >= balance",
        'balance * param("law/factor") = crew * 0.000000000001',
        "balance * 0.25 * 0.25 > crew",
        "crew - crew = 0",
        "sum(for c in i.components return c.value) > price",
        "sum(for c in i.components[c.value > usd(1)] return c.value) <= deposit",
        "sum(for c in i.components return c.value * 0.1) >= price",
        "percent(sum(for c in i.components return c.value), price) > 25",
        "10 >= percent(i.value, price)",
        "percent(price, deposit) = 100",
    ],
)
@pytest.mark.parametrize("chosen", ["all", "small"])
def test_as_the_evaluator_has_it(text: str, chosen: str) -> None:
    slice_ = Slice.from_transactions(lines() if chosen == "all" else [t for t in lines() if _small(t)])
    assert values(columns(slice_, [(text, "GB")])[0]) == wanted(slice_, text, "GB")


def _small(transaction: Transaction) -> bool:
    """Nothing in it is large, so that all of a slice of such fits."""
    stated = [f.value for e in transaction.entities() for f in e.facts.values()]
    return all(abs(n) < 1000 for v in stated if isinstance(n := getattr(v, "amount", v), Decimal))


def figures(*numbers: str) -> Figures:
    return of_coded(interned([Decimal(n) for n in numbers]))


def test_what_fits_is_whole_numbers_and_what_does_not_is_kept_as_it_is() -> None:
    found = figures("0.5", "12", "1e18")
    assert found.decimals == 1
    assert found.exact.tolist() == [True, True, False]
    assert found.whole.tolist() == [5, 120, 0]
    column = found.coded(np.arange(3))
    assert [column.values[n] for n in column.codes.tolist()] == [Decimal("0.5"), Decimal(12), Decimal("1e18")]


def test_a_number_of_more_digits_than_a_context_keeps_is_not_rounded() -> None:
    assert not figures("1.0000000000000000000000000000000001").exact.any()


def test_what_might_not_fit_is_not_computed() -> None:
    near = figures(str(MOST - 1))
    assert computed("*", near, figures("2")) is None
    assert computed("+", near, figures("0.1")) is None
    assert computed("+", near, figures("1")) is not None
