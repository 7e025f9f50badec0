"""Transactions from standard input: YAML, JSON, JSON Lines, and what becomes of mistakes in them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from exportcheck.cli.main import run
from exportcheck.source.read import INPUT_NAME, STANDARD_INPUT, read_documents

Give = Callable[[str | bytes], None]
DESCRIPTION = {
    "transaction": {"id": "A", "activity": "export", "transfer_date": "2026-03-02"},
    "items": [{"description": "bolt"}],
}


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    def set_input(text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return set_input


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        (json.dumps(DESCRIPTION, indent="\t"), 1),
        (json.dumps(DESCRIPTION) + "\n" + json.dumps(DESCRIPTION) + "\n", 2),
        ("transaction: {id: A}\n---\ntransaction: {id: B}\n", 2),
        ("{transaction: {id: A}, items: [{description: bolt}]}\n", 1),
    ],
)
def test_formats(give: Give, text: str, documents: int) -> None:
    give(text)
    found = read_documents(STANDARD_INPUT)
    assert len(found) == documents
    assert all(node.kind == "map" and node.span.file == INPUT_NAME for node in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "the file is empty"), ("{transaction: {id: A}", f"{INPUT_NAME}:"), (b"\xff\xfe\x00", INPUT_NAME)],
)
def test_mistakes_name_standard_input(give: Give, text: str | bytes, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    give(text)
    assert run(["check", "-"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "nothing was checked" in err


def test_without_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["check", "-"]) == 2
    assert "there is no standard input to read" in capsys.readouterr().err


def test_the_same_verdict_as_of_the_file(give: Give, capsys: pytest.CaptureFixture[str]) -> None:
    file = Path(__file__).parents[1] / "report" / "transactions" / "license.yaml"
    assert run(["check", str(file)]) == 1
    from_file = capsys.readouterr().out
    give(file.read_text(encoding="utf-8"))
    assert run(["check", "-"]) == 1
    assert capsys.readouterr().out == from_file
