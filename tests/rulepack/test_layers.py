"""Layers: what they may change, against which text, and from which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exportcheck.engine.check import Engine
from exportcheck.errors import InputError, Problem
from exportcheck.rulepack.digest import digest
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from exportcheck.source import read_documents
from exportcheck.source.read import read_text_documents
from exportcheck.transaction.read import transaction_from_node
from tests.rulepack.small import outcome, pack, provision, verdict, write
from tests.rulepack.test_constructs import LICENSED, LIFTS, SUBJECT

ROOT = Path(__file__).resolve().parents[2]
JAPAN = ROOT / "rules" / "proposals" / "126.7-japan"
FIXTURE = ROOT / "fixtures" / "aukus-mission-computers.yaml"

LISTS = """
    lists:
      - {id: law/allies, type: place, cite: 1 XYZ 5, members: [FR, GB]}
      - {id: law/all, type: place, cite: 1 XYZ 5, members: [DE], union: [law/allies]}
"""
PARAMETERS = "parameters:\n- {id: law/most, unit: number, cite: 1 XYZ 7, values: {2020-01-01: 10, 2027-01-01: 20}}"
ALLY = provision("ally", "derivation", 'when: destination in list("law/all")')
SMALL = provision("small", "derivation", 'when: i.n <= param("law/most")')
HEAD = "layer: ours\ntitle: Our layer\nkind: {kind}\nbase: law\nfrom: 2026-03-02\n"


def base(root: Path) -> Path:
    texts = (SUBJECT, LICENSED, LIFTS, ALLY, SMALL)
    return pack(root, law="\n---\n".join(texts), lists=LISTS, parameters=PARAMETERS)


def layer(root: Path, *lines: str, kind: str = "proposal", name: str = "layer", **files: str) -> Path:
    head = HEAD.format(kind=kind) if not lines or not lines[0].startswith("layer:") else ""
    return write(root / name, {"layer.yaml": head + "\n".join(lines), **{f"{n}.yaml": text for n, text in files.items()}})


def now(root: Path, id: str) -> str:
    packs = load_packs(base(root), cache=False)
    found = packs.lists.get(id) or packs.parameters.get(id) or packs.texts(id)[0]
    return digest(found)


def load(root: Path, *layers: Path) -> Packs:
    return load_packs(base(root), layers, cache=False)


def refused(root: Path, *layers: Path) -> tuple[Problem, ...]:
    rules = base(root)
    with pytest.raises(InputError) as caught:
        load_packs(rules, layers, cache=False)
    return caught.value.problems


# what a proposal may do


def test_a_member_is_added_to_a_list_from_the_first_day_of_the_layer(tmp_path: Path) -> None:
    made = layer(tmp_path, f"amend: [{{list: law/allies, base: '{now(tmp_path, 'law/allies')}', add: [JP]}}]")
    packs = load(tmp_path, made)
    assert outcome(packs, "law/ally", {"destination": "JP"}, day=date(2026, 3, 1)) == "fails"
    assert outcome(packs, "law/ally", {"destination": "JP"}, day=date(2026, 3, 2)) == "holds"
    assert outcome(packs, "law/ally", {"destination": "GB"}) == "holds"
    assert packs.packs["law"].layers == ("ours (proposal)",)


def test_a_member_is_taken_out_of_a_list(tmp_path: Path) -> None:
    made = layer(tmp_path, f"amend: [{{list: law/allies, base: '{now(tmp_path, 'law/allies')}', remove: [GB]}}]")
    packs = load(tmp_path, made)
    assert outcome(packs, "law/ally", {"destination": "GB"}, day=date(2026, 3, 1)) == "holds"
    assert outcome(packs, "law/ally", {"destination": "GB"}, day=date(2026, 3, 2)) == "fails"
    assert outcome(packs, "law/ally", {"destination": "FR"}) == "holds"


def test_a_figure_is_another_from_the_first_day_on(tmp_path: Path) -> None:
    made = layer(tmp_path, f"amend: [{{parameter: law/most, base: '{now(tmp_path, 'law/most')}', value: 12.5}}]")
    packs = load(tmp_path, made)
    assert [outcome(packs, "law/small", day=date(2026, 3, d), n=12) for d in (1, 2)] == ["fails", "holds"]
    assert outcome(packs, "law/small", day=date(2027, 2, 1), n=13) == "fails"  # what the law would have been then is amended too


def test_a_clause_is_replaced_by_address(tmp_path: Path) -> None:
    made = layer(
        tmp_path,
        "amend:",
        "- clause: law/exempt#(1)",
        f"  base: {now(tmp_path, 'law/exempt')}",
        "  replace_when: i.b and i.n > 3",
        "  says: b, and more than three",
    )
    packs = load(tmp_path, made)
    assert outcome(packs, "law/exempt#(1)", day=date(2026, 3, 1), b=True, n=1) == "holds"
    assert outcome(packs, "law/exempt#(1)", day=date(2026, 3, 2), b=True, n=1) == "fails"
    old, new = packs.texts("law/exempt")
    assert (old.layer, old.periods[0].end, new.layer, new.periods[0].start) == ("", date(2026, 3, 1), "ours", date(2026, 3, 2))


def test_a_clause_is_narrowed_widened_and_removed(tmp_path: Path) -> None:
    made = layer(
        tmp_path,
        "amend:",
        f"- {{clause: law/exempt#(1), base: '{now(tmp_path, 'law/exempt')}', or_when: i.n > 3, says: b or more than three}}",
        f"- {{clause: law/exempt#(2), base: '{now(tmp_path, 'law/exempt')}', remove: true}}",
    )
    packs = load(tmp_path, made)
    assert verdict(packs, a=True, b=False, c=True, n=1) == "fail"  # (2) is gone
    assert verdict(packs, a=True, b=False, c=False, n=4) == "pass"


def test_a_gate_is_replaced_and_a_provision_repealed(tmp_path: Path) -> None:
    made = layer(tmp_path, f"amend: [{{provision: law/licensed, base: '{now(tmp_path, 'law/licensed')}', repeal: true}}]")
    packs = load(tmp_path, made)
    assert verdict(packs, day=date(2026, 3, 1), a=True, b=False, c=False) == "fail"
    assert verdict(packs, day=date(2026, 3, 2), a=True, b=False, c=False) == "pass"
    gated = layer(
        tmp_path, f"amend: [{{provision: law/licensed, base: '{now(tmp_path, 'law/licensed')}', replace_applies_when: t}}]"
    )
    packs = load(tmp_path, gated)
    assert [verdict(packs, {"t": t}, a=True, b=False, c=False) for t in (True, False)] == ["fail", "pass"]


def test_the_scope_of_a_clause_within_each_is_that_of_its_member(tmp_path: Path) -> None:
    rules = base(tmp_path)
    write(
        rules / "law",
        {
            "each.yaml": provision(
                "each",
                "exemption",
                "lifts: [license]",
                "requires:",
                "- {cite: (a), says: all, each: p in parties, all_of: [{cite: (b), says: q, when: p.q}]}",
            )
        },
    )
    each = digest(load_packs(rules, cache=False).texts("law/each")[0])
    made = layer(
        tmp_path, f"amend: [{{clause: 'law/each#(b)', base: '{each}', and_when: 'p.country = \"GB\"', says: q in Britain}}]"
    )
    packs = load_packs(rules, [made], cache=False)
    parties = {"parties": [{"name": "P", "country": "FR", "q": True}], "parties_complete": True}
    assert outcome(packs, "law/each", parties) == "fails"
    parties["parties"] = [{"name": "P", "country": "GB", "q": True}]
    assert outcome(packs, "law/each", parties) == "holds"


def test_a_layer_brings_its_own_facts_lists_terms_and_provisions(tmp_path: Path) -> None:
    made = layer(
        tmp_path,
        facts='facts:\n- {name: approved, of: transaction, type: boolean, curable: true, question: "Approved?"}',
        lists="lists:\n- {id: law/ours-only, type: place, cite: policy 1, members: [GB]}",
        terms="""
            define:
              - id: law/ours-term
                of: transaction
                cite: policy 1
                says: s
                is: destination in list("law/ours-only")
        """,
        bar=provision("ours-bar", "prohibition", "when: law_ours_term() and not(approved)"),
        kind="policy",
    )
    packs = load(tmp_path, made)
    assert packs.texts("law/ours-bar")[0].layer == "ours"
    assert verdict(packs, {"approved": False}, a=False) == "fail"
    assert verdict(packs, {"approved": True}, a=False) == "pass"
    assert verdict(packs, {"approved": False}, day=date(2026, 3, 1), a=False) == "pass"  # before the layer
    assert packs.packs["law"].layers == ("ours (policy)",)


def test_layers_are_applied_in_turn_and_change_the_digest(tmp_path: Path) -> None:
    plain = load(tmp_path)
    first = layer(tmp_path, f"amend: [{{list: law/allies, base: '{now(tmp_path, 'law/allies')}', add: [JP]}}]")
    once = load(tmp_path, first)
    second = layer(
        tmp_path,
        "layer: second",
        "title: T",
        "kind: proposal",
        "base: {pack: law, digest: '" + once.packs["law"].digest + "'}",
        f"amend: [{{list: law/allies, base: '{digest(once.lists['law/allies'])}', add: [KR]}}]",
        name="second",
    )
    twice = load(tmp_path, first, second)
    assert twice.packs["law"].layers == ("ours (proposal)", "second (proposal)")
    assert len({p.packs["law"].digest for p in (plain, once, twice)}) == 3
    assert outcome(twice, "law/ally", {"destination": "KR"}) == "holds"
    assert "another text" in refused(tmp_path, second, first)[0].message


# what a policy may not do


@pytest.mark.parametrize(
    ("kind", "lines", "allowed"),
    [
        ("exemption", ("lifts: [license]", "when: i.a"), False),
        ("scope", ("effect: excluded", "when: i.a"), False),
        ("derivation", ("when: i.a",), False),
        ("requirement", ("ground: law/LICENSE", "when: i.a"), True),
        ("prohibition", ("when: i.a",), True),
        ("limitation", ("limits: {all_of_pack: law}", "when: i.a"), True),
        ("duty", ("when: t", "steps: [{cite: c, by: with-transfer, says: s}]"), True),
        ("notice", ("when: t",), True),
    ],
)
def test_a_policy_adds_only_what_tightens(tmp_path: Path, kind: str, lines: tuple[str, ...], allowed: bool) -> None:
    made = layer(tmp_path, kind="policy", extra=provision("extra", kind, *lines))
    if allowed:
        assert load(tmp_path, made).texts("law/extra")[0].layer == "ours"
    else:
        assert "a policy only tightens" in refused(tmp_path, made)[0].message
    assert load(tmp_path, layer(tmp_path, name="free", extra=provision("extra", kind, *lines))).texts("law/extra")


@pytest.mark.parametrize(
    ("amendment", "id", "allowed"),
    [
        ("clause: law/exempt#(1), and_when: i.n > 3, says: s", "law/exempt", True),
        ("clause: law/exempt#(1), or_when: i.n > 3, says: s", "law/exempt", False),
        ("clause: law/exempt#(1), replace_when: i.n > 3, says: s", "law/exempt", False),
        ("clause: law/exempt#(1), remove: true", "law/exempt", False),
        ("provision: law/licensed, repeal: true", "law/licensed", False),
        ("list: law/allies, add: [JP]", "law/allies", False),
        ("parameter: law/most, value: 5", "law/most", False),
    ],
)
def test_a_policy_amends_only_by_narrowing(tmp_path: Path, amendment: str, id: str, allowed: bool) -> None:
    made = layer(tmp_path, f"amend: [{{{amendment}, base: '{now(tmp_path, id)}'}}]", kind="policy")
    if allowed:
        packs = load(tmp_path, made)
        assert [verdict(packs, a=True, b=True, c=False, n=n) for n in (3, 4)] == ["fail", "pass"]
    else:
        assert any("a policy only tightens" in p.message for p in refused(tmp_path, made))


# mistakes

AMENDMENTS = {
    "no-base": ("list: law/allies, add: [JP]", "does not say which text", "now: base: sha256:"),
    "other-base": ("list: law/allies, base: sha256:0, add: [JP]", "another text", "now: base: sha256:"),
    "other-text": ("clause: law/exempt#(1), base: sha256:0, replace_when: i.a, says: s", "another text", "now: base: sha256:"),
    "no-list": ("list: law/alies, add: [JP]", 'no list "law/alies"', '"law/allies"'),
    "no-figure": ("parameter: law/mots, value: 1", 'no parameter "law/mots"', '"law/most"'),
    "no-provision": ("provision: law/exemp, repeal: true", 'no provision "law/exemp"', '"law/exempt"'),
    "no-paragraph": ("clause: law/exempt#(3), base: '{law/exempt}', remove: true", 'no paragraph "(3)"', ""),
    "nothing": ("base: x", "names one thing", "clause"),
    "two-things": ("list: law/allies, parameter: law/most", "names one thing", ""),
    "two-changes": ("clause: law/exempt#(1), base: '{law/exempt}', remove: true, and_when: i.a", "does one thing", "one of"),
    "no-words": ("clause: law/exempt#(1), base: '{law/exempt}', replace_when: i.a", "needs its words", "says"),
    "no-change": ("list: law/allies, base: '{law/allies}'", "neither adds nor removes", "add"),
    "unknown-fact": ("clause: law/exempt#(1), base: '{law/exempt}', replace_when: i.zzz, says: s", 'no fact named "zzz"', ""),
    "member-there": ("list: law/allies, base: '{law/allies}', add: [GB]", "a member of law/allies already", ""),
    "member-not-there": ("list: law/allies, base: '{law/allies}', remove: [JP]", "JP is no member", ""),
    "member-of-union": ("list: law/all, base: '{law/all}', remove: [GB]", "GB is no member", "law/allies"),
    "member-type": ("list: law/allies, base: '{law/allies}', add: [Japan]", '"Japan" is no place', "ISO"),
    "figure": ("parameter: law/most, base: '{law/most}', value: many", '"many" is no number', ""),
    "unknown-key": ("list: law/allies, base: '{law/allies}', ad: [JP], add: [JP]", 'no key "ad"', '"add"'),
}


@pytest.mark.parametrize("name", AMENDMENTS)
def test_a_mistake_in_an_amendment_is_found(tmp_path: Path, name: str) -> None:
    text, message, hint = AMENDMENTS[name]
    for id in ("law/exempt", "law/allies", "law/all", "law/most"):
        text = text.replace(f"{{{id}}}", now(tmp_path, id))
    found = refused(tmp_path, layer(tmp_path, "amend:", f"- {{{text}}}"))
    fitting = [p for p in found if message in p.message and hint in p.hint]
    assert fitting, [p.render() for p in found]
    assert all(p.span.file.endswith("layer.yaml") and p.span.line for p in fitting)


def test_mistakes_of_a_layer(tmp_path: Path) -> None:
    lines = (
        "layer: ours",
        "kind: proposals",
        "base: [law, lav]",
        "from: 2026-02-30",
        "amend: [x]",
        "colour: red",
        "not_changed: [law/none]",
    )
    messages = [
        p.message for p in refused(tmp_path, layer(tmp_path, *lines, extra=provision("extra", "derivation", "when: i.zzz")))
    ]
    for part in (
        'needs "title"',
        '"kind" cannot be',
        'no pack "lav"',
        "no day of the calendar",
        "is a map",
        'no key "colour"',
        '"law/none"',
        '"zzz"',
    ):
        assert any(part in m for m in messages), part


def test_what_was_amended_is_not_unchanged(tmp_path: Path) -> None:
    made = layer(
        tmp_path, "not_changed: [law/allies]", f"amend: [{{list: law/allies, base: '{now(tmp_path, 'law/allies')}', add: [JP]}}]"
    )
    assert "says that it does not" in refused(tmp_path, made)[0].message


def test_a_layer_may_not_give_a_second_meaning_to_what_is_there(tmp_path: Path) -> None:
    made = layer(
        tmp_path,
        lists="lists:\n- {id: law/allies, type: place, cite: c, members: [JP]}",
        facts='facts:\n- {name: a, of: item, type: boolean, question: "a?"}',
        law=provision("exempt", "exemption", "lifts: [license]", "when: i.a"),
        other="provision: itar/1\nkind: prohibition\ntitle: t\ncite: c\nwhen: i.a",
    )
    messages = [p.message for p in refused(tmp_path, made)]
    for part in ("have a list law/allies already", "declared twice", "a provision of this layer is called law/..."):
        assert any(part in m for m in messages), messages
    alone = layer(tmp_path, name="alone", law=provision("exempt", "exemption", "lifts: [license]", "when: i.a"))
    assert "two texts of law/exempt" in refused(tmp_path, alone)[0].message


def test_amended_law_is_checked_again(tmp_path: Path) -> None:
    made = layer(
        tmp_path,
        "amend:",
        f"- {{clause: law/exempt#(1), base: '{now(tmp_path, 'law/exempt')}', replace_when: 'holds(\"law/exempt\", i)', says: s}}",
    )
    assert "depend on each other" in refused(tmp_path, made)[0].message
    gone = layer(
        tmp_path,
        "amend:",
        f"- {{clause: law/exempt#(1), base: '{now(tmp_path, 'law/exempt')}', remove: true}}",
        name="gone",
        bar=provision("bar", "prohibition", 'when: holds("law/exempt#(1)", i) and i.zzz'),
    )
    assert refused(tmp_path, gone)


@pytest.mark.parametrize("files", [{}, {"layer.yaml": ""}, {"layer.yaml": "layer: x\n---\nlayer: y"}, {"layer.yaml": "- x"}])
def test_a_folder_that_is_no_layer(tmp_path: Path, files: dict[str, str]) -> None:
    assert refused(tmp_path, write(tmp_path / "x", {"readme.txt": "x", **files}))


def test_a_layer_that_is_not_there_or_twice(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path, tmp_path / "nowhere")[0].message
    made = layer(tmp_path)
    assert "applied already" in refused(tmp_path, made, made)[0].message


# the shipped example


def _japan(text: str, user: str) -> str:
    text = (
        text.replace("destination: GB", "destination: JP")
        .replace("country: GB", "country: JP")
        .replace("government_of: GB", "government_of: JP")
    )
    start = text.index("aukus_authorized_user")
    return text[:start] + "aukus_authorized_user: false" + user + text[text.index("\n", start) :]


@pytest.mark.parametrize(
    ("user", "expected"),
    [("", "needs-review"), ("\n    japan_authorized_user: true", "pass"), ("\n    japan_authorized_user: false", "fail")],
)
def test_the_japan_proposal_opens_the_exemption_to_japan(user: str, expected: str) -> None:
    law, proposed = load_packs(), load_packs(None, [JAPAN])
    text = FIXTURE.read_text(encoding="utf-8")
    plain = transaction_from_node(read_text_documents(_japan(text, ""), "japan.yaml")[0], law.vocabulary)
    assert Engine(law).check(plain).verdict == "fail"
    japan = transaction_from_node(read_text_documents(_japan(text, user), "japan.yaml")[0], proposed.vocabulary)
    result = Engine(proposed).check(japan)
    assert result.verdict == expected
    assert {stamp.pack: stamp.layers for stamp in result.packs}["itar"] == ("126.7-japan (proposal)",)
    assert Engine(proposed).check(japan, as_of=date(2025, 12, 31)).verdict == "fail"  # before the proposal


def test_the_japan_proposal_leaves_britain_as_it_is() -> None:
    law, proposed = load_packs(), load_packs(None, [JAPAN])
    node = read_documents(FIXTURE)[0]
    for day in (date(2025, 12, 29), date(2026, 3, 11)):
        verdicts = {Engine(p).check(transaction_from_node(node, p.vocabulary), as_of=day).verdict for p in (law, proposed)}
        assert len(verdicts) == 1
