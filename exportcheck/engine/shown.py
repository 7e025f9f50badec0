"""Facts and lines as a person would write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from exportcheck.transaction.model import Entity, Fact, Transaction
from exportcheck.values import ABSENT, UNDETERMINABLE, Classification, Money


def fact_shown(fact: Fact | None) -> str:
    """A stated fact's value; `not stated`, `none`, `undeterminable`."""
    if fact is None:
        return "not stated"
    return value_shown(fact.value, fact.unit)


def value_shown(value: object, unit: str = "") -> str:
    if value is ABSENT:
        return "none"
    if value is UNDETERMINABLE:
        return "undeterminable"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return f"{value.currency} {value.amount:,f}"
    if isinstance(value, Decimal):
        return f"{value:,f} {unit}".rstrip()
    if isinstance(value, frozenset):
        return ", ".join(sorted(value_shown(v) for v in value)) or "none"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def line_shown(item: Entity) -> str:
    """`mission computer, USML VIII(h)(1), 12 × USD 500,000` as far as it is stated."""
    facts = item.facts
    parts = []
    if "description" in facts:
        parts.append(value_shown(facts["description"].value))
    usml, eccn = facts.get("usml"), facts.get("eccn")
    if usml is not None and usml.value not in (ABSENT, UNDETERMINABLE):
        parts.append(f"USML {value_shown(usml.value)}")
    elif eccn is not None and isinstance(eccn.value, Classification):
        text = value_shown(eccn.value)
        parts.append(text if text == "EAR99" else f"ECCN {text}")
    if "quantity" in facts:
        parts.append(_quantity(facts["quantity"]))
    if "value" in facts:
        parts.append(_value(facts["value"].value))
    return ", ".join(parts) or item.label


def _quantity(fact: Fact) -> str:
    if fact.unit or not isinstance(fact.value, Decimal):
        return fact_shown(fact)
    return f"{fact_shown(fact)} {'pc' if fact.value == 1 else 'pcs'}"


def _value(value: object) -> str:
    """An amount, and in dollars where it is in another currency."""
    shown = value_shown(value)
    if isinstance(value, Money) and value.currency != "USD" and value.usd is not None:
        shown += f" (USD {value.usd:,f})"
    return shown


def line_of(item: Entity) -> str:
    fact = item.facts.get("line")
    return str(fact.value) if fact is not None else item.path


def route_shown(transaction: Transaction) -> str:
    """`US → DE (transit) → GB`, or origin and destination where no route is stated."""
    route = transaction.root.lists.get("route")
    if route is not None and route.members:
        legs = []
        for leg in route.members:
            country, role = leg.facts.get("country"), leg.facts.get("role")
            text = fact_shown(country) if country is not None else "?"
            plain = role is None or role.value in ("departure", "destination")
            legs.append(text if plain or role is None else f"{text} ({value_shown(role.value)})")
        return " → ".join(legs)
    facts = transaction.root.facts
    return " → ".join(fact_shown(facts[n]) if n in facts else "?" for n in ("origin", "destination"))
