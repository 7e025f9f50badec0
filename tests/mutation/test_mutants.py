"""Which small changes are made of what, and where they say that they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.mutation.run import mutants
from tests.rulepack.small import FACTS, load, provision

MORE = (
    FACTS
    + """
      - {name: color, of: item, type: enum, values: [red, green, blue], question: "color?"}
      - {name: made, of: item, type: date, question: "made?"}
"""
)


def changes(root: Path, when: str) -> list[str]:
    """What is changed of one condition, as it is said."""
    packs = load(root, facts=MORE, law=provision("1", "derivation", f"when: '{when}'"))
    return [m.change for m in mutants(packs, "law") if m.part.id == "law/1"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("i.n >= 5", ["negated", ">= changed to >", "5 changed to 6", "5 changed to 4"]),
        ("i.n < 0.5", ["negated", "< changed to <=", "0.5 changed to 0.6", "0.5 changed to 0.4"]),
        (
            "i.n in [1..2)",
            [
                "negated",
                "[ changed to (",
                ") changed to ]",
                "1 changed to 2",
                "1 changed to 0",
                "2 changed to 3",
                "2 changed to 1",
            ],
        ),
        ("i.a and i.b", ["negated", "and changed to or", "i.a dropped", "i.b dropped"]),
        ("i.a or not(i.b)", ["negated", "or changed to and", "i.a dropped", "not(i.b) dropped", "not(...) dropped"]),
        ('i.color = "red"', ["negated", "= changed to !=", '"red" changed to "green"']),
        ('i.color in ["red", "blue"]', ["negated", "red dropped", "blue dropped", "green added"]),
        (
            'i.made > date("2025-01-01")',
            ["negated", "> changed to >=", "2025-01-01 changed to 2025-01-02", "2025-01-01 changed to 2024-12-31"],
        ),
        ("some p in parties satisfies p.q", ["negated", "some changed to every"]),
        ("true", []),
    ],
)
def test_changes_of_a_condition(tmp_path: Path, when: str, expected: list[str]) -> None:
    assert changes(tmp_path, when) == expected


def test_changes_of_clauses_and_dates(tmp_path: Path) -> None:
    law = provision(
        "1",
        "exemption",
        "in_force: [{from: 2025-01-01}]",
        "lifts: [law/LICENSE, paper]",
        "applies_when: i.a",
        "requires:",
        "  - {cite: (a), says: x, when: i.b}",
        "  - {cite: (b), says: y, each: p in parties, when: p.q}",
    )
    packs = load(tmp_path, law=law)
    found = [(m.kind, m.change) for m in mutants(packs, "law")]
    assert found == [
        ("date", "from 2025-01-01 changed to 2024-12-31"),
        ("date", "from 2025-01-01 changed to 2025-01-02"),
        ("negation", "applies_when: negated"),
        ("exception", "applies_when dropped"),
        ("effect", "license no longer lifted"),
        ("effect", "paper no longer lifted"),
        ("logic", "all_of changed to any_of"),
        ("logic", "clause (a) dropped"),
        ("logic", "clause (b) dropped"),
        ("negation", "negated"),
        ("logic", "each changed to some"),
        ("exception", "or_none changed to true"),
        ("negation", "negated"),
    ]


def test_changes_of_limits(tmp_path: Path) -> None:
    exemption = provision("2", "exemption", "lifts: [law/LICENSE]", "when: i.a")
    limitation = provision("3", "limitation", "when: i.b", "limits:", "  all_of_pack: law", "  except: [law/2]")
    packs = load(tmp_path, law=f"{exemption}\n---\n{limitation}")
    assert [m.change for m in mutants(packs, "law", section="3")] == ["law/2 no longer spared", "negated"]


def test_changes_of_lists_and_figures(tmp_path: Path) -> None:
    lists = "lists: [{id: law/friends, type: place, cite: s. 1, members: [GB, {value: FR, from: 2025-01-01}]}]"
    parameters = "parameters: [{id: law/limit, unit: number, cite: s. 2, values: {2020-01-01: 5, 2025-01-01: 7.5}}]"
    packs = load(tmp_path, lists=lists, parameters=parameters, law=provision("1", "derivation", "when: 'true'"))
    assert [m.change for m in mutants(packs, "law")] == [
        "5 changed to 6",
        "5 changed to 4",
        "7.5 changed to 7.6",
        "7.5 changed to 7.4",
        "2025-01-01 changed to 2024-12-31",
        "2025-01-01 changed to 2025-01-02",
        "GB dropped",
        "FR dropped",
        "FR: from 2025-01-01 changed to 2024-12-31",
        "FR: from 2025-01-01 changed to 2025-01-02",
    ]


def test_a_mutant_says_where_it_is(tmp_path: Path) -> None:
    law = provision("1", "derivation", "requires:", "  - {cite: (a), says: x, when: i.a and i.n >= 5}")
    packs = load(tmp_path, law=law)
    (sign,) = [m for m in mutants(packs, "law") if m.kind == "sign"]
    assert (Path(sign.span.file).name, sign.span.line) == ("law.yaml", 6)
    assert sign.span.text[sign.span.column - 1 :].startswith("i.n >= 5")
    assert (sign.about, sign.change) == ("law/1#(a)", ">= changed to >")


def test_every_mutant_can_be_made_and_is_another_text(tmp_path: Path) -> None:
    law = provision(
        "1",
        "derivation",
        "applies_when: i.a or i.b",
        "requires:",
        "  - {cite: (a), says: x, when: 'if i.a then i.n > 5 else not(i.c)'}",
        "  - cite: (b)",
        "    says: y",
        "    none_of:",
        "      - {cite: (b)(1), says: z, some: p in parties where p.q, when: p.q}",
        "      - {cite: (b)(2), says: z, when: 'i.n in (1..9]'}",
    )
    packs = load(tmp_path, law=law)
    every = list(mutants(packs, "law"))
    assert len(every) > 25
    for mutant in every:
        assert mutant.make() != mutant.part, mutant.change


def test_texts_that_would_overlap_are_no_mutants(tmp_path: Path) -> None:
    """Loading refuses two texts of a provision on one day."""
    old = provision("1", "derivation", "in_force: [{to: 2024-12-31}]", "when: i.a")
    new = provision("1", "derivation", "in_force: [{from: 2025-01-01}]", "when: i.b")
    packs = load(tmp_path, law=f"{old}\n---\n{new}")
    assert [m.change for m in mutants(packs, "law") if m.kind == "date"] == [
        "to 2024-12-31 changed to 2024-12-30",
        "from 2025-01-01 changed to 2025-01-02",
    ]
