"""The rows of a frame as a source of transactions: as the same rows of a Parquet file are read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exportcheck.errors import Problem
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.model import Group, Row, Source
from exportcheck.intake.parquet import Batched, ParquetDescriptions, ParquetRows, holds_descriptions
from exportcheck.intake.table import Table
from exportcheck.vocabulary.model import Vocabulary

if TYPE_CHECKING:
    import pyarrow as pa

PLACE: Final = Path("frame")
"""What messages call it."""
NO_NUMBER: Final = 0


class Incoming(Batched):
    """Arrow batches of one schema. `row` names the column that numbers the rows, and is not read otherwise; the numbers of the
    batches that were given out wait in `numbers`."""

    def __init__(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch], row: str | None) -> None:
        import pyarrow as pa

        self.path = PLACE
        self.pa: Any = pa
        self.schema = schema if row is None else schema.remove(schema.get_field_index(row))
        self.count: int | None = None
        self.numbers: deque[int] = deque()
        self._batches = batches
        self._row = row

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            if self._row is None:
                yield batch
                continue
            numbers = batch.column(self._row)
            if numbers.null_count:
                raise ValueError(f'the column "{self._row}", which numbers the rows, has a row without a number')
            self.numbers.extend(numbers.to_pylist())
            yield batch.drop_columns([self._row])

    def number(self) -> int:
        """That of the next row."""
        return self.numbers.popleft() if self._row is not None else NO_NUMBER


class FrameDescriptions(ParquetDescriptions):
    """A description a row."""

    file: Incoming

    def groups(self) -> Iterator[Group]:
        for group in super().groups():
            number = self.file.number()
            yield Group((Row(number, ()),), record=group.record, problems=_at(group.problems, number))


class FrameRows(ParquetRows):
    """Flat columns."""

    file: Incoming

    def rows(self) -> Iterator[Row]:
        for row in super().rows():
            number = self.file.number()
            yield Row(number, row.cells, row.foreign, _at(row.problems, number))


def _at(problems: tuple[Problem, ...], number: int) -> tuple[Problem, ...]:
    """What is wrong with a row, said of its number."""
    return tuple(replace(p, span=replace(p.span, line=number)) for p in problems)


def source_of(incoming: Incoming, mapping: Mapping | None, vocabulary: Vocabulary) -> Source:
    """Descriptions where there is a struct column `transaction` and no mapping, else a table. Raises InputError."""
    if mapping is None and holds_descriptions(incoming.schema):
        return FrameDescriptions(PLACE, incoming, vocabulary)
    return Table(PLACE, "parquet", FrameRows(PLACE, incoming), mapping, vocabulary)
