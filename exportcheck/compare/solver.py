"""Proofs that two normal forms have the same truth for every transaction, and models in which they have not.

Every condition is a pair of Booleans, surely true and surely false. Facts that several comparisons read are shared: a number
is absent or lies between two bounds (the same, where it is stated exactly), a scalar is one of the values mentioned or another
one, a classification one of the paths mentioned, a coarser or a deeper one, a set has members for certain and possible members.
What is not taken apart (quantifiers, other provisions, rows of tables) is one unknown truth, the same wherever the same is said;
two quantifiers are the same where their bodies are proved to be. So a proof holds for lists of any length. A model is only a
candidate: it is tried on transactions before it is told.

Imported only where a comparison needs it (extra `compare`: z3-solver).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import z3

from exportcheck.compare.normal import FALSE, TRUE, Form
from exportcheck.condition.sets import contains, place_is
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Classification, Money, PartialSet, Truth, under_path
from exportcheck.vocabulary.model import FactDeclaration, Vocabulary

TIMEOUT = 2_000
"""Milliseconds for one question."""

MOST_PATHS = 400
"""Mentioned values of one fact beyond which it is not taken apart."""

BEYOND = 10**20
"""No number that a transaction or a pack states is as large: what is not bounded reaches to here."""

OTHER = "\0other"
DEEPER = "\0deeper"

Pair = tuple[Any, Any]
Value = object


class UndecidedError(Exception):
    """The solver ran out of time, or met what it cannot take."""


@dataclass
class _Number:
    absent: Any
    any: Any
    low: Any
    high: Any


@dataclass
class _Scalar:
    known: Any
    absent: Any
    code: Any
    values: list[Value]


@dataclass
class _Many:
    open: Any
    sure: dict[Value, Any]
    possible: dict[Value, Any]


@dataclass
class Prover:
    """Compares normal forms under one vocabulary; `leaves` says which classifications are known not to go deeper."""

    vocabulary: Vocabulary
    rules: Ruleset
    timeout: int = TIMEOUT
    asked: int = 0
    _classes: dict[tuple[object, ...], list[Form]] = field(default_factory=dict)
    _alike: dict[tuple[Form, Form], bool] = field(default_factory=dict)

    def equal(self, old: Form, new: Form) -> bool:
        """Have the two the same truth for every transaction? Raises UndecidedError."""
        if old == new:
            return True
        if old is None or new is None:
            return False
        key = (old, new)
        if key not in self._alike:
            self._alike[key] = self._ask(old, new) is None
        return self._alike[key]

    def as_true(self, old: Form, new: Form) -> bool:
        """Are the two true for the same transactions, whatever else they are false or unknown for? Raises UndecidedError."""
        encoding = _Encoding(self, (old, new))
        return self._solved(encoding, [encoding.pair(old)[0] != encoding.pair(new)[0]]) is None

    def model(self, old: Form, new: Form, *, was: Truth, now: Truth) -> Mapping[Form, Value] | None:
        """Facts for which the one is of this truth and the other of that; None where there are none. Raises UndecidedError."""
        encoding = _Encoding(self, (old, new), inside=True)
        return self._solved(encoding, [_is(encoding.pair(old), was), _is(encoding.pair(new), now)])

    def _ask(self, old: Form, new: Form) -> Mapping[Form, Value] | None:
        encoding = _Encoding(self, (old, new))
        a, b = encoding.pair(old), encoding.pair(new)
        return self._solved(encoding, [z3.Or(a[0] != b[0], a[1] != b[1])])

    def _solved(self, encoding: _Encoding, claims: list[Any]) -> Mapping[Form, Value] | None:
        self.asked += 1
        solver = z3.Solver()
        solver.set("timeout", self.timeout)
        solver.add(*encoding.laws, *claims)
        result = solver.check()
        if result == z3.unknown:
            raise UndecidedError("the solver ran out of time")
        return None if result == z3.unsat else encoding.values(solver.model())

    def class_of(self, form: Form) -> Form:
        """A form that stands for all that are proved to be the same: by it two opaque parts are seen to be one."""
        if not isinstance(form, tuple) or not form or not isinstance(form[0], str):
            return form
        if form[0] in ("quant", "each or none"):
            same = self._classes.setdefault((form[0], form[1], self.class_of(form[2])), [])
            return (*form[:2], self.class_of(form[2]), self._first(same, form[3]))
        if form[0] == "list" and form[3] is not None:
            same = self._classes.setdefault(("list", form[1], form[2]), [])
            return (*form[:3], self._first(same, form[3]))
        if form[0] == "term":
            same = self._classes.setdefault(("term", form[1], form[2]), [])
            return (*form[:3], self._first(same, form[3]))
        if form[0] == "at":
            same = self._classes.setdefault(("at", *form[1:4]), [])
            return (*form[:4], self._first(same, form[4]))
        return tuple(self.class_of(f) if isinstance(f, tuple) else f for f in form)

    def _first(self, known: list[Form], form: Form) -> Form:
        for other in known:
            if other == form or (self._boolean(form) and self._boolean(other) and self.equal(other, form)):
                return other
        known.append(form)
        return form

    def _boolean(self, form: Form) -> bool:
        return isinstance(form, tuple) and bool(form) and form[0] in _BOOLEAN

    def declared(self, form: Form) -> FactDeclaration | None:
        return self.vocabulary.get(form[3], form[2])


_BOOLEAN = frozenset(
    {"lit", "and", "or", "not", "fact", "in", "<", "<=", "=", "absent", "under", "under all", "set op", "quant", "each or none"}
    | {
        "holds",
        "judgement",
        "term",
        "at",
        "rows",
        "unread",
        "required",
        "curve",
        "undeterminable",
        "named",
        "in named",
        "if",
        "offered",
    }
)


class _Encoding:
    """Two forms as Booleans over shared facts.

    `inside`: attested terms are taken apart. For models only, since facts that contradict an attestation also stop a pass.
    """

    def __init__(self, prover: Prover, forms: Iterable[Form], inside: bool = False) -> None:
        self.inside = inside
        self.prover = prover
        self.laws: list[Any] = []
        self.facts: dict[Form, _Number | _Scalar | _Many | Pair] = {}
        self.atoms: dict[Form, Pair] = {}
        self.mentioned: dict[Form, dict[Value, None]] = {}
        for form in forms:
            self._mention(form)

    # what is mentioned

    def _mention(self, form: Form) -> None:
        if not isinstance(form, tuple) or not form:
            return
        if form[0] in ("in", "under", "under all") and _is_fact(form[1]) and form[2][0] == "set":
            self.mentioned.setdefault(form[1], {}).update(dict.fromkeys(_value(m) for m in form[2][1]))
        elif form[0] == "in" and form[1][0] == "lit" and _is_fact(form[2]):
            self.mentioned.setdefault(form[2], {})[_value(form[1])] = None
        elif form[0] == "set op" and len(form) == 4:
            for one, other in ((form[2], form[3]), (form[3], form[2])):
                if _is_fact(one) and other[0] == "set":
                    self.mentioned.setdefault(one, {}).update(dict.fromkeys(_value(m) for m in other[1]))
        for part in form:
            if isinstance(part, tuple):
                self._mention(part)

    # conditions

    def pair(self, form: Form) -> Pair:
        if form == TRUE:
            return z3.BoolVal(True), z3.BoolVal(False)
        if form == FALSE:
            return z3.BoolVal(False), z3.BoolVal(True)
        match form[0]:
            case "not":
                true, false = self.pair(form[1])
                return false, true
            case "and":
                parts = [self.pair(f) for f in form[1]]
                return z3.And(*(t for t, _ in parts)), z3.Or(*(f for _, f in parts))
            case "or":
                parts = [self.pair(f) for f in form[1]]
                return z3.Or(*(t for t, _ in parts)), z3.And(*(f for _, f in parts))
            case "curve":
                (a, _), (b, _) = self.pair(form[1]), self.pair(form[2])
                return z3.And(a, z3.Not(b)), z3.And(b, z3.Not(a))
            case "term" if self.inside:
                (a, b), (yes, no) = self.pair(form[3]), self._attested(form)
                unknown = z3.Not(z3.Or(a, b))
                return z3.Or(z3.And(a, z3.Not(no)), z3.And(unknown, yes)), z3.Or(z3.And(b, z3.Not(yes)), z3.And(unknown, no))
            case "at" if self.inside:
                return self.pair(form[4])
        return self._atom(form)

    def _attested(self, term: Form) -> Pair:
        """The fact by which a person may attest the term, of whatever kind of thing it is."""
        for kind in ("transaction", "item", "party", "leg", "authorization", "ingredient", "point"):
            fact = ("fact", term[1], term[2], kind)
            if self.prover.declared(fact) is not None:
                return self._truth(fact)
        return z3.BoolVal(False), z3.BoolVal(False)

    def _atom(self, form: Form) -> Pair:
        found = self._fact_atom(form)
        if found is not None:
            return found
        key = self.prover.class_of(form)
        if key not in self.atoms:
            n = len(self.atoms)
            true, false = z3.Bool(f"t{n}"), z3.Bool(f"f{n}")
            self.laws.append(z3.Not(z3.And(true, false)))
            self.atoms[key] = (true, false)
        return self.atoms[key]

    def _fact_atom(self, form: Form) -> Pair | None:
        """A comparison that is taken apart; None where it is not."""
        match form[0]:
            case "fact":
                declared = self.prover.declared(form)
                return self._truth(form) if declared is not None and declared.type.base == "boolean" else None
            case "<" | "<=":
                return self._order(form)
            case "absent" if _is_fact(form[1]):
                return self._absent(form[1])
            case "in" if _is_fact(form[1]) and form[2][0] == "set":
                return self._member(form[1], form[2])
            case "under" if _is_fact(form[1]) and form[2][0] == "set":
                return self._under(form[1], form[2])
            case "in" if form[1][0] == "lit" and _is_fact(form[2]):
                return self._has(form[2], {_value(form[1])})
            case "set op" if form[1] == "overlaps":
                for one, other in ((form[2], form[3]), (form[3], form[2])):
                    if _is_fact(one) and other[0] == "set":
                        return self._has(one, {_value(m) for m in other[1]})
        return None

    def _truth(self, fact: Form) -> Pair:
        known = self.facts.get(fact)
        if known is None:
            n = len(self.facts)
            true, false = z3.Bool(f"yes{n}"), z3.Bool(f"no{n}")
            self.laws.append(z3.Not(z3.And(true, false)))
            known = self.facts[fact] = (true, false)
        return known  # type: ignore[return-value]

    def _order(self, form: Form) -> Pair | None:
        left, right = form[1], form[2]
        if _is_fact(left) and _number(right) is not None:
            number, limit, below = self._number_of(left), _number(right), True
        elif _is_fact(right) and _number(left) is not None:
            number, limit, below = self._number_of(right), _number(left), False
        else:
            return None
        if number is None or limit is None:
            return None
        k = _real(limit)
        here = z3.Not(number.absent)
        strict = form[0] == "<"
        if below:
            true = number.high < k if strict else number.high <= k
            false = number.low >= k if strict else number.low > k
        else:
            true = number.low > k if strict else number.low >= k
            false = number.high <= k if strict else number.high < k
        return z3.And(here, true), z3.Or(number.absent, false)

    def _number_of(self, fact: Form) -> _Number | None:
        declared = self.prover.declared(fact)
        if declared is None or declared.type.list_of or declared.type.base not in ("number", "percent", "money", "date"):
            return None
        if declared.type.base == "date" and declared.absent:
            return None
        known = self.facts.get(fact)
        if known is None:
            n = len(self.facts)
            known = _Number(z3.Bool(f"absent{n}"), z3.Bool(f"any{n}"), z3.Real(f"low{n}"), z3.Real(f"high{n}"))
            low, high = _bounds(declared)
            least = known.low <= -BEYOND if low is None else known.low == _real(low)
            most = known.high >= BEYOND if high is None else known.high == _real(high)
            stated = [known.low == known.high, known.low > -BEYOND, known.low < BEYOND]
            if not declared.absent:
                self.laws.append(z3.Not(known.absent))
                stated += [known.low >= _real(low)] if low is not None else []
                stated += [known.high <= _real(high)] if high is not None else []
            # a number is stated exactly, or all that is known of it are the bounds of its declaration
            self.laws.append(z3.Or(known.absent, z3.And(z3.Not(known.any), *stated), z3.And(least, most)))
            nothing = low is None and high is None
            self.laws.append(z3.Implies(known.any, z3.And(least, most)) if nothing else z3.Not(known.any))
            if nothing:
                self.laws.append(z3.Implies(z3.And(least, most), z3.Or(known.any, known.absent)))
            self.facts[fact] = known
        return known  # type: ignore[return-value]

    def _absent(self, fact: Form) -> Pair | None:
        declared = self.prover.declared(fact)
        if declared is None or declared.type.list_of:
            return None
        if declared.type.base in ("number", "percent", "money", "date"):
            number = self._number_of(fact)
            if number is None:
                return None
            return number.absent, z3.And(z3.Not(number.absent), z3.Not(number.any))
        scalar = self._scalar(fact)
        return None if scalar is None else (scalar.absent, z3.And(scalar.known, z3.Not(scalar.absent)))

    def _scalar(self, fact: Form) -> _Scalar | None:
        """A scalar of finitely many values that matter."""
        declared = self.prover.declared(fact)
        if declared is None or declared.type.list_of or declared.type.base in ("boolean", "number", "percent", "money", "date"):
            return None
        known = self.facts.get(fact)
        if known is None:
            values = self._domain(fact, declared)
            if len(values) > MOST_PATHS:
                return None
            n = len(self.facts)
            known = _Scalar(z3.Bool(f"known{n}"), z3.Bool(f"absent{n}"), z3.Int(f"code{n}"), values)
            self.laws += [z3.Implies(known.absent, known.known), known.code >= 0, known.code < len(values)]
            if not declared.absent:
                self.laws.append(z3.Not(known.absent))
            self.facts[fact] = known
        return known  # type: ignore[return-value]

    def _domain(self, fact: Form, declared: FactDeclaration) -> list[Value]:
        values = dict(self.mentioned.get(fact, {}))
        if declared.type.base == "classification":
            for path in [v for v in values if isinstance(v, Classification)]:
                for n in range(1, len(path.path) + 1):
                    values[Classification(path.scheme, path.path[:n])] = None
                    values[Classification(path.scheme, (*path.path[:n], DEEPER))] = None
            values[Classification(declared.type.scheme, (OTHER,))] = None
        elif declared.type.base in ("enum", "knowledge"):
            values.update(dict.fromkeys(declared.type.values or ("yes", "no")))
        else:
            for place in [v for v in values if isinstance(v, str) and "-" in v and declared.type.base == "place"]:
                values[place.partition("-")[0]] = None
            values[OTHER] = None
        return list(values)

    def _by_value(self, scalar: _Scalar, truths: list[Truth]) -> Pair:
        here = z3.And(scalar.known, z3.Not(scalar.absent))
        true = z3.Or(*(scalar.code == n for n, t in enumerate(truths) if t is True))
        false = z3.Or(*(scalar.code == n for n, t in enumerate(truths) if t is False))
        return z3.And(here, true), z3.Or(z3.And(scalar.known, scalar.absent), z3.And(here, false))

    def _member(self, fact: Form, set_: Form) -> Pair | None:
        declared = self.prover.declared(fact)
        values = {_value(m) for m in set_[1]}
        if declared is not None and declared.type.base in ("number", "percent", "money", "date") and not declared.type.list_of:
            return self._number_in(fact, values)
        if declared is not None and declared.type.base == "boolean":
            return None
        scalar = self._scalar(fact)
        if scalar is None or declared is None:
            return None
        members = PartialSet(frozenset(values), frozenset(values))
        match = place_is if declared.type.base == "place" else None
        return self._by_value(scalar, [contains(members, v, match) for v in scalar.values])

    def _number_in(self, fact: Form, values: set[Value]) -> Pair | None:
        number = self._number_of(fact)
        found = [_figure(v) for v in values]
        if number is None or any(v is None for v in found):
            return None
        figures = [_real(v) for v in found if v is not None]
        exact = number.low == number.high
        true = z3.And(z3.Not(number.absent), exact, z3.Or(*(number.low == v for v in figures)))
        false = z3.Or(number.absent, z3.And(*(z3.Or(number.high < v, number.low > v) for v in figures)))
        return true, false

    def _under(self, fact: Form, set_: Form) -> Pair | None:
        declared = self.prover.declared(fact)
        asked = [v for m in set_[1] if isinstance(v := _value(m), Classification)]
        if declared is None or declared.type.base != "classification" or not asked:
            return None
        if declared.type.list_of:
            many = self._many(fact, declared)
            return None if many is None else self._any(many, {v: self._is_under(v, asked) for v in many.sure})
        scalar = self._scalar(fact)
        return None if scalar is None else self._by_value(scalar, [self._is_under(v, asked) for v in scalar.values])

    def _is_under(self, value: Value, asked: Iterable[Classification]) -> Truth:
        result: Truth = False
        assert isinstance(value, Classification)
        leaf = self.prover.rules.is_leaf(value)
        for one in asked:
            truth = under_path(value.path, one.path, leaf=leaf)
            if truth:
                return True
            if truth is None:
                result = None
        return result

    def _many(self, fact: Form, declared: FactDeclaration) -> _Many | None:
        known = self.facts.get(fact)
        if known is None:
            values = self._domain(fact, declared)
            if len(values) > MOST_PATHS:
                return None
            n = len(self.facts)
            sure = {v: z3.Bool(f"sure{n}_{m}") for m, v in enumerate(values)}
            possible = {v: z3.Bool(f"possible{n}_{m}") for m, v in enumerate(values)}
            self.laws += [z3.Implies(sure[v], possible[v]) for v in values]
            known = self.facts[fact] = _Many(z3.Bool(f"open{n}"), sure, possible)
        return known  # type: ignore[return-value]

    def _any(self, many: _Many, truths: Mapping[Value, Truth]) -> Pair:
        true = z3.Or(*(many.sure[v] for v, t in truths.items() if t is True))
        false = z3.And(z3.Not(many.open), *(z3.Not(many.possible[v]) for v, t in truths.items() if t is not False))
        return true, false

    def _has(self, fact: Form, values: set[Value]) -> Pair | None:
        declared = self.prover.declared(fact)
        if declared is None or not declared.type.list_of or declared.type.base not in ("text", "enum", "place", "knowledge"):
            return None
        if declared.type.base == "place" and any(
            isinstance(v, str) and "-" in v for v in (*values, *self.mentioned.get(fact, {}))
        ):
            return None
        many = self._many(fact, declared)
        return None if many is None else self._any(many, {v: v in values for v in many.sure})

    # models

    def values(self, model: Any) -> dict[Form, Value]:
        """The values that the facts have in a model, as far as a transaction can state them."""
        found: dict[Form, Value] = {}
        for fact, known in self.facts.items():
            declared = self.prover.declared(fact)
            assert declared is not None
            value: Value = None
            if isinstance(known, tuple):
                value = True if _yes(model, known[0]) else False if _yes(model, known[1]) else None
            elif isinstance(known, _Scalar):
                if _yes(model, known.known) and not _yes(model, known.absent):
                    value = known.values[model.eval(known.code, model_completion=True).as_long()]
            elif isinstance(known, _Number):
                if not _yes(model, known.absent):
                    low, high = (model.eval(x, model_completion=True) for x in (known.low, known.high))
                    value = _stated(low, declared) if z3.eq(low, high) else None
            else:
                members = [v for v, x in known.sure.items() if _yes(model, x)]
                value = frozenset(members) if members and not any(_hidden(m) for m in members) else None
            if value is not None and not _hidden(value):
                found[fact] = value
        return found


def _bounds(declared: FactDeclaration) -> tuple[Decimal | None, Decimal | None]:
    """Between which a number lies that is not stated, as conditions take it."""
    if declared.absent or declared.type.base == "date":
        return None, None
    if declared.type.base == "money":
        return Decimal(0), None
    low = Decimal(0) if declared.least is None and declared.type.base == "percent" else declared.least
    return low, declared.greatest


def _is(pair: Pair, truth: Truth) -> Any:
    if truth is None:
        return z3.And(z3.Not(pair[0]), z3.Not(pair[1]))
    return pair[0] if truth else pair[1]


def _yes(model: Any, what: Any) -> bool:
    return bool(z3.is_true(model.eval(what, model_completion=True)))


def _hidden(value: Value) -> bool:
    """Is it one that stands for all others, and that nobody could state?"""
    return value == OTHER or (isinstance(value, Classification) and value.path[-1] in (OTHER, DEEPER))


def _stated(value: Any, declared: FactDeclaration) -> Value:
    number = Decimal(value.numerator_as_long()) / Decimal(value.denominator_as_long())
    if declared.type.base == "date":
        return date.fromordinal(int(number)) if number == int(number) and 1 <= number <= 3_000_000 else None
    number = round(number, 6)
    return Money(number, "USD", number) if declared.type.base == "money" else number


def _is_fact(form: Form) -> bool:
    return isinstance(form, tuple) and bool(form) and form[0] == "fact"


def _value(form: Form) -> Value:
    """The value that a literal's form stands for; other forms stand for themselves."""
    if form[0] != "lit":
        return form
    if form[1].startswith("classification "):
        return Classification(form[1].partition(" ")[2], form[2])
    if form[1] == "number":
        return Decimal(form[2])
    if form[1] == "date":
        return date.fromisoformat(form[2])
    return form[2]


def _number(form: Form) -> Decimal | None:
    return _figure(_value(form)) if isinstance(form, tuple) and form[0] == "lit" else None


def _figure(value: Value) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    return Decimal(value.toordinal()) if isinstance(value, date) else None


def _real(value: Decimal | None) -> Any:
    return z3.RealVal(format(value or Decimal(0), "f"))
