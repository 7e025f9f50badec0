"""A provision as text in another engine's language, from the checked form, so that both decide the same conditions.

Neither language has unknown, so each condition becomes two: known true and known false, each guarded by "is it stated". What
needs sums or unions over parties and lines is worked out beforehand (`bench.described.AGGREGATES`), and what generated
transactions never have (brokers, judgements) is left out: both in favor of the other engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from exportcheck.condition import ast as A
from exportcheck.rulepack.model import Clause, Definition, Provision
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Classification, Money

TRUE, FALSE = "true", "false"


@dataclass(frozen=True, slots=True)
class Rails:
    """When it is known true, and when it is known false: two conditions in the other language."""

    true: str
    false: str


UNKNOWN = Rails(FALSE, FALSE)
NEVER = Rails(FALSE, TRUE)


class Dialect(Protocol):
    """How the other language says the few things that conditions are made of. `path` names a stated fact."""

    def path(self, owner: str, name: str) -> str: ...
    def stated(self, path: str) -> str: ...
    def compare(self, path: str, op: str, literal: str) -> str: ...
    def one_of(self, path: str, literals: list[str]) -> str: ...
    def holds(self, path: str, literal: str) -> str: ...
    def any_of(self, path: str, literals: list[str]) -> str: ...
    def only(self, path: str, literals: list[str]) -> str: ...
    def both(self, parts: list[str]) -> str: ...
    def either(self, parts: list[str]) -> str: ...
    def negated(self, part: str) -> str: ...
    def each(self, clause: Clause, member: Rails, inside: Rails) -> Rails: ...
    def some(self, node: A.Quant, inside: Rails) -> Rails: ...
    def shared(self, name: str, rails: Rails) -> Rails: ...


class Translator:
    """Conditions of one day's law in a dialect. Raises `NotImplementedError` for a form that it does not know."""

    def __init__(self, rules: Ruleset, dialect: Dialect, aggregates: Iterable[str], never: Iterable[str]) -> None:
        self.rules = rules
        self.dialect = dialect
        self.aggregates = frozenset(aggregates)
        self.never = frozenset(never)
        self._done: dict[str, Rails] = {}

    # provisions and clauses

    def provision(self, id_: str) -> Rails:
        if id_ not in self._done:
            self._done[id_] = NEVER if id_ in self.never else self._provision(self.rules.provisions[id_])
        return self._done[id_]

    def _provision(self, provision: Provision) -> Rails:
        parts = [] if provision.gate is None else [self.condition(provision.gate.expr)]
        rails = self.both([*parts, *([self.clause(provision.body)] if provision.body is not None else [])])
        return rails if provision.for_each == "party" else self.dialect.shared(provision.id, rails)

    def named_parts(self, id_: str) -> list[tuple[str, Rails]]:
        """The gate and the top clauses of a provision by address, which together make it up."""
        provision = self.rules.provisions[id_]
        assert provision.body is not None
        assert provision.body.form == "all_of"
        gate = [] if provision.gate is None else [("gate", self.condition(provision.gate.expr))]
        return [*gate, *((c.address, self.clause(c)) for c in provision.body.children)]

    def clause(self, clause: Clause) -> Rails:
        if clause.form == "all_of":
            return self.both([self.clause(c) for c in clause.children])
        if clause.form == "any_of":
            return self.either([self.clause(c) for c in clause.children])
        if clause.form == "when" and clause.when is not None:
            return self.condition(clause.when.expr)
        if clause.form in ("holds", "holds_not"):
            rails = self.provision(clause.target)
            return rails if clause.form == "holds" else Rails(rails.false, rails.true)
        if clause.form == "judgement":
            return UNKNOWN
        if clause.form == "each" and clause.source is not None and clause.source.where is not None:
            return self.dialect.each(clause, self.condition(clause.source.where), self.clause(clause.children[0]))
        raise NotImplementedError(f"clause of the form {clause.form}")

    # conditions

    def condition(self, node: A.Expr) -> Rails:
        found: Callable[[A.Expr], Rails] | None = getattr(self, "on_" + type(node).__name__, None)
        if found is None:
            raise NotImplementedError(f"condition of the form {type(node).__name__}")
        return found(node)

    def on_Lit(self, node: A.Lit) -> Rails:
        return Rails(TRUE, FALSE) if node.value else NEVER

    def on_Fact(self, node: A.Fact) -> Rails:
        path = self.dialect.path(node.kind, node.name)
        stated = self.dialect.stated(path)
        return Rails(*(self.dialect.both([stated, self.dialect.compare(path, "=", v)]) for v in (TRUE, FALSE)))

    def on_Not(self, node: A.Not) -> Rails:
        inner = self.condition(node.item)
        return Rails(inner.false, inner.true)

    def on_And(self, node: A.And) -> Rails:
        return self.both([self.condition(i) for i in node.items])

    def on_Or(self, node: A.Or) -> Rails:
        return self.either([self.condition(i) for i in node.items])

    def on_If(self, node: A.If) -> Rails:
        test, then, other = (self.condition(x) for x in (node.test, node.then, node.other))

        def chosen(yes: str, no: str) -> str:
            say = self.dialect
            return say.either([say.both([test.true, yes]), say.both([test.false, no]), say.both([yes, no])])

        return Rails(chosen(then.true, other.true), chosen(then.false, other.false))

    def on_Cmp(self, node: A.Cmp) -> Rails:
        of_none = node.right.type.base == "none" and isinstance(node.left, A.Fact)
        path = self.named(A.Count(node.at, node.type, node.left) if of_none and node.left.type.many else node.left)
        opposite = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}[node.op]
        literal = self.literal(node.right) if not of_none else "0" if node.left.type.many else written("none")
        stated = self.dialect.stated(path)
        return Rails(*(self.dialect.both([stated, self.dialect.compare(path, op, literal)]) for op in (node.op, opposite)))

    def on_In(self, node: A.In) -> Rails:
        if isinstance(node.item, A.Lit):
            path = self.named(node.target)
            inside = self.dialect.holds(path, self.literal(node.item))
        else:
            path = self.named(node.item)
            inside = self.dialect.one_of(path, self.literals(node.target))
        return self.known(path, inside)

    def on_Under(self, node: A.Under) -> Rails:
        """Not under any only if none of those asked is deeper than what is stated, which may be stated coarsely."""
        path, asked = self.named(node.stated), self.literals(node.asked)
        under = self.known(path, self.dialect.any_of(path, asked))
        coarse = self.dialect.any_of(f"{path}_below", asked)
        return Rails(under.true, self.dialect.both([under.false, self.dialect.negated(coarse)]))

    def on_SetOp(self, node: A.SetOp) -> Rails:
        path = self.named(node.args[0])
        say = {"overlaps": self.dialect.any_of, "subset": self.dialect.only}[node.op]
        return self.known(path, say(path, self.literals(node.args[1])))

    def on_Quant(self, node: A.Quant) -> Rails:
        if node.kind != "some" or node.source.name != "parties" or node.source.where is not None:
            raise NotImplementedError(f"{node.kind} over {node.source.name}")
        return self.dialect.some(node, self.condition(node.body))

    def on_Define(self, node: A.Define) -> Rails:
        if node.id not in self._done:
            definition = self.definition(node.id)
            rails = self._definition(definition)
            self._done[node.id] = rails if definition.of == "party" else self.dialect.shared(node.id, rails)
        return self._done[node.id]

    def _definition(self, definition: Definition) -> Rails:
        """What a person may attest: derived where that is known, else as attested; unknown where the two disagree."""
        derived = self.condition(definition.condition.expr)
        if not definition.stated_as:
            return derived
        say, path = self.dialect, self.dialect.path(definition.of or "transaction", definition.stated_as)
        attested = [say.both([say.stated(path), say.compare(path, "=", v)]) for v in (TRUE, FALSE)]
        yes, no = (
            say.either([say.both([a, say.negated(d)]), say.both([b, say.negated(c)])])
            for a, b, c, d in (
                (derived.true, attested[0], derived.false, attested[1]),
                (derived.false, attested[1], derived.true, attested[0]),
            )
        )
        return Rails(yes, no)

    def on_Required(self, node: A.Required) -> Rails:
        raising = {p.id: p for g in node.grounds for p in self.rules.raising.get(g, ())}
        return self.either([self.provision(id_) for id_ in raising])

    # parts

    def definition(self, id_: str) -> Definition:
        return self.rules.packs.definitions[id_]

    def named(self, node: A.Expr) -> str:
        """The path of a stated fact, or of what is worked out beforehand."""
        if isinstance(node, A.Fact):
            return self.dialect.path(node.kind, node.name)
        if isinstance(node, A.Define) and node.id in self.aggregates:
            return self.dialect.path("transaction", node.id.partition("/")[2])
        if isinstance(node, A.Count) and isinstance(node.source, A.Fact):
            return self.dialect.path(node.source.kind, f"{node.source.name}.count")
        raise NotImplementedError(f"a value of the form {type(node).__name__}")

    def literals(self, node: A.Expr) -> list[str]:
        if isinstance(node, A.ListRef):
            return sorted(written(m) for m in self.rules.members(node.id))
        if isinstance(node, A.SetLit):
            return [self.literal(i) for i in node.items]
        raise NotImplementedError(f"a set of the form {type(node).__name__}")

    def literal(self, node: A.Expr) -> str:
        if isinstance(node, A.Param):
            figure = self.rules.parameter(node.id)
            assert figure is not None
            return written(Money(figure, "USD", figure)) if node.type.base == "money" else written(figure)
        if isinstance(node, A.Lit):
            return written(node.value)
        raise NotImplementedError(f"a literal of the form {type(node).__name__}")

    def known(self, path: str, condition: str) -> Rails:
        stated = self.dialect.stated(path)
        return Rails(self.dialect.both([stated, condition]), self.dialect.both([stated, self.dialect.negated(condition)]))

    def both(self, parts: list[Rails]) -> Rails:
        return Rails(self.dialect.both([p.true for p in parts]), self.dialect.either([p.false for p in parts]))

    def either(self, parts: list[Rails]) -> Rails:
        return Rails(self.dialect.either([p.true for p in parts]), self.dialect.both([p.false for p in parts]))


def both(parts: list[str], joint: str) -> str:
    """All of the parts, joined by the language's "and", with the constants simplified away."""
    left = [p for p in dict.fromkeys(parts) if p != TRUE]
    if FALSE in left:
        return FALSE
    return TRUE if not left else left[0] if len(left) == 1 else "(" + joint.join(left) + ")"


def either(parts: list[str], joint: str) -> str:
    left = [p for p in dict.fromkeys(parts) if p != FALSE]
    if TRUE in left:
        return TRUE
    return FALSE if not left else left[0] if len(left) == 1 else "(" + joint.join(left) + ")"


def written(value: object) -> str:
    """A value as a literal of both languages: texts in double quotes, money in whole cents."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, Money):
        assert value.usd is not None
        return str(int(value.usd * 100))
    if isinstance(value, Decimal | int):
        return str(int(value))
    if isinstance(value, Classification):
        value = str(value)
    if not isinstance(value, str) or '"' in value or "\\" in value:
        raise NotImplementedError(f"{value!r} as a literal")
    return f'"{value}"'
