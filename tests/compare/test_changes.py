"""A small pack and what is done to it: what the comparison says of each, with an example that both sides confirm."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exportcheck.compare.compare import Comparer, Options
from exportcheck.compare.model import Comparison
from exportcheck.compare.sides import make_side
from exportcheck.engine.check import Engine
from tests.rulepack.small import FACTS, GROUNDS, HEAD, load, provision, write

LISTS = """
    lists:
      - {id: law/allies, type: place, cite: 1 XYZ 5, members: [FR, GB, JP]}
"""
PARAMETERS = "parameters:\n- {id: law/most, unit: number, cite: 1 XYZ 7, values: {2020-01-01: 10}}"
TERMS = "define:\n- {id: law/small, of: item, type: boolean, cite: 1 XYZ 8, says: it is small, is: 'i.n <= param(\"law/most\")'}"
SUBJECT = provision("subject", "scope", "effect: subject", "for_each: item", "when: i.a")
LICENSED = provision("licensed", "requirement", "for_each: item", "ground: law/LICENSE", "need: L-1", "when: i.a")
EXEMPT = provision(
    "exempt",
    "exemption",
    "for_each: item",
    "lifts: [license]",
    "applies_when: 'destination in list(\"law/allies\")'",
    "in_force: [{from: 2024-01-01, source: 1 FR 1}]",
    "all_of:",
    "  - {cite: (1), says: it is small, says_not: it is not small, when: law_small(i)}",
    "  - {cite: (2), says: b or c, says_not: neither b nor c, when: i.b or i.c}",
    "paper: {cite_as: 1 XYZ 9}",
)
POSTURE = provision("posture", "posture", "for_each: item", "posture: case-by-case", "when: i.b")
FILES = {
    "pack": HEAD,
    "facts": FACTS,
    "grounds": GROUNDS,
    "lists": LISTS,
    "parameters": PARAMETERS,
    "terms": TERMS,
    "law": "\n---\n".join((SUBJECT, LICENSED, EXEMPT, POSTURE)),
    "law.cases": """
        descriptions:
          small:
            transaction: {id: S, transfer_date: 2026-03-02, activity: export, origin: US, destination: GB}
            items: [{line: 1, a: true, b: true, c: false, n: 5}]
        cases:
          - {name: small, given: small, expect: {law/exempt: holds}}
          - {name: large, given: small, set: {"items[0].n": 50}, expect: {law/exempt: fails}}
    """,
}


def compared(tmp_path: Path, changes: dict[str, tuple[str, str]], day: date | None = None) -> Comparison:
    """The pack against itself with, in each file named, one text put for another."""
    files = dict(FILES)
    for name, (old, new) in changes.items():
        assert files[name].count(old) >= 1, old
        files[name] = files[name].replace(old, new)
    before, after = load(tmp_path / "old", **FILES), load(tmp_path / "new", **files)
    return Comparer(make_side(before, "old", day), make_side(after, "new", day), Options()).run()


def said(comparison: Comparison) -> dict[str, str]:
    return {c.id: ", ".join(e.directions) or e.finding for c, e in zip(comparison.changes, comparison.effects, strict=True)}


FOUND = {
    "a sign": ({"terms": ("<=", "<")}, {"law/small": "stricter"}),
    "a threshold": ({"parameters": ("10", "12")}, {"law/most": "looser"}),
    "a country less": ({"lists": ("FR, GB, JP", "FR, GB")}, {"law/allies": "stricter"}),
    "a country more": ({"lists": ("FR, GB, JP", "FR, GB, JP, DE")}, {"law/allies": "looser"}),
    "an alternative gone": ({"law": ("i.b or i.c", "i.b")}, {"law/exempt": "stricter"}),
    "and for or": ({"law": ("i.b or i.c", "i.b and i.c")}, {"law/exempt": "stricter"}),
    "both ways": ({"law": ("i.b or i.c", "i.c")}, {"law/exempt": "stricter"}),
    "a clause gone": (
        {"law": ("\n  - {cite: (1), says: it is small, says_not: it is not small, when: law_small(i)}", "")},
        {"law/exempt": "looser"},
    ),
    "a wider requirement": ({"law": ("need: L-1\nwhen: i.a", "need: L-1\nwhen: i.a or i.c")}, {"law/licensed": "no verdict"}),
    "a posture": ({"law": ("posture: case-by-case", "posture: policy-of-denial")}, {"law/posture": "no verdict"}),
    "a date": ({"law": ("from: 2024-01-01", "from: 2025-01-01")}, {"law/exempt": "stricter"}),
}


@pytest.mark.parametrize("what", [w for w in FOUND if w != "a wider requirement"])
def test_one_change_is_found_with_its_direction(what: str, tmp_path: Path) -> None:
    changes, expected = FOUND[what]
    comparison = compared(tmp_path, changes)
    assert said(comparison) == expected
    for change, effect in zip(comparison.changes, comparison.effects, strict=True):
        for witness in effect.witnesses:
            assert {witness.old.verdict, witness.new.verdict} == {"pass", "fail"}
            assert witness.old.day == change.old_day
            assert f"id: diff-{change.id.removeprefix('law/')}" in witness.text


def test_the_example_is_what_both_sides_say_of_it(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {"terms": ("<=", "<")})
    (witness,) = comparison.effects[0].witnesses
    old, new = load(tmp_path / "old", **FILES), load(tmp_path / "new", **{**FILES, "terms": TERMS.replace("<=", "<")})
    verdicts = [Engine(p).check(witness.transaction, d.day).verdict for p, d in ((old, witness.old), (new, witness.new))]
    assert verdicts == ["pass", "fail"]
    assert "n: '10'" in witness.text
    assert "line 1: n 10" in witness.story


def test_nothing_can_be_left_out_of_an_example(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {"terms": ("<=", "<")})
    (witness,) = comparison.effects[0].witnesses
    assert witness.facts == 4, witness.text  # the destination, a, b and the figure


REWRITTEN = {
    "a comment and spaces": {"law": ("i.b or i.c", "(i.b)   or i.c")},
    "another order": {"law": ("i.b or i.c", "i.c or i.b")},
    "a figure for a parameter": {"terms": ('param("law/most")', "10")},
    "a list written out": {"law": ('destination in list("law/allies")', 'destination in ["JP", "GB", "FR"]')},
    "a condition as clauses": {
        "law": (
            "{cite: (2), says: b or c, says_not: neither b nor c, when: i.b or i.c}",
            "{cite: (2), says: b or c, any_of: [{cite: (2), id: c, says: c, when: i.c}, {cite: (2), id: b, says: b, when: i.b}]}",
        )
    },
    "twice not": {"law": ("i.b or i.c", "not(not(i.b) and not(i.c))")},
    "what the solver sees": {"law": ("when: law_small(i)", "when: law_small(i) and i.n < 1000")},
}


@pytest.mark.parametrize("what", REWRITTEN)
def test_what_is_only_written_otherwise_is_proved_equal(what: str, tmp_path: Path) -> None:
    comparison = compared(tmp_path, REWRITTEN[what])
    assert set(said(comparison).values()) <= {"equal"}
    assert comparison.exit_code == 0


def test_the_direction_that_is_excluded_is_said(tmp_path: Path) -> None:
    (effect,) = compared(tmp_path, {"law": ("i.b or i.c", "i.b")}).effects
    assert (effect.directions, effect.settled) == (("stricter",), ("looser",))
    (effect,) = compared(tmp_path / "both", {"law": ("i.b or i.c", "(i.b and i.n > 3) or i.c or i.n = 7")}).effects
    assert (set(effect.directions), effect.settled) == ({"stricter", "looser"}, ())


def test_another_order_of_provisions_and_of_members_is_no_change(tmp_path: Path) -> None:
    files = {
        **FILES,
        "law": "\n---\n".join((POSTURE, EXEMPT, LICENSED, SUBJECT)),
        "lists": LISTS.replace("FR, GB, JP", "JP, FR, GB"),
    }
    old, new = load(tmp_path / "old", **FILES), load(tmp_path / "new", **files)
    assert Comparer(make_side(old, "old"), make_side(new, "new"), Options()).run().changes == ()


def test_another_sentence_is_wording(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {"law": ("says: b or c,", "says: it is b or c,")})
    (change,) = comparison.changes
    assert (change.kind, change.equal, comparison.exit_code) == ("wording", True, 0)


def test_a_new_number_is_renumbering(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {"law": ("provision: law/posture", "provision: law/9.1")})
    (change,) = comparison.changes
    assert (change.kind, change.old_id, change.id, change.equal) == ("renumbered", "law/posture", "law/9.1", True)


def test_a_term_that_moved_into_the_clause_is_equal_and_gone(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {"law": ("when: law_small(i)", "when: 'i.n <= 10'"), "terms": (TERMS, "define: []")})
    assert said(comparison) == {"law/exempt": "equal", "law/small": "no verdict"}


def test_of_two_changes_each_has_an_example_of_its_own(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {"lists": ("FR, GB, JP", "FR, GB, JP, DE"), "terms": ("<=", "<")})
    effects = dict(zip((c.id for c in comparison.changes), comparison.effects, strict=True))
    assert {i: e.directions for i, e in effects.items()} == {"law/small": ("stricter",), "law/allies": ("looser",)}
    assert "destination: DE" in effects["law/allies"].witnesses[0].text
    assert "DE" not in effects["law/small"].witnesses[0].text


def test_on_a_day_before_the_change_there_is_none(tmp_path: Path) -> None:
    change = {"law": ("from: 2024-01-01", "from: 2025-01-01")}
    assert compared(tmp_path / "a", change, date(2026, 3, 2)).changes == ()
    assert said(compared(tmp_path / "b", change, date(2024, 6, 1))) == {"law/exempt": "stricter"}


def test_what_nothing_shows_and_nothing_proves_is_not_decided(tmp_path: Path) -> None:
    comparison = compared(
        tmp_path, {"facts": ("{name: n, of: item, type: number,", "{name: n, of: item, type: number, least: 0,")}
    )
    assert said(comparison) == {"item.n": "not decided"}
    assert comparison.exit_code == 3


TABLED = {
    **FILES,
    "duties.table": """
        table: law/duties
        file: duties.csv
        cite: 1 XYZ 10
        source: made up
        key: [place]
        columns: {place: {type: place}, rate: {type: number}}
    """,
    "law": FILES["law"].replace("when: i.b or i.c", "when: 'lookup(\"law/duties#rate\", destination) > 3'"),
}


def test_a_row_of_a_table_is_found_and_never_taken_for_proved(tmp_path: Path) -> None:
    for side, rate in (("old", 5), ("new", 2)):
        write(tmp_path / side, {"rules/law/duties.csv": f"place,rate\nGB,{rate}\nFR,9\n"})
    old, new = load(tmp_path / "old", **TABLED), load(tmp_path / "new", **TABLED)
    comparison = Comparer(make_side(old, "old"), make_side(new, "new"), Options()).run()
    assert said(comparison) == {"law/duties": "stricter"}
    (detail,) = comparison.changes[0].details
    assert (detail.part, detail.old, detail.new) == ("GB", "rate 5", "rate 2")
