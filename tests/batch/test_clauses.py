"""Clauses over columns: each construct in a pack of its own, on every way in which its facts can be stated."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numpy")

from exportcheck.batch.check import Checker
from tests.batch.agreement import Tally, compare
from tests.engine.small import DAY, assignments, line, needed, small


def derivation(id_: str, said: str, each: str = "item") -> str:
    return f"\nprovision: own/{id_}\nkind: derivation\ntitle: {id_}\ncite: 99 CFR 7\nfor_each: {each}\n{said}\n"


def prohibition(said: str, each: str = "item") -> str:
    return derivation("ban", said, each).replace("derivation", "prohibition")


def exemption(said: str, each: str = "item") -> str:
    gate = "applies_when: 'true'\nlifts: [own/G1]\n"
    return needed() + "---" + derivation("spare", gate + said, each).replace("derivation", "exemption")


UNCERTAIN = "in_force: [{status: uncertain}]"
FREE = "{cite: (1), says: one, when: i.a}, {cite: (2), id: two, says: two, when: i.b}"
OPEN = f"{{cite: (1), says: one, when: i.a}}, {{cite: (2), says: two, when: i.b, {UNCERTAIN}}}"
UNREAD = "{cite: (1), says: one, not_modelled: not read, when: i.a}, {cite: (2), says: two, when: i.b}"
STEP = "steps: [{cite: (2), by: before-transfer, says: do it, done_when: i.b, applies_when: i.c}]"
STOP = "when: i.b\nlimits: {all_of_pack: own, except: [{target: own/spare, when: i.c}]}"
MEMBERS = "{cite: (1), id: all, says: x, each: p in parties where p.p, when: p.q}, {cite: (2), says: y, when: i.a}"
GATED = f"applies_when: i.c\nany_of: [{FREE}]"
PACKS = {
    "a curve": prohibition("requires:\n  - {cite: (a), says: x, true_when: i.a, false_when: i.b}"),
    "a conflict": derivation("odd", "when: i.a and i.b").replace("derivation", "conflict"),
    "an uncertain clause": prohibition(f"all_of: [{OPEN}]"),
    "an uncertain alternative": exemption(f"any_of: [{OPEN}]"),
    "an uncertain provision": prohibition(f"{UNCERTAIN}\nwhen: i.a or i.b"),
    "an unverified text": exemption(f"trust: unverified\nall_of: [{FREE}]"),
    "a clause held elsewhere": derivation("d", GATED) + "---" + prohibition("holds: own/d#(2)/two"),
    "a clause not held": derivation("d", f"none_of: [{FREE}]") + "---" + prohibition("holds_not: own/d"),
    "what is not modelled": prohibition(f"all_of: [{UNREAD}]"),
    "a step first": exemption(f"requires:\n  - {{cite: (1), says: one, when: i.a, {STEP}}}"),
    "a limitation": exemption("when: i.a") + "---" + derivation("stop", STOP).replace("derivation", "limitation"),
}
PARTIES = {
    "some": prohibition("some: p in parties where p.p\nwhen: p.q"),
    "each": prohibition("each: p in parties where p.p\nwhen: p.q"),
    "each or none": exemption("each: p in parties where p.p\nor_none: true\nwhen: p.q"),
    "a provision of each party": prohibition("applies_when: p.p\nwhen: p.q", "party"),
    "members held elsewhere": derivation("d", f"all_of: [{MEMBERS}]") + "---" + prohibition("holds: own/d#(1)/all"),
}


@pytest.mark.parametrize("name", PACKS)
def test_on_every_item(name: str, tmp_path: Path) -> None:
    checker = Checker(small(tmp_path, PACKS[name]), DAY)
    every = [line(facts) for facts in assignments("a", "b", "c")]
    every += [line(facts, claims=["99 CFR 7"]) for facts in assignments("a", "b", "c")]
    tally = Tally()
    compare(checker, every, DAY, tally, outcomes=True)
    assert len(tally.verdicts) > 1


@pytest.mark.parametrize("name", PARTIES)
def test_over_parties(name: str, tmp_path: Path) -> None:
    checker = Checker(small(tmp_path, PARTIES[name]), DAY)
    people = assignments("p", "q")
    every = [
        line({"a": True}, members, complete=complete)
        for complete in (True, False)
        for members in ([], *([x] for x in people), *([x, y] for x in people for y in people))
    ]
    tally = Tally()
    compare(checker, every, DAY, tally, outcomes=True)
    assert len(tally.verdicts) > 1
