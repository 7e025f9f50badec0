"""Spark decides as the ordinary engine does: frames of both forms, and whole runs to the same bytes."""

from __future__ import annotations

import doctest
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pyspark", reason="Spark is not installed")
pytest.importorskip("pandas", reason="Spark needs pandas")
pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from exportcheck import InputError, check_table, load_rules
from exportcheck.cli.main import run
from exportcheck.spark import check_frame
from exportcheck.spark import session as sessions
from tests.batch.orders import HEADER, ROOT, command, drawn, order, rules, table
from tests.engine.small import DAY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = [
    pytest.mark.skipif(sessions.java() is None, reason="Spark needs Java, and there is none"),
    pytest.mark.filterwarnings("ignore:::pyspark"),
    pytest.mark.slow,
]

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rules(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with sessions.session("local[2]") as made:
        yield made


@pytest.fixture
def say(spark: SparkSession, packs: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    def ask(*arguments: object) -> tuple[int, str, str]:
        code = run(["batch", *map(str, arguments), "--rules", str(packs), "--no-cache"])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


def descriptions(count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Transactions of one to three lines, some of which cannot be read."""
    random = Random(seed)
    found: list[dict[str, Any]] = []
    for n in range(count):
        items = [
            {
                "description": f"pump {k}",
                "value": random.choice(("1 USD", "1000.01 USD", None, "much" if n % 11 == 0 else "2 USD")),
                "b": random.choice((True, False, None)),
                "c": random.choice((True, False, None)),
            }
            for k in range(random.randint(1, 3))
        ]
        head = {"id": f"D{n}", "transfer_date": DAY if n % 13 else None, "destination": "GB"}
        parties = [{"name": "A Ltd", "roles": ["ultimate-consignee"], "country": "GB"}]
        found.append({"transaction": head, "parties": parties, "items": items})
    return found


def sorted_rows(rows: list[dict[str, Any]], *without: str) -> list[str]:
    return sorted(json.dumps({k: v for k, v in r.items() if k not in without}, default=str, sort_keys=True) for r in rows)


def collected(frame: DataFrame) -> list[dict[str, Any]]:
    return [row.asDict(recursive=True) for row in frame.collect()]


def two_outputs(folder: Path, name: str) -> tuple[Path, Path]:
    """The same name in two folders."""
    for number in ("one", "two"):
        (folder / number).mkdir()
    return folder / "one" / name, folder / "two" / name


def flat(folder: Path, spark: SparkSession, lines: list[str]) -> tuple[DataFrame, Path]:
    """A table as a file for the ordinary engine and as a frame of texts, in which `n` is the row of the file."""
    source = table(folder, lines)
    names = HEADER.split(",")
    cells = [[cell or None for cell in line.split(",")] for line in lines]
    columns: dict[str, list[Any]] = {name: [row[at] for row in cells] for at, name in enumerate(names)}
    columns["n"] = list(range(2, len(lines) + 2))
    return spark.createDataFrame(pa.table(columns)), source


def test_a_frame_of_descriptions(tmp_path: Path, spark: SparkSession, packs: Path) -> None:
    path = tmp_path / "orders.parquet"
    written = pa.Table.from_pylist(descriptions(200))
    pq.write_table(written.append_column("n", pa.array(range(1, 201))), path, row_group_size=30)
    expected = check_table(load_rules(packs), path)
    frame = check_frame(spark.read.parquet(str(path)).repartition(3), rules=packs, row="n")
    assert sorted_rows(collected(frame)) == sorted_rows(expected.to_pylist())
    assert set(expected["verdict"].to_pylist()) == {"pass", "fail", "needs-review", "error"}
    assert frame.toArrow().schema.names == expected.schema.names
    assert {f.name: f.dataType.simpleString() for f in frame.schema} == {
        name: {"row": "bigint", "law_date": "date", "missing_facts": "array<string>", "reviews": "array<string>"}.get(
            name, "string"
        )
        for name in expected.schema.names
    }


def test_a_frame_of_flat_columns(tmp_path: Path, spark: SparkSession, packs: Path) -> None:
    frame, source = flat(tmp_path, spark, drawn(300))
    expected = check_table(load_rules(packs), source).to_pylist()
    found = collected(check_frame(frame.repartition(4), rules=packs, row="n"))
    # a message names the column by its place, which the file and the frame share
    assert sorted_rows(found) == sorted_rows(expected)
    assert sum(row["verdict"] == "error" for row in found) > 10


def test_the_lines_of_a_transaction_come_together(tmp_path: Path, spark: SparkSession, packs: Path) -> None:
    """However they are spread, with spaces around the id and in between, and with every line in its place."""
    lines = [order(n, id=f"T{n // 3}{' ' * (n % 2)}", b="true" if n % 2 else "") for n in range(90)]
    frame, source = flat(tmp_path, spark, lines)
    expected = check_table(load_rules(packs), source).to_pylist()
    found = collected(check_frame(frame.repartition(7, "n"), rules=packs, row="n"))
    assert sorted_rows(found) == sorted_rows(expected)
    assert {row["line"] for row in found} == {"1", "2", "3"}


def test_rows_have_numbers_only_where_a_column_has_them(tmp_path: Path, spark: SparkSession, packs: Path) -> None:
    frame, source = flat(tmp_path, spark, [order(1), order(2, value="much"), order(3, c="")])
    expected = check_table(load_rules(packs), source).to_pylist()
    found = collected(check_frame(frame.drop("n"), rules=packs))
    assert [row["row"] for row in found] == [None, None, None]
    assert sorted_rows(found, "row", "message") == sorted_rows(expected, "row", "message")
    (message,) = (row["message"] for row in found if row["message"])
    assert message.startswith('`value`: "much"')


def test_a_mapping_and_the_law_of_another_day(tmp_path: Path, spark: SparkSession, packs: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "schema: exportcheck/mapping/1\ncolumns: {order: id, so: item.b, c: item.c}\nconstant: {destination: GB}\n",
        encoding="utf-8",
    )
    frame = spark.createDataFrame(pa.table({"order": ["A", "B"], "so": ["true", "false"], "c": [True, None]}))
    rows = collected(check_frame(frame, rules=packs, mapping=mapping, as_of=date(2026, 2, 1)))
    assert sorted((r["transaction"], r["verdict"], str(r["law_date"])) for r in rows) == [
        ("A", "needs-review", "2026-02-01"),
        ("B", "fail", "2026-02-01"),
    ]


def test_what_is_unfit_is_said_at_once(spark: SparkSession, packs: Path) -> None:
    frame = spark.createDataFrame(pa.table({"id": ["A"], "destination": ["GB"], "n": [1]}))
    with pytest.raises(InputError, match="no column has the name"):
        check_frame(frame, rules=packs, row="m")
    with pytest.raises(InputError, match="is to number the rows, and holds string"):
        check_frame(frame, rules=packs, row="id")
    with pytest.raises(InputError, match="other"):
        check_frame(frame, rules=packs, packs=["other"])
    with pytest.raises(InputError, match="no column is named after a fact"):
        check_frame(spark.createDataFrame(pa.table({"x": ["A"]})), rules=packs)


def test_no_rows_give_no_rows(spark: SparkSession, packs: Path) -> None:
    frame = spark.createDataFrame(pa.table({"id": ["A"], "destination": ["GB"]}))
    assert check_frame(frame.limit(0), rules=packs).collect() == []


def test_a_worker_with_other_rules_refuses(tmp_path: Path, spark: SparkSession) -> None:
    from pyspark.errors import PySparkException

    changed = rules(tmp_path)
    frame = spark.createDataFrame(pa.table({"id": ["A"], "transfer_date": [DAY.isoformat()], "item.b": ["true"]}))
    answers = check_frame(frame, rules=changed)
    facts = changed / "own" / "facts.yaml"
    facts.write_text(facts.read_text() + "\n  - {name: late, of: item, type: boolean, question: late?}\n")
    with pytest.raises(PySparkException, match="this worker has other rules: own"):
        answers.collect()


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_run_gives_the_same_bytes(tmp_path: Path, say: Say, suffix: str) -> None:
    source = table(tmp_path, drawn(210, seed=1))
    one, two = two_outputs(tmp_path, f"out.{suffix}")
    options = ("--slice", "30", "--explain", "needs-review")
    here = say(source, "--out", one, *options)
    assert say(source, "--out", two, *options, "--engine", "spark", "--master", "local[2]") == here
    assert here[0] == 2
    assert {p.name: p.read_bytes() for p in one.parent.iterdir()} == {p.name: p.read_bytes() for p in two.parent.iterdir()}


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_a_run_of_descriptions(tmp_path: Path, say: Say, form: str) -> None:
    source = tmp_path / f"orders.{form}"
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(descriptions(80)), source)
    else:
        lines = (json.dumps(d, default=str) for d in descriptions(80))
        source.write_text("".join(f"{line}\n" for line in lines).replace("null", '""') + "{broken\n")
    one, two = two_outputs(tmp_path, "out.csv")
    here = say(source, "--out", one, "--slice", "17")
    assert say(source, "--out", two, "--slice", "17", "--engine", "spark") == here
    assert one.read_bytes() == two.read_bytes()
    assert here[0] == 2


def test_a_run_goes_on_with_the_other_engine(tmp_path: Path, packs: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one engine finished, the other does not do again."""
    from exportcheck.batch.checkpoints import Checkpoints

    source = table(tmp_path, drawn(60))
    one, two = two_outputs(tmp_path, "out.csv")
    expected = say(source, "--out", one, "--slice", "10")
    finish = Checkpoints.finish

    def stopped(self: Checkpoints, number: int, *args: Any, **options: Any) -> None:
        if number == 3:
            raise OSError(28, "No space left on device")
        finish(self, number, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "finish", stopped)
        code, _, err = say(source, "--out", two, "--slice", "10", "--engine", "spark")
    assert code == 2
    assert "No space left on device" in err
    assert not two.exists()
    assert sorted(Checkpoints(two).done()) == [0, 1, 2]
    assert say(source, "--out", two, "--slice", "10") == expected
    assert one.read_bytes() == two.read_bytes()


def test_a_worker_that_fails_is_an_error(tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    from exportcheck.spark.told import Told

    source = table(tmp_path, drawn(5))
    monkeypatch.setattr(Told, "of", _other_version(Told.of))
    code, out, err = say(source, "--out", tmp_path / "out.csv", "--engine", "spark")
    assert (code, out) == (2, "")
    assert "Spark failed: " in err
    assert "this worker has exportcheck" in err
    assert "Traceback" not in err
    assert [p.name for p in tmp_path.iterdir()] == ["lines.csv"]


def _other_version(of: Callable[..., Any]) -> staticmethod[..., Any]:
    from dataclasses import replace

    return staticmethod(lambda *args: replace(of(*args), version="0.0"))


def test_the_example(spark: SparkSession) -> None:
    page = str(ROOT / "docs" / "spark.md")
    results = doctest.testfile(page, module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.attempted > 5
    assert results.failed == 0


def test_a_session_of_our_own_is_quiet(tmp_path: Path, packs: Path) -> None:
    source = table(tmp_path, [order(1), order(2, c="")])
    line = command(source, tmp_path / "out.csv", packs, "--engine", "spark", "--master", "local[1]")
    inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONWARNINGS", "PYSPARK_PYTHON")}
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT, env=inherited)
    said = [text for text in done.stderr.splitlines() if "jdk.incubator.vector" not in text]  # which Java itself says
    assert (done.returncode, said) == (3, [])
    assert done.stdout.startswith("in 2 = pass 1 + fail 0 + needs-review 1 + error 0\n")
    assert os.path.getsize(tmp_path / "out.csv")
