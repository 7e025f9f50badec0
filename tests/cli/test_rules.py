"""`exportcheck rules` and `exportcheck facts` over a small pack."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from exportcheck.cli.main import run

PACK = """
pack: demo
title: Demonstration pack
authority: nobody
force: binding
current_to: 2026-01-31
stale_after_days: 180
binds_when: "true"
sections:
  - {section: "1", state: modelled}
  - {section: "2", state: not-modelled, why: only seen in part, bears: opening}
"""
GROUNDS = "grounds:\n  - {id: demo/license, family: license, cite: s. 1, says: a license}\n"
LISTS = "lists:\n  - {id: demo/friends, type: place, cite: s. 3, members: [GB, {value: AU, to: 2025-11-06}]}\n"
TERMS = """
define:
  - id: demo/friendly
    of: transaction
    type: boolean
    cite: s. 4
    says: the destination is a friend
    is: 'destination in list("demo/friends")'
"""
PROVISIONS = """
provision: demo/1(a)
kind: requirement
title: A license is needed
cite: 1 DEMO 1(a)
for_each: item
ground: demo/license
need: D-1
when: "true"
---
provision: demo/1(b)
kind: exemption
title: Not for friends
cite: 1 DEMO 1(b)
in_force: [{from: 2025-12-30, source: 1 D 7}]
for_each: item
lifts: [demo/license]
applies_when: activity = "export"
requires:
  - {cite: (b)(1), says: the destination is a friend, when: demo_friendly()}
  - cite: (b)(2)
    says: every recipient is registered
    each: p in parties where "recipient" in p.roles
    when: p.ddtc_registered
steps:
  - {cite: (b)(5), by: with-transfer, says: a statement on the invoice, keep: P5Y}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "packs" / "demo"
    folder.mkdir(parents=True)
    texts = {"pack": PACK, "grounds": GROUNDS, "lists": LISTS, "terms": TERMS, "1": PROVISIONS}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder.parent


def rules(pack: Path, *arguments: str) -> int:
    return run([*arguments, "--rules", str(pack), "--no-cache"])


