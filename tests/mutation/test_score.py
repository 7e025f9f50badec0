"""Which mutants the cases kill, and which are no change at all."""

from __future__ import annotations

from pathlib import Path

from exportcheck.engine.check import Engine
from exportcheck.mutation.altered import Altered
from exportcheck.mutation.equivalent import Equivalence
from exportcheck.mutation.run import Mutation, Score, mutants
from tests.rulepack.small import described, load, provision

LAW = provision("1", "derivation", "requires: [{cite: (a), says: x, when: 'i.n >= 5 and i.a'}]")


def cases(*lines: str) -> str:
    given = "descriptions: {plain: {transaction: {id: T, activity: export}, items: [{line: 1, n: 7, a: true}]}}"
    return "\n".join(["cases:", *(f"  - {{as_of: 2026-03-02, given: plain, {line}}}" for line in lines), given])


def score(root: Path, *lines: str, law: str = LAW, equivalence: bool = False, **files: str) -> Score:
    packs = load(root, law=law, **{"law.cases": cases(*lines)}, **files)
    return Mutation(packs, ["law"], Equivalence(packs) if equivalence else None).score("law")


def survivors(found: Score) -> list[str]:
    return [s.mutant.change for s in found.survivors]


PLAIN = 'name: plain, expect: {"law/1": holds}'


def test_a_case_in_the_middle_kills_little(tmp_path: Path) -> None:
    found = score(tmp_path, PLAIN)
    assert (found.possible, found.killed) == (7, 1)
    assert survivors(found) == [
        "5 changed to 4",
        "5 changed to 6",
        ">= changed to >",
        "and changed to or",
        "i.a dropped",
        "i.n >= 5 dropped",
    ]


def test_cases_at_the_edge_kill_all(tmp_path: Path) -> None:
    found = score(
        tmp_path,
        PLAIN,
        'name: at it, set: {"items[0].n": 5}, expect: {"law/1": holds}',
        'name: below it, set: {"items[0].n": 4}, expect: {"law/1": fails}',
        'name: without, set: {"items[0].a": false}, expect: {"law/1": fails}',
    )
    assert survivors(found) == []
    assert found.percent == 100


def test_what_is_withheld_kills_too(tmp_path: Path) -> None:
    """With `or`, a fact that is not stated leaves the outcome as it was."""
    found = score(tmp_path, PLAIN.replace("expect", 'withhold: {of: "law/1"}, expect'))
    assert survivors(found) == ["5 changed to 4", "5 changed to 6", ">= changed to >", "i.a dropped", "i.n >= 5 dropped"]


def test_a_mutant_of_a_definition_is_looked_for_where_it_is_used(tmp_path: Path) -> None:
    terms = "define: [{id: law/good, of: item, type: boolean, cite: s. 1, says: good, is: i.n > 5}]"
    law = provision("1", "derivation", "when: law_good(i)")
    found = score(tmp_path, PLAIN, law=law, terms=terms)
    assert survivors(found) == ["5 changed to 4", "5 changed to 6", "> changed to >="]
    assert {s.cases for s in found.survivors} == {1}


def test_nobody_looks(tmp_path: Path) -> None:
    found = score(tmp_path, 'name: other, expect: {"verdict": pass}')
    assert {s.cases for s in found.survivors} == {0}
    assert found.killed == 0


def test_what_is_no_change_does_not_count(tmp_path: Path) -> None:
    law = provision("1", "derivation", "requires: [{cite: (a), says: x, when: 'i.n >= 5 and i.n >= 3'}]")
    edges = (
        'name: at it, set: {"items[0].n": 5}, expect: {"law/1": holds}',
        'name: below it, set: {"items[0].n": 4.5}, expect: {"law/1": fails}',
    )
    found = score(tmp_path, *edges, law=law, equivalence=True)
    assert sorted(s.mutant.change for s in found.equivalent) == [
        "3 changed to 2",
        "3 changed to 4",
        ">= changed to >",
        "i.n >= 3 dropped",
    ]


def test_the_same_seed_tries_the_same(tmp_path: Path) -> None:
    packs = load(tmp_path, law=LAW, **{"law.cases": cases(PLAIN)})
    first, again, other = (Mutation(packs, ["law"]).score("law", count=3, seed=s) for s in (1, 1, 2))
    assert first.tried == 3
    assert survivors(first) == survivors(again)
    assert survivors(first) != survivors(other)


def test_an_altered_engine_answers_as_one_made_anew(tmp_path: Path) -> None:
    """The shortcut must not change what a mutant is: outcomes by it and by an engine of the changed packs."""
    law = "\n---\n".join(
        [
            provision("1", "requirement", "ground: law/LICENSE", "when: i.a"),
            provision("2", "exemption", "in_force: [{from: 2026-03-02}]", "lifts: [law/LICENSE]", "when: i.n >= 5"),
            provision("3", "limitation", "when: 'destination in list(\"law/far\")'", "limits: {all_of_pack: law}"),
        ]
    )
    lists = "lists: [{id: law/far, type: place, cite: s. 1, members: [{value: GB, from: 2026-03-02}, JP]}]"
    packs = load(tmp_path, law=law, lists=lists)
    base = Engine(packs)
    transactions = [described(packs, {"destination": d}, a=True, n=n) for d in ("GB", "JP", "FR") for n in (4, 5)]
    different = 0
    for mutant in mutants(packs, "law"):
        altered = Altered(base, mutant.part, mutant.make())
        anew = Engine(altered.packs)
        for transaction in transactions:
            quick, slow, before = (e.check(transaction, explain=False).verdict for e in (altered, anew, base))
            assert quick == slow, (mutant.about, mutant.change)
            different += quick != before
    assert different > 5


def test_what_no_alternative_lifts_by_default_is_no_change(tmp_path: Path) -> None:
    """Each alternative says what it lifts: what the exemption says as a whole comes to nothing."""
    ways = "any_of: [{cite: (a), says: x, when: i.a, lifts: [paper]}, {cite: (b), says: x, when: i.n > 5, lifts: [license]}]"
    law = provision("1", "exemption", "lifts: [license, paper]", ways)
    found = score(tmp_path, 'name: one, expect: {"law/1": holds}', law=law, equivalence=True)
    assert sorted(s.mutant.change for s in found.equivalent) == ["license no longer lifted", "paper no longer lifted"]
