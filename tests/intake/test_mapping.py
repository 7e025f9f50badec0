"""Mappings: columns to facts, and what is wrong with a mapping is said at its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.intake.read_mapping import load_mapping, shipped_mappings
from exportcheck.values import ABSENT, Classification, Money
from exportcheck.vocabulary.load import core_vocabulary
from tests.intake.sources import mapping_of, mistake, only, place, source_of, stated, taken_of

MAPPING = """\
schema: exportcheck/mapping/1
delimiter: ";"
decimal: ","
thousands: "."
date_format: "%d.%m.%Y"
parties:
  customer: [purchaser, ultimate-consignee]
columns:
  Auftrag: id
  Datum: transfer_date
  Land: {fact: destination, values: {Japan: JP, Deutschland: DE, "?": not-stated}}
  Kunde: customer.name
  AL: {fact: item.eccn, otherwise: not-stated}
  Wert: {fact: item.value, currency: {column: Whg}}
  Gewicht: {fact: item.mass, unit: lb}
constant:
  activity: export
  exporter: {name: Example Inc, country: US}
  parties_complete: true
exchange_rates: {EUR: {usd: 1.10, dated: 2026-05-08, source: treasury}}
not_stated: ["-"]
ignore: [Sach*]
"""
HEADER = "Auftrag;Datum;Land;Kunde;AL;Wert;Whg;Gewicht;Sachbearbeiter\n"


def test_a_mapped_row(tmp_path: Path) -> None:
    text = HEADER + "A1;01.03.2026;Japan;Kobe K.K.;5E002;1.234,50;EUR;100;xy\n"
    source = source_of(tmp_path, text, MAPPING)
    assert source.notes == ()
    transaction = only(list(source))
    assert stated(transaction) == {
        "id": "A1",
        "activity": "export",
        "transfer_date": date(2026, 3, 1),
        "destination": "JP",
        "parties[0].roles": frozenset({"purchaser", "ultimate-consignee"}),
        "parties[0].name": "Kobe K.K.",
        "parties[1].roles": frozenset({"exporter"}),
        "parties[1].name": "Example Inc",
        "parties[1].country": "US",
        "items[0].line": "1",
        "items[0].eccn": Classification("eccn", ("5E002",)),
        "items[0].value": Money(Decimal("1234.5"), "EUR", Decimal("1357.95")),
        "items[0].mass": Decimal("45.359237"),
    }
    assert transaction.root.lists["parties"].complete
    assert transaction.rates["EUR"].source == "treasury"


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("A1;2026-03-01;Japan;K;;;;;", 2, 'column "Datum": `transfer_date`: "2026-03-01" is not a date as this column writes it'),
        ("A1;31.02.2026;Japan;K;;;;;", 2, 'column "Datum": `transfer_date`: "31.02.2026" is not a date as this column writes it'),
        ("A1;;Mond;K;;;;;", 3, 'column "Land": "Mond" is not among the values of this column'),
        ("A1;;;K;;1,234.50;USD;;", 6, 'column "Wert": `value`: "1,234.50" is not a number as this column writes it'),
        ("A1;;;K;;12.34;USD;;", 6, 'column "Wert": `value`: "12.34" is not a number as this column writes it'),
        ("A1;;;K;;12;Euro;;", 6, 'column "Wert": `value`: "12 Euro" is not an amount of money'),
        ("A1;;;K;;12;;;", 6, 'column "Wert": `value`: "12" names no currency'),
    ],
)
def test_a_cell_that_is_no_value(row: str, column: int, says: str, tmp_path: Path) -> None:
    (one,) = taken_of(tmp_path, HEADER + row + "\n", MAPPING)
    assert mistake(one)[:3] == (2, column, says)


def test_what_counts_as_not_stated(tmp_path: Path) -> None:
    text = HEADER + "A1;-;?;K;nonsense;-;USD;-;xy\n"
    facts = stated(only(taken_of(tmp_path, text, MAPPING)))
    assert not {"transfer_date", "destination", "items[0].eccn", "items[0].value", "items[0].mass"} & facts.keys()


def test_none_and_undeterminable_are_values(tmp_path: Path) -> None:
    mapping = "columns:\n  no: id\n  list: {fact: item.eccn, values: {'not listed': none, A: 9A610.x}}\n"
    first, second = taken_of(tmp_path, "no,list\n1,not listed\n2,A\n", mapping)
    assert first.transaction is not None
    assert stated(first.transaction)["items[0].eccn"] is ABSENT
    assert second.transaction is not None


def test_a_party_of_which_nothing_is_understood_is_still_a_party(tmp_path: Path) -> None:
    """Left out, a complete list of parties would be one of others."""
    mapping = (
        "columns: {no: id, who: {fact: end_user.country, otherwise: not-stated}, by: exporter.name}\n"
        "constant: {parties_complete: true}\n"
    )
    transaction = only(taken_of(tmp_path, "no,who,by\n1,Atlantis,Foo\n", mapping))
    roles = [party.facts["roles"].value for party in transaction.root.lists["parties"].members]
    assert roles == [frozenset({"end-user"}), frozenset({"exporter"})]


def test_one_column_to_two_facts(tmp_path: Path) -> None:
    mapping = "columns: {no: [id, order.number], to: [destination, ultimate_consignee.country]}\n"
    facts = stated(only(taken_of(tmp_path, "no,to\n7,GB\n", mapping)))
    assert (facts["id"], facts["order.number"], facts["destination"], facts["parties[0].country"]) == ("7", "7", "GB", "GB")


def test_grouped_by_other_columns(tmp_path: Path) -> None:
    mapping = "group_by: [order, ship]\ncolumns: {eccn: item.eccn}\nignore: [order, ship]\n"
    taken = taken_of(tmp_path, "order,ship,eccn\n1,a,EAR99\n1,a,5A002\n1,b,EAR99\n", mapping)
    assert [(t.id, t.rows) for t in taken] == [("1/a", (2, 3)), ("1/b", (4,))]
    assert all(t.transaction is not None and t.transaction.id == t.id for t in taken)


def test_each_row_is_one_transaction(tmp_path: Path) -> None:
    mapping = "group_by: row\ncolumns: {eccn: item.eccn}\n"
    assert [t.id for t in taken_of(tmp_path, "eccn\nEAR99\n5A002\n", mapping)] == ["row 2", "row 3"]
    mapping = "group_by: row\ncolumns: {no: id, eccn: item.eccn}\n"
    first, second, third = taken_of(tmp_path, "no,eccn\n1,EAR99\n1,5A002\n,5A002\n", mapping)
    assert first.transaction is not None
    assert mistake(second)[:3] == (3, 1, '"1" was there before, with other rows between')
    assert mistake(third)[:3] == (4, 1, "the id of the transaction is empty")


def test_the_first_digits(tmp_path: Path) -> None:
    mapping = "columns: {no: id, hts: {fact: item.hts6, first: 6}}\n"
    first, second = taken_of(tmp_path, "no,hts\n1,8517.62.0090\n2,8517\n", mapping)
    assert first.transaction is not None
    assert stated(first.transaction)["items[0].hts6"] == "851762"
    assert mistake(second)[:3] == (3, 2, 'column "hts": "8517" has fewer than 6 digits or letters')


def test_a_header_further_down(tmp_path: Path) -> None:
    text = "Orders of March,,\n,,\nno,to,x\n1,GB,\n"
    mapping = "header: 3\ncolumns: {no: id, to: destination}\nignore: x\n"
    (one,) = taken_of(tmp_path, text, mapping)
    assert one.rows == (4,)
    assert one.transaction is not None


def test_columns_that_nobody_mapped_are_said_once(tmp_path: Path) -> None:
    source = source_of(tmp_path, "no,to,clerk\n1,GB,ann\n", "columns: {no: id, to: destination}\n")
    (note,) = source.notes
    assert place(note) == (1, 3, 'the column "clerk" is neither mapped nor ignored', "map it, or name it under `ignore`")


def test_who_says_so(tmp_path: Path) -> None:
    mapping = (
        "columns:\n"
        "  no: id\n"
        "  hit: {fact: end_user.screening.denied, values: {none: 'no'}, by: trade desk, dated: 2026-02-27, source: CSL}\n"
        "constant:\n"
        "  known_to_stay: {value: false, by: A. Roe, because: all are sales}\n"
        "  parties_complete: {value: true, by: A. Roe}\n"
    )
    transaction = only(taken_of(tmp_path, "no,hit\n1,none\n", mapping))
    fact = transaction.root.lists["parties"].members[0].facts["screening.denied"]
    assert (fact.value, fact.by, fact.dated, fact.source) == (False, "trade desk", date(2026, 2, 27), "CSL")
    assert transaction.root.facts["known_to_stay"].because == "all are sales"
    mark = transaction.root.lists["parties"].mark
    assert mark is not None
    assert mark.by == "A. Roe"


@pytest.mark.parametrize(
    ("mapping", "line", "says"),
    [
        ("columns: {no: id, dest: destination}\n", 1, 'the file has no column "dest"'),
        ("columns:\n  no: id\n  to: destinaton\n", 3, 'there is no fact "destinaton"'),
        ("columns:\n  no: id\n  to: [destination, destination]\n", 3, '"to" and "to" state the same fact'),
        ("columns: {no: id, to: destination}\nconstant: {destination: GB}\n", 2, '"GB" and "to" state the same fact'),
        ("columns: {no: id}\nconstant: {destination: Atlantis}\n", 2, '`destination`: "Atlantis" is no known place'),
        ("columns: {to: destination}\n", 1, "no column is the id of the transaction"),
        ("columns: {to: destination}\nconstant: {id: '7'}\n", 2, "all transactions would have the same id"),
        ("columns: {no: id}\ngroup_by: [ship]\n", 1, 'the file has no column "ship"'),
        ("columns: {no: id, to: {fact: item.value, currency: {column: curr}}}\n", 1, 'the file has no column "curr"'),
        ("columns: {no: id}\nconstant: {item.value.currency: USD}\n", 2, "a currency is said of the column"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file(mapping: str, line: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        source_of(tmp_path, "no,to\n1,GB\n", mapping)
    found = [(p.span.line, p.message) for p in error.value.problems]
    assert (line, says) in found
    assert all(p.span.file.endswith("orders.map.yaml") for p in error.value.problems)


@pytest.mark.parametrize(
    ("mapping", "line", "column", "says"),
    [
        ("- a\n", 1, 1, "a mapping is a map"),
        ("colums: {}\n", 1, 1, 'unknown key "colums"'),
        ("ignore: x\n", 1, 1, "`columns` is missing"),
        ("schema: exportcheck/mapping/2\ncolumns: {}\n", 1, 9, '"exportcheck/mapping/2" is not a schema that this version reads'),
        ("columns: {a: {to: id}}\n", 1, 15, 'unknown key "to"'),
        ("columns: {a: {otherwise: error}}\n", 1, 14, "`fact` is missing"),
        ("columns: {a: {fact: id, otherwise: ignore}}\n", 1, 36, '`otherwise` cannot be "ignore"'),
        ("columns: {a: {fact: id, values: [a]}}\n", 1, 33, "`values` is a map of texts in the column to values of the fact"),
        ("columns: {a: {fact: id, values: {a: }}}\n", 1, 37, '"a" has no value'),
        ("columns: {a: {fact: item.value, currency: EURO}}\n", 1, 43, '"EURO" is no currency'),
        ('columns: {a: {fact: transfer_date, date_format: "%d.%m"}}\n', 1, 49, '"%d.%m" does not write a day'),
        ('decimal: ","\nthousands: ","\ncolumns: {}\n', 2, 12, "the decimal mark and the thousands mark are the same"),
        ("encoding: utf-16\ncolumns: {}\n", 1, 11, 'the encoding "utf-16" is not read'),
        ("delimiter: ab\ncolumns: {}\n", 1, 12, "`delimiter` is one character"),
        ("header: 0\ncolumns: {}\n", 1, 9, "`header` is a number from 1 to 1000"),
        ("format: excel\ncolumns: {}\n", 1, 9, '`format` cannot be "excel"'),
        ("parties: {x: [boss]}\ncolumns: {}\n", 1, 15, '`roles` cannot be "boss"'),
        ("exchange_rates: {EUR: 1.1}\ncolumns: {}\n", 1, 23, "this is a map"),
        ("columns: {a: id, a: id}\n", 1, 18, 'the key "a" is given twice'),
        ("columns: {a: {fact: id, dated: today}}\n", 1, 32, '"today" is not a date'),
        ("columns: {}\nconstant: {origin: {value: US, says: me}}\n", 2, 32, 'unknown key "says"'),
        ("columns: &x {a: id}\nignore: *x\n", 2, 9, "aliases (`*x`) may not be used here"),
    ],
)
def test_a_mapping_that_is_none(mapping: str, line: int, column: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        mapping_of(tmp_path, mapping)
    assert (line, column, says) in [(p.span.line, p.span.column, p.message) for p in error.value.problems]


@pytest.mark.parametrize("name", shipped_mappings())
def test_shipped_mappings_are_read_by_name(name: str) -> None:
    mapping = load_mapping(name, core_vocabulary())
    assert mapping.columns
    assert len(mapping.digest) == 64


def test_the_shipped_mappings() -> None:
    assert shipped_mappings() == ("aes", "ocds", "ubl", "usaspending")


def test_a_name_that_is_no_mapping() -> None:
    with pytest.raises(InputError, match='there is no mapping "ocdss"'):
        load_mapping("ocdss", core_vocabulary())
    with pytest.raises(InputError, match="there is no such file"):
        load_mapping("no.yaml", core_vocabulary())
