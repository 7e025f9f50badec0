"""Parquet, row group by row group: descriptions in columns of structs and lists, or flat columns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake.delimited import check_header
from exportcheck.intake.model import Group, Row, Source, Taken, unreadable
from exportcheck.intake.nodes import cell_of, node_of, text_of
from exportcheck.intake.quick import quick_span
from exportcheck.source import Node
from exportcheck.source.characters import unseen
from exportcheck.transaction.entities import FactIndex
from exportcheck.transaction.read import transaction_from_node
from exportcheck.vocabulary.model import Vocabulary

_BATCH: Final = 5_000
DESCRIPTION: Final = ("schema", "transaction", "parties_complete", "parties", "items", "authorizations")
"""The columns of a table of descriptions."""


class Batched(ABC):
    """Arrow batches of one schema: of a file, or of whatever else gives them. `pa` is pyarrow."""

    path: Path
    pa: Any
    schema: Any
    count: int | None

    @abstractmethod
    def batches(self) -> Iterator[Any]:
        """Batches of rows. Raises `InputError` where the data cannot be read."""

    def values(self, data: Any, number: int) -> Iterator[tuple[Any, Problem | None]]:
        """The values of each row, of which the first is row `number`; of one that holds what is no value, None and a problem."""
        try:
            yield from ((value, None) for value in data.to_pylist())
            return
        except (ValueError, OverflowError, self.pa.ArrowException):  # a text that is not UTF-8, a day beyond the calendar
            pass
        for n in range(len(data)):
            try:
                yield data.slice(n, 1).to_pylist()[0], None
            except (ValueError, OverflowError, self.pa.ArrowException) as error:
                said = "a text that is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"no value: {str(error)[:80]}"
                yield None, Problem(Span(str(self.path), number + n, 1), f"the row holds {said}", "write the file anew")


def holds_descriptions(schema: Any) -> bool:
    """Are these the columns of descriptions, rather than flat ones?"""
    import pyarrow as pa

    return "transaction" in schema.names and pa.types.is_struct(schema.field("transaction").type)


class ParquetFile(Batched):
    """An open file. Raises `InputError` where it is none, or cut short."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.path = path
        self.pa = pa
        try:
            self.file = pq.ParquetFile(path)
        except OSError as error:
            if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError) or path.is_dir():
                raise unreadable(path, error) from None
            raise self.broken(error) from None
        except (pa.ArrowException, ValueError) as error:
            raise self.broken(error) from None
        self.schema = self.file.schema_arrow
        self.count: int | None = self.file.metadata.num_rows

    def broken(self, error: Exception) -> InputError:
        said = str(error).splitlines()[0][:120]
        return InputError(Problem(Span(str(self.path)), f"this is no whole Parquet file: {said}", "is it cut short?"))

    def batches(self) -> Iterator[Any]:
        try:
            yield from self.file.iter_batches(batch_size=_BATCH)
        except (OSError, self.pa.ArrowException, ValueError) as error:
            raise self.broken(error) from None

    @property
    def holds_descriptions(self) -> bool:
        return holds_descriptions(self.schema)


class ParquetDescriptions(Source):
    """A description a row: columns `transaction` (struct), `parties`, `items` (lists of structs), ... A null is not stated."""

    def __init__(self, path: Path, file: Batched, vocabulary: Vocabulary) -> None:
        self.path = path
        self.format = "parquet"
        self.file = file
        self.count = file.count
        names = file.schema.names
        check_header(tuple(names), str(path), 1)
        self.at = {name: n + 1 for n, name in enumerate(names)}
        self.notes = tuple(
            Problem(Span(str(path), 1, self.at[name]), f'the column "{name[:60]}" is not read', "it is no part of a description")
            for name in names
            if name not in DESCRIPTION
        )
        self.index = FactIndex(vocabulary)

    def groups(self) -> Iterator[Group]:
        number = 0
        for batch in self.file.batches():
            for record, problem in self.file.values(batch, number + 1):
                number += 1
                yield Group((Row(number, ()),), record=record, problems=(problem,) if problem is not None else ())

    def take(self, group: Group) -> Taken:
        if group.problems:
            return Taken(group.numbers, "", None, group.problems)
        number = group.rows[0].number
        name = str(self.path)
        record = group.record or {}
        entries = tuple(
            (Node("scalar", quick_span(name, number, at), key), node_of(record[key], quick_span(name, number, at), nulls=False))
            for key, at in self.at.items()
            if key in DESCRIPTION and record.get(key) is not None
        )
        node = Node("map", quick_span(name, number, 1), entries=entries)
        head = record.get("transaction") or {}
        id = text_of(head["id"]) if head.get("id") is not None else ""
        problem = _unseen(node)
        if problem is not None:
            return Taken(group.numbers, id, None, (problem,))
        try:
            transaction = transaction_from_node(node, self.index)
        except InputError as error:
            return Taken(group.numbers, id, None, error.problems)
        return Taken(group.numbers, transaction.id, transaction, ())


def _unseen(node: Node) -> Problem | None:
    if node.kind == "scalar":
        found = unseen(node.text)
        says = "delete it; it is invisible or changes how the text looks"
        return Problem(node.span, f"the character {found[1]} may not be used", says) if found is not None else None
    inner = (value for _, value in node.entries) if node.kind == "map" else node.items
    return next((problem for value in inner if (problem := _unseen(value)) is not None), None)


class ParquetRows:
    """Flat columns as a table; structs are taken apart (`buyer.name`), lists of scalars are one cell."""

    def __init__(self, path: Path, file: Batched) -> None:
        self.file = file
        self.count: int | None = file.count
        self.first = 0
        fields = _flat(file.schema, file.pa)
        self.columns = tuple(name for name, _ in fields)
        check_header(self.columns, str(path), 1)
        self.kinds = [_foreign(type, file.pa) for _, type in fields]

    def rows(self) -> Iterator[Row]:
        number = 0
        foreign = [(at, kind) for at, kind in enumerate(self.kinds) if kind]
        for batch in self.file.batches():
            table = self.file.pa.Table.from_batches([batch])
            while any(self.file.pa.types.is_struct(type) for type in table.schema.types):
                table = table.flatten()
            columns = [list(self.file.values(column, number + 1)) for column in table.columns]
            for row in zip(*columns, strict=True):
                number += 1
                cells = tuple(cell_of(value) for value, _ in row)
                problems = tuple(problem for _, problem in row if problem is not None)
                yield Row(number, cells, tuple((at, kind) for at, kind in foreign if cells[at]) if foreign else (), problems)


def _flat(schema: Any, pa: Any) -> list[tuple[str, Any]]:
    fields = [(field.name, field.type) for field in schema]
    while any(pa.types.is_struct(type) for _, type in fields):
        fields = [
            pair
            for name, type in fields
            for pair in ([(f"{name}.{inner.name}", inner.type) for inner in type] if pa.types.is_struct(type) else [(name, type)])
        ]
    return fields


def _foreign(type: Any, pa: Any) -> str:
    """What the cells of a column are if they are no texts."""
    types = pa.types
    if types.is_boolean(type):
        return "truth value"
    if types.is_temporal(type):
        return "date"
    return "number" if types.is_integer(type) or types.is_floating(type) or types.is_decimal(type) else ""
