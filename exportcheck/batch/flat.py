"""A flat table of Arrow columns as levels, with no transaction and no entity for each row: enough to decide conditions on."""

from __future__ import annotations

from collections.abc import Mapping as Words
from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from exportcheck.batch.columns import Coded, Index, Interner
from exportcheck.batch.tables import ROOT, Level, Listed, Slice
from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake.cells import Cells
from exportcheck.intake.mapping import ColumnMap, Mapping
from exportcheck.intake.nodes import cell_of
from exportcheck.intake.plan import Plan, make_plan
from exportcheck.transaction.convert import ALWAYS_STATED
from exportcheck.transaction.model import Entity, EntityList, Fact, Transaction
from exportcheck.vocabulary.model import ENTITY_KINDS, ENTITY_LISTS, MARKED_LISTS, Vocabulary

if TYPE_CHECKING:
    import pyarrow as pa

ITEM, ITEMS = "item", "items"
NAME = "columns"
_NO_LISTS: Words[str, EntityList] = MappingProxyType({})
_NO_FACTS: Words[str, Fact] = MappingProxyType({})


class FlatReader:
    """Reads tables of the same columns, which are paths of facts of transactions and items. Each distinct value is converted
    once for all columns of facts of one type, and kept from table to table.

    Raises InputError for a column that is no fact of either, and for a value that is none of its fact.
    """

    def __init__(self, columns: Sequence[str], vocabulary: Vocabulary) -> None:
        self.columns = tuple(columns)
        mapping = Mapping(tuple(ColumnMap(name, name, span=Span(NAME)) for name in self.columns), by_row=True)
        self.plan = make_plan(self.columns, mapping, vocabulary, NAME)
        self._facts_of: dict[object, dict[object, Fact | None]] = {}
        _check(self.plan, self.columns)

    def __call__(self, table: pa.Table) -> Slice:
        """A row is a transaction with one item."""
        size = table.num_rows
        root, item = Entity(ROOT, "", _NO_FACTS, _NO_LISTS), Entity(ITEM, "items[0]", _NO_FACTS, _NO_LISTS)
        every = np.arange(size)
        listed = Listed(ITEM, np.arange(size + 1), every, np.ones(size, np.bool_))
        levels = {
            ROOT: Level(
                ROOT, every, [root] * size, self._facts(self.plan.root.cells, table), {ITEMS: listed, **_none(ROOT, size)}
            ),
            ITEM: Level(ITEM, every, [item] * size, self._facts(self.plan.item.cells, table), _none(ITEM, size)),
        }
        for kind in ENTITY_KINDS:
            if kind not in levels:
                levels[kind] = Level(kind, np.zeros(0, np.int64), (), {}, _none(kind, 0))
        return Slice([_nobody(root)] * size, levels)

    def _facts(self, cells: Sequence[Cells], table: pa.Table) -> dict[str, Coded]:
        return {c.name: self._column(c, table.column(self.columns[c.position])) for c in cells}

    def _column(self, cells: Cells, column: pa.ChunkedArray) -> Coded:
        import pyarrow as pa

        found = column.combine_chunks()
        if isinstance(found, pa.ChunkedArray):  # of several dictionaries, or of none
            found = pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], column.type)
        encoded = found if pa.types.is_dictionary(found.type) else found.dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        values: list[object] = [None]
        number, places = Interner(), np.zeros(len(encoded.dictionary) + 1, np.int64)
        known = self._facts_of.setdefault(_meaning(cells), {None: None})
        for n, value in enumerate(encoded.dictionary.to_pylist()):
            if value not in known:
                known[value] = self._fact(cells, value)
            fact = known[value]
            if fact is not None:
                places[n] = number((fact.value.__class__, fact.value, fact.complete)) + 1
                if places[n] == len(values):
                    values.append(fact)
        if len(values) == len(places) and (places[:-1] == np.arange(1, len(places))).all():
            return Coded(np.add(codes, 1, dtype=np.int64), values)
        return Coded(places[codes], values)  # what is null has the last place, which is 0: not stated

    def _fact(self, cells: Cells, value: object) -> Fact | None:
        known = cells.known(cell_of(value), ())
        if known.message:
            where = Span(f'column "{self.columns[cells.position]}"')
            raise InputError(Problem(where, f"`{cells.name}`: {known.message}", known.hint))
        return None if known.value is None else Fact(known.value, known.text, complete=known.complete, unit=cells.unit)


def _meaning(cells: Cells) -> object:
    """Columns of which this is equal mean the same by the same text."""
    fact = cells.declared
    return (fact.type, fact.marked, fact.absent, fact.least, fact.greatest, cells.name in ALWAYS_STATED)


def _check(plan: Plan, columns: Sequence[str]) -> None:
    own = {c.position for c in (*plan.root.cells, *plan.item.cells)}
    for position, name in enumerate(columns):
        if position not in own:
            said = f'"{name}" is no fact of a transaction or an item'
            raise InputError(Problem(Span(NAME), said, "parties and what is below items are decided from transactions"))


def _none(kind: str, size: int) -> dict[str, Listed]:
    """The lists of which nothing is stated."""
    starts, nobody = np.zeros(size + 1, np.int64), cast(Index, np.zeros(0, np.int64))
    listed = {n: of for n, of in ENTITY_LISTS.get(kind, {}).items() if n != ITEMS}
    return {name: Listed(of, starts, nobody, np.full(size, name not in MARKED_LISTS)) for name, of in listed.items()}


def _nobody(root: Entity) -> Transaction:
    """A transaction that claims nothing and of which nothing was judged."""
    nothing: Words[str, Any] = MappingProxyType({})
    return Transaction(id="", root=root, claims=(), judgements=nothing, rates=nothing)
