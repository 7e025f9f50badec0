"""The normative meaning of conditions: each checked expression becomes a function of an environment.

Booleans are True, False or None; numbers Decimal, Interval or ABSENT; sets PartialSet; other scalars their value, ABSENT or
UNKNOWN. Functions are pure: they read the environment and return a value. The meaning of each construct stands in the
`evaluate_*` module of its family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from exportcheck.condition import ast as A
from exportcheck.condition import evaluate_engine, evaluate_lists, evaluate_logic, evaluate_values
from exportcheck.condition.environment import NO_LIST, Decider, Env, Rules, Run
from exportcheck.condition.evaluate_lists import Members, k_each, k_some, members
from exportcheck.condition.evaluate_logic import under_any
from exportcheck.vocabulary.model import Vocabulary

__all__ = ["NO_LIST", "Compiler", "Decider", "Env", "Rules", "Run", "k_each", "k_some", "under_any"]

_MEANING: Final[Mapping[type[A.Expr], Callable[[Compiler, Any], Run]]] = {
    **evaluate_values.MEANING,
    **evaluate_logic.MEANING,
    **evaluate_lists.MEANING,
    **evaluate_engine.MEANING,
}


class Compiler:
    """Turns checked expressions into functions, once each."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._done: dict[int, tuple[A.Expr, Run]] = {}
        self.clauses: dict[int, tuple[Any, Any]] = {}  # filled by the engine: the function of each clause tree, for its truth
        self.nodes: dict[int, tuple[Any, Any]] = {}  # and for all its parts
        self.shared: dict[object, Any] = {}  # and what the laws of several days have in common

    def __call__(self, node: A.Expr) -> Run:
        found = self._done.get(id(node))
        if found is None:
            run = _MEANING[type(node)](self, node)
            self._done[id(node)] = (node, run)  # the node is kept, so that its id stays its own
            return run
        return found[1]

    def in_turn(self, nodes: Sequence[A.Expr]) -> list[Run]:
        """The functions of expressions that are asked one after the other: each is made when it is first asked, since most
        questions are settled before the last."""
        runs: list[Run] = []
        runs += [self._when_asked(node, n, runs) for n, node in enumerate(nodes)]
        return runs

    def _when_asked(self, node: A.Expr, n: int, runs: list[Run]) -> Run:
        def first(env: Env) -> Any:
            run = runs[n] = self(node)
            return run(env)

        return first

    def members(self, node: A.Entities) -> Members:
        """A function giving the members with whether each passes the filter (known false left out), and completeness."""
        return members(self, node)
