"""Tables of transactions: order, days, claims, stale law, contradictions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

pytest.importorskip("numpy")

from exportcheck.batch import Table, check_table
from exportcheck.engine.check import Engine
from exportcheck.errors import InputError
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Claim, Fact, Transaction
from tests.engine.small import DAY, line, small

NEED = """
provision: own/need
kind: requirement
title: A license is needed
cite: 99 CFR 3
for_each: item
applies_when: i.a
ground: own/G1
"""
SPARE = """
provision: own/spare
kind: exemption
title: Spared
cite: 99 CFR 4
for_each: item
applies_when: i.b
lifts: [own/G1]
requires:
  - {cite: (a), says: it is so, says_not: it is not so, when: i.c}
"""
TERM = "  - {id: own/term, of: item, type: boolean, cite: 99 CFR 5, says: it is a term, is: i.d, stated_as: attested}\n"
TERMED = """
provision: own/termed
kind: prohibition
title: Forbidden
cite: 99 CFR 6
for_each: item
when: own_term(i) and i.e
"""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return small(tmp_path, "\n---\n".join((NEED, SPARE, TERMED)), terms=TERM)


def verdicts(table: Table) -> list[str]:
    return [f"{r.verdict} {r.lines[0].packs[0].fail or ''}".strip() for r in table.rows]


def table(packs: Packs, *transactions: Transaction, size: int = 50, signatures: int = 50) -> Table:
    return check_table(packs, transactions, DAY, size=size, signatures=signatures)


PASS = {"a": False, "d": False, "e": False}
SPARED = {"a": True, "b": True, "c": True, "e": False}


def test_answers_stand_in_the_order_of_the_transactions_whatever_the_slices(engine: Engine) -> None:
    every = [line(PASS), line({"a": True, "b": False, "e": False}), line({"e": False}), line({**PASS, "d": True, "e": True})]
    for size in (1, 3, 100):
        found = table(engine.packs, *every, size=size)
        assert verdicts(found) == ["pass", "fail license-required", "needs-review", "fail prohibited"]


def test_a_pass_names_what_to_cite_and_a_failure_what_decided(engine: Engine) -> None:
    spared, failed = table(engine.packs, line(SPARED), line({**PASS, "a": True, "b": False})).rows
    assert spared.lines[0].packs[0].authority == "99 CFR 4"
    assert spared.lines[0].packs[0].deciding == "own/spare"
    assert failed.lines[0].packs[0].deciding == "own/need"


def test_a_claim_that_does_not_hold_while_another_authority_does_is_curable(engine: Engine) -> None:
    wrong = replace(line(SPARED), claims=(Claim(None, "99 CFR 99"),))
    wanted = engine.check(wrong, DAY, explain=False).lines[0].packs[0]
    got = table(engine.packs, wrong).rows[0].lines[0].packs[0]
    assert (got.verdict, got.fail, got.deciding) == (wanted.verdict, wanted.fail, wanted.deciding)


def test_each_transaction_is_checked_under_the_law_of_its_own_day(engine: Engine) -> None:
    def on(day: date) -> Transaction:
        plain: Transaction = line(PASS)
        facts = MappingProxyType({**plain.root.facts, "transfer_date": Fact(day)})
        return replace(plain, root=replace(plain.root, facts=facts))

    late = DAY + timedelta(days=1_000)
    found = check_table(engine.packs, [on(DAY), on(late), on(DAY)])
    assert verdicts(found) == ["pass", "needs-review", "pass"]  # stale law lets nothing pass


def test_without_a_date_nothing_is_checked(engine: Engine) -> None:
    with pytest.raises(InputError, match="no date"):
        check_table(engine.packs, [line(PASS)])


def test_what_is_attested_against_the_facts_lets_nothing_pass(engine: Engine) -> None:
    clashing, plain = line({**PASS, "d": True, "attested": False}), line(PASS)
    assert verdicts(table(engine.packs, clashing, plain)) == ["needs-review", "pass"]
    assert engine.check(clashing, DAY, explain=False).verdict == "needs-review"


def test_the_conclusion_layer_concludes_each_signature_once_and_no_more_than_asked(engine: Engine) -> None:
    every = [line(PASS), line(SPARED), line(PASS)]
    assert table(engine.packs, *every).signatures == 2
    assert table(engine.packs, *every, signatures=1).signatures == 1
    assert table(engine.packs, *every, size=1).signatures == 2


def test_no_transactions_are_no_rows(engine: Engine) -> None:
    assert table(engine.packs).rows == []
