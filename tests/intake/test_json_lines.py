"""JSON Lines: a description a line, or flat records."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.intake import open_source
from exportcheck.intake.json_lines import JsonLines
from exportcheck.source import read_documents
from exportcheck.transaction.canonical import canonical
from exportcheck.transaction.read import transaction_from_node
from exportcheck.vocabulary.load import core_vocabulary
from tests.fixtures.expected import engine
from tests.intake.sources import ROOT, mistake, only, place, source_of, stated, taken_of, written

LINE = '{"transaction": {"id": "%s", "destination": "GB"}, "items": [{"eccn": "EAR99", "quantity": 0.10}]}\n'


def test_fixtures_are_read_as_check_reads_them() -> None:
    path = ROOT / "fixtures" / "orders.jsonl"
    vocabulary = engine().packs.vocabulary
    expected = [canonical(transaction_from_node(node, vocabulary)) for node in read_documents(path)]
    taken = list(open_source(path, None, vocabulary))
    assert [t.rows for t in taken] == [(n,) for n in range(1, len(expected) + 1)]
    assert [canonical(t.transaction) for t in taken if t.transaction] == expected


def test_numbers_are_as_written_and_facts_know_their_line(tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, LINE % "A" + "\n" + LINE % "B", name="orders.jsonl")
    assert (first.rows, second.rows) == ((1,), (3,))
    assert second.transaction is not None
    fact = second.transaction.items[0].facts["quantity"]
    assert (fact.text, fact.span.line) == ("0.10", 3)


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ('{"transaction": {"id": "A"}', 28, "this is not JSON: a comma or } was expected here"),
        (
            '{"transaction": {"id": "A", "destination": "Atlantis"}, "items": [{}]}',
            44,
            '`destination`: "Atlantis" is no known place',
        ),
        ('{"transaction": {"id": "A", "id": "B"}, "items": [{}]}', 29, 'the key "id" is given twice'),
        (
            '{"transaction": {"id": "A", "destination": null}, "items": [{}]}',
            44,
            "`destination` is null, which could mean `none` or not known",
        ),
        ('[{"transaction": {"id": "A"}, "items": [{}]}]', 1, "a description is a map of facts"),
        (
            '{"transaction": {"id": "A\u202e"}, "items": [{}]}',
            26,
            "the character U+202E (right-to-left override) may not be used",
        ),
        ('{"transaction": {"id": "A", "x": ' + "[" * 5000 + "]" * 5000 + "}}", 96, "maps and lists are nested more than 64 deep"),
    ],
)
def test_a_line_that_is_no_description(line: str, column: int, says: str, tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, line + "\n" + LINE % "B", name="orders.jsonl")
    assert mistake(first)[:3] == (1, column, says)
    assert second.transaction is not None


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, b'{"transaction": {"id": "caf\xe9"}}\n' + (LINE % "B").encode(), name="orders.jsonl")
    assert mistake(first)[:3] == (1, 28, "the byte 0xE9 is not UTF-8")
    assert second.transaction is not None


def test_a_line_that_is_too_long(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": "' + "x" * 3_000_000 + '"}\n' + LINE % "B", "orders.jsonl")
    first, second = JsonLines(path, core_vocabulary(), limit=1_000_000)
    assert mistake(first)[0] == 1
    assert mistake(first)[2].startswith("the line is longer than")
    assert (second.rows, second.id) == ((2,), "B")


def test_flat_records_are_a_table(tmp_path: Path) -> None:
    text = '{"id": "A", "item.eccn": 5E002, "item.line": 1}\n{"id": "A", "item.eccn": "EAR99", "item.line": 2}\n'
    facts = stated(only(taken_of(tmp_path, text, name="orders.jsonl")))
    assert (facts["items[0].line"], facts["items[1].line"]) == ("1", "2")
    assert str(facts["items[0].eccn"]) == "5E002"  # a number in JSON, and as it is written an ECCN


def test_a_key_that_comes_late_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exportcheck.intake.json_lines._LOOKED_AT", 1)
    first, second = taken_of(tmp_path, '{"id": "A"}\n{"id": "B", "item.eccn": "5E002"}\n', name="orders.jsonl")
    assert first.transaction is not None
    assert mistake(second)[2] == 'the key "item.eccn" is in none of the first 1 records'


def test_nested_records_by_a_mapping(tmp_path: Path) -> None:
    text = (
        '{"no": 7, "ship": {"to": "GB"}, "lines": [{"code": "EAR99"}], "tags": ["XI(a)", "XI(c)"], "clerk": "ann"}\n'
        '{"no": 8, "ship": null}\n'
        '{"no": 9,\n'
        "[1]\n"
    )
    mapping = "columns: {no: id, ship.to: destination, lines.1.code: item.eccn, tags: item.usml, later: item.description}\n"
    source = source_of(tmp_path, text, mapping, name="orders.jsonl")
    assert [place(note)[2] for note in source.notes] == ['the column "clerk" is neither mapped nor ignored']
    first, second, third, fourth = source
    assert first.transaction is not None
    assert stated(first.transaction)["destination"] == "GB"
    assert str(stated(first.transaction)["items[0].eccn"]) == "EAR99"
    assert second.transaction is not None
    assert set(stated(second.transaction)) == {"id", "items[0].line"}
    assert mistake(third)[2].startswith("this is not JSON")
    assert mistake(fourth)[2] == "a record is a map"


def test_utf_16(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-16"):
        list(source_of(tmp_path, (LINE % "A").encode("utf-16"), name="orders.jsonl"))
