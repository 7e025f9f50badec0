"""What cannot be true of one transaction, whatever the law: each is a slip of the pen, and found before any rule is applied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from exportcheck.errors import Problem, did_you_mean
from exportcheck.transaction.amounts import shortest
from exportcheck.transaction.model import Claim, Entity, Fact
from exportcheck.values import ABSENT, EXACT, Money


def inconsistencies(root: Entity, claims: Iterable[Claim]) -> Iterator[Problem]:
    """Every contradiction within one transaction."""
    items = root.lists["items"].members
    yield from _end_use(root)
    for party in root.lists["parties"].members:
        yield from _listed(party)
    yield from _line_numbers(items)
    yield from _claimed_lines(items, claims)
    for item in items:
        yield from _jurisdiction(item)
        yield from _component_values(item)
        for article in (item, *item.lists["components"].members):
            yield from _mixtures(article)
            yield from _chemicals(article)
            yield from _ranges(article)
    for authorization in root.lists["authorizations"].members:
        yield from _validity(authorization)


def _end_use(root: Entity) -> Iterator[Problem]:
    """The destination is where the goods are used in the end (22 CFR 123.9(a)); goods that are used elsewhere do not go there."""
    activity, stated, used = (root.facts.get(n) for n in ("activity", "destination", "end_use.country"))
    if activity is None or stated is None or used is None or activity.value not in ("export", "reexport", "retransfer"):
        return
    if not isinstance(used.value, str) or not isinstance(stated.value, str) or used.value == stated.value:
        return
    yield Problem(
        used.span,
        f"the end use is in {used.value}, and the country of ultimate destination is {stated.value}",
        "destination is the country of ultimate end use; a stop on the way belongs in the route",
    )


def _listed(party: Entity) -> Iterator[Problem]:
    """What follows from being listed, or owned by who is, stated without it: rules read the one that is missing."""
    share, owner = party.facts.get("owned_by_listed_percent"), party.facts.get("has_listed_owner")
    if share is not None and isinstance(share.value, Decimal) and share.value > 0 and (owner is None or owner.value is False):
        yield Problem(
            share.span, "listed entities own a share, and has_listed_owner does not say so", "add has_listed_owner: true"
        )
    listed = party.facts.get("screening.entity_list")
    for name, fact in party.facts.items():
        if name.startswith("screening.entity_list_") and fact.value is True and (listed is None or listed.value is False):
            message = "a footnote of the Entity List is stated, and screening.entity_list does not say that the party is on it"
            yield Problem(fact.span, message, "add entity_list: true")


def _jurisdiction(item: Entity) -> Iterator[Problem]:
    """A jurisdiction that the classification contradicts."""
    whose, usml = item.facts.get("jurisdiction"), item.facts.get("usml")
    if whose is None or usml is None:
        return
    if whose.value == "ITAR" and usml.value is ABSENT:
        yield Problem(whose.span, "the item is said to fall under the ITAR, and usml is none", "state its paragraph of the USML")
    elif whose.value == "EAR" and isinstance(usml.value, frozenset):
        yield Problem(
            whose.span, "the item is said to fall under the EAR, and has a paragraph of the USML", "one of the two is wrong"
        )


def _line_numbers(items: Iterable[Entity]) -> Iterator[Problem]:
    seen: dict[object, Fact] = {}
    for item in items:
        line = item.facts.get("line")
        if line is None:
            continue
        if line.value in seen:
            first = seen[line.value].span.line
            yield Problem(
                line.span,
                f'two items have the line "{line.value}"',
                f"number them anew; the first is in line {first} of the file",
            )
        seen.setdefault(line.value, line)


def _claimed_lines(items: Iterable[Entity], claims: Iterable[Claim]) -> Iterator[Problem]:
    lines = [str(item.facts["line"].value) for item in items if "line" in item.facts]
    seen: set[tuple[str | None, str]] = set()
    for claim in claims:
        if claim.line is not None and claim.line not in lines:
            hint = did_you_mean(claim.line, lines) or "the lines are " + ", ".join(lines[:10])
            yield Problem(claim.span, f'no item has the line "{claim.line}"', hint)
        if (claim.line, claim.authority) in seen:
            yield Problem(claim.span, "the same claim is made twice", "keep one of the two")
        seen.add((claim.line, claim.authority))


def _component_values(item: Entity) -> Iterator[Problem]:
    """Components cannot be worth more than what they are in. Amounts in currencies without a rate are left out."""
    whole = item.facts.get("value")
    if whole is None or not isinstance(whole.value, Money):
        return
    parts = [
        fact.value
        for component in item.lists["components"].members
        if (fact := component.facts.get("fair_market_value")) is not None and isinstance(fact.value, Money)
    ]
    stated = [part.amount for part in parts if part.currency == whole.value.currency]
    if len(stated) == len(parts):
        total, limit, currency = _sum(stated), whole.value.amount, whole.value.currency
    elif whole.value.usd is not None:
        total, limit, currency = _sum(p.usd for p in parts if p.usd is not None), whole.value.usd, "USD"
    else:
        total, limit, currency = _sum(stated), whole.value.amount, whole.value.currency
    if total > limit:
        worth, whole_worth = Money(shortest(total), currency, None), Money(limit, currency, None)
        says = f"the components are worth {worth}, more than their item ({whole_worth})"
        hint = "fair market values of components are for the whole line, as its value is"
        yield Problem(item.lists["components"].span, says, hint)


def _mixtures(article: Entity) -> Iterator[Problem]:
    shares = [
        fact.value
        for ingredient in article.lists["ingredients"].members
        if (fact := ingredient.facts.get("percent_weight")) is not None and isinstance(fact.value, Decimal)
    ]
    total = _sum(shares)
    if total > 100:
        span = article.lists["ingredients"].span
        yield Problem(span, f"the ingredients make up {shortest(total):f} % of the weight", "together they are at most 100 %")


def _chemicals(article: Entity) -> Iterator[Problem]:
    """A CAS number that is none, and one name with two of them."""
    numbers: dict[str, str] = {}
    for ingredient in article.lists["ingredients"].members:
        cas, name = ingredient.facts.get("cas"), ingredient.facts.get("name")
        if cas is None or not isinstance(cas.value, str):
            continue
        if not _is_cas(cas.value):
            yield Problem(cas.span, f'"{cas.value}" is no CAS number', "digits and a check digit, as 1313-82-2")
        elif name is not None and isinstance(name.value, str):
            known = numbers.setdefault(name.value.casefold(), cas.value)
            if known != cas.value:
                says = f"{name.value} has two CAS numbers, {known} and {cas.value}"
                yield Problem(cas.span, says, "give each chemical the name that its number stands for")


def _is_cas(text: str) -> bool:
    """The last digit of a CAS number is the sum of the others, each times its place from the right, modulo 10."""
    if not re.fullmatch(r"[1-9]\d{1,6}-\d\d-\d", text):
        return False
    digits = text.replace("-", "")
    return sum(n * int(d) for n, d in enumerate(reversed(digits[:-1]), 1)) % 10 == int(digits[-1])


def _ranges(article: Entity) -> Iterator[Problem]:
    """A range says nothing without the payload with which it is reached, unless it is the greatest with any."""
    for point in article.lists["range_payload"].members:
        reached, greatest = point.facts.get("range"), point.facts.get("maximum")
        if reached is not None and "payload" not in point.facts and (greatest is None or greatest.value is not True):
            says = "a range without the payload with which it is reached"
            yield Problem(reached.span, says, "payload: 500 kg, or maximum: true for the greatest with any payload")


def _validity(authorization: Entity) -> Iterator[Problem]:
    first, last = authorization.facts.get("valid_from"), authorization.facts.get("valid_to")
    if first is None or last is None or not isinstance(first.value, date) or not isinstance(last.value, date):
        return
    if first.value > last.value:
        says = f"it is valid to {last.value}, before it begins on {first.value}"
        yield Problem(last.span, says, "`valid_to` is not before `valid_from`")


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
