"""Descriptions in YAML, JSON and JSON Lines to transactions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.source import Node, read_documents
from exportcheck.transaction.consistency import inconsistencies
from exportcheck.transaction.entities import EntityReader, FactIndex
from exportcheck.transaction.files import description_files
from exportcheck.transaction.model import Entity, EntityList, Fact, Transaction
from exportcheck.transaction.special import SPECIAL, SpecialReader
from exportcheck.vocabulary.model import ENTITY_LISTS, Vocabulary

SCHEMA: Final = "exportcheck/transaction/1"
MOST_PROBLEMS: Final = 200
"""After so many mistakes reading stops; a file of another kind would give a million, each with a search for the nearest word."""

_TOP_LISTS: Final = ("parties", "items", "authorizations")
_TOP: Final = ("schema", "transaction", "parties_complete", *_TOP_LISTS)


def read_transactions(paths: Sequence[Path], vocabulary: Vocabulary, skip: Sequence[Path] = ()) -> list[Transaction]:
    """The transactions of files, folders and patterns, as `exportcheck.transaction.files` finds them without those of `skip`.

    A file may hold several: YAML documents, lines of JSON Lines, or a list. Raises `InputError` with the problems of all files.
    """
    transactions: list[Transaction] = []
    problems: list[Problem] = []
    for found in description_files(paths, skip):
        if isinstance(found, InputError):
            problems.extend(found.problems)
            continue
        try:
            transactions.extend(_read_file(found, vocabulary))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(_shown(problems))
    return transactions


class _Gathered(list[Problem]):
    """Problems, up to a number at which one more ends the reading."""

    def append(self, problem: Problem) -> None:
        super().append(problem)
        if len(self) > MOST_PROBLEMS:
            raise InputError(self)


def _shown(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_PROBLEMS:
        return problems
    more = Problem(Span(problems[MOST_PROBLEMS].span.file), "and more problems", "those above come first")
    return [*problems[:MOST_PROBLEMS], more]


def _read_file(path: Path, vocabulary: Vocabulary) -> list[Transaction]:
    transactions: list[Transaction] = []
    problems: list[Problem] = []
    seen: dict[str, Span] = {}
    index = FactIndex(vocabulary)
    for document in read_documents(path):
        for node in document.items if document.kind == "list" else (document,):
            try:
                transaction = transaction_from_node(node, index)
            except InputError as error:
                problems.extend(error.problems)
                if len(problems) > MOST_PROBLEMS:
                    raise InputError(problems) from None
                continue
            span = transaction.root.facts["id"].span
            if transaction.id in seen:
                hint = f"the first is in line {seen[transaction.id].line}"
                problems.append(Problem(span, f'two transactions of this file have the id "{transaction.id}"', hint))
            seen.setdefault(transaction.id, span)
            transactions.append(transaction)
    if not transactions and not problems:
        problems.append(Problem(Span(str(path)), "the file describes no transaction", "the list is empty"))
    if problems:
        raise InputError(problems)
    return transactions


def transaction_from_node(node: Node, vocabulary: Vocabulary | FactIndex) -> Transaction:
    """The transaction that a map describes. Raises `InputError` with every problem that it has."""
    return _TransactionReader(node, vocabulary).read()


class _TransactionReader:
    def __init__(self, node: Node, vocabulary: Vocabulary | FactIndex) -> None:
        self.node = node
        self.problems: list[Problem] = _Gathered()
        self.entities = EntityReader(vocabulary, self.problems)
        self.top: dict[str, Node] = {}

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(node.span, message, hint))

    def read(self) -> Transaction:
        if self.node.kind != "map":
            hint = "it begins with `transaction:`, `parties:` and `items:`"
            raise InputError(Problem(self.node.span, "a description is a map of facts", hint))
        for key, value in self.node.entries:
            if key.text in _TOP:
                self.top[key.text] = value
            else:
                self.wrong(key, f'"{key.text[:60]}" has no place beside `transaction:`', self.top_hint(key.text))
        self.schema()
        special = SpecialReader(self.top.get("transaction"), self.entities)
        rates = special.rates()  # first, since amounts of money are turned into dollars on reading
        self.entities.rates = {code: fact.value for code, fact in rates.items() if isinstance(fact.value, Decimal)}
        root = self.root()
        claims = special.claims()
        judgements = special.judgements()
        if not self.problems:
            self.problems.extend(inconsistencies(root, claims))
        if self.problems:
            raise InputError(self.problems)
        id = str(root.facts["id"].value)
        return Transaction(
            id, root, claims, MappingProxyType(judgements), self.node.span.file, self.node.span, MappingProxyType(rates)
        )

    def top_hint(self, name: str) -> str:
        facts = self.entities.facts["transaction"]
        if name in facts or name in SPECIAL or name in self.entities.prefixes["transaction"] or name.startswith("route"):
            return f"write it below `transaction:`: transaction: {{{name}: ...}}"
        return did_you_mean(name[:80], _TOP) or "the parts are " + ", ".join(_TOP)

    def schema(self) -> None:
        node = self.top.get("schema")
        if node is not None and (node.kind != "scalar" or node.text != SCHEMA):
            shown = f'"{node.text[:60]}"' if node.kind == "scalar" else "this"
            self.wrong(node, f"{shown} is not a schema that this version reads", f"write `schema: {SCHEMA}`")

    def root(self) -> Entity:
        node = self.top.get("transaction")
        if node is None:
            self.wrong(self.node, "`transaction:` is missing", "transaction: {id: ..., transfer_date: ..., activity: ...}")
            root = Entity("transaction", "", {}, {"route": EntityList((), complete=False, stated=False)})
        else:
            # Parties, items and authorizations stand beside `transaction:`, the route in it.
            misplaced = [k for k, _ in node.entries if k.text in _TOP_LISTS or k.text == "parties_complete"]
            for key in misplaced:
                self.wrong(key, f"`{key.text}` stands beside `transaction:`, not in it", "move it to the left margin")
            elsewhere = (*SPECIAL, *(k.text for k in misplaced))
            root = self.entities.entity(node, "transaction", "", elsewhere=elsewhere)
            if "id" not in root.facts and node.kind == "map" and node.get("id") is None:
                self.wrong(node, "`id` is missing", "id: the number of the transaction in your records")
        lists = {name: members for name, members in root.lists.items() if name not in _TOP_LISTS}
        kinds = ENTITY_LISTS["transaction"]
        for name in _TOP_LISTS:
            mark = self.top.get(f"{name}_complete")
            lists[name] = self.entities.entity_list(self.top.get(name), name, kinds[name], name, mark)
        lists["items"] = self.numbered(lists["items"])
        return Entity("transaction", "", root.facts, MappingProxyType({name: lists[name] for name in kinds}), self.node.span)

    def numbered(self, items: EntityList) -> EntityList:
        """Items without a line get their position, counted from 1."""
        if not items.members:
            node = self.top.get("items")
            if node is None or node.kind == "list":
                self.wrong(
                    node or self.node,
                    "no items are described",
                    "items: [{description: ..., value: ...}], one for each order line",
                )
            return items
        members = []
        for position, item in enumerate(items.members, start=1):
            if "line" not in item.facts:
                line = Fact(str(position), str(position), item.span)
                item = Entity(item.kind, item.path, MappingProxyType({"line": line, **item.facts}), item.lists, item.span)
            members.append(item)
        return EntityList(tuple(members), items.complete, items.stated, items.span)
