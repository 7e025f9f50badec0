"""Provisions as JSONLogic, for datalogic-py: a condition is known true, or known false, on two rails."""

from __future__ import annotations

from collections.abc import Sequence

from bench.translate import FALSE, TRUE, Rails
from exportcheck.condition import ast as A
from exportcheck.rulepack.model import Clause


class DataLogic:
    """JSONLogic as text, for facts of one line. A missing variable is null, which is equal to nothing else but less than much."""

    def path(self, owner: str, name: str) -> str:
        return f'{{"var":"{name}"}}'

    def stated(self, path: str) -> str:
        return f'{{"!==":[{path},null]}}'

    def compare(self, path: str, op: str, literal: str) -> str:
        return f'{{"{ {"=": "===", "!=": "!=="}.get(op, op) }":[{path},{literal}]}}'

    def one_of(self, path: str, literals: list[str]) -> str:
        return f'{{"in":[{path},[{",".join(literals)}]]}}'

    def both(self, parts: list[str]) -> str:
        return _joined("and", parts, TRUE, FALSE)

    def either(self, parts: list[str]) -> str:
        return _joined("or", parts, FALSE, TRUE)

    def negated(self, part: str) -> str:
        return f'{{"!":[{part}]}}'

    def shared(self, name: str, rails: Rails) -> Rails:
        return rails  # nothing can be named

    def holds(self, path: str, literal: str) -> str:
        raise NotImplementedError("lists within a line")

    def any_of(self, path: str, literals: list[str]) -> str:
        raise NotImplementedError("lists within a line")

    def only(self, path: str, literals: list[str]) -> str:
        raise NotImplementedError("lists within a line")

    def each(self, clause: Clause, member: Rails, inside: Rails) -> Rails:
        raise NotImplementedError("lists within a line")

    def some(self, node: A.Quant, inside: Rails) -> Rails:
        raise NotImplementedError("lists within a line")


def _joined(op: str, parts: Sequence[str], neutral: str, decisive: str) -> str:
    left = [p for p in dict.fromkeys(parts) if p != neutral]
    if decisive in left:
        return decisive
    return neutral if not left else left[0] if len(left) == 1 else f'{{"{op}":[{",".join(left)}]}}'
