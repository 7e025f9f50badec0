"""docs/batch.md: columns, options and numbers are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from typer.main import get_command

from exportcheck.batch.answered import FIXED, LAST, OF_PACK
from exportcheck.batch.declared import declared
from exportcheck.batch.formats import FORMULA
from exportcheck.batch.plan import SLICE
from exportcheck.batch.slices import SIGNATURES
from exportcheck.cli.main import app

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "batch.md").read_text(encoding="utf-8")


def test_every_column_has_its_place_in_the_table() -> None:
    named = re.findall(r"`([A-Za-z_.]+)`", " ".join(line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `")))
    shown = [*FIXED, *(f"PACK.{name}" for name in OF_PACK), *LAST]
    assert named[: len(shown)] == shown
    assert named[len(shown) :] == list(declared().notices)


def test_every_option_that_is_named_is_one() -> None:
    command = get_command(app).commands["batch"]  # type: ignore[attr-defined]
    known = {option for parameter in command.params for option in parameter.opts}
    of_check = {"--why", "--format"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT)) <= known | of_check


def test_the_numbers_are_those_of_the_program() -> None:
    notices = declared().notices
    assert f"{SLICE:,} transactions" in TEXT
    assert f"{SIGNATURES:,} in each process" in TEXT
    assert f"within {notices['split'].days} days" in TEXT
    assert f"at most {notices['repeated'].most:,} dollars" in TEXT
    assert (notices["repeated"].count, notices["repeated"].days, notices["circular"].days) == (10, 30, 90)
    assert all(f"`{sign}`" in TEXT for sign in FORMULA if sign.isprintable())
    assert declared().totals[0].cite in TEXT
