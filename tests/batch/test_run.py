"""`exportcheck batch`: a file of order lines into a file of verdicts."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from exportcheck.cli.main import run
from tests.batch.orders import HEADER, command, drawn, environment, in_process, order, rules, table

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rules(tmp_path_factory.mktemp("rules"))


@pytest.fixture
def say(packs: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    def ask(*arguments: object) -> tuple[int, str, str]:
        code = run(["batch", *map(str, arguments), "--rules", str(packs), "--no-cache"])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_each_line_has_a_row_in_its_place(tmp_path: Path, say: Say) -> None:
    rows = [order(1), order(2, b="false"), order(3, c=""), order(4, value="much"), order(5, value="1000.01 USD")]
    code, out, err = say(table(tmp_path, rows), "--out", tmp_path / "out.csv")
    assert (code, err) == (2, "")
    assert out == "in 5 = pass 1 + fail 2 + needs-review 1 + error 1\nasked most often: c (1 line)\n"
    found = read(tmp_path / "out.csv")
    said = [(r["transaction"], r["row"], r["verdict"], r["own.fail"], r["own.authority"], r["missing_facts"]) for r in found]
    assert said == [
        ("T1", "2", "pass", "", "99 CFR 4", ""),
        ("T2", "3", "fail", "license-required", "", ""),
        ("T3", "4", "needs-review", "", "", "items[0].c"),
        ("T4", "5", "error", "", "", ""),
        ("T5", "6", "fail", "license-required", "", ""),
    ]
    assert found[3]["message"].startswith('row 5, column 5: `value`: "much"')
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == ["out.csv"]


def test_lines_of_one_transaction_keep_their_rows(tmp_path: Path, say: Say) -> None:
    rows = [order(1, id="A"), order(2, id="A", b="false"), order(3, id="B"), order(4, id="B", value="x")]
    say(table(tmp_path, rows), "--out", tmp_path / "out.csv")
    found = read(tmp_path / "out.csv")
    assert [(r["transaction"], r["row"], r["line"], r["verdict"]) for r in found] == [
        ("A", "2", "1", "pass"),
        ("A", "3", "2", "fail"),
        ("B", "4", "", "error"),
        ("B", "5", "", "error"),
    ]
    assert "row 5, column 5" in found[2]["message"], "the sound line of a transaction in error says where the error is"


def test_a_transaction_without_a_day_is_an_error_row(tmp_path: Path, say: Say) -> None:
    undated = order(2).split(",")
    undated[1] = ""
    source = table(tmp_path, [order(1), ",".join(undated)])
    code, _, _ = say(source, "--out", tmp_path / "out.csv")
    assert code == 2
    assert [r["verdict"] for r in read(tmp_path / "out.csv")] == ["pass", "error"]
    code, out, _ = say(source, "--out", tmp_path / "out.csv", "--as-of", "2026-02-01")
    assert (code, out) == (0, "in 2 = pass 2 + fail 0 + needs-review 0 + error 0\n")


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        ([order(1)], (), 0),
        ([order(1), order(2, c="")], (), 3),
        ([order(1), order(2, c=""), order(3, b="false")], (), 1),
        ([order(1), order(2, c=""), order(3, value="x")], (), 2),
        ([order(1), order(2, c="")], ("--fail-on", "fail"), 0),
        ([order(1), order(2, b="false")], ("--fail-on", "fail"), 1),
        ([order(1), order(2, b="false")], ("--exit-zero",), 0),
        ([order(1), order(3, value="x")], ("--exit-zero",), 2),
    ],
)
def test_exit_codes(tmp_path: Path, say: Say, rows: list[str], options: tuple[str, ...], code: int) -> None:
    assert say(table(tmp_path, rows), "--out", tmp_path / "out.csv", *options)[0] == code


def test_all_formats_say_the_same(tmp_path: Path, say: Say) -> None:
    source = table(tmp_path, drawn(120))
    for suffix in ("csv", "jsonl", "parquet"):
        assert say(source, "--out", tmp_path / f"out.{suffix}", "--slice", "50")[0] == 2
    by_json = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    by_parquet = pq.read_table(tmp_path / "out.parquet").to_pylist()
    plain = [{**row, "law_date": row["law_date"] and row["law_date"].isoformat()} for row in by_parquet]
    assert plain == by_json
    joined = [
        {k: "; ".join(v) if isinstance(v, list) else "" if v is None else str(v) for k, v in row.items()} for row in by_json
    ]
    assert joined == read(tmp_path / "out.csv")
    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups == 3
    assert {row["verdict"] for row in by_json} == {"pass", "fail", "needs-review", "error"}


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_slices_and_processes_change_no_answer(tmp_path: Path, say: Say, suffix: str) -> None:
    source = table(tmp_path, drawn(90, seed=1))
    one, two = tmp_path / "one" / f"out.{suffix}", tmp_path / "two" / f"out.{suffix}"
    one.parent.mkdir()
    two.parent.mkdir()
    assert say(source, "--out", one, "--slice", "20") == say(source, "--out", two, "--slice", "20", "--jobs", "2")
    assert one.read_bytes() == two.read_bytes()


def test_a_formula_does_not_leave_as_one(tmp_path: Path, say: Say) -> None:
    rows = [order(n, id=f"{sign}T{n}") for n, sign in enumerate("=+-@")]
    say(table(tmp_path, rows), "--out", tmp_path / "out.csv")
    say(table(tmp_path, rows), "--out", tmp_path / "out.jsonl")
    assert [r["transaction"] for r in read(tmp_path / "out.csv")] == ["'=T0", "'+T1", "'-T2", "'@T3"]
    assert json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])["transaction"] == "=T0"


def test_explain_writes_receipts_of_the_chosen(tmp_path: Path, say: Say) -> None:
    source = table(tmp_path, [order(1), order(2, b="false"), order(3, c=""), order(4)])

    def explained(which: str) -> list[str]:
        say(source, "--out", tmp_path / "out.csv", "--explain", which, "--slice", "3")
        lines = (tmp_path / "out.csv.explain.jsonl").read_text().splitlines()
        return [json.loads(line)["id"] for line in lines]

    assert explained("T4,T1") == ["T1", "T4"]
    assert explained("fail") == ["T2"]
    assert explained("needs-review") == ["T3"]
    assert explained("all") == ["T1", "T2", "T3", "T4"]
    receipt = json.loads((tmp_path / "out.csv.explain.jsonl").read_text().splitlines()[2])
    assert receipt["lines"][0]["questions"][0]["fact"] == "c"


def test_the_output_is_never_the_input(tmp_path: Path, say: Say) -> None:
    source = table(tmp_path, [order(1)])
    before = source.read_bytes()
    code, out, err = say(source, "--out", source)
    assert (code, out) == (2, "")
    assert "--out is a file that is read" in err
    (tmp_path / "link.csv").symlink_to(source)
    assert say(source, "--out", tmp_path / "link.csv")[0] == 2
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("out.xlsx", '".xlsx" says no format'),
        ("nowhere/out.csv", "in a folder that does not exist"),
        (".", "--out is a folder"),
    ],
)
def test_an_output_that_cannot_be(tmp_path: Path, say: Say, out: str, says: str) -> None:
    code, _, err = say(table(tmp_path, [order(1)]), "--out", tmp_path / out)
    assert code == 2
    assert says in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lines.csv"]


def test_a_file_that_cannot_be_read_leaves_nothing(tmp_path: Path, say: Say) -> None:
    code, _, err = say(tmp_path / "absent.csv", "--out", tmp_path / "out.csv")
    assert code == 2
    assert "there is no such file" in err
    assert not list(tmp_path.iterdir())


def test_an_empty_table_gives_an_empty_one(tmp_path: Path, say: Say) -> None:
    source = table(tmp_path, [])
    for suffix in ("csv", "jsonl", "parquet"):
        code, out, _ = say(source, "--out", tmp_path / f"out.{suffix}")
        assert (code, out) == (0, "in 0 = pass 0 + fail 0 + needs-review 0 + error 0\n")
    assert read(tmp_path / "out.csv") == []
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


def test_the_columns_are_those_of_the_documentation(tmp_path: Path, say: Say) -> None:
    say(table(tmp_path, [order(1)]), "--out", tmp_path / "out.csv")
    header = (tmp_path / "out.csv").read_text().splitlines()[0]
    own = "own.verdict,own.fail,own.authority,own.deciding"
    assert header == f"transaction,row,line,verdict,law_date,{own},missing_facts,reviews,message"
    assert HEADER.startswith("id,")


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_progress_is_shown_on_a_terminal_only(tmp_path: Path, packs: Path) -> None:
    import pty

    source, out = table(tmp_path, drawn(40)), tmp_path / "out.csv"
    main, terminal = pty.openpty()
    line = command(source, out, packs, "--slice", "10")
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=terminal, env=environment(), check=False)
    os.close(terminal)
    shown = b""
    while chunk := _read(main):
        shown += chunk
    assert b"lines/s" in shown
    assert b"lines.csv" in shown
    assert done.stdout.startswith(b"in 40 = ")
    assert in_process(source, out, packs).stderr == ""


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 4096)
    except OSError:  # nobody writes any more
        return b""
