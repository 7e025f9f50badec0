"""Numbers with units, percentages and money, exact from the first digit to the last.

Each reader takes the text as written and raises `ValueError(message, hint)`: what is wrong, and what would be right.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from exportcheck.errors import did_you_mean
from exportcheck.values import DECIMALS, EXACT, LARGEST, Money

_NUMBER: Final = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_WITH_UNIT: Final = re.compile(_NUMBER.pattern + r"\s*([^\W\d_].*|[°%Ω].*)?", re.DOTALL)
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:[,_ '’]\d{3})+(?:\.\d+)?")
_LONGEST: Final = 60

# Those that most contracts use stand here so that reading them need not load pycountry.
_COMMON: Final = """
    USD EUR GBP AUD CAD JPY CHF CNY DKK NOK SEK PLN CZK HUF ILS INR KRW NZD SGD HKD TWD TRY AED SAR ZAR BRL MXN
"""
_COMMON_CURRENCIES: Final = frozenset(_COMMON.split())
_MONEY: Final = re.compile(
    rf"(?:(?P<before>[A-Za-z]{{3}})\s*)?{_NUMBER.pattern}\s*(?P<prefix>[A-Za-z]?)\s*(?P<after>[A-Za-z]{{3}})?"
)
_SCALE: Final = {"": Decimal(1), "k": Decimal(10) ** 3, "K": Decimal(10) ** 3, "M": Decimal(10) ** 6, "B": Decimal(10) ** 9}
_SYMBOLS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}


def number(text: str) -> Decimal:
    """A plain number. At most `LARGEST`, at most `DECIMALS` decimals: then every product stays exact."""
    word = text.strip()
    if not _NUMBER.fullmatch(word):
        raise ValueError(f'"{_short(word)}" is not a number', _not_a_number(word))
    exponent = re.search(r"[eE]([+-]?\d+)$", word)
    if exponent and len(exponent[1].lstrip("+-0")) > 3:
        raise ValueError(f'"{_short(word)}" is out of range', f"numbers go up to {LARGEST:,f}, with {DECIMALS} decimals")
    if len(word) > _LONGEST:
        raise ValueError("a number has too many digits", f"numbers go up to {LARGEST:,f}, with {DECIMALS} decimals")
    return _bounded(Decimal(word), word)


def shortest(value: Decimal) -> Decimal:
    """The same number without exponent and without trailing zeros: 1E+3 is 1000, 1.10 is 1.1, -0 is 0. Exact."""
    plain = EXACT.normalize(value)
    exponent = plain.as_tuple().exponent
    assert isinstance(exponent, int)  # NaN and infinity are never read
    return EXACT.quantize(plain, Decimal(1)) if exponent > 0 else EXACT.add(plain, Decimal(0))


def _bounded(value: Decimal, word: str) -> Decimal:
    if abs(value) > LARGEST:
        raise ValueError(f'"{_short(word)}" is too large', f"numbers go up to {LARGEST:,f}")
    plain = shortest(value)
    if -int(plain.as_tuple().exponent) > DECIMALS:
        raise ValueError(f'"{_short(word)}" has more than {DECIMALS} decimals', f"round it to {DECIMALS} decimals")
    return plain


def _not_a_number(word: str) -> str:
    if re.fullmatch(r"[+-]?(?:nan|\.nan|inf|\.inf|infinity)", word.casefold()):
        return "write the number; leave the fact out if nobody knows it yet"
    if _GROUPED.fullmatch(word):
        plain = re.sub(r"[,_ '’]", "", word)
        return f"write it without separators: {plain}"
    if re.fullmatch(r"\d+,\d+", word):
        return f"decimals stand behind a point: {word.replace(',', '.')}"
    return "write digits, such as 12 or 12.5"


def _short(word: str) -> str:
    return word if len(word) <= 40 else word[:37] + "..."


def with_unit(text: str, unit: str) -> Decimal:
    """A number in the declared unit, converted exactly if another one is written behind it."""
    word = text.strip()
    match = _WITH_UNIT.fullmatch(word) if len(word) <= _LONGEST else None
    if match is None or match[2] is None:
        return number(word)
    written = match[2].strip()
    if not unit:
        raise ValueError(f'"{_short(word)}" has a unit, and this fact is a plain number', f"write {match[1]}")
    value = number(match[1])
    return value if written == unit else _converted(value, written, unit, word)


def _converted(value: Decimal, written: str, unit: str, word: str) -> Decimal:
    if len(written) > 20 or not re.fullmatch(r"[A-Za-zµμ°Ω²³/*%][A-Za-zµμ°Ω²³/* ^0-9]*", written) or re.search(r"\d\d", written):
        raise ValueError(f'"{_short(written)}" is not a unit', f"write the number in {unit}")
    registry = _registry()
    # Whatever pint raises on such a text (there are a dozen kinds of error), it is not a unit that it knows.
    try:
        quantity = registry.Quantity(Fraction(value), written)
        same_kind = quantity.is_compatible_with(unit)
        magnitude = quantity.to(unit).magnitude if same_kind else None
    except Exception:
        raise ValueError(f'"{_short(written)}" is not a unit', f"write the number in {unit}") from None
    if magnitude is None:
        raise ValueError(f'"{_short(word)}" cannot be turned into {unit}', f"write the number in {unit}")
    exact = Fraction(magnitude)
    scaled = exact * 10**DECIMALS
    if not isinstance(magnitude, Fraction | int) or scaled.denominator != 1:
        raise ValueError(f'"{_short(word)}" cannot be turned into {unit} without rounding', f"write the number in {unit}")
    return _bounded(EXACT.scaleb(Decimal(scaled.numerator), -DECIMALS), word)


@functools.cache
def _registry() -> Any:
    """Units in fractions: in decimals 1 knot would be 1.851999... km/h, on the wrong side of a limit."""
    import pint

    return pint.UnitRegistry(non_int_type=Fraction)


def percentage(text: str) -> Decimal:
    """`40`, `40 %` or `40%`; the bounds are the declaration's."""
    word = text.strip()
    return number(word.removesuffix("%").strip() if word.endswith("%") else word)


