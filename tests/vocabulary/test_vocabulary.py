"""The core facts, and what is said of a bad file of facts."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from exportcheck.errors import InputError, Problem
from exportcheck.source import read_text_documents
from exportcheck.transaction.describe import fact_rows
from exportcheck.vocabulary.load import core_vocabulary, load_vocabulary, parse_type, vocabulary_of
from exportcheck.vocabulary.model import FactType

GOOD = "{name: frame_rate, of: item, type: number, unit: Hz, least: 0, question: How fast?}"


def refused(*facts: str) -> tuple[Problem, ...]:
    text = "facts:\n" + "".join(f"  - {fact}\n" for fact in facts)
    with pytest.raises(InputError) as caught:
        vocabulary_of([("ear", read_text_documents(text, "facts.yaml"))], core_vocabulary())
    return caught.value.problems


def test_every_core_fact_asks_a_question_of_one_sentence() -> None:
    for fact in core_vocabulary().facts.values():
        assert fact.question.endswith(("?", "?)")), fact.name
        assert fact.question[0].isupper(), fact.name
        # Of parties, items and licenses there are several: the question must say which one.
        if fact.of in ("party", "item", "authorization") and fact.name not in ("name", "line", "number"):
            assert "{name}" in fact.question, fact.name


def test_citations_look_like_citations() -> None:
    for fact in core_vocabulary().facts.values():
        for cite in filter(None, fact.cite.split("; ")):
            assert re.match(r"(\d+ CFR )?(part )?\d+|WA-LIST \d|DSGL \d{4}, \d", cite), (fact.name, cite)


def test_what_the_engine_may_suggest_is_never_value_route_end_use_or_nationality() -> None:
    for fact in core_vocabulary().facts.values():
        if fact.curable:
            assert fact.of in ("transaction", "party", "authorization"), fact.name
            if fact.of == "transaction":
                assert fact.name.startswith("documents.") or "authorized" in fact.name, fact.name
            assert not re.search(r"citizen|residenc|country|^end_use|^contract|^order|value$", fact.name), fact.name


def test_values_differ_by_contract_order_line_and_component() -> None:
    vocabulary = core_vocabulary()
    for of, name in (("transaction", "contract.value"), ("item", "value"), ("component", "fair_market_value")):
        fact = vocabulary.get(of, name)
        assert fact is not None
        assert fact.type == FactType("money")


def test_components_take_the_facts_of_items() -> None:
    assert core_vocabulary().names("component") == core_vocabulary().names("item")


def test_a_pack_adds_facts() -> None:
    vocabulary = vocabulary_of([("ear", read_text_documents(f"facts: [{GOOD}]", "facts.yaml"))], core_vocabulary())
    fact = vocabulary.get("item", "frame_rate")
    assert fact is not None
    assert (str(fact.type), fact.least, fact.pack) == ("number of Hz", Decimal(0), "ear")


def test_percentages_lie_between_0_and_100_unless_stated() -> None:
    text = (
        "facts: [{name: a, of: leg, type: percent, question: A?}, {name: b, of: leg, type: percent, question: B?, greatest: 200}]"
    )
    facts = vocabulary_of([("", read_text_documents(text, "facts.yaml"))]).facts
    assert [(f.least, f.greatest) for f in facts.values()] == [(Decimal(0), Decimal(100)), (Decimal(0), Decimal(200))]


def test_types() -> None:
    assert parse_type("list of classification usml") == FactType("classification", list_of=True, scheme="usml")
    for bad in ("", "list of", "classification", "money of USD", "list of boolean", "integer"):
        with pytest.raises(ValueError, match=r"\w"):
            parse_type(bad)


@pytest.mark.parametrize(
    ("fact", "column", "message", "hint"),
    [
        ("{name: a, of: item, typ: text, question: A?}", 25, 'unknown key "typ"', '"type"'),
        ("{name: A-b, of: item, type: text, question: A?}", 12, "no name of a fact", "lower-case"),
        ("{name: a, of: itm, type: text, question: A?}", 19, 'a fact cannot be of "itm"', '"item"'),
        ("{name: a, of: item, type: numbr, question: A?}", 31, '"numbr" is no type', '"number"'),
        ("{name: a, of: item, type: enum, question: A?}", 31, "needs the values", "values: ["),
        ("{name: a, of: item, type: text, values: [x], question: A?}", 45, "goes with enum", ""),
        ("{name: a, of: item, type: text, unit: km, question: A?}", 43, "goes with number", ""),
        ("{name: a, of: item, type: text, marked: true, question: A?}", 45, "only a list", "delete"),
        ("{name: a, of: item, type: boolean, absent: true, question: A?}", 48, "never be `none`", "delete"),
        ("{name: a, of: item, type: boolean, curable: on, question: A?}", 49, "true or false", ""),
        ("{name: a, of: item, type: number, least: x, question: A?}", 46, "must be a number", ""),
        ("{name: a, of: item, type: number, least: 2, greatest: 1, question: A?}", 46, "greater", ""),
        ("{name: a, of: item, type: text, question: 'What of {line}?'}", 47, "`{line}` cannot stand", "{name}"),
        ("{name: a, of: item, type: text, question: Tell}", 47, "asks nothing", "question mark"),
        ("{name: a, of: item, type: text}", 5, "`question` is missing", "question: ..."),
        ("{name: a, of: item, type: null, question: A?}", 31, "`type` has no value", "leave"),
        ("{name: components.a, of: item, type: text, question: A?}", 12, "meaning of its own", "another name"),
        ("{name: claims, of: transaction, type: text, question: A?}", 12, "meaning of its own", "another name"),
        ("{name: contract, of: transaction, type: text, question: A?}", 5, "cannot both be facts", "another name"),
        ("{name: eccn, of: item, type: text, question: A?}", 5, "declared twice", "core"),
        ("just a word", 5, "declared as a map", "{name"),
    ],
)
def test_a_bad_declaration(fact: str, column: int, message: str, hint: str) -> None:
    problem = refused(fact)[0]
    assert (problem.span.file, problem.span.line, problem.span.column) == ("facts.yaml", 2, column)
    assert message in problem.message
    assert hint in problem.hint


def test_all_mistakes_are_found_in_one_run() -> None:
    problems = refused(GOOD, GOOD, "{name: b, of: x, type: text, question: B?}", "{name: c}")
    assert [p.span.line for p in problems] == [3, 4, 5, 5, 5]


def test_mistakes_of_several_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("facts: [x]")
    (tmp_path / "b.yaml").write_text("fakts: []")
    with pytest.raises(InputError) as caught:
        load_vocabulary([("a", tmp_path / "a.yaml"), ("b", tmp_path / "b.yaml"), ("c", tmp_path / "c.yaml")])
    assert {Path(p.span.file).name for p in caught.value.problems} == {"a.yaml", "b.yaml", "c.yaml"}


def test_rows_for_people() -> None:
    rows = fact_rows(core_vocabulary())
    assert len(rows) == len(core_vocabulary().facts)
    (row,) = fact_rows(core_vocabulary(), containing="percent_weight")
    assert (row.of, row.type, row.unit, row.bounds, row.pack) == ("ingredient", "percent", "%", "0 to 100", "core")
    assert {r.of for r in fact_rows(core_vocabulary(), of=["leg"])} == {"leg"}
