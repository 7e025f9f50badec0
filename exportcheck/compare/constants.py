"""The facts that a condition reads and the values that it compares them with: where its truth can turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from exportcheck.condition import ast as A
from exportcheck.rulepack.model import Clause, Condition, Definition, Provision
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.rulepack.visit import children, clause_expressions
from exportcheck.values import ABSENT, Classification, Money
from exportcheck.vocabulary.model import FactDeclaration, Vocabulary

Site = tuple[str, str]
"""(entity kind, fact name)"""

DEEPEST = 4
"""Definitions and provisions within one another that are followed."""


class Constants:
    """Gathers from conditions, in the order met, the facts read, with the values that each is compared with."""

    def __init__(self, rules: Ruleset) -> None:
        self.rules = rules
        self.sites: dict[Site, dict[object, None]] = {}
        self.judgements: dict[str, None] = {}
        self._seen: set[tuple[str, str]] = set()

    def provision(self, provision: Provision, depth: int = 0) -> None:
        if ("provision", provision.id) in self._seen or depth > DEEPEST:
            return
        self._seen.add(("provision", provision.id))
        if provision.gate is not None:
            self.condition(provision.gate, depth)
        if provision.body is not None:
            self.clause(provision.body, depth)
        for spare in provision.limits.spares if provision.limits is not None else ():
            self.condition(spare.when, depth)
        for step in provision.steps:
            self.condition(step.applies_when, depth)
            self.condition(step.done_when, depth)

    def condition(self, condition: Condition | None, depth: int = 0) -> None:
        if condition is not None:
            self.expr(condition.expr, depth)

    def clause(self, clause: Clause, depth: int = 0) -> None:
        for one in clause.walk():
            if one.judgement:
                self.judgements[one.judgement] = None
            for expression in clause_expressions(one):
                self.expr(expression, depth)
            if one.target:
                self._target(one.target, depth)
            if one.rows is not None:
                self._values(one.rows.path, _paths(self.rules, one.rows.table))

    def definition(self, definition: Definition, depth: int = 0) -> None:
        if ("definition", definition.id) in self._seen or depth > DEEPEST:
            return
        self._seen.add(("definition", definition.id))
        if definition.stated_as:
            self._site(definition.of or "transaction", definition.stated_as)
        self.expr(definition.condition.expr, depth)

    def _target(self, target: str, depth: int) -> None:
        name, _, part = target.partition("#")
        provision = self.rules.provisions.get(name)
        if provision is None:
            return
        if part:
            for clause in provision.clauses():
                if clause.address == part and depth < DEEPEST:
                    self.clause(clause, depth + 1)
        else:
            self.provision(provision, depth + 1)

    def expr(self, node: A.Expr, depth: int = 0) -> None:
        match node:
            case A.Fact():
                self._site(node.kind, node.name)
            case A.Cmp():
                self._values(node.left, self._law(node.right))
                self._values(node.right, self._law(node.left))
            case A.In():
                self._values(node.item, self._law(node.target))
                self._values(node.target, self._law(node.item))
            case A.Under() | A.UnderAll():
                self._values(node.stated, self._law(node.asked))
            case A.SetOp():
                for one in node.args:
                    for other in node.args:
                        if one is not other:
                            self._values(one, self._law(other))
            case A.Lookup():
                table = self.rules.table(node.table)
                for column, key in zip(table.table.keys, node.keys, strict=False):
                    self._values(key, dict.fromkeys(r[column] for r in table.rows))
            case A.Define():
                definition = self.rules.packs.definitions[node.id]
                self.definition(definition, depth + 1)
            case A.Holds():
                self._target(f"{node.provision}#{node.clause}" if node.clause else node.provision, depth)
            case A.JudgementRef():
                self.judgements[node.name] = None
        for child in children(node):
            self.expr(child, depth)

    def _site(self, kind: str, name: str) -> dict[object, None]:
        kind = "item" if kind in ("component", "article") else kind or "transaction"
        return self.sites.setdefault((kind, name), {})

    def _values(self, node: A.Expr, values: Iterable[object]) -> None:
        """What a fact is compared with; through arithmetic and folds, the values stand for each fact inside."""
        found = list(values)
        if not found:
            return
        stack = [node]
        while stack:
            one = stack.pop()
            if isinstance(one, A.Fact):
                self._site(one.kind, one.name).update(dict.fromkeys(found))
            elif isinstance(one, A.Arith | A.Fold | A.Collect | A.Percent | A.If | A.SetOp):
                stack += children(one)

    def _law(self, node: A.Expr) -> Iterator[object]:
        """The values that a side of a comparison has whatever is stated."""
        match node:
            case A.Lit():
                if node.type.base != "duration":
                    yield node.value
            case A.SetLit():
                for item in node.items:
                    yield from self._law(item)
            case A.RangeLit():
                yield from self._law(node.low)
                yield from self._law(node.high)
            case A.ListRef():
                yield from sorted(self.rules.members(node.id), key=str)
            case A.Param():
                value = self.rules.parameter(node.id)
                if value is not None:
                    yield value
            case A.Arith() | A.SetOp():
                for child in children(node):
                    yield from self._law(child)


def _paths(rules: Ruleset, table: str) -> list[object]:
    slice_ = rules.table(table)
    column = slice_.table.path_column
    return list(dict.fromkeys(r[column] for r in slice_.rows)) if column else []


def variations(declared: FactDeclaration, mentioned: Iterable[object], focus: frozenset[object], most: int = 8) -> list[object]:
    """Values with which a fact is tried: those of `focus` (what the two sides do not share) first, then the others mentioned.

    Numbers and dates are tried at each value and to both sides of it; sets with one member each.
    """
    base = declared.type.base
    if base == "boolean":
        return [True, False]
    if base == "knowledge":
        return ["yes", "no"]
    known = [v for v in dict.fromkeys((*focus, *mentioned)) if _fits(v, base, declared)]
    known.sort(key=lambda v: v not in focus)
    values: list[object] = []
    for value in known:
        values += _around(value, base)
    if base == "enum":
        values += [v for v in declared.type.values if v not in values][:2]
    if base == "place":
        values += [p for p in ("GB", "DE", "CN", "JP") if p not in values][:2]
    if base in ("number", "percent", "money") and not values:
        values = [_number(n, base) for n in ("0", "1", "1000", "1000000")]
    if declared.absent:
        values.append(ABSENT)
    values = [v for v in dict.fromkeys(values) if _within(v, declared)][: most if len(focus) < most else len(focus) + 2]
    if declared.type.list_of:
        return [v if v is ABSENT else frozenset((v,)) for v in values]
    return values


def _around(value: object, base: str) -> list[object]:
    if isinstance(value, Decimal):
        step = Decimal("0.01") if abs(value) < 1_000 else Decimal(1)
        return [_number(value + step, base), _number(value, base), _number(value - step, base)]
    if isinstance(value, date):
        return [value, value + timedelta(days=1), value - timedelta(days=1)]
    return [value]


def _number(value: Decimal | str, base: str) -> object:
    number = Decimal(value)
    return Money(number, "USD", number) if base == "money" else number


def _fits(value: object, base: str, declared: FactDeclaration) -> bool:
    match base:
        case "number" | "percent" | "money":
            return isinstance(value, Decimal)
        case "date":
            return isinstance(value, date)
        case "classification":
            return isinstance(value, Classification) and value.scheme == declared.type.scheme
        case "enum":
            return value in declared.type.values
        case "place":
            return isinstance(value, str) and (len(value) == 2 or "-" in value)
        case "text":
            return isinstance(value, str)
        case _:
            return False


def _within(value: object, declared: FactDeclaration) -> bool:
    number = value.amount if isinstance(value, Money) else value
    if not isinstance(number, Decimal) or declared.type.list_of:
        return True
    low = declared.least if declared.least is not None else Decimal(0) if isinstance(value, Money) else None
    return (low is None or number >= low) and (declared.greatest is None or number <= declared.greatest)


def declared_fact(vocabulary: Vocabulary, site: Site) -> FactDeclaration | None:
    return vocabulary.get(site[0], site[1])
