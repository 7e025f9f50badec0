"""Which provisions and definitions read a definition, list, figure or table, however far."""

from __future__ import annotations

from collections.abc import Mapping

from exportcheck.condition import ast as A
from exportcheck.mutation.mutant import Part
from exportcheck.rulepack.model import Definition, Packs, Provision
from exportcheck.rulepack.visit import expressions


class Readers:
    """Who reads what, from the nearest on. Provisions are not read through: their own cases name them."""

    def __init__(self, packs: Packs) -> None:
        self._by: dict[tuple[str, str], set[tuple[str, str]]] = {}
        everything: tuple[Provision | Definition, ...] = (*packs.provisions, *packs.definitions.values())
        for of in everything:
            me = ("provision" if isinstance(of, Provision) else "definition", of.id)
            for node in expressions(of):
                match node:
                    case A.Define():
                        self._reads(me, "definition", node.id)
                    case A.ListRef():
                        self._reads(me, "list", node.id)
                    case A.Param():
                        self._reads(me, "parameter", node.id)
                    case A.Lookup():
                        self._reads(me, "table", node.table)
            for clause in of.clauses() if isinstance(of, Provision) else ():
                if clause.rows is not None:
                    self._reads(me, "table", clause.rows.table)
        for x in packs.lists.values():
            for name in x.union:
                self._reads(("list", x.id), "list", name)
        for table in packs.tables.values():
            for column, what in table.names.items():
                for name in {str(row[column]) for row in table.rows}:
                    self._reads(("table", table.id), what, name)

    def _reads(self, me: tuple[str, str], kind: str, name: str) -> None:
        self._by.setdefault((kind, name), set()).add(me)

    def of(self, part: Part) -> Mapping[str, int]:
        """The ids of provisions and definitions that read the part, each with how many steps away; a provision itself: 0."""
        start = (_kind(part), part.id)
        steps = {start: 0}
        queue = [start]
        for here in queue:
            for reader in sorted(self._by.get(here, ())):
                if reader not in steps:
                    steps[reader] = steps[here] + 1
                    queue.append(reader)
        return {name: n for (kind, name), n in steps.items() if kind in ("provision", "definition")}


def _kind(part: Part) -> str:
    return {"Provision": "provision", "Definition": "definition", "DatedList": "list", "Parameter": "parameter"}.get(
        type(part).__name__, "table"
    )
