"""Text of a condition to a raw syntax tree (lark, LALR)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

At = tuple[int, int]
LONGEST = 4_000
"""Characters in one condition; a longer one should be a clause tree."""


class ConditionError(Exception):
    """A condition cannot be used: (start, end) in its text, what is wrong, and what would be right."""

    def __init__(self, at: At, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.at = at
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Raw:
    """A node as parsed: `kind` names the construct, `args` its parts (Raw, str, tuples of those)."""

    kind: str
    at: At
    args: tuple[Any, ...] = ()


_KINDS = {"or_": "or", "and_": "and", "in_": "in", "conditional": "if", "iterate": "for", "filter_": "filter"}
_KINDS |= {"true_": "true", "false_": "false", "none_": "none", "range_closed": "range[]", "range_right_open": "range[)"}
_KINDS |= {"range_left_open": "range(]", "range_open": "range()"}


def _raw(node: Any) -> Any:
    """A lark tree as raw nodes; brackets and argument lists are folded away."""
    if isinstance(node, Token):
        return str(node)
    if node is None:
        return None
    kind = str(node.data)
    if kind in ("start", "group"):
        return _raw(node.children[0])
    children = tuple(_raw(c) for c in node.children)
    if kind in ("or_", "and_", "arithmetic") and len(children) == 1:
        return children[0]
    at = (node.meta.start_pos, node.meta.end_pos) if not node.meta.empty else (0, 0)
    if kind == "args":
        return children
    if kind == "string":
        return Raw("string", at, (children[0][1:-1],))
    if kind == "call":
        return Raw("call", at, (children[0], children[1] or ()))
    if kind == "list_":
        return Raw("list", at, children[0] or ())
    return Raw(_KINDS.get(kind, kind), at, tuple(c for c in children if c is not None))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files("exportcheck.condition").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        start=["start", "iteration"],
        propagate_positions=True,
        maybe_placeholders=True,
    )


_READABLE = {
    "COMPARE": "a comparison (= != < <= > >=)",
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": 'a text in double quotes ("GB")',
    "ADD": "+ or -",
    "MUL": "*",
    "RPAR": ")",
    "LPAR": "(",
    "RSQB": "]",
    "LSQB": "[",
    "COMMA": "a comma",
    "DOT": ".",
    "__ANON_0": "..",
    "$END": "the end",
    "QUANTIFIER": "some / every",
}


@lru_cache(maxsize=20_000)
def parse(text: str, start: str = "start") -> Raw:
    """Parse one condition (`start="iteration"` for `p in parties where ...`). Raises `ConditionError`."""
    if not text.strip():
        raise ConditionError((0, len(text)), "an empty condition", 'write "true" for a condition that always holds')
    if len(text) > LONGEST:
        raise ConditionError((0, 1), f"a condition of {len(text)} characters", "split it into clauses (all_of, any_of)")
    if _depth(text) > 40:
        raise ConditionError((0, 1), "brackets nested more than 40 deep", "split it into clauses or definitions")
    try:
        tree = _parser().parse(text, start=start)
    except UnexpectedInput as error:
        raise _explain(text, error) from None
    parsed: Raw = _raw(tree)
    return parsed


def _depth(text: str) -> int:
    deepest = depth = 0
    for c in text:
        if c in "([":
            depth += 1
            deepest = max(deepest, depth)
        elif c in ")]":
            depth -= 1
    return deepest


def _explain(text: str, error: UnexpectedInput) -> ConditionError:
    if isinstance(error, UnexpectedCharacters):
        at = error.pos_in_stream or 0
        char = text[at] if at < len(text) else "the end"
        hint = 'texts stand in double quotes, as in "GB"' if char in "'`“”" else ""
        if char == "/":
            hint = "there is no division; compare with percent(part, whole) <= limit"
        return ConditionError((at, at + 1), f"{char!r} has no place in a condition", hint)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        token = error.token
        at = token.start_pos or 0
        hint = ""
        if str(token) == "=" and text[at - 1 : at] == "=":
            hint = "equality is written with one ="
        return ConditionError((at, at + max(1, len(token))), f"unexpected {str(token)!r}", hint or _expected(error.expected))
    expected = error.expected if isinstance(error, UnexpectedToken | UnexpectedEOF) else ()
    return ConditionError((max(0, len(text) - 1), len(text)), "the condition ends too early", _expected(expected))


def _expected(names: Any) -> str:
    words = sorted({_READABLE.get(n, n.lower()) for n in names})
    return "expected " + ", ".join(words[:6]) if words else ""
