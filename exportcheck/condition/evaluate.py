"""The normative meaning of conditions: each checked expression becomes a function of an environment.

Booleans are True, False or None; numbers Decimal, Interval or ABSENT; sets PartialSet; other scalars their value, ABSENT or
UNKNOWN. Functions are pure: they read the environment and return a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from exportcheck.condition import ast as A
from exportcheck.condition import numbers as N
from exportcheck.condition import sets as S
from exportcheck.transaction.model import Entity, EntityList, Fact, Judgement
from exportcheck.values import (
    ABSENT,
    ANY_SET,
    EMPTY_SET,
    UNKNOWN,
    Classification,
    Interval,
    Money,
    PartialSet,
    Truth,
    under_path,
)
from exportcheck.vocabulary.model import Vocabulary

Run = Callable[["Env"], Any]


class Rules(Protocol):
    """The law of one date, as conditions read it."""

    def members(self, list_id: str) -> frozenset[object]: ...
    def parameter(self, id: str) -> Decimal | None: ...
    def look_up(self, table: str, keys: tuple[object, ...], column: str) -> object: ...
    def is_leaf(self, classification: Classification) -> bool: ...


class Decider(Protocol):
    """What conditions ask of the engine: outcomes of provisions, raised grounds, definitions."""

    def outcome(self, provision: str, clause: str, entity: Entity) -> Truth: ...
    def required(self, ground: str, entity: Entity) -> Truth: ...
    def defined(self, definition: str, entity: Entity) -> Any: ...


class Env:
    """Where a condition is evaluated: the transaction's root, the law of the day, the engine, and the variables bound."""

    __slots__ = ("engine", "judgements", "root", "rules", "vars")

    def __init__(
        self, root: Entity, rules: Rules, engine: Decider, judgements: Mapping[str, Judgement], vars: dict[str, Any]
    ) -> None:
        self.root = root
        self.rules = rules
        self.engine = engine
        self.judgements = judgements
        self.vars = vars

    def entity(self, var: str) -> Entity:
        return self.vars[var] if var else self.root  # type: ignore[no-any-return]


NO_LIST = EntityList((), complete=False, stated=False)


