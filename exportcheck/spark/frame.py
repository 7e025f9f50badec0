"""A frame of transactions to a frame of verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from exportcheck.batch.formats import Parquet
from exportcheck.batch.numbered import numbered
from exportcheck.batch.plan import Plan
from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.intake.table import Table
from exportcheck.spark.incoming import PLACE, Incoming, source_of
from exportcheck.spark.told import Told

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame
    from pyspark.sql.types import StructType


def check_frame(
    frame: DataFrame,
    *,
    rules: Path | str | None = None,
    layers: Sequence[Path | str] = (),
    as_of: date | None = None,
    packs: Sequence[str] | None = None,
    mapping: Path | str | None = None,
    row: str | None = None,
) -> DataFrame:
    """The verdicts of a frame: a row for each line, with the columns and types of the Parquet output of `exportcheck batch`.

    The frame holds descriptions (columns `transaction`, `parties`, `items`, ... of structs and lists; a transaction a row), or
    flat columns, one line a row, which are paths of facts or what `mapping` says of them. Of flat columns the lines of a
    transaction are brought together by its id, and stand in the order of `row`. `row` names a column of whole numbers by which
    the output tells the rows of the input; without it the column `row` is null. A row that cannot be read has the verdict
    `error`.

    `rules`, `layers` and `mapping` are paths that every machine has. Nothing is decided before the frame is asked for. Notices
    and totals across transactions are not made. Raises InputError for what makes rules, mapping or columns unfit as a whole.
    """
    from pyspark.sql.pandas.types import to_arrow_schema

    plan = Plan(
        source=PLACE,
        out=PLACE.with_suffix(".parquet"),
        rules=None if rules is None else Path(rules).absolute(),
        layers=tuple(Path(layer).absolute() for layer in layers),
        names=None if packs is None else tuple(packs),
        as_of=as_of,
        mapping=None if mapping is None else _settled(mapping),
    )
    loaded = plan.load()
    columns = plan.map(loaded)
    told = Told.of(plan, loaded, columns)
    if row is not None:
        _check_row(frame.schema, row)
    source = source_of(Incoming(to_arrow_schema(frame.schema), (), row), columns, loaded.vocabulary)
    made = Parquet(_deciding(told))
    if isinstance(source, Table):
        frame = _together(frame, source, row)

    names = frame.columns

    def decide(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return decided(told, names, row, batches)

    # mapInArrow takes a dot in the name of a column for a field of a struct
    without_dots = frame.toDF(*(f"c{n}" for n in range(len(names))))
    return without_dots.mapInArrow(decide, struct_of(made.schema))


def decided(told: Told, names: Sequence[str], row: str | None, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What a worker does with a partition: slice by slice, so that it holds no more than one. `names` are of the columns."""
    rest = (batch.rename_columns(names) for batch in batches)
    first = next(rest, None)
    if first is None:
        return
    decider = told.decider()
    source = source_of(Incoming(first.schema, chain([first], rest), row), told.map(), decider.engine.packs.vocabulary)
    made = Parquet(decider.packs)
    for _, groups, _ in numbered(source, told.plan.size):
        table = made.table(decider([source.take(group) for group in groups]).rows)
        yield from (table if row is not None else _without_numbers(table)).to_batches()


def struct_of(schema: pa.Schema) -> StructType:
    """The schema of Spark for one of Arrow."""
    import pyarrow as pa
    from pyspark.sql import types

    spark: dict[pa.DataType, types.DataType] = {
        pa.string(): types.StringType(),
        pa.int64(): types.LongType(),
        pa.date32(): types.DateType(),
        pa.bool_(): types.BooleanType(),
        pa.binary(): types.BinaryType(),
        pa.list_(pa.string()): types.ArrayType(types.StringType()),
    }
    return types.StructType([types.StructField(field.name, spark[field.type]) for field in schema])


def _without_numbers(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    at = table.schema.get_field_index("row")
    return table.set_column(at, table.schema.field(at), pa.nulls(table.num_rows, pa.int64()))


def _deciding(told: Told) -> tuple[str, ...]:
    """The packs that decide. Raises InputError for one that is not known."""
    return told.decider().packs


def _settled(mapping: Path | str) -> str:
    """A mapping file by its whole path; the name of one that is shipped stays as it is."""
    return str(Path(mapping).absolute()) if Path(mapping).exists() else str(mapping)


def _check_row(schema: StructType, row: str) -> None:
    from pyspark.sql.types import IntegralType

    if row not in schema.names:
        hint = did_you_mean(row, schema.names)
        raise InputError(Problem(Span(str(PLACE)), f'no column has the name "{row}", which is to number the rows', hint))
    if not isinstance(schema[row].dataType, IntegralType):
        said = f'the column "{row}" is to number the rows, and holds {schema[row].dataType.simpleString()}'
        raise InputError(Problem(Span(str(PLACE)), said, "whole numbers are expected"))


def _together(frame: DataFrame, source: Table, row: str | None) -> DataFrame:
    """The lines of a transaction in one partition and beneath each other, wherever they were.

    Keys that differ only in what is neither letter nor digit come to the same partition, so those that differ in spaces around
    them, and are the same when read, do.
    """
    from pyspark.sql import functions as f

    plan = source.plan
    positions = plan.keys or ((plan.id.position,) if plan.id is not None else ())
    if not positions:
        return frame
    keys = [_column(frame, plan.columns[at]).cast("string") for at in positions]
    coarse = [f.regexp_replace(key, r"[^\p{L}\p{N}]", "") for key in keys]
    order = [_column(frame, row)] if row is not None else []
    return frame.repartition(*coarse).sortWithinPartitions(*coarse, *(f.trim(key) for key in keys), *order)


def _column(frame: DataFrame, name: str) -> Column:
    """A column, or a field of a struct of which the name is joined by dots."""
    from pyspark.sql import functions as f

    known = name if name in frame.columns else next(n for n in frame.columns if name.startswith(f"{n}."))
    return _field(f.col(_quoted(known)), frame.schema[known].dataType, name[len(known) + 1 :])


def _field(column: Column, type: object, rest: str) -> Column:
    from pyspark.sql.types import StructType

    if not rest:
        return column
    assert isinstance(type, StructType)
    known = next(n for n in type.names if rest == n or rest.startswith(f"{n}."))
    return _field(column.getField(known), type[known].dataType, rest[len(known) + 1 :])


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
