"""The canonical form, and transactions that differ in one fact."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from exportcheck.transaction.canonical import canonical
from exportcheck.transaction.change import REMOVE, entity_at, remove_completeness, replace_fact, with_facts
from exportcheck.transaction.model import Entity
from exportcheck.values import ABSENT, Money
from tests.transaction.descriptions import FULL, SHORT, read


def test_it_reads_back_to_the_same_transaction() -> None:
    tx = read(FULL)
    again = read(json.dumps(canonical(tx)), "json")
    assert canonical(again) == canonical(tx)
    for before, after in zip(tx.entities(), again.entities(), strict=True):
        assert {n: (f.value, f.complete, f.by, f.dated, f.because) for n, f in before.facts.items()} == {
            n: (f.value, f.complete, f.by, f.dated, f.because) for n, f in after.facts.items()
        }
        assert members(before) == members(after)
    assert [(c.line, c.authority) for c in again.claims] == [(c.line, c.authority) for c in tx.claims]
    for name, judgement in tx.judgements.items():
        assert (again.judgements[name].answer, again.judgements[name].by) == (judgement.answer, judgement.by)
    for code, rate in tx.rates.items():
        assert (again.rates[code].value, again.rates[code].dated, again.rates[code].source) == (
            rate.value,
            rate.dated,
            rate.source,
        )


def members(entity: Entity) -> list[tuple[str, int, bool, bool]]:
    return [(name, len(x.members), x.complete, x.stated) for name, x in entity.lists.items()]


def test_spelling_does_not_count() -> None:
    one = """
transaction: {id: A, destination: UK, contract: {value: 1.50 MUSD}, end_use: {vehicle_range: 300000 m}}
items: [{usml: viii(H)}]
"""
    other = """
items: [{line: 1, usml: [VIII(h)]}]
transaction: {end_use: {vehicle_range: 300}, contract: {value: USD 1500000}, destination: GB, id: A}
"""
    assert json.dumps(canonical(read(one))) == json.dumps(canonical(read(other)))


def test_values_have_their_units() -> None:
    form = canonical(read(FULL))
    assert form["transaction"]["end_use"]["vehicle_range"] == "160.9344 km"
    assert form["items"][0]["ingredients"][0]["percent_weight"] == "40 %"
    assert form["items"][0]["value"] == "400000 EUR"
    assert form["items"][0]["eccn"] == "none"
    assert form["transaction"]["end_use"]["missile"] == "undeterminable"
    assert list(form) == sorted(form)


def test_a_fact_is_replaced_and_nothing_else_is_touched() -> None:
    tx = read(FULL)
    new = replace_fact(tx, "items[0].components[1]", "origin_us", False)
    assert entity_at(new, "items[0].components[1]").facts["origin_us"].value is False
    assert entity_at(tx, "items[0].components[1]").facts["origin_us"].value is True
    assert new.items[1] is tx.items[1]
    assert new.items[0].lists["components"].members[0] is tx.items[0].lists["components"].members[0]
    assert new.root.lists["parties"] is tx.root.lists["parties"]


def test_a_fact_is_set_taken_away_and_given_back() -> None:
    tx = read(SHORT)
    new = with_facts(tx, [("", "end_use.military", "no"), ("items[0]", "usml", ABSENT), ("items[0]", "eccn", REMOVE)])
    assert canonical(new)["transaction"]["end_use"] == {"military": "no"}
    assert canonical(new)["items"] == [{"description": "racks", "line": "1", "usml": "none"}]
    assert replace_fact(tx, "", "origin", REMOVE) is tx


def test_units_and_dollars_are_kept() -> None:
    tx = with_facts(
        read(FULL), [("", "end_use.vehicle_range", Decimal(5)), ("items[0]", "value", Money(Decimal(5), "USD", None))]
    )
    assert canonical(tx)["transaction"]["end_use"]["vehicle_range"] == "5 km"
    assert tx.items[0].facts["value"].value == Money(Decimal(5), "USD", Decimal(5))


def test_completeness_is_taken_away() -> None:
    tx = read(FULL)
    parties = remove_completeness(tx, "", "parties")
    assert not parties.root.lists["parties"].complete
    assert "parties_complete" not in canonical(parties)
    assert not remove_completeness(tx, "items[0]", "components").items[0].lists["components"].complete
    ever = remove_completeness(tx, "parties[1]", "citizenships_ever")
    assert "citizenships_ever_complete" not in canonical(ever)["parties"][1]


@pytest.mark.parametrize("path", ["parties[9]", "items[0].parts[0]", "items", "items[0]components[0]", "items[-1]"])
def test_there_is_no_such_entity(path: str) -> None:
    with pytest.raises(KeyError):
        replace_fact(read(FULL), path, "x", True)
