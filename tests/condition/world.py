"""A small world to evaluate conditions in: facts of every type, a law of a few lists and tables, and an engine of three lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from exportcheck.condition import types as T
from exportcheck.condition.check import Scope, Signature, Symbols, TableSymbols, check
from exportcheck.condition.evaluate import Compiler, Env
from exportcheck.condition.types import Type
from exportcheck.transaction.model import Entity, Judgement
from exportcheck.values import ABSENT, UNKNOWN, Classification, Interval, Truth, parse_classification
from exportcheck.vocabulary.model import FactDeclaration, FactType, Vocabulary

FACTS: Mapping[str, Mapping[str, FactType]] = {
    "transaction": {
        "sold": FactType("boolean"),
        "urgent": FactType("boolean"),
        "days": FactType("number", unit="day"),
        "balance": FactType("number"),
        "crew": FactType("number"),
        "share": FactType("percent"),
        "price": FactType("money"),
        "deposit": FactType("money"),
        "shipped": FactType("date"),
        "returned": FactType("date"),
        "remark": FactType("text"),
        "mode": FactType("enum", values=("air", "sea", "road")),
        "end_use.military": FactType("knowledge"),
        "origin": FactType("place"),
        "destination": FactType("place"),
        "region": FactType("place"),
        "eccn": FactType("classification", scheme="eccn"),
        "papers": FactType("text", True),
        "via": FactType("place", True),
        "regions": FactType("place", True),
        "listed": FactType("classification", True, scheme="eccn"),
        "lots": FactType("number", True),
        "fees": FactType("money", True),
    },
    "party": {
        "eligible": FactType("boolean"),
        "country": FactType("place"),
        "staff": FactType("number"),
        "paid": FactType("money"),
        "roles": FactType("text", True),
        "citizenships": FactType("place", True),
        "founded": FactType("date"),
        "name": FactType("text"),
    },
    "item": {
        "controlled": FactType("boolean"),
        "eccn": FactType("classification", scheme="eccn"),
        "value": FactType("money"),
        "mass": FactType("number", unit="kg"),
        "discount": FactType("money"),
    },
    "leg": {"country": FactType("place"), "role": FactType("text")},
}
MAY_BE_ABSENT = frozenset({"crew", "deposit", "returned", "eccn", "via", "papers", "discount", "citizenships", "remark"})
MARKED_FACTS = frozenset({"papers", "citizenships", "lots"})
BOUNDS: Mapping[str, tuple[int | None, int | None]] = {
    "days": (0, 400),
    "crew": (0, None),
    "share": (0, 100),
    "staff": (0, None),
    "mass": (0, None),
}


def _declare(kind: str, name: str, type_: FactType) -> FactDeclaration:
    low, high = BOUNDS.get(name, (None, None))
    return FactDeclaration(
        name,
        kind,
        type_,
        f"What is {name}?",
        marked=name in MARKED_FACTS,
        absent=name in MAY_BE_ABSENT,
        least=None if low is None else Decimal(low),
        greatest=None if high is None else Decimal(high),
    )


VOCABULARY = Vocabulary({(kind, name): _declare(kind, name, t) for kind, facts in FACTS.items() for name, t in facts.items()})


def eccn(text: str) -> Classification:
    return parse_classification("eccn", text)


LISTS: Mapping[str, frozenset[object]] = {
    "law/friends": frozenset({"AU", "GB", "US"}),
    "law/embargo": frozenset({"KP", "UA-CRIMEA"}),
    "law/papers": frozenset({"invoice", "license"}),
    "law/serious": frozenset({eccn("9A610.x"), eccn("3A001.b")}),
    "law/nothing": frozenset(),
    "ear/group-D:5": frozenset({"CN", "KP"}),
}
_LIST_TYPES = {"law/papers": T.TEXT, "law/serious": Type("classification", scheme="eccn")}
PARAMETERS: Mapping[str, tuple[Type, Decimal | None]] = {
    "law/share": (T.PERCENT, Decimal(25)),
    "law/amount": (T.MONEY, Decimal(500)),
    "law/factor": (T.NUMBER, Decimal(2)),
    "law/days": (Type("number", unit="day"), Decimal(30)),
    "law/not-yet": (T.NUMBER, None),
}
TABLE = TableSymbols(
    ("place",),
    {
        "place": T.PLACE,
        "mark": T.TEXT,
        "level": T.NUMBER,
        "open": T.BOOLEAN,
        "tags": T.TEXT.set_of(),
        "rule": T.TEXT,
        "names": T.TEXT,
    },
    {"rule": "definition", "names": "list"},
)
ROWS: Mapping[str, Mapping[str, object]] = {
    "GB": {"mark": "", "level": Decimal(1), "open": True, "tags": frozenset({"a"}), "rule": "always", "names": "law/friends"},
    "CN": {"mark": "X", "level": None, "open": False, "tags": frozenset({"a", "b"}), "rule": "unread", "names": ""},
    "AU": {"mark": "", "level": Decimal(2), "open": True, "tags": frozenset(), "rule": "law/ok", "names": "law/embargo"},
}
SYMBOLS = Symbols(
    VOCABULARY,
    lists={name: _LIST_TYPES.get(name, T.PLACE).set_of() for name in LISTS},
    parameters={name: type_ for name, (type_, _) in PARAMETERS.items()},
    definitions={
        "law_ok": Signature("law/ok", "party", T.BOOLEAN),
        "law_worth": Signature("law/worth", "item", T.MONEY),
        "law_quiet": Signature("law/quiet", "", T.BOOLEAN),
    },
    tables={"law/chart": TABLE},
    provisions={"law/1": "transaction", "law/2": "item", "law/3": "party"},
    grounds=frozenset({"law/NS", "law/MT"}),
    families={"all": ("law/NS", "law/MT")},
)


class Law:
    """The law of the only day."""

    def members(self, list_id: str) -> frozenset[object]:
        return LISTS[list_id]

    def parameter(self, id: str) -> Decimal | None:
        return PARAMETERS[id][1]

    def look_up(self, table: str, keys: tuple[object, ...], column: str) -> object:
        row = ROWS.get(str(keys[0]))
        return UNKNOWN if row is None or row[column] is None else row[column]

    def is_leaf(self, classification: Classification) -> bool:
        return classification in (eccn("9A610.x"), eccn("5A992"))


class Engine:
    """Everything that it decides is a fact's value, so that it is known exactly where that fact is."""

    def outcome(self, provision: str, clause: str, entity: Entity) -> Truth:
        return _truth(entity, {"law/1": "sold", "law/2": "controlled", "law/3": "eligible"}[provision])

    def required(self, ground: str, entity: Entity) -> Truth:
        return _truth(entity, "controlled") if ground == "law/NS" else False

    def offered(self, authorization: Entity, item: Entity) -> Truth:
        return _truth(item, "controlled")

    def defined(self, definition: str, entity: Entity) -> Any:
        if definition == "law/worth":
            fact = entity.facts.get("value")
            worth = getattr(fact.value, "usd", None) if fact is not None else None
            return Interval(Decimal(0), None) if worth is None else worth
        return _truth(entity, "eligible" if definition == "law/ok" else "urgent")


def _truth(entity: Entity, name: str) -> Truth:
    fact = entity.facts.get(name)
    return fact.value if fact is not None and isinstance(fact.value, bool) else None


JUDGEMENTS = {"fair": Judgement("fair", True, "A. Person", date(2026, 1, 1), "compared with the list price")}
VARIABLES = {"i": T.entity("item")}
SCOPE = Scope(VARIABLES, rows={"r": "law/chart"})
COMPILER = Compiler(VOCABULARY)


def run(text: str, root: Entity, item: Entity, row: str = "GB", want: Type | None = None) -> object:
    """The value of an expression about a transaction, an item `i` and a row `r` of the chart."""
    expr = check(text, SYMBOLS, SCOPE, want)
    return Compiler(VOCABULARY)(expr)(Env(root, Law(), Engine(), JUDGEMENTS, {"i": item, "r": ROWS[row]}))


__all__ = ["ABSENT", "BOUNDS", "FACTS", "MARKED_FACTS", "MAY_BE_ABSENT", "ROWS", "SCOPE", "SYMBOLS", "VOCABULARY", "eccn", "run"]
