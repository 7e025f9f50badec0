"""What columns of order lines are called in the programs that make them, and which fact that is."""

from __future__ import annotations

import re
from typing import Final

from exportcheck.intake.target import TargetError, find_target, party_words
from exportcheck.vocabulary.model import Vocabulary

CURRENCY: Final = "currency"
"""The column holds the currency of the amounts."""

_WORDS: Final = {
    "id": "order no|order number|order id|order|so number|sales order|sales order no|sales document|document no|document number|"
    "invoice no|invoice number|shipment no|shipment number|shipment id|shipment|shipment reference number|srn|itn|delivery no|"
    "delivery number|transaction|transaction id|transaction no|po number|contract line id|auftrag|auftragsnummer|belegnummer",
    "item.line": "line|line no|line number|line item|order line|pos|position|item line|positionsnummer",
    "transfer_date": "ship date|shipping date|shipped|shipment date|export date|date of export|estimated date of export|"
    "transfer date|goods issue date|dispatch date|date shipped|planned ship date|versanddatum",
    "destination": "dest|destination|dest country|destination country|country of destination|country of ultimate destination|"
    "ultimate destination|ultimate destination country|bestimmungsland",
    "origin": "ship from|ship from country|country of export|export country|from country|country of dispatch|versandland",
    "activity": "activity|transfer type|export type|movement type",
    "purpose": "purpose|reason for export|export reason",
    "end_use.description": "end use|intended use|end use description|verwendung",
    "contract.number": "contract|contract no|contract number|vertrag",
    "contract.value": "contract value|total contract value",
    "contract.signed": "contract date|contract signed|date signed",
    "order.number": "purchase order|customer po|purchase order no|purchase order number",
    "item.description": "description|item description|product|product name|product description|material description|article|"
    "item name|commodity description|part description|bezeichnung",
    "item.eccn": "eccn|export control classification number|export classification|us eccn|ear classification",
    "item.usml": "usml|usml category|usml paragraph|itar category|munitions list category",
    "item.hts6": "hts|hts code|hts number|hs code|schedule b|schedule b number|schedule b hts|tariff code|tariff number|hs|"
    "commodity code|zolltarifnummer|warennummer",
    "item.quantity": "qty|quantity|ordered quantity|order qty|quantity shipped|pieces|quantity 1|menge",
    "item.mass": "net weight|weight|mass|net mass|gewicht|nettogewicht",
    "item.value": "value|line value|amount|line amount|net value|net amount|total|line total|extended price|extended value|"
    "item value|value usd|wert|betrag|nettowert",
    "item.origin": "country of origin|origin country|coo|ursprungsland",
    "item.type": "item type|commodity type",
    "item.jurisdiction": "jurisdiction",
    "item.claim": "authority|license exception|exemption|claimed exemption|exemption claimed",
    "authorization.number": "license|license no|license number|export license|export license number|authorization|licence number",
    "exporter.name": "exporter|exporter name|shipper|shipper name|usppi|usppi name",
    "seller.name": "seller|seller name|vendor|vendor name|supplier|supplier name",
    "manufacturer.name": "manufacturer|maker|manufacturer name",
    "purchaser.name": "customer|customer name|purchaser|buyer|buyer name|sold to|sold to name|sold to party|bill to|bill to name|"
    "kunde|kundenname",
    "purchaser.country": "customer country|buyer country|purchaser country|sold to country|bill to country",
    "ultimate_consignee.name": "consignee|consignee name|ultimate consignee|ultimate consignee name|ship to|ship to name|"
    "ship to party|warenempfaenger|empfaenger",
    "ultimate_consignee.country": "consignee country|ultimate consignee country|ship to country|ship to ctry|country ship to",
    "intermediate_consignee.name": "intermediate consignee|intermediate consignee name",
    "intermediate_consignee.country": "intermediate consignee country",
    "end_user.name": "end user|enduser|end user name|final user|endverwender",
    "end_user.country": "end user country|enduser country|country of end user",
    "freight_forwarder.name": "forwarder|freight forwarder|forwarding agent|forwarder name|spediteur",
    "carrier.name": "carrier|carrier name",
    CURRENCY: "currency|currency code|curr|cur|ccy|crcy|waehrung|whg|document currency",
}
_BY_WORD: Final = {word: path for path, words in _WORDS.items() for word in words.split("|")}


def bare(name: str) -> str:
    """A column's name as words: `ShipToCountry`, `SHIP_TO_COUNTRY` and `Ship-to country` are one."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    plain = spaced.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return " ".join(re.findall(r"[a-z0-9]+", plain))


class Names:
    """The names of facts as words, to find columns that are called like one."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.known: dict[str, list[str]] = {}
        parties = party_words(vocabulary, {})
        for kind, name in vocabulary.facts:
            if kind == "transaction":
                self._add(name, name)
            elif kind == "item":
                self._add(name, f"item.{name}")
                self._add(f"item.{name}", f"item.{name}")
            elif kind == "party" and name != "roles":
                for word in parties:
                    self._add(f"{word}.{name}", f"{word}.{name}")

    def _add(self, words: str, path: str) -> None:
        paths = self.known.setdefault(bare(words), [])
        if path not in paths:
            paths.append(path)

    def find(self, column: str) -> tuple[str, str] | None:
        """The fact that a column is called like, and why; None where there is none, or more than one."""
        try:
            find_target(column, self.vocabulary)
        except TargetError:
            pass
        else:
            return column.strip(), "is the fact's own name"
        words = bare(column)
        path = _BY_WORD.get(words) or _BY_WORD.get(words.removesuffix(" code")) or _BY_WORD.get(words.removesuffix(" usd"))
        if path is not None:
            return path, "is often called so"
        paths = self.known.get(words, [])
        return (paths[0], "has the fact's words") if len(paths) == 1 else None
