"""EC101 to EC103: conditions that are always or never true, said twice, or implied by what stands beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from exportcheck.condition import ast as A
from exportcheck.lint.encode import Names, shape
from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.formula import FALSE, TRUE, Formula, conjunction, disjunction
from exportcheck.lint.logic import Space
from exportcheck.lint.states import ANY
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.model import Clause, Condition, Definition, Provision
from exportcheck.rulepack.visit import children, walk


@dataclass(frozen=True, slots=True)
class Place:
    """A condition where it stands: of which provision or definition, in which clause, with which variables."""

    of: Provision | Definition
    condition: Condition
    names: Names
    clause: str = ""
    role: str = "condition"


def places(of: Provision | Definition) -> Iterator[Place]:
    """Every boolean condition of a provision or definition."""
    if isinstance(of, Definition):
        if of.type.base == "boolean" and not of.type.many:
            yield Place(of, of.condition, {})
        return
    if of.gate is not None:
        yield Place(of, of.gate, {}, role="gate")
    for step in (*of.steps, *(s for c in of.clauses() for s in c.steps)):
        for condition in (step.applies_when, step.done_when):
            if condition is not None:
                yield Place(of, condition, {}, role="step")
    for spare in of.limits.spares if of.limits is not None else ():
        if spare.when is not None:
            yield Place(of, spare.when, {}, role="spare")
    if of.body is not None:
        yield from _in_clause(of, of.body, {})


def _in_clause(of: Provision, clause: Clause, names: Names) -> Iterator[Place]:
    for condition in (clause.when, clause.false_when):
        if condition is not None:
            yield Place(of, condition, names, clause.address)
    if clause.rows is not None and clause.rows.when is not None:
        rows = Condition(clause.rows.when, clause.rows.text.partition(", when ")[2], clause.span)
        yield Place(of, rows, {**names, clause.rows.var: "^row"}, clause.address, "rows")
    inner = {**names, clause.var: f"^{len(names)}"} if clause.source is not None else names
    for child in clause.children:
        yield from _in_clause(of, child, inner)


def constant(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC101: conditions that no facts can make true, or none false."""
    known: dict[Hashable, bool | None] = {}  # the conditions of a list's entries are often alike
    for of in subject.everything:
        for place in places(of):
            if isinstance(place.condition.expr, A.Lit):
                continue  # written so on purpose
            said = shape(place.condition.expr, place.names)
            if said not in known:
                known[said] = _never(subject, subject.encoder.condition(place.condition, place.names))
            truth = known[said]
            if truth is None or (truth and place.role == "gate"):  # that is EC104
                continue
            if not truth and any(_asks_whether_stated(n) for n in walk(place.condition.expr)):
                continue  # unknown until it is stated, which is what it is for
            what = "can never be true" if truth else "can never be false"
            message = f"{_what(place)} {what}: {_short(place.condition.text)}"
            yield rule.found(place.condition.span, message, of.id, of.pack, place.clause)


def _never(subject: Subject, formula: Formula) -> bool | None:
    """The truth that a formula never has; None if it can have either."""
    if formula.op == "atom" and formula.atom is not None:
        answers = {row[0] for row in subject.states.rows([formula.atom])} if formula.atom.fact is not None else {ANY}
        return None if ANY in answers or {True, False} <= answers else True not in answers
    space = subject.space(formula)
    return next((truth for truth in (True, False) if space.never(formula, truth)), None)


def _asks_whether_stated(node: A.Expr) -> bool:
    """Is it `x = none or x != none`, which is unknown until x is stated, and true then?"""
    if not isinstance(node, A.Or):
        return False
    asked = {i.op: shape(i.left, {}) for i in node.items if isinstance(i, A.Cmp) and i.right.type.base == "none"}
    return "=" in asked and asked["="] == asked.get("!=")


