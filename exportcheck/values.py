"""The values that facts and conditions have, and three-valued logic over them.

Truth is Kleene's: `True`, `False`, and `None` for unknown. A scalar is its Python value (`str`, `bool`, `Decimal`, `date`,
`Money`, `Classification`), or one of the sentinels `ABSENT` (known not to be there), `UNDETERMINABLE` (looked, cannot be
established) and `UNKNOWN` (not stated). Numbers are exact; where parts are unknown they are an `Interval`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from enum import Enum
from typing import Final

Truth = bool | None

EXACT: Final = Context(prec=400, traps=[Inexact, InvalidOperation, Overflow])
"""Decimal arithmetic that raises rather than rounds."""

LARGEST: Final = Decimal("1e18")
"""No stated number may be larger; with at most `DECIMALS` decimals, every product stays exact."""
DECIMALS: Final = 12


class Sentinel(Enum):
    ABSENT = "none"
    UNDETERMINABLE = "undeterminable"
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.name


ABSENT: Final = Sentinel.ABSENT
UNDETERMINABLE: Final = Sentinel.UNDETERMINABLE
UNKNOWN: Final = Sentinel.UNKNOWN


def k_not(a: Truth) -> Truth:
    return None if a is None else not a


def k_and(values: Iterable[Truth]) -> Truth:
    result: Truth = True
    for v in values:
        if v is False:
            return False
        if v is None:
            result = None
    return result


def k_or(values: Iterable[Truth]) -> Truth:
    result: Truth = False
    for v in values:
        if v is True:
            return True
        if v is None:
            result = None
    return result


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as stated, and in US dollars where the transaction gives a rate (`None`: no rate was stated)."""

    amount: Decimal
    currency: str
    usd: Decimal | None

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,f}"


@dataclass(frozen=True, slots=True)
class Classification:
    """A path on a control list: `VIII(h)(1)` is ("VIII", "h", "1"), `9A610.x` is ("9A610", "x"), `EAR99` is ("EAR99",).

    `scheme` is the list (`usml`, `eccn`, ...). Comparison is by scheme and path; `text` is only for showing.
    """

    scheme: str
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        return format_path(self.scheme, self.path)

    def __str__(self) -> str:
        return self.text


_ECCN = re.compile(r"^\d[A-E]\d{3}$")
_ROMAN = re.compile(r"^(?:X{0,2}(?:IX|IV|V?I{0,3}))$")


def format_path(scheme: str, path: tuple[str, ...]) -> str:
    if scheme == "usml":
        return path[0] + "".join(f"({part})" for part in path[1:])
    return ".".join(path)


def parse_classification(scheme: str, text: str) -> Classification:
    """Read a classification of a list. Raises `ValueError` with what would be right."""
    cleaned = text.strip()
    if scheme == "usml":
        match = re.fullmatch(r"(?:USML\s+)?(?:Category\s+)?([IVXivx]+)((?:\([A-Za-z0-9]+\))*)", cleaned)
        if not match or not _ROMAN.match(match[1].upper()) or not match[1]:
            raise ValueError('a USML paragraph is written like "VIII(h)(1)"')
        parts = re.findall(r"\(([A-Za-z0-9]+)\)", match[2])
        return Classification("usml", (match[1].upper(), *(p.lower() for p in parts)))
    if scheme == "eccn":
        folded = cleaned.upper().replace(" ", "")
        if folded == "EAR99":
            return Classification("eccn", ("EAR99",))
        match = re.fullmatch(r"(\d[A-Ea-e]\d{3})((?:\.?[A-Za-z0-9]+)(?:\.[A-Za-z0-9]+)*)?", cleaned)
        if not match:
            raise ValueError('an ECCN is written like "9A610.x" or "3A001.b.2", and an item on no list "EAR99"')
        rest = (match[2] or "").lstrip(".")
        return Classification("eccn", (match[1].upper(), *(p.lower() for p in rest.split(".") if p)))
    parts = [p for p in re.split(r"[.()\s]+", cleaned) if p]
    if not parts:
        raise ValueError("a classification may not be empty")
    return Classification(scheme, tuple(parts))


def under_path(stated: tuple[str, ...], asked: tuple[str, ...], *, leaf: bool = False) -> Truth:
    """Is the stated path equal to or deeper than the asked one? Unknown if it is stated more coarsely and is no known leaf."""
    depth = min(len(stated), len(asked))
    if stated[:depth] != asked[:depth]:
        return False
    if len(stated) >= len(asked):
        return True
    return False if leaf else None


@dataclass(frozen=True, slots=True)
class Interval:
    """A number that is only known to lie in [low, high]; `None` is no bound."""

    low: Decimal | None
    high: Decimal | None


Number = Decimal | Interval


@dataclass(frozen=True, slots=True)
class PartialSet:
    """A set of which `sure` are in it for certain, and nothing outside `possible` is (`None`: anything may be)."""

    sure: frozenset[object]
    possible: frozenset[object] | None

    @property
    def exact(self) -> bool:
        return self.possible is not None and self.sure == self.possible


EMPTY_SET: Final = PartialSet(frozenset(), frozenset())
ANY_SET: Final = PartialSet(frozenset(), None)
