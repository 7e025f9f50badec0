"""EC301 to EC305: what nothing reads."""

from __future__ import annotations

from pathlib import Path

from tests.lint.found import found
from tests.rulepack.small import provision, write

FACTS = """
    facts:
      - {name: a, of: item, type: boolean, question: "a?"}
      - {name: b, of: item, type: boolean, question: "b?"}
      - {name: q, of: party, type: boolean, question: "q?"}
"""
LISTS = """
    lists:
      - {id: law/one, type: place, cite: s. 1, members: [GB]}
      - {id: law/two, type: place, cite: s. 1, members: [US], union: [law/one]}
"""
PARAMETERS = "parameters: [{id: law/limit, unit: number, cite: s. 1, values: {2020-01-01: 5}}]"
TERMS = """
    define:
      - {id: law/good, of: item, type: boolean, cite: s. 2, says: it is good, is: i.a, stated_as: b}
"""


def test_a_fact_that_nothing_reads(tmp_path: Path) -> None:
    assert found(tmp_path / "1", "EC301", facts=FACTS, law=provision("1", "derivation", "when: i.a")) == ["b", "q"]
    everything = provision("1", "derivation", "each: p in parties where p.q", "when: law_good(i)")
    assert found(tmp_path / "2", "EC301", facts=FACTS, terms=TERMS, law=everything) == []


def test_a_definition_that_nothing_uses(tmp_path: Path) -> None:
    assert found(tmp_path / "1", "EC302", facts=FACTS, terms=TERMS, law=provision("1", "derivation", "when: i.a")) == ["law/good"]
    assert found(tmp_path / "2", "EC302", facts=FACTS, terms=TERMS, law=provision("1", "derivation", "when: law_good(i)")) == []


def test_a_figure_that_nothing_uses(tmp_path: Path) -> None:
    assert found(tmp_path / "1", "EC303", parameters=PARAMETERS, law=provision("1", "derivation", "when: i.a")) == ["law/limit"]
    used = provision("1", "derivation", 'when: i.n > param("law/limit")')
    assert found(tmp_path / "2", "EC303", parameters=PARAMETERS, law=used) == []


def test_a_list_that_nothing_uses(tmp_path: Path) -> None:
    assert found(tmp_path / "1", "EC304", lists=LISTS, law=provision("1", "derivation", "when: i.a")) == ["law/two"]
    used = provision("1", "derivation", "when: 'destination in list(\"law/two\")'")
    assert found(tmp_path / "2", "EC304", lists=LISTS, law=used) == []


def test_a_table_that_nothing_uses(tmp_path: Path) -> None:
    for number, when, expected in (("1", "i.a", ["law/t"]), ("2", 'lookup("law/t", destination, "arms")', [])):
        root = tmp_path / number
        write(
            root / "rules",
            {
                "law/tables/t.csv": "place,what,ok\nGB,arms,true\n",
                "law/tables/t.table.yaml": """
                    table: law/t
                    file: t.csv
                    cite: s. 3
                    source: the text
                    current_to: 2026-01-01
                    key: [place, what]
                    columns: {place: {type: place}, what: {type: text}, ok: {type: boolean}}
                """,
            },
        )
        assert found(root, "EC305", law=provision("1", "derivation", f"when: '{when}'")) == expected
