"""The clause that makes a tree what it is by itself: `engine.bearing.deciding_clause`, of every row."""

from __future__ import annotations

import numpy as np

from exportcheck.batch.clauses import ClauseReader
from exportcheck.batch.columns import FALSE, TRUE, UNKNOWN, Flags, Index, Interner
from exportcheck.batch.outcomes import Decided
from exportcheck.batch.sites import Site
from exportcheck.rulepack.model import Clause


def addresses(clauses: ClauseReader, decided: Decided, texts: Interner) -> Index:
    """The address of the provision, or of its clause, that decided on every entity of a level; `texts` numbers them."""
    provision, ground = decided.provision, decided.ground
    name = provision.id + (f"@{ground.partition('/')[2]}" if ground else "")
    found = np.full(decided.site.size, texts(name), np.int64)
    if provision.body is None:
        return found
    deepest = _deepest(clauses, provision.body, decided.site, name, texts, found)
    return np.where(decided.gate != FALSE, deepest, found)


def _deepest(clauses: ClauseReader, clause: Clause, site: Site, name: str, texts: Interner, above: Index) -> Index:
    here = np.full(site.size, texts(f"{name}#{clause.address}"), np.int64) if clause.address else above
    if clause.form not in ("all_of", "any_of", "none_of"):
        return here
    truth = clauses.truths(clause, site)
    of_parts = [clauses.truths(c, site) for c in clause.children]
    sought = truth if clause.form != "none_of" else np.where(truth == UNKNOWN, truth, np.int8(TRUE) - truth)
    decisive = np.int8(FALSE if clause.form == "all_of" else TRUE)
    alike = np.stack([part == sought for part in of_parts])
    number = alike.sum(axis=0)
    # of several that would each do alone, the first
    goes_on: Flags = (number == 1) | ((number > 1) & (sought == decisive))
    first = np.where(goes_on, alike.argmax(axis=0), -1)
    result = here
    for n, child in enumerate(clause.children):
        chosen = first == n
        if chosen.any():
            result = np.where(chosen, _deepest(clauses, child, site, name, texts, here), result)
    return result
