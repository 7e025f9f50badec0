"""What literals, facts, cells, figures, arithmetic and look-ups are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from exportcheck.condition import ast as A
from exportcheck.condition import numbers as N
from exportcheck.condition import sets as S
from exportcheck.condition.dates import shift
from exportcheck.condition.environment import Env, Run
from exportcheck.condition.types import Type
from exportcheck.transaction.model import Fact
from exportcheck.values import ABSENT, ANY_SET, EMPTY_SET, UNKNOWN, Interval, Money, PartialSet, Sentinel, Truth
from exportcheck.vocabulary.model import FactDeclaration

if TYPE_CHECKING:
    from exportcheck.condition.evaluate import Compiler


def literal(_compile: Compiler, node: A.Lit) -> Run:
    value = node.value
    return lambda env: value


def set_literal(compile: Compiler, node: A.SetLit) -> Run:
    if all(isinstance(i, A.Lit) for i in node.items):
        members = frozenset(i.value for i in node.items if isinstance(i, A.Lit))
        fixed = PartialSet(members, members)
        return lambda env: fixed
    runs = [compile(i) for i in node.items]
    return lambda env: S.union(S.of_value(run(env)) for run in runs)


def list_reference(_compile: Compiler, node: A.ListRef) -> Run:
    id_ = node.id

    def run(env: Env) -> PartialSet:
        members = env.rules.members(id_)
        return PartialSet(members, members)

    return run


def parameter(_compile: Compiler, node: A.Param) -> Run:
    id_ = node.id

    def run(env: Env) -> Decimal | Interval:
        value = env.rules.parameter(id_)
        return N.ANY_NUMBER if value is None else value

    return run


def entity_variable(_compile: Compiler, node: A.EntityVar) -> Run:
    var = node.var
    return lambda env: env.vars[var] if var else env.root


def ground_variable(_compile: Compiler, node: A.GroundVar) -> Run:
    var = node.var
    return lambda env: env.vars[var]


def of_table(value: object, type_: Type) -> object:
    """A table's value as an expression of this type reads it: what is missing (None) is unknown."""
    missing = value is None or value is UNKNOWN
    if type_.many:
        return PartialSet(value, value) if isinstance(value, frozenset) else ANY_SET
    if type_.numeric:
        return N.ANY_NUMBER if missing else value
    if type_.base == "boolean":
        return value if isinstance(value, bool) else None
    return UNKNOWN if missing else value


def cell(_compile: Compiler, node: A.Cell) -> Run:
    var, column, type_ = node.var, node.column, node.type
    if type_.base in ("text", "enum", "ground") and not type_.many:
        return lambda env: env.vars[var][column]
    return lambda env: of_table(env.vars[var][column], type_)


def lookup(compile: Compiler, node: A.Lookup) -> Run:
    keys, table, column, type_ = [compile(k) for k in node.keys], node.table, node.column, node.type

    def look_up(env: Env) -> object:
        values = tuple(k(env) for k in keys)
        if any(v is None or isinstance(v, Sentinel | Interval) for v in values):
            return of_table(None, type_)
        return of_table(env.rules.look_up(table, values, column), type_)

    return look_up


def fact(compile: Compiler, node: A.Fact) -> Run:
    if node.type.many:
        return _fact_set(node)
    if node.type.base == "boolean":
        return _fact_truth(node)
    if node.type.numeric:
        return _fact_number(node, compile.vocabulary.get("item" if node.kind == "article" else node.kind, node.name))
    return _fact_scalar(node)


def _fact_set(node: A.Fact) -> Run:
    var, name = node.var, node.name
    money = node.type.base == "money"

    def as_set(env: Env) -> PartialSet:
        stated: Fact | None = (env.vars[var] if var else env.root).facts.get(name)
        if stated is None:
            return ANY_SET
        value = stated.value
        if value is ABSENT:
            return EMPTY_SET
        if isinstance(value, PartialSet):
            return value
        if not isinstance(value, frozenset):
            return ANY_SET
        if money:
            dollars = frozenset(m.usd for m in value if m.usd is not None)
            return PartialSet(dollars, dollars if stated.complete and all(m.usd is not None for m in value) else None)
        return PartialSet(value, value if stated.complete else None)

    return as_set