def repeated(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC102: the same thing said twice within one `and`, `or`, all_of, any_of or none_of."""
    for of in subject.everything:
        for place in places(of):
            for items, names in _junctions(place.condition.expr, place.names):
                seen: set[Hashable] = set()
                for item in items:
                    said = shape(item, names)
                    if said in seen:
                        what = _short(place.condition.text[item.at[0] : item.at[1]])
                        message = f"{_what(place)} says the same twice: {what}"
                        yield rule.found(place.condition.span, message, of.id, of.pack, place.clause)
                    seen.add(said)
        if isinstance(of, Provision):
            for clause, names in _walk(of):
                yield from _repeated_clauses(rule, subject, of, clause, names)


def _repeated_clauses(rule: Rule, subject: Subject, of: Provision, clause: Clause, names: Names) -> Iterable[Finding]:
    if clause.form not in ("all_of", "any_of", "none_of"):
        return
    seen: dict[Hashable, Clause] = {}
    for child in clause.children:
        if child.lifts:
            continue  # an alternative of its own, whatever it says
        first = seen.setdefault(subject.encoder.said(child, names), child)
        if first is not child:
            message = f"clause {child.address} says what {first.address} says beside it"
            yield rule.found(child.span, message, of.id, of.pack, child.address)


def implied(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC103: what can be left out without any outcome being another."""
    for of in subject.everything:
        for place in places(of):
            for node, names in _junction_nodes(place.condition.expr, place.names):
                yield from _implied_items(rule, subject, place, node, names)
        if isinstance(of, Provision):
            yield from _implied_clauses(rule, subject, of)


def _implied_items(rule: Rule, subject: Subject, place: Place, node: A.And | A.Or, names: Names) -> Iterable[Finding]:
    formulas = [subject.encoder.expression(i, names) for i in node.items]
    shared = _shared(formulas)
    if not any(shared):
        return
    space = subject.space(*formulas)
    join = conjunction if isinstance(node, A.And) else disjunction
    said = [shape(i, names) for i in node.items]
    for n, item in enumerate(node.items):
        if not shared[n] or isinstance(item, A.Lit) or said[n] in said[:n] or said[n] in said[n + 1 :]:
            continue
        if space.never(formulas[n], True) or space.never(formulas[n], False):
            continue
        others = formulas[:n] + formulas[n + 1 :]
        if space.same(join(formulas), join(others)):
            text = place.condition.text
            by = next((o for m, o in enumerate(node.items) if m != n and _enough(space, join, formulas[n], formulas[m])), None)
            because = f"implied by {_short(text[by.at[0] : by.at[1]])}" if by is not None else "implied by the rest"
            message = f"{_what(place)} would say the same without {_short(text[item.at[0] : item.at[1]])}, {because}"
            yield rule.found(place.condition.span, message, place.of.id, place.of.pack, place.clause)
            return  # one at a time: the second may be what makes the first needless


def _enough(space: Space, join: Callable[[Sequence[Formula]], Formula], item: Formula, other: Formula) -> bool:
    return space.same(join([item, other]), other)


def _implied_clauses(rule: Rule, subject: Subject, of: Provision) -> Iterable[Finding]:
    if of.body is None:
        return
    own_gate, body = subject.encoder.gate(of), subject.encoder.clause(of.body, {})
    if of.gate is not None and not own_gate.names.isdisjoint(body.names):
        space = subject.space(own_gate, body)
        if not space.never(own_gate, True) and space.same(conjunction([own_gate, body]), body):
            message = "applies_when never matters: the clauses imply it"
            yield rule.found(of.gate.span, message, of.id, of.pack)
    for root, names, gate in _roots(subject, of):
        encoder = subject.encoder
        counts: Counter[Hashable] = Counter(gate.names)
        leaves = [c for c in _own(root) if not c.children or c.source is not None]
        for leaf in leaves:
            counts.update(encoder.clause(leaf, names).names)
        inner: Space | None = None
        stack: list[tuple[Clause, Mapping[int, Formula | None]]] = [(root, {})]
        while stack:
            clause, above = stack.pop()
            if clause.form not in ("all_of", "any_of", "none_of"):
                continue
            for child in clause.children:
                path = {**above, id(clause): None}
                formula = encoder.clause(child, names)
                inside: Counter[Hashable] = Counter()
                for leaf in (c for c in _own(child) if not c.children or c.source is not None):
                    inside.update(encoder.clause(leaf, names).names)
                if not any(counts[name] > number for name, number in inside.items()):
                    stack.append((child, path))
                    continue
                space = inner = inner or subject.space(gate, *(encoder.clause(c, names) for c in _own(root)))
                neutral = TRUE if clause.form == "all_of" else FALSE
                whole = conjunction([gate, encoder.clause(root, names, path)])
                without = conjunction([gate, encoder.clause(root, names, {**path, id(child): neutral})])
                kept = child.lifts or child.steps or child.form == "not_modelled"
                if kept or space.never(formula, True) or space.never(formula, False) or not space.same(whole, without):
                    stack.append((child, path))
                    continue
                by = _sibling(subject, space, clause, child, names, gate)
                message = f"clause {child.address} never matters: the outcome is the same without it, {by}"
                yield rule.found(child.span, message, of.id, of.pack, child.address)


def _sibling(subject: Subject, space: Space, parent: Clause, child: Clause, names: Names, gate: Formula) -> str:
    """What makes the clause needless, if one thing alone does."""
    formula = subject.encoder.clause(child, names)
    join = conjunction if parent.form == "all_of" else disjunction
    if parent.form == "all_of" and space.same(conjunction([gate, formula]), gate):
        return "implied by the gate"
    for other in parent.children:
        beside = subject.encoder.clause(other, names)
        if other is not child and space.same(join([formula, beside]), beside):
            return f"implied by {other.address}"
    return "implied by the rest"


def _roots(subject: Subject, of: Provision) -> Iterator[tuple[Clause, Names, Formula]]:
    """The clause tree with its gate, and what is said of each member of a list, which is a tree of its own."""
    assert of.body is not None
    yield of.body, {}, subject.encoder.gate(of)
    for clause, names in _walk(of):
        if clause.source is not None:
            yield clause.children[0], {**names, clause.var: f"^{len(names)}"}, TRUE


def _own(clause: Clause) -> Iterator[Clause]:
    """The clause and those below it, not what is said of members."""
    yield clause
    if clause.source is None:
        for child in clause.children:
            yield from _own(child)


def _walk(of: Provision) -> Iterator[tuple[Clause, Names]]:
    """Every clause with the variables in it."""
    stack: list[tuple[Clause, Names]] = [(of.body, {})] if of.body is not None else []
    while stack:
        clause, names = stack.pop()
        yield clause, names
        inner = {**names, clause.var: f"^{len(names)}"} if clause.source is not None else names
        stack += [(c, inner) for c in clause.children]


def _junction_nodes(node: A.Expr, names: Names) -> Iterator[tuple[A.And | A.Or, Names]]:
    """Every `and` and `or` of an expression."""
    if isinstance(node, A.And | A.Or):
        yield node, names
    bound = node.var if isinstance(node, A.Quant | A.Collect | A.Fold) else node.member if isinstance(node, A.Entities) else ""
    inner = {**names, bound: f"^{len(names)}"} if bound else names
    for child in children(node):
        yield from _junction_nodes(child, names if isinstance(child, A.Entities) else inner)


def _junctions(node: A.Expr, names: Names) -> Iterator[tuple[tuple[A.Expr, ...], Names]]:
    for found, inner in _junction_nodes(node, names):
        yield found.items, inner


def _shared(formulas: Sequence[Formula]) -> list[bool]:
    """Of each: does it ask about something that another asks about?"""
    names = [f.names for f in formulas]
    counts = Counter(name for group in names for name in group)
    return [not group or any(counts[name] > 1 for name in group) for group in names]


def _what(place: Place) -> str:
    if place.clause:
        return f"the condition of clause {place.clause}"
    return {"gate": "applies_when", "step": "the condition of a step", "spare": "the condition of what is spared"}.get(
        place.role, "the condition"
    )


def _short(text: str) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= 90 else clean[:87] + "..."
