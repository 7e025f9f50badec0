"""Every construct of docs/rule-packs.md loads, and means what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from exportcheck.engine.check import Engine
from exportcheck.rulepack.model import Packs
from tests.rulepack.small import HEAD, described, load, outcome, provision, verdict, write

SUBJECT = provision("scope", "scope", "effect: subject", 'when: "true"')
LICENSED = provision("licensed", "requirement", "ground: law/LICENSE", "when: i.a")


# periods


def test_two_texts_of_one_provision_are_each_in_force_in_their_time(tmp_path: Path) -> None:
    old = provision("1", "derivation", "in_force: [{from: 2020-01-01, to: 2025-12-29, source: 1 FR 1}]", "when: i.a")
    new = provision("1", "derivation", "in_force: [{from: 2025-12-30, source: 2 FR 2}]", "when: i.b")
    packs = load(tmp_path, law=f"{old}\n---\n{new}")
    assert outcome(packs, "law/1", day=date(2019, 12, 31), a=True, b=False) == "not in force"
    assert outcome(packs, "law/1", day=date(2020, 1, 1), a=True, b=False) == "holds"
    assert outcome(packs, "law/1", day=date(2025, 12, 29), a=True, b=False) == "holds"
    assert outcome(packs, "law/1", day=date(2025, 12, 30), a=True, b=False) == "fails"


def test_a_stayed_provision_is_not_in_force(tmp_path: Path) -> None:
    periods = "in_force: [{to: 2025-12-31}, {from: 2026-01-01, to: 2026-06-30, status: stayed}, {from: 2026-07-01}]"
    packs = load(tmp_path, law=provision("1", "derivation", periods, "when: i.a"))
    assert outcome(packs, "law/1", day=date(2025, 12, 31), a=True) == "holds"
    assert outcome(packs, "law/1", day=date(2026, 3, 2), a=True) == "not in force"
    assert outcome(packs, "law/1", day=date(2026, 7, 1), a=True) == "holds"


def test_an_uncertain_clause_matters_only_where_the_two_readings_differ(tmp_path: Path) -> None:
    text = provision(
        "1",
        "derivation",
        "requires:",
        "- {cite: (a), says: a, when: i.a}",
        "- {cite: (b), says: b, when: i.b, in_force: [{status: uncertain}]}",
    )
    packs = load(tmp_path, law=text)
    assert outcome(packs, "law/1", a=True, b=True) == "holds"  # with and without (b)
    assert outcome(packs, "law/1", a=False, b=False) == "fails"  # with and without (b)
    assert outcome(packs, "law/1", a=True, b=False) == "unknown"  # holds without (b), fails with it


def test_a_clause_out_of_its_period_is_no_part_of_the_tree(tmp_path: Path) -> None:
    clauses = (
        "requires:",
        "- {cite: (a), says: a, when: i.a}",
        "- {cite: (b), says: b, when: i.b, in_force: [{from: 2026-06-01}]}",
    )
    packs = load(tmp_path, law=provision("1", "derivation", *clauses))
    assert outcome(packs, "law/1", day=date(2026, 5, 31), a=True, b=False) == "holds"
    assert outcome(packs, "law/1", day=date(2026, 6, 1), a=True, b=False) == "fails"


# lists, figures, definitions


def test_a_list_has_the_members_of_the_day_and_those_of_its_union(tmp_path: Path) -> None:
    lists = """
        lists:
          - {id: law/near, type: place, cite: 1 XYZ 5, members: [FR]}
          - id: law/far
            type: place
            cite: 1 XYZ 6
            members: [{value: GB, from: 2026-03-01, to: 2026-03-31, source: 3 FR 3}]
            union: [law/near]
    """
    packs = load(tmp_path, lists=lists, law=provision("1", "derivation", 'when: destination in list("law/far")'))
    assert [outcome(packs, "law/1", day=date(2026, m, d)) for m, d in ((2, 28), (3, 1), (3, 31), (4, 1))] == [
        "fails",
        "holds",
        "holds",
        "fails",
    ]
    assert outcome(packs, "law/1", {"destination": "FR"}) == "holds"


def test_a_parameter_has_the_figure_of_the_day(tmp_path: Path) -> None:
    parameters = "parameters:\n- {id: law/most, unit: number, cite: 1 XYZ 7, values: {2020-01-01: 10, 2026-03-02: 12.5}}"
    packs = load(tmp_path, parameters=parameters, law=provision("1", "derivation", 'when: i.n <= param("law/most")'))
    assert outcome(packs, "law/1", day=date(2026, 3, 1), n=12) == "fails"
    assert outcome(packs, "law/1", day=date(2026, 3, 2), n=12) == "holds"
    assert outcome(packs, "law/1", day=date(2026, 3, 2), n=12.5) == "holds"
    assert outcome(packs, "law/1", day=date(2026, 3, 2), n=12.6) == "fails"


def test_definitions_call_one_another(tmp_path: Path) -> None:
    terms = """
        define:
          - {id: law/both, of: item, type: boolean, cite: 1 XYZ 8, says: both, is: i.a and law_b(i)}
          - {id: law/b, of: item, as: x, type: boolean, cite: 1 XYZ 8, says: b, is: x.b}
          - {id: law/t, of: transaction, type: boolean, cite: 1 XYZ 8, says: t, is: t}
    """
    packs = load(tmp_path, terms=terms, law=provision("1", "derivation", "when: law_both(i) or law_t()"))
    assert outcome(packs, "law/1", {"t": False}, a=True, b=True) == "holds"
    assert outcome(packs, "law/1", {"t": False}, a=True, b=False) == "fails"
    assert outcome(packs, "law/1", {"t": True}, a=True, b=False) == "holds"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"a": True}, "holds"),
        ({"a": False}, "fails"),
        ({"c": True}, "holds"),  # attested, and nothing to derive it from
        ({"c": False}, "fails"),
        ({}, "unknown"),
        ({"a": True, "c": True}, "holds"),
        ({"a": True, "c": False}, "unknown"),  # a conflict
    ],
)
def test_a_definition_may_be_attested_where_it_cannot_be_derived(tmp_path: Path, facts: dict[str, Any], expected: str) -> None:
    terms = "define:\n- {id: law/d, of: item, type: boolean, cite: 1 XYZ 8, says: d, is: i.a, stated_as: c}"
    packs = load(tmp_path, terms=terms, law=provision("1", "derivation", "when: law_d(i)"))
    assert outcome(packs, "law/1", **facts) == expected


# tables

TABLE = """
    table: law/duties
    file: duties.csv
    cite: 1 XYZ 10
    source: made up
    key: [place]
    columns:
      place: {type: place}
      rate: {type: number}
      from: {type: date}
      to: {type: date}
