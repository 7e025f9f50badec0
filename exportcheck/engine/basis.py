"""What an answer rests on that nobody but the transaction says: completeness, screenings, attestations, judgements."""

from __future__ import annotations

from exportcheck.engine.shown import route_shown, value_shown
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Entity, Transaction


def route_of(transaction: Transaction) -> str:
    return route_shown(transaction)


def rests_on(transaction: Transaction, packs: Packs) -> tuple[str, ...]:
    """In the order written, each once. What is attested stands here even where nobody's name does."""
    attested = {(d.of or "transaction", d.stated_as) for d in packs.definitions.values() if d.stated_as}
    found: dict[str, None] = {}
    for entity in transaction.entities():
        _lists(entity, found)
        if entity.kind == "party":
            _screening(entity, found)
        for name, fact in entity.facts.items():
            if fact.by or ("item" if entity.kind == "component" else entity.kind, name) in attested:
                dated = f" on {fact.dated}" if fact.dated else ""
                who = f"by {fact.by}{dated}" if fact.by else f"stated without a name{dated}"
                found[f"{_said(entity, name)}: {value_shown(fact.value, fact.unit)}, {who}"] = None
    for judgement in transaction.judgements.values():
        answer = "yes" if judgement.answer else "no"
        found[f"judgement {judgement.name}: {answer}, by {judgement.by} on {judgement.dated}"] = None
    return tuple(found)


def _said(entity: Entity, name: str) -> str:
    of = "" if entity.kind == "transaction" else f" of {entity.label}"
    return name.replace("_", " ") + of


def _lists(entity: Entity, found: dict[str, None]) -> None:
    for name, listed in entity.lists.items():
        if listed.mark is not None and listed.complete:
            where = f" (line {listed.mark.span.line})" if listed.mark.span.line else ""
            of = "" if entity.kind == "transaction" else f" of {entity.label}"
            by = f", as {listed.mark.by} stated" if listed.mark.by else ", as stated"
            found[f"{name.replace('_', ' ')}{of} complete{where}{by}"] = None


def _screening(entity: Entity, found: dict[str, None]) -> None:
    dated = entity.facts.get("screening.dated")
    if dated is not None:
        found[f"screening of {entity.label} of {value_shown(dated.value)}"] = None
