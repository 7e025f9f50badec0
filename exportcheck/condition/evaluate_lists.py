"""Lists of things: filters, quantifiers, collecting, sums and counts, where members or their filter may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from exportcheck.condition import ast as A
from exportcheck.condition import numbers as N
from exportcheck.condition import sets as S
from exportcheck.condition.environment import NO_LIST, Env, Run
from exportcheck.condition.evaluate_values import never_negative
from exportcheck.transaction.model import Entity
from exportcheck.values import ANY_SET, Interval, PartialSet, Truth

if TYPE_CHECKING:
    from exportcheck.condition.evaluate import Compiler

Members = Callable[[Env], tuple[list[tuple[Entity, Truth]], bool]]


def members(compile: Compiler, node: A.Entities) -> Members:
    """A function giving the members with whether each passes the filter (known false left out), and completeness."""
    var, name, member = node.var, node.name, node.member
    where = None if node.where is None else compile(node.where)

    def run(env: Env) -> tuple[list[tuple[Entity, Truth]], bool]:
        found = (env.vars[var] if var else env.root).lists.get(name, NO_LIST)
        if where is None:
            return [(m, True) for m in found.members], found.complete
        kept: list[tuple[Entity, Truth]] = []
        saved = env.vars.get(member)
        for m in found.members:
            env.vars[member] = m
            passes = where(env)
            if passes is not False:
                kept.append((m, passes))
        env.vars[member] = saved
        return kept, found.complete

    return run


Each = Callable[[Env], tuple[list[tuple[Truth, Any]], bool]]


def _each(compile: Compiler, node: A.Quant | A.Collect | A.Fold) -> Each:
    """A function giving for each member whether it is in, and what the body gives for it; and completeness."""
    listed, body, var = members(compile, node.source), compile(node.body), node.var

    def run(env: Env) -> tuple[list[tuple[Truth, Any]], bool]:
        kept, complete = listed(env)
        saved = env.vars.get(var)
        values = []
        for m, passes in kept:
            env.vars[var] = m
            values.append((passes, body(env)))
        env.vars[var] = saved
        return values, complete

    return run


def quantifier(compile: Compiler, node: A.Quant) -> Run:
    each = _each(compile, node)
    decide = k_some if node.kind == "some" else k_each
    return lambda env: decide(*each(env))


def k_each(values: list[tuple[Truth, Truth]], complete: bool, *, or_none: bool = False) -> Truth:
    """For every member (is it in, does it hold). Over nobody unknown unless `or_none`; on an open list never true."""
    certain = False
    result: Truth = True
    for is_in, holds in values:
        if is_in is False:
            continue
        if is_in and holds is False:
            return False
        if is_in and holds:
            certain = True
        elif holds is not True:
            result = None
    if not complete:
        return None
    return result if certain or or_none else None


def k_some(values: list[tuple[Truth, Truth]], complete: bool) -> Truth:
    """For at least one member (is it in, does it hold). On an open list never false."""
    result: Truth = False if complete else None
    for is_in, holds in values:
        if is_in and holds:
            return True
        if is_in is not False and holds is not False:
            result = None
    return result


def collect(compile: Compiler, node: A.Collect) -> Run:
    each = _each(compile, node)

    def collected(env: Env) -> PartialSet:
        values, complete = each(env)
        parts = []
        for passes, value in values:
            part = value if isinstance(value, PartialSet) else S.of_value(value)
            parts.append(part if passes else S.possibly(part))
        if not complete:
            parts.append(ANY_SET)
        return S.union(parts)

    return collected


def fold(compile: Compiler, node: A.Fold) -> Run:
    each, fn = _each(compile, node), node.fn
    more = Interval(N.ZERO, None) if never_negative(compile, node.body) else N.ANY_NUMBER

    def total(env: Env) -> Decimal | Interval:
        values, complete = each(env)
        result: Decimal | Interval = N.ZERO
        for passes, value in values:
            result = N.add(result, value if passes else N.hull(N.ZERO, value))
        return result if complete else N.add(result, more)

    def best(env: Env) -> Decimal | Interval:
        values, complete = each(env)
        certain = [value for passes, value in values if passes]
        if not certain:
            return N.ANY_NUMBER  # of nothing there is no least and no greatest
        low, high = N.bounds(N.extreme(fn, certain))  # what is not certain to be in it can only push the result one way
        all_low, all_high = N.bounds(N.extreme(fn, [v for _, v in values])) if complete else (None, None)
        return N.interval(low, all_high) if fn == "max" else N.interval(all_low, high)

    return total if fn == "sum" else best


def count(compile: Compiler, node: A.Count) -> Run:
    if isinstance(node.source, A.Entities):
        listed = members(compile, node.source)

        def count_members(env: Env) -> Decimal | Interval:
            kept, complete = listed(env)
            certain = sum(1 for _, passes in kept if passes)
            return N.interval(Decimal(certain), Decimal(len(kept)) if complete else None)

        return count_members
    run = compile(node.source)

    def count_set(env: Env) -> Decimal | Interval:
        value: PartialSet = run(env)
        return N.interval(Decimal(len(value.sure)), None if value.possible is None else Decimal(len(value.possible)))

    return count_set


MEANING: Final[Mapping[type[A.Expr], Callable[[Compiler, Any], Run]]] = {
    A.Quant: quantifier,
    A.Collect: collect,
    A.Fold: fold,
    A.Count: count,
}
