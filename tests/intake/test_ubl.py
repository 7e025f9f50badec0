"""Orders and invoices of UBL 2."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.intake import Taken, open_source
from exportcheck.intake.read_mapping import load_mapping
from exportcheck.intake.ubl import COLUMNS
from exportcheck.values import Money
from exportcheck.vocabulary.load import core_vocabulary
from tests.fixtures.expected import engine
from tests.intake.sources import FORMATS, only, stated, written

SAMPLES = sorted((FORMATS / "ubl").glob("*.xml"))

NAMESPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
ORDER = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2" {NAMESPACES}>
  <cbc:ID>PO-77</cbc:ID>
  <cbc:IssueDate>2026-03-02</cbc:IssueDate>
  <cac:BuyerCustomerParty><cac:Party>
    <cac:PartyName><cbc:Name>Severn Aerospace Ltd</cbc:Name></cac:PartyName>
    <cac:PostalAddress><cac:Country><cbc:IdentificationCode>GB</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
  </cac:Party></cac:BuyerCustomerParty>
  <cac:SellerSupplierParty><cac:Party>
    <cac:PartyLegalEntity><cbc:RegistrationName>Ohio Avionics Inc.</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:SellerSupplierParty>
  <cac:Delivery><cac:DeliveryAddress>
    <cac:Country><cbc:IdentificationCode>IE</cbc:IdentificationCode></cac:Country>
  </cac:DeliveryAddress></cac:Delivery>
  <cac:OrderLine><cac:LineItem>
    <cbc:ID>10</cbc:ID>
    <cbc:Quantity unitCode="EA">4</cbc:Quantity>
    <cbc:LineExtensionAmount currencyID="USD">2000.00</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>servo drive</cbc:Name></cac:Item>
  </cac:LineItem></cac:OrderLine>
  <cac:OrderLine><cac:LineItem>
    <cbc:ID>20</cbc:ID>
    <cbc:Quantity unitCode="EA">-1</cbc:Quantity>
    <cac:Item><cbc:Name>manual</cbc:Name></cac:Item>
  </cac:LineItem></cac:OrderLine>
</Order>
"""


def taken_from(folder: Path, text: str | bytes) -> list[Taken]:
    return list(open_source(written(folder, text, "order.xml"), None, core_vocabulary()))


def test_an_order(tmp_path: Path) -> None:
    taken = taken_from(tmp_path, ORDER)
    assert taken[0].rows == (1, 2)
    facts = stated(only(taken))
    roles = [facts[f"parties[{n}].roles"] for n in range(3)]
    assert roles == [frozenset({"seller"}), frozenset({"purchaser"}), frozenset({"recipient"})]
    del facts["parties[0].roles"], facts["parties[1].roles"], facts["parties[2].roles"]
    assert facts == {
        "id": "PO-77",
        "order.number": "PO-77",
        "parties[0].name": "Ohio Avionics Inc.",
        "parties[1].name": "Severn Aerospace Ltd",
        "parties[1].country": "GB",
        "parties[2].country": "IE",
        "items[0].line": "10",
        "items[0].description": "servo drive",
        "items[0].quantity": Decimal(4),
        "items[0].value": Money(Decimal(2000), "USD", Decimal(2000)),
        "items[1].line": "20",
        "items[1].description": "manual",
    }


def test_the_shipped_mapping_knows_every_column(tmp_path: Path) -> None:
    assert open_source(written(tmp_path, ORDER, "o.xml"), None, core_vocabulary()).notes == ()
    assert {rule.column for rule in load_mapping("ubl", core_vocabulary()).columns} <= set(COLUMNS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ORDER.replace("<Order ", '<!DOCTYPE Order [<!ENTITY x "y">]><Order ', 1), "the XML declares a document type"),
        (
            ORDER.replace("<Order ", '<!-- --><!DOCTYPE Order SYSTEM "http://localhost/x.dtd"><Order ', 1),
            "declares a document type",
        ),
        (ORDER[:-20], "this is not XML"),
        ("id,destination\n", "this is not XML"),
        ("", "this is not XML"),
        (ORDER.replace("4</cbc:Quantity>", "&x;</cbc:Quantity>"), "this is not XML: undefined entity"),
        (ORDER.replace("Order-2", "Order-3"), 'the document is a "Order" of'),
        ("<html/>", 'the document is a "html" of'),
        (ORDER.replace("OrderLine", "OtherLine"), "the order has no lines"),
    ],
)
def test_a_file_that_is_none(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        taken_from(tmp_path, text)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exportcheck.intake.xml_text.LARGEST", 1000)
    with pytest.raises(InputError, match="the file is larger than"):
        taken_from(tmp_path, ORDER)


@pytest.mark.skipif(not SAMPLES, reason="the samples are not here")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_invoices_of_peppol(path: Path) -> None:
    transaction = only(list(open_source(path, None, engine().packs.vocabulary)))
    facts = stated(transaction)
    assert facts["id"] == "Snippet1"
    assert facts["parties[0].country"] == "GB"
    assert facts["parties[1].country"] == "SE"
    assert len(transaction.items) == 2
    assert engine().check(transaction, as_of=date(2026, 3, 2), explain=False).verdict == "needs-review"