def test_list_shows_sections_states_and_provisions(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(pack, "rules", "list") == 0
    out = capsys.readouterr().out
    assert out.startswith("demo  Demonstration pack ")
    assert "current to 2026-01-31" in out
    assert "modelled, 2 provisions" in out
    assert "not modelled: only seen in part" in out
    assert "exemption  Not for friends (from 2025-12-30, 1 D 7)" in out
    assert rules(pack, "rules", "list", "dmeo") == 2
    assert 'did you mean "demo"?' in capsys.readouterr().err


@pytest.mark.parametrize("name", ["demo/1(b)", "1 DEMO 1(b)", "demo/1(b)#(b)(2)"])
def test_show_prints_a_provision_in_full(pack: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(pack, "rules", "show", name) == 0
    out = capsys.readouterr().out
    for words in (
        "demo/1(b)  exemption",
        "Not for friends",
        "from 2025-12-30, 1 D 7",
        "lifts          demo/license",
        'where          activity = "export"',
        "(b)(1)  the destination is a friend",
        "when demo_friendly()",
        "each p in parties",
        "when p.ddtc_registered",
        "owed with-transfer:    a statement on the invoice, kept 5 years",
        "1.yaml:",
    ):
        assert words in out
    assert max(map(len, out.splitlines())) <= 80


def test_show_prints_terms_and_lists(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(pack, "rules", "show", "demo/friendly") == 0
    assert 'destination in list("demo/friends")' in capsys.readouterr().out
    assert rules(pack, "rules", "show", "demo/friends") == 0
    assert "GB, AU to 2025-11-06" in capsys.readouterr().out


def test_show_of_what_is_not_there_names_the_nearest(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(pack, "rules", "show", "demo/1b") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert 'did you mean "demo/1(b)"?' in err


def test_a_folder_without_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["rules", "list"], ["rules", "show", "x"], ["facts"]):
        assert rules(tmp_path, *arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.endswith("1 error\n")


def test_facts_are_listed_by_entity(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(pack, "facts") == 0
    out = capsys.readouterr().out
    assert out.index("transaction  ") < out.index("\nparty  ") < out.index("\nitem  ")
    assert max(map(len, out.splitlines())) <= 80
    assert rules(pack, "facts", "--of", "party") == 0
    out = capsys.readouterr().out
    assert "us_person" in out
    assert "\nitem" not in out


def test_a_fact_is_shown_in_full(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(pack, "facts", "end_use.military") == 0
    out = capsys.readouterr().out
    assert 'end_use: {military: "yes"}' in out
    assert '"yes", "no" or undeterminable' in out
    assert rules(pack, "facts", "aukus", "--format", "json") == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert all("aukus" in fact["name"] for fact in facts)
    assert any(fact["curable"] and fact["of"] == "party" for fact in facts)


def test_a_fact_that_is_not_there_names_the_nearest(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(pack, "facts", "ddtc_registred") == 2
    assert 'did you mean "ddtc_registered"?' in capsys.readouterr().err
    assert rules(pack, "facts", "--of", "partie") == 2
    assert 'did you mean "party"?' in capsys.readouterr().err


CASES = """
cases:
  - {name: a friend needs no license, as_of: 2026-01-02, given: friend, expect: {demo/1(b): holds, "demo/1(b)#(b)(1)": holds}}
  - {name: another country, as_of: 2026-01-02, given: friend, set: {transaction.destination: FR}, expect: {demo/1(b): %s}}
descriptions:
  friend:
    transaction: {id: A, activity: export, destination: GB}
    parties_complete: true
    parties: [{name: Bristol, roles: [recipient], ddtc_registered: true}]
    items: [{description: bolt}]
"""


def with_cases(pack: Path, outcome: str) -> None:
    (pack / "demo" / "1.cases.yaml").write_text(CASES % outcome, encoding="utf-8")


def test_cases_that_come_out_as_expected(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_cases(pack, "fails")
    assert rules(pack, "rules", "test", "demo") == 0
    out = capsys.readouterr().out
    assert "demo  2 cases, 3 checks" in out
    assert "coverage" in out
    assert "1 provision without a case: demo/1(a)" in out
    assert out.endswith("2 cases of 1 pack: all as expected\n")
    assert rules(pack, "rules", "test", "--coverage") == 0
    assert re.search(r"demo/1\(b\)#\(b\)\(2\) +never (false or )?unknown", capsys.readouterr().out)


def never(pack: Path, said: str) -> None:
    """Let clause (b)(2) say what it never is."""
    law = pack / "demo" / "1.yaml"
    text = law.read_text(encoding="utf-8")
    law.write_text(
        text.replace("    when: p.ddtc_registered\n", f"    when: p.ddtc_registered\n    never: {said}\n"), encoding="utf-8"
    )


def test_what_a_clause_can_never_be_is_not_asked_for(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_cases(pack, "fails")
    never(pack, "{values: [unknown], alone: ['false'], why: everybody is registered}")
    assert rules(pack, "rules", "test", "demo") == 0
    assert "1 clause that can never have some value says why (--coverage)" in capsys.readouterr().out
    assert rules(pack, "rules", "test", "demo", "--coverage") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "demo/1(b)#(b)(2) never unknown; never decides by being false: everybody is registered" in out
    assert "demo/1(b)#(b)(2) never false " in out.partition("of which a value was not seen")[2]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("{values: ['true'], why: nobody is registered}", "demo/1(b)#(b)(2) is true here, and says that it never is so"),
        ("{alone: ['true'], why: so}", "demo/1(b)#(b)(2) decides by being true here, and says that it never decides by being so"),
    ],
)
def test_a_case_shows_what_a_clause_says_it_never_is(
    pack: Path, capsys: pytest.CaptureFixture[str], said: str, shown: str
) -> None:
    with_cases(pack, "fails")
    never(pack, said)
    assert rules(pack, "rules", "test", "demo") == 1
    out = capsys.readouterr().out
    assert f"1.cases.yaml:3:5: a friend needs no license: {shown}" in out


UNVERIFIED = """
---
provision: demo/1(c)
kind: posture
posture: case-by-case
title: A policy known from others
cite: 1 DEMO 1(c)
for_each: item
trust: unverified
requires:
  - {cite: (c)(1), says: the destination is a friend, when: demo_friendly()}
"""


def test_what_an_unverified_text_says_decides_nothing_and_is_not_asked_to(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    law = pack / "demo" / "1.yaml"
    law.write_text(law.read_text(encoding="utf-8") + UNVERIFIED, encoding="utf-8")
    with_cases(pack, "fails, demo/1(c): unknown")
    assert rules(pack, "rules", "test", "demo", "--coverage") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "demo/1(c)#(c)(1) never true or unknown 2 cases" in out


def test_a_case_that_does_not_fails_with_its_place(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_cases(pack, "holds")
    assert rules(pack, "rules", "test") == 1
    out = capsys.readouterr().out
    assert "1.cases.yaml:4:" in out
    assert "another country: demo/1(b) is fails, and holds is expected" in out
    assert "1 check not as expected" in out


def test_a_case_that_cannot_be_read_is_an_error(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_cases(pack, "perhaps")
    assert rules(pack, "rules", "test") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert '"perhaps" is no outcome' in err


def test_every_form_shows_its_digest(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("demo/1(a)", "demo/friendly", "demo/friends"):
        assert rules(pack, "rules", "show", name) == 0
        assert re.search(r"digest +sha256:[0-9a-f]+", capsys.readouterr().out)


def test_a_table_shows_its_head_and_counts(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = pack / "demo" / "tables"
    tables.mkdir()
    head = "table: demo/marks\nfile: marks.csv\ncite: s. 5\nsource: by hand\ncurrent_to: 2026-01-31\nkey: [place]\n"
    head += "columns:\n  place: {type: place}\n  mark: {type: enum, values: [X, blank]}\n"
    (tables / "marks.table.yaml").write_text(head, encoding="utf-8")
    (tables / "marks.csv").write_text("place,mark\nGB,X\nFR,blank\nDE,X\n", encoding="utf-8")
    assert rules(pack, "rules", "show", "demo/marks") == 0
    out = capsys.readouterr().out
    assert "demo/marks  table, 3 rows" in out
    assert re.search(r"mark +text; 2 values", out) or re.search(r"mark +.*; 2 values", out)
    assert re.search(r"key +place\n", out)
    assert rules(pack, "rules", "list") == 0
    assert "1 table, 3 rows" in capsys.readouterr().out.replace("\n  ", " ")