def money(text: str, rates: Mapping[str, Decimal]) -> Money:
    """`9000 USD`, `USD 9000`, `1.5 MUSD`, `400 kEUR`. In US dollars too where there is a rate (US dollars for one unit)."""
    word = " ".join(text.split())
    match = _MONEY.fullmatch(word) if len(word) <= _LONGEST else None
    if match is None:
        raise ValueError(f'"{_short(word)}" is not an amount of money', _not_money(word))
    currency = match["after"] or match["before"]
    if currency is None or (match["after"] and match["before"]):
        raise ValueError(
            f'"{word}" names no currency' if currency is None else f'"{word}" names two currencies', "write it as 9000 USD"
        )
    if match["prefix"] not in _SCALE:
        raise ValueError(f'"{word}" is not an amount of money', "before the currency may stand k, M or B: 1.5 MUSD")
    check_currency(currency)
    amount = _bounded(EXACT.multiply(number(match[2]), _SCALE[match["prefix"]]), word)
    if amount < 0:
        raise ValueError(f'"{word}" is negative', "an amount of money is zero or more")
    rate = Decimal(1) if currency == "USD" else rates.get(currency)
    return Money(amount, currency, None if rate is None else shortest(EXACT.multiply(amount, rate)))


def _not_money(word: str) -> str:
    symbol = next((code for sign, code in _SYMBOLS.items() if sign in word), None)
    if symbol:
        return f"write the currency as a code: 9000 {symbol}"
    digits = re.sub(r"[A-Za-z ]", "", word)
    if re.search(r"\d[,_'’]\d{3}|\d \d{3}", word):
        return "write it without separators between the digits: 1000000 USD or 1 MUSD"
    return "write it as 9000 USD or 1.5 MUSD" if digits else "write the amount: 9000 USD"


def check_currency(code: str) -> None:
    """Raise `ValueError` for a code that is no currency of ISO 4217."""
    if code in _COMMON_CURRENCIES:
        return
    import pycountry

    known = {c.alpha_3 for c in pycountry.currencies if c.alpha_3[0] != "X" or c.alpha_3 in ("XAF", "XCD", "XCG", "XOF", "XPF")}
    if code not in known:
        hint = (
            f"write {code.upper()}"
            if code.upper() in known
            else did_you_mean(code, _COMMON.split()) or did_you_mean(code, sorted(known))
        )
        raise ValueError(f'"{code}" is no currency', hint or "use a code of ISO 4217: USD, EUR, GBP")
