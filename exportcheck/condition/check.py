"""From a raw syntax tree to the checked form: names resolved against what is declared, types proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from exportcheck.condition import ast as A
from exportcheck.condition import check_lists, check_names, check_operators, literals
from exportcheck.condition import types as T
from exportcheck.condition.check_calls import CALLS
from exportcheck.condition.parse import At, ConditionError, Raw, parse
from exportcheck.condition.symbols import Scope, Signature, Symbols, TableSymbols, call_name, kind_fits
from exportcheck.condition.types import Type
from exportcheck.errors import did_you_mean

__all__ = ["Checker", "Scope", "Signature", "Symbols", "TableSymbols", "call_name", "check", "check_iteration"]

Construct = Callable[["Checker", Raw, Scope, Type | None], A.Expr]


def check(text: str, symbols: Symbols, scope: Scope, want: Type | None = T.BOOLEAN) -> A.Expr:
    """Parse and check one condition. `want` is the type that it must have (None: any). Raises `ConditionError`."""
    return Checker(symbols).want(parse(text), scope, want)


def check_iteration(text: str, symbols: Symbols, scope: Scope) -> tuple[str, A.Entities, Scope]:
    """Check `p in parties where ...`: the variable, the list with its filter, and the scope for what is said of each."""
    raw = parse(text, start="iteration")
    checker = Checker(symbols)
    var = raw.args[0]
    source = check_names.entities(checker, raw.args[1], scope, var)
    inner = scope.with_variable(var, T.entity(source.type.kind))
    if len(raw.args) == 3:
        where = checker.want(raw.args[2], inner, T.BOOLEAN)
        both = where if source.where is None else A.And(where.at, T.BOOLEAN, (source.where, where))
        source = A.Entities(source.at, source.type, source.var, source.name, var, both)
    return var, source, inner


class Checker:
    """Checks the nodes of one condition. `want` is what the place of a node asks for: it types the literals there."""

    def __init__(self, symbols: Symbols) -> None:
        self.s = symbols

    def want(self, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
        """A node that must be of a type."""
        node = self.expr(raw, scope, want)
        if want is not None and not _fits(node.type, want):
            raise ConditionError(
                raw.at, f"this is {node.type.article}, but {want.article} is wanted here", _wanted_hint(node, want)
            )
        return node

    def expr(self, raw: Raw, scope: Scope, want: Type | None = None) -> A.Expr:
        """Any node but a percentage, which has no value of its own (a division need not come out even)."""
        node = self.side(raw, scope, want)
        if isinstance(node, A.Percent):
            raise ConditionError(raw.at, "a percentage can only be compared", "percent(part, whole) <= 25, and no more around it")
        return node

    def side(self, raw: Raw, scope: Scope, want: Type | None = None) -> A.Expr:
        """One side of a comparison: any node."""
        return CONSTRUCTS[raw.kind](self, raw, scope, want)

    # what several constructs need

    def entity(self, raw: Raw, scope: Scope, kind: str) -> A.Expr:
        """The variable of a thing of this kind."""
        node = self.expr(raw, scope)
        if node.type.base != "entity" or not kind_fits(node.type.kind, kind):
            raise ConditionError(raw.at, f"{T.entity(kind).article} is wanted here, as its variable")
        return node

    def text(self, raw: Raw) -> str:
        """A literal text that names something."""
        if raw.kind != "string":
            raise ConditionError(raw.at, "a text in double quotes is wanted here")
        return str(raw.args[0])

    def arity(self, raw: Raw, args: tuple[Raw, ...], *wanted: int) -> None:
        if len(args) not in wanted:
            many = "argument" if wanted == (1,) else "arguments"
            raise ConditionError(raw.at, f"{raw.args[0]} takes {' or '.join(map(str, wanted))} {many}, not {len(args)}")

    def ground(self, text: str, at: At) -> str:
        if text not in self.s.grounds:
            raise ConditionError(at, f'no ground "{text}"', did_you_mean(text, self.s.grounds))
        return text


def _call(checker: Checker, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
    """A built-in, or a definition by its call name."""
    name, args = raw.args
    built_in = CALLS.get(name)
    if built_in is not None:
        return built_in(checker, raw, args, scope, want)
    signature = checker.s.definitions.get(name)
    if signature is None:
        at = (raw.at[0], raw.at[0] + len(name))
        raise ConditionError(at, f'nothing called "{name}" can be asked', did_you_mean(name, [*checker.s.definitions, *CALLS]))
    if not signature.of:
        checker.arity(raw, args, 0)
        return A.Define(raw.at, signature.type, signature.id, A.EntityVar(raw.at, T.entity("transaction"), ""))
    checker.arity(raw, args, 1)
    return A.Define(raw.at, signature.type, signature.id, checker.entity(args[0], scope, signature.of))


CONSTRUCTS: Final[Mapping[str, Construct]] = {
    "number": literals.number,
    "string": literals.string,
    "true": literals.true,
    "false": literals.false,
    "none": literals.none,
    "list": literals.listed,
    "path": check_names.path,
    "and": check_operators.conjunction,
    "or": check_operators.disjunction,
    "compare": check_operators.compare,
    "in": check_operators.within,
    "if": check_operators.choice,
    "arithmetic": check_operators.arithmetic,
    "quant": check_lists.quantifier,
    "for": check_lists.collect,
    "filter": check_lists.bare_filter,
    "call": _call,
}


def _fits(have: Type, want: Type) -> bool:
    if have.many != want.many:
        return False
    if want.base == "entity":
        return have.base == "entity" and kind_fits(have.kind, want.kind)
    return T.agree(have, want)


def _wanted_hint(node: A.Expr, want: Type) -> str:
    if want == T.BOOLEAN and node.type.values == ("yes", "no"):
        return "use knows(x)"
    if want == T.BOOLEAN and node.type.base == "entity":
        return "name one of its facts"
    if want.many and not node.type.many:
        return "a single value stands in brackets: [x]"
    return ""
