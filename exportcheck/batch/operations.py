"""Operations with their operands replaced, compiled once, and what they came to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exportcheck.batch.shapes import Shapes
from exportcheck.batch.slots import SlotCompiler, SlotEnv, giving, passing, slot
from exportcheck.condition import ast as A
from exportcheck.condition.environment import Rules, Run
from exportcheck.rulepack.visit import children, walk
from exportcheck.vocabulary.model import Vocabulary

ENGINE = (A.Required, A.Holds, A.Define, A.Named, A.Offered, A.JudgementRef)
"""What the engine decides."""

KEPT = 10_000
"""Results of one operation that are kept from slice to slice."""


class Meanings:
    """Operations compiled with their operands replaced, and what they came to: kept from slice to slice."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        self.vocabulary = vocabulary
        self.rules = rules
        self.shapes = Shapes()
        self._compiled: dict[int, tuple[A.Expr, Run]] = {}
        self._results: dict[tuple[int, tuple[object, ...]], dict[tuple[object, ...], object]] = {}

    def results(self, node: A.Expr, constants: tuple[object, ...], distinct: int) -> dict[tuple[object, ...], object]:
        """What an operation came to, by its operands. What has too many of them to be met again is not kept."""
        if distinct > KEPT:
            return {}
        found = self._results.setdefault((self.shapes.number(node), constants), {})
        if len(found) > KEPT:
            found.clear()
        return found

    def env(self, constants: Any) -> SlotEnv:
        return SlotEnv(self.rules, dict(constants))

    def operation(self, node: A.Expr, operands: list[A.Expr]) -> Run:
        return self._kept(node, {id(o): slot(n) for n, o in enumerate(operands)})

    def over_members(self, node: A.Collect | A.Fold | A.Count, source: A.Entities) -> Run:
        slots = {} if source.where is None else {id(source.where): passing(source.member)}
        if not isinstance(node, A.Count):
            slots[id(node.body)] = giving(node.var)
        return self._kept(node, slots)

    def _kept(self, node: A.Expr, slots: dict[int, Run]) -> Run:
        found = self._compiled.get(id(node))
        if found is None:
            found = self._compiled[id(node)] = (node, SlotCompiler(self.vocabulary, slots)(node))
        return found[1]

    def constant(self, node: A.Expr) -> bool:
        """Is it the same for every row, once the constants are known?"""
        return not self.shapes.free(node) and not any(isinstance(n, ENGINE) for n in walk(node))

    def operands(self, node: A.Expr) -> Iterator[A.Expr]:
        """What an operation is applied to, without what is the same for every row."""
        for child in children(node):
            if isinstance(child, A.SetLit | A.RangeLit | A.Percent):
                yield from self.operands(child)
            elif not self.constant(child):
                yield child
