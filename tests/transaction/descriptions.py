"""A description that uses all that descriptions can hold."""

from __future__ import annotations

from exportcheck.source import read_text_documents
from exportcheck.source.read import Format
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import transaction_from_node
from exportcheck.vocabulary.load import core_vocabulary

FULL = """\
schema: exportcheck/transaction/1
transaction:
  id: TX-2026-0142
  transfer_date: 2026-03-02
  activity: export
  origin: US
  destination: {value: GB, by: J. Doe, dated: 2026-02-27, source: order, because: it says so}
  route: [{country: US, role: departure}, {country: DE, role: transit}, {country: United Kingdom, role: destination}]
  route_complete: true
  purpose: sale
  contract: {number: C-77, value: 6.2 MUSD}
  exchange_rates: {EUR: {usd: 1.10, dated: 2026-02-27, source: company treasury}}
  end_use: {description: navigation, military: "yes", nuclear: no, missile: undeterminable, vehicle_range: 100 mi}
  claims: [{line: 1, authority: 22 CFR 126.7}]
  documents: {destination_control_statement: true}
  judgements: {crypto_comparable_to_aes128: {answer: true, by: A. Roe, dated: 2026-02-27, because: tested}}
parties_complete: {value: true, by: J. Doe, dated: 2026-02-27}
parties:
  - name: Ohio Avionics Inc.
    roles: [exporter, transferor]
    country: US
    us_person: YES
    government_of: none
    citizenships_ever: [US, NO]
    screening: {dated: 2026-02-27, lists: [CSL], entity_list: false, denied: false}
  - {name: Bristol Systems Ltd, roles: end-user, country: UK, citizenships_ever: [GB], citizenships_ever_complete: true}
items:
  - line: 1
    description: mission computer
    type: commodity
    usml: VIII(h)(1)
    eccn: none
    quantity: 4
    value: 400 kEUR
    origin_us: true
    components_complete: true
    components:
      - {description: amplifier, eccn: 3A001.b.2, origin_us: true, fair_market_value: 9000 USD}
      - {description: housing, eccn: EAR99, origin_us: true, fair_market_value: 1000 EUR}
    ingredients: [{cas: 1313-82-2, percent_weight: 40}]
    range_payload: [{payload: 500 kg, range: 300 km}]
  - {description: racks, eccn: 9A610.x, usml: none, hts6: 073181}
authorizations:
  - {number: 050123456, kind: DSP-5, valid_to: 2027-01-31, destinations: [GB], usml: [VIII(h)], value_left: 2 MUSD}
"""

SHORT = """\
transaction: {id: TX-1, activity: export, destination: GB}
items:
  - {description: racks, eccn: 9A610.x}
"""


def read(text: str, format: Format = "yaml") -> Transaction:
    (node,) = read_text_documents(text, "tx.yaml", format)
    return transaction_from_node(node, core_vocabulary())
