"""Logic, comparison, membership, choice and arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exportcheck.condition import ast as A
from exportcheck.condition import types as T
from exportcheck.condition.parse import At, ConditionError, Raw
from exportcheck.condition.symbols import Scope, one_kind
from exportcheck.condition.types import Type
from exportcheck.values import ABSENT

if TYPE_CHECKING:
    from exportcheck.condition.check import Checker

_LITERALS = ("string", "number", "list")


def conjunction(checker: Checker, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
    return A.And(raw.at, T.BOOLEAN, tuple(checker.want(r, scope, T.BOOLEAN) for r in raw.args))


def disjunction(checker: Checker, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
    return A.Or(raw.at, T.BOOLEAN, tuple(checker.want(r, scope, T.BOOLEAN) for r in raw.args))


def compare(checker: Checker, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
    """`a op b`. A literal is read as the type of the other side."""
    left_raw, op, right_raw = raw.args
    if "none" in (left_raw.kind, right_raw.kind):
        return _compare_none(checker, raw, left_raw, op, right_raw, scope)
    if left_raw.kind in _LITERALS and right_raw.kind not in _LITERALS:
        right = checker.side(right_raw, scope)
        left = checker.side(left_raw, scope, right.type)
    else:
        left = checker.side(left_raw, scope)
        right = checker.side(right_raw, scope, left.type if right_raw.kind in _LITERALS else None)
    for node, at in ((left, left_raw.at), (right, right_raw.at)):
        if node.type.base in ("entity", "entities"):
            raise ConditionError(at, "a thing cannot be compared, only its facts")
    if left.type.many or right.type.many:
        raise ConditionError(raw.at, "a set cannot be compared", "use subset, overlaps, or in")
    if isinstance(left, A.Percent) and isinstance(right, A.Percent):
        raise ConditionError(raw.at, "a percentage is compared with a percentage", "compare each with a figure")
    if "classification" in (left.type.base, right.type.base) and not (_is_ear99(left) or _is_ear99(right)):
        raise ConditionError(raw.at, "a classification may be stated more coarsely than asked", "use under(x, [...])")
    if not T.same_family(left.type, right.type):
        raise ConditionError(raw.at, f"{left.type.article} is compared with {right.type.article}")
    if op not in ("=", "!=") and not (left.type.numeric or left.type.base == "date"):
        raise ConditionError(raw.at, f"{left.type.article} has no order", "use = or !=")
    if T.units_clash(left.type, right.type):
        raise ConditionError(raw.at, f"{left.type.unit} is compared with {right.type.unit}")
    return A.Cmp(raw.at, T.BOOLEAN, op, left, right)


def _compare_none(checker: Checker, raw: Raw, left: Raw, op: str, right: Raw, scope: Scope) -> A.Expr:
    other = right if left.kind == "none" else left
    if op not in ("=", "!="):
        raise ConditionError(raw.at, "none has no order", "use x = none or x != none")
    node = checker.expr(other, scope)
    if isinstance(node, A.Fact):
        declared = checker.s.vocabulary.get(one_kind(node.kind), node.name)
        if declared is not None and not declared.absent:
            raise ConditionError(other.at, f"{node.name} can never be none", "only facts declared `absent: true` can")
    elif not isinstance(node, A.Define):
        raise ConditionError(other.at, "only a fact can be none")
    elif node.type == T.BOOLEAN:
        raise ConditionError(other.at, "a definition that is true or false can never be none")
    none = A.Lit((left if left.kind == "none" else right).at, T.NONE, ABSENT)
    return A.Cmp(raw.at, T.BOOLEAN, op, node, none)


def _is_ear99(node: A.Expr) -> bool:
    return isinstance(node, A.Lit) and getattr(node.value, "path", ()) == ("EAR99",)


def within(checker: Checker, raw: Raw, scope: Scope, _want: Type | None) -> A.Expr:
    """`x in [a, b]`, `x in list("id")`, `"a" in x.set`, `n in [1..5]`."""
    item_raw, target_raw = raw.args
    if target_raw.kind.startswith("range"):
        return _in_range(checker, raw, item_raw, target_raw, scope)
    if item_raw.kind == "string":
        target = checker.expr(target_raw, scope)
        item = checker.expr(item_raw, scope, target.type.one())
    else:
        item = checker.expr(item_raw, scope)
        target = checker.expr(target_raw, scope, item.type.set_of())
    if item.type.base in ("entity", "entities"):
        raise ConditionError(item_raw.at, "a thing cannot be compared, only its facts")
    if not target.type.many:
        raise ConditionError(
            target_raw.at, f"a list is wanted here, this is {target.type.article}", "a single value is compared with ="
        )
    if item.type.many:
        raise ConditionError(item_raw.at, "a set is not a member", "use subset(a, b) or overlaps(a, b)")
    if not T.agree(item.type, target.type):
        raise ConditionError(raw.at, f"{item.type.article} cannot be in a {target.type}")
    if item.type.base == "classification":
        raise ConditionError(raw.at, "a classification may be stated more coarsely than asked", "use under(x, [...])")
    return A.In(raw.at, T.BOOLEAN, item, target)


def _in_range(checker: Checker, raw: Raw, item_raw: Raw, target: Raw, scope: Scope) -> A.Expr:
    item = checker.expr(item_raw, scope)
    if not (item.type.numeric or item.type.base == "date"):
        raise ConditionError(item_raw.at, f"{item.type.article} has no order")
    low, high = (checker.want(r, scope, item.type) for r in target.args)
    bounds = target.kind[5:]
    node = A.RangeLit(target.at, item.type.set_of(), low, high, bounds[0] == "[", bounds[1] == "]")
    if isinstance(low, A.Lit) and isinstance(high, A.Lit):
        first, last = low.value, high.value
        if first > last or (first == last and bounds != "[]"):  # type: ignore[operator]
            raise ConditionError(target.at, "nothing is in this range", "the lower bound stands first")
    return A.In(raw.at, T.BOOLEAN, item, node)


def choice(checker: Checker, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
    test = checker.want(raw.args[0], scope, T.BOOLEAN)
    if want is None and raw.args[1].kind in _LITERALS and raw.args[2].kind not in _LITERALS:
        want = checker.expr(raw.args[2], scope).type
    then = checker.expr(raw.args[1], scope, want)
    other = checker.expr(raw.args[2], scope, want or then.type)
    for node, branch in ((then, raw.args[1]), (other, raw.args[2])):
        if node.type.base in ("entity", "entities"):
            raise ConditionError(branch.at, "a thing cannot be chosen, only a value", "name one of its facts in each branch")
    if then.type.many != other.type.many or not T.agree(then.type, other.type):
        raise ConditionError(raw.at, f"the branches differ: {then.type.article} and {other.type.article}")
    return A.If(raw.at, then.type, test, then, other)


def arithmetic(checker: Checker, raw: Raw, scope: Scope, want: Type | None) -> A.Expr:
    """A chain of + and -, or of *, from the left."""
    node = checker.expr(raw.args[0], scope, want)
    for i in range(1, len(raw.args), 2):
        op, right_raw = raw.args[i], raw.args[i + 1]
        right = checker.expr(right_raw, scope, None if op == "*" else node.type)
        node = _arith(raw.at, op, node, right)
    return node


def _arith(at: At, op: str, left: A.Expr, right: A.Expr) -> A.Expr:
    if left.type == T.DATE and right.type == T.DURATION and op in ("+", "-"):
        return A.Arith(at, T.DATE, op, left, right)
    if not (left.type.numeric and right.type.numeric):
        raise ConditionError(at, f"{left.type.article} {op} {right.type.article} means nothing")
    if op == "*":
        return _product(at, left, right)
    if not T.same_family(left.type, right.type) or left.type.unit != right.type.unit:
        raise ConditionError(at, f"{left.type.article} {op} {right.type.article} means nothing")
    return A.Arith(at, left.type, op, left, right)


def _product(at: At, left: A.Expr, right: A.Expr) -> A.Expr:
    fixed = next((x for x in (right, left) if _constant(x)), None)
    if fixed is None:
        raise ConditionError(at, "two facts are multiplied", "one factor must be a literal, a parameter or a table value")
    other = left if fixed is right else right
    if fixed.type.base == "money" and other.type.base == "money":
        raise ConditionError(at, "money times money means nothing")
    if fixed.type.unit and other.type.unit:
        raise ConditionError(
            at, f"{left.type.unit} times {right.type.unit} means nothing here", "one factor must be a plain number"
        )
    kinds = {fixed.type.base, other.type.base}
    if kinds == {"percent", "money"} or (kinds == {"percent", "number"} and (fixed.type.unit or other.type.unit)):
        raise ConditionError(at, f"{left.type.article} * {right.type.article} means nothing", "percent(part, whole) <= limit")
    return A.Arith(at, fixed.type if fixed.type.base == "money" or fixed.type.unit else other.type, "*", left, right)


def _constant(node: A.Expr) -> bool:
    if isinstance(node, A.Lit | A.Param | A.Lookup | A.Cell):
        return True
    if isinstance(node, A.If):
        return _constant(node.then) and _constant(node.other)
    return isinstance(node, A.Arith) and _constant(node.left) and _constant(node.right)
