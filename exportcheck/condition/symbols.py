"""What a condition may name: declared facts, lists, parameters, definitions, tables, provisions, and the variables in sight."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from exportcheck.condition.types import Type
from exportcheck.vocabulary.model import Vocabulary

ARTICLES: Final = ("item", "component", "article")
"""Items and components share their facts; `article` is either."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A definition as conditions see it: of which entity kind ("" for the transaction), and its type."""

    id: str
    of: str
    type: Type


@dataclass(frozen=True, slots=True)
class TableSymbols:
    """A table: the key columns of its look-ups in order, its columns, and those that name a definition or a list."""

    keys: tuple[str, ...]
    columns: Mapping[str, Type]
    names: Mapping[str, str] = field(default_factory=dict)  # column -> "definition" | "list"


@dataclass(frozen=True, slots=True)
class Symbols:
    """Everything that a condition may name."""

    vocabulary: Vocabulary
    lists: Mapping[str, Type] = field(default_factory=dict)
    parameters: Mapping[str, Type] = field(default_factory=dict)
    definitions: Mapping[str, Signature] = field(default_factory=dict)  # by call name
    tables: Mapping[str, TableSymbols] = field(default_factory=dict)
    provisions: Mapping[str, str] = field(default_factory=dict)  # id -> for_each
    grounds: frozenset[str] = frozenset()
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Variables in sight, and the member whose facts may stand bare (inside a filter)."""

    variables: Mapping[str, Type] = field(default_factory=dict)
    bare: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)  # row variable -> table id

    def with_variable(self, name: str, type_: Type) -> Scope:
        """A variable more. One that takes the name of the filtered member hides that member, bare facts and all."""
        return Scope({**self.variables, name: type_}, "" if name == self.bare else self.bare, self.rows)

    def with_row(self, name: str, table: str) -> Scope:
        return Scope(self.variables, self.bare, {**self.rows, name: table})

    def filtering(self, name: str, type_: Type) -> Scope:
        return Scope({**self.variables, name: type_}, name, self.rows)


def call_name(definition: str) -> str:
    """How a definition is called in a condition: `itar/no-content` is `itar_no_content`."""
    return re.sub(r"[/.\-]", "_", definition)


def one_kind(kind: str) -> str:
    """The entity kind by which the vocabulary knows an article."""
    return "item" if kind == "article" else kind


def kind_fits(have: str, want: str) -> bool:
    return have == want or (have in ARTICLES and want in ARTICLES)
