"""A table of order lines as a source: rows, grouped and assembled by a plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from exportcheck.intake.assemble import assemble
from exportcheck.intake.grouping import grouped
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.model import Group, Row, Source, Taken
from exportcheck.intake.plan import make_plan
from exportcheck.vocabulary.model import Vocabulary


class Rows(Protocol):
    """What reads the rows of one format."""

    columns: tuple[str, ...]
    count: int | None
    first: int
    """The row of the header; 0 where a format has none."""

    def rows(self) -> Iterator[Row]: ...


class Table(Source):
    """A table, with or without a mapping."""

    def __init__(self, path: Path, format: str, rows: Rows, mapping: Mapping | None, vocabulary: Vocabulary) -> None:
        self.path = path
        self.format = format
        self.rows = rows
        self.count = rows.count
        self.plan = make_plan(rows.columns, mapping, vocabulary, str(path), max(rows.first, 1))
        self.notes = self.plan.notes

    def groups(self) -> Iterator[Group]:
        return grouped(self.rows.rows(), self.plan)

    def take(self, group: Group) -> Taken:
        return assemble(self.plan, group)
