"""Across transactions: totals that are filled in where everything is known, and notices."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("polars")

from exportcheck.batch.correlation import PROGRAM, Rules
from exportcheck.batch.declared import declared
from exportcheck.batch.filling import filled
from exportcheck.batch.notes import DECIMALS, Note, Noting, compared, write_notes
from exportcheck.batch.notices import find_notices
from exportcheck.batch.totals import Running, Sums, totals
from exportcheck.engine.check import Engine
from exportcheck.engine.conclude.durable import durable_available
from exportcheck.intake.model import Taken
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.change import REMOVE, with_facts
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import read_transactions

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DAY = date(2026, 3, 2)


@cache
def packs() -> Packs:
    return load_packs()


def note(id: str, day: date | None = DAY, usd: str | None = "1000", **facts: Any) -> dict[str, Any]:
    """A line of USD 1,000 under 3A001 to one consignee that is all."""
    micros = None if usd is None else int(Decimal(usd).scaleb(DECIMALS))
    own: dict[str, Any] = {
        "place": 0, "id": id, "row": int(id[1:]), "item": 0, "day": day, "consignee": "a", "name": "A", "everybody": True,
        "entry": "3A001", "paragraph": "3A001.c.1", "net": micros, "value": micros, "counts": True, "origin": "US",
        "destination": "BR",
    }  # fmt: skip
    return own | {"place": int(id[1:])} | facts


def before(*notes: dict[str, Any]) -> dict[int, str]:
    """By transaction what went before, where it is known."""
    sums = Sums()
    for one in notes:
        sums.add(one)
    found = totals(iter(notes), Running(sums))
    return {place: f"{value.normalize():f}" for (place, _), value in found.items()}


def test_a_total_is_of_what_went_earlier_in_the_year() -> None:
    days = [date(2025, 12, 30), date(2026, 1, 5), date(2026, 3, 1), date(2026, 2, 1)]
    assert before(*(note(f"T{n}", d) for n, d in enumerate(days))) == {0: "0", 1: "0", 2: "2000", 3: "1000"}


def test_of_one_day_earlier_is_what_stands_before() -> None:
    assert before(note("T0"), note("T1"), note("T2", consignee="b")) == {0: "0", 1: "1000", 2: "0"}


def test_lines_of_the_same_transaction_are_not_earlier() -> None:
    one, other = note("T0"), note("T0", item=1)
    assert before(one, other, note("T1")) == {0: "0", 1: "2000"}


@pytest.mark.parametrize(
    "unknown",
    [
        {"net": None},  # how much
        {"consignee": ""},  # to whom
        {"everybody": False},  # to whom else
        {"entry": ""},  # of what
        {"day": None},  # when
        {"item": -1, "day": None, "consignee": "", "entry": "", "net": None},  # a row in error
    ],
)
def test_a_sum_that_may_be_too_low_is_unknown(unknown: dict[str, Any]) -> None:
    """The later transaction must not get the 1,000 of what is known."""
    known, later = note("T0", date(2026, 1, 5)), note("T2", date(2026, 6, 1))
    assert before(known, note("T1", date(2026, 2, 1)), later)[2] == "2000"
    assert 2 not in before(known, note("T1", **{"day": date(2026, 2, 1), **unknown}), later)


def test_what_is_unknown_of_others_leaves_a_total_alone() -> None:
    known, later = note("T0", date(2026, 1, 5)), note("T2", date(2026, 6, 1))
    for other in ({"net": None, "consignee": "b"}, {"net": None, "entry": "5A002"}, {"net": None, "counts": False}):
        assert before(known, note("T1", date(2026, 2, 1), **other), later)[2] == "1000"
    assert before(known, note("T1", date(2026, 7, 1), net=None), later)[2] == "1000", "what is later takes nothing away"
    assert before(known, note("T1", date(2025, 7, 1), net=None), later)[2] == "1000", "nor what is of another year"


def test_the_fixture_with_a_total_from_a_batch() -> None:
    """15 CFR 740.3(d)(2): earlier orders of USD 16,500 keep LVS from two that are each within its limit."""
    (fixture,) = read_transactions([FIXTURES / "ear-lvs-year.yaml"], packs().vocabulary)
    engine = Engine(packs())
    bare = with_facts(fixture, [(item.path, "ytd.lvs_value", REMOVE) for item in fixture.items])
    stated, open_ = engine.check(fixture, explain=False), engine.check(bare, explain=False)
    assert (stated.verdict, open_.verdict) == ("fail", "needs-review")
    many = [_earlier(bare, n) for n in range(11)]  # USD 1,500 each
    noting = Noting(engine, None)
    taken = [Taken((n,), t.id, t, ()) for n, t in enumerate([*many, bare])]
    notes = [_plain(n) for place, t in enumerate(taken) for n in noting.notes(place, t)]
    sums = Sums()
    for one in notes:
        sums.add(one)
    found = {item: value for (place, item), value in totals(iter(notes), Running(sums)).items() if place == 11}
    assert found == {0: Decimal(16500), 1: Decimal(16500)}
    whole = filled(bare, found, packs().vocabulary)
    assert engine.check(whole, explain=False).verdict == "fail"
    assert [item.facts["ytd.lvs_value"].text for item in whole.items] == ["16500 USD", "16500 USD"]
    assert filled(fixture, {0: Decimal(1)}, packs().vocabulary) is fixture, "what is stated stays"


def _earlier(transaction: Transaction, n: int) -> Transaction:
    """An order of one line and USD 1,500 in an earlier month."""
    (item, *_) = transaction.items
    from exportcheck.values import Money

    value = Money(Decimal(1500), "USD", Decimal(1500))
    changes = [(item.path, "net_price", value), ("", "transfer_date", date(2026, 1, 1) + timedelta(days=n))]
    changed = with_facts(transaction, changes)
    lists = dict(changed.root.lists)
    lists["items"] = replace(lists["items"], members=lists["items"].members[:1])
    return replace(changed, id=f"E{n}", root=replace(changed.root, lists=lists))


def _plain(one: Note) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(one)


def test_a_line_under_another_authority_does_not_count() -> None:
    (fixture,) = read_transactions([FIXTURES / "ear-lvs-year.yaml"], packs().vocabulary)
    noting = Noting(Engine(packs()), None)
    from exportcheck.transaction.model import Claim

    for authority, counts in ((None, True), ("LVS", True), ("15 CFR 740.3", True), ("GBS", False)):
        claimed = replace(fixture, claims=(Claim(None, authority),) if authority else ())
        assert {n.counts for n in noting.notes(0, Taken((1,), "x", claimed, ()))} == {counts}


def test_names_are_compared_without_what_spellings_differ_in() -> None:
    assert compared("Ångström  Industrie, S.A.") == compared("angstrom INDUSTRIE SA")
    assert compared("A Ltd") != compared("B Ltd")


@pytest.fixture(params=["chainer", "durable"])
def rules(request: pytest.FixtureRequest) -> Rules:
    if request.param == "durable" and not durable_available():
        pytest.skip("durable-rules is not installed")
    return Rules(request.param)


@pytest.fixture
def noticed(tmp_path: Path, rules: Rules) -> Callable[..., list[dict[str, Any]]]:
    def find(*notes: dict[str, Any], at_once: int = 1000) -> list[dict[str, Any]]:
        with (tmp_path / "0.notes").open("wb") as file:
            write_notes([Note(**n) for n in notes], file)
        return [json.loads(line) for _, line in find_notices([tmp_path / "0.notes"], packs(), rules, at_once)]

    return find


Noticed = Callable[..., list[dict[str, Any]]]


def test_orders_that_look_split(noticed: Noticed) -> None:
    """3A001.c has a limit of USD 1,500."""
    days = [DAY, DAY + timedelta(days=3), DAY + timedelta(days=30)]
    (found,) = noticed(*(note(f"T{n}", day, "900") for n, day in enumerate(days)))
    assert found["notice"] == "split"
    assert found["transactions"] == ["T0", "T1", "T2"]
    assert (found["total_usd"], found["limit_usd"], found["classification"]) == ("2700", "1500", "3A001")


@pytest.mark.parametrize(
    "other",
    [
        {"day": DAY + timedelta(days=31)},  # too late
        {"usd": "1500.01"},  # above the limit by itself
        {"usd": "600"},  # together at the limit
        {"usd": None},
        {"consignee": "b"},
        {"entry": "5A002", "paragraph": "5A002.a"},
        {"consignee": ""},
    ],
)
def test_orders_that_do_not(noticed: Noticed, other: dict[str, Any]) -> None:
    assert noticed(note("T0", usd="900"), note("T1", **{"usd": "900", **other})) == []


def test_small_transfers_that_are_repeated(noticed: Noticed) -> None:
    many = [note(f"T{n}", DAY + timedelta(days=3 * n), "2500", entry="none", paragraph="none") for n in range(11)]
    (found,) = noticed(*many)
    assert (found["notice"], found["count"], found["consignee"]) == ("repeated", 11, "A")
    assert noticed(*many[:9]) == []
    assert noticed(*many[:9], many[9] | {"value": many[9]["value"] + 1}) == []


def test_routes_in_a_circle(noticed: Noticed) -> None:
    def leg(n: int, origin: str, destination: str, day: int, paragraph: str = "6A003.b.4") -> dict[str, Any]:
        facts = {
            "consignee": f"c{n}",
            "entry": paragraph[:5],
            "paragraph": paragraph,
            "origin": origin,
            "destination": destination,
        }
        return note(f"T{n}", DAY + timedelta(days=day), "9000", **facts)

    (back,) = noticed(leg(0, "US", "DE", 0), leg(1, "DE", "US", 5))
    assert (back["notice"], back["route"], back["transactions"]) == ("circular", ["US", "DE", "US"], ["T0", "T1"])
    (third,) = noticed(leg(0, "US", "DE", 0), leg(1, "DE", "TR", 5), leg(2, "TR", "US", 60))
    assert third["route"] == ["US", "DE", "TR", "US"]
    for apart in (
        [leg(0, "US", "DE", 0), leg(1, "DE", "US", 91)],  # too long after
        [leg(0, "US", "DE", 0), leg(1, "DE", "US", 0)],  # on one day: neither came before
        [leg(0, "US", "DE", 0), leg(1, "DE", "US", 5, "6A003.a")],  # other goods
        [leg(0, "US", "US", 0), leg(1, "US", "US", 5)],  # at home
        [leg(0, "US", "DE", 0), leg(1, "DE", "TR", 5)],
    ):
        assert noticed(*apart) == []


def test_shares_find_the_same(noticed: Noticed) -> None:
    many = [note(f"T{n}", DAY + timedelta(days=n % 5), "900", consignee=f"c{n % 4}", name=f"C{n % 4}") for n in range(16)]
    together = noticed(*many)
    assert len(together) == 4
    assert sorted(map(str, noticed(*many, at_once=3))) == sorted(map(str, together))


def test_both_conclusion_layers_conclude_the_same() -> None:
    from itertools import product

    if not durable_available():
        pytest.skip("durable-rules is not installed")
    one, other = Rules("chainer"), Rules("durable")
    names = sorted({literal[:-2] for literal in PROGRAM.read - PROGRAM.heads})
    for number, truths in enumerate(product((True, False, None), repeat=len(names))):
        if number % 997 == 0 or all(truths):
            observed = dict(zip(names, truths, strict=True))
            assert one.kinds(observed) == other.kinds(observed)
    assert one.kinds(dict.fromkeys(names, True)) == ("split", "repeated", "circular")


def test_what_is_declared_is_there() -> None:
    total = declared().totals[0]
    assert packs().vocabulary.get("transaction", total.fact) or packs().vocabulary.get("item", total.fact)
    assert total.sum in packs().definitions
    assert declared().notices["split"].limits in packs().tables
