"""Transactions made of the whole vocabulary of some packs, with the classifications and places that their tables know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from types import MappingProxyType

from exportcheck.rulepack.model import Packs
from exportcheck.transaction.change import REMOVE, replace_fact
from exportcheck.transaction.model import Claim, Entity, EntityList, Fact, Judgement, Transaction
from exportcheck.values import ABSENT, UNDETERMINABLE, Classification, Money
from exportcheck.vocabulary.model import FactDeclaration, FactType

DAY = date(2026, 3, 2)
COMMON = ("US", "GB", "AU", "DE", "JP", "CN", "RU", "IR", "VN", "IN", "KH", "CU")
PLACES = (
    *COMMON,
    *COMMON,
    "NZ",
    "CA",
    "FR",
    "IL",
    "TR",
    "SG",
    "TW",
    "KR",
    "KP",
    "SY",
    "BY",
    "VE",
    "UA",
    "ZA",
    "BR",
    "SA",
    "CY",
    "NO",
)


class Drawer:
    """Draws transactions for some packs."""

    def __init__(self, packs: Packs, random: Random) -> None:
        self.packs = packs
        self.random = random
        self.paths = {scheme: sorted(paths, key=str) for scheme, paths in known_paths(packs).items()}
        self.authorities = [p.id for p in packs.provisions if p.kind == "exemption"] + [
            "22 CFR 126.7",
            "LVS",
            "NLR",
            "22 CFR 123.9",
        ]
        self.judgements = sorted({c.judgement for p in packs.provisions for c in p.clauses() if c.judgement})

    def transaction(self) -> Transaction:
        withheld = self.random.choice((0.02, 0.1, 0.3, 0.6))
        items = tuple(self.item(n, withheld) for n in range(self.random.choice((1, 1, 2))))
        parties = tuple(self.entity("party", f"parties[{n}]", withheld) for n in range(self.random.choice((0, 1, 2, 3))))
        legs = tuple(self.entity("leg", f"route[{n}]", withheld) for n in range(self.random.choice((0, 2, 3))))
        held = tuple(self.entity("authorization", "authorizations[0]", withheld) for _ in range(self.random.random() < 0.04))
        lists = {
            "items": EntityList(items, True),
            "parties": self.members(parties),
            "route": self.members(legs),
            "authorizations": EntityList(held, True),
        }
        root = self.entity("transaction", "", withheld, lists)
        claims = tuple(
            Claim(self.random.choice((None, "1")), self.random.choice(self.authorities))
            for _ in range(self.random.choice((0, 0, 1, 2)))
        )
        judged = {
            n: Judgement(n, self.random.random() < 0.5, "a person", DAY, "seen")
            for n in self.judgements
            if self.random.random() < 0.6
        }
        return Transaction("random", root, claims, MappingProxyType(judged))

    def item(self, n: int, withheld: float) -> Entity:
        path = f"items[{n}]"
        lists = {
            name: self.members(
                tuple(self.entity(kind, f"{path}.{name}[{m}]", withheld) for m in range(self.random.choice((0, 0, 1, 2, 3))))
            )
            for name, kind in (("components", "component"), ("ingredients", "ingredient"), ("range_payload", "point"))
        }
        return replace_line(self.entity("item", path, withheld, lists), str(n + 1))

    def members(self, members: tuple[Entity, ...]) -> EntityList:
        return EntityList(members, self.random.random() < 0.8)

    def entity(self, kind: str, path: str, withheld: float, lists: Mapping[str, EntityList] | None = None) -> Entity:
        facts = {}
        for declared in self.packs.vocabulary.facts.values():
            if declared.of == ("item" if kind == "component" else kind) and self.random.random() >= withheld:
                facts[declared.name] = self.fact(declared)
        return Entity(kind, path, MappingProxyType(facts), MappingProxyType(dict(lists or {})))

    def fact(self, declared: FactDeclaration) -> Fact:
        if declared.absent and self.random.random() < 0.5:
            return Fact(ABSENT)
        if self.random.random() < 0.01:
            return Fact(UNDETERMINABLE)
        if declared.type.list_of:
            members = frozenset(self.value(declared.type, declared) for _ in range(self.random.choice((1, 1, 2, 3))))
            return Fact(members, complete=not declared.marked or self.random.random() < 0.8, marked=declared.marked)
        return Fact(self.value(declared.type, declared), unit=declared.type.unit)

    def value(self, type_: FactType, declared: FactDeclaration) -> object:
        pick = self.random.choice
        match type_.base:
            case "boolean":
                return self.random.random() < 0.4
            case "knowledge":
                return pick(("yes", "no", "no"))
            case "enum":
                return pick(type_.values)
            case "place":
                return pick(PLACES)
            case "date":
                return DAY + timedelta(days=pick((-400, -30, 0, 30, 400)))
            case "classification":
                return self.classification(type_.scheme)
            case "money":
                amount = Decimal(pick((0, 100, 9_000, 60_000, 1_500_000, 30_000_000)))
                return Money(amount, "USD", amount)
            case "number" | "percent":
                low = declared.least or Decimal(0)
                high = declared.greatest if declared.greatest is not None else Decimal(1000)
                return low + (high - low) * Decimal(pick(("0", "0.01", "0.1", "0.5", "1")))
        return pick(("one", "another"))

    def classification(self, scheme: str) -> Classification:
        paths = self.paths.get(scheme)
        if not paths:
            return Classification(scheme, ("1",))
        found = self.random.choice(paths)
        depth = self.random.choice((len(found.path), len(found.path), len(found.path), 1, 2))
        return Classification(scheme, found.path[: max(depth, 1)])


def replace_line(entity: Entity, line: str) -> Entity:
    return Entity(entity.kind, entity.path, MappingProxyType({**entity.facts, "line": Fact(line)}), entity.lists)


def known_paths(packs: Packs) -> dict[str, set[Classification]]:
    """The classifications that stand in the tables of the packs, by scheme."""
    found: dict[str, set[Classification]] = {"eccn": {Classification("eccn", ("EAR99",))}}
    for table in packs.tables.values():
        for row in table.rows:
            for value in row.values():
                if isinstance(value, Classification):
                    found.setdefault(value.scheme, set()).add(value)
    return found


def changed(random: Random, drawer: Drawer, transaction: Transaction) -> Transaction:
    """A transaction with some of its facts drawn anew or withheld."""
    share = random.choice((0.02, 0.1, 0.3))
    for entity in list(transaction.entities()):
        for name in entity.facts:
            declared = drawer.packs.vocabulary.get(entity.kind, name)
            if declared is None or name in ("line", "id") or random.random() >= share:
                continue
            value = REMOVE if random.random() < 0.5 else drawer.fact(declared)
            transaction = replace_fact(transaction, entity.path, name, value)
    return transaction
