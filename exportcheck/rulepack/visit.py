"""Walking over the checked form: every expression, and everything that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from exportcheck.condition import ast as A
from exportcheck.rulepack.model import Clause, Condition, Definition, Provision

PARTS = {
    cls: tuple(f.name for f in fields(cls) if f.name not in ("at", "type"))
    for cls in vars(A).values()
    if isinstance(cls, type) and issubclass(cls, A.Expr)
}


def children(node: A.Expr) -> Iterator[A.Expr]:
    """The expressions directly inside an expression."""
    for name in PARTS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, A.Expr):
            yield value
        elif isinstance(value, tuple):
            yield from (v for v in value if isinstance(v, A.Expr))


def walk(node: A.Expr) -> Iterator[A.Expr]:
    """An expression and all inside it."""
    yield node
    for child in children(node):
        yield from walk(child)


def clause_expressions(clause: Clause) -> Iterator[A.Expr]:
    """The expressions of one clause, not of its children."""
    if clause.when is not None:
        yield clause.when.expr
    if clause.false_when is not None:
        yield clause.false_when.expr
    if clause.source is not None:
        yield clause.source
    if clause.entity is not None:
        yield clause.entity
    if clause.rows is not None:
        yield clause.rows.path
        yield from (value for _, value in clause.rows.where)
        if clause.rows.when is not None:
            yield clause.rows.when
    for step in clause.steps:
        yield from (c.expr for c in (step.done_when, step.applies_when) if c is not None)


def conditions(provision: Provision) -> Iterator[Condition]:
    """The conditions outside the clause tree: gate, spares, steps."""
    if provision.gate is not None:
        yield provision.gate
    if provision.limits is not None:
        yield from (s.when for s in provision.limits.spares if s.when is not None)
    for step in provision.steps:
        yield from (c for c in (step.done_when, step.applies_when) if c is not None)


def expressions(of: Provision | Definition) -> Iterator[A.Expr]:
    """Every expression of a provision or definition, with all inside."""
    if isinstance(of, Definition):
        yield from walk(of.condition.expr)
        return
    for condition in conditions(of):
        yield from walk(condition.expr)
    for clause in of.clauses():
        for expression in clause_expressions(clause):
            yield from walk(expression)
