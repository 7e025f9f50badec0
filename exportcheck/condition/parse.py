"""Text of a condition to a raw syntax tree (lark, LALR)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

At = tuple[int, int]
LONGEST = 4_000
"""Characters in one condition; a longer one should be a clause tree."""
DEEPEST = 60
"""Constructs inside one another, and terms of one sum: what a reader can follow, and far from any limit of the interpreter."""


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
    "RPAR": '")"',
    "RSQB": '"]"',
    "COMPARE": "a comparison (= != < <= > >=)",
    "COMMA": "a comma",
    "$END": "the end",
}


@lru_cache(maxsize=20_000)
def parse(text: str, start: str = "start") -> Raw:
    """Parse one condition (`start="iteration"` for `p in parties where ...`). Raises `ConditionError`."""
    if not text.strip():
        raise ConditionError((0, len(text)), "an empty condition", 'write "true" for a condition that always holds')
    if len(text) > LONGEST:
        raise ConditionError((0, 1), f"a condition of {len(text)} characters", "split it into clauses (all_of, any_of)")
    try:
        tree = _parser().parse(text, start=start)
    except UnexpectedInput as error:
        raise _explain(text, error) from None
    deepest = _deepest(tree)
    if deepest is not None:
        at = deepest.start_pos, deepest.end_pos
        raise ConditionError(at, f"constructs nested more than {DEEPEST} deep", "split it into clauses or definitions")
    parsed: Raw = _raw(tree)
    return parsed


def _deepest(tree: Any) -> Any:
    """The place of a construct that is nested too deep, if there is one. A chain of n terms is n deep in the checked form."""
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, Token) or node is None:
            continue
        depth += len(node.children) // 2 if node.data == "arithmetic" else 1
        if depth > DEEPEST:
            return node.meta
        stack.extend((child, depth) for child in node.children)
    return None


def _explain(text: str, error: UnexpectedInput) -> ConditionError:
    if isinstance(error, UnexpectedCharacters):
        at = error.pos_in_stream or 0
        char = text[at] if at < len(text) else "the end"
        return ConditionError((at, at + 1), f"{_shown(char)} has no place in a condition", _CHARACTERS.get(char, ""))
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        token = error.token
        at = token.start_pos or 0
        hint = _hint(text, at, str(token)) or _expected(error.accepts or error.expected)
        return ConditionError((at, at + max(1, len(token))), f"unexpected {str(token)!r}", hint)
    expected = (error.accepts or error.expected) if isinstance(error, UnexpectedToken) else ()
    end = len(text.rstrip())
    return ConditionError((end - 1, end), "the condition ends too early", _expected(expected))


_CHARACTERS = dict.fromkeys("'`‘’“”«»", 'texts stand in double quotes, as in "GB"') | {
    '"': "a text ends with a double quote on the same line",
    "/": "there is no division; compare with percent(part, whole) <= limit",
    "&": "write and",
    "|": "write or",
    "!": "write not(x), or x != y",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "%": "compare with percent(part, whole) <= limit",
}


def _shown(char: str) -> str:
    return repr(char) if char.isprintable() else f"U+{ord(char[0]):04X}"


def _hint(text: str, at: int, token: str) -> str:
    """What would be right, for the mistakes that people used to other languages make."""
    before = text[:at].rstrip()
    if token == "=" and before.endswith("="):
        return "equality is written with one ="
    if token == "-" and not before.endswith((")", "]", '"')) and not before[-1:].isalnum():
        return "a number below zero is written 0 - 5"
    if re.search(r"\bnot$", before):
        return "not takes brackets: not(x)"
    if token in ("=", "!=", "<", "<=", ">", ">=") and not before.endswith(("=", "<", ">")):
        return "comparisons are not chained: a < b and b < c"
    if token == "not":
        return "write not(x in [...])"
    return ""


def _expected(names: Any) -> str:
    """What could stand there, in few words: a value, an operator, a closing bracket, the end."""
    wanted = set(names)
    operator = wanted | {"DOT", "__ANON_0"} >= _OPERATORS
    words = [_READABLE.get(n, f'"{n.lower()}"') for n in sorted(wanted - _VALUES - (_OPERATORS if operator else frozenset()))]
    if "NAME" in wanted:
        words.insert(0, "a value" if "NUMBER" in wanted else "a name")
    if operator:
        words.insert(0, "an operator (and, or, =, in, +, ...)")
    return "expected " + " or ".join(words) if words else ""


_VALUES = frozenset({"NAME", "NUMBER", "STRING", "TRUE", "FALSE", "NONE", "LPAR", "LSQB", "QUANTIFIER", "IF", "FOR"})
_OPERATORS = frozenset({"AND", "OR", "IN", "COMPARE", "ADD", "MUL", "DOT", "__ANON_0"})
