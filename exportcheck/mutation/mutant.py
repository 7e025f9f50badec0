"""A mutant: one small change of one part of a pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from exportcheck.errors import Span
from exportcheck.rulepack.model import DatedList, Definition, Parameter, Provision, Table

Part = Provision | Definition | DatedList | Parameter | Table
Kind = Literal["sign", "threshold", "date", "list", "value", "exception", "logic", "negation", "effect", "table"]
KINDS: tuple[Kind, ...] = ("sign", "threshold", "date", "list", "value", "exception", "logic", "negation", "effect", "table")


@dataclass(frozen=True, slots=True)
class Mutant:
    """`part` with one change, which `make` makes. `address` is the clause it is in ("" outside of clauses)."""

    kind: Kind
    part: Part
    address: str
    span: Span
    change: str
    make: Callable[[], Part]

    @property
    def pack(self) -> str:
        return self.part.pack

    @property
    def about(self) -> str:
        """The part, with the clause."""
        return f"{self.part.id}#{self.address}" if self.address else self.part.id
