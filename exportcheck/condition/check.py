"""From a raw syntax tree to the checked form: names resolved against what is declared, types proved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from exportcheck.condition import ast as A
from exportcheck.condition import types as T
from exportcheck.condition.parse import At, ConditionError, Raw, parse
from exportcheck.condition.types import Type
from exportcheck.errors import did_you_mean
from exportcheck.values import ABSENT, parse_classification
from exportcheck.vocabulary.model import ENTITY_LISTS, Vocabulary

ARTICLES = ("item", "component")
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})?|HIGH-SEAS|SPACE")
_DURATION = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")


@dataclass(frozen=True, slots=True)
class Signature:
    """A definition as conditions see it: of which entity kind ("" for the transaction), and its type."""

    id: str
    of: str
    type: Type


@dataclass(frozen=True, slots=True)
class Symbols:
    """Everything that a condition may name."""

    vocabulary: Vocabulary
    lists: Mapping[str, Type] = field(default_factory=dict)
    parameters: Mapping[str, Type] = field(default_factory=dict)
    definitions: Mapping[str, Signature] = field(default_factory=dict)  # by call name
    tables: Mapping[str, TableSymbols] = field(default_factory=dict)
    provisions: Mapping[str, str] = field(default_factory=dict)  # id -> for_each
    grounds: frozenset[str] = frozenset()
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableSymbols:
    keys: tuple[str, ...]
    columns: Mapping[str, Type]
    names: Mapping[str, str] = field(default_factory=dict)  # column -> "definition" | "list"


@dataclass(frozen=True, slots=True)
class Scope:
    """Variables in sight, and the member whose facts may stand bare (inside a filter)."""

    variables: Mapping[str, Type] = field(default_factory=dict)
    bare: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)  # row variable -> table id

    def with_variable(self, name: str, type_: Type) -> Scope:
        return Scope({**self.variables, name: type_}, self.bare, self.rows)

    def with_row(self, name: str, table: str) -> Scope:
        return Scope(self.variables, self.bare, {**self.rows, name: table})

    def filtering(self, name: str, type_: Type) -> Scope:
        return Scope({**self.variables, name: type_}, name, self.rows)


def call_name(definition: str) -> str:
    """How a definition is called in a condition: `itar/no-content` is `itar_no_content`."""
    return re.sub(r"[/.\-]", "_", definition)


def check(text: str, symbols: Symbols, scope: Scope, want: Type | None = T.BOOLEAN) -> A.Expr:
    """Parse and check one condition. `want` is the type that it must have (None: any). Raises `ConditionError`."""
    return _Checker(symbols).want(parse(text), scope, want)


def check_iteration(text: str, symbols: Symbols, scope: Scope) -> tuple[str, A.Entities, Scope]:
    """Check `p in parties where ...`: the variable, the list with its filter, and the scope for what is said of each."""
    raw = parse(text, start="iteration")
    checker = _Checker(symbols)
    var = raw.args[0]
    source = checker.entities(raw.args[1], scope, var)
    inner = scope.with_variable(var, T.entity(source.type.kind))
    if len(raw.args) == 3:
        where = checker.want(raw.args[2], inner, T.BOOLEAN)
        both = where if source.where is None else A.And(where.at, T.BOOLEAN, (source.where, where))
        source = A.Entities(source.at, source.type, source.var, source.name, var, both)
    return var, source, inner


def _same_family(a: Type, b: Type) -> bool:
    if a.base == b.base:
        return a.base != "classification" or not (a.scheme and b.scheme) or a.scheme == b.scheme
    return {a.base, b.base} <= {"number", "percent"} or {a.base, b.base} <= {"text", "enum"} or {a.base, b.base} == {"text", "ground"}


class _Checker:
    def __init__(self, symbols: Symbols) -> None:
        self.s = symbols

    def want(self, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
        node = self.expr(raw, scope, want)
        if want is not None and not self._fits(node.type, want):
            raise ConditionError(raw.at, f"this is {_a(node.type)}, but {_a(want)} is wanted here", _wanted_hint(node, want))
        return node

    def _fits(self, have: Type, want: Type) -> bool:
        if have.many != want.many:
            return False
        if want.base == "entity":
            return have.base == "entity" and _kind_fits(have.kind, want.kind)
        return _same_family(have, want)

    def expr(self, raw: Raw, scope: Scope, want: Type | None = None) -> A.Expr:
        method: Callable[[Raw, Scope, Type | None], A.Expr] = getattr(self, "x_" + _METHOD.get(raw.kind, raw.kind))
        return method(raw, scope, want)

    # literals

    def x_number(self, raw: Raw, _scope: Scope, want: Type | None) -> A.Expr:
        if want is not None and want.base == "money":
            raise ConditionError(raw.at, "an amount of money needs its currency", 'use a parameter, or usd(500)')
        base = want.one() if want is not None and want.base in ("number", "percent") else T.NUMBER
        return A.Lit(raw.at, base, Decimal(raw.args[0]))

    def x_true(self, raw: Raw, _scope: Scope, _want: Type | None) -> A.Expr:
        return A.Lit(raw.at, T.BOOLEAN, True)

    def x_false(self, raw: Raw, _scope: Scope, _want: Type | None) -> A.Expr:
        return A.Lit(raw.at, T.BOOLEAN, False)

    def x_none(self, raw: Raw, _scope: Scope, _want: Type | None) -> A.Expr:
        raise ConditionError(raw.at, "none can only be compared: x = none, x != none")

    def x_string(self, raw: Raw, _scope: Scope, want: Type | None) -> A.Expr:
        text = raw.args[0]
        base = want.one() if want is not None else T.TEXT
        if base.base == "enum" and text not in base.values:
            raise ConditionError(raw.at, f'"{text}" is not one of its values', did_you_mean(text, base.values) or "one of: " + ", ".join(base.values))
        if base.base == "place":
            if not _PLACE.fullmatch(text):
                raise ConditionError(raw.at, f'"{text}" is no place code', 'places are ISO codes, as "GB" or "UA-CRIMEA"')
            return A.Lit(raw.at, T.PLACE, text)
        if base.base == "classification":
            try:
                return A.Lit(raw.at, base, parse_classification(base.scheme, text))
            except ValueError as error:
                raise ConditionError(raw.at, f'"{text}" is no classification of {base.scheme}', str(error)) from None
        if base.base in ("text", "enum"):
            return A.Lit(raw.at, base, text)
        if base.base == "ground":
            return A.Lit(raw.at, T.GROUND, self._ground(text, raw.at))
        if base.base == "date":
            raise ConditionError(raw.at, "a text is no date", f'write date("{text}")')
        return A.Lit(raw.at, T.TEXT, text)

    def x_list(self, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
        inner = want.one() if want is not None else None
        items = [self.expr(item, scope, inner) for item in raw.args]
        if not items and inner is None:
            raise ConditionError(raw.at, "an empty list has no type here")
        for raw_item, item in zip(raw.args, items, strict=True):
            first = inner or items[0].type
            if item.type.many or not _same_family(item.type, first):
                raise ConditionError(raw_item.at, f"this is {_a(item.type)} in a list of {first}")
        base = inner or items[0].type
        return A.SetLit(raw.at, base.set_of(), tuple(items))

    # names

    def x_path(self, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
        first, *rest = raw.args
        if first in scope.rows:
            return self._cell(raw, scope.rows[first], first, rest)
        if first in scope.variables:
            type_ = scope.variables[first]
            if not rest:
                if type_.base == "ground":
                    return A.GroundVar(raw.at, type_, first)
                return A.EntityVar(raw.at, type_, first)
            return self._fact(raw, first, type_.kind, ".".join(rest))
        name = ".".join(raw.args)
        if scope.bare:
            kind = scope.variables[scope.bare].kind
            if self.s.vocabulary.get(_one_kind(kind), name) is not None:
                return self._fact(raw, scope.bare, kind, name)
        if self.s.vocabulary.get("transaction", name) is not None:
            return self._fact(raw, "", "transaction", name)
        if name in ENTITY_LISTS["transaction"]:
            raise ConditionError(raw.at, f"{name} is a list of things, not a value", f"use some ... in {name}, or count({name})")
        known = [*self.s.vocabulary.names("transaction"), *scope.variables, *scope.rows]
        hint = did_you_mean(name, known)
        raise ConditionError(raw.at, f'nothing is named "{name}" here', hint or "facts of an item stand behind its variable, as i.value")

    def _cell(self, raw: Raw, table: str, var: str, rest: list[str]) -> A.Expr:
        columns = self.s.tables[table].columns
        if len(rest) != 1 or rest[0] not in columns:
            name = ".".join(rest)
            raise ConditionError(raw.at, f'table {table} has no column "{name}"', did_you_mean(name, columns) or ", ".join(columns))
        return A.Cell(raw.at, columns[rest[0]], var, rest[0])

    def _fact(self, raw: Raw, var: str, kind: str, name: str) -> A.Expr:
        declared = self.s.vocabulary.get(_one_kind(kind), name)
        if declared is None:
            lists = ENTITY_LISTS.get(_one_kind(kind), {})
            if name in lists:
                raise ConditionError(raw.at, f"{name} is a list of things, not a value", f"use some ... in {var}.{name}")
            hint = did_you_mean(name, self.s.vocabulary.names(_one_kind(kind)))
            raise ConditionError(raw.at, f'a {kind} has no fact named "{name}"', hint)
        return A.Fact(raw.at, T.of_fact(declared.type), var, name, kind)

    def entities(self, raw: Raw, scope: Scope, member: str) -> A.Entities:
        if raw.kind == "filter":
            source = self.entities(raw.args[0], scope, member)
            inner = self.want(raw.args[1], scope.filtering(member, T.entity(source.type.kind)), T.BOOLEAN)
            where = inner if source.where is None else A.And(raw.at, T.BOOLEAN, (source.where, inner))
            return A.Entities(raw.at, source.type, source.var, source.name, member, where)
        if raw.kind != "path":
            raise ConditionError(raw.at, "a list of parties, items, components, ... is wanted here")
        *owner, name = raw.args
        if not owner:
            kind, var = "transaction", ""
        elif len(owner) == 1 and owner[0] in scope.variables:
            kind, var = scope.variables[owner[0]].kind, owner[0]
        else:
            raise ConditionError(raw.at, f'there is no list "{".".join(raw.args)}"')
        lists = ENTITY_LISTS.get(_one_kind(kind), {})
        if name not in lists:
            raise ConditionError(raw.at, f'a {kind} has no list named "{name}"', did_you_mean(name, lists) or ", ".join(lists))
        return A.Entities(raw.at, T.entities(lists[name]), var, name, member, None)

    # logic

    def x_and(self, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
        return A.And(raw.at, T.BOOLEAN, tuple(self.want(r, scope, T.BOOLEAN) for r in raw.args))

    def x_or(self, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
        return A.Or(raw.at, T.BOOLEAN, tuple(self.want(r, scope, T.BOOLEAN) for r in raw.args))

    def x_compare(self, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
        left_raw, op, right_raw = raw.args
        if "none" in (left_raw.kind, right_raw.kind):
            return self._compare_none(raw, left_raw, op, right_raw, scope)
        literal = ("string", "number", "list")
        if left_raw.kind in literal and right_raw.kind not in literal:
            right = self.expr(right_raw, scope)
            left = self.expr(left_raw, scope, right.type)
        else:
            left = self.expr(left_raw, scope)
            right = self.expr(right_raw, scope, left.type if right_raw.kind in literal else None)
        for node, at in ((left, left_raw.at), (right, right_raw.at)):
            if node.type.base in ("entity", "entities"):
                raise ConditionError(at, "a thing cannot be compared, only its facts")
        if left.type.many or right.type.many:
            raise ConditionError(raw.at, "a set cannot be compared", "use subset, overlaps, or in")
        if left.type.base == "classification" or right.type.base == "classification":
            if not (_is_ear99(left) or _is_ear99(right)):
                raise ConditionError(raw.at, "a classification may be stated more coarsely than asked", "use under(x, [...])")
        if not _same_family(left.type, right.type):
            raise ConditionError(raw.at, f"{_a(left.type)} is compared with {_a(right.type)}")
        if op not in ("=", "!=") and not (left.type.numeric or left.type.base == "date"):
            raise ConditionError(raw.at, f"{_a(left.type)} has no order", "use = or !=")
        if left.type.unit != right.type.unit and left.type.unit and right.type.unit:
            raise ConditionError(raw.at, f"{left.type.unit} is compared with {right.type.unit}")
        return A.Cmp(raw.at, T.BOOLEAN, op, left, right)

    def _compare_none(self, raw: Raw, left: Raw, op: str, right: Raw, scope: Scope) -> A.Expr:
        other = right if left.kind == "none" else left
        if op not in ("=", "!="):
            raise ConditionError(raw.at, "none has no order", "use x = none or x != none")
        node = self.expr(other, scope)
        if isinstance(node, A.Fact):
            declared = self.s.vocabulary.get(_one_kind(node.kind), node.name)
            if declared is not None and not declared.absent:
                raise ConditionError(other.at, f"{node.name} can never be none", "only facts declared `absent: true` can")
        elif not isinstance(node, A.Define):
            raise ConditionError(other.at, "only a fact can be none")
        none = A.Lit((left if left.kind == "none" else right).at, T.NONE, ABSENT)
        return A.Cmp(raw.at, T.BOOLEAN, op, node, none)

    def x_in(self, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
        item_raw, target_raw = raw.args
        if target_raw.kind.startswith("range"):
            return self._in_range(raw, item_raw, target_raw, scope)
        if item_raw.kind == "string":
            target = self.expr(target_raw, scope)
            item = self.expr(item_raw, scope, target.type.one())
        else:
            item = self.expr(item_raw, scope)
            target = self.expr(target_raw, scope, item.type.set_of())
        if not target.type.many:
            raise ConditionError(target_raw.at, f"a list is wanted here, this is {_a(target.type)}", "a single value is compared with =")
        if item.type.many:
            raise ConditionError(item_raw.at, "a set is not a member", "use subset(a, b) or overlaps(a, b)")
        if not _same_family(item.type, target.type):
            raise ConditionError(raw.at, f"{_a(item.type)} cannot be in a {target.type}")
        if item.type.base == "classification":
            raise ConditionError(raw.at, "a classification may be stated more coarsely than asked", "use under(x, [...])")
        return A.In(raw.at, T.BOOLEAN, item, target)

    def _in_range(self, raw: Raw, item_raw: Raw, target: Raw, scope: Scope) -> A.Expr:
        item = self.expr(item_raw, scope)
        if not (item.type.numeric or item.type.base == "date"):
            raise ConditionError(item_raw.at, f"{_a(item.type)} has no order")
        low, high = (self.want(r, scope, item.type) for r in target.args)
        bounds = target.kind[5:]
        node = A.RangeLit(target.at, item.type.set_of(), low, high, bounds[0] == "[", bounds[1] == "]")
        return A.In(raw.at, T.BOOLEAN, item, node)

    def x_if(self, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
        test = self.want(raw.args[0], scope, T.BOOLEAN)
        then = self.expr(raw.args[1], scope, want)
        other = self.expr(raw.args[2], scope, want or then.type)
        if then.type.many != other.type.many or not _same_family(then.type, other.type):
            raise ConditionError(raw.at, f"the branches differ: {_a(then.type)} and {_a(other.type)}")
        return A.If(raw.at, then.type, test, then, other)

    def x_quant(self, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
        kind, var, source_raw, body_raw = raw.args
        source = self.entities(source_raw, scope, var)
        body = self.want(body_raw, scope.with_variable(var, T.entity(source.type.kind)), T.BOOLEAN)
        return A.Quant(raw.at, T.BOOLEAN, kind, var, source, body)

    def x_for(self, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
        var, source, body = self._for(raw, scope, None)
        type_ = body.type if body.type.many else body.type.set_of()
        return A.Collect(raw.at, type_, var, source, body)

    def _for(self, raw: Raw, scope: Scope, want: Type | None) -> tuple[str, A.Entities, A.Expr]:
        var, source_raw, body_raw = raw.args
        source = self.entities(source_raw, scope, var)
        body = self.expr(body_raw, scope.with_variable(var, T.entity(source.type.kind)), want)
        if body.type.base in ("entity", "entities"):
            raise ConditionError(body_raw.at, "a value is wanted for each, not the thing itself")
        return var, source, body

    def x_filter(self, raw: Raw, _scope: Scope, _want: Type | None) -> A.Expr:
        raise ConditionError(raw.at, "a list of things is not a value", "use some ... in ..., count(...), or sum(for ...)")

    # arithmetic

    def x_arithmetic(self, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
        node = self.expr(raw.args[0], scope, want)
        for i in range(1, len(raw.args), 2):
            op, right_raw = raw.args[i], raw.args[i + 1]
            right = self.expr(right_raw, scope, None if op == "*" else node.type)
            node = self._arith(raw.at, op, node, right)
        return node

    def _arith(self, at: At, op: str, left: A.Expr, right: A.Expr) -> A.Expr:
        if left.type.base == "date" and right.type.base == "duration" and op in "+-":
            return A.Arith(at, T.DATE, op, left, right)
        if not (left.type.numeric and right.type.numeric):
            raise ConditionError(at, f"{_a(left.type)} {op} {_a(right.type)} means nothing")
        if op == "*":
            fixed = next((x for x in (right, left) if _constant(x)), None)
            if fixed is None:
                raise ConditionError(at, "two facts are multiplied", "one factor must be a literal, a parameter or a table value")
            other = left if fixed is right else right
            if fixed.type.base == "money" and other.type.base == "money":
                raise ConditionError(at, "money times money means nothing")
            return A.Arith(at, fixed.type if fixed.type.base == "money" else other.type, op, left, right)
        if not _same_family(left.type, right.type) or left.type.unit != right.type.unit:
            raise ConditionError(at, f"{_a(left.type)} {op} {_a(right.type)} means nothing")
        return A.Arith(at, left.type, op, left, right)

    # calls

    def x_call(self, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
        name, args = raw.args
        built_in: Callable[[Raw, tuple[Raw, ...], Scope, Type | None], A.Expr] | None = getattr(self, "f_" + name, None)
        if built_in is not None:
            return built_in(raw, args, scope, want)
        signature = self.s.definitions.get(name)
        if signature is None:
            known = [*self.s.definitions, *(m[2:] for m in dir(self) if m.startswith("f_"))]
            raise ConditionError((raw.at[0], raw.at[0] + len(name)), f'nothing called "{name}" can be asked', did_you_mean(name, known))
        if not signature.of:
            self._arity(raw, args, 0)
            return A.Define(raw.at, signature.type, signature.id, A.EntityVar(raw.at, T.entity("transaction"), ""))
        self._arity(raw, args, 1)
        return A.Define(raw.at, signature.type, signature.id, self._entity(args[0], scope, signature.of))

    def _arity(self, raw: Raw, args: tuple[Raw, ...], *wanted: int) -> None:
        if len(args) not in wanted:
            raise ConditionError(raw.at, f"{raw.args[0]} takes {' or '.join(map(str, wanted))} arguments, not {len(args)}")

    def _entity(self, raw: Raw, scope: Scope, kind: str) -> A.Expr:
        node = self.expr(raw, scope)
        if node.type.base != "entity" or not _kind_fits(node.type.kind, kind):
            raise ConditionError(raw.at, f"a {kind} is wanted here, as its variable")
        return node

    def _text(self, raw: Raw) -> str:
        if raw.kind != "string":
            raise ConditionError(raw.at, "a text in double quotes is wanted here")
        return str(raw.args[0])

    def _ground(self, text: str, at: At) -> str:
        if text not in self.s.grounds:
            raise ConditionError(at, f'no ground "{text}"', did_you_mean(text, self.s.grounds))
        return text

    def f_not(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        return A.Not(raw.at, T.BOOLEAN, self.want(args[0], scope, T.BOOLEAN))

    def f_usd(self, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        if args[0].kind != "number":
            raise ConditionError(args[0].at, "usd takes a literal number")
        return A.Lit(raw.at, T.MONEY, Decimal(args[0].args[0]))

    def f_date(self, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        text = self._text(args[0])
        try:
            return A.Lit(raw.at, T.DATE, date.fromisoformat(text))
        except ValueError:
            raise ConditionError(args[0].at, f'"{text}" is no date', "write it as 2026-01-31") from None

    def f_duration(self, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        match = _DURATION.fullmatch(self._text(args[0]))
        if not match:
            raise ConditionError(args[0].at, "no such duration", "write it as P30D, P6M or P5Y")
        years, months, weeks, days = (int(x or 0) for x in match.groups())
        return A.Lit(raw.at, T.DURATION, (12 * years + months, 7 * weeks + days))

    def f_param(self, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        name = self._text(args[0])
        if name not in self.s.parameters:
            raise ConditionError(args[0].at, f'no parameter "{name}"', did_you_mean(name, self.s.parameters))
        return A.Param(raw.at, self.s.parameters[name], name)

    def f_list(self, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        name = self._text(args[0])
        if name not in self.s.lists:
            raise ConditionError(args[0].at, f'no list "{name}"', did_you_mean(name, self.s.lists))
        return A.ListRef(raw.at, self.s.lists[name], name)

    def f_in_group(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 2)
        item = self.want(args[0], scope, T.PLACE)
        name = "ear/group-" + self._text(args[1])
        if name not in self.s.lists:
            raise ConditionError(args[1].at, f'no country group "{self._text(args[1])}"', did_you_mean(name, self.s.lists))
        return A.In(raw.at, T.BOOLEAN, item, A.ListRef(args[1].at, self.s.lists[name], name))

    def f_knows(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        fact = self.expr(args[0], scope)
        if fact.type.values != ("yes", "no"):
            raise ConditionError(args[0].at, "only a fact of type knowledge can be known")
        return A.Cmp(raw.at, T.BOOLEAN, "=", fact, A.Lit(raw.at, fact.type, "yes"))

    def f_is_undeterminable(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        fact = self.expr(args[0], scope)
        if not isinstance(fact, A.Fact):
            raise ConditionError(args[0].at, "only a fact can be undeterminable")
        return A.IsUndeterminable(raw.at, T.BOOLEAN, fact)

    def f_under(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 2)
        stated = self.expr(args[0], scope)
        if stated.type.base != "classification":
            raise ConditionError(args[0].at, f"a classification is wanted here, this is {_a(stated.type)}")
        if args[1].kind == "string":
            only = self.expr(args[1], scope, stated.type.one())
            return A.Under(raw.at, T.BOOLEAN, stated, A.SetLit(args[1].at, only.type.set_of(), (only,)))
        return A.Under(raw.at, T.BOOLEAN, stated, self.want(args[1], scope, stated.type.set_of()))

    def f_percent(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 2)
        part, whole = self.expr(args[0], scope), self.expr(args[1], scope)
        if not (part.type.numeric and part.type == whole.type):
            raise ConditionError(raw.at, f"{_a(part.type)} is no part of {_a(whole.type)}")
        return A.Percent(raw.at, T.PERCENT, part, whole)

    def f_count(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        if args[0].kind == "filter" or (args[0].kind == "path" and self._names_list(args[0], scope)):
            return A.Count(raw.at, T.NUMBER, self.entities(args[0], scope, f"@{raw.at[0]}"))
        counted = self.expr(args[0], scope)
        if not counted.type.many:
            raise ConditionError(args[0].at, "only a list or a set can be counted")
        return A.Count(raw.at, T.NUMBER, counted)

    def _names_list(self, raw: Raw, scope: Scope) -> bool:
        *owner, name = raw.args
        kind = "transaction" if not owner else scope.variables.get(owner[0], T.NONE).kind
        return name in ENTITY_LISTS.get(_one_kind(kind), {})

    def f_sum(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        if args[0].kind != "for":
            raise ConditionError(args[0].at, "sum adds what a list gives", "sum(for c in i.components return c.fair_market_value)")
        return self._fold(raw, "sum", args[0], scope, want)

    def _fold(self, raw: Raw, fn: str, loop: Raw, scope: Scope, want: Type | None) -> A.Expr:
        var, source, body = self._for(loop, scope, want)
        if not body.type.numeric:
            raise ConditionError(loop.at, f"{_a(body.type)} cannot be added or ordered")
        return A.Fold(raw.at, body.type, fn, var, source, body)

    def _extreme(self, raw: Raw, fn: str, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
        if len(args) == 1 and args[0].kind == "for":
            return self._fold(raw, fn, args[0], scope, want)
        if len(args) < 2:
            raise ConditionError(raw.at, f"{fn} takes two numbers or more, or for ... return ...")
        nodes = tuple(self.expr(a, scope, want) for a in args)
        for node in nodes:
            if not node.type.numeric or not _same_family(node.type, nodes[0].type):
                raise ConditionError(node.at, f"{_a(node.type)} beside {_a(nodes[0].type)}")
        return A.Extreme(raw.at, nodes[0].type, fn, nodes)

    def f_min(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
        return self._extreme(raw, "min", args, scope, want)

    def f_max(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
        return self._extreme(raw, "max", args, scope, want)

    def _sets(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> tuple[A.Expr, ...]:
        known = next((self.expr(a, scope).type for a in args if a.kind != "list"), want)
        nodes = []
        for arg in args:
            node = self.expr(arg, scope, known)
            if not node.type.many:
                raise ConditionError(arg.at, f"a set is wanted here, this is {_a(node.type)}", "a single value stands in brackets: [x]")
            if nodes and not _same_family(node.type, nodes[0].type):
                raise ConditionError(arg.at, f"{_a(node.type)} beside {_a(nodes[0].type)}")
            nodes.append(node)
        return tuple(nodes)

    def f_union(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, want: Type | None) -> A.Expr:
        if not args:
            raise ConditionError(raw.at, "union takes one set or more")
        nodes = self._sets(raw, args, scope, want)
        return A.SetOp(raw.at, nodes[0].type, "union", nodes)

    def _test(self, raw: Raw, op: str, args: tuple[Raw, ...], scope: Scope) -> A.Expr:
        self._arity(raw, args, 2)
        nodes = self._sets(raw, args, scope, None)
        if nodes[0].type.base == "classification":
            raise ConditionError(raw.at, "classifications may be stated more coarsely than asked", "use under(x, [...])")
        return A.SetOp(raw.at, T.BOOLEAN, op, nodes)

    def f_overlaps(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        return self._test(raw, "overlaps", args, scope)

    def f_subset(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        return self._test(raw, "subset", args, scope)

    def f_required(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 2)
        entity = self._entity(args[1], scope, "item")
        if args[0].kind == "path" and scope.variables.get(args[0].args[0], T.NONE).base == "ground":
            return A.Required(raw.at, T.BOOLEAN, (), args[0].args[0], entity)
        name = self._text(args[0])
        grounds = self.s.families.get(name) or (self._ground(name, args[0].at),)
        return A.Required(raw.at, T.BOOLEAN, tuple(grounds), "", entity)

    def f_holds(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1, 2)
        provision, _, clause = self._text(args[0]).partition("#")
        entity = self.provision_entity(provision, args[0].at, args[1] if len(args) == 2 else None, scope)
        return A.Holds(raw.at, T.BOOLEAN, provision, clause, entity)

    def provision_entity(self, provision: str, at: At, arg: Raw | None, scope: Scope) -> A.Expr:
        if provision not in self.s.provisions:
            raise ConditionError(at, f'no provision "{provision}"', did_you_mean(provision, self.s.provisions))
        kind = self.s.provisions[provision]
        if kind == "transaction":
            return A.EntityVar(at, T.entity("transaction"), "")
        if arg is None:
            var = next((v for v, t in scope.variables.items() if t.base == "entity" and _kind_fits(t.kind, kind)), None)
            if var is None:
                raise ConditionError(at, f"{provision} is said of a {kind}, and there is none here", f'holds("{provision}", i)')
            return A.EntityVar(at, scope.variables[var], var)
        return self._entity(arg, scope, kind)

    def f_judgement(self, raw: Raw, args: tuple[Raw, ...], _scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 1)
        return A.JudgementRef(raw.at, T.BOOLEAN, self._text(args[0]))

    def f_lookup(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        if not args:
            raise ConditionError(raw.at, "lookup takes a table and its keys")
        name, _, column = self._text(args[0]).partition("#")
        table = self.s.tables.get(name)
        if table is None:
            raise ConditionError(args[0].at, f'no table "{name}"', did_you_mean(name, self.s.tables))
        if len(args) - 1 != len(table.keys):
            raise ConditionError(raw.at, f"table {name} is looked up by {', '.join(table.keys)}")
        values = [c for c in table.columns if c not in (*table.keys, "from", "to", "note", "cite")]
        column = column or values[0]
        if column not in table.columns:
            raise ConditionError(args[0].at, f'table {name} has no column "{column}"', did_you_mean(column, table.columns))
        keys = []
        for key, arg in zip(table.keys, args[1:], strict=True):
            node = self.expr(arg, scope, table.columns[key] if arg.kind == "string" else None)
            if node.type.many or not _same_family(node.type, table.columns[key]):
                raise ConditionError(arg.at, f"key {key} of {name} is {_a(table.columns[key])}, this is {_a(node.type)}")
            keys.append(node)
        return A.Lookup(raw.at, table.columns[column], name, column, tuple(keys))

    def _named_cell(self, raw: Raw, arg: Raw, scope: Scope, names: str) -> A.Cell:
        cell = self.expr(arg, scope)
        if not isinstance(cell, A.Cell) or self.s.tables[scope.rows[cell.var]].names.get(cell.column) != names:
            raise ConditionError(arg.at, f"a column declared `names: {names}` is wanted here")
        return cell

    def f_named(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 2)
        cell = self._named_cell(raw, args[0], scope, "definition")
        return A.Named(raw.at, T.BOOLEAN, cell, self._entity(args[1], scope, "item"))

    def f_in_named(self, raw: Raw, args: tuple[Raw, ...], scope: Scope, _want: Type | None) -> A.Expr:
        self._arity(raw, args, 2)
        item = self.expr(args[0], scope)
        return A.InNamed(raw.at, T.BOOLEAN, item, self._named_cell(raw, args[1], scope, "list"))


_METHOD = {"range[]": "range", "range[)": "range", "range(]": "range", "range()": "range"}


def _one_kind(kind: str) -> str:
    return "item" if kind == "article" else kind


def _kind_fits(have: str, want: str) -> bool:
    articles = (*ARTICLES, "article")
    return have == want or (have in articles and want in articles)


def _is_ear99(node: A.Expr) -> bool:
    return isinstance(node, A.Lit) and getattr(node.value, "path", ()) == ("EAR99",)


def _constant(node: A.Expr) -> bool:
    if isinstance(node, A.Lit | A.Param | A.Lookup | A.Cell):
        return True
    if isinstance(node, A.If):
        return _constant(node.then) and _constant(node.other)
    return isinstance(node, A.Arith) and _constant(node.left) and _constant(node.right)


def _a(type_: Type) -> str:
    name = str(type_)
    return name if name.endswith("s") else ("an " if name[0] in "aeiou" else "a ") + name


def _wanted_hint(node: A.Expr, want: Type) -> str:
    if want == T.BOOLEAN and node.type.values == ("yes", "no"):
        return "use knows(x)"
    if want == T.BOOLEAN and node.type.base == "entity":
        return "name one of its facts"
    if want.many and not node.type.many:
        return "a single value stands in brackets: [x]"
    return ""
