"""A normal form of what a provision says: two with the same normal form have the same outcome for every transaction.

Definitions are written out, lists and figures replaced by their members and values of the day, `and` and `or` flattened and
sorted, negation pushed inwards, comparisons turned one way, variables named by their depth. Each step keeps Kleene's truth
for all four states of a fact; where a step would not (`not(a < b)` against `a >= b` of a number that may be absent), it is
not taken. Wording, order and places are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from weakref import WeakKeyDictionary

from exportcheck.compare.form import FALSE, TRUE, Form, conjunction, disjunction, kind_of, literal, negation, ordered
from exportcheck.condition import ast as A
from exportcheck.condition.evaluate_logic import of_the_law
from exportcheck.rulepack.model import Clause, Condition, Definition, Limits, Provision, Rows, Step
from exportcheck.rulepack.ruleset import Ruleset

Names = Mapping[str, Form]


class Normal:
    """Makes the normal forms of the law of one day.

    `renamed` gives provisions another id (old id to new). `data` is the law from which terms, lists and figures are taken, where
    it is another one: what changed in those is told of by itself.
    """

    def __init__(self, rules: Ruleset, renamed: Mapping[str, str] | None = None, data: Ruleset | None = None) -> None:
        self.rules = rules
        self.data = data or rules
        self.renamed = renamed or {}
        self._open: list[str] = []

    @cached_property
    def named(self) -> frozenset[tuple[str, str]]:
        """(provision, address) of the clauses that something else names."""
        return named_clauses(self.rules)

    # provisions

    def provision(self, provision: Provision) -> Form:
        """What of a provision can bear on a verdict."""
        names: Names = {provision.var: ("self",)} if provision.var else {}
        if provision.raises is not None:
            names = {**names, provision.raises[0]: ("ground",)}
        variants = self.rules.variants.get(provision.id)
        bodies = variants if variants is not None else (provision.body,)
        return (
            provision.kind,
            provision.for_each,
            provision.effect,
            provision.trust,
            provision.id in self.rules.uncertain,
            tuple(sorted(provision.grounds)),
            provision.not_gated,
            self._condition(provision.gate, names),
            tuple(sorted({repr(self.body(b, provision, names)) for b in bodies})),
            self._lifts(provision.lifts),
            tuple(sorted(self._id(o) for o in provision.overrides)),
            tuple(sorted(self._id(o) for o in provision.together_with)),
            tuple(sorted(provision.held)),
            self._limits(provision.limits, names),
            self._steps(provision.steps, names, first=True),
            tuple(sorted(n for n in (provision.cite_as, provision.aes_code, provision.cite) if n))
            if provision.kind == "exemption"
            else (),
        )

    def paper(self, provision: Provision) -> Form:
        """What of a provision bears on what is owed, shown or cited, and on no verdict."""
        names: Names = {provision.var: ("self",)} if provision.var else {}
        return (
            provision.posture,
            provision.need,
            provision.cite_as,
            provision.aes_code,
            self._steps(provision.steps, names, first=False),
            tuple(sorted(repr(self._steps(c.steps, names, first=False)) for c in provision.clauses() if c.steps)),
        )

    def body(self, body: Clause | None, provision: Provision, names: Names) -> Form:
        return None if body is None else self.clause(body, names, provision.id)

    def clause_of(self, provision: Provision, clause: Clause, names: Names | None = None) -> Form:
        """The form of one clause of a provision, its variables as far as the provision names them."""
        known: dict[str, Form] = {provision.var: ("self",)} if provision.var else {}
        if provision.raises is not None:
            known[provision.raises[0]] = ("ground",)
        for outer in _above(provision.body, clause):
            if outer.form in ("each", "some"):
                known[outer.var] = ("v", len(known))
        return self.clause(clause, {**known, **(names or {})}, provision.id)

    def _limits(self, limits: Limits | None, names: Names) -> Form:
        if limits is None:
            return None
        spares = {(self._id(s.target), s.clause, repr(self._condition(s.when, names))) for s in limits.spares}
        return (limits.all_of_pack, tuple(sorted(self._id(o) for o in limits.only)), tuple(sorted(spares)))

    def _lifts(self, lifts: Iterable[str]) -> Form:
        return tuple(sorted({g for name in lifts for g in (self.rules.packs.family(name) or (name,))}))

    def _steps(self, steps: Iterable[Step], names: Names, *, first: bool) -> Form:
        """Steps due before the transfer bear on the verdict, the others only on what is owed."""
        forms = [
            (s.by, self._condition(s.applies_when, names), self._condition(s.done_when, names), s.keep)
            for s in steps
            if (s.by == "before-transfer") is first
        ]
        return tuple(sorted(forms, key=repr))

    def _id(self, target: str) -> str:
        name, mark, clause = target.partition("#")
        return self.renamed.get(name, name) + mark + clause

    # clauses

    def clause(self, clause: Clause, names: Names, provision: str = "") -> Form:
        form = self._clause(clause, names, provision)
        first = self._steps(clause.steps, names, first=True)
        named = clause.address if (provision, clause.address) in self.named else ""
        if named or clause.lifts or first:
            return ("at", named, self._lifts(clause.lifts), first, form)
        return form

    def _clause(self, clause: Clause, names: Names, provision: str) -> Form:
        match clause.form:
            case "when" if clause.when is not None:
                return self.expr(clause.when.expr, names)
            case "true_when" if clause.when is not None and clause.false_when is not None:
                return ("curve", self.expr(clause.when.expr, names), self.expr(clause.false_when.expr, names))
            case "all_of":
                return conjunction(self.clause(c, names, provision) for c in clause.children)
            case "any_of":
                return disjunction(self.clause(c, names, provision) for c in clause.children)
            case "none_of":
                return negation(disjunction(self.clause(c, names, provision) for c in clause.children))
            case "each" | "some" if clause.source is not None:
                source, level = self.expr(clause.source, names), ("v", len(names))
                body = self.clause(clause.children[0], {**names, clause.var: level}, provision)
                if clause.form == "some":
                    return ("quant", "some", source, body)
                return ("each or none" if clause.or_none else "quant", "every", source, body)
            case "holds" | "holds_not" if clause.entity is not None:
                target, _, part = clause.target.partition("#")
                held = ("holds", self._id(target), part, self.expr(clause.entity, names))
                return held if clause.form == "holds" else negation(held)
            case "judgement":
                return ("judgement", clause.judgement)
            case "rows" if clause.rows is not None:
                return self._rows(clause.rows, names)
            case _:
                return ("unread", self._condition(clause.when, names))

    def _rows(self, rows: Rows, names: Names) -> Form:
        level = ("v", len(names))
        inner = {**names, rows.var: level}
        where = tuple(sorted((column, self.expr(e, names)) for column, e in rows.where))
        when = None if rows.when is None else self.expr(rows.when, inner)
        return ("rows", rows.table, self.expr(rows.path, names), where, when)

    def _condition(self, condition: Condition | None, names: Names) -> Form:
        return None if condition is None else self.expr(condition.expr, names)

    # expressions

    def expr(self, node: A.Expr, names: Names) -> Form:
        match node:
            case A.Lit():
                return literal(node.value)
            case A.Not():
                return negation(self.expr(node.item, names))
            case A.And():
                return conjunction(self.expr(i, names) for i in node.items)
            case A.Or():
                return disjunction(self.expr(i, names) for i in node.items)
            case A.Cmp():
                return self._comparison(node, names)
            case A.In():
                return self._membership(node, names)
            case A.If():
                return self._choice(node, names)
            case A.SetLit() | A.ListRef():
                return self._set(node, names)
            case A.Param():
                value = self.data.parameter(node.id)
                return ("unset figure",) if value is None else literal(value)
            case A.Define():
                return self._define(node, names)
            case A.Fact():
                return ("fact", names.get(node.var, ("root",)), node.name, kind_of(node.kind))
            case A.EntityVar():
                return names.get(node.var, ("root",))
            case A.GroundVar():
                return names.get(node.var, ("ground",))
            case A.Cell():
                return ("cell", names.get(node.var, ("row",)), node.column)
            case A.Entities():
                level = ("v", len(names))
                where = None if node.where is None else self.expr(node.where, {**names, node.member: level})
                return ("list", names.get(node.var, ("root",)), node.name, where)
            case A.Quant():
                return ("quant", node.kind, *self._each(node, names))
            case A.Collect():
                return ("collect", *self._each(node, names))
            case A.Fold():
                return ("fold", node.fn, *self._each(node, names))
            case A.Arith():
                sides = [self.expr(node.left, names), self.expr(node.right, names)]
                numeric = node.left.type.numeric and node.right.type.numeric
                return ("arith", node.op, *(ordered(sides) if numeric and node.op in "+*" else sides))
            case A.Extreme():
                return ("extreme", node.fn, *ordered(self.expr(a, names) for a in node.args))
            case A.Count():
                return ("count", self.expr(node.source, names))
            case A.SetOp():
                args = [self.expr(a, names) for a in node.args]
                alike = node.op == "union" or (node.op == "overlaps" and node.args[0].type.base != "place")
                return ("set op", node.op, *(ordered(args) if alike else args))
            case A.Under():
                return ("under", self.expr(node.stated, names), self.expr(node.asked, names))
            case A.UnderAll():
                return ("under all", self.expr(node.stated, names), self.expr(node.asked, names))
            case A.Percent():
                return ("percent", self.expr(node.part, names), self.expr(node.whole, names))
            case A.IsUndeterminable():
                return ("undeterminable", self.expr(node.fact, names))
            case A.Required():
                ground = names.get(node.ground_var, ("ground",)) if node.ground_var else None
                return ("required", tuple(sorted(node.grounds)), ground, self.expr(node.entity, names))
            case A.Holds():
                return ("holds", self._id(node.provision), node.clause, self.expr(node.entity, names))
            case A.Offered():
                return ("offered", self.expr(node.authorization, names), self.expr(node.entity, names))
            case A.Lookup():
                return ("lookup", node.table, node.column, tuple(self.expr(k, names) for k in node.keys))
            case A.Named():
                return ("named", self.expr(node.cell, names), self.expr(node.entity, names))
            case A.InNamed():
                return ("in named", self.expr(node.item, names), self.expr(node.cell, names))
            case A.JudgementRef():
                return ("judgement", node.name)
            case A.RangeLit():
                return ("range", node.low_closed, node.high_closed, self.expr(node.low, names), self.expr(node.high, names))
            case _:
                raise TypeError(f"{type(node).__name__} has no normal form")

    def _each(self, node: A.Quant | A.Collect | A.Fold, names: Names) -> tuple[Form, Form]:
        return self.expr(node.source, names), self.expr(node.body, {**names, node.var: ("v", len(names))})

    def _comparison(self, node: A.Cmp, names: Names) -> Form:
        left, right = self.expr(node.left, names), self.expr(node.right, names)
        if node.op in (">", ">="):
            return ("<" if node.op == ">" else "<=", right, left)
        if node.op in ("<", "<="):
            return (node.op, left, right)
        equal = self._equal(node, left, right)
        return equal if node.op == "=" else negation(equal)

    def _equal(self, node: A.Cmp, left: Form, right: Form) -> Form:
        if node.left.type.base == "none" or node.right.type.base == "none":
            return ("absent", right if node.left.type.base == "none" else left)
        if isinstance(node.left, A.Percent) or isinstance(node.right, A.Percent):
            return ("=", *ordered((left, right)))
        if left[0] == "lit" and right[0] != "lit":
            left, right = right, left
        if right[0] == "lit" and left[0] != "lit":
            return ("in", left, ("set", (right,)))
        return ("=", *ordered((left, right)))

    def _membership(self, node: A.In, names: Names) -> Form:
        item = self.expr(node.item, names)
        if isinstance(node.target, A.RangeLit):
            low, high = self.expr(node.target.low, names), self.expr(node.target.high, names)
            above = ("<=" if node.target.low_closed else "<", low, item)
            below = ("<=" if node.target.high_closed else "<", item, high)
            return conjunction((above, below))
        return ("in", item, self.expr(node.target, names))

    def _choice(self, node: A.If, names: Names) -> Form:
        test, then, other = (self.expr(x, names) for x in (node.test, node.then, node.other))
        if then == other:
            return then
        if node.type.base == "boolean" and not node.type.many:
            if other == FALSE:
                return conjunction((test, then))
            if then == TRUE:
                return disjunction((test, other))
        return ("if", test, then, other)

    def _set(self, node: A.SetLit | A.ListRef, names: Names) -> Form:
        if isinstance(node, A.ListRef):
            return ("set", ordered({literal(m) for m in self.data.members(node.id)}))
        members = ordered({self.expr(i, names) for i in node.items})
        return ("set" if of_the_law(node) and all(m[0] == "lit" for m in members) else "facts", members)

    def _define(self, node: A.Define, names: Names) -> Form:
        definition = self.data.packs.definitions[node.id]
        entity = self.expr(node.entity, names)
        if node.id in self._open:  # loading refuses circles; this only keeps a mistake from being an endless one
            return ("define", node.id, entity)
        self._open.append(node.id)
        # the inner variables are numbered from where the term is used, so a term and its text come to the same
        outer = list(names.values())
        if definition.of and entity in outer:
            outer.remove(entity)
        inner: dict[str, Form] = {f" {n}": form for n, form in enumerate(outer)}
        if definition.of:
            inner[definition.var] = entity
        written = self.expr(definition.condition.expr, inner)
        self._open.pop()
        return (
            ("term", entity if definition.of else ("root",), definition.stated_as, written) if definition.stated_as else written
        )


def _above(body: Clause | None, clause: Clause) -> list[Clause]:
    """The clauses in which a clause stands, the outermost first."""
    if body is None or body is clause:
        return []
    for child in body.children:
        if any(c is clause for c in child.walk()):
            return [body, *_above(child, clause)]
    return []


_NAMED: WeakKeyDictionary[Ruleset, frozenset[tuple[str, str]]] = WeakKeyDictionary()


def named_clauses(rules: Ruleset) -> frozenset[tuple[str, str]]:
    """(provision, address) of every clause that something else of the law names: what names it depends on its place."""
    found = _NAMED.get(rules)
    if found is None:
        found = _NAMED[rules] = _named_by(_parts(rules))
    return found


def named_alike(old: Ruleset, new: Ruleset, same: frozenset[str]) -> None:
    """Note what is named on the new side, where the packs of `same` say what they say on the old: they are read once."""
    common = _named_by(p for p in _parts(old) if p.pack in same)
    for rules in (old, new):
        if rules not in _NAMED:
            _NAMED[rules] = common | _named_by(p for p in _parts(rules) if p.pack not in same)


def _parts(rules: Ruleset) -> Iterator[Provision | Definition]:
    yield from rules.provisions.values()
    yield from rules.packs.definitions.values()


def _named_by(every: Iterable[Provision | Definition]) -> frozenset[tuple[str, str]]:
    from exportcheck.rulepack.visit import expressions

    found: set[tuple[str, str]] = set()
    for of in every:
        found |= {(n.provision, n.clause) for n in expressions(of) if isinstance(n, A.Holds) and n.clause}
        if isinstance(of, Definition):
            continue
        for clause in of.clauses():
            name, mark, part = clause.target.partition("#")
            if mark:
                found.add((name, part))
        if of.limits is not None:
            found |= {(s.target, s.clause) for s in of.limits.spares if s.clause}
            found |= {(o.partition("#")[0], o.partition("#")[2]) for o in of.limits.only if "#" in o}
    return frozenset(found)
