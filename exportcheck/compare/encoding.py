"""Two normal forms as pairs of Booleans over shared unknowns: what the solver can take apart, and what stands for any truth.

Imported only by the solver (extra `compare`: z3-solver).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import z3

from exportcheck.compare.form import FALSE, TRUE, Form
from exportcheck.compare.unknowns import Many, Pair, Scalar, Unknowns, Value, real
from exportcheck.condition.sets import contains, place_is
from exportcheck.values import Classification, PartialSet, Truth, under_path

if TYPE_CHECKING:
    from exportcheck.compare.solver import Prover


class Encoding:
    """Two forms as Booleans over shared facts.

    `inside`: attested terms are taken apart. For models only, since facts that contradict an attestation also stop a pass.
    """

    def __init__(self, prover: Prover, forms: Iterable[Form], inside: bool = False) -> None:
        self.inside = inside
        self.prover = prover
        self.atoms: dict[Form, Pair] = {}
        self.mentioned: dict[Form, dict[Value, None]] = {}
        self.unknowns = Unknowns(prover.declared, self.mentioned)
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
                return self.unknowns.truth(fact)
        return z3.BoolVal(False), z3.BoolVal(False)

    def _atom(self, form: Form) -> Pair:
        found = self._fact_atom(form)
        if found is not None:
            return found
        key = self.prover.class_of(form)
        if key not in self.atoms:
            n = len(self.atoms)
            true, false = z3.Bool(f"t{n}"), z3.Bool(f"f{n}")
            self.unknowns.laws.append(z3.Not(z3.And(true, false)))
            self.atoms[key] = (true, false)
        return self.atoms[key]

    def _fact_atom(self, form: Form) -> Pair | None:
        """A comparison that is taken apart; None where it is not."""
        match form[0]:
            case "fact":
                declared = self.prover.declared(form)
                return self.unknowns.truth(form) if declared is not None and declared.type.base == "boolean" else None
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

    def _order(self, form: Form) -> Pair | None:
        left, right = form[1], form[2]
        if _is_fact(left) and _number(right) is not None:
            number, limit, below = self.unknowns.number(left), _number(right), True
        elif _is_fact(right) and _number(left) is not None:
            number, limit, below = self.unknowns.number(right), _number(left), False
        else:
            return None
        if number is None or limit is None:
            return None
        k = real(limit)
        here = z3.Not(number.absent)
        strict = form[0] == "<"
        if below:
            true = number.high < k if strict else number.high <= k
            false = number.low >= k if strict else number.low > k
        else:
            true = number.low > k if strict else number.low >= k
            false = number.high <= k if strict else number.high < k
        return z3.And(here, true), z3.Or(number.absent, false)

    def _absent(self, fact: Form) -> Pair | None:
        declared = self.prover.declared(fact)
        if declared is None or declared.type.list_of:
            return None
        if declared.type.base in ("number", "percent", "money", "date"):
            number = self.unknowns.number(fact)
            if number is None:
                return None
            return number.absent, z3.And(z3.Not(number.absent), z3.Not(number.any))
        scalar = self.unknowns.scalar(fact)
        return None if scalar is None else (scalar.absent, z3.And(scalar.known, z3.Not(scalar.absent)))

    def _by_value(self, scalar: Scalar, truths: list[Truth]) -> Pair:
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
        scalar = self.unknowns.scalar(fact)
        if scalar is None or declared is None:
            return None
        members = PartialSet(frozenset(values), frozenset(values))
        match = place_is if declared.type.base == "place" else None
        return self._by_value(scalar, [contains(members, v, match) for v in scalar.values])

    def _number_in(self, fact: Form, values: set[Value]) -> Pair | None:
        number = self.unknowns.number(fact)
        found = [_figure(v) for v in values]
        if number is None or any(v is None for v in found):
            return None
        figures = [real(v) for v in found if v is not None]
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
            many = self.unknowns.many(fact, declared)
            return None if many is None else self._any(many, {v: self._is_under(v, asked) for v in many.sure})
        scalar = self.unknowns.scalar(fact)
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

    def _any(self, many: Many, truths: Mapping[Value, Truth]) -> Pair:
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
        many = self.unknowns.many(fact, declared)
        return None if many is None else self._any(many, {v: v in values for v in many.sure})


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
