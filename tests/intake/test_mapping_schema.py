"""The schema of mappings for editors: current, and of one mind with the reader."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from exportcheck.intake.read_mapping import SHIPPED, shipped_mappings
from tests.intake.sources import ROOT
from tests.intake.test_mapping import MAPPING

SCHEMA = json.loads((ROOT / "schema" / "mapping.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_it_is_current() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/make_mapping_schema.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def as_an_editor_sees_it(text: str) -> Any:
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize("name", shipped_mappings())
def test_the_shipped_mappings_fit(name: str) -> None:
    text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
    assert list(VALIDATOR.iter_errors(as_an_editor_sees_it(text))) == []


def test_a_mapping_fits() -> None:
    assert list(VALIDATOR.iter_errors(as_an_editor_sees_it(MAPPING))) == []


@pytest.mark.parametrize(
    "text",
    [
        "colums: {}",
        "columns: {a: {to: id}}",
        "columns: {a: {fact: id, otherwise: ignore}}",
        "columns: {}\nparties: {x: [boss]}",
        "columns: {}\nheader: 0",
        "columns: {}\nexchange_rates: {EUR: 1.1}",
        "ignore: x",
    ],
)
def test_what_the_reader_refuses_does_not_fit(text: str) -> None:
    assert list(VALIDATOR.iter_errors(as_an_editor_sees_it(text)))
