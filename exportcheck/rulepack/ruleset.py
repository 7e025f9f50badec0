"""The law of one day: which texts are in force, lists, figures and table rows as of that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Any

from exportcheck.condition.ast import Expr, GroundVar, Required
from exportcheck.condition.evaluate import Compiler
from exportcheck.condition.sets import place_is
from exportcheck.rulepack.model import ALWAYS, Clause, Definition, Packs, Period, Provision, Table
from exportcheck.rulepack.paragraphs import Paragraphs
from exportcheck.rulepack.visit import expressions
from exportcheck.values import UNKNOWN, Classification

MOST_UNCERTAIN = 4
"""Uncertain clauses of one provision that are tried with and without; beyond, all of them together."""


class TableSlice:
    """The rows of a table that are in force on a day, indexed by key and by the first part of their path."""

    def __init__(self, table: Table, day: date) -> None:
        self.table = table
        self.rows = [r for r in table.rows if row_covers(r, day)]
        self._values: dict[tuple[str, str], frozenset[str]] = {}
        self._eq: dict[tuple[str, ...], dict[tuple[object, ...], list[Mapping[str, object]]]] = {}

    @cached_property
    def by_key(self) -> dict[tuple[object, ...], Mapping[str, object]]:
        return {tuple(r[k] for k in self.table.keys): r for r in self.rows}

    def rows_for(self, columns: tuple[str, ...], values: tuple[object, ...], root: str) -> list[Mapping[str, object]]:
        """The rows whose path begins with `root` and whose columns have these values."""
        index = self._eq.get(columns)
        if index is None:
            index = {}
            for row in self.rows:
                path = row[self.table.path_column]
                if isinstance(path, Classification):
                    index.setdefault((path.path[0], *(row[c] for c in columns)), []).append(row)
            self._eq[columns] = index
        return index.get((root, *values), [])

    def values_for(self, column: str, root: str) -> frozenset[str]:
        """The values of a column in the rows whose path begins with `root`."""
        if (column, root) not in self._values:
            rows = self.rows_for((), (), root)
            self._values[column, root] = frozenset(str(r[column]) for r in rows)
        return self._values[column, root]

    @cached_property
    def roots(self) -> frozenset[str]:
        """The first parts of every path that the table's key or path column knows."""
        column = self.table.path_column or self.table.keys[0]
        return frozenset(v.path[0] for r in self.rows if isinstance(v := r[column], Classification))

    def may_have(self, path: tuple[str, ...]) -> bool:
        """May a list whose paragraphs this table holds have the path? True of any other table."""
        if not self.table.paths_of:
            return True
        found = self._may_have.get(path)
        if found is None:
            found = self._may_have[path] = self.paragraphs.missing(path) is None
        return found

    @cached_property
    def _may_have(self) -> dict[tuple[str, ...], bool]:
        return {}

    @cached_property
    def paragraphs(self) -> Paragraphs:
        return Paragraphs([(self.table, self.rows)])


def row_covers(row: Mapping[str, object], day: date) -> bool:
    start, end = row.get("from"), row.get("to")
    return not (isinstance(start, date) and day < start) and not (isinstance(end, date) and day > end)


