"""Flat columns as a slice: the same outcomes as of the transactions that the same rows are read to, and as of Polars by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from exportcheck.batch.flat import FlatReader
from exportcheck.batch.outcomes import Law, Outcomes
from exportcheck.batch.tables import Slice
from exportcheck.engine.check import Engine
from exportcheck.errors import InputError
from exportcheck.intake import open_source
from tests.engine.small import DAY, needed, small

PROVISIONS = """
provision: own/one
kind: derivation
title: One
cite: 99 CFR 5
for_each: item
all_of:
  - {cite: (a), says: it is so, says_not: it is not so, when: i.a}
  - {cite: (b), says: it is cheap, says_not: it is dear, when: i.value <= usd(100.50)}
  - {cite: (c), says: it goes near, says_not: it goes far, when: 'destination in ["GB", "AU"]'}
---
provision: own/two
kind: derivation
title: Two
cite: 99 CFR 6
for_each: item
any_of:
  - {cite: (a), says: it is none, says_not: it is one, when: 'not(i.b)'}
  - {cite: (b), says: there are many, says_not: there are few, when: i.quantity > 7}
  - {cite: (c), says: it is stated, says_not: it is not, when: 'is_undeterminable(i.c)'}
  - {cite: (d), says: it costs that, says_not: it does not, when: i.value = usd(100.5)}
"""
COLUMNS = {
    "destination": ["GB", "DE", "AU", None, "Australia", "undeterminable"],
    "item.a": ["true", "yes", "false", None, "undeterminable"],
    "item.b": ["true", "no", None],
    "item.c": ["true", "undeterminable", None],
    "item.value": ["100.50 USD", "100.51 USD", "3 USD", "0.01 USD", None, "undeterminable"],
    "item.quantity": ["7", "8", "7.5", None],
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return small(tmp_path_factory.mktemp("rules"), "\n---\n".join((needed(), PROVISIONS)))


def drawn(count: int, seed: int = 0) -> pa.Table:
    random = np.random.default_rng(seed)
    return pa.table(
        {
            name: pa.array([values[n] for n in random.integers(0, len(values), count)], pa.string())
            for name, values in COLUMNS.items()
        }
    )


def outcomes(engine: Engine, slice_: Slice) -> list[list[int]]:
    rules = engine.rules(DAY)
    found = Outcomes(slice_, Law(rules))
    return [found.decide(rules.provisions[f"own/{name}"], "item").truth.tolist() for name in ("one", "two")]


def test_as_of_the_transactions(tmp_path: Path, engine: Engine) -> None:
    table = drawn(600)
    path = tmp_path / "lines.parquet"
    pq.write_table(table.append_column("id", pa.array([f"T{n}" for n in range(600)])), path)
    taken = [t.transaction for t in open_source(path, None, engine.packs.vocabulary)]
    expected = outcomes(engine, Slice.from_transactions([t for t in taken if t is not None]))
    assert len(expected[0]) == 600
    assert outcomes(engine, Slice.from_columns(table, engine.packs.vocabulary)) == expected
    assert all({0, 1, 2} == set(column) for column in expected)


def test_a_reader_is_for_many_tables(engine: Engine) -> None:
    table = drawn(300, seed=1)
    reader = FlatReader(table.column_names, engine.packs.vocabulary)
    whole = outcomes(engine, reader(table))
    parts = [outcomes(engine, reader(table.slice(start, 70))) for start in range(0, 300, 70)]
    assert [[truth for part in parts for truth in part[n]] for n in (0, 1)] == whole


def test_columns_of_other_types_mean_what_their_texts_do(engine: Engine) -> None:
    texts = pa.table({"item.a": ["true", None, "false"], "item.quantity": ["7", "8", None], "item.value": ["3 USD"] * 3})
    typed = pa.table(
        {"item.a": [True, None, False], "item.quantity": [7, 8, None], "item.value": pa.array(["3 USD"] * 3).dictionary_encode()}
    )
    vocabulary = engine.packs.vocabulary
    assert outcomes(engine, Slice.from_columns(typed, vocabulary)) == outcomes(engine, Slice.from_columns(texts, vocabulary))


def test_no_rows(engine: Engine) -> None:
    assert outcomes(engine, Slice.from_columns(drawn(0), engine.packs.vocabulary)) == [[], []]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("item.value", "much", '`value`: "much"'),
        ("consignee.country", "GB", '"consignee.country" is no fact of a transaction or an item'),
        ("item.nothing", "1", "nothing"),
    ],
)
def test_what_is_no_fact(engine: Engine, column: str, value: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        Slice.from_columns(pa.table({column: [value]}), engine.packs.vocabulary)
