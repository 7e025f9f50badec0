"""What the text of a cell means; amounts in dollars are read on a short way that ends in the same place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exportcheck.intake.cells import MOST_KEPT, Cells, converted
from exportcheck.intake.mapping import ColumnMap
from exportcheck.transaction.amounts import money
from exportcheck.vocabulary.load import core_vocabulary

VALUE = core_vocabulary().get("item", "value")
QUANTITY = core_vocabulary().get("item", "quantity")
assert VALUE is not None
assert QUANTITY is not None


@given(st.from_regex(r"[0-9]{1,16}(\.[0-9]{1,7})? ?USD", fullmatch=True))
def test_dollars(text: str) -> None:
    assert VALUE is not None
    known = converted(text, VALUE, {})
    try:
        expected = money(text, {})
    except ValueError:
        assert known.message
        return
    assert known.value == expected
    # not only equal, but written alike
    assert str(known.value.amount) == str(expected.amount)


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "value"),
    [
        ("1,234.50", ".", ",", "1234.50"),
        ("1.234,50", ",", ".", "1234.50"),
        ("1 234,50", ",", " ", "1234.50"),
        ("1\u00a0234\u202f567", ".", " ", "1234567"),
        ("1'234.5", ".", "'", "1234.5"),
        ("1234,5", ",", ".", "1234.5"),
        ("-", ",", ".", None),
        ("1,5", ".", ",", None),
        ("12,34", ".", ",", None),
        ("1,2345", ".", ",", None),
        ("1234,567", ".", ",", None),
        ("1.234.50", ",", ".", None),
        ("1,2,3", ",", "", None),
        ("1.5", ",", "", None),
    ],
)
def test_marks_between_digits(text: str, decimal: str, thousands: str, value: str | None) -> None:
    """Digits that do not stand as the column says are a mistake: 1,5 taken for 15 would be ten times too much."""
    assert QUANTITY is not None
    cells = Cells(ColumnMap("n", "item.quantity", decimal=decimal, thousands=thousands), QUANTITY, 0, None, {})
    known = cells.known(text, (text,))
    assert known.value == (None if value is None else Decimal(value))
    assert bool(known.message) == (value is None)


def test_memory_stays_flat() -> None:
    assert QUANTITY is not None
    cells = Cells(ColumnMap("n", "item.quantity"), QUANTITY, 0, None, {})
    for n in range(MOST_KEPT + 10):
        assert cells.known(str(n), ()).value == n
    assert len(cells.plain) == 10
