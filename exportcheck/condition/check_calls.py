"""The built-ins: what each takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from exportcheck.condition import ast as A
from exportcheck.condition import check_lists, literals
from exportcheck.condition import types as T
from exportcheck.condition.parse import At, ConditionError, Raw
from exportcheck.condition.symbols import Scope, kind_fits
from exportcheck.condition.types import Type
from exportcheck.errors import did_you_mean

if TYPE_CHECKING:
    from exportcheck.condition.check import Checker


def negation(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    return A.Not(raw.at, T.BOOLEAN, checker.want(args[0], scope, T.BOOLEAN))


def param(checker: Checker, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    name = checker.text(args[0])
    if name not in checker.s.parameters:
        raise ConditionError(args[0].at, f'no parameter "{name}"', did_you_mean(name, checker.s.parameters))
    return A.Param(raw.at, checker.s.parameters[name], name)


def dated_list(checker: Checker, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    name = checker.text(args[0])
    if name not in checker.s.lists:
        raise ConditionError(args[0].at, f'no list "{name}"', did_you_mean(name, checker.s.lists))
    return A.ListRef(raw.at, checker.s.lists[name].set_of(), name)


def in_group(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 2)
    item = checker.want(args[0], scope, T.PLACE)
    name = "ear/group-" + checker.text(args[1])
    if name not in checker.s.lists:
        raise ConditionError(args[1].at, f'no country group "{checker.text(args[1])}"', did_you_mean(name, checker.s.lists))
    return A.In(raw.at, T.BOOLEAN, item, A.ListRef(args[1].at, checker.s.lists[name].set_of(), name))


def knows(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    fact = checker.expr(args[0], scope)
    if fact.type.values != ("yes", "no") or fact.type.many:
        raise ConditionError(args[0].at, "only a fact of type knowledge can be known")
    return A.Cmp(raw.at, T.BOOLEAN, "=", fact, A.Lit(raw.at, fact.type, "yes"))


def is_undeterminable(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    fact = checker.expr(args[0], scope)
    if not isinstance(fact, A.Fact):
        raise ConditionError(args[0].at, "only a fact can be undeterminable")
    return A.IsUndeterminable(raw.at, T.BOOLEAN, fact)


def under(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 2)
    stated = checker.expr(args[0], scope)
    if stated.type.base != "classification":
        raise ConditionError(args[0].at, f"a classification is wanted here, this is {stated.type.article}")
    if args[1].kind == "string":
        only = checker.expr(args[1], scope, stated.type.one())
        return A.Under(raw.at, T.BOOLEAN, stated, A.SetLit(args[1].at, only.type.set_of(), (only,)))
    return A.Under(raw.at, T.BOOLEAN, stated, checker.want(args[1], scope, stated.type.set_of()))


def under_all(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
    found = under(checker, raw, args, scope, want)
    assert isinstance(found, A.Under)
    return A.UnderAll(raw.at, T.BOOLEAN, found.stated, found.asked)


def offered(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 2)
    held, line = checker.entity(args[0], scope, "authorization"), checker.entity(args[1], scope, "item")
    return A.Offered(raw.at, T.BOOLEAN, held, line)


def percent(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 2)
    part = checker.expr(args[0], scope)
    whole = checker.expr(args[1], scope, part.type if args[1].kind == "number" else None)
    if not (part.type.numeric and part.type == whole.type):
        raise ConditionError(raw.at, f"{part.type.article} is no part of {whole.type.article}")
    return A.Percent(raw.at, T.PERCENT, part, whole)


def required(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 2)
    entity = checker.entity(args[1], scope, "item")
    if args[0].kind == "path" and scope.variables.get(args[0].args[0], T.NONE).base == "ground":
        return A.Required(raw.at, T.BOOLEAN, (), args[0].args[0], entity)
    name = checker.text(args[0])
    grounds = checker.s.families.get(name) or (checker.ground(name, args[0].at),)
    return A.Required(raw.at, T.BOOLEAN, tuple(grounds), "", entity)


def holds(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1, 2)
    provision, _, clause = checker.text(args[0]).partition("#")
    entity = _provision_entity(checker, provision, args[0].at, args[1] if len(args) == 2 else None, scope)
    return A.Holds(raw.at, T.BOOLEAN, provision, clause, entity)


def _provision_entity(checker: Checker, provision: str, at: At, arg: Raw | None, scope: Scope) -> A.Expr:
    """The thing of which a provision is asked: the one named, or the nearest variable of the kind."""
    if provision not in checker.s.provisions:
        raise ConditionError(at, f'no provision "{provision}"', did_you_mean(provision, checker.s.provisions))
    kind = checker.s.provisions[provision]
    if kind == "transaction":
        return A.EntityVar(at, T.entity("transaction"), "")
    if arg is not None:
        return checker.entity(arg, scope, kind)
    var = next((v for v, t in scope.variables.items() if t.base == "entity" and kind_fits(t.kind, kind)), None)
    if var is None:
        of = T.entity(kind).article
        raise ConditionError(at, f"{provision} is said of {of}, and there is none here", f'holds("{provision}", i)')
    return A.EntityVar(at, scope.variables[var], var)


def judgement(checker: Checker, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 1)
    return A.JudgementRef(raw.at, T.BOOLEAN, checker.text(args[0]))


def lookup(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    if not args:
        raise ConditionError(raw.at, "lookup takes a table and its keys")
    name, _, column = checker.text(args[0]).partition("#")
    table = checker.s.tables.get(name)
    if table is None:
        raise ConditionError(args[0].at, f'no table "{name}"', did_you_mean(name, checker.s.tables))
    if len(args) - 1 != len(table.keys):
        raise ConditionError(raw.at, f"table {name} is looked up by {', '.join(table.keys)}")
    values = [c for c in table.columns if c not in (*table.keys, "from", "to", "note", "cite")]
    column = column or (values[0] if values else "")
    if column not in table.columns:
        raise ConditionError(args[0].at, f'table {name} has no column "{column}"', did_you_mean(column, table.columns))
    keys = []
    for key, arg in zip(table.keys, args[1:], strict=True):
        node = checker.expr(arg, scope, table.columns[key] if arg.kind in ("string", "number") else None)
        if node.type.many or not T.agree(node.type, table.columns[key]):
            raise ConditionError(arg.at, f"key {key} of {name} is {table.columns[key].article}, this is {node.type.article}")
        keys.append(node)
    return A.Lookup(raw.at, table.columns[column], name, column, tuple(keys))


def _named_cell(checker: Checker, arg: Raw, scope: Scope, names: str) -> A.Cell:
    cell = checker.expr(arg, scope)
    if not isinstance(cell, A.Cell) or checker.s.tables[scope.rows[cell.var]].names.get(cell.column) != names:
        raise ConditionError(arg.at, f"a column declared `names: {names}` is wanted here")
    return cell


def named(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 2)
    cell = _named_cell(checker, args[0], scope, "definition")
    return A.Named(raw.at, T.BOOLEAN, cell, checker.entity(args[1], scope, "item"))


def in_named(checker: Checker, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
    checker.arity(raw, args, 2)
    item = checker.expr(args[0], scope)
    if item.type.many or item.type.base not in ("place", "text", "enum"):
        raise ConditionError(args[0].at, f"a place or a text is wanted here, this is {item.type.article}")
    return A.InNamed(raw.at, T.BOOLEAN, item, _named_cell(checker, args[1], scope, "list"))


Call = Callable[["Checker", Raw, tuple[Raw, ...], Scope, Type | None], A.Expr]
CALLS: Final[Mapping[str, Call]] = {
    "not": negation,
    "usd": literals.usd,
    "date": literals.day,
    "duration": literals.duration,
    "param": param,
    "list": dated_list,
    "in_group": in_group,
    "knows": knows,
    "is_undeterminable": is_undeterminable,
    "under": under,
    "under_all": under_all,
    "offered": offered,
    "percent": percent,
    "count": check_lists.count,
    "sum": check_lists.total,
    "min": check_lists.least,
    "max": check_lists.greatest,
    "union": check_lists.union,
    "overlaps": check_lists.overlaps,
    "subset": check_lists.subset,
    "required": required,
    "holds": holds,
    "judgement": judgement,
    "lookup": lookup,
    "named": named,
    "in_named": in_named,
}
