"""The formats of the output: how the rows of a slice are written, and how slices are joined to one file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol

from exportcheck.batch.answered import Answered, columns, values
from exportcheck.errors import InputError, Problem, Span

if TYPE_CHECKING:
    import pyarrow as pa

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is a formula to a spreadsheet."""
BETWEEN: Final = "; "
CHUNK: Final = 1 << 20


class Format(Protocol):
    """A format of the output."""

    def part(self, rows: Sequence[Answered], file: IO[bytes]) -> None:
        """Write a slice."""

    def join(self, parts: Sequence[Path], file: IO[bytes]) -> int:
        """Write the whole of finished slices. Gives the number of rows."""


def format_of(out: Path, packs: Sequence[str]) -> Format:
    """By the extension of the output. Raises InputError for one that is not written."""
    suffix = out.suffix.lower()
    if suffix == ".csv":
        return CommaSeparated(packs)
    if suffix in (".jsonl", ".ndjson"):
        return JsonLines(packs)
    if suffix == ".parquet":
        return Parquet(packs)
    hint = "the name ends in .csv, .parquet or .jsonl"
    raise InputError(Problem(Span(str(out)), f'"{suffix}" says no format in which verdicts are written', hint))


class CommaSeparated:
    """CSV in UTF-8. Lists are joined by semicolons; what a spreadsheet would take for a formula has a quote before it."""

    def __init__(self, packs: Sequence[str]) -> None:
        self.packs = packs

    def part(self, rows: Sequence[Answered], file: IO[bytes]) -> None:
        number = len(self.packs)
        self._write(([_cell(v) for v in values(row, number)] for row in rows), file)

    def join(self, parts: Sequence[Path], file: IO[bytes]) -> int:
        self._write([columns(self.packs)], file)
        return _concatenate(parts, file, in_quotes=True)

    @staticmethod
    def _write(rows: object, file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        csv.writer(text, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
        text.detach()


class JsonLines:
    """One object a line, in ASCII."""

    def __init__(self, packs: Sequence[str]) -> None:
        self.names = columns(packs)
        self.packs = len(packs)

    def part(self, rows: Sequence[Answered], file: IO[bytes]) -> None:
        encode = json.JSONEncoder(separators=(",", ":"), default=date.isoformat).encode
        for row in rows:
            file.write(encode(dict(zip(self.names, values(row, self.packs), strict=True))).encode("ascii") + b"\n")

    def join(self, parts: Sequence[Path], file: IO[bytes]) -> int:
        return _concatenate(parts, file, in_quotes=False)


class Parquet:
    """Parquet: each slice is a row group."""

    def __init__(self, packs: Sequence[str]) -> None:
        self.names = columns(packs)
        self.packs = len(packs)

    @property
    def schema(self) -> pa.Schema:
        import pyarrow as pa

        types = {
            "row": pa.int64(),
            "law_date": pa.date32(),
            "missing_facts": pa.list_(pa.string()),
            "reviews": pa.list_(pa.string()),
        }
        return pa.schema([pa.field(name, types.get(name, pa.string())) for name in self.names])

    def table(self, rows: Sequence[Answered]) -> pa.Table:
        """The rows as an Arrow table."""
        import pyarrow as pa

        schema = self.schema
        turned = list(zip(*(values(row, self.packs) for row in rows), strict=True)) or [()] * len(self.names)
        arrays = [pa.array(column, field.type) for column, field in zip(turned, schema, strict=True)]
        return pa.table(arrays, schema=schema)

    def part(self, rows: Sequence[Answered], file: IO[bytes]) -> None:
        import pyarrow.parquet as pq

        with pq.ParquetWriter(file, self.schema, compression="zstd") as writer:
            writer.write_table(self.table(rows), row_group_size=max(1, len(rows)))

    def join(self, parts: Sequence[Path], file: IO[bytes]) -> int:
        import pyarrow.parquet as pq

        count = 0
        with pq.ParquetWriter(file, self.schema, compression="zstd") as writer:
            for part in parts:
                table = pq.read_table(part, schema=self.schema, partitioning=None)
                count += table.num_rows
                writer.write_table(table, row_group_size=max(1, table.num_rows))
        return count


def _cell(value: object) -> object:
    """A cell of CSV."""
    if isinstance(value, tuple):
        value = BETWEEN.join(value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _concatenate(parts: Sequence[Path], file: IO[bytes], *, in_quotes: bool) -> int:
    """Copy the parts one after the other. Gives how many records they hold; within quotes a newline ends none."""
    lines, open_ = 0, False
    for part in parts:
        with part.open("rb") as source:
            while chunk := source.read(CHUNK):
                file.write(chunk)
                if not in_quotes or (not open_ and b'"' not in chunk):
                    lines += chunk.count(b"\n")
                    continue
                for n, piece in enumerate(chunk.split(b'"')):
                    if n:
                        open_ = not open_
                    if not open_:
                        lines += piece.count(b"\n")
    return lines
