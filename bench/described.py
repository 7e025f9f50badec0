"""Generated transactions for the comparison, as descriptions, as exportcheck's transactions, and as plain data for others."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exportcheck.condition import ast as A
from exportcheck.engine.check import Engine
from exportcheck.engine.evaluate import Evaluation
from exportcheck.rulepack.model import Provision
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.rulepack.visit import expressions
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.transaction.read import read_transactions
from exportcheck.values import ABSENT, Classification, Money, PartialSet

AGGREGATES = ("itar/transfer-value", "itar/firearms-value", "itar/to-countries")
"""Definitions that sum or unite over lines and parties: worked out for the other engines before the clock starts."""
NEVER = ("itar/129.4(a)", "itar/129.7(b)", "itar/129.7(c)")
"""Requirements that these transactions cannot raise: nobody brokers."""

ACTIVITIES = ("export", "temporary-export", "reexport", "retransfer", "temporary-import", "us-person-support")
TYPICAL = ("VIII(h)(1)", "XI(a)(5)", "XI(c)(1)", "II(k)", "XIX(g)", "IV(h)(5)", "XI(a)(1)", "I(a)", "VIII(a)(1)", "XII(b)(1)")
FAULTS = ("convicted_120_6", "debarred", "indicted_120_6", "ineligible_other_agency", "policy_of_denial_120_18")


@dataclass(frozen=True, slots=True)
class Asked:
    """What descriptions are drawn from: yes-or-no facts that a provision reads, by kind of entity, and paragraphs."""

    booleans: Mapping[str, tuple[str, ...]]
    paragraphs: tuple[str, ...]


def asked_by(rules: Ruleset, provision: str) -> Asked:
    """From a provision and all that it reads, as the law of the day has it."""
    names: dict[str, set[str]] = {"transaction": set(), "item": set(), "party": set()}
    seen: set[str] = set()
    todo = [provision]
    while todo:
        id_ = todo.pop()
        of = rules.provisions.get(id_) or rules.packs.definitions.get(id_)
        if id_ in seen or of is None:
            continue
        seen.add(id_)
        for node in expressions(of):
            if isinstance(node, A.Fact) and node.type.base == "boolean" and node.kind in names:
                names[node.kind].add(node.name)
            elif isinstance(node, A.Define):
                todo.append(node.id)
            elif isinstance(node, A.Required):
                todo += [p.id for g in node.grounds for p in rules.raising.get(g, ()) if p.id not in NEVER]
        if isinstance(of, Provision):
            todo += [c.target.partition("#")[0] for c in of.clauses() if c.target]
    plain_names = {kind: tuple(sorted(n for n in found if "." not in n)) for kind, found in names.items()}
    return Asked(plain_names, tuple(map(str, leaves(rules, "usml"))))


def descriptions(count: int, asked: Asked, seed: int, withheld: float) -> list[dict[str, Any]]:
    """`count` descriptions; of each stated fact the share `withheld` is left out."""
    rng = random.Random(seed)
    return [_described(rng, n, asked, withheld) for n in range(count)]


def _described(rng: random.Random, number: int, asked: Asked, withheld: float) -> dict[str, Any]:
    def mostly(usual: object, others: tuple[object, ...], odds: float = 0.04) -> Any:
        return rng.choice(others) if rng.random() < odds else usual

    def kept(facts: dict[str, Any], *needed: str) -> dict[str, Any]:
        return {k: v for k, v in facts.items() if k in needed or rng.random() >= withheld}

    def party(roles: list[str]) -> dict[str, Any]:
        way = rng.randrange(3)
        known = {
            "roles": roles,
            "kind": "government-agency" if way == 1 else mostly("company", ("university",)),
            "country": mostly("GB" if way else "US", ("DE", "AU", "US", "JP")),
            "us_person": not way,
            "ddtc_registered": not way and mostly(True, (False,)),
            "aukus_authorized_user": way == 2 and mostly(True, (False,)),
            "government_of": mostly("GB", ("FR", "AU", "US")) if way == 1 else "none",
            "government_level": mostly("national", ("local",)) if way == 1 else "none",
            **{f: mostly(False, (True,), 0.01) for f in FAULTS},
        }
        return {"name": f"{roles[0]} of order {number}", **kept(known, "roles")}

    paragraph = rng.choice(TYPICAL) if rng.random() < 0.6 else rng.choice(asked.paragraphs)
    kind = "technical-data" if paragraph in ("II(k)", "XIX(g)") else mostly("commodity", ("software", "defense-service"))
    item = {
        "line": "1",
        "type": kind,
        "usml": [paragraph],
        "eccn": "none",
        "related_articles": [rng.choice(asked.paragraphs)] if rng.random() < 0.3 else "none",
        "value": f"{rng.choice((1, 4, 20, 30, 60, 120)) * 1_000_000 if rng.random() < 0.3 else rng.randrange(1, 900_000)} USD",
        "nonrecurring_rd": f"{rng.choice((1, 40, 60))} MUSD",
        "total_production": f"{rng.choice((20, 199, 300))} MUSD",
        **{f: mostly(False, (True,), 0.05) for f in asked.booleans["item"]},
    }
    transaction = {
        "id": f"G-{number}",
        "transfer_date": "2026-03-02",
        "activity": mostly("export", ACTIVITIES, 0.3),
        "destination": mostly("GB", ("AU", "US", "CA", "DE", "IN", "BR"), 0.15),
        **{f: mostly(False, (True,)) for f in asked.booleans["transaction"]},
        "contract": kept({"value": f"{rng.choice((1, 20, 30, 60, 120))} MUSD" if rng.random() < 0.4 else "900000 USD"}),
    }
    recipients = [party(["ultimate-consignee"]), party(["end-user"])][: rng.choice((1, 2))]
    return {
        "transaction": kept(transaction, "id", "transfer_date", "contract"),
        "parties_complete": rng.random() >= withheld,
        "parties": [party(["exporter"]), *recipients, {"name": "forwarder", "roles": ["freight-forwarder"], "country": "DE"}],
        "items": [kept(item, "line", "eccn")],
    }


def read(engine: Engine, described: list[dict[str, Any]]) -> list[Transaction]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.jsonl"
        path.write_text("".join(json.dumps(d) + "\n" for d in described), encoding="utf-8")
        return list(read_transactions([path], engine.packs.vocabulary))


# as plain data

Below = Callable[[Classification], Sequence[str]]
"""The paths strictly below a classification; none for a leaf."""


def leaves(rules: Ruleset, scheme: str) -> list[Classification]:
    """The paragraphs of a list that no other stands under, in order."""
    found = set()
    for table in rules.packs.tables.values():
        if table.paths_of == scheme:
            column = table.path_column or table.keys[0]
            found |= {c for r in rules.table(table.id).rows if isinstance(c := r[column], Classification) and rules.is_leaf(c)}
    return sorted(found, key=str)


def paths_below(rules: Ruleset) -> Below:
    inner: dict[str, list[str]] = {}
    for leaf in leaves(rules, "usml"):
        steps = [str(Classification(leaf.scheme, leaf.path[:n])) for n in range(1, len(leaf.path) + 1)]
        for n, step in enumerate(steps):
            inner.setdefault(step, []).extend(steps[n + 1 :])
    return lambda c: sorted(set(inner.get(str(c), ())))


def plain(evaluation: Evaluation, below: Below) -> dict[str, Any]:
    """One transaction of one line as nested plain data: facts not stated left out, classifications with all that they are under
    and, where they are stated coarsely, with all that is below them."""
    transaction = evaluation.transaction
    root = _facts(transaction.root, below)
    for id_ in AGGREGATES:
        value = evaluation.defined(id_, transaction.root)
        if isinstance(value, Decimal):
            root[id_.partition("/")[2]] = _plain(Money(value, "USD", value))
        elif isinstance(value, PartialSet) and value.possible == value.sure:
            root[id_.partition("/")[2]] = sorted(map(str, value.sure))
    parties = transaction.root.lists["parties"]
    roles = [p.facts["roles"].value for p in parties.members if "roles" in p.facts]
    root["party_roles"] = sorted({str(r) for several in roles if isinstance(several, frozenset) for r in several})
    root["parties_complete"] = parties.complete
    root["roles_complete"] = parties.complete and len(roles) == len(parties.members)
    return {
        "tx": root,
        "item": _facts(transaction.items[0], below),
        "parties": [_facts(p, below) for p in parties.members],
    }


def _facts(entity: Entity, below: Below) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, fact in entity.facts.items():
        value = _plain(fact.value)
        if value is not None:
            found[name] = value
    for name in ("usml", "related_articles"):
        if name in entity.facts:
            fact = entity.facts[name]
            stated = fact.value if isinstance(fact.value, frozenset) else frozenset()
            found[name] = _plain(stated)
            found[f"{name}.count"] = len(stated)
            found[f"{name}.below"] = sorted(x for v in stated for x in below(v))
    return found


def _plain(value: object) -> Any:
    if value is ABSENT:
        return "none"
    if isinstance(value, bool | str):
        return value
    if isinstance(value, Money):
        return None if value.usd is None else int(value.usd * 100)
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, Classification):
        return str(value)
    if isinstance(value, frozenset):
        if all(isinstance(v, Classification) for v in value):
            return sorted({str(Classification(v.scheme, v.path[:n])) for v in value for n in range(1, len(v.path) + 1)})
        return sorted(map(str, value))
    return None


def field(name: str) -> str:
    """A fact's name as a name in other languages."""
    return name.replace(".", "_").replace("-", "_")


def renamed(data: Mapping[str, Any]) -> dict[str, Any]:
    return {field(k): v for k, v in data.items()}