"""
CONTROLS = """
    table: law/controls
    file: controls.csv
    cite: 1 XYZ 11
    source: made up
    path: {column: paragraph, except: except}
    columns:
      paragraph: {type: classification eccn}
      except: {type: list of classification eccn}
      ground: {type: text}
      condition: {type: text, names: definition}
"""


def test_a_row_counts_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    write(tmp_path, {"rules/law/duties.csv": "place,rate,from,to\nGB,5,,2026-03-01\nGB,7,2026-03-02,\n"})
    law = provision("1", "derivation", 'when: i.n >= lookup("law/duties#rate", destination)')
    packs = load(tmp_path, **{"duties.table": TABLE, "law": law})
    assert outcome(packs, "law/1", day=date(2026, 3, 1), n=5) == "holds"
    assert outcome(packs, "law/1", day=date(2026, 3, 2), n=5) == "fails"
    assert outcome(packs, "law/1", {"destination": "FR"}, n=5) == "unknown"  # no row


def test_rows_are_found_by_longest_path_and_their_exceptions_left_out(tmp_path: Path) -> None:
    rows = "paragraph,except,ground,condition\n9A610,9A610.y,LICENSE,always\n3A001.a,,LICENSE,law/d\n5A001,,LICENSE,unread\n"
    write(tmp_path, {"rules/law/controls.csv": rows})
    terms = "define:\n- {id: law/d, of: item, type: boolean, cite: 1 XYZ 8, says: d, is: i.a}"
    law = provision(
        "1",
        "derivation",
        "rows: {in: law/controls, as: r, path: i.eccn, where: r.ground = \"LICENSE\", when: 'named(r.condition, i)'}",
    )
    packs = load(tmp_path, **{"controls.table": CONTROLS, "law": law, "terms": terms})
    assert outcome(packs, "law/1", eccn="9A610.x") == "holds"
    assert outcome(packs, "law/1", eccn="9A610.y.1") == "fails"
    assert outcome(packs, "law/1", eccn="9A610") == "unknown"  # too coarse to tell .x from .y
    assert outcome(packs, "law/1", eccn="3A001.a.2", a=True) == "holds"
    assert outcome(packs, "law/1", eccn="3A001.a.2", a=False) == "fails"
    assert outcome(packs, "law/1", eccn="3A001.b") == "fails"
    assert outcome(packs, "law/1", eccn="5A001.b") == "unknown"  # a condition that nobody could read
    assert outcome(packs, "law/1", eccn="EAR99") == "fails"


def test_a_family_of_grounds_is_raised_ground_by_ground(tmp_path: Path) -> None:
    write(tmp_path, {"rules/law/controls.csv": "paragraph,except,ground,condition\n9A610,,NOTICE,always\n"})
    law = provision(
        "1", "requirement", "raises: {each: g, in: all}", "rows: {in: law/controls, path: i.eccn, where: r.ground = g}"
    )
    packs = load(tmp_path, **{"controls.table": CONTROLS, "law": law})
    assert packs.provisions[0].grounds == ("law/NOTICE", "law/REPORT")
    assert outcome(packs, "law/1", ground="law/NOTICE", eccn="9A610.x") == "holds"
    assert outcome(packs, "law/1", ground="law/REPORT", eccn="9A610.x") == "fails"


# clauses


def test_the_forms_of_clauses(tmp_path: Path) -> None:
    forms = {
        "all": "all_of: [{says: a, when: i.a}, {says: b, when: i.b}]",
        "any": "any_of: [{says: a, when: i.a}, {says: b, when: i.b}]",
        "none": "none_of: [{says: a, when: i.a}, {says: b, when: i.b}]",
        "holds": "holds: law/any",
        "holds-not": "holds_not: law/any",
    }
    packs = load(tmp_path, law="\n---\n".join(provision(name, "derivation", line) for name, line in forms.items()))
    facts: list[dict[str, Any]] = [
        {"a": True, "b": True},
        {"a": True, "b": False},
        {"a": False, "b": False},
        {"a": True},
        {"b": False},
    ]
    table = {name: [outcome(packs, f"law/{name}", **given) for given in facts] for name in forms}
    assert table == {
        "all": ["holds", "fails", "fails", "unknown", "fails"],
        "any": ["holds", "holds", "fails", "holds", "unknown"],
        "none": ["fails", "fails", "holds", "fails", "unknown"],
        "holds": ["holds", "holds", "fails", "holds", "unknown"],
        "holds-not": ["fails", "fails", "holds", "fails", "unknown"],
    }


def _parties(*known: bool | None, complete: bool = True) -> dict[str, object]:
    parties = [{"name": f"P{n}", "roles": ["recipient"], **({} if q is None else {"q": q})} for n, q in enumerate(known)]
    return {"parties": parties, "parties_complete": complete}


@pytest.mark.parametrize(
    ("deal", "each", "or_none", "some"),
    [
        (_parties(True, True), "holds", "holds", "holds"),
        (_parties(True, False), "fails", "fails", "holds"),
        (_parties(True, None), "unknown", "unknown", "holds"),
        (_parties(False, False), "fails", "fails", "fails"),
        (_parties(), "unknown", "holds", "fails"),  # each over nobody asks who
        (_parties(True, complete=False), "unknown", "unknown", "holds"),
        (_parties(False, complete=False), "fails", "fails", "unknown"),
    ],
)
def test_each_and_some_over_parties(tmp_path: Path, deal: dict[str, object], each: str, or_none: str, some: str) -> None:
    over = 'p in parties where "recipient" in p.roles'
    texts = [
        provision("each", "derivation", "requires:", f"- {{cite: (a), says: all, each: '{over}', when: p.q}}"),
        provision("or-none", "derivation", "requires:", f"- {{cite: (a), says: all, each: '{over}', or_none: true, when: p.q}}"),
        provision("some", "derivation", f"some: '{over}'", "all_of: [{says: q, when: p.q}]"),
    ]
    packs = load(tmp_path, law="\n---\n".join(texts))
    assert [outcome(packs, f"law/{n}", deal) for n in ("each", "or-none", "some")] == [each, or_none, some]


def test_a_judgement_is_unknown_until_somebody_answers_it(tmp_path: Path) -> None:
    packs = load(tmp_path, law=provision("1", "derivation", "requires: [{says: it is so, judgement: so, question: Is it so?}]"))
    assert outcome(packs, "law/1") == "unknown"
    answered = {"judgements": {"so": {"answer": True, "by": "A. Person", "dated": "2026-03-01", "because": "seen"}}}
    assert outcome(packs, "law/1", answered) == "holds"


def test_what_is_not_modelled_is_unknown_unless_it_is_known_not_to_bear(tmp_path: Path) -> None:
    texts = [
        provision("open", "derivation", "not_modelled: not read yet"),
        provision("gated", "derivation", "not_modelled: not read yet", "bears_when: i.a"),
        provision("clause", "derivation", "any_of: [{says: b, when: i.b}, {says: rest, not_modelled: not read, when: i.a}]"),
    ]
    packs = load(tmp_path, law="\n---\n".join(texts))
    assert outcome(packs, "law/open", a=False) == "unknown"
    assert [outcome(packs, "law/gated", a=a) for a in (True, False)] == ["unknown", "fails"]
    assert outcome(packs, "law/clause", a=True, b=True) == "holds"
    assert outcome(packs, "law/clause", a=False, b=False) == "fails"
    assert outcome(packs, "law/clause", a=True, b=False) == "unknown"


def test_clauses_have_addresses_that_others_can_name(tmp_path: Path) -> None:
    one = provision(
        "1",
        "derivation",
        "requires:",
        "- cite: (a)",
        "  says: either",
        "  any_of:",
        "  - {cite: (a)(1), id: x, says: a, when: i.a}",
        "  - {cite: (a)(1), id: y, says: b, when: i.b}",
    )
    two = provision("2", "derivation", 'when: holds("law/1#(a)(1)/y", i)')
    packs = load(tmp_path, law=f"{one}\n---\n{two}")
    assert [c.address for c in packs.texts("law/1")[0].clauses()] == ["", "(a)", "(a)(1)/x", "(a)(1)/y"]
    assert outcome(packs, "law/1#(a)(1)/x", a=True, b=False) == "holds"
    assert outcome(packs, "law/2", a=True, b=False) == "fails"


# from provisions to a verdict

LIFTS = provision(
    "exempt",
    "exemption",
    "lifts: [law/LICENSE]",
    'applies_when: "true"',
    "any_of:",
    "- {cite: (1), says: b, when: i.b}",
    "- {cite: (2), says: c, when: i.c}",
)


def test_a_requirement_is_lifted_by_an_exemption(tmp_path: Path) -> None:
    packs = load(tmp_path, law="\n---\n".join((SUBJECT, LICENSED, LIFTS)))
    assert verdict(packs, a=False) == "pass"
    assert verdict(packs, a=True, b=False, c=False) == "fail"
    assert verdict(packs, a=True, b=True, c=False) == "pass"
    assert verdict(packs, a=True, b=False) == "needs-review"


@pytest.mark.parametrize(
    ("spared", "b_only", "c_only"),
    [
        ("", "fail", "fail"),
        ("except: [law/exempt]", "pass", "pass"),
        ("except: ['law/exempt#(1)']", "pass", "fail"),
        ("except: [{target: law/exempt, when: i.c}]", "fail", "pass"),
        ("except: [{target: all, when: i.c}]", "fail", "pass"),
        ("except: [{target: law/not-written-yet, if_present: true}]", "fail", "fail"),
    ],
)
def test_a_limitation_switches_exemptions_off_but_for_what_it_spares(
    tmp_path: Path, spared: str, b_only: str, c_only: str
) -> None:
    limitation = provision(
        "limit", "limitation", "limits:", "  all_of_pack: law", *([f"  {spared}"] if spared else []), "when: t"
    )
    packs = load(tmp_path, law="\n---\n".join((SUBJECT, LICENSED, LIFTS, limitation)))
    assert verdict(packs, {"t": False}, a=True, b=True, c=False) == "pass"
    assert verdict(packs, {"t": True}, a=True, b=True, c=False) == b_only
    assert verdict(packs, {"t": True}, a=True, b=False, c=True) == c_only


def test_only_what_is_named_is_limited(tmp_path: Path) -> None:
    other = LIFTS.replace("law/exempt", "law/other")
    limitation = provision("limit", "limitation", "limits: {only: [law/exempt]}", "when: t")
    packs = load(tmp_path, law="\n---\n".join((SUBJECT, LICENSED, LIFTS, limitation)))
    assert verdict(packs, {"t": True}, a=True, b=True) == "fail"
    packs = load(tmp_path, law="\n---\n".join((SUBJECT, LICENSED, LIFTS, other, limitation)))
    assert verdict(packs, {"t": True}, a=True, b=True) == "pass"


def test_an_override_spares_the_provision_that_says_it(tmp_path: Path) -> None:
    limitation = provision("limit", "limitation", "limits: {all_of_pack: law}", "when: t")
    prohibition = provision("bar", "prohibition", "when: t")
    plain = load(tmp_path / "plain", law="\n---\n".join((SUBJECT, LICENSED, LIFTS, limitation, prohibition)))
    over = LIFTS + "\noverrides: [law/limit, law/bar]"
    overriding = load(tmp_path / "over", law="\n---\n".join((SUBJECT, LICENSED, over, limitation, prohibition)))
    assert verdict(plain, {"t": True}, a=True, b=True) == "fail"
    assert verdict(overriding, {"t": True}, a=True, b=True) == "pass"


def test_not_gated_reaches_beyond_the_scope(tmp_path: Path) -> None:
    scope = provision("scope", "scope", "effect: subject", "when: i.b")
    gated = load(tmp_path / "gated", law="\n---\n".join((scope, LICENSED)))
    free = load(tmp_path / "free", law="\n---\n".join((scope, LICENSED + "\nnot_gated: true")))
    assert verdict(gated, a=True, b=False) in ("pass", "not-subject")
    assert verdict(free, a=True, b=False) == "fail"


def test_an_exclusion_takes_a_line_out_of_the_pack(tmp_path: Path) -> None:
    excluded = provision("out", "scope", "effect: excluded", "when: i.c")
    packs = load(tmp_path, law="\n---\n".join((SUBJECT, LICENSED, excluded)))
    assert verdict(packs, a=True, c=False) == "fail"
    assert verdict(packs, a=True, c=True) in ("pass", "not-subject")


def test_two_exemptions_cover_together_only_where_they_say_so(tmp_path: Path) -> None:
    papers = provision("papers", "requirement", "ground: law/NOTICE", "when: i.a")
    first = provision("x", "exemption", "lifts: [law/LICENSE]", 'applies_when: "true"', "when: i.b", "together_with: [law/y]")
    second = provision("y", "exemption", "lifts: [law/NOTICE]", 'applies_when: "true"', "when: i.c", "together_with: [law/x]")
    packs = load(tmp_path / "both", law="\n---\n".join((SUBJECT, LICENSED, papers, first, second)))
    assert verdict(packs, a=True, b=True, c=True) == "pass"
    assert verdict(packs, a=True, b=True, c=False) == "fail"
    alone = [text.rsplit("\n", 1)[0] for text in (first, second)]
    packs = load(tmp_path / "alone", law="\n---\n".join((SUBJECT, LICENSED, papers, *alone)))
    assert verdict(packs, a=True, b=True, c=True) == "fail"


def test_only_a_step_before_the_transfer_withholds_the_authority(tmp_path: Path) -> None:
    before = LIFTS + "\nsteps: [{cite: (s), by: before-transfer, says: notify, done_when: t}]"
    after = LIFTS + "\nsteps: [{cite: (s), by: after-transfer, says: report, done_when: t, keep: P5Y}]"
    packs = load(tmp_path / "before", law="\n---\n".join((SUBJECT, LICENSED, before)))
    assert [verdict(packs, {"t": t}, a=True, b=True) for t in (True, False)] == ["pass", "fail"]
    packs = load(tmp_path / "after", law="\n---\n".join((SUBJECT, LICENSED, after)))
    assert [verdict(packs, {"t": t}, a=True, b=True) for t in (True, False)] == ["pass", "pass"]


def test_what_is_unverified_never_leads_to_pass(tmp_path: Path) -> None:
    packs = load(tmp_path, law="\n---\n".join((SUBJECT, LICENSED, LIFTS + "\ntrust: unverified")))
    assert verdict(packs, a=True, b=True) == "needs-review"


def test_the_head_of_a_pack(tmp_path: Path) -> None:
    head = """
        pack: law
        title: A law
        authority: 1 XYZ
        force: reference
        current_to: 2026-09-01
        stale_after_days: 30
        form: {permanent: L-1}
        license_kinds: [L-1, L-2]
        sections:
          - {section: "1", state: modelled}
          - {section: "2", state: not-modelled, why: not read, bears: opening}
    """
    pack = load(tmp_path, pack=head).packs["law"]
    assert (pack.force, pack.current_to, pack.stale_after_days) == ("reference", date(2026, 9, 1), 30)
    assert (pack.form, pack.license_kinds) == ({"permanent": "L-1"}, ("L-1", "L-2"))
    assert [(s.section, s.state, s.why, s.bears) for s in pack.sections] == [
        ("1", "modelled", "", ""),
        ("2", "not-modelled", "not read", "opening"),
    ]
    assert pack.digest.startswith("sha256:")


def test_a_pack_in_a_folder_of_another_keeps_its_own_files(tmp_path: Path) -> None:
    inner = {
        "rules/law/sub/pack.yaml": """
            pack: law/sub
            title: S
            authority: S
            force: reference
            current_to: 2026-01-01
            requires: [law]
        """
    }
    inner["rules/law/sub/1.yaml"] = "provision: law/sub/1\nkind: derivation\ntitle: T\ncite: S 1\nwhen: i.a\n"
    write(tmp_path, inner)
    packs = load(tmp_path, law=provision("1", "derivation", "when: i.a"))
    assert {p.id: p.pack for p in packs.provisions} == {"law/1": "law", "law/sub/1": "law/sub"}


# curves, listings, conflicts, licenses held

CURVE = provision("1", "derivation", "requires:", "- {cite: (a), says: it reaches far, true_when: i.n >= 300, false_when: i.a}")


def test_a_curve_is_unknown_where_nothing_settles_it_and_where_everything_does(tmp_path: Path) -> None:
    packs = load(tmp_path, law=CURVE)
    assert outcome(packs, "law/1", n=300) == "holds"
    assert outcome(packs, "law/1", n=299, a=True) == "fails"
    assert outcome(packs, "law/1", n=299) == "unknown"
    assert outcome(packs, "law/1", n=299, a=False) == "unknown"
    assert outcome(packs, "law/1", n=300, a=True) == "unknown"


def test_a_listing_with_a_ground_raises_it(tmp_path: Path) -> None:
    listing = provision("listed", "listing", "ground: law/LICENSE", "when: i.a")
    packs = load(tmp_path, law=f"{SUBJECT}\n---\n{listing}")
    assert [verdict(packs, a=True), verdict(packs, a=False), verdict(packs)] == ["fail", "pass", "needs-review"]


def test_a_conflict_keeps_a_line_from_passing_where_it_is_known(tmp_path: Path) -> None:
    clash = provision("clash", "conflict", "when: i.b")
    packs = load(tmp_path, law="\n---\n".join((SUBJECT, LICENSED, clash)))
    line = Engine(packs).check(described(packs, a=False, b=True), explain=True).lines[0]
    assert (line.verdict, [c.provision for c in line.conflicts]) == ("needs-review", ["law/clash"])
    assert [q.kind for q in line.questions] == ["conflict"]
    assert [verdict(packs, a=False, b=False), verdict(packs, a=False)] == ["pass", "pass"]
    assert verdict(packs, a=True, b=True) == "fail"


def test_a_regime_answers_beside_and_decides_only_where_it_is_asked(tmp_path: Path) -> None:
    regime = {
        "rules/club/pack.yaml": "pack: club\ntitle: A club\nauthority: C\nforce: reference\ncurrent_to: 2026-09-01\n",
        "rules/club/grounds.yaml": "grounds:\n- {id: club/listed, family: listed, cite: C 1, says: Category I}\n",
        "rules/club/1.yaml": "provision: club/1\nkind: listing\ntitle: T\ncite: C 1\nground: club/listed\nwhen: i.b\n"
        "---\nprovision: club/2\nkind: posture\ntitle: T\ncite: C 2\nposture: no-transfer\nwhen: i.b\n",
    }
    write(tmp_path, regime)
    packs = load(tmp_path, law=f"{SUBJECT}\n---\n{LICENSED}")
    engine = Engine(packs)
    listed = engine.check(described(packs, a=False, b=True)).lines[0]
    assert listed.verdict == "pass"
    beside = listed.packs[1]
    assert (beside.force, beside.verdict, beside.summary) == ("reference", "fail", "listed: Category I")
    assert beside.posture == ("no transfer (C 2)",)
    assert engine.check(described(packs, a=False, b=False)).lines[0].packs[1].summary == "not listed"
    assert engine.check(described(packs, a=False)).lines[0].packs[1].summary == "not settled by what is stated"
    assert engine.check(described(packs, a=False, b=True), packs=["club"]).verdict == "fail"


HELD = """
    for_each: item
    lifts: [license]
    held: [L-1]
    applies_when: some x in authorizations satisfies x.kind = "DSP-5"
    requires:
      - cite: (a)
        says: a license covers it
        some: x in authorizations where x.kind = "DSP-5" and offered(x, i)
        all_of:
          - {cite: (a)(1), says: its number is known, when: 'x.number != "0"'}
          - {cite: (a)(2), says: it is good for the country, when: destination in x.destinations}
          - {cite: (a)(3), says: the paragraphs are those of the license, when: 'under_all(i.usml, x.usml)'}
