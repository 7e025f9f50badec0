"""Which parts of a clause made it what it is: the false ones of a conjunction, all of a disjunction that fails."""

from __future__ import annotations

from exportcheck.engine.clauses import Node


def bearing(node: Node) -> list[Node]:
    """The parts on which the truth of a clause rests. Of several that would each do alone, the first."""
    form, truth = node.clause.form, node.truth
    if truth is None:
        return [c for c in node.children if c.truth is None or c.is_in is None]
    if form in ("each", "some"):
        return [c for c in node.children if c.truth is truth]
    if form == "none_of":
        truth = not truth
    decisive = form in ("any_of", "none_of")  # the truth that one part gives to the whole
    same = [c for c in node.children if c.truth is truth]
    return same[:1] if truth is decisive else same


def deciding_clause(node: Node | None) -> str:
    """The address of the deepest clause that makes a tree what it is by itself; empty where none has an address."""
    address = ""
    while node is not None:
        address = node.clause.address or address
        parts = bearing(node)
        node = parts[0] if len(parts) == 1 and node.clause.form not in ("each", "some") else None
    return address
