"""docs/tables.md: its files are read as it says, and its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exportcheck.cli.main import run
from exportcheck.intake import FORMATS, SUFFIXES
from exportcheck.intake.read_mapping import COLUMN_KEYS, KEYS, shipped_mappings
from exportcheck.intake.target import find_target
from tests.fixtures.expected import engine

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def block(kind: str, number: int = 0) -> str:
    found: list[str] = [text for of, text in BLOCKS if of == kind]
    return found[number]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the page, under the names that it gives them."""
    files = {"orders.csv": block("csv", 0), "export.csv": block("csv", 1), "export.map.yaml": block("yaml")}
    for name, text in files.items():
        assert f"`{name}`" in TEXT
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("number", [0, 1])
def test_what_is_printed(number: int, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, expected = block("console", number).partition("\n")
    code = run(command.removeprefix("$ exportcheck ").split())
    printed = capsys.readouterr().out + (f"exit {code}\n" if code else "")
    assert printed == expected


def test_what_is_proposed_for_the_export(folder: Path) -> None:
    assert run(["map", "init", "export.csv", "--out", "proposed.yaml"]) == 0
    assert "Order: id" in (folder / "proposed.yaml").read_text(encoding="utf-8")


def names(heading: str) -> list[str]:
    """The words in back quotes of the first column of the table under a line."""
    table = TEXT[TEXT.index(heading) :].split("\n\n")[1 if not heading.startswith("|") else 0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_every_column_is_one() -> None:
    columns = names("| column | is |")
    assert len(columns) > 20
    for column in columns:
        find_target(column, engine().packs.vocabulary)


def test_every_key_is_named() -> None:
    assert sorted(names("| key | says |\n| --- | --- |\n| `columns`")) == sorted(set(KEYS) - {"schema"})
    of_columns = names("| key | says |\n| --- | --- |\n| `fact`")
    assert set(of_columns) | {"decimal", "thousands", "separator"} == set(COLUMN_KEYS)


def test_every_format_and_mapping_is_named() -> None:
    assert set(names("| `--map` | for |")) == set(shipped_mappings())
    assert set(names("| format | read as |")) <= set(SUFFIXES)
    line = next(line for line in TEXT.splitlines() if line.startswith("`--format`"))
    assert re.findall(r"`(\w+)`", line) == list(FORMATS)
