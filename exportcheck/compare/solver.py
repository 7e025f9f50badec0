"""Proofs that two normal forms have the same truth for every transaction, and models in which they have not.

Every condition is a pair of Booleans, surely true and surely false. Facts that several comparisons read are shared: a number
is absent or lies between two bounds (the same, where it is stated exactly), a scalar is one of the values mentioned or another
one, a classification one of the paths mentioned, a coarser or a deeper one, a set has members for certain and possible members.
What is not taken apart (quantifiers, other provisions, rows of tables) is one unknown truth, the same wherever the same is said;
two quantifiers are the same where their bodies are proved to be. So a proof holds for lists of any length. A model is only a
candidate: it is tried on transactions before it is told.

Imported only where a comparison needs it (extra `compare`: z3-solver).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import z3

from exportcheck.compare.encoding import Encoding
from exportcheck.compare.form import Form
from exportcheck.compare.unknowns import Pair, Value
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Truth
from exportcheck.vocabulary.model import FactDeclaration, Vocabulary

TIMEOUT = 2_000
"""Milliseconds for one question."""


class UndecidedError(Exception):
    """The solver ran out of time, or met what it cannot take."""


@dataclass
class Prover:
    """Compares normal forms under one vocabulary; `leaves` says which classifications are known not to go deeper."""

    vocabulary: Vocabulary
    rules: Ruleset
    timeout: int = TIMEOUT
    asked: int = 0
    _classes: dict[tuple[object, ...], list[Form]] = field(default_factory=dict)
    _alike: dict[tuple[Form, Form], bool] = field(default_factory=dict)
    _inside: dict[tuple[Form, Form], tuple[Encoding, Pair, Pair]] = field(default_factory=dict)

    def equal(self, old: Form, new: Form) -> bool:
        """Have the two the same truth for every transaction? Raises UndecidedError."""
        if old == new:
            return True
        if old is None or new is None:
            return False
        key = (old, new)
        if key not in self._alike:
            self._alike[key] = self._ask(old, new) is None
        return self._alike[key]

    def as_true(self, old: Form, new: Form) -> bool:
        """Are the two true for the same transactions, whatever else they are false or unknown for? Raises UndecidedError."""
        encoding = Encoding(self, (old, new))
        return self._solved(encoding, [encoding.pair(old)[0] != encoding.pair(new)[0]]) is None

    def model(self, old: Form, new: Form, *, was: Truth, now: Truth) -> Mapping[Form, Value] | None:
        """Facts for which the one is of this truth and the other of that; None where there are none. Raises UndecidedError."""
        known = self._inside.get((old, new))
        if known is None:
            encoding = Encoding(self, (old, new), inside=True)
            known = self._inside[old, new] = (encoding, encoding.pair(old), encoding.pair(new))
        return self._solved(known[0], [_is(known[1], was), _is(known[2], now)])

    def _ask(self, old: Form, new: Form) -> Mapping[Form, Value] | None:
        encoding = Encoding(self, (old, new))
        a, b = encoding.pair(old), encoding.pair(new)
        return self._solved(encoding, [z3.Or(a[0] != b[0], a[1] != b[1])])

    def _solved(self, encoding: Encoding, claims: list[Any]) -> Mapping[Form, Value] | None:
        self.asked += 1
        solver = z3.Solver()
        solver.set("timeout", self.timeout)
        solver.add(*encoding.unknowns.laws, *claims)
        result = solver.check()
        if result == z3.unknown:
            raise UndecidedError("the solver ran out of time")
        return None if result == z3.unsat else encoding.unknowns.values(solver.model())

    def class_of(self, form: Form) -> Form:
        """A form that stands for all that are proved to be the same: by it two opaque parts are seen to be one."""
        if not isinstance(form, tuple) or not form or not isinstance(form[0], str):
            return form
        if form[0] in ("quant", "each or none"):
            same = self._classes.setdefault((form[0], form[1], self.class_of(form[2])), [])
            return (*form[:2], self.class_of(form[2]), self._first(same, form[3]))
        if form[0] == "list" and form[3] is not None:
            same = self._classes.setdefault(("list", form[1], form[2]), [])
            return (*form[:3], self._first(same, form[3]))
        if form[0] == "term":
            same = self._classes.setdefault(("term", form[1], form[2]), [])
            return (*form[:3], self._first(same, form[3]))
        if form[0] == "at":
            same = self._classes.setdefault(("at", *form[1:4]), [])
            return (*form[:4], self._first(same, form[4]))
        return tuple(self.class_of(f) if isinstance(f, tuple) else f for f in form)

    def _first(self, known: list[Form], form: Form) -> Form:
        for other in known:
            if other == form or (self._boolean(form) and self._boolean(other) and self.equal(other, form)):
                return other
        known.append(form)
        return form

    def _boolean(self, form: Form) -> bool:
        return isinstance(form, tuple) and bool(form) and form[0] in _BOOLEAN

    def declared(self, form: Form) -> FactDeclaration | None:
        return self.vocabulary.get(form[3], form[2])


_BOOLEAN = frozenset(
    {"lit", "and", "or", "not", "fact", "in", "<", "<=", "=", "absent", "under", "under all", "set op", "quant", "each or none"}
    | {
        "holds",
        "judgement",
        "term",
        "at",
        "rows",
        "unread",
        "required",
        "curve",
        "undeterminable",
        "named",
        "in named",
        "if",
        "offered",
    }
)


def _is(pair: Pair, truth: Truth) -> Any:
    if truth is None:
        return z3.And(z3.Not(pair[0]), z3.Not(pair[1]))
    return pair[0] if truth else pair[1]