class Compiler:
    """Turns checked expressions into functions, once each."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._done: dict[int, tuple[A.Expr, Run]] = {}
        self.clauses: dict[int, tuple[Any, Any]] = {}  # filled by the engine: the function of each clause tree

    def __call__(self, node: A.Expr) -> Run:
        found = self._done.get(id(node))
        if found is None:
            run: Run = getattr(self, "c_" + type(node).__name__)(node)
            self._done[id(node)] = (node, run)  # the node is kept, so that its id stays its own
            return run
        return found[1]

    # literals and names

    def c_Lit(self, node: A.Lit) -> Run:
        value = node.value
        return lambda env: value

    def c_SetLit(self, node: A.SetLit) -> Run:
        if all(isinstance(i, A.Lit) for i in node.items):
            members = frozenset(i.value for i in node.items if isinstance(i, A.Lit))
            fixed = PartialSet(members, members)
            return lambda env: fixed
        runs = [self(i) for i in node.items]
        return lambda env: S.union(S.of_value(run(env)) for run in runs)

    def c_ListRef(self, node: A.ListRef) -> Run:
        id_ = node.id

        def run(env: Env) -> PartialSet:
            members = env.rules.members(id_)
            return PartialSet(members, members)

        return run

    def c_Param(self, node: A.Param) -> Run:
        id_ = node.id

        def run(env: Env) -> Decimal | Interval:
            value = env.rules.parameter(id_)
            return N.ANY_NUMBER if value is None else value

        return run

    def c_EntityVar(self, node: A.EntityVar) -> Run:
        var = node.var
        return lambda env: env.vars[var] if var else env.root

    def c_GroundVar(self, node: A.GroundVar) -> Run:
        var = node.var
        return lambda env: env.vars[var]

    def c_Cell(self, node: A.Cell) -> Run:
        var, column = node.var, node.column
        return lambda env: env.vars[var][column]

    def c_Fact(self, node: A.Fact) -> Run:
        var, name = node.var, node.name

        def stated(env: Env) -> object:
            fact = (env.vars[var] if var else env.root).facts.get(name)
            return UNKNOWN if fact is None else fact.value

        if node.type.many:

            def as_set(env: Env) -> PartialSet:
                fact: Fact | None = (env.vars[var] if var else env.root).facts.get(name)
                if fact is None:
                    return ANY_SET
                value = fact.value
                if value is ABSENT:
                    return EMPTY_SET
                if not isinstance(value, frozenset):
                    return ANY_SET
                return PartialSet(value, value if fact.complete else None)

            return as_set
        if node.type.base == "boolean":

            def as_truth(env: Env) -> Truth:
                value = stated(env)
                return value if isinstance(value, bool) else None

            return as_truth
        if node.type.numeric:
            declared = self._vocabulary.get("item" if node.kind == "article" else node.kind, name)
            low = declared.least if declared else None
            if node.type.base in ("money", "percent") and low is None:
                low = N.ZERO
            unknown = Interval(low, declared.greatest if declared else None)

            def as_number(env: Env) -> N.Num:
                value = stated(env)
                if isinstance(value, Money):
                    return unknown if value.usd is None else value.usd
                if isinstance(value, Decimal) or value is ABSENT:
                    return value  # type: ignore[return-value]
                return unknown

            return as_number

        def as_scalar(env: Env) -> object:
            value = stated(env)
            return UNKNOWN if value is not ABSENT and type(value) is type(UNKNOWN) else value

        return as_scalar

    # logic

    def c_Not(self, node: A.Not) -> Run:
        run = self(node.item)

        def negated(env: Env) -> Truth:
            value: Truth = run(env)
            return None if value is None else not value

        return negated

    def c_And(self, node: A.And) -> Run:
        runs = [self(i) for i in node.items]

        def conjunction(env: Env) -> Truth:
            result: Truth = True
            for run in runs:
                value = run(env)
                if value is False:
                    return False
                if value is None:
                    result = None
            return result

        return conjunction

    def c_Or(self, node: A.Or) -> Run:
        runs = [self(i) for i in node.items]

        def disjunction(env: Env) -> Truth:
            result: Truth = False
            for run in runs:
                value = run(env)
                if value is True:
                    return True
                if value is None:
                    result = None
            return result

        return disjunction

    def c_Cmp(self, node: A.Cmp) -> Run:
        op = node.op
        if isinstance(node.left, A.Percent):
            part, whole, limit = self(node.left.part), self(node.left.whole), self(node.right)
            return lambda env: N.compare_percent(op, part(env), whole(env), limit(env))
        if isinstance(node.right, A.Percent):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
            part, whole, limit = self(node.right.part), self(node.right.whole), self(node.left)
            return lambda env: N.compare_percent(turned, part(env), whole(env), limit(env))
        left, right = self(node.left), self(node.right)
        if node.right.type.base == "none" or node.left.type.base == "none":
            return self._compare_none(op, left if node.right.type.base == "none" else right)
        if node.left.type.numeric:
            return lambda env: N.compare(op, left(env), right(env))
        if node.left.type.base == "date":
            return lambda env: _compare_dates(op, left(env), right(env))
        equal = op == "="
        if node.left.type.base == "place":

            def same_place(env: Env) -> Truth:
                a, b = left(env), right(env)
                if a is UNKNOWN or b is UNKNOWN:
                    return None
                is_it = False if a is ABSENT or b is ABSENT else S.place_is(a, b)
                return None if is_it is None else is_it == equal

            return same_place

        def same(env: Env) -> Truth:
            a, b = left(env), right(env)
            if a is UNKNOWN or b is UNKNOWN or a is None or b is None:
                return None
            return (a == b) == equal

        return same

    def _compare_none(self, op: str, run: Run) -> Run:
        equal = op == "="

        def is_none(env: Env) -> Truth:
            value = run(env)
            if isinstance(value, PartialSet):
                absent: Truth = value.possible is not None and not value.possible
                if not absent and not value.sure:
                    absent = None
            elif value is UNKNOWN or isinstance(value, Interval):
                absent = None
            else:
                absent = value is ABSENT
            return None if absent is None else absent == equal

        return is_none

    def c_In(self, node: A.In) -> Run:
        item = self(node.item)
        if isinstance(node.target, A.RangeLit):
            target = node.target
            low, high = self(target.low), self(target.high)
            low_op, high_op = (">=" if target.low_closed else ">"), ("<=" if target.high_closed else "<")
            order = _compare_dates if node.item.type.base == "date" else N.compare

            def within(env: Env) -> Truth:
                value = item(env)
                above, below = order(low_op, value, low(env)), order(high_op, value, high(env))
                return False if above is False or below is False else True if above and below else None

            return within
        members = self(node.target)
        places = node.item.type.base == "place"
        return lambda env: S.contains(members(env), item(env), places=places)

    def c_If(self, node: A.If) -> Run:
        test, then, other = self(node.test), self(node.then), self(node.other)
        join: Callable[[Any, Any], Any]
        if node.type.many:
            join = S.meet
        elif node.type.numeric:
            join = N.hull
        elif node.type.base == "boolean":
            join = lambda a, b: a if a is b else None  # noqa: E731
        else:
            join = lambda a, b: a if a == b else UNKNOWN  # noqa: E731

        def choose(env: Env) -> Any:
            value = test(env)
            if value is None:
                return join(then(env), other(env))
            return then(env) if value else other(env)

        return choose

    # lists of things

    def members(self, node: A.Entities) -> Callable[[Env], tuple[list[tuple[Entity, Truth]], bool]]:
        """A function giving the members with whether each passes the filter (known false left out), and completeness."""
        var, name, member = node.var, node.name, node.member
        where = None if node.where is None else self(node.where)

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

    def c_Quant(self, node: A.Quant) -> Run:
        members, body, var = self.members(node.source), self(node.body), node.var
        some = node.kind == "some"

        def quantified(env: Env) -> Truth:
            kept, complete = members(env)
            saved = env.vars.get(var)
            values = []
            for m, passes in kept:
                env.vars[var] = m
                values.append((passes, body(env)))
            env.vars[var] = saved
            return k_some(values, complete) if some else k_each(values, complete)

        return quantified

    def c_Collect(self, node: A.Collect) -> Run:
        members, body, var = self.members(node.source), self(node.body), node.var

        def collect(env: Env) -> PartialSet:
            kept, complete = members(env)
            saved = env.vars.get(var)
            parts = []
            for m, passes in kept:
                env.vars[var] = m
                value = body(env)
                part = value if isinstance(value, PartialSet) else S.of_value(value)
                parts.append(part if passes else S.possibly(part))
            env.vars[var] = saved
            if not complete:
                parts.append(ANY_SET)
            return S.union(parts)

        return collect

    def c_Fold(self, node: A.Fold) -> Run:
        members, body, var, fn = self.members(node.source), self(node.body), node.var, node.fn
        never_negative = node.type.base in ("money", "percent")

        def total(env: Env) -> Decimal | Interval:
            kept, complete = members(env)
            saved = env.vars.get(var)
            result: Decimal | Interval = N.ZERO
            for m, passes in kept:
                env.vars[var] = m
                value = body(env)
                result = N.add(result, value if passes else N.hull(N.ZERO, value))
            env.vars[var] = saved
            if not complete:
                result = N.add(result, Interval(N.ZERO, None) if never_negative else N.ANY_NUMBER)
            return result

        def best(env: Env) -> Decimal | Interval:
            kept, complete = members(env)
            saved = env.vars.get(var)
            sure: list[N.Num] = []
            for m, passes in kept:
                env.vars[var] = m
                if passes:
                    sure.append(body(env))
            env.vars[var] = saved
            if not sure:
                return N.ANY_NUMBER
            found = N.extreme(fn, sure)
            if complete and all(p for _, p in kept):
                return found
            low, high = N.bounds(found)  # what is not certain to be in it can only push the result one way
            return Interval(low, None) if fn == "max" else Interval(None, high)

        return total if fn == "sum" else best

    def c_Count(self, node: A.Count) -> Run:
        if isinstance(node.source, A.Entities):
            members = self.members(node.source)

            def count_members(env: Env) -> Decimal | Interval:
                kept, complete = members(env)
                sure = sum(1 for _, passes in kept if passes)
                return N.interval(Decimal(sure), Decimal(len(kept)) if complete else None)

            return count_members
        run = self(node.source)

        def count_set(env: Env) -> Decimal | Interval:
            value: PartialSet = run(env)
            return N.interval(Decimal(len(value.sure)), None if value.possible is None else Decimal(len(value.possible)))

        return count_set

    # arithmetic and sets

    def c_Arith(self, node: A.Arith) -> Run:
        left, right, op = self(node.left), self(node.right), node.op
        if node.type.base == "date":
            sign = 1 if op == "+" else -1
            return lambda env: _shift(left(env), right(env), sign)
        do = {"+": N.add, "-": N.subtract, "*": N.multiply}[op]
        return lambda env: do(left(env), right(env))

    def c_Extreme(self, node: A.Extreme) -> Run:
        runs, fn = [self(a) for a in node.args], node.fn
        return lambda env: N.extreme(fn, [run(env) for run in runs])

    def c_SetOp(self, node: A.SetOp) -> Run:
        runs = [self(a) for a in node.args]
        if node.op == "union":
            return lambda env: S.union(run(env) for run in runs)
        a, b = runs
        places = node.args[0].type.base == "place"
        ask = S.overlaps if node.op == "overlaps" else S.subset
        return lambda env: ask(a(env), b(env), places=places)

    def c_Under(self, node: A.Under) -> Run:
        stated, asked = self(node.stated), self(node.asked)

        def under(env: Env) -> Truth:
            value, wanted = stated(env), asked(env).sure
            if isinstance(value, PartialSet):
                result = under_any(env, value.sure, wanted)
                return None if result is False and value.possible is None else result
            if value is UNKNOWN:
                return None
            return False if value is ABSENT else under_any(env, (value,), wanted)

        return under

    def c_Percent(self, node: A.Percent) -> Run:
        raise TypeError("a percentage is only ever compared")

    def c_IsUndeterminable(self, node: A.IsUndeterminable) -> Run:
        var, name = node.fact.var, node.fact.name

        def undeterminable(env: Env) -> Truth:
            fact = (env.vars[var] if var else env.root).facts.get(name)
            return None if fact is None else fact.value is _UNDETERMINABLE

        return undeterminable

    # what the engine decides

    def c_Required(self, node: A.Required) -> Run:
        entity, grounds, var = self(node.entity), node.grounds, node.ground_var

        def required(env: Env) -> Truth:
            subject = entity(env)
            result: Truth = False
            for ground in grounds or (env.vars[var],):
                value = env.engine.required(ground, subject)
                if value is True:
                    return True
                if value is None:
                    result = None
            return result

        return required

    def c_Holds(self, node: A.Holds) -> Run:
        entity, provision, clause = self(node.entity), node.provision, node.clause
        return lambda env: env.engine.outcome(provision, clause, entity(env))

    def c_Define(self, node: A.Define) -> Run:
        entity, id_ = self(node.entity), node.id
        return lambda env: env.engine.defined(id_, entity(env))

    def c_Lookup(self, node: A.Lookup) -> Run:
        keys, table, column = [self(k) for k in node.keys], node.table, node.column

        def look_up(env: Env) -> object:
            values = tuple(k(env) for k in keys)
            if UNKNOWN in values or ABSENT in values:
                return UNKNOWN
            return env.rules.look_up(table, values, column)

        if node.type.numeric:
            return lambda env: N.ANY_NUMBER if (v := look_up(env)) is UNKNOWN else v
        if node.type.many:
            return lambda env: ANY_SET if (v := look_up(env)) is UNKNOWN else PartialSet(v, v)  # type: ignore[arg-type]
        return look_up

    def c_Named(self, node: A.Named) -> Run:
        cell, entity = self(node.cell), self(node.entity)

        def named(env: Env) -> Truth:
            name = cell(env)
            if name == "always":
                return True
            if name == "unread":
                return None
            value: Truth = env.engine.defined(name, entity(env))
            return value

        return named

    def c_InNamed(self, node: A.InNamed) -> Run:
        item, cell = self(node.item), self(node.cell)
        places = node.item.type.base == "place"

        def in_named(env: Env) -> Truth:
            name = cell(env)
            if not name:
                return False
            members = env.rules.members(name)
            return S.contains(PartialSet(members, members), item(env), places=places)

        return in_named

    def c_JudgementRef(self, node: A.JudgementRef) -> Run:
        name = node.name

        def answered(env: Env) -> Truth:
            found = env.judgements.get(name)
            return None if found is None else found.answer

        return answered


from exportcheck.values import UNDETERMINABLE as _UNDETERMINABLE  # noqa: E402


def under_any(env: Env, stated: Any, asked: Any) -> Truth:
    """Is any stated classification under any asked one?"""
    result: Truth = False
    for s in stated:
        for a in asked:
            value = under_path(s.path, a.path)
            if value is None and env.rules.is_leaf(s):
                value = False
            if value:
                return True
            if value is None:
                result = None
    return result


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


def _compare_dates(op: str, a: object, b: object) -> Truth:
    if not isinstance(a, date) or not isinstance(b, date):
        if a is ABSENT or b is ABSENT:
            return (a is b) if op == "=" else (a is not b) if op == "!=" else False
        return None
    return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


def _shift(start: object, duration: tuple[int, int], sign: int) -> object:
    if not isinstance(start, date):
        return UNKNOWN
    months, days = duration
    total = start.year * 12 + start.month - 1 + sign * months
    year, month = divmod(total, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day) + timedelta(days=sign * days)
        except ValueError:
            continue
    return date(year, month + 1, start.day) + timedelta(days=sign * days)
