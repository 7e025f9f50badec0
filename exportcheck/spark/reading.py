"""How the groups of a source are read where the file is not: on a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from exportcheck.intake.assemble import assemble
from exportcheck.intake.json_lines import JsonLines
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.model import Group, Source, Taken
from exportcheck.intake.parquet import ParquetDescriptions
from exportcheck.intake.plan import make_plan
from exportcheck.intake.table import Table
from exportcheck.spark.incoming import Incoming
from exportcheck.vocabulary.model import Vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """`file` is the name in messages, `columns` the header, in row `first`."""

    kind: Literal["table", "parquet", "jsonl"]
    file: str
    columns: tuple[str, ...] = ()
    first: int = 1

    @staticmethod
    def of(source: Source) -> Reading:
        """Raises TypeError for a source of which nobody has said how."""
        if isinstance(source, Table):
            return Reading("table", str(source.path), source.plan.columns, max(source.rows.first, 1))
        if isinstance(source, ParquetDescriptions):
            return Reading("parquet", str(source.path), tuple(source.at))
        if isinstance(source, JsonLines):
            return Reading("jsonl", str(source.path))
        raise TypeError(type(source).__name__)

    def take(self, mapping: Mapping | None, vocabulary: Vocabulary) -> Callable[[Group], Taken]:
        """What `Source.take` does."""
        if self.kind == "table":
            return partial(assemble, make_plan(self.columns, mapping, vocabulary, self.file, self.first))
        if self.kind == "jsonl":
            return JsonLines(Path(self.file), vocabulary).take
        import pyarrow as pa

        header = pa.schema([pa.field(name, pa.null()) for name in self.columns])
        return ParquetDescriptions(Path(self.file), Incoming(header, (), None), vocabulary).take
