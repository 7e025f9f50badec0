"""Numbers as whole numbers over a power of ten, where they are exact and fit; all else is looked up as any other operation is.

No result is rounded and none wraps: what could come near the end of 64 bits, by the greatest figures at hand, is looked up.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from exportcheck.batch.columns import Coded, Flags, Index, Truths, compact
from exportcheck.values import EXACT

MOST: Final = 1 << 62
"""Whole numbers stay below this."""
MOST_DECIMALS: Final = 18

COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """A column of numbers: `whole[n] / 10**decimals` where `exact[n]`, elsewhere what `rest` has (a number too, where it did not
    fit). Where it is not exact, `whole` is 0."""

    exact: Flags
    whole: Index
    decimals: int
    rest: Coded

    @property
    def most(self) -> int:
        """The greatest whole number, sign apart."""
        return int(np.abs(self.whole).max()) if len(self.whole) else 0

    def take(self, rows: Index) -> Figures:
        return Figures(self.exact[rows], self.whole[rows], self.decimals, self.rest.take(rows))

    def coded(self, rows: Index) -> Coded:
        """The values in some rows, coded."""
        exact, codes = self.exact[rows], self.rest.codes[rows]
        if not exact.any():
            return Coded(codes, self.rest.values)
        distinct, inverse = np.unique(self.whole[rows][exact], return_inverse=True)
        numbers = [Decimal(n).scaleb(-self.decimals, EXACT) for n in distinct.tolist()]
        codes = codes + len(numbers)
        codes[exact] = inverse.reshape(-1)
        return Coded(codes, [*numbers, *self.rest.values])

    def scaled(self, decimals: int) -> Index | None:
        """The whole numbers with more decimals; None where they might not fit."""
        factor = 10 ** (decimals - self.decimals)
        return None if self.most * factor >= MOST else self.whole * factor


def of_coded(column: Coded) -> Figures:
    """The figures of a coded column."""
    if len(column.values) == 1:  # one value, whose array takes no room
        codes, distinct = column.codes, np.zeros(1, np.int64)
    else:
        codes, distinct = compact(column.codes, len(column.values))
    values = [column.values[n] for n in distinct.tolist()]
    decimals = max((_decimals(v) for v in values if isinstance(v, Decimal)), default=0)
    decimals = min(decimals, MOST_DECIMALS)
    exact, whole = np.zeros(len(values), np.bool_), np.zeros(len(values), np.int64)
    for n, value in enumerate(values):
        if isinstance(value, Decimal):
            scaled = value.scaleb(decimals, EXACT)  # the context at hand would round what is long
            if -MOST < scaled < MOST and scaled == int(scaled):
                exact[n], whole[n] = True, int(scaled)
    if len(values) == 1 and len(codes):
        return Figures(np.broadcast_to(exact, codes.shape), np.broadcast_to(whole, codes.shape), decimals, Coded(codes, values))
    return Figures(exact[codes], whole[codes], decimals, Coded(codes, values))


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def aligned(left: Figures, right: Figures) -> tuple[Index, Index] | None:
    """Both with as many decimals; None where they might not fit."""
    decimals = max(left.decimals, right.decimals)
    a, b = left.scaled(decimals), right.scaled(decimals)
    return None if a is None or b is None else (a, b)


def computed(op: str, left: Figures, right: Figures) -> tuple[Index, int] | None:
    """Sum, difference or product of whole numbers, with its decimals; None where it might not fit."""
    if op == "*":
        decimals = left.decimals + right.decimals
        if left.most * right.most >= MOST or decimals > MOST_DECIMALS:
            return None
        return left.whole * right.whole, decimals
    both = aligned(left, right)
    if both is None:
        return None
    a, b = both
    return (a + b if op == "+" else a - b), max(left.decimals, right.decimals)  # each is below 2**62


def as_percent(part: Figures, whole: Figures, limit: Figures) -> tuple[Figures, Figures, Flags] | None:
    """`100 * part` and `limit * whole`, to be compared where the whole is more than nothing; None where they might not fit."""
    product = computed("*", limit, whole)
    if product is None or part.most * 100 >= MOST:
        return None
    exact = part.exact & whole.exact & limit.exact
    above = Figures(exact, product[0], product[1], part.rest)
    return Figures(exact, part.whole * 100, part.decimals, part.rest), above, exact & (whole.whole > 0)


def compared(op: str, left: Figures, right: Figures) -> Truths | None:
    """The comparison, of use where both are exact; None where it might not fit."""
    both = aligned(left, right)
    return None if both is None else settled(COMPARE[op](*both))


def settled(flags: Flags) -> Truths:
    """Known true where it is so, known false elsewhere."""
    return np.left_shift(flags.view(np.int8), np.int8(1))  # TRUE is 2; fifty times as fast as `where`


def against(op: str, left: Figures, limit: object) -> Truths | None:
    """The comparison with one number, of use where the left is exact; None where it might not fit."""
    if not isinstance(limit, Decimal):
        return None
    scaled = limit.scaleb(left.decimals, EXACT)
    if not -MOST < scaled < MOST or scaled != int(scaled):
        return None
    return settled(COMPARE[op](left.whole, int(scaled)))
