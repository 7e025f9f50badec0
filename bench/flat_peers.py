"""The same flat provisions for other engines: every outcome of a line, known true, known false or unknown.

Rules are compiled and lines prepared before the clock starts. Each engine is asked once a line, in the way that is quickest for
it: zen-engine and datalogic-py give both rails of all provisions, and of cedarpy the policies that applied are read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import cedarpy
import datalogic_py
import zen

from bench.peer_cedar import Cedar
from bench.peer_datalogic import DataLogic
from bench.peer_zen import Zen
from bench.translate import Dialect, Rails, Translator
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Truth

Line = Mapping[str, Any]
"""Facts of a line by name; None is not stated."""


class Peer(Protocol):
    name: str

    def prepare(self, line: Line) -> Any: ...
    def decide(self, prepared: Any) -> list[Truth]: ...


def _rails(rules: Ruleset, ids: Sequence[str], dialect: Dialect) -> list[Rails]:
    translator = Translator(rules, dialect, (), ())
    return [translator.provision(id_) for id_ in ids]


class _Inline(Zen):
    """Zen without names for what is shared, since nothing is."""

    def shared(self, name: str, rails: Rails) -> Rails:
        return rails


class DataLogicPeer:
    name = "datalogic-py"

    def __init__(self, rules: Ruleset, ids: Sequence[str]) -> None:
        rails = _rails(rules, ids, DataLogic())
        text = f"[{','.join(f'{r.true},{r.false}' for r in rails)}]"
        self._rule = datalogic_py.Engine().compile(json.loads(text))

    def prepare(self, line: Line) -> Any:
        return datalogic_py.DataHandle(json.dumps({name: value for name, value in line.items() if value is not None}))

    def decide(self, prepared: Any) -> list[Truth]:
        found = self._rule.evaluate_data(prepared)
        return [_truth(t, f) for t, f in zip(found[::2], found[1::2], strict=True)]


class ZenPeer:
    name = "zen-engine"

    def __init__(self, rules: Ruleset, ids: Sequence[str]) -> None:
        expressions = []
        for n, rails in enumerate(_rails(rules, ids, _Inline())):
            for end, value in (("t", rails.true), ("f", rails.false)):
                expressions.append({"id": f"{end}{n}", "key": f"{end}{n}", "value": value})
        nodes = [
            {"id": "in", "name": "request", "type": "inputNode"},
            {"id": "rule", "name": "provisions", "type": "expressionNode", "content": {"expressions": expressions}},
            {"id": "out", "name": "answer", "type": "outputNode"},
        ]
        edges = [{"id": f"e{a}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in (("in", "rule"), ("rule", "out"))]
        self._decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
        self._count = len(ids)

    def prepare(self, line: Line) -> Any:
        return {"item": {name: value for name, value in line.items() if value is not None}}

    def decide(self, prepared: Any) -> list[Truth]:
        found = self._decision.evaluate(prepared)["result"]
        return [_truth(found[f"t{n}"], found[f"f{n}"]) for n in range(self._count)]


class CedarPeer:
    name = "cedarpy"

    def __init__(self, rules: Ruleset, ids: Sequence[str]) -> None:
        rails = _rails(rules, ids, Cedar())
        texts = [f"permit(principal, action, resource) when {{ {c} }};" for r in rails for c in (r.true, r.false)]
        self._policies = cedarpy.PolicySet.from_str("\n".join(texts))
        self._count = len(ids)

    def prepare(self, line: Line) -> Any:
        facts = {name: value for name, value in line.items() if value is not None}
        entity = {"uid": {"type": "Item", "id": "1"}, "attrs": facts, "parents": []}
        request = {"principal": 'Person::"nobody"', "action": 'Action::"ask"', "resource": 'Item::"1"', "context": {}}
        return request, cedarpy.Entities.from_json_str(json.dumps([entity]))

    def decide(self, prepared: Any) -> list[Truth]:
        request, entities = prepared
        applied = {
            int(p.removeprefix("policy")) for p in cedarpy.is_authorized(request, self._policies, entities).diagnostics.reasons
        }
        return [_truth(2 * n in applied, 2 * n + 1 in applied) for n in range(self._count)]


def _truth(true: bool, false: bool) -> Truth:
    return True if true else False if false else None


PEERS: Sequence[type[DataLogicPeer] | type[CedarPeer] | type[ZenPeer]] = (DataLogicPeer, CedarPeer, ZenPeer)
