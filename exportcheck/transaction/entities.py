"""Maps of a description to entities with facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypedDict

from exportcheck.errors import Problem, did_you_mean
from exportcheck.source import Node
from exportcheck.transaction.convert import boolean, iso_date, read_value, unit_of
from exportcheck.transaction.model import Entity, EntityList, Fact
from exportcheck.vocabulary.load import LONG_FORM
from exportcheck.vocabulary.model import ENTITY_KINDS, ENTITY_LISTS, MARKED_LISTS, FactDeclaration, Vocabulary

_NO_LISTS: Mapping[str, str] = MappingProxyType({})
MOST_KNOWN: Final = 50_000
"""So many meanings of texts are remembered; then they are gathered anew, so that memory stays flat."""


class Notes(TypedDict, total=False):
    """What is said beside a value."""

    by: str
    dated: date
    source: str
    because: str


class FactIndex:
    """A vocabulary by kind of entity, and the words before the dots. Whoever reads many transactions makes it once.

    `known` is what texts were found to mean, by kind, fact and text, without rates of exchange.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.known: dict[tuple[str, str, str], object] = {}
        self.facts: dict[str, dict[str, FactDeclaration]] = {kind: {} for kind in ENTITY_KINDS}
        self.prefixes: dict[str, set[str]] = {kind: set() for kind in ENTITY_KINDS}
        for (kind, name), fact in vocabulary.facts.items():
            self.facts[kind][name] = fact
            parts = name.split(".")
            self.prefixes[kind].update(".".join(parts[:n]) for n in range(1, len(parts)))
        self.facts["component"] = self.facts["item"]
        self.prefixes["component"] = self.prefixes["item"]


class EntityReader:
    """Reads entities against a vocabulary. Problems are gathered; what is returned is whole only if there are none."""

    def __init__(self, vocabulary: Vocabulary | FactIndex, problems: list[Problem]) -> None:
        index = vocabulary if isinstance(vocabulary, FactIndex) else FactIndex(vocabulary)
        self.problems = problems
        self.rates: Mapping[str, Decimal] = {}
        self.index = index
        self.facts = index.facts
        self.prefixes = index.prefixes

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(node.span, message, hint))

    def entity(self, node: Node, kind: str, path: str, *, elsewhere: Collection[str] = ()) -> Entity:
        """An entity from its map. `elsewhere` are keys of it that somebody else reads."""
        reading = _Reading(self, kind, path, elsewhere)
        if node.kind == "map":
            reading.map(node, "")
        else:
            self.wrong(node, f"{_a(kind)} is a map of facts", "name: value, one a line")
        return reading.finish(node)

    def entity_list(self, node: Node | None, name: str, kind: str, path: str, mark: Node | None) -> EntityList:
        """A list of entities, `path` being where it stands ("items[0].components"), with its completeness mark."""
        marked = self.mark(mark, name) if mark is not None else None
        complete = name not in MARKED_LISTS or (marked is not None and marked.value is True)
        if node is None:
            if mark is not None and marked is not None and marked.value is True:
                self.wrong(mark, f"`{name}_complete` is true, and no {name} are stated", f"write `{name}: []` if there are none")
            return EntityList((), complete, stated=False)
        if node.kind != "list":
            hint = (
                f"write `{name}: []` and `{name}_complete: true` if there are none" if node.kind == "scalar" else "- name: value"
            )
            self.wrong(node, f"`{name}` is a list of maps", hint)
            return EntityList((), complete, span=node.span)
        members = tuple(self.entity(item, kind, f"{path}[{n}]") for n, item in enumerate(node.items))
        return EntityList(members, complete, span=node.span, mark=marked)

    def mark(self, node: Node, name: str) -> Fact | None:
        """A completeness mark, as a fact with a bool."""
        if name not in MARKED_LISTS:
            self.wrong(node, f"`{name}` counts as it is stated and takes no completeness mark", f"delete `{name}_complete`")
            return None
        value, notes = self.long_form(node)
        if value is None:
            return None
        if value.kind != "scalar" or value.text.casefold() not in ("true", "false", "yes", "no"):
            self.wrong(value, f"`{name}_complete` is true or false", f"`{name}_complete: true` says that {name} lists them all")
            return None
        return Fact(boolean(value.text), value.text, value.span, **notes)

    def long_form(self, node: Node) -> tuple[Node | None, Notes]:
        """The value of `{value, by, dated, source, because}` and what is said beside it; of anything else, itself."""
        if node.kind != "map":
            return node, Notes()
        notes = Notes()
        value: Node | None = None
        for key, stated in node.entries:
            if key.text == "value":
                value = stated
            elif key.text not in LONG_FORM:
                hint = did_you_mean(key.text, LONG_FORM) or "a fact may be written {value, by, dated, source, because}"
                self.wrong(key, f'unknown key "{key.text}"', hint)
            elif stated.kind != "scalar" or stated.null or not stated.text.strip():
                self.wrong(stated, f"`{key.text}` is a text", "leave it out if there is nothing to say")
            elif key.text == "dated":
                day = self.date(stated)
                if day is not None:
                    notes["dated"] = day
            else:
                notes[key.text] = stated.text.strip()  # type: ignore[literal-required]
        if value is None:
            self.wrong(node, "`value` is missing", "a fact may be written {value, by, dated, source, because}")
        return value, notes

    def value(self, node: Node, declared: FactDeclaration) -> object:
        """The value of a fact, as `read_value` gives it. What a word means is remembered for the next description."""
        if node.kind != "scalar" or node.null or (declared.type.base == "money" and self.rates):
            return read_value(node, declared, self.rates, self.problems)
        key = (declared.of, declared.name, node.text)
        value = self.index.known.get(key)
        if value is None:
            value = read_value(node, declared, self.rates, self.problems)
            if value is not None:
                if len(self.index.known) >= MOST_KNOWN:
                    self.index.known.clear()
                self.index.known[key] = value
        return value

    def date(self, node: Node) -> date | None:
        try:
            return iso_date(node.text)
        except ValueError as error:
            self.wrong(node, *error.args)
            return None


