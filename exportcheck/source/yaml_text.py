"""YAML to nodes, on the parser's events, so that depth, number, aliases and keys are under control.

PyYAML's own `compose` recurses (20,000 open brackets end the process), keeps the last of two equal keys and expands every alias.
"""

from __future__ import annotations

from typing import Any

import yaml

from exportcheck.errors import InputError, Problem, Span
from exportcheck.source.characters import split_lines, unseen
from exportcheck.source.node import DEEPEST, MOST_NODES, Node, too_deep, too_many

MOST_ALIASED_NODES = 10_000
"""All aliases of a file together may not stand for more nodes than this."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Open:
    """A map or list that is being read."""

    __slots__ = ("anchor", "children", "count", "entries", "height", "key", "keys", "mark")

    def __init__(self, mark: Any, anchor: str | None, *, is_map: bool, count: int) -> None:
        self.mark = mark
        self.anchor = anchor
        self.keys: dict[str, Node] | None = {} if is_map else None
        self.key: Node | None = None
        self.entries: list[tuple[Node, Node]] = []
        self.children: list[Node] = []
        self.height = 1
        self.count = count


class _Composer:
    def __init__(self, text: str, name: str, aliases: int) -> None:
        self.name = name
        self.lines = split_lines(text)
        self.aliases_left = aliases
        self.aliases = aliases
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[Node, int, int] | None] = {}  # node, height, count; None while still open
        self.aliased = 0
        self.count = 0
        self.stack: list[_Open] = []
        self.documents: list[Node] = []

    def span(self, start: Any, end: Any = None) -> Span:
        line = start.line
        text = self.lines[line] if line < len(self.lines) else ""
        if end is None:
            length = 1
        elif end.line == line:
            length = end.column - start.column
        else:
            length = max(1, len(text) - start.column)
        return Span(self.name, line + 1, start.column + 1, length, text)

    def fail(self, span: Span, message: str, hint: str = "") -> None:
        self.problems.append(Problem(span, message, hint))

    def add(self, node: Node, height: int) -> None:
        """Put a finished node where it belongs."""
        if not self.stack:
            if not node.null:
                self.documents.append(node)
            return
        top = self.stack[-1]
        top.height = max(top.height, height + 1)
        if top.keys is None:
            top.children.append(node)
        elif top.key is None:
            top.key = self.checked_key(node, top.keys)
        else:
            top.entries.append((top.key, node))
            top.key = None

    def checked_key(self, node: Node, keys: dict[str, Node]) -> Node:
        if node.kind != "scalar":
            self.fail(node.span, "a key must be a word, not a map or a list", "a text with [ or { in it needs quotes")
        elif node.null:
            self.fail(node.span, "a key is missing before the colon", "write `name: value`")
        elif node.text == "<<" and node.style == "plain":
            self.fail(node.span, "merge keys (`<<`) are not supported", "write the facts out")
        elif node.text in keys:
            first = keys[node.text].span
            self.fail(
                node.span, f'the key "{node.text}" is given twice', f"keep one of the two; the first is in line {first.line}"
            )
        else:
            keys[node.text] = node
        return node

    def scalar(self, event: Any) -> None:
        span = self.span(event.start_mark, event.end_mark)
        value: str = event.value
        style = event.style
        if event.tag is not None:
            self.tag(span, event.tag)
        if style == '"':
            found = unseen(value)
            if found is not None:
                self.fail(
                    span, f"the character {found[1]} may not be used", "delete it; it is invisible or changes how the text looks"
                )
        node = Node("scalar", span, value, "quoted" if style else "plain")
        self.count += 1
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 0, 1)
        self.add(node, 0)

    def tag(self, span: Span, tag: str) -> None:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        self.fail(span, f"the tag {shown} may not be used", "write the value alone; its type is known from the name of the fact")

    def alias(self, event: Any) -> None:
        span = self.span(event.start_mark, event.end_mark)
        if self.aliases == 0:
            raise InputError(Problem(span, f"aliases (`*{event.anchor}`) may not be used here", "write the value out"))
        self.aliases_left -= 1
        if self.aliases_left < 0:
            raise InputError(Problem(span, f"more than {self.aliases} aliases are used", "write the values out"))
        if event.anchor not in self.anchors:
            raise InputError(Problem(span, f"nothing is called &{event.anchor} above this alias", "write the value out"))
        known = self.anchors[event.anchor]
        if known is None:
            raise InputError(
                Problem(span, f"the alias *{event.anchor} stands inside of what it stands for", "write the value out")
            )
        node, height, count = known
        self.aliased += count
        if self.aliased > MOST_ALIASED_NODES:
            raise InputError(
                Problem(span, f"the aliases stand for more than {MOST_ALIASED_NODES:,} values", "write out what is really needed")
            )
        if len(self.stack) + height > DEEPEST:
            raise too_deep(span)
        self.count += count
        self.add(node, height)

    def open(self, event: Any, *, is_map: bool) -> None:
        if event.tag is not None:
            self.tag(self.span(event.start_mark), event.tag)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.count += 1
        self.stack.append(_Open(event.start_mark, event.anchor, is_map=is_map, count=self.count))
        if len(self.stack) > DEEPEST:
            raise too_deep(self.span(event.start_mark))

    def close(self, event: Any) -> None:
        top = self.stack.pop()
        # Of a map or list the caret points at the first line only.
        end = event.end_mark if event.end_mark.line == top.mark.line else None
        span = self.span(top.mark, end)
        if top.keys is None:
            node = Node("list", span, items=tuple(top.children))
        else:
            node = Node("map", span, entries=tuple(top.entries))
        if top.anchor is not None:
            self.anchors[top.anchor] = (node, top.height, self.count - top.count + 1)
        self.add(node, top.height)

    def run(self, text: str) -> list[Node]:
        for event in yaml.parse(text, Loader=_LOADER):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.scalar(event)
            elif kind is yaml.MappingStartEvent:
                self.open(event, is_map=True)
            elif kind is yaml.SequenceStartEvent:
                self.open(event, is_map=False)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.close(event)
            elif kind is yaml.AliasEvent:
                self.alias(event)
            elif kind is yaml.DocumentEndEvent:
                self.anchors.clear()
            if self.count > MOST_NODES:
                raise too_many(self.span(event.start_mark))
        return self.documents


def compose(text: str, name: str, *, aliases: int) -> list[Node]:
    """The documents of a YAML text, empty ones left out. Raises `InputError`."""
    composer = _Composer(text, name, aliases)
    try:
        documents = composer.run(text)
    except yaml.MarkedYAMLError as error:
        composer.problems.append(_syntax(composer, error))
    except yaml.YAMLError as error:
        composer.problems.append(Problem(Span(name), f"this is not YAML: {str(error).splitlines()[0]}"))
    except InputError as error:
        composer.problems.extend(error.problems)
    if composer.problems:
        raise InputError(composer.problems)
    return documents


def _syntax(composer: _Composer, error: yaml.MarkedYAMLError) -> Problem:
    """What PyYAML says, in the words of whoever wrote the file."""
    problem = (error.problem or "it cannot be read").strip()
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(Span(composer.name), f"this is not YAML: {problem}")
    span = composer.span(mark)
    if "cannot start any token" in problem and span.text[mark.column : mark.column + 1] == "\t":
        return Problem(span, "a tab is used as indentation", "use spaces; YAML does not allow tabs here")
    if "tab" in problem and "indentation" in problem:
        return Problem(span, "a tab is used as indentation", "use spaces; YAML does not allow tabs here")
    hints = {
        "mapping values are not allowed": 'a text with a colon in it needs quotes: "..."',
        "cannot start any token": 'a text that begins with this character needs quotes: "..."',
        "',' or '}'": "a closing } or a comma is missing; inside { } a text with a comma needs quotes",
        "',' or ']'": "a closing ] or a comma is missing; inside [ ] a text with a comma needs quotes",
        "could not find expected ':'": "write `name: value`, with a colon and a space",
        "unexpected end of stream": "a closing quote is missing",
        "did not find expected key": "the indentation differs from the lines above, or a quote is in the middle of a text",
        "did not find expected '-' indicator": "the indentation differs from the lines above",
    }
    hint = next((says for part, says in hints.items() if part in problem), "")
    context = f" {error.context.strip()}" if error.context else ""
    return Problem(span, f"this is not YAML: {problem}{context}", hint)