"""


def licensed_packs(tmp_path: Path) -> Packs:
    held = provision("held", "exemption", *dedent(HELD).replace("[L-1]", "[DSP-5]").strip().splitlines())
    stop = provision("stop", "limitation", "limits: {all_of_pack: law}", 'when: "true"')
    head = HEAD + "    license_kinds: [DSP-5, TAA]\n"
    return load(tmp_path, pack=head, law="\n---\n".join((SUBJECT, LICENSED, held, stop)))


def test_a_license_held_covers_what_it_names(tmp_path: Path) -> None:
    packs = licensed_packs(tmp_path)
    good = {"kind": "DSP-5", "number": "050111111", "destinations": ["GB"], "usml": ["VIII(h)", "XI(c)"]}

    def said(license: Mapping[str, object], **item: Any) -> str:
        return verdict(packs, {"authorizations": [license]}, **{"a": True, "usml": "VIII(h)(1)", **item})

    assert said(good) == "pass"  # a limitation of exemptions does not reach it
    assert said(good, usml=["VIII(h)(1)", "XI(c)(1)"]) == "pass"
    assert said(good, usml=["VIII(h)(1)", "XI(d)"]) == "fail"
    assert said(good, usml="VIII") == "needs-review"
    assert said({**good, "destinations": ["AU"]}) == "fail"
    assert said({k: v for k, v in good.items() if k != "destinations"}) == "needs-review"
    assert said({k: v for k, v in good.items() if k != "kind"}) == "needs-review"
    assert said({**good, "kind": "TAA"}) == "needs-review"  # of a kind that no provision reads


def test_a_claim_says_on_which_license_a_line_rests(tmp_path: Path) -> None:
    packs = licensed_packs(tmp_path)
    good = {"kind": "DSP-5", "number": "050111111", "destinations": ["GB"], "usml": ["VIII(h)"]}
    other = {**good, "number": "050222222", "destinations": ["AU"]}

    def said(claim: str) -> str:
        deal = {"authorizations": [good, other], "claims": [{"authority": claim}]}
        return verdict(packs, deal, a=True, usml="VIII(h)(1)")

    assert said("DSP-5 050111111") == "pass"
    assert said("050111111") == "pass"
    assert said("DSP-5") == "pass"
    assert said("DSP-5 050222222") == "fail"
    assert said("DSP-5 050333333") == "needs-review"  # none of those stated: nobody has read it
