"""22 CFR 126.7(a) as Cedar policies.

Cedar has no quantifier over records: each party that takes part is a request of its own, as an application would ask, and
the line is one more; all of them go in one batch, and the answers are put together here. Actions ending in `holds` and
`fails` are the two rails.
"""

from __future__ import annotations

import json
from typing import Any

import cedarpy

from bench.described import AGGREGATES, NEVER, field, renamed
from bench.translate import Rails, Translator, both, either, written
from exportcheck.condition import ast as A
from exportcheck.rulepack.model import Clause
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Truth

OWNER = {"transaction": "context", "item": "resource", "party": "principal"}
PARTIES = "itar/126.7(b)(2)"
TRANSFERORS = frozenset({"exporter", "transferor", "reexporter"})
RECIPIENTS = frozenset({"ultimate-consignee", "end-user", "recipient"})


class Cedar:
    """The policy language of Cedar."""

    def path(self, owner: str, name: str) -> str:
        return f"{OWNER[owner]}.{field(name)}"

    def stated(self, path: str) -> str:
        owner, _, name = path.partition(".")
        return f"{owner} has {name}"

    def compare(self, path: str, op: str, literal: str) -> str:
        return f"{path} {'==' if op == '=' else op} {literal}"

    def one_of(self, path: str, literals: list[str]) -> str:
        return f"[{', '.join(literals)}].contains({path})"

    def holds(self, path: str, literal: str) -> str:
        return f"{path}.contains({literal})"

    def any_of(self, path: str, literals: list[str]) -> str:
        return f"{path}.containsAny([{', '.join(literals)}])"

    def only(self, path: str, literals: list[str]) -> str:
        return f"[{', '.join(literals)}].containsAll({path})"

    def both(self, parts: list[str]) -> str:
        return both(parts, " && ")

    def either(self, parts: list[str]) -> str:
        return either(parts, " || ")

    def negated(self, part: str) -> str:
        return f"!({part})"

    def each(self, clause: Clause, member: Rails, inside: Rails) -> Rails:
        return Rails("true", "false")  # asked of each party in a request of its own

    def some(self, node: A.Quant, inside: Rails) -> Rails:
        if not isinstance(node.body, A.In) or not isinstance(node.body.item, A.Lit):
            raise NotImplementedError("some party of which more is asked than one role")
        anybody = self.holds("context.party_roles", written(node.body.item.value))
        return Rails(anybody, self.both(["context.roles_complete", self.negated(anybody)]))

    def shared(self, name: str, rails: Rails) -> Rails:
        return rails  # nothing can be named


class CedarPeer:
    """Decides 126.7(a) of one line. Policies are parsed once, the line and its parties as entities before the clock starts."""

    def __init__(self, rules: Ruleset) -> None:
        translator = Translator(rules, Cedar(), AGGREGATES, NEVER)
        parts = [r for _, r in translator.named_parts("itar/126.7(a)")]
        policies = [_policy("line", "holds", both([r.true for r in parts], " && "))]
        policies += [_policy("line", "fails", r.false) for r in parts if r.false != "false"]
        party = translator.provision(PARTIES)
        policies += [_policy("party", "holds", party.true), _policy("party", "fails", party.false)]
        text = "\n".join(policies)
        self.size = len(text)
        self._policies = cedarpy.PolicySet.from_str(text)

    def prepare(self, data: dict[str, Any]) -> tuple[list[dict[str, Any]], Any, list[tuple[bool, bool]], bool]:
        item, context = renamed(data["item"]), renamed(data["tx"])
        entities = [_entity("Item", "1", item)]
        requests = _requests('Person::"nobody"', "line", context)
        roles = []
        for n, party in enumerate(data["parties"]):
            has = set(party.get("roles", ()))
            found = bool(has & TRANSFERORS), bool(has & RECIPIENTS)
            if any(found):
                roles.append(found)
                entities.append(_entity("Party", str(n), renamed(party)))
                requests += _requests(f'Party::"{n}"', "party", {})
        return requests, cedarpy.Entities.from_json_str(json.dumps(entities)), roles, data["tx"]["parties_complete"]

    def decide(self, prepared: tuple[list[dict[str, Any]], Any, list[tuple[bool, bool]], bool]) -> Truth:
        requests, entities, roles, complete = prepared
        allowed = [a.allowed for a in cedarpy.is_authorized_batch(requests, self._policies, entities)]
        line, parties = allowed[:2], list(zip(allowed[2::2], allowed[3::2], strict=True))
        if line[1] or any(fails for _, fails in parties):
            return False
        sure = all(any(who[n] for who, (holds, _) in zip(roles, parties, strict=True) if holds) for n in (0, 1))
        return True if line[0] and complete and sure and all(holds for holds, _ in parties) else None


def _policy(what: str, rail: str, condition: str) -> str:
    return f'permit(principal, action == Action::"{what}-{rail}", resource) when {{ {condition} }};'


def _requests(principal: str, what: str, context: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"principal": principal, "action": f'Action::"{what}-{rail}"', "resource": 'Item::"1"', "context": context}
        for rail in ("holds", "fails")
    ]


def _entity(kind: str, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"uid": {"type": kind, "id": name}, "attrs": facts, "parents": []}