def _fact_truth(node: A.Fact) -> Run:
    var, name = node.var, node.name

    def as_truth(env: Env) -> Truth:
        stated = (env.vars[var] if var else env.root).facts.get(name)
        return stated.value if stated is not None and isinstance(stated.value, bool) else None

    return as_truth


def _fact_number(node: A.Fact, declared: FactDeclaration | None) -> Run:
    var, name = node.var, node.name
    unknown = _range(node.type, declared)
    no_rate = Interval(N.ZERO, None)

    def as_number(env: Env) -> N.Num:
        stated = (env.vars[var] if var else env.root).facts.get(name)
        if stated is None:
            return unknown
        value = stated.value
        if isinstance(value, Money):
            return no_rate if value.usd is None else value.usd
        if isinstance(value, Decimal | Interval) or value is ABSENT:
            return value
        return unknown

    return as_number


def _range(type_: Type, declared: FactDeclaration | None) -> Interval:
    """What is known of a number that is not stated. What may be absent need not lie within the bounds of its values."""
    if declared is None or declared.absent:
        return N.ANY_NUMBER
    if type_.base == "money":
        return Interval(N.ZERO, None)  # declared bounds are of the amount as stated, in whatever currency
    low = N.ZERO if declared.least is None and type_.base == "percent" else declared.least
    return Interval(low, declared.greatest)


def never_negative(compile: Compiler, node: A.Expr) -> bool:
    """Is a number never below zero, and never absent, whatever is stated?"""
    match node:
        case A.Lit():
            return isinstance(node.value, Decimal) and node.value >= 0
        case A.Fact():
            declared = compile.vocabulary.get("item" if node.kind == "article" else node.kind, node.name)
            low = _range(node.type, declared).low
            return low is not None and low >= 0
        case A.If():
            return never_negative(compile, node.then) and never_negative(compile, node.other)
        case A.Arith() if node.op in ("+", "*"):
            return never_negative(compile, node.left) and never_negative(compile, node.right)
        case A.Extreme():
            return all(never_negative(compile, a) for a in node.args)
        case A.Count():
            return True
        case _:
            return False


def _fact_scalar(node: A.Fact) -> Run:
    var, name = node.var, node.name

    def as_scalar(env: Env) -> object:
        stated = (env.vars[var] if var else env.root).facts.get(name)
        if stated is None:
            return UNKNOWN
        value = stated.value
        return UNKNOWN if isinstance(value, Sentinel) and value is not ABSENT else value

    return as_scalar


def arithmetic(compile: Compiler, node: A.Arith) -> Run:
    left, right, op = compile(node.left), compile(node.right), node.op
    if node.type.base == "date":
        sign = 1 if op == "+" else -1
        return lambda env: shift(left(env), right(env), sign)
    do = {"+": N.add, "-": N.subtract, "*": N.multiply}[op]
    return lambda env: do(left(env), right(env))


def extreme(compile: Compiler, node: A.Extreme) -> Run:
    runs, fn = [compile(a) for a in node.args], node.fn
    return lambda env: N.extreme(fn, [run(env) for run in runs])


MEANING: Final[Mapping[type[A.Expr], Callable[[Compiler, Any], Run]]] = {
    A.Lit: literal,
    A.SetLit: set_literal,
    A.ListRef: list_reference,
    A.Param: parameter,
    A.EntityVar: entity_variable,
    A.GroundVar: ground_variable,
    A.Cell: cell,
    A.Lookup: lookup,
    A.Fact: fact,
    A.Arith: arithmetic,
    A.Extreme: extreme,
}
