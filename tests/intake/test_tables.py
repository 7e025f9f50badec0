"""Plain tables: the header names facts, adjacent rows with one id are one transaction."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.intake.target import find_target
from exportcheck.values import ABSENT, Classification, Money
from tests.fixtures.expected import engine
from tests.intake.sources import mistake, only, place, source_of, stated, taken_of

ORDERS = """\
id,transfer_date,destination,ultimate_consignee.name,ultimate_consignee.country,item.line,item.eccn,item.value
A-1,2026-03-02,GB,Bristol Systems Ltd,GB,10,9A610.x,500 USD
A-1,2026-03-02,GB,Bristol Systems Ltd,GB,20,5E002,1.5 kUSD
A-2,2026-03-03,JP,Kobe K.K.,JP,10,EAR99,
"""


def test_rows_of_one_id_are_the_lines_of_one_transaction(tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, ORDERS)
    assert (first.rows, first.id) == ((2, 3), "A-1")
    assert (second.rows, second.id) == ((4,), "A-2")
    assert first.transaction is not None
    assert stated(first.transaction) == {
        "id": "A-1",
        "transfer_date": date(2026, 3, 2),
        "destination": "GB",
        "parties[0].roles": frozenset({"ultimate-consignee"}),
        "parties[0].name": "Bristol Systems Ltd",
        "parties[0].country": "GB",
        "items[0].line": "10",
        "items[0].eccn": Classification("eccn", ("9A610", "x")),
        "items[0].value": Money(Decimal(500), "USD", Decimal(500)),
        "items[1].line": "20",
        "items[1].eccn": Classification("eccn", ("5E002",)),
        "items[1].value": Money(Decimal(1500), "USD", Decimal(1500)),
    }


def test_a_fact_knows_its_row_and_column(tmp_path: Path) -> None:
    first, _ = taken_of(tmp_path, ORDERS)
    assert first.transaction is not None
    fact = first.transaction.items[1].facts["eccn"]
    assert (fact.span.file, fact.span.line, fact.span.column) == (str(tmp_path / "orders.csv"), 3, 7)


def test_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    """Neither absent nor false: the fact is not there."""
    _, second = taken_of(tmp_path, ORDERS)
    assert second.transaction is not None
    assert "value" not in second.transaction.items[0].facts
    text = "id,item.eccn,item.usml,parties_complete,exporter.name\nA,  ,none,,\n"
    transaction = only(taken_of(tmp_path, text))
    assert stated(transaction) == {"id": "A", "items[0].line": "1", "items[0].usml": ABSENT}
    assert not transaction.root.lists["parties"].complete
    assert not transaction.root.lists["parties"].stated


def test_a_party_without_a_word_is_no_party(tmp_path: Path) -> None:
    text = "id,end_user.name,end_user.country,purchaser.name\nA,,,Foo\n"
    assert stated(only(taken_of(tmp_path, text)))["parties[0].name"] == "Foo"
    assert len(only(taken_of(tmp_path, text)).root.lists["parties"].members) == 1


def test_two_words_for_one_party(tmp_path: Path) -> None:
    text = "id,consignee.name,ultimate_consignee.country\nA,Foo,GB\n"
    (party,) = only(taken_of(tmp_path, text)).root.lists["parties"].members
    assert (party.facts["name"].value, party.facts["country"].value) == ("Foo", "GB")
    with pytest.raises(InputError, match="state the same fact"):
        source_of(tmp_path, "id,consignee.name,ultimate_consignee.name\nA,Foo,Bar\n")


def test_parties_by_number_take_their_roles_from_a_column(tmp_path: Path) -> None:
    text = 'id,party1.name,party1.roles,party2.name,party2.roles\nA,Foo,"purchaser; end-user",Bar,carrier\n'
    facts = stated(only(taken_of(tmp_path, text)))
    assert facts["parties[0].roles"] == frozenset({"purchaser", "end-user"})
    assert facts["parties[1].roles"] == frozenset({"carrier"})


def test_completeness_has_to_be_said(tmp_path: Path) -> None:
    text = "id,parties_complete,exporter.name\nA,yes,Foo\nB,,Foo\nC,no,Foo\n"
    complete = [t.transaction.root.lists["parties"].complete for t in taken_of(tmp_path, text) if t.transaction]
    assert complete == [True, False, False]


def test_components_route_licenses_and_claims(tmp_path: Path) -> None:
    text = (
        "id,route1.country,route2.country,route_complete,authorization.number,authorization.kind,claim,item.claim,"
        "item.component1.eccn,item.component1.fair_market_value,item.component2.eccn,item.components_complete\n"
        "A,US,GB,true,050123,DSP-5,NLR,22 CFR 126.7,3A001,10 USD,EAR99,true\n"
        "A,US,GB,true,050123,DSP-5,NLR,,,,,true\n"
    )
    transaction = only(taken_of(tmp_path, text))
    facts = stated(transaction)
    assert [facts["route[0].country"], facts["route[1].country"]] == ["US", "GB"]
    assert facts["authorizations[0].kind"] == "DSP-5"
    assert facts["items[0].components[1].eccn"] == Classification("eccn", ("EAR99",))
    assert [(claim.line, claim.authority) for claim in transaction.claims] == [(None, "NLR"), ("1", "22 CFR 126.7")]
    with_parts, without = transaction.items
    assert (with_parts.lists["components"].complete, len(with_parts.lists["components"].members)) == (True, 2)
    # "complete" and nothing stated is how a row says that there are none
    assert (without.lists["components"].complete, without.lists["components"].members) == (True, ())
    assert without.lists["components"].stated


def test_numbered_members_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    text = "id,route10.country,route2.country,route1.country\nA,GB,DE,US\n"
    legs = only(taken_of(tmp_path, text)).root.lists["route"].members
    assert [leg.facts["country"].value for leg in legs] == ["US", "DE", "GB"]


def test_a_currency_of_nothing_is_said(tmp_path: Path) -> None:
    (note,) = source_of(tmp_path, "id,item.value.currency\nA,USD\n").notes
    assert note.message == 'the column "item.value.currency" stands beside no amounts'


def test_a_marked_list_is_complete_only_where_it_is_said(tmp_path: Path) -> None:
    text = "id,exporter.citizenships_ever,exporter.citizenships_ever_complete\nA,US; NO,true\nB,US; NO,\n"
    sets = [
        t.transaction.root.lists["parties"].members[0].facts["citizenships_ever"]
        for t in taken_of(tmp_path, text)
        if t.transaction
    ]
    assert [fact.complete for fact in sets] == [True, False]
    assert sets[0].value == frozenset({"US", "NO"})


def test_currency_and_unit_from_a_column(tmp_path: Path) -> None:
    text = "id,item.value,item.value.currency,item.mass,item.mass.unit\nA,1000,EUR,100,lb\nB,5 GBP,EUR,2 kg,lb\n"
    first, second = (stated(t.transaction) for t in taken_of(tmp_path, text) if t.transaction)
    assert first["items[0].value"] == Money(Decimal(1000), "EUR", None)
    assert first["items[0].mass"] == Decimal("45.359237")
    assert second["items[0].value"] == Money(Decimal(5), "GBP", None)
    assert second["items[0].mass"] == Decimal(2)


def test_lines_that_disagree_about_the_transaction(tmp_path: Path) -> None:
    text = "id,destination,item.eccn\nA,GB,EAR99\nA,FR,EAR99\nB,GB,EAR99\n"
    first, second = taken_of(tmp_path, text)
    row, column, message, _ = mistake(first)
    assert first.rows == (2, 3)
    assert (row, column) == (3, 2)
    assert message == '"destination" differs from row 2 of the same transaction'
    assert second.transaction is not None


def test_an_id_that_comes_again(tmp_path: Path) -> None:
    text = "id,item.eccn\nA,EAR99\nB,EAR99\nA,5A002\nA,5A002\n"
    _, _, third, fourth = taken_of(tmp_path, text)
    assert mistake(third)[:3] == (4, 1, '"A" was there before, with other rows between')
    assert third.id == "A"
    assert mistake(fourth)[:2] == (5, 1)


def test_a_row_without_an_id(tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, "id,item.eccn\n,EAR99\nB,EAR99\n")
    assert mistake(first)[:2] == (2, 1)
    assert first.id == ""
    assert second.transaction is not None


def test_a_mistake_in_one_line_is_one_of_the_transaction(tmp_path: Path) -> None:
    """Decided without the line, the transaction might pass."""
    first, second = taken_of(tmp_path, "id,item.eccn\nA,EAR99\nA,oops\nB,EAR99\n")
    assert first.rows == (2, 3)
    assert mistake(first)[:3] == (3, 2, '`eccn`: "oops" is no classification')
    assert second.id == "B"


def test_contradictions_are_found_as_in_descriptions(tmp_path: Path) -> None:
    text = "id,item.line,item.eccn\nA,10,EAR99\nA,10,EAR99\n"
    (one,) = taken_of(tmp_path, text)
    assert mistake(one)[2] == 'two items have the line "10"'


def test_what_looks_like_a_formula_is_a_text(tmp_path: Path) -> None:
    text = "id,item.description\nA,\"=cmd|'/c calc'!A0\"\n"
    assert stated(only(taken_of(tmp_path, text)))["items[0].description"] == "=cmd|'/c calc'!A0"


def test_a_column_that_is_no_fact_is_said_once(tmp_path: Path) -> None:
    source = source_of(tmp_path, "id,destinaton,clerk\nA,GB,ann\nB,GB,bob\n")
    assert [place(note) for note in source.notes] == [
        (1, 2, 'the column is not read: there is no fact "destinaton"', 'did you mean "destination"?'),
        (1, 3, 'the column is not read: there is no fact "clerk"', "`exportcheck facts` lists what may be stated"),
    ]
    assert len(list(source)) == 2


def test_columns_of_which_none_is_a_fact(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column is named after a fact"):
        source_of(tmp_path, "Order No,Ship-to\nA,GB\n")


def test_no_id(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column is the id of the transaction"):
        source_of(tmp_path, "destination,item.eccn\nGB,EAR99\n")


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("item.classification", "a classification is of one list: item.usml, item.eccn, ..."),
        ("eccn", "it is a fact of an item: item.eccn"),
        ("item2.eccn", "write item.eccn"),
        ("consignee.roles", "use party1, party2, ... to take roles from a column"),
    ],
)
def test_columns_that_are_nearly_facts(column: str, says: str, tmp_path: Path) -> None:
    (note,) = source_of(tmp_path, f"id,{column}\nA,x\n").notes
    assert note.hint == says


def test_that_a_list_is_complete_needs_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="and no column states components"):
        source_of(tmp_path, "id,item.components_complete\nA,true\n")


def test_reading_again_gives_the_same(tmp_path: Path) -> None:
    source = source_of(tmp_path, ORDERS)
    whole = list(source)
    assert list(source) == whole
    assert [list(source.starting_at(n)) for n in range(3)] == [whole, whole[1:], []]


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    import hashlib

    assert source_of(tmp_path, ORDERS).digest == hashlib.sha256(ORDERS.encode()).hexdigest()


def test_tabs(tmp_path: Path) -> None:
    assert stated(only(taken_of(tmp_path, "id\tdestination\nA\tGB\n", name="orders.tsv")))["destination"] == "GB"


def test_a_byte_order_mark_and_line_ends_of_windows(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbfid,destination\r\nA,GB\r\n\r\nB,FR\r\n,\r\n,,,\r\n"
    first, second = taken_of(tmp_path, text)
    assert (first.rows, second.rows) == ((2,), (4,))  # an empty line is a row of the sheet
    assert second.transaction is not None
    assert second.transaction.id == "B"


def test_every_fact_of_every_pack_can_be_a_column() -> None:
    """By its own name: a word for a party or a list never hides a fact of the transaction."""
    vocabulary = engine().packs.vocabulary
    before = {"transaction": "", "party": "party1.", "item": "item.", "leg": "route1.", "authorization": "authorization1."}
    before |= {"ingredient": "item.ingredient1.", "point": "item.component2.point1."}
    for (kind, name), declared in vocabulary.facts.items():
        target = find_target(before[kind] + name, vocabulary)
        assert (target.declaration, target.what) == (declared, "fact"), name
