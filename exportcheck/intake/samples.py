"""What the first values of a column look like: by that a mapping is proposed, and never decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from exportcheck.transaction.amounts import check_currency
from exportcheck.transaction.places import place_of

_ECCN: Final = re.compile(r"\d[A-Ea-e]\d{3}(\.[A-Za-z0-9.]+)?|EAR ?99", re.IGNORECASE)
_USML: Final = re.compile(r"(X{0,2}(IX|IV|V?I{0,3}))(\([A-Za-z0-9]+\))+")
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMMAS: Final = re.compile(r"[+-]?\d{1,3}(\.\d{3})*,\d{1,2}|[+-]?\d{1,3}(\.\d{3}){2,}")
_POINTS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_DATES: Final = ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y")
_TRUTHS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("y", "yes", "t", "true"), "yes"),
    **dict.fromkeys(("n", "no", "f", "false"), "no"),
}


@dataclass(frozen=True, slots=True)
class Samples:
    """Distinct values of a column that are not empty, in the order of the file."""

    values: tuple[str, ...]

    def shown(self, most: int = 3) -> str:
        listed = ", ".join(f'"{value[:30]}"' for value in self.values[:most])
        return f"values like {listed}" if listed else "no values in the first rows"

    def looks_like(self) -> str:
        """Where all values are one: `date`, `eccn`, `usml`, `currency` or `country`; else an empty text."""
        if not self.values:
            return ""
        if self._are_days():
            return "date"
        kinds = {"eccn": _is_eccn, "usml": _is_usml, "currency": _is_currency, "country": _is_country}
        return next((kind for kind, fits in kinds.items() if all(fits(value) for value in self.values)), "")

    def _are_days(self) -> bool:
        return all(_ISO_DAY.fullmatch(value) for value in self.values) or bool(self.date_formats())

    def date_formats(self) -> tuple[str, ...]:
        """The ways to write days in which all values are days; none if they are written as the engine reads them."""
        if not self.values or all(_ISO_DAY.fullmatch(value) for value in self.values):
            return ()
        return tuple(form for form in _DATES if all(_parses(value, form) for value in self.values))

    def marks(self) -> tuple[str, str]:
        """The decimal mark and the mark between thousands, where the values show them."""
        if any(_COMMAS.fullmatch(value) for value in self.values):
            return ",", "." if any("." in value for value in self.values) else ""
        return ".", "," if any(_POINTS.fullmatch(value) for value in self.values) else ""

    def have_letters(self) -> bool:
        return any(c.isalpha() for value in self.values for c in value)

    def truths(self) -> dict[str, str]:
        """Words for yes and no, where all values are some that are not read as they stand."""
        if self.values and all(value.casefold() in _TRUTHS for value in self.values):
            found = {value: _TRUTHS[value.casefold()] for value in self.values}
            if any(value.casefold() not in ("yes", "no", "true", "false") for value in found):
                return found
        return {}

    def among(self, values: Sequence[str]) -> dict[str, str]:
        """Which of these values each sample is, letter case, spaces and marks aside. Those that are none are left out."""
        known = {_bare(value): value for value in values}
        return {value: known[_bare(value)] for value in self.values if _bare(value) in known}


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _parses(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)
    except ValueError:
        return False
    return True


def _is_eccn(value: str) -> bool:
    return _ECCN.fullmatch(value) is not None


def _is_usml(value: str) -> bool:
    return _USML.fullmatch(value) is not None


def _is_currency(value: str) -> bool:
    if len(value) != 3 or not value.isupper():
        return False
    try:
        check_currency(value)
    except ValueError:
        return False
    return True


def _is_country(value: str) -> bool:
    try:
        place_of(value)
    except ValueError:
        return False
    return True
