"""The table of the MTCR Annex: what must hold of it, and that it is what the script makes of the reference copies."""

from __future__ import annotations

import csv
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
REFERENCE = REPOSITORY.parent / "shared" / "reference"
SCRIPT = REPOSITORY / "scripts" / "make_mtcr_tables.py"
PACK = REPOSITORY / "rules" / "mtcr"


@cache
def rows() -> tuple[dict[str, str], ...]:
    with (PACK / "tables" / "annex.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference copies are not here")
def test_committed_files_are_what_the_script_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(REFERENCE), "--pack", str(tmp_path)], check=True, capture_output=True)
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert [str(name) for name in written] == ["lists-usml-mt.yaml", "tables/annex.csv", "tables/annex.table.yaml"]
    for name in written:
        assert (PACK / name).read_bytes() == (tmp_path / name).read_bytes(), f"{name}: run scripts/make_mtcr_tables.py"


def test_a_wrong_folder_is_named(tmp_path: Path) -> None:
    result = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert str(tmp_path) in result.stderr
    assert "Traceback" not in result.stderr


def test_category_i_is_items_1_and_2_and_nothing_else() -> None:
    assert {row["item"] for row in rows() if row["category"] == "I"} == {"1", "2"}
    assert {row["item"] for row in rows() if row["category"] == "II"} == {
        *("3", "4", "6", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20")
    }


def test_every_paragraph_stands_below_a_row_of_its_own() -> None:
    known = {row["paragraph"] for row in rows()}
    assert all(path.rpartition(".")[0] in known for path in known if "." in path)


def test_a_paragraph_said_to_be_complete_has_nothing_below_it() -> None:
    paths = [row["paragraph"] for row in rows()]
    for row in rows():
        assert row["complete"] == "no" or not any(path.startswith(row["paragraph"] + ".") for path in paths)
