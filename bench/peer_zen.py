"""22 CFR 126.7(a) as a JSON Decision Model: one node of named expressions, each of the paragraphs on two rails."""

from __future__ import annotations

import json
import re
from typing import Any

import zen

from bench.described import AGGREGATES, NEVER, field, renamed
from bench.translate import Rails, Translator, both, either
from exportcheck.condition import ast as A
from exportcheck.rulepack.model import Clause
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Truth

OWNER = {"transaction": "tx", "item": "item", "party": "#"}


class Zen:
    """The expression language of zen. Lists of parties are asked by `some` and `all`, `#` being the member.

    What is read in several places becomes an expression of its own, which those after it read as `$.name`.
    """

    def __init__(self) -> None:
        self.expressions: list[dict[str, str]] = []

    def path(self, owner: str, name: str) -> str:
        return f"{OWNER[owner]}.{field(name)}"

    def stated(self, path: str) -> str:
        return f"{path} != null"

    def compare(self, path: str, op: str, literal: str) -> str:
        return f"{path} {'==' if op == '=' else op} {literal}"

    def one_of(self, path: str, literals: list[str]) -> str:
        return f"{path} in [{', '.join(literals)}]"

    def holds(self, path: str, literal: str) -> str:
        return f"contains({path}, {literal})"

    def any_of(self, path: str, literals: list[str]) -> str:
        return f"some({path}, # in [{', '.join(literals)}])"

    def only(self, path: str, literals: list[str]) -> str:
        return f"all({path}, # in [{', '.join(literals)}])"

    def both(self, parts: list[str]) -> str:
        return both(parts, " and ")

    def either(self, parts: list[str]) -> str:
        return either(parts, " or ")

    def negated(self, part: str) -> str:
        return f"not ({part})"

    def each(self, clause: Clause, member: Rails, inside: Rails) -> Rails:
        certain = [] if clause.or_none else [f"some(parties, {self.both([member.true, inside.true])})"]
        fine = f"all(parties, {self.either([member.false, inside.true])})"
        return Rails(
            self.both(["tx.parties_complete == true", *certain, fine]),
            f"some(parties, {self.both([member.true, inside.false])})",
        )

    def some(self, node: A.Quant, inside: Rails) -> Rails:
        nobody = self.both(["tx.parties_complete == true", f"all(parties, {inside.false})"])
        return Rails(f"some(parties, {inside.true})", nobody)

    def shared(self, name: str, rails: Rails) -> Rails:
        key = "n_" + re.sub(r"\W", "_", name)
        self.expressions += [_expression(f"{key}_holds", rails.true), _expression(f"{key}_fails", rails.false)]
        return Rails(f"$.{key}_holds", f"$.{key}_fails")


class ZenPeer:
    """Decides 126.7(a) of one line. The decision is compiled once; each call gives the answer and the trace."""

    def __init__(self, rules: Ruleset) -> None:
        dialect = Zen()
        parts = Translator(rules, dialect, AGGREGATES, NEVER).named_parts("itar/126.7(a)")
        expressions = dialect.expressions
        for n, (_, rails) in enumerate(parts):
            expressions += [_expression(f"c{n}_holds", rails.true), _expression(f"c{n}_fails", rails.false)]
        every = " and ".join(f"$.c{n}_holds" for n in range(len(parts)))
        some = " or ".join(f"$.c{n}_fails" for n in range(len(parts)))
        expressions += [_expression("holds", every), _expression("fails", some)]
        self.size = sum(len(e["value"]) for e in expressions)
        nodes = [
            {"id": "in", "name": "request", "type": "inputNode"},
            {"id": "rule", "name": "126.7(a)", "type": "expressionNode", "content": {"expressions": expressions}},
            {"id": "out", "name": "answer", "type": "outputNode"},
        ]
        edges = [{"id": f"e{a}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in (("in", "rule"), ("rule", "out"))]
        self._decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def prepare(self, data: dict[str, Any]) -> dict[str, Any]:
        return {k: [renamed(x) for x in v] if isinstance(v, list) else renamed(v) for k, v in data.items()}

    def decide(self, request: dict[str, Any], trace: bool = True) -> Truth:
        answer = self._decision.evaluate(request, {"trace": trace})["result"]
        return True if answer["holds"] else False if answer["fails"] else None


def _expression(key: str, value: str) -> dict[str, str]:
    return {"id": key, "key": key, "value": value}
