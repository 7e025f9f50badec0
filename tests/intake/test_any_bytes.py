"""Whatever the bytes are: every row is taken once, in order, and only `InputError` is ever raised."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exportcheck.errors import InputError
from exportcheck.intake import Taken, open_source
from exportcheck.vocabulary.load import core_vocabulary
from tests.intake.sources import written
from tests.intake.test_json_lines import LINE
from tests.intake.test_ocds import RELEASE, package
from tests.intake.test_ubl import ORDER

PIECES = [
    b",",
    b'"',
    b"\n",
    b"\r\n",
    b"\r",
    b"A",
    b"B",
    b"GB",
    b"EAR99",
    b"500 USD",
    b" ",
    b"\0",
    b"\xff",
    b"\xe2\x80\xae",
    b"=1",
    b"none",
    b"",
]
HEADER = b"id,destination,item.eccn\n"
SETTINGS = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows_once(taken: list[Taken]) -> None:
    numbers = [number for t in taken for number in t.rows]
    assert numbers == sorted(set(numbers))
    for t in taken:
        assert t.rows
        assert (t.transaction is None) == bool(t.problems)
        assert all(p.span.line in t.rows for p in t.problems if p.message and "items have the line" not in p.message)


@SETTINGS
@given(st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join))
def test_tables(tmp_path: Path, body: bytes) -> None:
    source = open_source(written(tmp_path, HEADER + body), None, core_vocabulary())
    taken = list(source)
    rows_once(taken)
    assert [t.id for t in source.starting_at(1)] == [t.id for t in taken[1:]]


@SETTINGS
@given(
    st.lists(st.tuples(st.sampled_from(["A", "B", "C", ""]), st.sampled_from(["GB", "FR", ""]), st.sampled_from(["EAR99", "x"])))
)
def test_no_row_of_a_whole_table_is_lost(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    body = "".join(",".join(row) + "\n" for row in rows)
    taken = list(open_source(written(tmp_path, HEADER + body.encode()), None, core_vocabulary()))
    rows_once(taken)
    assert [number for t in taken for number in t.rows] == list(range(2, len(rows) + 2))
    for t in taken:
        if t.transaction is not None:
            assert {rows[number - 2][0] for number in t.rows} == {t.id}
            assert len({rows[number - 2][1] for number in t.rows}) == 1
            assert all(rows[number - 2][2] != "x" for number in t.rows)


@SETTINGS
@given(st.binary(max_size=60))
def test_headers(tmp_path: Path, data: bytes) -> None:
    with suppress(InputError):
        rows_once(list(open_source(written(tmp_path, data), None, core_vocabulary())))


def parquet() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"id": [f"A-{n}" for n in range(40)], "destination": ["GB"] * 40}), sink)
    return bytes(sink.getvalue().to_pybytes())


def workbook(folder: Path) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["id", "destination"], *([f"A-{n}", "GB"] for n in range(40))]:
        sheet.append(row)
    book.save(folder / "whole.xlsx")
    return (folder / "whole.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.parquet", "orders.jsonl", "orders.json", "orders.xml", "orders.csv"])
def test_damaged_files(name: str, tmp_path: Path) -> None:
    """Bytes turned over and pieces cut out, seeded."""
    made: dict[str, Callable[[], bytes]] = {
        "orders.xlsx": lambda: workbook(tmp_path),
        "orders.parquet": parquet,
        "orders.jsonl": lambda: "".join(LINE % n for n in range(40)).encode(),
        "orders.json": lambda: package(RELEASE, RELEASE).encode(),
        "orders.xml": ORDER.encode,
        "orders.csv": lambda: HEADER + b'A,GB,"EAR99"\n' * 40,
    }
    whole = made[name]()
    source = random.Random(name)
    spoiled = 0
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(source.randint(1, 6)):
            at = source.randrange(len(data))
            if source.random() < 0.2:
                del data[at : at + source.randint(1, 200)]
            else:
                data[at] = source.randrange(256)
            if not data:
                break
        spoiled += 1
        with suppress(InputError):
            taken = list(open_source(written(tmp_path, bytes(data), name), None, core_vocabulary()))
            rows_once(taken)
            spoiled -= all(t.transaction is not None for t in taken)
    assert spoiled
