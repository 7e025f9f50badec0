"""The slices of a run decided by Spark: read and written here, so that nothing but the deciding is elsewhere.

A slice goes to a worker as the groups of rows that were read, and comes back as the bytes of its files. So the checkpoints, and
what they are joined to, are those of every other run.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from exportcheck.batch.checkpoints import Checkpoints
from exportcheck.batch.counts import Counts
from exportcheck.batch.filling import read_totals
from exportcheck.batch.formats import format_of
from exportcheck.batch.notes import write_notes
from exportcheck.batch.numbered import numbered
from exportcheck.batch.plan import Plan
from exportcheck.batch.work import Tell
from exportcheck.batch.writing import whole
from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake import DOCUMENTS
from exportcheck.intake.model import Group, Source, Taken
from exportcheck.rulepack.model import Packs
from exportcheck.spark.frame import struct_of
from exportcheck.spark.reading import Reading
from exportcheck.spark.session import session
from exportcheck.spark.told import Told

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

AT_ONCE: Final = 2
"""Slices in a job, for each core; more are not held in memory."""
FILES: Final = ("notes", "rows", "explain")
"""What comes back of a slice, in the order in which it is written."""


def work_on_spark(plan: Plan, packs: Packs, source: Source, done: Collection[int], tell: Tell) -> None:
    """As `batch.work.work`, by Spark. Raises InputError also where Spark fails."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    checkpoints = Checkpoints(plan.out)
    if plan.mapping is None and source.format in DOCUMENTS:
        plan = replace(plan, mapping=source.format)
    told = Told.of(plan, packs, plan.map(packs))
    slices = _sent(plan, source, checkpoints, done)
    reading = Reading.of(source)
    first = next(slices, None)
    if first is None:
        return
    try:
        with session(plan.master) as spark:
            job = [first]
            while job:
                job += islice(slices, max(1, AT_ONCE * spark.sparkContext.defaultParallelism) - len(job))
                for decided in _job(spark, told, reading, job):
                    tell(_write(checkpoints, decided))
                job = list(islice(slices, 1))
    except (PySparkException, Py4JError) as error:
        hint = "what is finished is kept; run the same again to go on with it, with this engine or without"
        raise InputError(Problem(Span("--engine spark"), f"Spark failed: {_said(error)}", hint)) from None


def _sent(plan: Plan, source: Source, checkpoints: Checkpoints, done: Collection[int]) -> Iterator[dict[str, Any]]:
    """The slices that are not done, as they are sent: groups with their totals as bytes."""
    for number, groups, last in numbered(source, plan.size):
        if number not in done:
            totals = read_totals(checkpoints.part(number, "totals")) if plan.aggregate else None
            yield {"slice": number, "last": last, "groups": pickle.dumps((groups, totals), pickle.HIGHEST_PROTOCOL)}


def _job(spark: SparkSession, told: Told, reading: Reading, slices: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Slices decided, a partition each."""
    import pyarrow as pa

    sent, back = _schemas()
    batches = [pa.RecordBatch.from_pylist([slice_], sent) for slice_ in slices]

    def decide(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return decided(told, reading, batches)

    frame = spark.createDataFrame(pa.Table.from_batches(batches, sent)).mapInArrow(decide, struct_of(back))
    found: list[dict[str, Any]] = frame.toArrow().to_pylist()
    return sorted(found, key=lambda row: int(row["slice"]))


def _schemas() -> tuple[pa.Schema, pa.Schema]:
    """Of a slice as it is sent, and as it comes back."""
    import pyarrow as pa

    head = [pa.field("slice", pa.int64()), pa.field("last", pa.bool_())]
    files = [pa.field(name, pa.binary()) for name in FILES]
    return pa.schema([*head, pa.field("groups", pa.binary())]), pa.schema([*head, *files, pa.field("counts", pa.string())])


def decided(told: Told, reading: Reading, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What a worker does with the slices of its partition."""
    import pyarrow as pa

    for batch in batches:
        for row in batch.to_pylist():
            yield pa.RecordBatch.from_pylist([_decided(told, reading, row)], _schemas()[1])


def _decided(told: Told, reading: Reading, row: Mapping[str, Any]) -> dict[str, Any]:
    plan, decider, take = told.plan, told.decider(), _take(told, reading)
    groups, totals = pickle.loads(row["groups"])
    found = decider([take(group) for group in groups], totals, noting=not plan.aggregate)
    rows = BytesIO()
    format_of(plan.out, decider.packs).part(found.rows, rows)
    notes = BytesIO()
    write_notes(found.notes, notes)
    return {
        "slice": row["slice"],
        "last": row["last"],
        "rows": rows.getvalue(),
        "notes": None if plan.aggregate else notes.getvalue(),
        "explain": b"".join(found.receipts) if plan.explain else None,
        "counts": json.dumps(found.counts.plain()),
    }


@lru_cache(4)
def _take(told: Told, reading: Reading) -> Callable[[Group], Taken]:
    return reading.take(told.map(), told.decider().engine.packs.vocabulary)


def _write(checkpoints: Checkpoints, decided: Mapping[str, Any]) -> Counts:
    """Put a slice on the disk, its counts last."""
    number, counts = decided["slice"], Counts.of(json.loads(decided["counts"]))
    for kind in FILES:
        if decided[kind] is not None:
            with whole(checkpoints.part(number, kind)) as file:
                file.write(decided[kind])
    checkpoints.finish(number, counts, last=decided["last"])
    return counts


def _said(error: Exception) -> str:
    """What went wrong, without the stacks of two languages."""
    lines = [line.rstrip() for line in str(error).splitlines()]
    told = [line for line in lines if line and not line[0].isspace() and not line.endswith(":")]
    return (next((line for line in told if "Error" in line), told[0] if told else type(error).__name__))[:300]
