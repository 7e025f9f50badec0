"""Every mistake in a pack is found when it is loaded: where it stands, what is wrong, and what would be right."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.rulepack.load import load_packs
from tests.rulepack.small import HEAD, pack, problems, provision, write
from tests.rulepack.test_constructs import CONTROLS, LICENSED, LIFTS, TABLE

DERIVED = provision("1", "derivation", "when: i.a")


def law(*lines: str, kind: str = "derivation") -> dict[str, str]:
    return {"law": provision("1", kind, *lines)}


def laws(*texts: str) -> dict[str, str]:
    return {"law": "\n---\n".join(texts)}


def term(id: str, is_: str, of: str = "item", more: str = "") -> str:
    return f"  - {{id: law/{id}, of: {of}, type: boolean, cite: 1 XYZ 8, says: it is, is: '{is_}'{more}}}\n"


MISTAKES: dict[str, tuple[dict[str, str], str, str, str]] = {
    # name: files, what is said, part of the hint, place
    # ---- the text
    "not-yaml": ({"law": "provision: [law/1"}, "not YAML", "closing ]", "law.yaml:"),
    "tab": ({"law": "provision: law/1\n\tkind: duty"}, "tab", "spaces", "law.yaml:2"),
    "double-key": ({"law": DERIVED + "\ncite: 1 XYZ 10"}, '"cite" is given twice', "line 4", "law.yaml:6:1"),
    "alias": ({"law": "provision: &x law/1\nkind: *x"}, "aliases", "write the value out", "law.yaml:2"),
    "empty-file": ({"law": " \n"}, "empty", "", "law.yaml"),
    "a-list": ({"law": "- provision: law/1"}, "maps of keys", "", "law.yaml:1:1"),
    "a-text": ({"law": "provision"}, "maps of keys", "", "law.yaml:1:1"),
    "nothing-known": ({"law": "provison: law/1"}, "says nothing that a pack can hold", '"provision"', "law.yaml:1:1"),
    # ---- keys and nodes
    "unknown-key": (law("wen: i.a"), 'no key "wen"', '"when"', "law.yaml:5:1"),
    "null": (law("when:"), '"when" has no value', "leave the key out", "law.yaml:5"),
    "kind": (law("when: i.a", kind="exemtion"), '"kind" cannot be "exemtion"', '"exemption"', "law.yaml:2:7"),
    "no-cite": ({"law": "provision: law/1\nkind: derivation\ntitle: t\nwhen: i.a"}, 'needs "cite"', "", "law.yaml:1"),
    "no-title": (
        {"law": "provision: law/1\nkind: derivation\ncite: c\nwhen: i.a"},
        "neither a title nor says",
        "sentence",
        "law.yaml:1",
    ),
    "says-nothing": (law(), "law/1 says nothing", "applies_when", "law.yaml:1"),
    "map-for-text": (law("when: {i: a}"), "a condition is one text", "", "law.yaml:5"),
    "list-for-text": (law("when: i.a", "says: [a]"), '"says" is a text', "", "law.yaml:6:7"),
    "text-for-map": (law("limits: law", "when: i.a", kind="limitation"), "limits is a map", "", "law.yaml:5:9"),
    "text-for-clause": (law("requires: [i.a]"), "a clause is a map", "", "law.yaml:5:12"),
    "requires-nothing": (law("requires: []", "applies_when: i.a"), "requires nothing", "says", "law.yaml:5"),
    "any-of-nothing": (law("any_of: []"), "any_of over nothing", "clauses", "law.yaml:5"),
    "several-forms": (
        law("when: i.a", "any_of: [{says: b, when: i.b}]"),
        "says several things: when, any_of",
        "requires",
        "law.yaml:1",
    ),
    "clause-without-form": (law("requires: [{says: a}]"), "the clause says nothing", "exactly one of", "law.yaml:5"),
    "clause-with-two-forms": (
        law("requires: [{says: a, when: i.a, holds: law/1}]"),
        "several things: when, holds",
        "exactly",
        "law.yaml:5",
    ),
    "never-what": (
        law("requires: [{says: a, when: i.a, never: {why: so}}]"),
        "does not say what the clause never is",
        "alone",
        "law.yaml:5",
    ),
    "never-why": (law("requires: [{says: a, when: i.a, never: {values: [true]}}]"), 'needs "why"', "", "law.yaml:5"),
    "never-value": (
        law("requires: [{says: a, when: i.a, never: {values: [yes], why: so}}]"),
        '"yes" is no value',
        "values: [true, false, unknown]",
        "law.yaml:5",
    ),
    "never-alone": (
        law("requires: [{says: a, when: i.a, never: {alone: [unknown], why: so}}]"),
        '"unknown" is no value',
        "alone: [true, false]",
        "law.yaml:5",
    ),
    "flag": (law("when: i.a", "not_gated: yes"), '"not_gated" cannot be "yes"', "one of: true, false", "law.yaml:6:12"),
    "wrong-pack": (
        {"law": "provision: itar/1\nkind: derivation\ntitle: t\ncite: c\nwhen: i.a"},
        "called law/...",
        "law/1",
        "law.yaml:1:12",
    ),
    "no-id": ({"law": "provision: ''\nkind: derivation\ntitle: t\ncite: c\nwhen: i.a"}, '"provision" is empty', "", "law.yaml:1"),
    # ---- names and types in conditions
    "unknown-fact": (law("when: i.wight > 3"), 'an item has no fact named "wight"', "", "law.yaml:5:7"),
    "near-fact": (law('when: destinaton = "GB"'), 'nothing is named "destinaton"', '"destination"', "law.yaml:5:7"),
    "fact-of-another": (law("when: p.q"), 'nothing is named "p.q"', "", "law.yaml:5:7"),
    "type": (law("when: i.n = true"), "", "", "law.yaml:5"),
    "not-boolean": (law("when: i.n"), "a number", "", "law.yaml:5:7"),
    "syntax": (law("when: i.a and"), "ends too early", "", "law.yaml:5"),
    "division": (law("when: i.n / 2 > 1"), "no place in a condition", "percent", "law.yaml:5:11"),
    "place": (law('when: destination = "Britain"'), "no place code", "ISO", "law.yaml:5"),
    "no-such-day": (law('when: transfer_date > date("2026-02-30")'), "there is no 2026-02-30", "month", "law.yaml:5"),
    "unknown-list": (law('when: destination in list("law/nowhere")'), 'no list "law/nowhere"', "", "law.yaml:5"),
    "unknown-parameter": (law('when: i.n > param("law/none")'), 'no parameter "law/none"', "", "law.yaml:5"),
    "unknown-table": (law('when: i.n > lookup("law/none", destination)'), 'no table "law/none"', "", "law.yaml:5"),
    "unknown-definition": (law("when: law_none(i)"), "law_none", "", "law.yaml:5"),
    "unknown-ground": (law('when: required("law/LISENCE", i)'), 'no ground "law/LISENCE"', '"law/LICENSE"', "law.yaml:5"),
    "unknown-provision": (law('when: holds("law/2", i)'), 'no provision "law/2"', '"law/1"', "law.yaml:5"),
    "each-over-nothing": (law("each: p in partys", "when: p.q"), "partys", '"parties"', "law.yaml:5"),
    "each-of-a-list": (law("each: [p]", "when: p.q"), "", "", "law.yaml:5"),
    "each-without-body": (
        law("requires: [{says: a, each: p in parties}]"),
        "exactly one thing said of the member",
        "when",
        "law.yaml:5",
    ),
    "holds-quoted": (law("""requires: [{says: a, holds: 'law/1") or not("x'}]"""), "names no provision", "", "law.yaml:5"),
    "holds-of-text": (law("requires: [{says: a, holds: law/2, of: p q}]"), "", "variable", "law.yaml:5"),
    "holds-of-nobody": (
        laws(
            DERIVED,
            provision("2", "derivation", "for_each: party", "when: p.q"),
            provision("3", "derivation", "requires: [{says: a, holds: law/2}]"),
        ),
        "said of a party",
        "",
        "law.yaml:18",
    ),
    "holds-of-another-kind": (
        laws(
            provision("2", "derivation", "for_each: party", "when: p.q"),
            provision("3", "derivation", "requires: [{says: a, holds: law/2, of: i}]"),
        ),
        "a party is wanted",
        "",
        "law.yaml:12",
    ),
    "no-such-paragraph": (
        laws(
            provision("2", "derivation", "requires: [{cite: (a), says: a, when: i.a}]"),
            provision("3", "derivation", 'when: holds("law/2#(b)", i)'),
        ),
        'law/2 has no paragraph "(b)"',
        "(a)",
        "law.yaml:7",
    ),
    # ---- what each kind needs
    "requirement": (law("when: i.a", kind="requirement"), "a requirement needs ground", "", "law.yaml:1"),
    "exemption": (law("when: i.a", kind="exemption"), "an exemption needs lifts", "", "law.yaml:1"),
    "limitation": (law("when: i.a", kind="limitation"), "a limitation needs limits", "", "law.yaml:1"),
    "scope": (law("when: i.a", kind="scope"), "a scope needs effect", "", "law.yaml:1"),
    "posture": (law("when: i.a", kind="posture"), "a posture needs posture", "", "law.yaml:1"),
    "duty": (law("when: t", kind="duty"), "a duty needs steps", "", "law.yaml:1"),
    "misplaced": (law("when: i.a", "effect: subject"), '"effect" has no meaning in a derivation', "", "law.yaml:6:9"),
    "misplaced-lifts": (
        law("requires: [{says: a, when: i.a, lifts: [law/LICENSE]}]"),
        '"lifts" has no meaning',
        "exemptions",
        "law.yaml:5",
    ),
    "ground": (
        law("ground: law/LICENCE", "when: i.a", kind="requirement"),
        'no ground "law/LICENCE"',
        "law/LICENSE",
        "law.yaml:5:9",
    ),
    "lifts": (law("lifts: [licence]", "when: i.a", kind="exemption"), 'no ground or family "licence"', '"license"', "law.yaml:5"),
    "family": (
        law("raises: {each: g, in: papers}", "when: i.a", kind="requirement"),
        'no family of grounds "papers"',
        '"paper"',
        "law.yaml:5",
    ),
    "raises-variable": (
        law("raises: {each: 'g h', in: all}", "when: i.a", kind="requirement"),
        "cannot name a variable",
        "",
        "law.yaml:5",
    ),
    "bears-when": (law("when: i.a", "bears_when: i.b"), '"bears_when" goes with not_modelled', "", "law.yaml:6"),
    # ---- time
    "no-such-date": (law("when: i.a", "in_force: [{from: 2026-02-30}]"), "no day of the calendar", "month", "law.yaml:6"),
    "date-form": (law("when: i.a", "in_force: [{from: 1 May 2026}]"), "is no date", "2026-01-31", "law.yaml:6"),
    "end-of-the-calendar": (law("when: i.a", "in_force: [{to: 9999-12-31}]"), "too far away", "leave out", "law.yaml:6"),
    "backwards": (law("when: i.a", "in_force: [{from: 2026-02-01, to: 2026-01-01}]"), "ends before it starts", "", "law.yaml:6"),
    "periods-overlap": (
        law("when: i.a", "in_force: [{to: 2026-02-01}, {from: 2026-02-01}]"),
        "two of these periods overlap",
        "",
        "law.yaml:6",
    ),
    "texts-overlap": (laws(DERIVED, DERIVED), "two texts of law/1", "law.yaml:1", "law.yaml:7"),
    "texts-differ": (
        laws(
            DERIVED + "\nin_force: [{to: 2026-01-01}]",
            provision("1", "notice", "for_each: item", "when: i.a", "in_force: [{from: 2026-01-02}]"),
        ),
        "differ in kind",
        "another id",
        "law.yaml:8",
    ),
    "status": (law("when: i.a", "in_force: [{status: staid}]"), '"status" cannot be "staid"', '"stayed"', "law.yaml:6"),
    "emptied": (
        law("any_of:", "- {cite: (a), says: a, when: i.a, in_force: [{to: 2026-01-01}]}", kind="derivation"),
        "on 2026-01-02 nothing is left",
        "clause for that day",
        "law.yaml:1",
    ),
    "emptied-before": (
        law("any_of:", "- {cite: (a), says: a, when: i.a, in_force: [{from: 2026-01-01}]}"),
        "before the first date nothing is left",
        "",
        "law.yaml:1",
    ),
    # ---- between provisions
    "cycle": (
        laws(provision("2", "derivation", 'when: holds("law/3", i)'), provision("3", "derivation", 'when: holds("law/2", i)')),
        "law/2 -> law/3 -> law/2",
        "itself",
        "law.yaml:1",
    ),
    "self": (law("requires: [{says: a, holds_not: law/1}]"), "law/1 -> law/1", "", "law.yaml:1"),
    "cycle-of-grounds": (
        law("ground: law/LICENSE", 'when: required("license", i)', kind="requirement"),
        "law/1 -> law/1",
        "",
        "law.yaml:1",
    ),
    "cycle-of-raised-grounds": (
        law("raises: {each: g, in: all}", "when: required(g, i)", kind="requirement"),
        "law/1 -> law/1",
        "",
        "law.yaml:1",
    ),
    "cycle-through-limits": (
        laws(LIFTS, provision("2", "limitation", "limits: {all_of_pack: law}", 'when: holds("law/exempt", i)')),
        "depend on each other",
        "",
        "law.yaml:1",
    ),
    "overrides-nothing": (laws(DERIVED, LIFTS + "\noverrides: [law/2]"), 'no provision "law/2"', '"law/1"', "law.yaml:16"),
    "overrides-a-derivation": (
        laws(DERIVED, LIFTS + "\noverrides: [law/1]"),
        "neither a prohibition nor a limitation",
        "",
        "law.yaml:7",
    ),
    "collision": (
        laws(LIFTS + "\noverrides: [law/2]", provision("2", "limitation", "limits: {only: [law/exempt]}", "when: t")),
        "overrides law/2, which names it",
        "which prevails",
        "law.yaml:1",
    ),
    "override-without-effect": (
        laws(
            LIFTS + "\noverrides: [law/2]",
            LIFTS.replace("/exempt", "/x"),
            provision("2", "limitation", "limits: {only: [law/x]}", "when: t"),
        ),
        "does not limit it",
        "",
        "law.yaml:1",
    ),
    "mutual": (
        laws(
            provision("2", "prohibition", "when: i.a", "overrides: [law/3]"),
            provision("3", "prohibition", "when: i.b", "overrides: [law/2]"),
        ),
        "override each other",
        "prevails",
        "law.yaml:1",
    ),
    "limited-and-spared": (
        laws(LIFTS, provision("2", "limitation", "limits: {only: [law/exempt], except: [law/exempt]}", "when: t")),
        "limited and spared",
        "say one",
        "law.yaml:11",
    ),
    "limits-a-derivation": (
        laws(DERIVED, provision("2", "limitation", "limits: {only: [law/1]}", "when: t")),
        "is a derivation",
        "",
        "law.yaml:7",
    ),
    "spares-a-derivation": (
        laws(DERIVED, provision("2", "limitation", "limits: {all_of_pack: law, except: [law/1]}", "when: t")),
        "cannot be spared",
        "",
        "law.yaml:7",
    ),
    "limits-no-pack": (law("limits: {all_of_pack: lav}", "when: t", kind="limitation"), 'no pack "lav"', '"law"', "law.yaml:1"),
    "limits-both": (
        laws(LIFTS, provision("2", "limitation", "limits: {all_of_pack: law, only: [law/exempt]}", "when: t")),
        "all_of_pack, or only",
        "",
        "law.yaml:15",
    ),
    "limits-paragraph": (
        laws(LIFTS, provision("2", "limitation", "limits: {only: ['law/exempt#(3)']}", "when: t")),
        'law/exempt has no paragraph "(3)"',
        "",
        "law.yaml:11",
    ),
    "spares-nobody": (
        law("limits: {all_of_pack: law, except: [law/2]}", "when: t", kind="limitation"),
        'no provision "law/2"',
        "",
        "law.yaml:5",
    ),
    "together-with-a-duty": (
        laws(DERIVED, LIFTS + "\ntogether_with: [law/1]"),
        "covers together with law/1",
        "only exemptions",
        "law.yaml:7",
    ),
    "before-without-done": (
        law("lifts: [license]", "when: i.a", "steps: [{cite: s, by: before-transfer, says: notify}]", kind="exemption"),
        "never be known done",
        "done_when",
        "law.yaml:7",
    ),
    "keep": (
        law(
            "lifts: [license]", "when: i.a", "steps: [{cite: s, by: with-transfer, says: keep, keep: 5 years}]", kind="exemption"
        ),
        "no length of time",
        "P5Y",
        "law.yaml:7",
    ),
    # ---- data
    "list-twice": (
        {"lists": "lists:\n- {id: law/x, cite: c, members: [GB]}\n- {id: law/x, cite: c, members: [FR]}"},
        "two lists",
        "another id",
        "lists.yaml:3",
    ),
    "member-type": (
        {"lists": "lists:\n- {id: law/x, type: place, cite: c, members: [UK2]}"},
        '"UK2" is no place',
        "ISO 3166",
        "lists.yaml:2",
    ),
    "member-null": (
        {"lists": "lists:\n- {id: law/x, type: place, cite: c, members: [null]}"},
        "a member is a value",
        "",
        "lists.yaml:2",
    ),
    "member-list": (
        {"lists": "lists:\n- {id: law/x, type: place, cite: c, members: [[GB]]}"},
        "a member is a value",
        "",
        "lists.yaml:2",
    ),
    "member-date": (
        {"lists": "lists:\n- {id: law/x, cite: c, members: [{value: GB, to: 2026-13-01}]}"},
        "no day of the calendar",
        "",
        "lists.yaml:2",
    ),
    "member-twice": (
        {"lists": "lists:\n- {id: law/x, cite: c, members: [GB, FR, GB]}"},
        "GB is a member twice",
        "",
        "lists.yaml:2",
    ),
    "list-type": (
        {"lists": "lists:\n- {id: law/x, type: plaice, cite: c, members: [GB]}"},
        '"plaice" is no type',
        "place",
        "lists.yaml:2",
    ),
    "list-unknown-union": (
        {"lists": "lists:\n- {id: law/x, cite: c, members: [GB], union: [law/y]}"},
        'no list "law/y"',
        '"law/x"',
        "lists.yaml:2",
    ),
    "list-cycle": (
        {"lists": "lists:\n- {id: law/x, cite: c, members: [GB], union: [law/x]}"},
        "hold each other",
        "",
        "lists.yaml:2",
    ),
    "list-of-another-type": (
        {
            "lists": "lists:\n- {id: law/x, cite: c, members: [GB], union: [law/y]}\n"
            "- {id: law/y, type: text, cite: c, members: [GB]}"
        },
        "law/x is a list of place, and law/y one of text",
        "a union is of one type",
        "lists.yaml:2",
    ),
    "list-of-nothing": ({"lists": "lists:\n- {id: law/x, cite: c}"}, "neither members nor a union", "", "lists.yaml:2"),
    "lists-text": ({"lists": "lists: law/x"}, "a list is a map", "", "lists.yaml:1"),
    "figure": (
        {"parameters": "parameters:\n- {id: law/x, cite: c, values: {2026-01-01: 1e99999}}"},
        "is no number",
        "25",
        "parameters.yaml:2",
    ),
    "figure-date": (
        {"parameters": "parameters:\n- {id: law/x, cite: c, values: {2026-02-29: 1}}"},
        "no day of the calendar",
        "",
        "parameters.yaml:2",
    ),
    "figure-undated": (
        {"parameters": "parameters:\n- {id: law/x, cite: c, values: 25}"},
        "a map of dates",
        "1996-04-24",
        "parameters.yaml:2",
    ),
    "figure-missing": (
        {"parameters": "parameters:\n- {id: law/x, cite: c, values: {}}"},
        "has no figure",
        "",
        "parameters.yaml:2",
    ),
    "ground-twice": ({"more": "grounds:\n- {id: law/LICENSE, family: f, cite: c}"}, "two grounds", "", ".yaml:"),
    "fact-twice": ({"more": 'facts:\n- {name: a, of: item, type: boolean, question: "a?"}'}, "declared twice", "", ".yaml:"),
    "fact-type": (
        {"more": 'facts:\n- {name: z, of: item, type: bool, question: "z?"}'},
        '"bool" is no type',
        "boolean",
        "more.yaml:2",
    ),
    "term-twice": ({"terms": "define:\n" + term("x", "i.a") + term("x", "i.b")}, "two definitions", "", "terms.yaml:3"),
    "term-called-alike": (
        {"terms": "define:\n" + term("x-y", "i.a") + term("x.y", "i.b")},
        "both called as law_x_y",
        "",
        "terms.yaml:3",
    ),
    "term-cycle": (
        {"terms": "define:\n" + term("x", "law_y(i)") + term("y", "law_x(i)")},
        "law/x -> law/y -> law/x",
        "",
        "terms.yaml:2",
    ),
    "term-type": ({"terms": "define:\n" + term("x", "i.n")}, "a number", "", "terms.yaml:2"),
    "term-stated": ({"terms": "define:\n" + term("x", "i.a", more=", stated_as: n")}, "no boolean fact", "", "terms.yaml:2"),
    "term-variable": ({"terms": "define:\n" + term("x", "i.a", more=", as: 1x")}, "cannot name a variable", "", "terms.yaml:2"),
    "term-without-id": (
        {"terms": "define:\n- {of: item, type: boolean, cite: c, says: s, is: i.a}"},
        'needs "id"',
        "",
        "terms.yaml:2",
    ),
    "term-text": ({"terms": "define: [x]"}, "a definition is a map", "", "terms.yaml:1"),
    # ---- the head
    "no-authority": ({"pack": HEAD.replace("    authority: 1 XYZ\n", "")}, 'needs "authority"', "", "pack.yaml:"),
    "other-name": (
        {"pack": HEAD.replace("pack: law", "pack: lav")},
        "the pack in this folder is called law",
        "path",
        "pack.yaml:2",
    ),
    "binds": ({"pack": HEAD.replace('"true"', "i.a")}, "", "", "pack.yaml:7"),
    "never-binds": (
        {"pack": HEAD.replace('    binds_when: "true"\n', "")},
        "a binding pack says when",
        "binds_when",
        "pack.yaml:2",
    ),
    "current-to": ({"pack": HEAD.replace("2026-09-01", "2026-09-31")}, "no day of the calendar", "", "pack.yaml:6"),
    "force": ({"pack": HEAD.replace("binding", "bidning")}, '"force" cannot be', '"binding"', "pack.yaml:5"),
    "section": (
        {"pack": HEAD + '    sections: [{section: "1", state: not-modelled}]\n'},
        "nothing says why",
        "why",
        "pack.yaml:8",
    ),
    "requires-pack": ({"pack": HEAD + "    requires: [ear]\n"}, 'the pack "ear" is required', "", "pack.yaml:2"),
    "form-of-lists": ({"pack": HEAD + "    form: {permanent: [L-1]}\n"}, '"permanent" is a text', "", "pack.yaml:8"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_with_its_place(tmp_path: Path, name: str) -> None:
    files, message, hint, place = MISTAKES[name]
    found = problems(tmp_path, **{"law": DERIVED, **files})
    fitting = [p for p in found if message in p.message]
    assert fitting, [p.render() for p in found]
    assert any(hint in p.hint for p in fitting), [p.hint for p in fitting]
    assert any(place in str(p.span) for p in fitting), [str(p.span) for p in fitting]
    assert len(found) <= 4, [p.render() for p in found]


ROWS: dict[str, tuple[str, str, str, str]] = {
    # name: declaration, rows, what is said, place
    "missing-column": (TABLE, "place,rate,from\nGB,5,\n", 'the column "to" is missing', "duties.csv:1"),
    "misspelt-column": (TABLE, "place,rat,from,to\nGB,5,,\n", 'the column "rat" is not declared', "duties.csv:1"),
    "column-twice": (TABLE, "place,rate,from,to,to\nGB,5,,,\n", "a column is given twice", "duties.csv:1"),
    "ragged": (TABLE, "place,rate,from,to\nGB,5\n", "the row has 2 cells, and there are 4 columns", "duties.csv:2"),
    "too-many": (TABLE, "place,rate,from,to\nFR,1,,\nGB,5,,,x\n", "the row has 5 cells", "duties.csv:3"),
    "number": (TABLE, "place,rate,from,to\nGB,five,,\n", '"five" is no number', "duties.csv:2"),
    "nan": (TABLE, "place,rate,from,to\nGB,NaN,,\n", '"NaN" is no number', "duties.csv:2"),
    "place": (TABLE, "place,rate,from,to\nUnited Kingdom,5,,\n", "is no place", "duties.csv:2"),
    "date": (TABLE, "place,rate,from,to\nGB,5,2026-02-30,\n", "is no date", "duties.csv:2"),
    "two-rows": (
        TABLE,
        "place,rate,from,to\nGB,5,,\nGB,6,2026-01-01,\n",
        "two rows for GB on the same days",
        "duties.table.yaml:2",
    ),
    "quotes": (TABLE, 'place,rate,from,to\n"GB,5,,\n', "this is no CSV", "duties.csv:"),
    "empty": (TABLE, "", 'the column "place" is missing', "duties.csv:1"),
    "no-key": (TABLE.replace("[place]", "[country]"), "place,rate,from,to\n", 'no column "country"', "duties.table.yaml:2"),
    "mark": (
        TABLE.replace("columns:", "paths: {scheme: eccn, complete: rate}\n    columns:").replace(
            "type: number", "type: enum, values: [all, some]"
        ),
        "place,rate,from,to\nGB,all,,\n",
        'column "rate" says what is listed',
        "duties.table.yaml:",
    ),
    "no-file": (TABLE.replace("duties.csv", "dutys.csv"), "", "dutys.csv cannot be read", "duties.table.yaml:3"),
    "undated-from": (
        TABLE.replace("from: {type: date}", "from: {type: text}"),
        "place,rate,from,to\n",
        "dates the row",
        "duties.table.yaml:",
    ),
    "column-type": (
        TABLE.replace("type: number", "type: numbr"),
        "place,rate,from,to\n",
        '"numbr" is no type',
        "duties.table.yaml:9",
    ),
    "columns": (
        TABLE.partition("    columns:")[0] + "    columns: [place]\n",
        "place\n",
        '"columns" is a map',
        "duties.table.yaml:7",
    ),
    "never-looked-up": (
        TABLE.replace("    key: [place]\n", ""),
        "place,rate,from,to\n",
        "nothing can be looked up",
        "duties.table.yaml:2",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_mistake_in_a_table_is_found(tmp_path: Path, name: str) -> None:
    declared, rows, message, place = ROWS[name]
    write(tmp_path, {"rules/law/duties.csv": rows})
    found = problems(tmp_path, **{"law": DERIVED, "duties.table": declared})
    fitting = [p for p in found if message in p.message]
    assert fitting, [p.render() for p in found]
    assert any(place in str(p.span) for p in fitting), [str(p.span) for p in fitting]


def test_a_table_may_name_only_what_there_is(tmp_path: Path) -> None:
    write(tmp_path, {"rules/law/controls.csv": "paragraph,except,ground,condition\n9A610,,x,law/nothing\n9A61,,x,always\n"})
    found = problems(tmp_path, **{"law": DERIVED, "controls.table": CONTROLS})
    assert {p.message for p in found} == {
        'column condition names the definition "law/nothing", and there is none',
        '"9A61" is no classification eccn',
    }


def test_rows_compare_columns_with_constants(tmp_path: Path) -> None:
    write(tmp_path, {"rules/law/controls.csv": "paragraph,except,ground,condition\n"})
    text = provision("1", "derivation", "rows: {in: law/controls, path: i.eccn, where: r.ground = i.description}")
    (found,) = problems(tmp_path, **{"law": text, "controls.table": CONTROLS})
    assert "compares columns with constants" in found.message


def test_rows_need_a_table_with_paths(tmp_path: Path) -> None:
    write(tmp_path, {"rules/law/duties.csv": "place,rate,from,to\n"})
    (found,) = problems(
        tmp_path, **{"law": provision("1", "derivation", "rows: {in: law/duties, path: i.eccn}"), "duties.table": TABLE}
    )
    assert "cannot be looked through by path" in found.message


def test_a_table_of_keys_only_has_nothing_to_look_up(tmp_path: Path) -> None:
    declared = "table: law/x\nfile: x.csv\ncite: c\nsource: s\nkey: [place]\ncolumns: {place: {type: place}}\n"
    write(tmp_path, {"rules/law/x.csv": "place\nGB\n"})
    (found,) = problems(
        tmp_path, **{"law": provision("1", "derivation", 'when: lookup("law/x", destination) = "GB"'), "x.table": declared}
    )
    assert "law.yaml:5" in str(found.span)


def test_all_mistakes_are_found_in_one_run(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        lists="lists:\n- {id: law/x, type: place, cite: c, members: [Atlantis]}",
        parameters="parameters:\n- {id: law/y, cite: c, values: {2026-01-01: many}}",
        law=provision("1", "derivation", "when: i.wight", "colour: red"),
        more="provision: [law/2",
        other=LICENSED.replace("i.a", "i.n"),
    )
    files = [Path(p.span.file).name for p in found]
    assert files == ["law.yaml", "law.yaml", "lists.yaml", "more.yaml", "other.yaml", "parameters.yaml"]


# folders and files


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda root: root / "nowhere", "does not exist"),
        (lambda root: write(root, {"file": "x"}) / "file", "is a file"),
        (lambda root: write(root, {"empty/readme.txt": "x"}) / "empty", "no rule pack in this folder"),
    ],
)
def test_a_folder_without_packs(tmp_path: Path, make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(InputError) as caught:
        load_packs(make(tmp_path), cache=False)
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.hint


def test_the_folder_itself_may_be_the_pack(tmp_path: Path) -> None:
    packs = load_packs(pack(tmp_path, law=DERIVED) / "law", cache=False)
    assert list(packs.packs) == ["law"]


def test_a_pack_file_of_another_name_is_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path, {"rules/law/more.yml": DERIVED.replace("law/1", "law/2")})
    (found,) = problems(tmp_path, law=DERIVED)
    assert "ends in .yaml" in found.message


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"provision: law/1\xe9\n", b"\x00\x01", b"provision: \xe2\x80\xae law/1\n"])
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes) -> None:
    rules = pack(tmp_path, law=DERIVED)
    (rules / "law" / "more.yaml").write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_packs(rules, cache=False)
    assert "more.yaml" in caught.value.problems[0].span.file


def test_files_that_are_too_large(tmp_path: Path) -> None:
    rules = pack(tmp_path, law=DERIVED, **{"duties.table": TABLE})
    for name in ("more.yaml", "duties.csv"):
        with (rules / "law" / name).open("wb") as file:
            file.truncate(50 * 1024 * 1024)
    with pytest.raises(InputError) as caught:
        load_packs(rules)
    assert {Path(p.span.file).name for p in caught.value.problems} == {"duties.table.yaml", "more.yaml"}
    assert all("MB" in p.message for p in caught.value.problems)


def test_deep_nesting(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, law="provision: law/1\nrequires: " + "[" * 20_000)
    assert "nested" in found.message


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="nothing is unreadable to this user")
@pytest.mark.parametrize("name", ["law", "law/law.yaml", "law/pack.yaml"])
def test_what_may_not_be_read_is_no_law_that_is_not_there(tmp_path: Path, name: str) -> None:
    rules = pack(tmp_path, law=DERIVED)
    (rules / name).chmod(0)
    try:
        with pytest.raises(InputError) as caught:
            load_packs(rules)
    finally:
        (rules / name).chmod(0o700)
    assert "read" in caught.value.problems[0].message


def test_a_folder_that_cannot_be_listed_is_no_folder_without_law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = pack(tmp_path, law=DERIVED)
    scan = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "law":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(InputError) as caught:
        load_packs(rules)
    assert "the folder cannot be read" in caught.value.problems[0].message


def test_folders_in_the_place_of_files(tmp_path: Path) -> None:
    rules = pack(tmp_path, law=DERIVED)
    (rules / "law" / "1.yaml").mkdir()
    (rules / "other" / "pack.yaml").mkdir(parents=True)
    packs = load_packs(rules, cache=False)
    assert list(packs.packs) == ["law"]


def test_a_kind_that_is_empty_is_said_once(tmp_path: Path) -> None:
    found = problems(tmp_path, law=provision("1", '""', "lifts: [all]", "when: i.a"))
    assert [p.message for p in found] == ['"kind" is empty']
