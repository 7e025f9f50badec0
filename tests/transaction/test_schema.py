"""The schema for editors: current, and of one mind with the reader."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from exportcheck.errors import InputError
from exportcheck.source import Node, read_documents, read_text_documents
from exportcheck.transaction.canonical import canonical
from exportcheck.transaction.read import transaction_from_node
from exportcheck.vocabulary.load import core_vocabulary
from tests.transaction.descriptions import FULL, SHORT, read

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = sorted(path for path in (ROOT / "fixtures").rglob("*") if path.suffix in (".yaml", ".yml", ".json", ".jsonl"))
SCHEMA = json.loads((ROOT / "schema" / "transaction.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def as_an_editor_sees_it(node: Node) -> Any:
    """The value by the core schema of YAML 1.2, which is what editors apply."""
    if node.kind == "map":
        return {key.text: as_an_editor_sees_it(value) for key, value in node.entries}
    if node.kind == "list":
        return [as_an_editor_sees_it(item) for item in node.items]
    if node.style == "quoted":
        return node.text
    if node.null:
        return None
    if node.text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return node.text.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", node.text):
        return int(node.text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", node.text):
        return float(node.text)
    return node.text


def faults(text: str) -> list[str]:
    (node,) = read_text_documents(text, "a.yaml")
    return [error.message for error in VALIDATOR.iter_errors(as_an_editor_sees_it(node))]


def test_the_schema_in_the_repository_is_current() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/make_schema.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_descriptions_fit() -> None:
    assert not faults(FULL.replace("us_person: YES", "us_person: yes").replace("country: UK", "country: United Kingdom"))
    assert not faults(SHORT)


def test_the_canonical_form_fits() -> None:
    assert not list(VALIDATOR.iter_errors(canonical(read(FULL))))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: str(path.relative_to(ROOT)))
def test_fixtures_fit(path: Path) -> None:
    documents = [document for document in read_documents(path) if document.get("transaction") is not None]
    for document in documents:
        assert not [error.message for error in VALIDATOR.iter_errors(as_an_editor_sees_it(document))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("GB", "5"),
        ("activity: export", "activity: exprt"),
        ("activity: export", "activity: none"),
        ("activity: export", "activity: null"),
        ("destination: GB", "destnation: GB"),
        ("destination: GB", "destination: GB, transfer_date: 2026-3-2"),
        ("destination: GB", "destination: GB, contract: {value: 500}"),
        ("destination: GB", "destination: GB, contract: {value: -5 USD}"),
        ("destination: GB", "destination: GB, documents: {eei_filed: maybe}"),
        ("destination: GB", "destination: {value: GB, who: me}"),
        ("id: TX-1, ", ""),
        ("eccn: 9A610.x", "usml: []"),
        ("eccn: 9A610.x", "quantity: four"),
        ("eccn: 9A610.x", "components: none"),
        ("items:", "itmes:"),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(old: str, new: str) -> None:
    assert SHORT.count(old) == 1
    text = SHORT.replace(old, new)
    assert faults(text)
    (node,) = read_text_documents(text, "a.yaml")
    with pytest.raises(InputError):
        transaction_from_node(node, core_vocabulary())
