"""Files of facts, the core's and the packs', to one vocabulary.

A file holds `facts:`, a list of maps with the keys of `FactDeclaration`. `type` is a base type, `classification SCHEME`, or
`list of` one of those; `least` and `greatest` bound a number, or say how many members a list may have.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.source import Node, read_documents
from exportcheck.vocabulary.model import (
    BASE_TYPES,
    ENTITY_KINDS,
    ENTITY_LISTS,
    MARKED_LISTS,
    FactDeclaration,
    FactType,
    Vocabulary,
)

CORE = Path(__file__).with_name("core.yaml")

KINDS = tuple(kind for kind in ENTITY_KINDS if kind != "component")
"""What a fact may be `of`; components take the facts of items."""

SPECIAL = frozenset({"claims", "judgements", "exchange_rates", "schema", "transaction"})
"""Words of a description that are no facts."""

LONG_FORM = frozenset({"value", "by", "dated", "source", "because"})
"""The keys of a fact that is written with who says so."""

_KEYS = ("name", "of", "type", "values", "unit", "question", "cite", "marked", "absent", "curable", "least", "greatest", "note")
_NEEDED = ("name", "of", "type", "question")
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_NUMERIC = frozenset({"number", "percent", "money"})


@functools.cache
def core_vocabulary() -> Vocabulary:
    """The facts that need no pack."""
    return load_vocabulary(())


def load_vocabulary(pack_files: Iterable[tuple[str, Path]]) -> Vocabulary:
    """The core facts and those of packs, given as (pack id, file). Raises `InputError` with every problem of every file."""
    files: list[tuple[str, Path]] = [("", CORE), *pack_files]
    groups: list[tuple[str, Sequence[Node]]] = []
    problems: list[Problem] = []
    for pack, path in files:
        try:
            groups.append((pack, read_documents(path, aliases=0)))
        except InputError as error:
            problems.extend(error.problems)
    try:
        vocabulary = vocabulary_of(groups)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return vocabulary


def vocabulary_of(groups: Iterable[tuple[str, Sequence[Node]]], base: Vocabulary | None = None) -> Vocabulary:
    """The same from documents at hand, given as (pack id, documents), on top of `base`. Raises `InputError`."""
    facts: dict[tuple[str, str], FactDeclaration] = dict(base.facts) if base is not None else {}
    spans: dict[tuple[str, str], Span] = {}
    problems: list[Problem] = []
    for pack, documents in groups:
        for document in documents:
            for node in _declarations(document, problems):
                fact = _Declaration(node, pack, problems).read()
                if fact is None:
                    continue
                key = (fact.of, fact.name)
                if key in facts:
                    where = f" in {spans[key]}" if key in spans else f' by "{facts[key].pack or "core"}"'
                    hint = f"it is declared already{where}; use that one, or another name"
                    problems.append(Problem(node.span, f'the fact "{fact.name}" of {fact.of} is declared twice', hint))
                    continue
                facts[key] = fact
                spans[key] = node.span
    problems.extend(_collisions(facts, spans))
    if problems:
        raise InputError(problems)
    return Vocabulary(facts)


def _declarations(document: Node, problems: list[Problem]) -> Sequence[Node]:
    listed = document.get("facts") if document.kind == "map" else None
    if listed is None or listed.kind != "list":
        problems.append(
            Problem(document.span, "a file of facts needs a list under `facts:`", "facts: [{name: ..., of: ..., ...}]")
        )
        return ()
    for key, _ in document.entries:
        if key.text != "facts":
            problems.append(Problem(key.span, f'unknown key "{key.text}"', "a file of facts holds `facts:` only"))
    return listed.items


def _collisions(facts: dict[tuple[str, str], FactDeclaration], spans: dict[tuple[str, str], Span]) -> list[Problem]:
    """Names that a description could not tell apart: `contract` and `contract.value`, a fact and the mark of a list."""
    problems: list[Problem] = []
    nowhere = Span("<vocabulary>")
    for (of, name), fact in facts.items():
        parts = name.split(".")
        for n in range(1, len(parts)):
            shorter = ".".join(parts[:n])
            if (of, shorter) in facts:
                span = spans.get((of, name)) or spans.get((of, shorter)) or nowhere
                problems.append(Problem(span, f'"{name}" and "{shorter}" of {of} cannot both be facts', "give one another name"))
        if fact.marked and (of, f"{name}_complete") in facts:
            span = spans.get((of, f"{name}_complete")) or spans.get((of, name)) or nowhere
            problems.append(Problem(span, f'"{name}_complete" is the mark of the list "{name}" and can be no fact'))
    return problems


def parse_type(text: str, values: tuple[str, ...] = (), unit: str = "") -> FactType:
    """Read a type as declared. Raises `ValueError` with what is wrong."""
    words = text.split()
    list_of = words[:2] == ["list", "of"]
    if list_of:
        words = words[2:]
    base = words[0] if words else ""
    if base not in BASE_TYPES:
        raise ValueError(did_you_mean(base, BASE_TYPES) or "the types are " + ", ".join(BASE_TYPES))
    if base == "classification":
        if len(words) != 2:
            raise ValueError("name its list: `classification usml`")
        return FactType(base, list_of, scheme=words[1])
    if len(words) != 1:
        raise ValueError(f'nothing may follow "{base}"')
    if list_of and base in ("boolean", "knowledge"):
        raise ValueError(f"a list of {base} says nothing")
    return FactType(base, list_of, values=values, unit=unit)


class _Declaration:
    """One declared fact; problems are gathered, not raised."""

    def __init__(self, node: Node, pack: str, problems: list[Problem]) -> None:
        self.node = node
        self.pack = pack
        self.problems = problems
        self.keys: dict[str, Node] = {}

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(node.span, message, hint))

    def read(self) -> FactDeclaration | None:
        if self.node.kind != "map":
            self.wrong(self.node, "a fact is declared as a map", "{name: ..., of: ..., type: ..., question: ...}")
            return None
        before = len(self.problems)
        for key, value in self.node.entries:
            if key.text not in _KEYS:
                self.wrong(key, f'unknown key "{key.text}"', did_you_mean(key.text, _KEYS) or "the keys are " + ", ".join(_KEYS))
            elif value.null:
                self.wrong(value, f"`{key.text}` has no value", "leave the key out")
            elif (value.kind == "scalar") == (key.text == "values"):
                self.wrong(value, f"`{key.text}` must be {'a list' if key.text == 'values' else 'a single value'}")
            else:
                self.keys[key.text] = value
        for name in _NEEDED:
            if name not in self.keys:
                self.wrong(self.node, f"`{name}` is missing", f"add `{name}: ...`")
        if len(self.problems) > before:
            return None
        fact = self.declaration()
        return fact if len(self.problems) == before else None

    def declaration(self) -> FactDeclaration:
        name, of = self.keys["name"], self.keys["of"]
        if not _NAME.fullmatch(name.text):
            self.wrong(name, f'"{name.text}" is no name of a fact', "lower-case words with _ and dots: end_use.military")
        if of.text not in KINDS:
            self.wrong(of, f'a fact cannot be of "{of.text}"', did_you_mean(of.text, KINDS) or "one of " + ", ".join(KINDS))
        self.reserved(name, of.text)
        type = self.type()
        marked, absent, curable = (self.flag(k) for k in ("marked", "absent", "curable"))
        if marked and not type.list_of:
            self.wrong(self.keys["marked"], "only a list can be marked complete", "delete `marked`, or declare a list")
        if absent and type.base in ("boolean", "knowledge"):
            self.wrong(self.keys["absent"], f"a {type.base} can never be `none`", "delete `absent`")
        question = self.keys["question"]
        for found in _PLACEHOLDER.findall(question.text):
            if found != "name":
                self.wrong(question, f"`{{{found}}}` cannot stand in a question", "only `{name}`, the name of the party or item")
        if "?" not in question.text:
            self.wrong(question, "this asks nothing", "write a question, with its question mark")
        least, greatest = self.bounds(type)
        text = {k: self.keys[k].text for k in ("cite", "note") if k in self.keys}
        return FactDeclaration(
            name=name.text,
            of=of.text,
            type=type,
            question=question.text,
            cite=text.get("cite", ""),
            marked=marked,
            absent=absent,
            curable=curable,
            least=least,
            greatest=greatest,
            note=text.get("note", ""),
            pack=self.pack,
            span=self.node.span,
        )

    def reserved(self, name: Node, of: str) -> None:
        first = name.text.split(".")[0]
        lists = ENTITY_LISTS.get(of, {})
        taken = (
            first in lists
            or (first.endswith("_complete") and first.removesuffix("_complete") in MARKED_LISTS)
            or (of == "transaction" and first in SPECIAL)
            or name.text in LONG_FORM - {"value"}
        )
        if taken:
            self.wrong(name, f'"{first}" has a meaning of its own in descriptions and can be no fact of {of}', "use another name")

    def flag(self, key: str) -> bool:
        node = self.keys.get(key)
        if node is None:
            return False
        if node.text not in ("true", "false"):
            self.wrong(node, f"`{key}` is true or false")
        return node.text == "true"

    def type(self) -> FactType:
        node = self.keys["type"]
        values = self.keys.get("values")
        unit = self.keys.get("unit")
        listed: list[str] = []
        for item in values.items if values is not None else ():
            if item.kind != "scalar" or not item.text:
                self.wrong(item, "a value must be a word")
            elif item.text in listed:
                self.wrong(item, f'the value "{item.text}" is listed twice')
            else:
                listed.append(item.text)
        try:
            type = parse_type(node.text, tuple(listed), unit.text if unit is not None else "")
        except ValueError as error:
            self.wrong(node, f'"{node.text}" is no type', str(error))
            return FactType("text")
        if type.base == "enum" and not listed:
            self.wrong(node, "an enum needs the values that it may have", "values: [one, other]")
        if type.base != "enum" and values is not None:
            self.wrong(values, f"`values` goes with enum, and this is {type.base}")
        if type.base != "number" and unit is not None:
            self.wrong(unit, f"`unit` goes with number, and this is {type.base}")
        return type

    def bounds(self, type: FactType) -> tuple[Decimal | None, Decimal | None]:
        found: list[Decimal | None] = []
        for key in ("least", "greatest"):
            node = self.keys.get(key)
            number: Decimal | None = None
            if node is not None:
                if not type.list_of and type.base not in _NUMERIC:
                    self.wrong(node, f"`{key}` goes with a number or a list, and this is {type.base}")
                try:
                    number = Decimal(node.text)
                    if not number.is_finite():
                        raise InvalidOperation
                except InvalidOperation:
                    number = None
                    self.wrong(node, f"`{key}` must be a number")
            found.append(number)
        least, greatest = found
        if least is not None and greatest is not None and least > greatest:
            self.wrong(self.keys["least"], "`least` is greater than `greatest`")
        if type.base == "percent" and not type.list_of:
            least = Decimal(0) if least is None else least
            greatest = Decimal(100) if greatest is None else greatest
        return least, greatest
