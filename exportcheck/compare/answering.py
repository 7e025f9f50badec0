"""What a transaction leaves open, answered: one transaction for each answer that is worth trying."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exportcheck.compare.constants import Site, variations
from exportcheck.compare.editing import marked, with_judgement, with_value
from exportcheck.compare.seeds import Pool
from exportcheck.engine.explain import Ask
from exportcheck.transaction.change import entity_at
from exportcheck.transaction.model import Transaction
from exportcheck.vocabulary.model import Vocabulary


def answered(
    transaction: Transaction,
    ask: Ask,
    vocabulary: Vocabulary,
    sites: Mapping[Site, Mapping[object, None]],
    focus: frozenset[object],
    pool: Pool,
) -> Iterator[Transaction]:
    """The transaction with each answer that is tried: those near what a condition compares (`sites`), then what seeds state."""
    if ask.kind == "judgement":
        yield from (with_judgement(transaction, ask.name, answer) for answer in (True, False))
        return
    try:
        entity = entity_at(transaction, ask.entity)
    except KeyError:
        return
    if ask.kind == "list":
        done = marked(transaction, ask.entity, ask.name)
        if done is not None:
            yield done
        return
    declared = vocabulary.get(entity.kind, ask.name)
    if ask.kind not in ("fact", "attested") or declared is None:
        return
    site = ("item" if entity.kind == "component" else entity.kind, ask.name)
    values = variations(declared, sites.get(site, {}), focus, most=3)
    values += [v for v in pool.values(*site) if v not in values]
    for value in values[:6]:
        yield with_value(transaction, ask.entity, declared, value)