class _Reading:
    """One entity while it is read."""

    def __init__(self, reader: EntityReader, kind: str, path: str, elsewhere: Collection[str]) -> None:
        self.reader = reader
        self.kind = kind
        self.path = path
        self.elsewhere = elsewhere
        self.declared = reader.facts[kind]
        self.prefixes = reader.prefixes[kind]
        self.list_kinds = ENTITY_LISTS.get(kind, _NO_LISTS)
        self.facts: dict[str, Fact] = {}
        self.lists: dict[str, Node] = {}
        self.marks: dict[str, Node] = {}

    def map(self, node: Node, prefix: str) -> None:
        for key, value in node.entries:
            name = prefix + key.text
            if not prefix and name in self.elsewhere:
                continue
            if name in self.declared:
                self.fact(self.declared[name], key, value)
            elif name in self.list_kinds:
                self.lists[name] = value
            elif name in self.prefixes:
                if value.kind == "map":
                    self.map(value, name + ".")
                else:
                    self.group(name, value)
            elif name.endswith("_complete") and self.listed(name.removesuffix("_complete")):
                self.marks[name.removesuffix("_complete")] = value
            else:
                self.reader.wrong(key, f'{_a(self.kind)} has no fact "{_short(name)}"', self.hint(name))

    def listed(self, name: str) -> bool:
        return name in self.list_kinds or (name in self.declared and self.declared[name].type.list_of)

    def group(self, name: str, value: Node) -> None:
        inside = [n for n in self.declared if n.startswith(name + ".")]
        example = inside[0].removeprefix(name + ".")
        self.reader.wrong(value, f"`{name}` is a map of facts", f"{name}: {{{example}: ...}}")

    def hint(self, name: str) -> str:
        if self.kind == "component" and name == "components":
            return "components do not nest: list the parts that count beside each other"
        others = [kind for kind in ENTITY_KINDS if name in self.reader.facts[kind]]
        if others:
            return f"it is a fact of {_a(others[0])}"
        *parents, last = name.split(".")
        inside = ".".join(parents) + "." if parents else ""
        words = {n.removeprefix(inside).split(".")[0] for n in self.declared if n.startswith(inside)}
        if not parents:
            words |= {*self.list_kinds, *(f"{n}_complete" for n in self.list_kinds if n in MARKED_LISTS), *self.elsewhere}
        near = did_you_mean(last[:80], sorted(words)) or did_you_mean(name[:80], sorted(self.declared))
        if near:
            return near
        for kind in (self.kind, *ENTITY_KINDS):
            dotted = [f"`{n}`" for n in self.reader.facts[kind] if n.endswith("." + last)]
            if dotted:
                return f"did you mean {' or '.join(dotted[:3])}" + ("?" if kind == self.kind else f" of {_a(kind)}?")
        return "`exportcheck facts` lists what may be stated"

    def fact(self, declared: FactDeclaration, key: Node, node: Node) -> None:
        name = declared.name
        if name in self.facts:
            self.reader.wrong(key, f"`{name}` is stated twice", "keep one of the two")
            return
        value_node, notes = self.reader.long_form(node)
        if value_node is None:
            return
        value = self.reader.value(value_node, declared)
        if value is not None:
            text = value_node.text if value_node.kind == "scalar" else ", ".join(item.text for item in value_node.items)
            self.facts[name] = Fact(value, text, value_node.span, unit=unit_of(declared.type), marked=declared.marked, **notes)

    def finish(self, node: Node) -> Entity:
        lists: dict[str, EntityList] = {}
        for name, kind in self.list_kinds.items():
            path = f"{self.path}.{name}" if self.path else name
            lists[name] = self.reader.entity_list(self.lists.get(name), name, kind, path, self.marks.pop(name, None))
        for name in [name for name, fact in self.facts.items() if fact.marked]:
            self.marked_fact(name, self.marks.pop(name, None))
        for name, mark in self.marks.items():
            self.stray_mark(name, mark)
        return Entity(self.kind, self.path, MappingProxyType(self.facts), MappingProxyType(lists), node.span)

    def marked_fact(self, name: str, mark: Node | None) -> None:
        fact = self.facts[name]
        if not isinstance(fact.value, frozenset):  # `none` is all that there is, and `undeterminable` nothing
            return
        complete = False
        if mark is not None:
            if mark.kind == "scalar" and mark.text.casefold() in ("true", "false", "yes", "no"):
                complete = boolean(mark.text)
            else:
                self.reader.wrong(mark, f"`{name}_complete` is true or false", "true says that the list names them all")
        if not complete:
            self.facts[name] = replace(fact, complete=False)

    def stray_mark(self, name: str, mark: Node) -> None:
        if name in self.declared and not self.declared[name].marked:
            says = f"`{name}` counts as it is stated and takes no completeness mark"
            self.reader.wrong(mark, says, f"delete `{name}_complete`")
        elif mark.kind != "scalar" or mark.text.casefold() not in ("false", "no"):
            says = f"`{name}_complete` is true, and no {name} are stated"
            self.reader.wrong(mark, says, f"state `{name}`; leave both out if nobody has looked yet")


def _a(kind: str) -> str:
    return {
        "transaction": "the transaction",
        "item": "an item",
        "authorization": "an authorization",
        "ingredient": "an ingredient",
    }.get(kind, f"a {kind}")


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "..."
