"""Parquet: descriptions in nested columns, or flat tables."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exportcheck.errors import InputError
from exportcheck.intake import Taken, open_source
from exportcheck.source import read_documents
from exportcheck.transaction.canonical import canonical
from exportcheck.transaction.read import transaction_from_node
from exportcheck.values import Money
from exportcheck.vocabulary.load import core_vocabulary
from tests.intake.sources import mapping_of, mistake, only, stated

DESCRIPTIONS: list[dict[str, Any]] = [
    {
        "transaction": {"id": "A", "destination": "GB", "transfer_date": date(2026, 3, 2), "end_use": {"military": "no"}},
        "parties_complete": True,
        "parties": [{"name": "Foo", "roles": ["exporter", "seller"], "us_person": True}, {"name": "Bar", "roles": ["end-user"]}],
        "items": [
            {"eccn": "5E002", "value": "10 USD", "quantity": Decimal("2.50"), "components": [{"eccn": "EAR99"}, {"eccn": None}]},
            {"eccn": None, "value": "20 USD", "quantity": None, "components": None},
        ],
    },
    {
        "transaction": {"id": "B", "destination": "Atlantis", "transfer_date": None, "end_use": None},
        "parties_complete": None,
        "parties": None,
        "items": [{"eccn": "EAR99", "value": None, "quantity": None, "components": []}],
    },
]


def parquet(folder: Path, table: pa.Table, rows: int = 1) -> Path:
    path = folder / "orders.parquet"
    pq.write_table(table, path, row_group_size=rows)
    return path


def taken_from(path: Path, mapping: str = "") -> list[Taken]:
    return list(open_source(path, mapping_of(path.parent, mapping) if mapping else None, core_vocabulary()))


def test_nested_columns_are_descriptions(tmp_path: Path) -> None:
    path = parquet(tmp_path, pa.Table.from_pylist(DESCRIPTIONS))
    source = open_source(path, None, core_vocabulary())
    assert source.count == 2
    first, second = source
    described = tmp_path / "a.json"
    described.write_text(
        json.dumps(
            {
                "transaction": {"id": "A", "destination": "GB", "transfer_date": "2026-03-02", "end_use": {"military": "no"}},
                "parties_complete": True,
                "parties": [
                    {"name": "Foo", "roles": ["exporter", "seller"], "us_person": True},
                    {"name": "Bar", "roles": ["end-user"]},
                ],
                "items": [
                    {"eccn": "5E002", "value": "10 USD", "quantity": "2.5", "components": [{"eccn": "EAR99"}, {}]},
                    {"value": "20 USD"},
                ],
            }
        )
    )
    expected = transaction_from_node(read_documents(described)[0], core_vocabulary())
    assert first.transaction is not None
    assert canonical(first.transaction) == canonical(expected)
    fact = first.transaction.root.facts["destination"]
    assert (fact.span.line, fact.span.column) == (1, 1)
    assert (second.rows, second.id) == ((2,), "B")
    assert mistake(second)[:3] == (2, 1, '`destination`: "Atlantis" is no known place')


def test_columns_that_are_no_part_of_a_description_are_said(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{**DESCRIPTIONS[0], "clerk": "ann"}])
    (note,) = open_source(parquet(tmp_path, table), None, core_vocabulary()).notes
    assert note.message == 'the column "clerk" is not read'


FLAT = {
    "id": pa.array([1001, 1002]),
    "transfer_date": pa.array([date(2026, 3, 2), None]),
    "item.eccn": pa.array(["5E002", None]).dictionary_encode(),
    "item.value": pa.array([Decimal("1234.50"), Decimal("0.10")], pa.decimal128(20, 2)),
    "item.value.currency": pa.array(["USD", "EUR"]),
    "item.quantity": pa.array([0.1, 3.0]),
    "item.origin_us": pa.array([True, None]),
}


def test_flat_columns_are_a_table(tmp_path: Path) -> None:
    first, second = taken_from(parquet(tmp_path, pa.table(FLAT)))
    assert (first.rows, first.id) == ((1,), "1001")
    assert first.transaction is not None
    facts = stated(first.transaction)
    assert facts["transfer_date"] == date(2026, 3, 2)
    assert facts["items[0].value"] == Money(Decimal("1234.5"), "USD", Decimal("1234.5"))
    assert facts["items[0].quantity"] == Decimal("0.1")
    assert facts["items[0].origin_us"] is True
    assert second.transaction is not None
    assert not {"transfer_date", "items[0].eccn", "items[0].origin_us"} & stated(second.transaction).keys()


def test_a_number_is_no_eccn(tmp_path: Path) -> None:
    (one,) = taken_from(parquet(tmp_path, pa.table({"id": ["A"], "item.eccn": [500.0]})))
    assert mistake(one)[:3] == (1, 2, "`eccn` is a number in the file (500), and it is a classification")


def test_structs_and_lists_by_a_mapping(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(
        [{"no": "A", "to": {"address": {"country": "GB"}}, "usml": ["XI(a)", "VIII(h)(1)"], "at": datetime(2026, 3, 2)}]
    )
    mapping = "columns: {no: id, to.address.country: destination, usml: item.usml, at: transfer_date}\n"
    facts = stated(only(taken_from(parquet(tmp_path, table), mapping)))
    assert facts["destination"] == "GB"
    assert len(facts["items[0].usml"]) == 2  # type: ignore[arg-type]
    assert facts["transfer_date"] == date(2026, 3, 2)


def test_a_file_cut_short(tmp_path: Path) -> None:
    whole = parquet(tmp_path, pa.table(FLAT)).read_bytes()
    for length in (0, 3, len(whole) // 2, len(whole) - 1):
        path = tmp_path / "cut.parquet"
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match="this is no whole Parquet file"):
            list(open_source(path, None, core_vocabulary()))


def test_a_file_with_damage_within(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"id": [f"A-{n}" for n in range(1000)], "destination": ["GB"] * 1000}), path, compression="gzip")
    data = bytearray(path.read_bytes())
    data[200:260] = bytes(60)
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="this is no whole Parquet file"):
        list(open_source(path, None, core_vocabulary()))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        open_source(tmp_path / "no.parquet", None, core_vocabulary())


def test_reading_from_a_position(tmp_path: Path) -> None:
    path = parquet(tmp_path, pa.table({"id": [f"A-{n}" for n in range(50)], "destination": ["GB"] * 50}), rows=7)
    source = open_source(path, None, core_vocabulary())
    assert [t.id for t in source.starting_at(45)] == [f"A-{n}" for n in range(45, 50)]
    assert len(list(source)) == 50
