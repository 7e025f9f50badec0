"""Conditions over columns: every expression on every row as the evaluator has it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

pytest.importorskip("numpy")

import numpy as np

from exportcheck.batch.columns import TRUTHS, Coded, Index, Truths, number_of
from exportcheck.batch.expressions import Column, Reader
from exportcheck.batch.operations import Meanings
from exportcheck.batch.sites import Site, entities, transactions
from exportcheck.batch.tables import ROOT, Slice
from exportcheck.condition.check import check
from exportcheck.condition.evaluate import Env
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.values import Truth
from tests.condition.generated import KINDS, Chooser, Names, world
from tests.condition.world import COMPILER, JUDGEMENTS, ROWS, SCOPE, SYMBOLS, VOCABULARY, Engine, Law


class Decider:
    """The three lines of `tests.condition.world.Engine`, for all entities of a level."""

    def __init__(self, slice_: Slice) -> None:
        self.slice = slice_

    def of_all(self, kind: str, truth: Callable[[Entity], Truth]) -> Truths:
        return np.array([number_of(truth(e)) for e in self.slice.levels[kind].entities], np.int8)

    def outcome(self, provision: str, clause: str, kind: str) -> Truths:
        return self.of_all(kind, lambda e: Engine().outcome(provision, clause, e))

    def required(self, ground: str, kind: str) -> Truths:
        return self.of_all(kind, lambda e: Engine().required(ground, e))

    def defined(self, definition: str, kind: str) -> Column:
        if definition == "law/worth":
            values = [Engine().defined(definition, e) for e in self.slice.levels[kind].entities]
            return Coded(np.arange(len(values)), values)
        return self.of_all(kind, lambda e: Engine().defined(definition, e))

    def offered(self, authorizations: Index, kind: str, entities: Index) -> Truths:
        raise AssertionError("no generated condition asks it")

    def judged(self, name: str) -> Truths:
        found = JUDGEMENTS.get(name)
        return np.full(self.slice.levels[ROOT].size, number_of(None if found is None else found.answer), np.int8)


def slice_of(seeds: range) -> Slice:
    """Worlds with facts withheld, each with at least one item."""
    worlds = [world(Chooser(Random(seed)))[1][0] for seed in seeds]
    return Slice.from_transactions([Transaction("", root) for root in worlds if root.lists["items"].members])


def columns(slice_: Slice, texts: list[tuple[str, str]]) -> list[Column]:
    """The column of each expression, on every item, by (text, row of the chart)."""
    reader = Reader(slice_, Meanings(VOCABULARY, Law()), Decider(slice_))
    site = Site(entities(transactions(slice_), "item", "i"))
    return [reader(check(text, SYMBOLS, SCOPE, None), site.having("r", ROWS[row])) for text, row in texts]


def values(column: Column) -> list[object]:
    if isinstance(column, Coded):
        return [column.values[n] for n in column.codes.tolist()]
    return [TRUTHS[n] for n in column.tolist()]


def wanted(slice_: Slice, text: str, row: str) -> list[object]:
    run, level = COMPILER(check(text, SYMBOLS, SCOPE, None)), slice_.levels["item"]
    return [
        run(Env(slice_.transactions[root].root, Law(), Engine(), JUDGEMENTS, {"i": item, "r": ROWS[row]}))
        for root, item in zip(level.root.tolist(), level.entities, strict=True)
    ]


@pytest.mark.parametrize("block", range(4))
def test_every_expression_on_every_row_as_the_evaluator_has_it(
    block: int, record_property: Callable[[str, object], None]
) -> None:
    slice_ = slice_of(range(block * 1_000, block * 1_000 + 60))
    texts = []
    for seed in range(block * 1_000, block * 1_000 + 250):
        c = Chooser(Random(seed))
        texts.append((c.pick(KINDS)(c, Names(), c.pick((2, 1, 3))), c.pick(tuple(ROWS))))
    compared = 0
    for (text, row), column in zip(texts, columns(slice_, texts), strict=True):
        same = wanted(slice_, text, row)
        assert values(column) == same, text
        compared += len(same)
    record_property("shown", f"{compared:,} values of {len(texts)} generated expressions as the evaluator's")


@pytest.mark.parametrize(
    "text",
    [
        "every p in parties satisfies p.eligible",
        "some p in parties[country = destination] satisfies p.staff > crew",
        "count(parties[eligible]) = 1",
        "sum(for v in items return v.value) > price",
        "max(for p in parties return p.staff)",
        "percent(sum(for c in i.components return c.value), i.value) <= 10",
        'under(i.eccn, ["9A610.x"])',
        "union(for p in parties[eligible] return p.citizenships)",
        'lookup("law/chart", destination)',
        "in_named(destination, r.names)",
        "named(r.rule, i)",
        "is_undeterminable(price)",
        'judgement("fair")',
        'required("all", i) and holds("law/2", i)',
        "if sold then price else deposit",
        "price + deposit in [usd(100)..usd(600)]",
        'shipped + duration("P1M") >= returned',
    ],
)
def test_constructs(text: str) -> None:
    slice_ = slice_of(range(200))
    for row in ROWS:
        assert values(columns(slice_, [(text, row)])[0]) == wanted(slice_, text, row)
