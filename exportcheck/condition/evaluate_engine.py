"""What the engine decides: other provisions, raised grounds, definitions, judgements, and what a table names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from exportcheck.condition import ast as A
from exportcheck.condition import sets as S
from exportcheck.condition.environment import Env, Run
from exportcheck.values import UNDETERMINABLE, PartialSet, Truth

if TYPE_CHECKING:
    from exportcheck.condition.evaluate import Compiler


def is_undeterminable(_compile: Compiler, node: A.IsUndeterminable) -> Run:
    var, name = node.fact.var, node.fact.name

    def undeterminable(env: Env) -> Truth:
        fact = (env.vars[var] if var else env.root).facts.get(name)
        return None if fact is None else fact.value is UNDETERMINABLE

    return undeterminable


def required(compile: Compiler, node: A.Required) -> Run:
    entity, grounds, var = compile(node.entity), node.grounds, node.ground_var

    def raised(env: Env) -> Truth:
        subject = entity(env)
        result: Truth = False
        for ground in grounds or (env.vars[var],):
            value = env.engine.required(ground, subject)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return raised


def holds(compile: Compiler, node: A.Holds) -> Run:
    entity, provision, clause = compile(node.entity), node.provision, node.clause
    return lambda env: env.engine.outcome(provision, clause, entity(env))


def definition(compile: Compiler, node: A.Define) -> Run:
    entity, id_ = compile(node.entity), node.id
    return lambda env: env.engine.defined(id_, entity(env))


def named(compile: Compiler, node: A.Named) -> Run:
    cell, entity = compile(node.cell), compile(node.entity)

    def holds_there(env: Env) -> Truth:
        name = cell(env)
        if name == "always":
            return True
        if not name or name == "unread":
            return None
        value = env.engine.defined(name, entity(env))
        return value if isinstance(value, bool) else None

    return holds_there


def in_named(compile: Compiler, node: A.InNamed) -> Run:
    item, cell = compile(node.item), compile(node.cell)
    match = S.place_is if node.item.type.base == "place" else None

    def in_list(env: Env) -> Truth:
        name = cell(env)
        if not name:
            return False
        members = env.rules.members(name)
        return S.contains(PartialSet(members, members), item(env), match)

    return in_list


def offered(compile: Compiler, node: A.Offered) -> Run:
    held, line = compile(node.authorization), compile(node.entity)
    return lambda env: env.engine.offered(held(env), line(env))


def judgement(_compile: Compiler, node: A.JudgementRef) -> Run:
    name = node.name

    def answered(env: Env) -> Truth:
        found = env.judgements.get(name)
        return None if found is None else found.answer

    return answered


MEANING: Final[Mapping[type[A.Expr], Callable[[Compiler, Any], Run]]] = {
    A.IsUndeterminable: is_undeterminable,
    A.Required: required,
    A.Holds: holds,
    A.Define: definition,
    A.Named: named,
    A.InNamed: in_named,
    A.Offered: offered,
    A.JudgementRef: judgement,
}
