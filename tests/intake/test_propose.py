"""Proposals: what a column is called and what it holds, with the reason. What is proposed is a mapping that reads the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.intake import open_source
from exportcheck.intake.propose import gathered, open_table, propose, proposed_mapping, render
from exportcheck.intake.read_mapping import SHIPPED, read_mapping
from exportcheck.intake.samples import Samples
from exportcheck.intake.synonyms import bare
from exportcheck.values import Money
from exportcheck.vocabulary.load import core_vocabulary
from tests.intake.sources import stated, written
from tests.intake.test_json_lines import LINE
from tests.intake.test_ubl import ORDER

EXPORT = """\
Order No,Pos,ShipDate,Ship-to Name,ShipToCountry,COO,ECCN,Net Value,Curr,Export Type,Clerk,end use military,Munitions,When
10001,1,03/25/2026,Foo GmbH,DE,US,5A002.a,"1,234.50",USD,Export,ann,N,XI(a),03/04/2026
10001,2,03/25/2026,Foo GmbH,DE,US,EAR99,12.50,USD,Export,ann,N,,03/04/2026
10002,1,03/26/2026,Bar K.K.,JP,US,3A001,900,USD,Re-export,bob,Y,VIII(h)(1),03/04/2026
"""


def proposed(path: Path, format: str = "csv") -> str:
    rows, delimiter = open_table(path, format)
    return render(path, format, delimiter, propose(rows.columns, gathered(rows), core_vocabulary()))


def test_an_export(tmp_path: Path) -> None:
    text = proposed(written(tmp_path, EXPORT))
    said = {line.partition("#")[0].strip(): line.partition("#")[2].strip() for line in text.splitlines()}
    assert said["Order No: id"] == "is often called so"
    assert said['ShipDate: {fact: transfer_date, date_format: "%m/%d/%Y"}'] == "is often called so"
    assert said["ShipToCountry: ultimate_consignee.country"] == "is often called so"
    assert said['Net Value: {fact: item.value, currency: {column: Curr}, thousands: ","}'] == "is often called so"
    assert said['Export Type: {fact: activity, values: {"Export": "export", "Re-export": "reexport"}}'] == "is often called so"
    assert said['end use military: {fact: end_use.military, values: {"N": "no", "Y": "yes"}}'] == "has the fact's words"
    assert said["Munitions: item.usml"] == "all values look like paragraphs of the USML"
    assert said["- Clerk"].startswith('? values like "ann", "bob"')
    assert said["- When"].startswith("? all values are of the kind days")
    assert "# No column was found for origin, destination: what is not stated is asked for, row by row." in text


def test_what_is_proposed_reads_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, EXPORT)
    mapping = read_mapping(written(tmp_path, proposed(path), "orders.map.yaml"), core_vocabulary())
    source = open_source(path, mapping, core_vocabulary())
    assert source.notes == ()
    first, second = source
    assert first.transaction is not None
    assert second.transaction is not None
    assert isinstance(stated(first.transaction)["items[0].value"], Money)
    assert len(first.transaction.items) == 2


def test_a_semicolon_and_decimal_commas(tmp_path: Path) -> None:
    text = proposed(written(tmp_path, "Auftrag;Bezeichnung;Wert\n1;Kabel;1.234,50\n2;Kabel;12,5\n"))
    assert 'delimiter: ";"\n' in text
    assert 'Wert: {fact: item.value, decimal: ",", thousands: "."}' in text
    assert "# ? is often called so; in which currency? (currency: USD)" in text


def test_days_that_can_be_read_two_ways_are_left_to_a_person(tmp_path: Path) -> None:
    text = proposed(written(tmp_path, "Order,Ship Date\n1,03/04/2026\n"))
    assert "Ship Date  # ? days could be %m/%d/%Y or %d/%m/%Y" in text


def test_without_an_order_number_each_row_is_one(tmp_path: Path) -> None:
    path = written(tmp_path, "Product,ECCN\ncable,EAR99\n")
    text = proposed(path)
    assert "group_by: row" in text
    mapping = read_mapping(written(tmp_path, text, "m.yaml"), core_vocabulary())
    assert [t.id for t in open_source(path, mapping, core_vocabulary())] == ["row 2"]


def test_no_fact_twice(tmp_path: Path) -> None:
    text = proposed(written(tmp_path, "Order No,Order Number,ECCN,US ECCN\n1,1,EAR99,EAR99\n"))
    assert "- Order Number  # ? id is proposed for Order No already" in text
    assert "- US ECCN  # ? item.eccn is proposed for ECCN already" in text


def test_documents_have_a_mapping_already(tmp_path: Path) -> None:
    text, said = proposed_mapping(written(tmp_path, ORDER, "order.xml"), None, core_vocabulary())
    assert text == (SHIPPED / "ubl.yaml").read_text(encoding="utf-8")
    assert said.startswith('a copy of the mapping "ubl"')


def test_descriptions_need_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file holds descriptions and needs no mapping"):
        proposed_mapping(written(tmp_path, LINE % "A", "orders.jsonl"), None, core_vocabulary())


@pytest.mark.parametrize("name", ["a: b", "#x", "- y", "no", "'q'", '"', "é", "*", "yes", "{a}", "123"])
def test_any_header_can_be_written(name: str, tmp_path: Path) -> None:
    """Whatever a column is called, the proposal is a mapping of it."""
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows([["Order No", name], ["1", "x"], ["2", "a # b: c"]])
    path = written(tmp_path, out.getvalue())
    mapping = read_mapping(written(tmp_path, proposed(path), "m.yaml"), core_vocabulary())
    assert name in mapping.ignore
    assert len(list(open_source(path, mapping, core_vocabulary()))) == 2


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["GB", "United Kingdom", "DEU"], "country"),
        (["5A002", "EAR99", "9A610.x"], "eccn"),
        (["VIII(h)(1)", "XI(a)"], "usml"),
        (["USD", "EUR"], "currency"),
        (["2026-03-02", "2026-03-03"], "date"),
        (["02.03.2026"], "date"),
        (["GB", "nowhere"], ""),
        ([], ""),
        (["12"], ""),
    ],
)
def test_what_values_look_like(values: list[str], kind: str) -> None:
    assert Samples(tuple(values)).looks_like() == kind


def test_names_as_words() -> None:
    assert {bare(name) for name in ("ShipToCountry", "SHIP_TO_COUNTRY", "Ship-to country")} == {"ship to country"}
