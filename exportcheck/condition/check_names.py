"""Names: facts, cells of a row, variables, and the lists of things with their filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exportcheck.condition import ast as A
from exportcheck.condition import types as T
from exportcheck.condition.parse import ConditionError, Raw
from exportcheck.condition.symbols import Scope, one_kind
from exportcheck.condition.types import Type
from exportcheck.errors import did_you_mean
from exportcheck.vocabulary.model import ENTITY_LISTS

if TYPE_CHECKING:
    from exportcheck.condition.check import Checker


def path(checker: Checker, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
    """A dotted name: a row's cell, a variable or a fact of one, inside a filter a fact of the member, else of the transaction."""
    first, *rest = raw.args
    if first in scope.rows:
        return _cell(checker, raw, scope.rows[first], first, rest)
    if first in scope.variables:
        type_ = scope.variables[first]
        if not rest:
            if type_.base == "ground":
                return A.GroundVar(raw.at, type_, first)
            return A.EntityVar(raw.at, type_, first)
        if type_.base != "entity":
            raise ConditionError(raw.at, f"{first} is {type_.article} and has no facts")
        return _fact(checker, raw, first, type_.kind, ".".join(rest))
    vocabulary = checker.s.vocabulary
    name = ".".join(raw.args)
    if scope.bare:
        kind = scope.variables[scope.bare].kind
        if vocabulary.get(one_kind(kind), name) is not None:
            return _fact(checker, raw, scope.bare, kind, name)
    if vocabulary.get("transaction", name) is not None:
        return _fact(checker, raw, "", "transaction", name)
    if name in ENTITY_LISTS["transaction"]:
        raise ConditionError(raw.at, f"{name} is a list of things, not a value", f"use some ... in {name}, or count({name})")
    known = [*vocabulary.names("transaction"), *scope.variables, *scope.rows]
    hint = did_you_mean(name, known)
    raise ConditionError(
        raw.at, f'nothing is named "{name}" here', hint or "facts of an item stand behind its variable, as i.value"
    )


def _cell(checker: Checker, raw: Raw, table: str, var: str, rest: list[str]) -> A.Expr:
    columns = checker.s.tables[table].columns
    if len(rest) != 1 or rest[0] not in columns:
        name = ".".join(rest)
        raise ConditionError(raw.at, f'table {table} has no column "{name}"', did_you_mean(name, columns) or ", ".join(columns))
    return A.Cell(raw.at, columns[rest[0]], var, rest[0])


def _fact(checker: Checker, raw: Raw, var: str, kind: str, name: str) -> A.Expr:
    declared = checker.s.vocabulary.get(one_kind(kind), name)
    if declared is None:
        lists = ENTITY_LISTS.get(one_kind(kind), {})
        if name in lists:
            raise ConditionError(raw.at, f"{name} is a list of things, not a value", f"use some ... in {var}.{name}")
        hint = did_you_mean(name, checker.s.vocabulary.names(one_kind(kind)))
        raise ConditionError(raw.at, f'{_article(kind)} has no fact named "{name}"', hint)
    return A.Fact(raw.at, T.of_fact(declared.type), var, name, kind)


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"


def names_list(raw: Raw, scope: Scope) -> bool:
    """Does a path name a list of things?"""
    *owner, name = raw.args
    if owner:
        return name in ENTITY_LISTS.get(one_kind(scope.variables.get(owner[0], T.NONE).kind), {})
    return name in ENTITY_LISTS["transaction"] or (bool(scope.bare) and name in _lists_of(scope, scope.bare))


def _lists_of(scope: Scope, var: str) -> dict[str, str]:
    return dict(ENTITY_LISTS.get(one_kind(scope.variables[var].kind), {}))


def entities(checker: Checker, raw: Raw, scope: Scope, member: str) -> A.Entities:
    """A list of things, with its filters, in which `member` stands for the one that is looked at."""
    if raw.kind == "filter":
        source = entities(checker, raw.args[0], scope, member)
        inner = checker.want(raw.args[1], scope.filtering(member, T.entity(source.type.kind)), T.BOOLEAN)
        where = inner if source.where is None else A.And(raw.at, T.BOOLEAN, (source.where, inner))
        return A.Entities(raw.at, source.type, source.var, source.name, member, where)
    if raw.kind != "path":
        raise ConditionError(raw.at, "a list of parties, items, components, ... is wanted here")
    *owner, name = raw.args
    if not owner:
        var = scope.bare if scope.bare and name in _lists_of(scope, scope.bare) else ""
        kind = scope.variables[var].kind if var else "transaction"
    elif len(owner) == 1 and scope.variables.get(owner[0], T.NONE).base == "entity":
        kind, var = scope.variables[owner[0]].kind, owner[0]
    else:
        raise ConditionError(raw.at, f'there is no list "{".".join(raw.args)}"')
    lists = ENTITY_LISTS.get(one_kind(kind), {})
    if name not in lists:
        raise ConditionError(
            raw.at, f'{_article(kind)} has no list named "{name}"', did_you_mean(name, lists) or ", ".join(lists)
        )
    return A.Entities(raw.at, T.entities(lists[name]), var, name, member, None)
