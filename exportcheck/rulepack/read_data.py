"""Pack files other than provisions: pack.yaml, grounds, lists, parameters, tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from exportcheck.condition.types import Type, parse_type
from exportcheck.errors import Problem, Span
from exportcheck.rulepack.fields import Fields, Problems, each_map, read_date, read_number
from exportcheck.rulepack.model import DatedList, Ground, Member, Parameter, Section, Table
from exportcheck.source import Node
from exportcheck.values import parse_classification

_T = TypeVar("_T")
SECTION_STATES = ("modelled", "duty-only", "judgement", "not-modelled", "reserved")


def read_sections(fields: Fields) -> tuple[Section, ...]:
    found: list[Section] = []

    def read(f: Fields) -> None:
        state = f.one_of("state", SECTION_STATES, needed=True)
        section = Section(f.text("section", needed=True), state, f.text("why"), f.text("bears"))
        if state == "not-modelled" and not section.why:
            f.wrong(f.node.span, f"section {section.section} is not modelled, and nothing says why", 'add "why"')
        found.append(section)

    each_map(fields.list_of("sections"), fields.problems, "a section", read)
    return tuple(found)


def read_grounds(node: Node, pack: str, problems: Problems, into: dict[str, Ground]) -> None:
    def read(f: Fields) -> None:
        ground = Ground(
            f.text("id", needed=True), pack, f.text("family", needed=True), f.texts("also"), f.text("cite", needed=True), f.text("says")
        )
        f.text("note")
        _put(into, ground.id, ground, f, "ground")

    file = Fields(node, problems, "a grounds file")
    each_map(file.list_of("grounds"), problems, "a ground", read)
    file.done()


def read_lists(node: Node, pack: str, problems: Problems, into: dict[str, DatedList]) -> None:
    def read(f: Fields) -> None:
        type_ = _type(f, "type", "place")
        members = [m for n in f.list_of("members") if (m := _member(n, type_, problems)) is not None]
        f.text("note")
        f.text("source")
        f.date("current_to")
        found = DatedList(
            f.text("id", needed=True), pack, type_.one(), f.text("cite", needed=True), tuple(members), f.texts("union"), f.node.span
        )
        if not members and not found.union and not f.has("members"):
            f.wrong(f.node.span, f"list {found.id} has neither members nor a union", "")
        _put(into, found.id, found, f, "list")

    file = Fields(node, problems, "a lists file")
    each_map(file.list_of("lists"), problems, "a list", read)
    file.done()


def _member(node: Node, type_: Type, problems: Problems) -> Member | None:
    start = end = None
    source = ""
    value = node
    if node.kind == "map":
        fields = Fields(node, problems, "a member")
        inner = fields.node_of("value", needed=True)
        start, end, source = fields.date("from"), fields.date("to"), fields.text("source")
        fields.text("note")
        fields.done()
        if inner is None:
            return None
        value = inner
    converted = convert_cell(value.text, type_, value.span, problems)
    return None if converted is None else Member(converted, start, end, source)


def read_parameters(node: Node, pack: str, problems: Problems, into: dict[str, Parameter]) -> None:
    def read(f: Fields) -> None:
        unit = f.text("unit", "number")
        base = {"percent": Type("percent"), "USD": Type("money"), "number": Type("number")}.get(unit) or Type("number", unit=unit)
        values: list[tuple[date, Decimal]] = []
        series = f.node_of("values", needed=True)
        if series is not None and series.kind == "map":
            for key, cell in series.entries:
                day, number = read_date(key, problems), read_number(cell, problems)
                if day is not None and number is not None:
                    values.append((day, number))
        elif series is not None:
            f.wrong(series.span, '"values" is a map of dates to figures', "values: {1996-04-24: 25}")
        f.text("note")
        f.text("source")
        found = Parameter(
            f.text("id", needed=True), pack, unit, base, f.text("cite", needed=True), tuple(sorted(values)), f.node.span
        )
        _put(into, found.id, found, f, "parameter")

    file = Fields(node, problems, "a parameters file")
    each_map(file.list_of("parameters"), problems, "a parameter", read)
    file.done()


def read_table(node: Node, folder: Path, pack: str, problems: Problems, into: dict[str, Table]) -> None:
    """A `*.table.yaml` and the CSV that it names."""
    f = Fields(node, problems, "a table")
    columns: dict[str, Type] = {}
    names: dict[str, str] = {}
    described = f.node_of("columns", needed=True)
    for key, value in described.entries if described is not None else ():
        column = Fields(value, problems, f'column "{key.text}"')
        text = column.text("type", needed=True)
        type_ = parse_type(text)
        if type_ is None:
            column.wrong(column.span("type"), f'"{text}" is no type', "text, number, date, place, enum, classification eccn, list of ...")
            type_ = Type("text")
        values = column.texts("values")
        columns[key.text] = Type(type_.base, type_.many, type_.scheme, values, type_.unit)
        named = column.one_of("names", ("definition", "list"))
        if named:
            names[key.text] = named
        column.text("note")
        column.done()
    path = f.node_of("path")
    path_column = except_column = known = ""
    if path is not None:
        p = Fields(path, problems, "path")
        path_column, except_column, known = p.text("column", needed=True), p.text("except"), p.text("known")
        p.done()
    paths = f.node_of("paths")
    paths_of = complete = ""
    if paths is not None:
        p = Fields(paths, problems, "paths")
        paths_of, complete = p.text("scheme", needed=True), p.text("complete")
        p.done()
    file = f.text("file", needed=True)
    keys = f.texts("key")
    for name in (*keys, *(c for c in (path_column, except_column, complete) if c)):
        if name not in columns:
            f.wrong(f.node.span, f'the table has no column "{name}"', "")
    for text in ("made_by", "note", "license", "title"):
        f.text(text)
    rows = _rows(folder / file, columns, f.span("file"), problems) if file else ()
    found = Table(
        f.text("table", needed=True), pack, f.text("cite", needed=True), f.text("source", needed=True), f.date("current_to"), keys,
        columns, names, rows, path_column, except_column, known, paths_of, complete, f.node.span,
    )  # fmt: skip
    f.done()
    _put(into, found.id, found, f, "table")


def _rows(path: Path, columns: Mapping[str, Type], span: Span, problems: Problems) -> tuple[Mapping[str, object], ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(span, f"{path.name} cannot be read: {error}", "the file stands beside its .table.yaml, in UTF-8"))
        return ()
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if set(reader.fieldnames or ()) != set(columns):
        have, want = ", ".join(reader.fieldnames or ()), ", ".join(columns)
        problems.append(Problem(Span(str(path), 1, 1), f"the columns are {have}", f"the table declares {want}"))
        return ()
    rows = []
    shared: dict[tuple[str, str], object] = {}  # most cells repeat
    try:
        for record in reader:
            at = Span(str(path), reader.line_num, 1)
            row: dict[str, object] = {}
            for name, type_ in columns.items():
                cell = record[name]
                if cell is None or None in record:
                    problems.append(Problem(at, "the row has too few or too many cells", ""))
                    break
                if (name, cell) not in shared:
                    shared[name, cell] = _cell(cell, type_, at, problems)
                row[name] = shared[name, cell]
            else:
                rows.append(row)
    except csv.Error as error:
        problems.append(Problem(Span(str(path), reader.line_num, 1), f"no CSV: {error}", ""))
    return tuple(rows)


def _cell(text: str, type_: Type, span: Span, problems: Problems) -> object:
    if type_.many:
        parts = [p.strip() for p in text.split(";") if p.strip()]
        return frozenset(v for p in parts if (v := convert_cell(p, type_.one(), span, problems)) is not None)
    if not text and type_.base in ("date", "number", "percent", "money", "classification"):
        return None
    return convert_cell(text, type_, span, problems)


def convert_cell(text: str, type_: Type, span: Span, problems: Problems) -> object:
    """A cell or list member as its type; None with a problem where it cannot be."""
    try:
        match type_.base:
            case "classification":
                return parse_classification(type_.scheme, text)
            case "date":
                return date.fromisoformat(text)
            case "number" | "percent" | "money":
                return Decimal(text)
            case "boolean":
                return {"true": True, "yes": True, "false": False, "no": False}[text.lower()]
            case "place":
                if text and not _is_place(text):
                    raise ValueError("places are ISO 3166-1 codes of two letters, or UA-CRIMEA and the like")
                return text
            case _:
                if type_.values and text not in type_.values:
                    raise ValueError("one of: " + ", ".join(type_.values))
                return text
    except (ValueError, KeyError, InvalidOperation) as error:
        hint = str(error) if isinstance(error, ValueError) else ""
        problems.append(Problem(span, f'"{text}" is no {type_}', hint))
        return None


def _is_place(text: str) -> bool:
    head, _, rest = text.partition("-")
    return text in ("HIGH-SEAS", "SPACE") or (len(head) == 2 and head.isalpha() and head.isupper() and (not rest or rest.isalnum()))


def _type(fields: Fields, key: str, default: str) -> Type:
    text = fields.text(key, default)
    type_ = parse_type(text)
    if type_ is None:
        fields.wrong(fields.span(key), f'"{text}" is no type', "boolean, number, money, percent, date, place, text, classification eccn, set of ...")
        return Type("text")
    return type_


def _put(into: dict[str, _T], id: str, found: _T, fields: Fields, what: str) -> None:
    if id in into:
        fields.wrong(fields.node.span, f"two {what}s are called {id}", "give one of them another id")
    elif id:
        into[id] = found
