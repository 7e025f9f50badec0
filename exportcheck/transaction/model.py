"""A transaction as the engine reads it: entities with typed facts, each with the place where it was stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from exportcheck.errors import NOWHERE, Span

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fact:
    """One stated fact.

    `value` is the converted value (see `exportcheck.values`): bool, str, Decimal (in the declared unit), Money, date,
    Classification, a frozenset of those for a list, or ABSENT / UNDETERMINABLE. `complete` is False only for a marked list
    without its completeness mark. `text` is what was written. `unit` is the declared unit of a Decimal ("km", "%" for percent);
    `marked` says that the list is of the kind that needs a mark.
    """

    value: object
    text: str = ""
    span: Span = NOWHERE
    complete: bool = True
    by: str = ""
    dated: date | None = None
    source: str = ""
    because: str = ""
    unit: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class EntityList:
    """Parties, items, components, ...: the members stated and whether the transaction says these are all.

    `mark` is the completeness mark as stated (its value a bool), with who says so.
    """

    members: tuple[Entity, ...]
    complete: bool
    stated: bool = True
    span: Span = NOWHERE
    mark: Fact | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A transaction, party, item, component, route leg, authorization, ingredient or range-payload point.

    `kind` is one of transaction, party, item, component, leg, authorization, ingredient, point; `path` is where it stands
    ("parties[2]", "items[0].components[1]", "" for the transaction), `facts` by dotted name ("end_use.military"),
    `lists` by name ("parties", "components").
    """

    kind: str
    path: str
    facts: Mapping[str, Fact]
    lists: Mapping[str, EntityList] = field(default_factory=lambda: MappingProxyType({}))
    span: Span = NOWHERE

    @property
    def label(self) -> str:
        """What a person calls it: the party's name, `line 1`, `DSP-5 050123456`, or the path."""
        if self.kind == "authorization":
            stated = [self.facts[name].value for name in ("kind", "number") if name in self.facts]
            return " ".join(word for word in stated if isinstance(word, str)) or self.path
        for name in ("name", "line", "description"):
            fact = self.facts.get(name)
            if fact is not None and isinstance(fact.value, str):
                return f"line {fact.value}" if name == "line" else fact.value
        return self.path or "the transaction"


@dataclass(frozen=True, slots=True)
class Claim:
    """The authority that the exporter means to cite for a line (`line` None: for every line)."""

    line: str | None
    authority: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Judgement:
    """A named person's answer to a question that the law leaves to judgement."""

    name: str
    answer: bool
    by: str
    dated: date
    because: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Transaction:
    """One described transfer. `root` is the transaction entity; its `lists` hold parties, items, route and authorizations.

    `rates` are the stated exchange rates, US dollars for one unit, by ISO 4217 code.
    """

    id: str
    root: Entity
    claims: tuple[Claim, ...] = ()
    judgements: Mapping[str, Judgement] = field(default_factory=lambda: MappingProxyType({}))
    file: str = ""
    span: Span = NOWHERE
    rates: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def items(self) -> tuple[Entity, ...]:
        return self.root.lists["items"].members

    @property
    def transfer_date(self) -> date | None:
        fact = self.root.facts.get("transfer_date")
        return fact.value if fact is not None and isinstance(fact.value, date) else None

    def entities(self) -> Iterator[Entity]:
        """Every entity, the transaction first, then in the order written."""
        stack = [self.root]
        while stack:
            entity = stack.pop(0)
            yield entity
            for members in entity.lists.values():
                stack.extend(members.members)
