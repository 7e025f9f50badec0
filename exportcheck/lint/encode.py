"""Conditions and clauses as formulas: the logic is kept, and questions of the facts become atoms.

What cannot be taken apart (sums, look-ups, outcomes of other provisions, members of lists) is an atom of its own that may come to
anything, and the same wherever it is written the same. So the formulas have every state that the law has, and some more: what
holds of all of theirs holds of all of the law's.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

from exportcheck.condition import ast as A
from exportcheck.condition.types import BOOLEAN, NONE
from exportcheck.lint.formula import (
    FALSE,
    TRUE,
    UNKNOWN,
    Atom,
    Formula,
    conjunction,
    disjunction,
    negation,
    of_atom,
)
from exportcheck.rulepack.model import ALWAYS, Clause, Condition, Packs, Provision
from exportcheck.rulepack.visit import PARTS, children, walk
from exportcheck.values import ABSENT

Names = Mapping[str, str]
"""What the variables of an expression stand for."""

_OF_ONE_FACT = (
    A.Fact,
    A.Lit,
    A.SetLit,
    A.RangeLit,
    A.ListRef,
    A.Param,
    A.Cmp,
    A.In,
    A.Under,
    A.SetOp,
    A.Arith,
    A.IsUndeterminable,
)


def shape(node: A.Expr, names: Names) -> Hashable:
    """What an expression says, without where it stands, variables by what they stand for."""
    if isinstance(node, A.Quant | A.Collect | A.Fold):
        inner = {**names, node.var: f"^{len(names)}"}
        kind = node.kind if isinstance(node, A.Quant) else node.fn if isinstance(node, A.Fold) else ""
        return (type(node).__name__, kind, shape(node.source, names), shape(node.body, inner))
    if isinstance(node, A.Entities):
        inner = {**names, node.member: f"^{len(names)}"}
        where = None if node.where is None else shape(node.where, inner)
        return ("Entities", names.get(node.var, node.var), node.name, where)
    said: list[Hashable] = [type(node).__name__]
    for part in PARTS[type(node)]:
        value = getattr(node, part)
        if isinstance(value, A.Expr):
            said.append(shape(value, names))
        elif isinstance(value, tuple):
            said.append(tuple(shape(v, names) if isinstance(v, A.Expr) else v for v in value))
        elif part == "var":
            said.append(names.get(value, value))
        elif part != "kind":  # `p in items` and `i` are the same article
            said.append((value is True or value is False, value))  # True is no 1 here
    return tuple(said)


class Encoder:
    """Encodes for one set of packs. The same question is the same atom."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self._atoms: dict[Hashable, Formula] = {}
        self._definitions: dict[tuple[str, str], Formula] = {}
        self._clauses: dict[tuple[int, tuple[tuple[str, str], ...]], Formula] = {}

    # provisions

    def provision(self, provision: Provision) -> Formula:
        """Gate and clauses together, the variable of the provision standing for itself."""
        return conjunction([self.gate(provision), TRUE if provision.body is None else self.clause(provision.body, {})])

    def gate(self, provision: Provision) -> Formula:
        return TRUE if provision.gate is None else self.condition(provision.gate, {})

    def condition(self, condition: Condition, names: Names) -> Formula:
        return self.expression(condition.expr, names)

    # clauses

    def clause(self, clause: Clause, names: Names, changed: Mapping[int, Formula | None] | None = None) -> Formula:
        """A clause with all below it.

        `changed` are formulas for clauses (by identity) in place of their own; None marks the clauses above them.
        """
        if changed and id(clause) in changed:
            return changed[id(clause)] or self._clause(clause, names, changed)
        key = (id(clause), tuple(names.items()))
        found = self._clauses.get(key)
        if found is None:
            found = self._clauses[key] = self._clause(clause, names, None)
        return found

    def _clause(self, clause: Clause, names: Names, changed: Mapping[int, Formula | None] | None) -> Formula:
        if (
            clause.periods != ALWAYS and not changed
        ):  # it may stand or not: what is left of its parent has its truth or does without it
            return self._free(("dated", id(clause)))
        match clause.form:
            case "when" if clause.when is not None:
                return self.condition(clause.when, names)
            case "true_when" if clause.when is not None and clause.false_when is not None:
                return Formula("settled", (self.condition(clause.when, names), self.condition(clause.false_when, names)))
            case "all_of":
                return conjunction([self.clause(c, names, changed) for c in clause.children])
            case "any_of":
                return disjunction([self.clause(c, names, changed) for c in clause.children])
            case "none_of":
                return negation(disjunction([self.clause(c, names, changed) for c in clause.children]))
            case "holds" | "holds_not":
                assert clause.entity is not None
                held = self._holds(clause.target, clause.entity, names)
                return held if clause.form == "holds" else negation(held)
            case "judgement":
                return self._free(("JudgementRef", clause.judgement))
            case "each" | "some" if clause.source is not None:
                inner = {**names, clause.var: f"^{len(names)}"}
                said = (clause.form, clause.or_none, shape(clause.source, names), self.said(clause.children[0], inner))
                return self._free(said)
            case "rows" if clause.rows is not None:
                rows = clause.rows
                where = tuple((c, shape(e, names)) for c, e in rows.where)
                when = None if rows.when is None else shape(rows.when, {**names, rows.var: "^row"})
                return self._free(("rows", rows.table, shape(rows.path, names), where, when))
            case _:  # nobody knows; that it could be true is left open, for somebody may model it
                free = self._free(("not modelled", id(clause)))
                return free if clause.when is None else conjunction([free, self.condition(clause.when, names)])

    def said(self, clause: Clause, names: Names) -> Hashable:
        """What a clause says, for comparing it with another."""
        if clause.form == "not_modelled" or clause.periods != ALWAYS:
            return id(clause)
        said: list[Hashable] = [clause.form, clause.or_none, clause.judgement, clause.target]
        for condition in (clause.when, clause.false_when):
            said.append(None if condition is None else shape(condition.expr, names))
        for part in (clause.source, clause.entity):
            said.append(None if part is None else shape(part, names))
        if clause.rows is not None:
            said.append(id(clause))
        inner = {**names, clause.var: f"^{len(names)}"} if clause.var else names
        return (*said, *(self.said(c, inner) for c in clause.children))

    # expressions

    def expression(self, node: A.Expr, names: Names) -> Formula:
        """A boolean expression."""
        match node:
            case A.Lit():
                return TRUE if node.value is True else FALSE if node.value is False else UNKNOWN
            case A.Not():
                return negation(self.expression(node.item, names))
            case A.And():
                return conjunction([self.expression(i, names) for i in node.items])
            case A.Or():
                return disjunction([self.expression(i, names) for i in node.items])
            case A.If():
                return Formula("split", tuple(self.expression(e, names) for e in (node.test, node.then, node.other)))
            case A.Define():
                return self._define(node, names)
            case A.Holds():
                target = f"{node.provision}#{node.clause}" if node.clause else node.provision
                return self._holds(target, node.entity, names)
            case A.JudgementRef():
                return self._free(("JudgementRef", node.name))
            case A.In() if isinstance(node.target, A.Fact) and node.target.type.many and isinstance(node.item, A.Lit):
                return self._member(node.target, node.item.value, names)
            case A.SetOp() if node.op == "overlaps" and (literal := _members(node.args)) is not None:
                fact, values = literal
                return disjunction([self._member(fact, v, names) for v in values])
            case A.Cmp() if node.op == "!=":
                return negation(self._question(replace(node, op="="), names))
            case A.Under() | A.In():
                stated = node.stated if isinstance(node, A.Under) else node.item
                if isinstance(stated, A.Fact) and _only_fact(node) is None and self._can_be_absent(stated):
                    # what is absent is in nothing
                    absent = A.Cmp(node.at, BOOLEAN, "=", stated, A.Lit(node.at, NONE, ABSENT))
                    return conjunction([negation(self._question(absent, names)), self._question(node, names)])
                return self._question(node, names)
            case _:
                return self._question(node, names)

    def _can_be_absent(self, fact: A.Fact) -> bool:
        declared = self.packs.vocabulary.get("item" if fact.kind == "article" else fact.kind, fact.name)
        return declared is None or declared.absent

    def _member(self, fact: A.Fact, value: object, names: Names) -> Formula:
        """Is the value one of those that the fact lists?"""
        if fact.type.base not in ("text", "enum"):
            return self._free(("member", names.get(fact.var, fact.var), fact.name, value, "matched"))
        return self._free(("member", names.get(fact.var, fact.var), fact.name, value))

    def _define(self, node: A.Define, names: Names) -> Formula:
        definition = self.packs.definitions[node.id]
        if not isinstance(node.entity, A.EntityVar) or definition.stated_as:
            return self._free(shape(node, names))
        entity = names.get(node.entity.var, node.entity.var)
        found = self._definitions.get((node.id, entity))
        if found is None:
            inner = {definition.var: entity} if definition.of else {}
            found = self._definitions[node.id, entity] = self.condition(definition.condition, inner)
        return found

    def _holds(self, target: str, entity: A.Expr, names: Names) -> Formula:
        return self._free(("Holds", target, shape(entity, names)))

    def _question(self, node: A.Expr, names: Names) -> Formula:
        key = shape(node, names)
        found = self._atoms.get(key)
        if found is None:
            fact = _only_fact(node)
            where = None if fact is None else (names.get(fact.var, fact.var), fact.name)
            found = self._atoms[key] = of_atom(Atom(key, where, node if fact is not None else None))
        return found

    def _free(self, key: Hashable) -> Formula:
        found = self._atoms.get(key)
        if found is None:
            found = self._atoms[key] = of_atom(Atom(key))
        return found


def _only_fact(node: A.Expr) -> A.Fact | None:
    """The fact that alone decides an expression, with nothing else but what the law says; None if there is no such fact."""
    found: A.Fact | None = None
    for part in walk(node):
        if not isinstance(part, _OF_ONE_FACT):
            return None
        if isinstance(part, A.Arith) and part.type.base == "date":
            return None
        if isinstance(part, A.Fact):
            if part.type.many or (found is not None and (found.var, found.name) != (part.var, part.name)):
                return None
            found = part
    return found


def _members(args: tuple[A.Expr, ...]) -> tuple[A.Fact, list[object]] | None:
    """A fact that is a list of texts, and the texts that it is to overlap with."""
    for fact, other in (args, args[::-1]):
        if isinstance(fact, A.Fact) and fact.type.many and fact.type.base in ("text", "enum") and isinstance(other, A.SetLit):
            values = [i.value for i in children(other) if isinstance(i, A.Lit)]
            if len(values) == len(other.items):
                return fact, values
    return None