class Ruleset:
    """The packs as of one day. Evaluators read this and nothing else of the law."""

    def __init__(self, packs: Packs, day: date, compiler: Compiler) -> None:
        self.packs = packs
        self.day = day
        self.compiled = compiler
        self.provisions: dict[str, Provision] = {}
        self.variants: dict[str, tuple[Clause | None, ...]] = {}
        self.shared: dict[object, Any] = compiler.shared
        for provision in packs.provisions:
            period = in_force(provision.periods, day)
            if period is None or period.status == "stayed":
                continue
            self._add(provision, period.status == "uncertain")
        self.parts: dict[str, object] = {}  # filled by the engine: the parts of each exemption
        self.programs: dict[tuple[str, frozenset[str]], object] = {}  # and the conclusion program of each pack
        self._lists: dict[str, frozenset[object]] = {}
        self._tables: dict[str, TableSlice] = {}

    def _add(self, provision: Provision, uncertain: bool) -> None:
        dated = self._dated(provision) if provision.clause_periods else []
        if dated and provision.body is not None:
            # days on which the same clauses stand share one text, and all that is made of it
            key = (id(provision), tuple([in_force(c.periods, self.day) for c in dated]))
            known = self.shared.get(key)
            if known is None:
                trees = prune(provision.body, self.day)
                known = self.shared[key] = (replace(provision, body=trees[0]), trees, provision)
            if len(known[1]) > 1:
                self.variants[provision.id] = known[1]
            provision = known[0]
        if uncertain:
            self.uncertain = self.uncertain | {provision.id}
        self.provisions[provision.id] = provision

    def _dated(self, provision: Provision) -> list[Clause]:
        """The clauses of a provision that are not always in force."""
        key = ("dated", id(provision))
        known: tuple[list[Clause], Provision] | None = self.shared.get(key)
        if known is None:
            known = self.shared[key] = ([c for c in provision.clauses() if c.periods != ALWAYS], provision)
        return known[0]

    @cached_property
    def texts(self) -> dict[str, tuple[int, ...]]:
        """Of each pack, what tells apart the texts from which its verdict is concluded: its own, and those of others that limit,
        override or raise something of it."""
        found: dict[str, list[int]] = {id_: [] for id_ in self.packs.packs}
        for provision in self.provisions.values():
            if provision.limits is not None or provision.overrides:
                reached = set(found)
            else:
                reached = {provision.pack, *(self.packs.grounds[g].pack for g in provision.grounds)}
            for pack in reached:
                found[pack].append(id(provision))
        return {pack: tuple(ids) for pack, ids in found.items()}

    uncertain: frozenset[str] = frozenset()
    """Provisions whose own period is uncertain: they may or may not be law, so they are unknown where they would matter."""

    @cached_property
    def by_pack(self) -> dict[str, list[Provision]]:
        found: dict[str, list[Provision]] = {id_: [] for id_ in self.packs.packs}
        for provision in self.provisions.values():
            found[provision.pack].append(provision)
        return found

    def of_kind(self, pack: str, *kinds: str) -> list[Provision]:
        return self._of_kind[pack, kinds] if (pack, kinds) in self._of_kind else self._kinds(pack, kinds)

    @cached_property
    def _of_kind(self) -> dict[tuple[str, tuple[str, ...]], list[Provision]]:
        return {}

    def _kinds(self, pack: str, kinds: tuple[str, ...]) -> list[Provision]:
        found = [p for p in self.by_pack[pack] if p.kind in kinds]
        self._of_kind[pack, kinds] = found
        return found

    @cached_property
    def raising(self) -> dict[str, list[Provision]]:
        """Requirements, and listings that name a ground, by the ground that they raise."""
        found: dict[str, list[Provision]] = {}
        for provision in self.provisions.values():
            if provision.kind in ("requirement", "listing"):
                for ground in provision.grounds:
                    found.setdefault(ground, []).append(provision)
        return found

    @cached_property
    def attested(self) -> dict[str, dict[str, list[Definition]]]:
        """The terms that a person may attest, of each pack by the kind of entity that they are said of."""
        found: dict[str, dict[str, list[Definition]]] = {id_: {} for id_ in self.packs.packs}
        for definition in self.packs.definitions.values():
            if definition.stated_as:
                kinds = ("item", "component") if definition.of == "article" else (definition.of or "transaction",)
                for kind in kinds:
                    found[definition.pack].setdefault(kind, []).append(definition)
        return found

    @cached_property
    def limiting(self) -> tuple[Provision, ...]:
        """The provisions that limit exemptions, of every pack."""
        return tuple(p for p in self.provisions.values() if p.limits is not None)

    @cached_property
    def conflicts(self) -> list[Provision]:
        """The provisions that say when facts contradict each other, of every pack."""
        return [p for p in self.provisions.values() if p.kind == "conflict"]

    def clause(self, provision: Provision, address: str) -> Clause | None:
        """The clause of an address where it is asked once; None where it is asked of each member of a list, or there is none."""
        key = ("once", id(provision.body))
        known: tuple[dict[str, Clause], Clause | None] | None = self.shared.get(key)
        if known is None:
            found: dict[str, Clause] = {}
            stack = [provision.body] if provision.body is not None else []
            while stack:
                clause = stack.pop()
                if found.setdefault(clause.address, clause) is not clause:
                    raise ValueError(f"{provision.id} has two clauses {clause.address}")
                if clause.form not in ("each", "some"):
                    stack.extend(clause.children)
            known = self.shared[key] = (found, provision.body)
        return known[0].get(address)

    def row_tables(self, provision: Provision) -> tuple[tuple[str, str, Expr], ...]:
        """(table, column, path) of every `rows` that compares a column with the provision's ground; none if the ground is
        read in any other way."""
        found = self._row_tables.get(provision.id)
        if found is None:
            found = self._row_tables[provision.id] = _row_tables(provision)
        return found

    @cached_property
    def _row_tables(self) -> dict[str, tuple[tuple[str, str, Expr], ...]]:
        return {}

    # what conditions read

    def members(self, list_id: str) -> frozenset[object]:
        found = self._lists.get(list_id)
        if found is None:
            declared = self.packs.lists[list_id]
            own = {
                m.value
                for m in declared.members
                if (m.start is None or m.start <= self.day) and (m.end is None or self.day <= m.end)
            }
            found = frozenset(own).union(*(self.members(u) for u in declared.union))
            self._lists[list_id] = found
        return found

    def parameter(self, id: str) -> Decimal | None:
        value = None
        for start, figure in self.packs.parameters[id].values:
            if start <= self.day:
                value = figure
        return value

    def table(self, id: str) -> TableSlice:
        found = self._tables.get(id)
        if found is None:
            found = self._tables[id] = TableSlice(self.packs.tables[id], self.day)
        return found

    def look_up(self, table: str, keys: tuple[object, ...], column: str) -> object:
        rows = self.table(table)
        row = rows.by_key.get(keys)
        if row is None:
            return self._coarser(rows, keys, column)
        value = row[column]
        return UNKNOWN if value is None else value

    def _coarser(self, rows: TableSlice, keys: tuple[object, ...], column: str) -> object:
        """A place stated by region takes its country's row, unless the region has rows of its own."""
        for n, key in enumerate(keys):
            if isinstance(key, str) and "-" in key and rows.table.columns[rows.table.keys[n]].base == "place":
                row = rows.by_key.get((*keys[:n], key.partition("-")[0], *keys[n + 1 :]))
                if row is not None and place_is(key, key.partition("-")[0]):
                    return row[column] if row[column] is not None else UNKNOWN
        return UNKNOWN

    def is_leaf(self, classification: Classification) -> bool:
        return classification in self._leaves

    @cached_property
    def _leaves(self) -> frozenset[Classification]:
        leaves: set[Classification] = set()
        for table in self.packs.tables.values():
            if not table.paths_of:
                continue
            column = table.path_column or table.keys[0]
            complete = table.complete_column
            paths = {r[column] for r in self.table(table.id).rows if not complete or r[complete] == "yes"}
            parents = {
                Classification(p.scheme, p.path[:n])
                for p in paths
                if isinstance(p, Classification)
                for n in range(1, len(p.path))
            }
            leaves |= {p for p in paths - parents if isinstance(p, Classification)}
        return frozenset(leaves)


