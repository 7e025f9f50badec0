"""Small changes of provisions and definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from exportcheck.condition import ast as A
from exportcheck.condition.types import BOOLEAN
from exportcheck.errors import Span
from exportcheck.mutation.expressions import changes
from exportcheck.mutation.mutant import Kind, Mutant
from exportcheck.rulepack.model import ALWAYS, Clause, Condition, Definition, Period, Provision

DAY = timedelta(days=1)
Families = Mapping[str, str]
"""The family of each ground."""
Rebuild = Callable[[Clause], Clause]
"""The whole tree with another clause in the place of one."""


def mutants_of_definition(definition: Definition) -> Iterator[Mutant]:
    """Changes of its expression."""
    for kind, words, span, changed in _of_condition(definition.condition, negate=definition.type == BOOLEAN):
        yield Mutant(kind, definition, "", span, words, _maker(definition, condition=changed))


def mutants_of_provision(provision: Provision, families: Families) -> Iterator[Mutant]:
    """Changes of its dates, its gate, what it acts on, and its clauses. Grounds are lifted, and dropped, by family."""

    def mutant(kind: Kind, words: str, span: Span, **parts: Any) -> Mutant:
        return Mutant(kind, provision, "", span, words, _maker(provision, **parts))

    for words, periods in _shifted(provision.periods):
        yield mutant("date", words, provision.span, periods=periods)
    if provision.gate is not None:
        for kind, words, span, changed in _of_condition(provision.gate):
            yield mutant(kind, f"applies_when: {words}", span, gate=changed)
        if provision.body is not None:
            yield mutant("exception", "applies_when dropped", provision.gate.span, gate=None)
    for name, left in _fewer(provision.lifts, families):
        yield mutant("effect", f"{name} no longer lifted", provision.span, lifts=left)
    for n, name in enumerate(provision.overrides):
        yield mutant("exception", f"{name} no longer overridden", provision.span, overrides=_without(provision.overrides, n))
    yield from _of_limits(provision)
    if provision.body is not None:
        yield from _of_clause(provision, provision.body, lambda changed: changed, families)


def _of_limits(provision: Provision) -> Iterator[Mutant]:
    limits = provision.limits
    if limits is None:
        return
    for n, spare in enumerate(limits.spares):
        left = replace(limits, spares=_without(limits.spares, n))
        name = f"{spare.target}#{spare.clause}" if spare.clause else spare.target
        yield Mutant("exception", provision, "", provision.span, f"{name} no longer spared", _maker(provision, limits=left))
    if len(limits.only) > 1:
        for n, name in enumerate(limits.only):
            left = replace(limits, only=_without(limits.only, n))
            yield Mutant("effect", provision, "", provision.span, f"{name} no longer limited", _maker(provision, limits=left))


def _of_clause(provision: Provision, clause: Clause, rebuild: Rebuild, families: Families) -> Iterator[Mutant]:
    def mutant(kind: Kind, words: str, span: Span, changed: Clause) -> Mutant:
        return Mutant(kind, provision, clause.address, span, words, lambda: replace(provision, body=rebuild(changed)))

    for words, periods in _shifted(clause.periods):
        yield mutant("date", words, clause.span, replace(clause, periods=periods))
    for name in ("when", "false_when"):
        condition = getattr(clause, name)
        if condition is not None and clause.form != "not_modelled":
            for kind, words, span, changed in _of_condition(condition):
                yield mutant(kind, words, span, replace(clause, **{name: changed}))  # type: ignore[arg-type]
    for kind, words, changed_clause in _of_form(clause, families):
        yield mutant(kind, words, clause.span, changed_clause)
    if clause.rows is not None and clause.rows.when is not None:
        for kind, words, _, expr in changes(clause.rows.when):
            yield mutant(kind, f"rows: {words}", clause.span, replace(clause, rows=replace(clause.rows, when=expr)))
    if clause.source is not None and clause.source.where is not None:
        for kind, words, _, expr in changes(clause.source.where):
            source = replace(clause.source, where=expr)
            yield mutant(kind, f"members: {words}", clause.span, replace(clause, source=source))
    for n, child in enumerate(clause.children):
        # `c` and `i` are bound here: the clause is rebuilt after the loop went on
        yield from _of_clause(
            provision,
            child,
            lambda changed, c=clause, i=n: rebuild(replace(c, children=(*c.children[:i], changed, *c.children[i + 1 :]))),  # type: ignore[misc]
            families,
        )


SWAPPED = {
    "all_of": "any_of",
    "any_of": "all_of",
    "none_of": "any_of",
    "each": "some",
    "some": "each",
    "holds": "holds_not",
    "holds_not": "holds",
}


def _of_form(clause: Clause, families: Families) -> Iterator[tuple[Kind, str, Clause]]:
    other = SWAPPED.get(clause.form)
    alone = clause.form in ("all_of", "any_of") and len(clause.children) < 2
    if other is not None and not alone:
        kind: Kind = "negation" if clause.form in ("none_of", "holds", "holds_not") else "logic"
        yield kind, f"{clause.form} changed to {other}", replace(clause, form=other)
    if clause.form == "each":
        yield "exception", f"or_none changed to {str(not clause.or_none).lower()}", replace(clause, or_none=not clause.or_none)
    if clause.form in ("all_of", "any_of", "none_of") and len(clause.children) > 1:
        for n, child in enumerate(clause.children):
            kind = "exception" if clause.form != "all_of" or child.form == "none_of" else "logic"
            yield kind, f"clause {child.address} dropped", replace(clause, children=_without(clause.children, n))
    for name, left in _fewer(clause.lifts, families):
        yield "effect", f"{name} no longer lifted", replace(clause, lifts=left)


def _of_condition(condition: Condition, *, negate: bool = True) -> Iterator[tuple[Kind, str, Span, Condition]]:
    expr = condition.expr
    if isinstance(expr, A.Lit) and isinstance(expr.value, bool):
        return  # true by being written so: nothing of the law in it
    if negate and not isinstance(expr, A.Not):
        yield "negation", "negated", condition.span, replace(condition, expr=A.Not(expr.at, BOOLEAN, expr))
    for kind, words, at, changed in changes(expr):
        if words.startswith("part "):  # the text says it better than the number
            words = f"{_short(condition.text[at[0] : at[1]])} dropped"
        yield kind, words, _span(condition, at), replace(condition, expr=changed)


def _short(text: str) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= 60 else clean[:57] + "..."


def _span(condition: Condition, at: A.At) -> Span:
    """Where in the file a part of a condition stands: exact where the condition stands on one line."""
    span = condition.span
    where = span.text.find(condition.text, max(0, span.column - 1)) if span.text else -1
    if where < 0:
        return span
    return replace(span, column=where + 1 + at[0], length=max(1, at[1] - at[0]))


def _fewer(lifts: tuple[str, ...], families: Families) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The grounds lifted without those of one family."""
    named = dict.fromkeys(families.get(ground, ground) for ground in lifts)
    for name in named if len(named) > 1 else ():
        yield name, tuple(ground for ground in lifts if families.get(ground, ground) != name)


def _shifted(periods: tuple[Period, ...]) -> Iterator[tuple[str, tuple[Period, ...]]]:
    """The periods with one end moved by a day."""
    if periods == ALWAYS:
        return
    for n, period in enumerate(periods):
        for name, day in (("from", period.start), ("to", period.end)):
            if day is not None:
                for moved in (day - DAY, day + DAY):
                    key = {"from": "start", "to": "end"}[name]
                    changed = replace(period, **{key: moved})  # type: ignore[arg-type]
                    yield f"{name} {day} changed to {moved}", (*periods[:n], changed, *periods[n + 1 :])


def _without(items: tuple[Any, ...], n: int) -> tuple[Any, ...]:
    return items[:n] + items[n + 1 :]


def _maker(part: Any, **parts: Any) -> Callable[[], Any]:
    return lambda: replace(part, **parts)
