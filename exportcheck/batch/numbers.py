"""Numbers of conditions over columns: exact ones by arrays, what is not exact by its normative meaning."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import cast

import numpy as np

from exportcheck.batch.columns import FALSE, TRUE, UNKNOWN, Coded, Flags, Index, Truths, always
from exportcheck.batch.figures import MOST, Figures, against, as_percent, compared, computed, of_coded
from exportcheck.batch.operations import Meanings
from exportcheck.batch.sites import Rows, Site
from exportcheck.condition import ast as A
from exportcheck.condition.evaluate_logic import TURNED


class Numbers(ABC):
    """The part of a reader that reads numbers. What is asked of the rest is abstract here."""

    def __init__(self, meanings: Meanings) -> None:
        self.meanings = meanings
        self.shapes = meanings.shapes
        self._figures: dict[tuple[int, int, tuple[object, ...]], tuple[Rows, Figures]] = {}
        self._odd: dict[int, tuple[Figures, Index, Coded, tuple[Truths, Truths]]] = {}

    @abstractmethod
    def coded(self, node: A.Expr, site: Site) -> Coded: ...

    @abstractmethod
    def is_in(self, source: A.Entities, site: Site) -> Truths | None: ...

    @abstractmethod
    def _constants(self, node: A.Expr, site: Site) -> tuple[object, ...]: ...

    @abstractmethod
    def _value(self, node: A.Expr, site: Site) -> object: ...

    @abstractmethod
    def _below(self, node: A.Collect | A.Fold | A.Quant, site: Site) -> Site: ...

    @abstractmethod
    def _gathered(self, node: A.Expr, site: Site) -> Truths | Coded: ...

    @abstractmethod
    def _distinct(self, column: Coded) -> tuple[Index, Index]: ...

    @abstractmethod
    def _each(self, node: A.Expr, column: Coded, site: Site) -> Truths: ...

    @abstractmethod
    def _looked_up(self, node: A.Expr, operands: Sequence[Coded], site: Site) -> Coded: ...

    @abstractmethod
    def _over_members(
        self, node: A.Collect | A.Fold | A.Count, source: A.Entities, body: Coded | None, site: Site, only: Flags | None = None
    ) -> Coded: ...

    def figures(self, node: A.Expr, site: Site) -> Figures:
        """The column of a number."""
        key = (self.shapes.number(node), id(site.rows), self._constants(node, site))
        found = self._figures.get(key)
        if found is None:
            found = self._figures[key] = (site.rows, self._read_figures(node, site))
        return found[1]

    def _read_figures(self, node: A.Expr, site: Site) -> Figures:
        rows = site.rows
        if rows.outer is not None and rows.var not in self.shapes.free(node):
            return self.figures(node, site.at(rows.outer)).take(rows.within)
        if not self.meanings.constant(node):
            match node:
                case A.Arith() if node.type.numeric:
                    return self._computed(node, site)
                case A.Fold() if node.fn == "sum":
                    return self._summed(node, site)
        return of_coded(self.coded(node, site))

    def _computed(self, node: A.Arith, site: Site) -> Figures:
        left, right = self.figures(node.left, site), self.figures(node.right, site)
        exact, found = left.exact & right.exact, computed(node.op, left, right)
        if found is None:
            return of_coded(self.coded(node, site))
        sides = {id(node.left): left, id(node.right): right}
        return _partly(exact, *found, self._looked_up_where(node, sides, ~exact, site))

    def _summed(self, node: A.Fold, site: Site) -> Figures:
        members = site.rows.members(node.source.var, node.source.name)
        body = self.figures(node.body, self._below(node, site))
        is_in = self.is_in(node.source, site)
        counted = np.ones(len(members.rows), np.bool_) if is_in is None else is_in == TRUE
        known = (body.exact & counted) if is_in is None else (body.exact & counted) | (is_in == FALSE)
        exact = members.complete & (members.least(np.where(known, np.int8(TRUE), np.int8(FALSE))) == TRUE)
        if body.most * int(members.counts.max(initial=0)) >= MOST:
            exact = np.zeros_like(exact)
        total = members.sum(np.where(counted & exact[members.rows], body.whole, 0))
        rest = None
        if not exact.all():
            mine = np.flatnonzero(~exact[members.rows])
            rest = self._over_members(node, node.source, body.coded(mine), site, only=~exact)
        return _partly(exact, total, body.decimals, rest)

    def _compared(self, node: A.Cmp, site: Site) -> Truths:
        if isinstance(node.left, A.Percent):
            percent, limit, op = node.left, node.right, node.op
        elif isinstance(node.right, A.Percent):
            percent, limit, op = node.right, node.left, TURNED.get(node.op, node.op)
        elif node.left.type.numeric and node.right.type.numeric:
            limited = self._limited(node, site)
            if limited is not None:
                return limited
            left, right = self.figures(node.left, site), self.figures(node.right, site)
            sides = {id(node.left): left, id(node.right): right}
            return self._settled(node, sides, compared(node.op, left, right), left.exact & right.exact, site)
        else:
            return cast(Truths, self._gathered(node, site))
        part, whole, most = (self.figures(n, site) for n in (percent.part, percent.whole, limit))
        sides = {id(percent.part): part, id(percent.whole): whole, id(limit): most}
        products = as_percent(part, whole, most)
        if products is None:
            return self._settled(node, sides, None, part.exact, site)
        return self._settled(node, sides, compared(op, *products[:2]), products[2], site)

    def _limited(self, node: A.Cmp, site: Site) -> Truths | None:
        """The comparison with a number that is the same in all rows; None where it is not so simple."""
        if self.meanings.constant(node.left) or not self.meanings.constant(node.right):
            return None
        left = self.figures(node.left, site)
        truths = against(node.op, left, self._value(node.right, site))
        if truths is None or id(left) in self._odd:
            odd = self._odd.get(id(left))
        else:
            rows = np.flatnonzero(~left.exact)
            known = (left.exact.view(np.int8) << 1, (~left.exact).view(np.int8))
            odd = self._odd[id(left)] = (left, rows, left.coded(rows), known)
        if truths is None or odd is None:
            return None
        _, rows, column, (exact, unknown) = odd
        if not len(rows):
            return truths
        # what is not exact is unknown, most often all of it
        np.bitwise_or(np.bitwise_and(truths, exact, out=truths), unknown, out=truths)
        rest = self._each(node, column, site)
        if (rest != UNKNOWN).any():
            codes, _ = self._distinct(column)
            truths[rows] = rest[codes]
        return truths

    def _settled(self, node: A.Cmp, sides: dict[int, Figures], truths: Truths | None, exact: Flags, site: Site) -> Truths:
        """The comparison where it could be made, looked up elsewhere."""
        if truths is None:
            truths, exact = always(None, site.size), np.zeros(site.size, np.bool_)
        rest = self._looked_up_where(node, sides, ~exact, site)
        if rest is not None:
            truths[~exact] = rest.truths()
        return truths

    def _looked_up_where(self, node: A.Expr, sides: dict[int, Figures], where: Flags, site: Site) -> Coded | None:
        rows = np.flatnonzero(where)
        if not len(rows):
            return None
        return self._looked_up(node, [sides[id(o)].coded(rows) for o in self.meanings.operands(node)], site)


def _partly(exact: Flags, whole: Index, decimals: int, rest: Coded | None) -> Figures:
    """Figures that are exact in some rows; `rest` is of the others alone."""
    codes = np.zeros(len(exact), np.int64)
    if rest is None:
        return Figures(exact, whole, decimals, Coded(codes, (None,)))
    codes[~exact] = rest.codes
    return Figures(exact, np.where(exact, whole, 0), decimals, Coded(codes, rest.values))
