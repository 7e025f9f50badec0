"""What is declared in across.yaml: totals that are filled in as facts, and what notices are given of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).with_name("across.yaml")
Kind = Literal["split", "repeated", "circular"]


@dataclass(frozen=True, slots=True)
class Total:
    """A total over the calendar year before a transfer, by consignee (any party with one of the roles) and ECCN.

    `fact` is a money fact of the transaction or of the item, `sum` the definition of an item's value. A line counts unless what
    it claims is another authority.
    """

    fact: str
    pack: str
    cite: str
    says: str
    sum: str
    authority: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Correlation:
    """What a notice is given of. `days` is from the first to the last of the transactions, `most` in US dollars for one transfer,
    `count` how many there are at least; `limits` is a table of amounts by paragraph."""

    kind: Kind
    cite: str
    says: str
    days: int
    limits: str = ""
    count: int = 2
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    totals: tuple[Total, ...]
    notices: Mapping[Kind, Correlation]


@cache
def declared() -> Declared:
    """As it is shipped."""
    import yaml

    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Declared(tuple(map(_total, found["totals"])), {c.kind: c for c in map(_correlation, found["notices"])})


def _total(node: dict[str, Any]) -> Total:
    return Total(**{**node, "roles": frozenset(node["roles"])})


def _correlation(node: dict[str, Any]) -> Correlation:
    return Correlation(**{**node, "most": Decimal(node["most"]) if "most" in node else None})
