"""The table of precursors: what must hold of it, and that the script makes it of the reference copy where that is at hand."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
PACK = REPOSITORY / "rules" / "australia-group"
REFERENCE = REPOSITORY.parent / "shared" / "reference"
SCRIPT = REPOSITORY / "scripts" / "make_australia_group_tables.py"
LIMITS = {"by-party": ("30", "10"), "any-destination": ("30", "30"), "none": ("", ""), "not-named": ("", "")}
RELIEFS = {"by-party": 25, "any-destination": 62, "none": 3, "not-named": 1}


def rows() -> list[dict[str, str]]:
    with (PACK / "tables" / "precursors.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_precursor_has_its_number_once() -> None:
    assert [row["paragraph"] for row in rows()] == [f"1C350.{n}" for n in range(1, 92)]
    assert len({row["cas"] for row in rows()}) == 91
    listed = yaml.safe_load((PACK / "lists-precursors.yaml").read_text(encoding="utf-8"))["lists"]
    assert [entry["members"] for entry in listed] == [[row["cas"] for row in rows()]]


def test_the_check_digit_of_every_number_is_right() -> None:
    for row in rows():
        digits = row["cas"].replace("-", "")
        total = sum(place * int(digit) for place, digit in enumerate(reversed(digits[:-1]), 1))
        assert total % 10 == int(digits[-1]), row["cas"]


def test_the_limits_are_those_of_the_notes() -> None:
    for relief, number in RELIEFS.items():
        found = [row for row in rows() if row["relief"] == relief]
        assert len(found) == number
        assert {(row["limit"], row["limit_not_party"]) for row in found} == {LIMITS[relief]}


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference copies of the lists are not here")
def test_committed_files_are_what_the_script_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(REFERENCE), "--pack", str(tmp_path)], check=True, capture_output=True)
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(written) == 3
    for name in written:
        assert (PACK / name).read_bytes() == (tmp_path / name).read_bytes(), f"{name}: run scripts/{SCRIPT.name}"


def test_a_wrong_folder_is_named(tmp_path: Path) -> None:
    result = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert str(tmp_path) in result.stderr
    assert "Traceback" not in result.stderr
