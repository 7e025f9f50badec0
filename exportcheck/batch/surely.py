"""Can a provision hold for certain on any line of a slice? `engine.surely`, of all lines: what is not certain is not followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from exportcheck.batch.columns import TRUE, Flags
from exportcheck.batch.outcomes import ITEM, Outcomes
from exportcheck.batch.sites import Site
from exportcheck.condition.ast import And, Cmp, Expr, Fact, In, Or, Under
from exportcheck.rulepack.model import Clause, Provision

P = TypeVar("P")


def may_hold(outcomes: Outcomes, provision: Provision) -> bool:
    """False where on every line the provision is known not to hold, or is unknown; true where it has to be decided."""
    if provision.for_each not in ("item", "article") or provision.raises is not None:
        return True
    site = outcomes.site(ITEM, provision.var)
    if provision.gate is not None and not _true(outcomes, provision.gate.expr, site).any():
        return False
    return provision.body is None or bool(_clause(outcomes, provision.body, site).any())


def _clause(outcomes: Outcomes, clause: Clause, site: Site) -> Flags:
    if clause.form == "all_of":
        return _every(outcomes, clause.children, site, _clause)
    if clause.form == "any_of":
        return _some(outcomes, clause.children, site, _clause)
    if clause.form in ("when", "true_when") and clause.when is not None:
        return _true(outcomes, clause.when.expr, site)
    if clause.form == "not_modelled":
        return np.zeros(site.size, np.bool_)
    return np.ones(site.size, np.bool_)  # the rest is decided as a whole


def _true(outcomes: Outcomes, expr: Expr, site: Site) -> Flags:
    if isinstance(expr, And):
        return _every(outcomes, expr.items, site, _true)
    if isinstance(expr, Or):
        return _some(outcomes, expr.items, site, _true)
    if _stated_by_nobody(outcomes, expr, site):
        return np.zeros(site.size, np.bool_)
    found: Flags = outcomes.reader.truths(expr, site) == TRUE
    return found


def _every(outcomes: Outcomes, parts: Sequence[P], site: Site, ask: Callable[[Outcomes, P, Site], Flags]) -> Flags:
    found = np.ones(site.size, np.bool_)
    for part in parts:
        found &= ask(outcomes, part, site)
        if not found.any():
            break
    return found


def _some(outcomes: Outcomes, parts: Sequence[P], site: Site, ask: Callable[[Outcomes, P, Site], Flags]) -> Flags:
    found = np.zeros(site.size, np.bool_)
    for part in parts:
        found |= ask(outcomes, part, site)
    return found


def _stated_by_nobody(outcomes: Outcomes, expr: Expr, site: Site) -> bool:
    """Is it asked of a fact that no entity states? Of numbers something may be known all the same."""
    match expr:
        case Fact():
            kind, _ = site.rows.entity(expr.var)
            return not expr.type.numeric and expr.name not in outcomes.slice.levels[kind].facts
        case Cmp():
            return _stated_by_nobody(outcomes, expr.left, site)
        case In():
            return _stated_by_nobody(outcomes, expr.item, site) or _stated_by_nobody(outcomes, expr.target, site)
        case Under():
            return _stated_by_nobody(outcomes, expr.stated, site)
    return False
