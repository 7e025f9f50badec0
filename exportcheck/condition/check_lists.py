"""Lists of things and sets: quantifiers, collecting, folding, counting, set operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exportcheck.condition import ast as A
from exportcheck.condition import check_names
from exportcheck.condition import types as T
from exportcheck.condition.parse import ConditionError, Raw
from exportcheck.condition.symbols import Scope
from exportcheck.condition.types import Type

if TYPE_CHECKING:
    from exportcheck.condition.check import Checker


def quantifier(checker: Checker, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
    kind, var, source_raw, body_raw = raw.args
    source = check_names.entities(checker, source_raw, scope, var)
    body = checker.want(body_raw, scope.with_variable(var, T.entity(source.type.kind)), T.BOOLEAN)
    return A.Quant(raw.at, T.BOOLEAN, kind, var, source, body)


def collect(checker: Checker, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
    var, source, body = _for(checker, raw, scope, None)
    type_ = body.type if body.type.many else body.type.set_of()
    return A.Collect(raw.at, type_, var, source, body)


def _for(checker: Checker, raw: Raw, scope: Scope, want: Type | None) -> tuple[str, A.Entities, A.Expr]:
    var, source_raw, body_raw = raw.args
    source = check_names.entities(checker, source_raw, scope, var)
    body = checker.expr(body_raw, scope.with_variable(var, T.entity(source.type.kind)), want)
    if body.type.base in ("entity", "entities", "duration"):
        raise ConditionError(body_raw.at, "a value is wanted for each, not the thing itself")
    return var, source, body


def bare_filter(_checker: Checker, raw: Raw, _scope: Scope, _want: Type | None) -> A.Expr:
    raise ConditionError(raw.at, "a list of things is not a value", "use some ... in ..., count(...), or sum(for ...)")


def count(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    if args[0].kind == "filter" or (args[0].kind == "path" and check_names.names_list(args[0], scope)):
        return A.Count(raw.at, T.NUMBER, check_names.entities(checker, args[0], scope, f"@{raw.at[0]}"))
    counted = checker.expr(args[0], scope)
    if not counted.type.many:
        raise ConditionError(args[0].at, "only a list or a set can be counted")
    return A.Count(raw.at, T.NUMBER, counted)


def total(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    if args[0].kind != "for":
        raise ConditionError(args[0].at, "sum adds what a list gives", "sum(for c in i.components return c.fair_market_value)")
    return _fold(checker, raw, "sum", args[0], scope, want)


def _fold(checker: Checker, raw: Raw, fn: str, loop: Raw, scope: Scope, want: Type | None) -> A.Expr:
    var, source, body = _for(checker, loop, scope, want)
    if not body.type.numeric:
        raise ConditionError(loop.at, f"{body.type.article} cannot be added or ordered")
    return A.Fold(raw.at, body.type, fn, var, source, body)


def least(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
    return _extreme(checker, raw, "min", args, scope, want)


def greatest(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
    return _extreme(checker, raw, "max", args, scope, want)


def _extreme(checker: Checker, raw: Raw, fn: str, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
    if len(args) == 1 and args[0].kind == "for":
        return _fold(checker, raw, fn, args[0], scope, want)
    if len(args) < 2:
        raise ConditionError(raw.at, f"{fn} takes two numbers or more, or for ... return ...")
    nodes = tuple(checker.expr(a, scope, want) for a in args)
    for node in nodes:
        if not node.type.numeric or not T.agree(node.type, nodes[0].type):
            raise ConditionError(node.at, f"{node.type.article} beside {nodes[0].type.article}")
    return A.Extreme(raw.at, nodes[0].type, fn, nodes)


def union(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
    if not args:
        raise ConditionError(raw.at, "union takes one set or more")
    nodes = _sets(checker, args, scope, want)
    return A.SetOp(raw.at, nodes[0].type, "union", nodes)


def overlaps(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    return _test(checker, raw, "overlaps", args, scope)


def subset(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    return _test(checker, raw, "subset", args, scope)


def _test(checker: Checker, raw: Raw, op: str, args: tuple[Raw, ...], scope: Scope) -> A.Expr:
    checker.arity(raw, args, 2)
    nodes = _sets(checker, args, scope, None)
    if nodes[0].type.base == "classification":
        raise ConditionError(raw.at, "classifications may be stated more coarsely than asked", "use under(x, [...])")
    return A.SetOp(raw.at, T.BOOLEAN, op, nodes)


def _sets(checker: Checker, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> tuple[A.Expr, ...]:
    """Sets of one type. Literal lists are read as the type of the others."""
    known = next((checker.expr(a, scope).type for a in args if a.kind != "list"), want)
    nodes: list[A.Expr] = []
    for arg in args:
        node = checker.expr(arg, scope, known)
        if not node.type.many:
            hint = "a single value stands in brackets: [x]"
            raise ConditionError(arg.at, f"a set is wanted here, this is {node.type.article}", hint)
        if nodes and not T.agree(node.type, nodes[0].type):
            raise ConditionError(arg.at, f"{node.type.article} beside {nodes[0].type.article}")
        nodes.append(node)
    return tuple(nodes)
