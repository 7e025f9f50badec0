"""`exportcheck map`: proposing a mapping, and trying one."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.cli.main import run as run_verb
from tests.cli.test_rules import pack

__all__ = ["pack"]

TABLE = "Order No;ECCN;Net Value;Curr;Clerk\n1;EAR99;12,50;EUR;ann\n2;oops;1,5;EUR;bob\n"


@pytest.fixture(autouse=True)
def small(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack that is read fast: the facts here are those of the core."""
    monkeypatch.setattr("exportcheck.rulepack.shipped.shipped_rules", lambda: pack)


def run(arguments: list[str]) -> int:
    return run_verb([*arguments, "--no-cache"])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_init_writes_a_mapping_and_check_tries_it(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = table.with_name("orders.yaml")
    assert run(["map", "init", str(table), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: 3 of 5 columns mapped, 1 to decide on (# ?)\n"
    assert run(["map", "check", str(table), "--map", str(out)]) == 2
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out == (
        f'error: {table}:3:2: column "ECCN": `eccn`: "oops" is no classification\n'
        '   an ECCN is written like "9A610.x" or "3A001.b.2", and an item on no list "EAR99"\n'
        f"{table}: 2 rows = 1 readable + 1 in error; 1 transaction\n"
    )


def test_init_prints_without_out(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "init", str(table)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# Proposed for orders.csv")
    assert "Order No: id" in printed


def test_init_never_overwrites_the_table(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "init", str(table), "--out", str(table)]) == 2
    assert "--out is the table" in capsys.readouterr().err
    assert table.read_text(encoding="utf-8") == TABLE


def test_check_counts_and_is_content(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("id,item.eccn,clerk\nA,EAR99,x\nA,5E002,x\nB,,x\n", encoding="utf-8")
    assert run(["map", "check", str(path)]) == 0
    assert capsys.readouterr().out == (
        f'note: {path}:1:3: the column is not read: there is no fact "clerk" (`exportcheck facts` lists what may be stated)\n'
        f"{path}: 3 rows = 3 readable + 0 in error; 2 transactions\n"
    )


def test_check_lists_the_first_mistakes_unless_all_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("id,item.eccn\n" + "".join(f"{n},oops\n" for n in range(30)), encoding="utf-8")
    assert run(["map", "check", str(path)]) == 2
    printed = capsys.readouterr().out
    assert printed.count("error: ") == 20
    assert "and 10 more mistakes; --all lists them\n" in printed
    assert run(["map", "check", str(path), "--all"]) == 2
    assert capsys.readouterr().out.count("error: ") == 30


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--map", "ocdss"], 'there is no mapping "ocdss"'),
        (["--map", "no.yaml"], "there is no such file"),
        (["--format", "xml"], 'there is no format "xml"'),
        ([], "the header is one column with 4 semicolons in it"),
    ],
)
def test_what_cannot_be_read_at_all(arguments: list[str], says: str, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "check", str(table), *arguments]) == 2
    assert says in capsys.readouterr().err


def test_other_formats_have_columns_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_text('{"order no": 1, "ship": {"to country": "GB"}}\n', encoding="utf-8")
    assert run(["map", "init", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "format: jsonl" in printed
    assert "order no: id" in printed
