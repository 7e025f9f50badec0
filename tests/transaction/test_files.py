"""What is named on a command line: files, folders, patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.source.read import STANDARD_INPUT
from exportcheck.transaction.files import description_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.yaml",
        "a.json",
        "2026/c.YML",
        "2026/q1/d.jsonl",
        "2026/q1/e.ndjson",
        "2026/notes.txt",
        "2026/.f.yaml",
        ".g/h.yaml",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return tmp_path


def named(folder: Path, *given: str, skip: tuple[str, ...] = ()) -> list[str]:
    found = description_files([folder / name for name in given], [folder / name for name in skip])
    return [str(f) if isinstance(f, InputError) else f.relative_to(folder).as_posix() for f in found]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["."], ["a.json", "b.yaml", "2026/c.YML", "2026/q1/d.jsonl", "2026/q1/e.ndjson"]),
        (["2026"], ["2026/c.YML", "2026/q1/d.jsonl", "2026/q1/e.ndjson"]),
        (["*.yaml"], ["b.yaml"]),
        (["*"], ["2026/c.YML", "2026/q1/d.jsonl", "2026/q1/e.ndjson", "a.json", "b.yaml"]),
        (["**/*.jsonl"], ["2026/q1/d.jsonl"]),
        (["[ab].*"], ["a.json", "b.yaml"]),
        (["2026/q?"], ["2026/q1/d.jsonl", "2026/q1/e.ndjson"]),
        (["b.yaml", "a.json"], ["b.yaml", "a.json"]),
        (["b.yaml", ".", "b.yaml"], ["b.yaml", "a.json", "2026/c.YML", "2026/q1/d.jsonl", "2026/q1/e.ndjson"]),
        (["2026/notes.txt"], ["2026/notes.txt"]),
        (["2026/.f.yaml"], ["2026/.f.yaml"]),
    ],
)
def test_each_file_once_in_the_order_named(folder: Path, given: list[str], expected: list[str]) -> None:
    assert named(folder, *given) == expected


def test_what_is_something_else_is_left_out_unless_it_is_named(folder: Path) -> None:
    assert "b.yaml" not in named(folder, ".", skip=("b.yaml",))
    assert named(folder, "*.yaml", "a.json", skip=("a.json",)) == ["b.yaml", "a.json"]


@pytest.mark.parametrize("given", ["*.xml", "2026/*.txt", ".g/*.json", "2026/q1/*/*"])
def test_a_pattern_that_fits_nothing_is_a_mistake(folder: Path, given: str) -> None:
    (said,) = named(folder, given)
    assert "no description fits this pattern" in said
    assert ".yaml, .yml, .json" in said


def test_a_file_called_like_a_pattern_is_a_file(folder: Path) -> None:
    (folder / "[ab].yaml").write_text("x", encoding="utf-8")
    assert named(folder, "[ab].yaml") == ["[ab].yaml"]


def test_a_link_to_a_file_is_the_file(folder: Path) -> None:
    (folder / "link.yaml").symlink_to(folder / "b.yaml")
    assert named(folder, "*.yaml") == ["b.yaml"]


def test_standard_input_stays(folder: Path) -> None:
    assert list(description_files([STANDARD_INPUT, folder / "b.yaml"])) == [STANDARD_INPUT, folder / "b.yaml"]
