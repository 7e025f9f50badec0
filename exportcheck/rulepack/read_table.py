"""Data tables: a `*.table.yaml` and the CSV file that it names."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from exportcheck.condition.types import Type, parse_type
from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.rulepack.cells import convert_cell
from exportcheck.rulepack.fields import Fields, Problems
from exportcheck.rulepack.model import Table
from exportcheck.source import Node
from exportcheck.source.read import LARGEST_FILE

MARKS = frozenset({"yes", "next", "no"})
"""What a `complete` column may say; see `exportcheck.rulepack.paragraphs`."""
MOST_CELL_PROBLEMS = 20
"""A column of the wrong type need not be said of ten thousand rows."""


def read_table(node: Node, folder: Path, pack: str, problems: Problems, into: dict[str, Table]) -> None:
    """Read a table and its rows, or add what is wrong with them to the problems."""
    f = Fields(node, problems, "a table")
    columns, names = _columns(f, problems)
    path_column = except_column = known = paths_of = complete = ""
    path, paths = f.node_of("path"), f.node_of("paths")
    if path is not None:
        p = Fields(path, problems, "path")
        path_column, except_column, known = p.text("column", needed=True), p.text("except"), p.text("known")
        p.done()
    if paths is not None:
        p = Fields(paths, problems, "paths")
        paths_of, complete = p.text("scheme", needed=True), p.text("complete")
        p.done()
    keys = f.texts("key")
    for name in (*keys, *(c for c in (path_column, except_column, complete) if c)):
        if name not in columns:
            f.wrong(f.node.span, f'the table has no column "{name}"', did_you_mean(name, columns))
    keys = tuple(k for k in keys if k in columns)
    path_column, except_column, complete = (c if c in columns else "" for c in (path_column, except_column, complete))
    for name in (path_column, except_column):
        if name in columns and columns[name].base != "classification":
            f.wrong(f.span("path"), f'column "{name}" holds no classifications', "type: classification eccn, or a list of these")
    if complete and not set(columns[complete].values) <= MARKS:
        f.wrong(f.span("columns"), f'column "{complete}" says what is listed', "type: enum, values: [yes, next, no]")
    for name in ("from", "to"):
        if name in columns and columns[name] != Type("date"):
            f.wrong(f.span("columns"), f'column "{name}" dates the row', "type: date")
    for text in ("made_by", "note", "license", "title"):
        f.text(text)
    file = f.text("file", needed=True)
    id_, cite, source = f.text("table", needed=True), f.text("cite", needed=True), f.text("source", needed=True)
    current_to = f.date("current_to")
    rows = _Rows(folder / file, columns, f.span("file"), problems).read() if file else ()
    f.done()
    if not f.has("key") and path is None:
        f.wrong(f.node.span, "nothing can be looked up in this table", "key: [column], or path: {column: ...}")
    found = Table(
        id_,
        pack,
        cite,
        source,
        current_to,
        keys,
        columns,
        names,
        rows,
        path_column,
        except_column,
        known,
        paths_of,
        complete,
        f.node.span,
    )
    if id_ in into:
        f.wrong(f.span("table"), f"two tables are called {id_}", "give one of them another id")
    elif id_:
        into[id_] = found


def _columns(f: Fields, problems: Problems) -> tuple[dict[str, Type], dict[str, str]]:
    """The declared columns with their types, and what the cells of some of them name."""
    columns: dict[str, Type] = {}
    names: dict[str, str] = {}
    described = f.node_of("columns", needed=True)
    if described is not None and described.kind != "map":
        f.wrong(described.span, '"columns" is a map', "columns: {paragraph: {type: text}}")
    for key, value in described.entries if described is not None else ():
        column = Fields(value, problems, f'column "{key.text}"')
        text = column.text("type", needed=True)
        type_ = parse_type(text) if text else Type("text")
        if type_ is None:
            column.wrong(
                column.span("type"), f'"{text}" is no type', "text, number, date, place, enum, classification eccn, list of ..."
            )
            type_ = Type("text")
        columns[key.text] = Type(type_.base, type_.many, type_.scheme, column.texts("values"), type_.unit)
        named = column.one_of("names", ("definition", "list"))
        if named:
            names[key.text] = named
        column.text("note")
        column.done()
    return columns, names


class _Rows:
    """Reads the rows of one CSV file."""

    def __init__(self, path: Path, columns: Mapping[str, Type], span: Span, problems: Problems) -> None:
        self.path = path
        self.columns = columns
        self.span = span
        self.problems = problems
        self.shared: dict[tuple[str, str], object] = {}  # most cells repeat

    def read(self) -> tuple[Mapping[str, object], ...]:
        try:
            text = self._text()
        except InputError as error:
            self.problems += error.problems
            return ()
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        before = len(self.problems)
        rows: list[Mapping[str, object]] = []
        try:
            header = next(reader, [])
            if not self._matches(header):
                return ()
            for record in reader:
                if len(self.problems) - before >= MOST_CELL_PROBLEMS:
                    break
                if record:
                    row = self._row(header, record, Span(str(self.path), reader.line_num, 1, 0, ",".join(record)))
                    if row is not None:
                        rows.append(row)
        except csv.Error as error:
            self.problems.append(Problem(Span(str(self.path), max(1, reader.line_num), 1), f"this is no CSV: {error}", _QUOTES))
        return tuple(rows)

    def _text(self) -> str:
        name = self.path.name
        try:
            if self.path.stat().st_size > LARGEST_FILE:
                raise InputError(
                    Problem(self.span, f"{name} is larger than {LARGEST_FILE // 1024 // 1024} MB", "split the table")
                )
            return self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise InputError(Problem(Span(str(self.path)), "the file is not in UTF-8", "save it as UTF-8")) from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            hint = "the file stands beside its .table.yaml"
            raise InputError(Problem(self.span, f"{name} cannot be read: {reason}", hint)) from None

    def _matches(self, header: list[str]) -> bool:
        at = Span(str(self.path), 1, 1, 0, ",".join(header))
        missing = [c for c in self.columns if c not in header]
        unknown = [c for c in header if c not in self.columns]
        for name in missing:
            self.problems.append(Problem(at, f'the column "{name}" is missing', "the table declares " + ", ".join(self.columns)))
        for name in unknown:
            hint = did_you_mean(name, missing) or "the table declares " + ", ".join(self.columns)
            self.problems.append(Problem(at, f'the column "{name}" is not declared', hint))
        if len(set(header)) < len(header):
            self.problems.append(Problem(at, "a column is given twice", "each column has a name of its own"))
        return not missing and not unknown and len(set(header)) == len(header)

    def _row(self, header: list[str], record: list[str], at: Span) -> Mapping[str, object] | None:
        if len(record) != len(header):
            hint = "a cell with a comma in it stands in double quotes"
            self.problems.append(Problem(at, f"the row has {len(record)} cells, and there are {len(header)} columns", hint))
            return None
        row: dict[str, object] = {}
        for name, cell in zip(header, record, strict=True):
            key = (name, cell)
            if key not in self.shared:
                self.shared[key] = self._cell(cell, name, at)
            row[name] = self.shared[key]
        return row

    def _cell(self, text: str, name: str, at: Span) -> object:
        type_ = self.columns[name]
        if type_.many:
            parts = [p.strip() for p in text.split(";") if p.strip()]
            return frozenset(v for p in parts if (v := convert_cell(p, type_.one(), at, self.problems)) is not None)
        if not text and type_.base in ("date", "number", "percent", "money", "classification"):
            return None
        return convert_cell(text, type_, at, self.problems)


_QUOTES = "a cell with a comma, a quote or a line break stands in double quotes"
