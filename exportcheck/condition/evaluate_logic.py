"""Logic, comparison, membership, choice, set questions and classifications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from exportcheck.condition import ast as A
from exportcheck.condition import numbers as N
from exportcheck.condition import sets as S
from exportcheck.condition.dates import compare_dates
from exportcheck.condition.environment import Env, Run
from exportcheck.values import ABSENT, UNKNOWN, Classification, Interval, PartialSet, Truth, k_or, under_path

if TYPE_CHECKING:
    from exportcheck.condition.evaluate import Compiler


def negation(compile: Compiler, node: A.Not) -> Run:
    run = compile(node.item)

    def negated(env: Env) -> Truth:
        value: Truth = run(env)
        return None if value is None else not value

    return negated


def conjunction(compile: Compiler, node: A.And) -> Run:
    runs = compile.in_turn(node.items)

    def every(env: Env) -> Truth:
        result: Truth = True
        for run in runs:
            value = run(env)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return every


def disjunction(compile: Compiler, node: A.Or) -> Run:
    runs = compile.in_turn(node.items)

    def some(env: Env) -> Truth:
        result: Truth = False
        for run in runs:
            value = run(env)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return some


TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def comparison(compile: Compiler, node: A.Cmp) -> Run:
    op = node.op
    if isinstance(node.left, A.Percent):
        return _percentage(compile, op, node.left, node.right)
    if isinstance(node.right, A.Percent):
        return _percentage(compile, TURNED.get(op, op), node.right, node.left)
    left, right = compile(node.left), compile(node.right)
    if node.right.type.base == "none" or node.left.type.base == "none":
        return _is_none(op, left if node.right.type.base == "none" else right)
    if node.left.type.numeric:
        return lambda env: N.compare(op, left(env), right(env))
    if node.left.type.base == "date":
        return lambda env: compare_dates(op, left(env), right(env))
    match = _places(node.left, node.right)
    equal = op == "="

    def same(env: Env) -> Truth:
        a, b = left(env), right(env)
        if a is UNKNOWN or b is UNKNOWN or a is None or b is None:
            return None
        if match is not None and a is not ABSENT and b is not ABSENT:
            is_it = match(a, b)
            return None if is_it is None else is_it == equal
        return bool(a == b) == equal

    return same


def _percentage(compile: Compiler, op: str, percent: A.Percent, limit: A.Expr) -> Run:
    part, whole, most = compile(percent.part), compile(percent.whole), compile(limit)
    return lambda env: N.compare_percent(op, part(env), whole(env), most(env))


def percentage(_compile: Compiler, _node: A.Percent) -> Run:
    raise TypeError("a percentage is only ever compared")


def _is_none(op: str, run: Run) -> Run:
    equal = op == "="

    def is_none(env: Env) -> Truth:
        value = run(env)
        absent: Truth
        if isinstance(value, PartialSet):
            absent = True if value.possible is not None and not value.possible else None if not value.sure else False
        elif value is UNKNOWN or value == N.ANY_NUMBER:
            absent = None
        else:
            absent = value is ABSENT
        return None if absent is None else absent == equal

    return is_none


def _places(left: A.Expr, right: A.Expr) -> S.Match | None:
    """How places on the two sides are matched: what the law names is asked, what a transaction states may be too coarse."""
    if left.type.base != "place":
        return None
    if of_the_law(right):
        return S.place_is
    return S.place_asked_left if of_the_law(left) else S.same_place


def of_the_law(node: A.Expr) -> bool:
    """Is its value the law's own, and no fact's?"""
    match node:
        case A.Lit() | A.ListRef() | A.Param() | A.Cell() | A.Lookup():
            return True
        case A.SetLit():
            return all(of_the_law(i) for i in node.items)
        case A.SetOp():
            return all(of_the_law(a) for a in node.args)
        case A.If():
            return of_the_law(node.then) and of_the_law(node.other)
        case _:
            return False


def membership(compile: Compiler, node: A.In) -> Run:
    if isinstance(node.target, A.RangeLit):
        return _in_range(compile, node.item, node.target)
    item = compile(node.item)
    if isinstance(node.target, A.SetLit) and not of_the_law(node.target):
        equals = [compile(A.Cmp(node.at, node.type, "=", node.item, i)) for i in node.target.items]
        return lambda env: False if item(env) is ABSENT else k_or(equal(env) for equal in equals)
    members = compile(node.target)
    if node.item.type.numeric:
        return lambda env: number_in(members(env), item(env))
    match = _places(node.item, node.target)
    return lambda env: S.contains(members(env), item(env), match)


def number_in(members: PartialSet, number: N.Num) -> Truth:
    """Is the number, or what is known of it, one of these numbers?"""
    if not isinstance(number, Interval):
        return S.contains(members, number)
    if members.possible is None:
        return None
    return False if all(N.compare("=", number, m) is False for m in members.possible) else None  # type: ignore[arg-type]


def _in_range(compile: Compiler, item: A.Expr, target: A.RangeLit) -> Run:
    value, low, high = compile(item), compile(target.low), compile(target.high)
    low_op, high_op = (">=" if target.low_closed else ">"), ("<=" if target.high_closed else "<")
    order = compare_dates if item.type.base == "date" else N.compare

    def within(env: Env) -> Truth:
        number = value(env)
        above, below = order(low_op, number, low(env)), order(high_op, number, high(env))
        return False if above is False or below is False else True if above and below else None

    return within


def choice(compile: Compiler, node: A.If) -> Run:
    test, then, other = compile(node.test), compile(node.then), compile(node.other)
    join: Callable[[Any, Any], Any]
    if node.type.many:
        join = S.meet
    elif node.type.numeric:
        join = _either_number
    elif node.type.base == "boolean":
        join = _either_truth
    else:
        join = _either_scalar

    def choose(env: Env) -> Any:
        value = test(env)
        if value is None:
            return join(then(env), other(env))
        return then(env) if value else other(env)

    return choose


def _either_number(a: N.Num, b: N.Num) -> N.Num:
    return a if a is b else N.hull(a, b)


def _either_truth(a: Truth, b: Truth) -> Truth:
    return a if a is b else None


def _either_scalar(a: object, b: object) -> object:
    return a if a == b else UNKNOWN


def set_question(compile: Compiler, node: A.SetOp) -> Run:
    runs = [compile(a) for a in node.args]
    if node.op == "union":
        return lambda env: S.union(run(env) for run in runs)
    a, b = runs
    match = _places(*node.args)
    ask = S.overlaps if node.op == "overlaps" else S.subset
    return lambda env: ask(a(env), b(env), match)


def under(compile: Compiler, node: A.Under) -> Run:
    stated, asked = compile(node.stated), compile(node.asked)

    def is_under(env: Env) -> Truth:
        value, wanted = stated(env), asked(env)
        if value is ABSENT:
            return False
        if value is UNKNOWN:
            return None
        have = value if isinstance(value, PartialSet) else S.of_value(value)
        if under_any(env, have.sure, wanted.sure):
            return True
        if have.possible is None or wanted.possible is None:
            return False if _empty(have) or _empty(wanted) else None
        return False if under_any(env, have.possible, wanted.possible) is False else None

    return is_under


def under_all(compile: Compiler, node: A.UnderAll) -> Run:
    stated, asked = compile(node.stated), compile(node.asked)

    def all_under(env: Env) -> Truth:
        value, wanted = stated(env), asked(env)
        if value is ABSENT:
            return False
        if value is UNKNOWN:
            return None
        have = value if isinstance(value, PartialSet) else S.of_value(value)
        if _empty(have):
            return False
        if wanted.possible is not None and any(under_any(env, (s,), wanted.possible) is False for s in have.sure):
            return False
        if have.possible is None or not have.sure:
            return None
        return True if all(under_any(env, (s,), wanted.sure) for s in have.possible) else None

    return all_under


def _empty(s: PartialSet) -> bool:
    return s.possible is not None and not s.possible


FEW: Final = 3
"""Of more classifications than these only those are compared that begin alike."""


@lru_cache(maxsize=4_096)
def _by_root(asked: frozenset[Classification]) -> Mapping[tuple[str, ...], tuple[Classification, ...]]:
    found: dict[tuple[str, ...], list[Classification]] = {}
    for a in asked:
        found.setdefault(a.path[:1], []).append(a)
    return {root: tuple(several) for root, several in found.items()}


def under_any(env: Env, stated: Iterable[Any], asked: Iterable[Classification]) -> Truth:
    """Is any stated classification under any asked one?"""
    result: Truth = False
    by_root = _by_root(asked) if isinstance(asked, frozenset) and len(asked) > FEW else None
    for s in stated:
        for a in asked if by_root is None else by_root.get(s.path[:1], ()):
            value = under_path(s.path, a.path)
            if value is None and env.rules.is_leaf(s):
                value = False
            if value:
                return True
            if value is None:
                result = None
    return result


MEANING: Final[Mapping[type[A.Expr], Callable[[Compiler, Any], Run]]] = {
    A.Not: negation,
    A.And: conjunction,
    A.Or: disjunction,
    A.Cmp: comparison,
    A.Percent: percentage,
    A.In: membership,
    A.If: choice,
    A.SetOp: set_question,
    A.Under: under,
    A.UnderAll: under_all,
}
