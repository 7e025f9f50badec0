"""Clauses that a row of a table meets: the rows that a stated path could be under, once for each path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from exportcheck.batch.columns import FALSE, Coded, Index, Truths, always, compact, number_of
from exportcheck.batch.expressions import Reader
from exportcheck.batch.operations import Meanings
from exportcheck.batch.sites import Site
from exportcheck.batch.slots import SlotCompiler, slot
from exportcheck.condition.ast import GroundVar
from exportcheck.engine.clauses import Row, compile_rows
from exportcheck.rulepack.model import Rows
from exportcheck.rulepack.ruleset import TableSlice
from exportcheck.values import Classification, PartialSet

NO_GROUND = "/"
"""A ground that no row of a table names."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Rows that a path may be under and that are alike in what `when` reads: those cells, one such row (None: it cannot be told
    which rows there are), and the greatest truth of the path being under one of them."""

    cells: tuple[object, ...]
    row: Any
    truth: int


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A stated path: what fits it by the ground asked for (without its pack), and for a ground that no row of its entry names."""

    by_ground: dict[str, list[Fit]]
    silent: list[Fit]


@dataclass(slots=True, eq=False)
class Paths:
    """The paths of a column, by place: `codes` of every row, what each ground finds there, and the paths that may fit any."""

    column: Coded
    codes: Index
    count: int
    by_ground: dict[str, list[tuple[int, Fit]]] = field(default_factory=dict)
    silent: list[tuple[int, Path]] = field(default_factory=list)

    def fits(self, ground: str) -> Iterator[tuple[int, Fit]]:
        yield from self.by_ground.get(ground, ())
        for place, path in self.silent:
            if ground not in path.by_ground:
                yield from ((place, fit) for fit in path.silent)


class RowsReader:
    """Reads `rows` clauses. Which rows a path may be under is asked of the evaluator, and kept from slice to slice."""

    def __init__(self, meanings: Meanings, table: Callable[[str], TableSlice]) -> None:
        self.meanings = meanings
        self.table = table
        self._compiled: dict[int, tuple[Rows, Callable[..., list[Row]], tuple[str, ...]]] = {}
        self._paths: dict[tuple[int, object], Path] = {}

    def truths(self, rows: Rows, site: Site, reader: Reader, known: dict[tuple[int, int], Paths]) -> Truths:
        """At least one row fits: the stated path is under it, and its `when` holds. `known` are the columns of this slice."""
        column = reader.coded(rows.path, site)
        paths = known.get((id(rows), id(column)))
        if paths is None:
            paths = known[id(rows), id(column)] = self._of_column(rows, column)
        var = _ground_var(rows)
        by_cells: dict[tuple[object, ...], tuple[Any, Index]] = {}
        for place, fit in paths.fits(site.constants[var].partition("/")[2] if var else ""):
            if fit.cells not in by_cells:
                by_cells[fit.cells] = (fit.row, np.zeros(paths.count, np.int8))
            truths = by_cells[fit.cells][1]
            truths[place] = max(truths[place], fit.truth)
        result = always(False, site.size)
        for row, truths in by_cells.values():
            fits = truths[paths.codes]
            if row is not None and rows.when is not None:
                having = site.having(rows.var, row)
                reader.bears(rows.when, having, fits != FALSE)
                fits = np.minimum(fits, reader.truths(rows.when, having))
            result = np.maximum(result, fits)
        return result

    def _of_column(self, rows: Rows, column: Coded) -> Paths:
        codes, distinct = compact(column.codes, len(column.values))
        paths = Paths(column, codes, len(distinct))
        for place, code in enumerate(distinct.tolist()):
            path = self._of_path(rows, column.values[code])
            if path.silent:
                paths.silent.append((place, path))
            for ground, fits in path.by_ground.items():
                paths.by_ground.setdefault(ground, []).extend((place, fit) for fit in fits)
        return paths

    def _of_path(self, rows: Rows, path: object) -> Path:
        key = (id(rows), (path.__class__, path))
        found = self._paths.get(key)
        if found is None:
            silent = self._fits(rows, path, NO_GROUND)
            named = {g: self._fits(rows, path, f"/{g}") for g in self._named(rows, path)}
            found = self._paths[key] = Path(named, silent)
        return found

    def _named(self, rows: Rows, path: object) -> frozenset[str]:
        """The grounds, without their pack, that rows of the entry of a path name."""
        columns = [column for column, value in rows.where if isinstance(value, GroundVar)]
        if not columns:
            return frozenset()
        stated = path.sure if isinstance(path, PartialSet) else (path,)
        roots = {one.path[0] for one in stated if isinstance(one, Classification)}
        return frozenset().union(*(self.table(rows.table).values_for(columns[0], root) for root in roots))

    def _fits(self, rows: Rows, path: object, ground: str) -> list[Fit]:
        _, run, columns = self._run(rows)
        var = _ground_var(rows)
        env = self.meanings.env({var: ground} if var else {})
        env.slots = (path,)
        best: dict[tuple[object, ...], Fit] = {}
        for row, truth in run(env, self.table, every=True):
            cells = ("",) if row is None else ("row", *(row[c] for c in columns))
            fit = Fit(cells, row, number_of(truth))
            if fit.truth != FALSE and (cells not in best or best[cells].truth < fit.truth):
                best[cells] = fit
        return list(best.values())

    def _run(self, rows: Rows) -> tuple[Rows, Callable[..., list[Row]], tuple[str, ...]]:
        """`engine.clauses.compile_rows` of a path at hand, and of the path alone: as if `when` were true."""
        found = self._compiled.get(id(rows))
        if found is None:
            slots = {id(rows.path): slot(0)}
            columns: tuple[str, ...] = ()
            if rows.when is not None:
                slots[id(rows.when)] = lambda env: True
                columns = tuple(c for var, c in self.meanings.shapes.constants(rows.when) if var == rows.var)
            found = self._compiled[id(rows)] = (rows, compile_rows(rows, SlotCompiler(self.meanings.vocabulary, slots)), columns)
        return found


def _ground_var(rows: Rows) -> str:
    """The variable of the ground that rows are compared with; "" where they are not."""
    return next((value.var for _, value in rows.where if isinstance(value, GroundVar)), "")
