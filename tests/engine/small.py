"""Packs of a few provisions written out in a test, and the lines to try them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from types import MappingProxyType

from exportcheck.engine.check import Engine
from exportcheck.engine.decide import Decision
from exportcheck.engine.evaluate import Evaluation
from exportcheck.rulepack.load import load_packs
from exportcheck.transaction.model import Claim, Entity, EntityList, Fact, Transaction
from exportcheck.values import Truth, k_and, k_not, k_or

DAY = date(2026, 2, 1)
FACTS = {"item": ("a", "b", "c", "d", "e", "f", "attested"), "transaction": ("t", "u"), "party": ("p", "q")}
HEAD = """
pack: own
title: Small
authority: 99 CFR
force: binding
current_to: 2026-01-01
stale_after_days: 100
license_kinds: [OWN-1]
"""
SCOPE = """
provision: own/scope
kind: scope
title: Everything is subject
cite: 99 CFR 1
for_each: item
when: "true"
effect: subject
"""


def small(folder: Path, provisions: str, *, head: str = "binds_when: 'true'", terms: str = "", subject: bool = True) -> Engine:
    """The engine over one pack `own` with grounds own/G1 and own/G2."""
    place = folder / "packs" / "own"
    place.mkdir(parents=True)
    facts = [f"  - {{name: {n}, of: {of}, type: boolean, question: '{n}?'}}" for of, names in FACTS.items() for n in names]
    (place / "pack.yaml").write_text(HEAD + head + "\n")
    (place / "facts.yaml").write_text("facts:\n" + "\n".join(facts))
    grounds = [f"  - {{id: own/{g}, family: {g}, cite: 99 CFR 2, says: {g}}}" for g in ("G1", "G2", "G3")]
    (place / "grounds.yaml").write_text("grounds:\n" + "\n".join(grounds))
    if terms:
        (place / "terms.yaml").write_text("define:\n" + terms)
    (place / "1.yaml").write_text("\n---\n".join(([SCOPE] if subject else []) + [provisions]))
    return Engine(load_packs(place.parent, cache=False))


def needed(ground: str = "G1") -> str:
    """A requirement that always holds."""
    return f"""
provision: own/need-{ground}
kind: requirement
title: A license is needed
cite: 99 CFR 3
for_each: item
when: "true"
ground: own/{ground}
"""


def line(
    facts: Mapping[str, Truth],
    parties: Sequence[Mapping[str, Truth]] = (),
    *,
    complete: bool = True,
    claims: Sequence[str] = (),
    components: Sequence[Mapping[str, Truth]] = (),
    components_complete: bool = True,
) -> Transaction:
    """One line; facts of the transaction are those named t and u. None: not stated."""
    parts = tuple(entity("component", f"items[0].components[{n}]", c) for n, c in enumerate(components))
    own = {n: v for n, v in facts.items() if n not in FACTS["transaction"]}
    item = entity("item", "items[0]", own, {"components": EntityList(parts, components_complete)})
    members = tuple(entity("party", f"parties[{n}]", p) for n, p in enumerate(parties))
    lists = {"items": EntityList((item,), True), "parties": EntityList(members, complete)}
    root = entity("transaction", "", {n: v for n, v in facts.items() if n in FACTS["transaction"]}, lists)
    return Transaction("small", root, tuple(Claim(None, c) for c in claims))


def entity(of: str, path: str, facts: Mapping[str, Truth], lists: Mapping[str, EntityList] | None = None) -> Entity:
    return Entity(
        of, path, MappingProxyType({n: Fact(v) for n, v in facts.items() if v is not None}), MappingProxyType(dict(lists or {}))
    )


def decided(engine: Engine, transaction: Transaction, day: date = DAY) -> tuple[Decision, str]:
    """The decision on the only line and its verdict after caps."""
    evaluation = engine.evaluate(transaction, day)
    return engine.decide(evaluation, transaction.items[0], engine.chosen(None), day, quick=True)[0]


def verdict(engine: Engine, transaction: Transaction, day: date = DAY) -> str:
    return decided(engine, transaction, day)[1]


def outcome(engine: Engine, id_: str, transaction: Transaction, day: date = DAY, of: Entity | None = None) -> Truth:
    """What `holds` reads of a provision for the only line (or another entity)."""
    evaluation: Evaluation = engine.evaluate(transaction, day)
    return evaluation.outcome(id_, "", of or transaction.items[0])


TRUTHS: tuple[Truth, ...] = (True, False, None)


def assignments(*names: str) -> list[dict[str, Truth]]:
    """Every way in which these facts are true, false or not stated."""
    return [dict(zip(names, values, strict=True)) for values in product(TRUTHS, repeat=len(names))]


__all__ = ["DAY", "assignments", "decided", "entity", "k_and", "k_not", "k_or", "line", "needed", "outcome", "small", "verdict"]
