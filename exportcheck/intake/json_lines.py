"""JSON Lines: a description a line, or flat records whose keys are columns."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.model import LONGEST_RECORD, Group, Row, Source, Taken, unreadable
from exportcheck.intake.nodes import cell_of, flattened, json_node, parse_json
from exportcheck.intake.quick import quick_span
from exportcheck.source.characters import unseen
from exportcheck.source.json_text import compose_json
from exportcheck.transaction.entities import FactIndex
from exportcheck.transaction.read import transaction_from_node
from exportcheck.vocabulary.model import Vocabulary

_LOOKED_AT = 1000
"""So many records are looked at for the names of columns."""


def json_lines(path: Path, limit: int = LONGEST_RECORD) -> Iterator[Group]:
    """The lines of a file that are not empty. One that is too long or no text is a group with a problem."""
    name = str(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from None
    with file:
        number = 0
        while line := file.readline(limit + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
                if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise InputError(Problem(Span(name), "the file is written in UTF-16", "save it as UTF-8"))
            row = (Row(number, ()),)
            if len(line) > limit:
                while line and not line.endswith(b"\n"):
                    line = file.readline(1024 * 1024)
                message = f"the line is longer than {limit / 1024 / 1024:g} MiB"
                yield Group(row, problems=(Problem(Span(name, number, 1), message, "one record a line"),))
                continue
            try:
                text = line.decode("utf-8").strip()
            except UnicodeDecodeError as error:
                column = len(line[: error.start].decode("utf-8", "replace")) + 1
                message = f"the byte 0x{line[error.start]:02X} is not UTF-8"
                yield Group(row, problems=(Problem(Span(name, number, column), message, "save the file as UTF-8"),))
                continue
            if text:
                yield Group(row, text=text)


class JsonLines(Source):
    """A description a line, in the form of a description in JSON."""

    def __init__(self, path: Path, vocabulary: Vocabulary, limit: int = LONGEST_RECORD) -> None:
        self.path = path
        self.format = "jsonl"
        self.count = None
        self.notes = ()
        self.limit = limit
        self.index = FactIndex(vocabulary)

    def groups(self) -> Iterator[Group]:
        return json_lines(self.path, self.limit)

    def take(self, group: Group) -> Taken:
        if group.problems:
            return Taken(group.numbers, group.id, None, group.problems)
        number = group.rows[0].number
        try:
            if unseen(group.text) is not None or group.text.startswith("["):
                raise ValueError
            transaction = transaction_from_node(json_node(group.text, quick_span(str(self.path), number, 1)), self.index)
        except (InputError, ValueError, RecursionError):
            return self._with_places(group)
        return Taken(group.numbers, transaction.id, transaction, ())

    def _with_places(self, group: Group) -> Taken:
        """The same once more, slowly, so that each mistake has its column."""
        name, number = str(self.path), group.rows[0].number
        found = unseen(group.text)
        if found is not None:
            problem = Problem(Span(name, number, found[0] + 1), f"the character {found[1]} may not be used", "delete it")
            return Taken(group.numbers, "", None, (problem,))
        id = ""
        try:
            node = compose_json(group.text, name, number)
            head = node.get("transaction") if node.kind == "map" else None
            stated = head.get("id") if head is not None and head.kind == "map" else None
            id = stated.text if stated is not None and stated.kind == "scalar" else ""
            transaction = transaction_from_node(node, self.index)
        except InputError as error:
            return Taken(group.numbers, id, None, error.problems)
        return Taken(group.numbers, id, transaction, ())


class JsonRecords:
    """Records as rows of a table: nested keys are joined by dots, and the columns are those of the first records and the
    mapping's."""

    def __init__(self, path: Path, mapping: Mapping | None, limit: int = LONGEST_RECORD) -> None:
        self.path = path
        self.limit = limit
        self.count: int | None = None
        self.first = 0
        self.strict = mapping is None
        names: dict[str, None] = {}
        for n, group in enumerate(json_lines(path, limit)):
            if n == _LOOKED_AT:
                break
            names.update(dict.fromkeys(self._record(group)[0]))
        if mapping is not None:  # what the first records lack may stand in later ones
            for rule in mapping.columns:
                names.update(dict.fromkeys(name for name in (rule.column, rule.beside) if name))
            names.update(dict.fromkeys(mapping.group_by))
        self.columns = tuple(names)

    def rows(self) -> Iterator[Row]:
        known = frozenset(self.columns)
        for group in json_lines(self.path, self.limit):
            record, problems = self._record(group)
            if self.strict and not record.keys() <= known:
                name = next(name for name in record if name not in known)
                message = f'the key "{name[:60]}" is in none of the first {_LOOKED_AT:,} records'
                span = Span(str(self.path), group.rows[0].number, 1)
                problems = (*problems, Problem(span, message, "write a mapping, which names it"))
            yield Row(group.rows[0].number, tuple(record.get(name, "") for name in self.columns), problems=problems)

    def _record(self, group: Group) -> tuple[dict[str, str], tuple[Problem, ...]]:
        cells: dict[str, str] = {}
        if group.problems:
            return cells, group.problems
        number = group.rows[0].number
        try:
            record = parse_json(group.text)
            if not isinstance(record, dict):
                problem = Problem(Span(str(self.path), number, 1), "a record is a map", '{"id": ..., ...}')
                return cells, (problem,)
            flattened(record, lambda name, value: cells.__setitem__(name, text) if (text := cell_of(value)) else None)
        except (ValueError, RecursionError):
            try:
                compose_json(group.text, str(self.path), number)
            except InputError as error:
                return cells, error.problems
            raise
        return cells, ()


def holds_descriptions(path: Path, limit: int = LONGEST_RECORD) -> bool:
    """Is the first line that can be read a description, rather than a flat record?"""
    for group in json_lines(path, limit):
        if group.text:
            try:
                record = parse_json(group.text)
            except (ValueError, RecursionError):
                continue
            flat = isinstance(record, dict) and "transaction" not in record and "items" not in record
            return not flat
    return True
