"""The conclusion layer: from decided provisions to a verdict, by monotone Horn rules chained forward.

Two engines draw the same conclusions in the same order: durable-rules where it can be had, and a plain chainer.
"""

from __future__ import annotations

import os
from typing import Final, Literal

from exportcheck.engine.conclude.chainer import CHAINER, Chainer
from exportcheck.engine.conclude.horn import (
    Concluder,
    ConclusionError,
    Derivation,
    HornRule,
    Program,
    conjunction,
    disjunction,
    exception,
    fails,
    holds,
    negation,
    stated,
)
from exportcheck.engine.conclude.memo import Memo
from exportcheck.errors import InputError, Problem, Span, did_you_mean

__all__ = [
    "VARIABLE",
    "Concluder",
    "ConclusionError",
    "Derivation",
    "HornRule",
    "Memo",
    "Prefer",
    "Program",
    "conclusion_layer_name",
    "conjunction",
    "disjunction",
    "exception",
    "fails",
    "holds",
    "make_concluder",
    "negation",
    "stated",
]

Prefer = Literal["durable", "chainer", "auto"]

VARIABLE: Final = "EXPORTCHECK_CONCLUDER"
"""The environment variable that "auto" follows: `durable`, `chainer` or `auto`."""


def make_concluder(program: Program, prefer: Prefer = "auto") -> Concluder:
    """An engine for `program`, to be kept and used for many transactions.

    Raises InputError if durable-rules was asked for and cannot be imported, or if the environment variable is not understood.
    """
    if _chosen(prefer) == "chainer":
        return Chainer(program)
    from exportcheck.engine.conclude.durable import DurableConcluder

    return DurableConcluder(program)


def conclusion_layer_name(prefer: Prefer = "auto") -> str:
    """What `make_concluder` would use: "durable-rules 2.0.28" or "exportcheck chainer". Raises InputError as it does."""
    if _chosen(prefer) == "chainer":
        return CHAINER
    from exportcheck.engine.conclude.durable import durable_name

    return durable_name()


def _chosen(prefer: Prefer) -> Literal["durable", "chainer"]:
    asked: str = prefer
    if asked == "auto":
        asked = os.environ.get(VARIABLE, "").strip() or "auto"
        if asked not in ("durable", "chainer", "auto"):
            hint = did_you_mean(asked, ("durable", "chainer", "auto")) or "use durable, chainer or auto"
            raise InputError(Problem(Span(f"environment variable {VARIABLE}"), f'"{asked}" is not a conclusion layer', hint))
    if asked == "chainer":
        return "chainer"
    from exportcheck.engine.conclude.durable import durable_available

    if durable_available():
        return "durable"
    if asked == "auto":
        return "chainer"
    where = "the call" if prefer == "durable" else f"environment variable {VARIABLE}"
    hint = "install durable-rules (CPython up to 3.12, not Windows), or use chainer: its conclusions are the same"
    raise InputError(Problem(Span(where), "durable-rules was asked for and cannot be imported here", hint))
