"""What an answer rests on that nobody but the transaction says: completeness, screenings, attestations, judgements."""

from __future__ import annotations

from exportcheck.engine.shown import route_shown, value_shown
from exportcheck.transaction.model import Entity, Transaction


def route_of(transaction: Transaction) -> str:
    return route_shown(transaction)


def rests_on(transaction: Transaction) -> tuple[str, ...]:
    """In the order written, each once."""
    found: dict[str, None] = {}
    for entity in transaction.entities():
        _lists(entity, found)
        if entity.kind == "party":
            _screening(entity, found)
        for name, fact in entity.facts.items():
            if fact.by:
                dated = f" on {fact.dated}" if fact.dated else ""
                found[
                    f"{name.replace('_', ' ')} of {entity.label}: {value_shown(fact.value, fact.unit)}, by {fact.by}{dated}"
                ] = None
    for judgement in transaction.judgements.values():
        answer = "yes" if judgement.answer else "no"
        found[f"judgement {judgement.name}: {answer}, by {judgement.by} on {judgement.dated}"] = None
    return tuple(found)


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
