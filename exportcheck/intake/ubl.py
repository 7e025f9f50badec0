"""Orders and invoices of UBL 2 as rows: one for each line, with what the document says as a whole in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake.model import Row
from exportcheck.intake.xml_text import read_xml

_NAMESPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_NS: Final = {
    "a": f"{_NAMESPACE}CommonAggregateComponents-2",
    "b": f"{_NAMESPACE}CommonBasicComponents-2",
}
_DOCUMENTS: Final = {
    # name: its seller, its buyer, its lines and what of a line holds the figures
    "Invoice": ("a:AccountingSupplierParty/a:Party", "a:AccountingCustomerParty/a:Party", "a:InvoiceLine", "b:InvoicedQuantity"),
    "Order": ("a:SellerSupplierParty/a:Party", "a:BuyerCustomerParty/a:Party", "a:OrderLine/a:LineItem", "b:Quantity"),
}
COLUMNS: Final[tuple[str, ...]] = (
    "document", "id", "issue_date", "order.id", "contract.id", "note",
    "seller.name", "seller.country", "buyer.name", "buyer.country",
    "delivery.name", "delivery.country", "delivery.date",
    "line.id", "line.quantity", "line.unit", "line.amount", "line.currency", "line.delivery_country",
    "item.name", "item.description", "item.origin", "item.commodity_codes", "item.seller_id",
)  # fmt: skip


class UblDocument:
    """One document. `rows()` numbers its lines from 1."""

    columns = COLUMNS
    first = 0

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.root = read_xml(path)
        space, _, self.kind = self.root.tag.removeprefix("{").rpartition("}")
        if self.kind not in _DOCUMENTS or space != f"{_NAMESPACE}{self.kind}-2":
            says = "orders and invoices of UBL 2 are read"
            raise InputError(Problem(Span(self.name, 1, 1), f'the document is a "{self.kind[:60]}" of "{space[:80]}"', says))
        self.seller, self.buyer, self.lines, self.quantity = _DOCUMENTS[self.kind]
        found = self.root.findall(self.lines, _NS)
        if not found:
            raise InputError(Problem(Span(self.name, 1, 1), f"the {self.kind.lower()} has no lines", "there is nothing to check"))
        self.count: int | None = len(found)

    def rows(self) -> Iterator[Row]:
        head = self._head()
        for number, line in enumerate(self.root.findall(self.lines, _NS), start=1):
            cells = {**head, **self._line(line)}
            yield Row(number, tuple(cells.get(name, "") for name in COLUMNS))

    def _head(self) -> dict[str, str]:
        root = self.root
        delivery = "a:Delivery"
        place = _text(root, f"{delivery}/a:DeliveryLocation/a:Address/a:Country/b:IdentificationCode")
        return {
            "document": self.kind,
            "id": _text(root, "b:ID"),
            "issue_date": _text(root, "b:IssueDate"),
            "order.id": _text(root, "b:ID") if self.kind == "Order" else _text(root, "a:OrderReference/b:ID"),
            "contract.id": _text(root, "a:ContractDocumentReference/b:ID") or _text(root, "a:Contract/b:ID"),
            "note": _text(root, "b:Note"),
            **self._party("seller", self.seller),
            **self._party("buyer", self.buyer),
            "delivery.name": _party_name(root.find(f"{delivery}/a:DeliveryParty", _NS)),
            "delivery.country": place or _text(root, f"{delivery}/a:DeliveryAddress/a:Country/b:IdentificationCode"),
            "delivery.date": _text(root, f"{delivery}/b:ActualDeliveryDate"),
        }

    def _party(self, word: str, path: str) -> dict[str, str]:
        party = self.root.find(path, _NS)
        country = _text(party, "a:PostalAddress/a:Country/b:IdentificationCode") if party is not None else ""
        return {f"{word}.name": _party_name(party), f"{word}.country": country}

    def _line(self, line: Element) -> dict[str, str]:
        quantity = line.find(self.quantity, _NS)
        amount = line.find("b:LineExtensionAmount", _NS)
        codes = [code.text or "" for code in line.findall("a:Item/a:CommodityClassification/b:ItemClassificationCode", _NS)]
        return {
            "line.id": _text(line, "b:ID"),
            "line.quantity": (quantity.text or "").strip() if quantity is not None else "",
            "line.unit": quantity.get("unitCode", "") if quantity is not None else "",
            "line.amount": (amount.text or "").strip() if amount is not None else "",
            "line.currency": amount.get("currencyID", "") if amount is not None else "",
            "line.delivery_country": _text(line, "a:Delivery/a:DeliveryLocation/a:Address/a:Country/b:IdentificationCode"),
            "item.name": _text(line, "a:Item/b:Name"),
            "item.description": _text(line, "a:Item/b:Description"),
            "item.origin": _text(line, "a:Item/a:OriginCountry/b:IdentificationCode"),
            "item.commodity_codes": ";".join(code.strip() for code in codes),
            "item.seller_id": _text(line, "a:Item/a:SellersItemIdentification/b:ID"),
        }


def _text(element: Element, path: str) -> str:
    return (element.findtext(path, "", _NS) or "").strip()


def _party_name(party: Element | None) -> str:
    if party is None:
        return ""
    return _text(party, "a:PartyName/b:Name") or _text(party, "a:PartyLegalEntity/b:RegistrationName")
