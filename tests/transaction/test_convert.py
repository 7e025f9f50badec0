"""Texts to values: countries, units, money."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exportcheck.transaction.amounts import money, number, percentage, shortest, with_unit
from exportcheck.transaction.places import COUNTRIES, SPECIAL, country_name, place_of
from exportcheck.values import LARGEST, Money
from exportcheck.vocabulary.load import core_vocabulary

ISO_COUNTRIES: list[Any] = list(pycountry.countries)


def test_the_countries_are_those_of_iso_3166() -> None:
    assert {country.alpha_2 for country in ISO_COUNTRIES} == COUNTRIES


def test_every_country_is_known_by_its_codes_and_names() -> None:
    for country in ISO_COUNTRIES:
        for name in (country.alpha_2, country.alpha_3, country.name, getattr(country, "common_name", country.name)):
            if name != "Congo":  # ISO's name of one of the two, and anybody's name of either
                assert place_of(name) == country.alpha_2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NO", "NO"),
        ("Norway", "NO"),
        ("UK", "GB"),
        ("United Kingdom", "GB"),
        ("great britain", "GB"),
        ("USA", "US"),
        ("Burma", "MM"),
        ("North Korea", "KP"),
        ("Turkiye", "TR"),
        ("Côte d’Ivoire", "CI"),
        ("Macau", "MO"),
        ("Kosovo", "XK"),
        ("Crimea", "UA-CRIMEA"),
        ("UA-43", "UA-CRIMEA"),
        ("high-seas", "HIGH-SEAS"),
        ("GB-SCT", "GB"),
        ("CN-SH", "CN"),
        ("CN-HK", "HK"),
        ("FR-974", "RE"),
    ],
)
def test_places(text: str, code: str) -> None:
    assert place_of(text) == code


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Untied Kingdom", "United Kingdom"),
        ("no", "NO in capitals for Norway"),
        ("Congo", "CD for"),
        ("UA-14", "UA-DNR"),
        ("EU", "not one"),
        ("GB-XYZ", "ISO 3166-1"),
        ("", "ISO 3166-1"),
    ],
)
def test_places_that_are_not_known(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        place_of(text)


def test_special_places_have_names() -> None:
    assert all(country_name(code) for code in SPECIAL)
    assert country_name("GB") == "United Kingdom"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("300", "km", "300"),
        ("300 km", "km", "300"),
        ("300000 m", "km", "300"),
        ("5 nmi", "km", "9.26"),
        ("1000 lb", "kg", "453.59237"),
        ("10 knot", "km/h", "18.52"),
        ("10 m/s", "km/h", "36"),
        ("20 degC", "K", "293.15"),
        ("1e3", "", "1000"),
        (".5", "", "0.5"),
        ("-0", "", "0"),
    ],
)
def test_units_are_converted_exactly(text: str, unit: str, value: str) -> None:
    assert str(with_unit(text, unit)) == value


def test_a_unit_that_would_need_rounding_is_refused() -> None:
    with pytest.raises(ValueError, match="without rounding"):
        with_unit("1 km/h", "m/s")


def test_the_units_of_the_core_facts_exist() -> None:
    for fact in core_vocabulary().facts.values():
        if fact.type.unit:
            assert (
                with_unit(f"1000 milli{fact.type.unit}" if len(fact.type.unit) > 2 else f"1 {fact.type.unit}", fact.type.unit)
                == 1
            )


@pytest.mark.parametrize(
    ("text", "amount", "currency", "usd"),
    [
        ("9000 USD", 9000, "USD", 9000),
        ("USD 9000", 9000, "USD", 9000),
        ("1.5 MUSD", 1_500_000, "USD", 1_500_000),
        ("1.5M USD", 1_500_000, "USD", 1_500_000),
        ("2 BUSD", 2_000_000_000, "USD", 2_000_000_000),
        ("400 kEUR", 400_000, "EUR", 440_000),
        ("12400 GBP", 12400, "GBP", None),
        ("0 USD", 0, "USD", 0),
        ("10 XOF", 10, "XOF", None),
    ],
)
def test_money(text: str, amount: int, currency: str, usd: int | None) -> None:
    found = money(text, {"EUR": Decimal("1.10")})
    assert found == Money(Decimal(amount), currency, None if usd is None else Decimal(usd))


def test_percentages() -> None:
    assert [percentage(text) for text in ("40", "40 %", "25.0001%")] == [40, 40, Decimal("25.0001")]


@given(st.decimals(min_value=-LARGEST, max_value=LARGEST, places=6, allow_nan=False))
def test_numbers_come_back_as_they_were(value: Decimal) -> None:
    assert number(f"{value:f}") == value
    assert shortest(value) == value
    assert "E" not in str(number(f"{value:f}"))


AMOUNTS = st.text(alphabet="0123456789.eE+-kMBUSDmft/^*²° ()_", max_size=20)


@given(st.text(max_size=30) | AMOUNTS)
def test_no_text_breaks_the_readers(text: str) -> None:
    for read in (number, percentage, place_of, lambda t: with_unit(t, "km"), lambda t: money(t, {})):
        with contextlib.suppress(ValueError):
            assert read(text) is not None
