"""Clauses that a row of a table meets: the rows that a stated path could be under, once for each path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from exportcheck.batch.columns import TRUTHS, Index, Truths, always, compact, number_of
from exportcheck.batch.expressions import Meanings, Reader
from exportcheck.batch.sites import Site
from exportcheck.batch.slots import SlotCompiler, slot
from exportcheck.condition.ast import GroundVar
from exportcheck.engine.clauses import Row, compile_rows
from exportcheck.rulepack.model import Rows
from exportcheck.rulepack.ruleset import TableSlice

Candidates = list[Row]


class RowsReader:
    """Reads `rows` clauses. What rows a path may be under is asked of the evaluator, and kept."""

    def __init__(self, meanings: Meanings, table: Callable[[str], TableSlice]) -> None:
        self.meanings = meanings
        self.table = table
        self._compiled: dict[int, tuple[Rows, Callable[..., Candidates], tuple[str, ...]]] = {}
        self._candidates: dict[tuple[int, object, object], list[tuple[tuple[object, ...], Any, int]]] = {}

    def truths(self, rows: Rows, site: Site, reader: Reader) -> Truths:
        """At least one row fits: the stated path is under it, and its `when` holds."""
        paths = reader.coded(rows.path, site)
        codes, distinct = compact(paths.codes, len(paths.values))
        grounds = tuple(site.constants[e.var] for _, e in rows.where if isinstance(e, GroundVar))
        by_cells: dict[tuple[object, ...], tuple[Any, Index]] = {}
        for place, code in enumerate(distinct.tolist()):
            for cells, row, truth in self._of_path(rows, paths.values[code], grounds, site):
                if cells not in by_cells:
                    by_cells[cells] = (row, np.zeros(len(distinct), np.int64))
                truths = by_cells[cells][1]
                truths[place] = max(truths[place], truth)
        result = always(False, site.size)
        for row, truths in by_cells.values():
            fits = truths.astype(np.int8)[codes]
            if row is not None and rows.when is not None:
                fits = np.minimum(fits, reader.truths(rows.when, site.having(rows.var, row)))
            result = np.maximum(result, fits)
        return result

    def _of_path(self, rows: Rows, path: object, grounds: object, site: Site) -> list[tuple[tuple[object, ...], Any, int]]:
        """For each set of cells that `when` reads: a row with them, and the greatest truth of the path being under such a row."""
        key = (id(rows), (path.__class__, path), grounds)
        found = self._candidates.get(key)
        if found is None:
            _, run, columns = self._run(rows)
            env = self.meanings.env(site.constants)
            env.slots = (path,)
            best: dict[tuple[object, ...], tuple[Any, int]] = {}
            for row, truth in run(env, self.table, every=True):
                cells = ("",) if row is None else ("row", *(row[c] for c in columns))
                before = best.get(cells)
                number = number_of(truth)
                if before is None or before[1] < number:
                    best[cells] = (row, number)
            found = self._candidates[key] = [(cells, row, n) for cells, (row, n) in best.items() if TRUTHS[n] is not False]
        return found

    def _run(self, rows: Rows) -> tuple[Rows, Callable[..., Candidates], tuple[str, ...]]:
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
