"""A row means what the same facts mean in a description: the same transaction, or a mistake in both."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exportcheck.errors import InputError
from exportcheck.source import read_text_documents
from exportcheck.transaction.canonical import canonical
from exportcheck.transaction.entities import FactIndex
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import transaction_from_node
from exportcheck.vocabulary.load import core_vocabulary
from tests.intake.sources import taken_of

INDEX = FactIndex(core_vocabulary())

SHARED = {
    "transfer_date": ["2026-03-02", "2026-02-30", "2.3.2026"],
    "activity": ["export", "reexport", "Export", "sale"],
    "destination": ["GB", "United Kingdom", "gb", "IR", "Korea"],
    "contract.value": ["6.2 MUSD", "100 EUR", "100", "-1 USD"],
    "end_use.military": ["no", "YES", "undeterminable", "maybe"],
    "end_use.country": ["GB", "IR"],
    "exporter.name": ["Foo", "  Foo  "],
    "exporter.citizenships_ever": ["US;NO", "none", "US", "US;US"],
    "end_user.country": ["GB", "FR", "n/a"],
    "route1.country": ["US"],
    "route1.role": ["departure"],
    "authorization.valid_from": ["2026-01-01", "2027-01-01"],
    "authorization.valid_to": ["2026-12-31"],
}
ITEM = {
    "line": ["10", "20", "30"],
    "eccn": ["9A610.x", "EAR99", "none", "5E002", "5 002"],
    "usml": ["VIII(h)(1)", "VIII(h)(1);XI(a)", "none", "XXX"],
    "value": ["500 USD", "1.10 EUR", "0.5 kUSD"],
    "mass": ["100", "100 lb", "2 m"],
    "hts6": ["010121"],
    "jurisdiction": ["EAR", "ITAR"],
    "component1.fair_market_value": ["400 USD", "600 USD"],
    "component2.fair_market_value": ["1 USD"],
    "component1.eccn": ["3A001.b.2"],
}


def cells(choices: dict[str, list[str]]) -> st.SearchStrategy[dict[str, str]]:
    """A text for each column; often none, and seldom one that is a mistake."""
    return st.fixed_dictionaries({name: st.sampled_from(["", *values, values[0], values[0]]) for name, values in choices.items()})


def described(id: str, shared: dict[str, str], items: list[dict[str, str]]) -> dict[str, Any]:
    """The same as a description."""
    head: dict[str, Any] = {"id": id}
    parties: dict[str, dict[str, Any]] = {}
    others: dict[str, dict[str, Any]] = {}
    for name, text in ((name, shared[name]) for name in SHARED):
        first, _, rest = name.partition(".")
        if not text:
            continue
        if first in ("exporter", "end_user"):
            parties.setdefault(first, {"roles": first.replace("_", "-")})[rest] = split(text, rest)
        elif first in ("route1", "authorization"):
            others.setdefault(first, {})[rest] = text
        elif rest:
            head.setdefault(first, {})[rest] = text
        else:
            head[name] = text
    if "route1" in others:
        head["route"] = [others["route1"]]
    result: dict[str, Any] = {"transaction": head, "items": []}
    if parties:
        result["parties"] = list(parties.values())
    if "authorization" in others:
        result["authorizations"] = [others["authorization"]]
    for item in items:
        entry: dict[str, Any] = {}
        components: dict[str, dict[str, Any]] = {}
        for name, text in item.items():
            first, _, rest = name.partition(".")
            if text and rest:
                components.setdefault(first, {})[rest] = text
            elif text:
                entry[name] = split(text, name)
        if components:
            entry["components"] = [components[key] for key in ("component1", "component2") if key in components]
        result["items"].append(entry)
    return result


def split(text: str, name: str) -> object:
    return text.split(";") if ";" in text and name in ("usml", "citizenships_ever") else text


def from_description(description: dict[str, Any]) -> Transaction | None:
    (node,) = read_text_documents(json.dumps(description), "d.json", "json")
    try:
        return transaction_from_node(node, INDEX)
    except InputError:
        return None


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells(SHARED), st.lists(cells(ITEM), min_size=1, max_size=3))
def test_a_table_means_what_its_description_means(tmp_path: Path, shared: dict[str, str], items: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", *SHARED, *(f"item.{name}" for name in ITEM)])
    for item in items:
        writer.writerow(["A-1", *(shared[name] for name in SHARED), *(item[name] for name in ITEM)])
    (taken,) = taken_of(tmp_path, text.getvalue())
    expected = from_description(described("A-1", shared, items))
    if expected is None:
        assert taken.transaction is None
        assert taken.problems
    else:
        assert taken.transaction is not None, taken.problems
        assert canonical(taken.transaction) == canonical(expected)
        assert [fact.text for e in taken.transaction.entities() for fact in e.facts.values()].count("") == 0
