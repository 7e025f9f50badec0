"""JSON to nodes, with places. Numbers stay as written: `9007199254740993` and `0.10` lose nothing."""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]

from exportcheck.errors import InputError, Problem, Span
from exportcheck.source.characters import split_lines, unseen
from exportcheck.source.node import DEEPEST, MOST_NODES, Node, too_deep, too_many

_SPACE = re.compile(r"[ \t\r\n]*")
# NaN and Infinity are no JSON, but programs write them; whoever knows the declared type has the better message.
_WORD = re.compile(r"-?(?:Infinity|NaN)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b")


class _Reader:
    def __init__(self, text: str, name: str, first_line: int) -> None:
        self.text = text
        self.name = name
        self.first_line = first_line
        self.lines = split_lines(text)
        self.starts = [0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", text))]
        self.count = 0
        self.problems: list[Problem] = []

    def span(self, start: int, end: int) -> Span:
        line = bisect_right(self.starts, start) - 1
        shown = self.lines[line]
        column = start - self.starts[line]
        return Span(self.name, self.first_line + line, column + 1, max(1, min(end - start, len(shown) - column)), shown)

    def stop(self, at: int, message: str, hint: str = "") -> InputError:
        return InputError(Problem(self.span(at, at + 1), message, hint))

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        assert found is not None
        return found.end()

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        self.count += 1
        if self.count > MOST_NODES:
            raise too_many(self.span(at, at + 1))
        mark = self.text[at : at + 1]
        if mark == "{" or mark == "[":
            if depth >= DEEPEST:
                raise too_deep(self.span(at, at + 1))
            return self.map(at, depth + 1) if mark == "{" else self.list(at, depth + 1)
        if mark == '"':
            return self.string(at)
        word = _WORD.match(self.text, at)
        if word is None:
            if not mark:
                raise self.stop(at, "this is not JSON: the file ends too early", "a closing bracket or a value is missing")
            raise self.stop(at, "this is not JSON: a value was expected here", "texts stand in double quotes")
        return Node("scalar", self.span(at, word.end()), word[0]), word.end()

    def string(self, at: int) -> tuple[Node, int]:
        try:
            value, end = scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            hint = "a closing double quote is missing" if "Unterminated" in error.msg else ""
            raise self.stop(
                min(error.pos, len(self.text)), f"this is not JSON: {error.msg.removesuffix(' at').lower()}", hint
            ) from None
        span = self.span(at, end)
        found = unseen(value)
        if found is not None:
            says = "delete it; it is invisible or changes how the text looks"
            self.problems.append(Problem(span, f"the character {found[1]} may not be used", says))
        return Node("scalar", span, value, "quoted"), end

    def map(self, start: int, depth: int) -> tuple[Node, int]:
        entries: list[tuple[Node, Node]] = []
        keys: dict[str, Node] = {}
        at = self.skip(start + 1)
        while self.text[at : at + 1] != "}" or entries:
            if self.text[at : at + 1] != '"':
                raise self.stop(at, "this is not JSON: a key in double quotes was expected here", 'write "name": value')
            key, at = self.string(at)
            if key.text in keys:
                hint = f"keep one of the two; the first is in line {keys[key.text].span.line}"
                self.problems.append(Problem(key.span, f'the key "{key.text}" is given twice', hint))
            keys.setdefault(key.text, key)
            at = self.skip(at)
            if self.text[at : at + 1] != ":":
                raise self.stop(at, "this is not JSON: a colon was expected here", 'write "name": value')
            value, at = self.value(self.skip(at + 1), depth)
            entries.append((key, value))
            at = self.skip(at)
            if self.text[at : at + 1] == "}":
                break
            if self.text[at : at + 1] != ",":
                raise self.stop(at, "this is not JSON: a comma or } was expected here")
            at = self.skip(at + 1)
        return Node("map", self.span(start, start + 1), entries=tuple(entries)), at + 1

    def list(self, start: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        at = self.skip(start + 1)
        while self.text[at : at + 1] != "]" or items:
            item, at = self.value(at, depth)
            items.append(item)
            at = self.skip(at)
            if self.text[at : at + 1] == "]":
                break
            if self.text[at : at + 1] != ",":
                raise self.stop(at, "this is not JSON: a comma or ] was expected here")
            at = self.skip(at + 1)
        return Node("list", self.span(start, start + 1), items=tuple(items)), at + 1

    def document(self) -> Node:
        node, at = self.value(self.skip(0), 0)
        at = self.skip(at)
        if at != len(self.text):
            raise self.stop(
                at, "this is not JSON: something stands after the end", "several transactions go into a list or JSON Lines"
            )
        if self.problems:
            raise InputError(self.problems)
        return node


def compose_json(text: str, name: str, first_line: int = 1) -> Node:
    """The value of a JSON text. Raises `InputError`."""
    reader = _Reader(text, name, first_line)
    try:
        return reader.document()
    except InputError as error:
        if error.problems == tuple(reader.problems):
            raise
        raise InputError([*reader.problems, *error.problems]) from None


def compose_json_lines(text: str, name: str) -> list[Node]:
    """One document a line, empty lines left out. Raises `InputError` with the problems of all lines."""
    documents: list[Node] = []
    problems: list[Problem] = []
    for number, line in enumerate(split_lines(text), start=1):
        if not line.strip():
            continue
        try:
            documents.append(compose_json(line, name, number))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return documents
