"""What is worth a notice, as rules of the conclusion layer.

What is compared are figures and names of users; the rules see only what came of it, as literals that are written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from exportcheck.batch.declared import Kind
from exportcheck.engine.conclude import Memo, Prefer, Program, conjunction, disjunction, holds, make_concluder, stated
from exportcheck.values import Truth

KINDS: Final[tuple[Kind, ...]] = ("split", "repeated", "circular")

PROGRAM: Final = Program(
    (
        *conjunction("related", ["same-consignee", "near-in-time"], "to one consignee in a short time"),
        *conjunction("split", ["related", "same-entry", "several", "each-within", "sum-above"], "one order may have been split"),
        *conjunction("repeated", ["related", "many", "each-small"], "small transfers are repeated"),
        *disjunction("came-back", ["back-straight", "back-through-third"], "it came back to where it went out from"),
        *conjunction("circular", ["came-back", "same-paragraph", "in-order", "near-in-time"], "the route goes in a circle"),
    )
)


@dataclass(slots=True)
class Rules:
    """Concludes which notices some transactions give, each distinct set of observations once."""

    prefer: Prefer = "auto"
    memo: Memo = field(init=False)

    def __post_init__(self) -> None:
        self.memo = Memo(make_concluder(PROGRAM, self.prefer), PROGRAM)

    def kinds(self, observed: Mapping[str, Truth]) -> tuple[Kind, ...]:
        """The notices that follow from what was observed; what is unknown gives none."""
        literals = self.memo.conclude(stated(observed.items())).literals
        return tuple(kind for kind in KINDS if holds(kind) in literals)
