"""What reads what: which provisions a change can reach, so that nothing else need be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from exportcheck.condition import ast as A
from exportcheck.rulepack.model import Definition, Provision
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.rulepack.visit import expressions

BEARING = frozenset({"scope", "requirement", "prohibition", "exemption", "limitation", "listing", "conflict"})
"""Kinds that can bear on a verdict by themselves; a derivation only where one of these reads it."""


class Reach:
    """The readers of everything, under the law of one day. Ids of provisions, definitions, lists, figures and tables."""

    def __init__(self, rules: Ruleset) -> None:
        self.rules = rules

    @cached_property
    def readers(self) -> dict[str, tuple[str, ...]]:
        """By id, what reads it directly."""
        found: dict[str, dict[str, None]] = {}
        packs = self.rules.packs
        every: list[Provision | Definition] = [*self.rules.provisions.values(), *packs.definitions.values()]
        for of in every:
            for name in self._reads(of):
                found.setdefault(name, {})[of.id] = None
        for declared in packs.lists.values():
            for name in declared.union:
                found.setdefault(name, {})[declared.id] = None
        for provision in self.rules.provisions.values():
            for name in provision.overrides:  # what it forbids or limits turns on what overrides it
                found.setdefault(provision.id, {})[name.partition("#")[0]] = None
            if provision.limits is not None:
                for exemption in self._limited(provision):
                    found.setdefault(provision.id, {})[exemption.id] = None
        return {name: tuple(ids) for name, ids in found.items()}

    def of(self, ids: Iterable[str]) -> dict[str, int]:
        """Everything that these reach, themselves included, with how many steps away; the nearest first."""
        found = dict.fromkeys(ids, 0)
        queue = list(found)
        while queue:
            name = queue.pop(0)
            for reader in self.readers.get(name, ()):
                if reader not in found:
                    found[reader] = found[name] + 1
                    queue.append(reader)
        return found

    def bearing(self, ids: Iterable[str]) -> list[Provision]:
        """The provisions among what these reach that can bear on a verdict, the nearest first."""
        reached = self.of(ids)
        provisions = self.rules.provisions
        return [provisions[i] for i in sorted(reached, key=reached.__getitem__) if i in provisions and _bears(provisions[i])]

    def _reads(self, of: Provision | Definition) -> Iterator[str]:
        for node in expressions(of):
            match node:
                case A.Define() | A.ListRef() | A.Param():
                    yield node.id
                case A.Holds():
                    yield node.provision
                case A.Lookup():
                    yield from self._table(node.table)
                case A.Under() | A.UnderAll():
                    yield from self._paths
                case A.Required():
                    grounds = node.grounds or (of.grounds if isinstance(of, Provision) else ())
                    for ground in grounds:
                        yield from (p.id for p in self.rules.raising.get(ground, ()))
        if isinstance(of, Definition):
            return
        for clause in of.clauses():
            if clause.target:
                yield clause.target.partition("#")[0]
            if clause.rows is not None:
                yield from self._table(clause.rows.table)
                yield from self._paths

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        """The tables that list the paragraphs there are: by them it is known which classification goes no deeper."""
        return tuple(t.id for t in self.rules.packs.tables.values() if t.paths_of)

    def _table(self, id_: str) -> tuple[str, ...]:
        """A table, the one by which it is known what is listed at all, and the terms and lists that its cells name."""
        found = self._tables.get(id_)
        if found is None:
            packs = self.rules.packs
            table = packs.tables[id_]
            texts = [c for c, t in table.columns.items() if t.base in ("text", "enum") and not t.many]
            cells = {str(r[c]) for c in texts for r in table.rows if isinstance(r[c], str)}
            named = sorted(n for n in cells if n in packs.definitions or n in packs.lists)
            found = self._tables[id_] = (id_, *((table.known,) if table.known else ()), *named)
        return found

    @cached_property
    def _tables(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _limited(self, limitation: Provision) -> Iterator[Provision]:
        limits = limitation.limits
        assert limits is not None
        only = {o.partition("#")[0] for o in limits.only}
        if limits.all_of_pack:
            yield from self.rules.of_kind(limits.all_of_pack, "exemption")
        for name in only:
            if name in self.rules.provisions:
                yield self.rules.provisions[name]


def _bears(provision: Provision) -> bool:
    return provision.kind in BEARING
