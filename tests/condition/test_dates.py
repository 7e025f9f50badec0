"""Days some months and days away, and dates that are absent or unknown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exportcheck.condition.dates import compare_dates, shift
from exportcheck.values import ABSENT, UNKNOWN


@pytest.mark.parametrize(
    ("start", "months", "days", "sign", "expected"),
    [
        (date(2026, 1, 31), 1, 0, 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, 0, 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, 0, 1, date(2025, 2, 28)),
        (date(2024, 3, 31), 1, 0, -1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, 0, 1, date(2027, 1, 15)),
        (date(2026, 1, 15), 1, 0, -1, date(2025, 12, 15)),
        (date(2026, 1, 31), 1, 1, 1, date(2026, 3, 1)),
        (date(2026, 1, 31), 0, 30, 1, date(2026, 3, 2)),
    ],
)
def test_a_day_that_the_month_does_not_have_is_its_last(start: date, months: int, days: int, sign: int, expected: date) -> None:
    assert shift(start, (months, days), sign) == expected


@given(st.dates(date(1, 1, 1), date(9000, 1, 1)), st.integers(0, 3000))
def test_days_are_counted_as_the_calendar_does(start: date, days: int) -> None:
    assert shift(start, (0, days), 1) == start + timedelta(days=days)


@given(st.dates(), st.integers(0, 150_000), st.integers(0, 5_000_000), st.sampled_from((1, -1)))
def test_beyond_the_calendar_is_unknown(start: date, months: int, days: int, sign: int) -> None:
    moved = shift(start, (months, days), sign)
    assert moved is UNKNOWN or isinstance(moved, date)


def test_no_day_and_no_duration_give_no_day() -> None:
    assert shift(ABSENT, (0, 1), 1) is UNKNOWN
    assert shift(UNKNOWN, (0, 1), 1) is UNKNOWN
    assert shift(date(2026, 1, 1), UNKNOWN, 1) is UNKNOWN
    assert shift(date(9999, 12, 31), (0, 1), 1) is UNKNOWN


def test_an_absent_date_and_an_unknown_one_may_both_be_absent() -> None:
    day = date(2026, 1, 1)
    assert compare_dates("=", ABSENT, day) is False
    assert compare_dates("!=", ABSENT, day) is True
    assert compare_dates("<=", ABSENT, day) is False
    assert compare_dates("=", ABSENT, UNKNOWN) is None
    assert compare_dates("!=", UNKNOWN, ABSENT) is None
    assert compare_dates("<", UNKNOWN, day) is None