def _row_tables(provision: Provision) -> tuple[tuple[str, str, Expr], ...]:
    found = []
    compared = 0
    for clause in provision.clauses():
        for column, value in clause.rows.where if clause.rows is not None else ():
            if isinstance(value, GroundVar) and clause.rows is not None:
                found.append((clause.rows.table, column, clause.rows.path))
                compared += 1
    read = sum(isinstance(n, GroundVar) or (isinstance(n, Required) and bool(n.ground_var)) for n in expressions(provision))
    return tuple(found) if compared == read else ()


def in_force(periods: Sequence[Period], day: date) -> Period | None:
    return next((p for p in periods if p.covers(day)), None)


def prune(clause: Clause, day: date) -> tuple[Clause | None, ...]:
    """The tree of a day, in every variant in which its uncertain clauses stand or fall."""
    uncertain = [c for c in clause.walk() if (p := in_force(c.periods, day)) is not None and p.status == "uncertain"]
    if not uncertain:
        return (_pruned(clause, day, frozenset()),)
    ids = [id(c) for c in uncertain]
    if len(ids) > MOST_UNCERTAIN:
        return (_pruned(clause, day, frozenset()), _pruned(clause, day, frozenset(ids)))
    combinations = product((True, False), repeat=len(ids))
    return tuple(
        _pruned(clause, day, frozenset(i for i, keep in zip(ids, kept, strict=True) if not keep)) for kept in combinations
    )


def _pruned(clause: Clause, day: date, dropped: frozenset[int]) -> Clause | None:
    period = in_force(clause.periods, day)
    if period is None or period.status == "stayed" or id(clause) in dropped:
        return None
    if not clause.children or not any(c.dated or id(c) in dropped for c in clause.children):
        return clause
    children = tuple(c for child in clause.children if (c := _pruned(child, day, dropped)) is not None)
    return replace(clause, children=children) if children else None


def boundaries(packs: Packs) -> list[date]:
    """Every day on which some part of the law starts, or is first no longer in force, in order."""
    from datetime import timedelta

    days: set[date] = set()

    def add(start: date | None, end: date | None) -> None:
        if start is not None:
            days.add(start)
        if end is not None:
            days.add(end + timedelta(days=1))

    for provision in packs.provisions:
        for period in (*provision.periods, *provision.clause_periods):
            add(period.start, period.end)
    for x in packs.lists.values():
        for member in x.members:
            add(member.start, member.end)
    for parameter in packs.parameters.values():
        days.update(day for day, _ in parameter.values)
    for table in packs.tables.values():
        days.update(table.boundaries)
    return sorted(days)
