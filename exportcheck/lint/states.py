"""The states of a fact that its questions can tell apart, and what each question comes to in them.

The answers are those of the evaluator: each question is compiled and asked of an entity that states the value. Claims are about
days on which every figure has a value; a list that changes over time answers for certain only where it does on all days.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, Literal

from exportcheck.condition import ast as A
from exportcheck.condition.environment import Env
from exportcheck.condition.evaluate import Compiler
from exportcheck.condition.types import Type
from exportcheck.lint.formula import Atom
from exportcheck.rulepack.model import Packs
from exportcheck.rulepack.visit import walk
from exportcheck.transaction.model import Fact
from exportcheck.values import ABSENT, UNDETERMINABLE, Classification, Interval, Truth

MOST_FIGURES = 14
"""Figures of one fact whose intervals are told apart; with more, its questions may come to anything."""

Answer = bool | Literal["any"] | None
Row = tuple[Answer, ...]
"""What each question comes to in a state; ANY where the day decides, or too much does."""

ANY: Final[Literal["any"]] = "any"


class _Stub:
    """An entity that states one fact, under whatever name it is asked for."""

    def __init__(self, value: object) -> None:
        self.facts = _One(value)


class _One(dict[str, Any]):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.fact = None if value is None else Fact(value)

    def get(self, name: str, default: Any = None) -> Any:
        return self.fact


class _Everyone(dict[str, Any]):
    """Every variable stands for the one entity."""

    def __init__(self, entity: _Stub) -> None:
        super().__init__()
        self.entity = entity

    def __missing__(self, name: str) -> Any:
        return self.entity


class _Law:
    """Lists as they always were or as they ever were, a figure, and whether a path is a leaf."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self.ever = True
        self.leaf = False
        self.figures: dict[str, Decimal] = {}
        self._lists: dict[tuple[str, bool], frozenset[object]] = {}

    def members(self, list_id: str) -> frozenset[object]:
        key = (list_id, self.ever)
        if key not in self._lists:
            declared = self.packs.lists[list_id]
            own = {m.value for m in declared.members if self.ever or (m.start is None and m.end is None)}
            self._lists[key] = frozenset(own).union(*(self.members(u) for u in declared.union))
        return self._lists[key]

    def parameter(self, id: str) -> Decimal | None:
        return self.figures[id]

    def look_up(self, table: str, keys: tuple[object, ...], column: str) -> object:
        raise TypeError("a look-up is no question of one fact")

    def is_leaf(self, classification: Classification) -> bool:
        return self.leaf


