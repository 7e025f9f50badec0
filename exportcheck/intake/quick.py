"""Facts, spans, entities and nodes made fast: a table has fifteen of them a row.

A frozen dataclass sets each field through `object.__setattr__`, which takes five times as long as everything else that is done
for a cell. Here the fields of an open twin of the same layout are set, and the twin then becomes the frozen class; nobody else
ever sees it open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from exportcheck.errors import Span
from exportcheck.intake.mapping import Said
from exportcheck.source.node import Kind, Node
from exportcheck.transaction.model import Entity, EntityList, Fact


class _OpenSpan:
    __slots__ = ("column", "file", "length", "line", "text")
    file: str
    line: int
    column: int
    length: int
    text: str


class _OpenFact:
    __slots__ = ("because", "by", "complete", "dated", "marked", "source", "span", "text", "unit", "value")
    value: object
    text: str
    span: Span
    complete: bool
    by: str
    dated: date | None
    source: str
    because: str
    unit: str
    marked: bool


class _OpenEntity:
    __slots__ = ("facts", "kind", "lists", "path", "span")
    kind: str
    path: str
    facts: Mapping[str, Fact]
    lists: Mapping[str, EntityList]
    span: Span


class _OpenNode:
    __slots__ = ("entries", "items", "kind", "span", "style", "text")
    kind: Kind
    span: Span
    text: str
    style: str
    entries: tuple[tuple[Node, Node], ...]
    items: tuple[Node, ...]


class Meaning(Protocol):
    """What a text means."""

    @property
    def value(self) -> object: ...
    @property
    def text(self) -> str: ...
    @property
    def complete(self) -> bool: ...


class Column(Protocol):
    """The column of a fact."""

    column: int
    unit: str
    marked: bool
    said: Said


def quick_span(file: str, row: int, column: int) -> Span:
    """`Span(file, row, column)`."""
    made = _OpenSpan()
    made.file = file
    made.line = row
    made.column = column
    made.length = 0
    made.text = ""
    made.__class__ = Span  # type: ignore[assignment]
    return made  # type: ignore[return-value]


def quick_fact(known: Meaning, cells: Column, file: str, row: int) -> Fact:
    """The fact that a cell states, `Fact(known.value, known.text, Span(file, row, cells.column), known.complete, ...)`."""
    said = cells.said
    span = _OpenSpan()
    span.file = file
    span.line = row
    span.column = cells.column
    span.length = 0
    span.text = ""
    span.__class__ = Span  # type: ignore[assignment]
    made = _OpenFact()
    made.value = known.value
    made.text = known.text
    made.span = span  # type: ignore[assignment]
    made.complete = known.complete
    made.by = said.by
    made.dated = said.dated
    made.source = said.source
    made.because = said.because
    made.unit = cells.unit
    made.marked = cells.marked
    made.__class__ = Fact  # type: ignore[assignment]
    return made  # type: ignore[return-value]


def quick_entity(kind: str, path: str, facts: Mapping[str, Fact], lists: Mapping[str, EntityList], span: Span) -> Entity:
    """`Entity(kind, path, facts, lists, span)`."""
    made = _OpenEntity()
    made.kind = kind
    made.path = path
    made.facts = facts
    made.lists = lists
    made.span = span
    made.__class__ = Entity  # type: ignore[assignment]
    return made  # type: ignore[return-value]


def quick_node(
    kind: Kind,
    span: Span,
    text: str = "",
    style: str = "plain",
    entries: tuple[tuple[Node, Node], ...] = (),
    items: tuple[Node, ...] = (),
) -> Node:
    """`Node(kind, span, text, style, entries, items)`."""
    made = _OpenNode()
    made.kind = kind
    made.span = span
    made.text = text
    made.style = style
    made.entries = entries
    made.items = items
    made.__class__ = Node  # type: ignore[assignment]
    return made  # type: ignore[return-value]