class States:
    """The states of facts, for one set of packs."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self.compiler = Compiler(packs.vocabulary)
        self.law = _Law(packs)
        self._rows: dict[tuple[Hashable, ...], list[Row]] = {}

    def rows(self, atoms: Sequence[Atom]) -> list[Row]:
        """What these questions, all of one fact, can come to together. At least one row."""
        keys = tuple(a.key for a in atoms)
        found = self._rows.get(keys)
        if found is None:
            found = self._rows[keys] = self._all_rows(atoms)
        return found

    def _all_rows(self, atoms: Sequence[Atom]) -> list[Row]:
        exprs = [a.expr for a in atoms if a.expr is not None]
        fact = next(n for e in exprs for n in walk(e) if isinstance(n, A.Fact))
        values = self._values(fact, exprs)
        if values is None:
            return [(ANY,) * len(atoms)]
        rows: dict[Row, None] = {}
        for value, leaf in values:
            self.law.leaf = leaf
            rows[tuple([self._answer(e, value) for e in exprs])] = None
        return list(rows)

    def _answer(self, expr: A.Expr, value: object) -> Answer:
        """What a question comes to for a value (None: not stated), whatever the day."""
        run = self.compiler(expr)
        entity = _Stub(value)
        env = Env(entity, self.law, None, {}, _Everyone(entity))  # type: ignore[arg-type]
        found: set[Truth] = set()
        for figures in self._figures(expr):
            self.law.figures = figures
            for self.law.ever in (False, True):
                found.add(run(env))
        return found.pop() if len(found) == 1 else ANY

    def _figures(self, expr: A.Expr) -> list[dict[str, Decimal]]:
        """The figures that an expression names, in every combination of the values that they had."""
        combinations: list[dict[str, Decimal]] = [{}]
        for id_ in dict.fromkeys(n.id for n in walk(expr) if isinstance(n, A.Param)):
            values = dict.fromkeys(v for _, v in self.packs.parameters[id_].values)
            combinations = [{**c, id_: v} for c in combinations for v in values]
        return combinations

    def _values(self, fact: A.Fact, exprs: Sequence[A.Expr]) -> list[tuple[object, bool]] | None:
        """The values that tell the questions apart, each with whether it is a leaf of its list; None if they are too many."""
        declared = self.packs.vocabulary.get("item" if fact.kind == "article" else fact.kind, fact.name)
        mentioned = self._mentioned(exprs)
        values: list[tuple[object, bool]] = [(None, False), (UNDETERMINABLE, False)]
        if declared is None or declared.absent:
            values.append((ABSENT, False))
        type_ = fact.type
        if type_.base == "classification":
            return values + _paths(type_, [v for v in mentioned if isinstance(v, Classification)])
        if type_.base == "boolean":
            found: Iterable[object] = (True, False)
        elif type_.base == "enum":
            found = type_.values
        elif type_.base == "text":
            found = [*mentioned, "\0other"]
        elif type_.base == "place":
            found = _places([v for v in mentioned if isinstance(v, str)])
        elif type_.base == "date":
            found = _days([v for v in mentioned if isinstance(v, date)])
        elif type_.numeric:
            figures = sorted({v for v in mentioned if isinstance(v, Decimal)})
            if len(figures) > MOST_FIGURES or any(isinstance(n, A.Arith) for e in exprs for n in walk(e)):
                return None
            found = _intervals(figures)
        else:
            return None
        return values + [(v, False) for v in found]

    def _mentioned(self, exprs: Sequence[A.Expr]) -> list[object]:
        """Every value of the law in these expressions."""
        found: dict[object, None] = {}
        self.law.ever = True
        for expr in exprs:
            for node in walk(expr):
                if isinstance(node, A.Lit) and node.value is not ABSENT and not isinstance(node.value, bool):
                    found[node.value] = None
                elif isinstance(node, A.ListRef):
                    found.update(dict.fromkeys(self.law.members(node.id)))
                elif isinstance(node, A.Param):
                    found.update(dict.fromkeys(v for _, v in self.packs.parameters[node.id].values))
        return list(found)


def _places(mentioned: Sequence[str]) -> list[object]:
    """Those mentioned, the country of each region and another region of it, and a place that is none of them."""
    found: dict[object, None] = dict.fromkeys(mentioned)
    regions = [m for m in mentioned if "-" in m]
    for country in {m.partition("-")[0] for m in regions}:
        found[country] = found[f"{country}-~"] = None
    found["~~"] = found["~~-~"] = None
    return list(found)


def _paths(type_: Type, mentioned: Sequence[Classification]) -> list[tuple[object, bool]]:
    """Every beginning of the paths mentioned, leaf and not, a path below each, and one elsewhere."""
    found: dict[tuple[object, bool], None] = {}
    for scheme, path in dict.fromkeys((m.scheme, m.path) for m in mentioned):
        for n in range(1, len(path) + 1):
            for leaf in (False, True):
                found[Classification(scheme, path[:n]), leaf] = None
            found[Classification(scheme, (*path[:n], "~")), True] = None
    found[Classification(type_.scheme, ("~",)), True] = None
    return list(found)


def _days(mentioned: Sequence[date]) -> list[object]:
    days = {d + timedelta(days=n) for d in mentioned for n in (-1, 0, 1)}
    return list(days or {date(2026, 1, 1)})


def _intervals(figures: Sequence[Decimal]) -> list[object]:
    """Every figure, a number between each two and beyond, and every range from one of those to another."""
    if not figures:
        return [Decimal(0), Interval(None, None)]
    points: list[Decimal] = [figures[0] - 1, figures[0]]
    for low, high in pairwise(figures):
        points += [(low + high) / 2, high]
    points.append(figures[-1] + 1)
    ranges = [Interval(a, b) for n, a in enumerate(points) for b in points[n + 1 :]]
    return [*points, *ranges]
