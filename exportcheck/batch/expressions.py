"""Conditions over columns: logic by arrays, everything else by its normative meaning, once for each distinct set of operands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, cast

import numpy as np

from exportcheck.batch.columns import (
    FALSE,
    TRUE,
    UNKNOWN,
    Coded,
    Index,
    Interner,
    Truths,
    always,
    coded,
    compact,
    k_and,
    k_not,
    k_or,
    of_codes,
    tuples,
)
from exportcheck.batch.shapes import Shapes
from exportcheck.batch.sites import Site
from exportcheck.batch.slots import Member, Owner, SlotCompiler, SlotEnv, giving, passing, slot, with_owner
from exportcheck.batch.tables import Slice
from exportcheck.condition import ast as A
from exportcheck.condition.environment import Rules, Run
from exportcheck.rulepack.visit import children, walk
from exportcheck.transaction.model import EntityList, Fact
from exportcheck.values import UNDETERMINABLE
from exportcheck.vocabulary.model import Vocabulary

Column = Truths | Coded

ENGINE = (A.Required, A.Holds, A.Define, A.Named, A.Offered, A.JudgementRef)
"""What the engine decides."""

KEPT = 10_000
"""Results of one operation that are kept from slice to slice."""


class Decider(Protocol):
    """What conditions ask of the engine, for all entities of a level at once."""

    def outcome(self, provision: str, clause: str, kind: str) -> Truths: ...
    def required(self, ground: str, kind: str) -> Truths: ...
    def defined(self, definition: str, kind: str) -> Column: ...
    def offered(self, authorizations: Index, kind: str, entities: Index) -> Truths: ...
    def judged(self, name: str) -> Truths: ...


class Meanings:
    """Operations compiled with their operands replaced, and what they came to: kept from slice to slice."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        self.vocabulary = vocabulary
        self.rules = rules
        self.shapes = Shapes()
        self._compiled: dict[int, tuple[A.Expr, Run]] = {}
        self._results: dict[tuple[int, tuple[object, ...]], dict[tuple[object, ...], object]] = {}

    def results(self, node: A.Expr, constants: tuple[object, ...], distinct: int) -> dict[tuple[object, ...], object]:
        """What an operation came to, by its operands. What has too many of them to be met again is not kept."""
        if distinct > KEPT:
            return {}
        found = self._results.setdefault((self.shapes.number(node), constants), {})
        if len(found) > KEPT:
            found.clear()
        return found

    def env(self, constants: Any) -> SlotEnv:
        return SlotEnv(self.rules, dict(constants))

    def operation(self, node: A.Expr, operands: list[A.Expr]) -> Run:
        return self._kept(node, {id(o): slot(n) for n, o in enumerate(operands)})

    def over_members(self, node: A.Collect | A.Fold | A.Count, source: A.Entities) -> Run:
        slots = {} if source.where is None else {id(source.where): passing(source.member)}
        if not isinstance(node, A.Count):
            slots[id(node.body)] = giving(node.var)
        return self._kept(node, slots)

    def _kept(self, node: A.Expr, slots: dict[int, Run]) -> Run:
        found = self._compiled.get(id(node))
        if found is None:
            found = self._compiled[id(node)] = (node, SlotCompiler(self.vocabulary, slots)(node))
        return found[1]

    def constant(self, node: A.Expr) -> bool:
        """Is it the same for every row, once the constants are known?"""
        return not self.shapes.free(node) and not any(isinstance(n, ENGINE) for n in walk(node))

    def operands(self, node: A.Expr) -> Iterator[A.Expr]:
        """What an operation is applied to, without what is the same for every row."""
        for child in children(node):
            if isinstance(child, A.SetLit | A.RangeLit | A.Percent):
                yield from self.operands(child)
            elif not self.constant(child):
                yield child


class Reader:
    """Reads conditions over one slice. Each expression is read once for the outermost rows that it needs."""

    def __init__(self, slice_: Slice, meanings: Meanings, engine: Decider) -> None:
        self.slice = slice_
        self.meanings = meanings
        self.shapes = meanings.shapes
        self.engine = engine
        self._known: dict[tuple[int, int, tuple[object, ...]], tuple[object, Column]] = {}
        self._facts: dict[tuple[str, str, object, str], Column] = {}

    def truths(self, node: A.Expr, site: Site) -> Truths:
        """The column of a condition."""
        found = self(node, site)
        return found.truths() if isinstance(found, Coded) else found

    def coded(self, node: A.Expr, site: Site) -> Coded:
        return coded(self(node, site))

    def __call__(self, node: A.Expr, site: Site) -> Column:
        """The column of an expression at a site."""
        rows = site.rows
        key = (self.shapes.number(node), id(rows), self._constants(node, site))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (rows, self._read(node, site))  # the rows are kept, so that their id stays theirs
        return found[1]

    def _constants(self, node: A.Expr, site: Site) -> tuple[object, ...]:
        """What an expression reads of what is the same in all rows."""
        return tuple(
            site.constants[var][column] if column else site.constants[var] for var, column in self.shapes.constants(node)
        )

    def _read(self, node: A.Expr, site: Site) -> Column:
        if self.meanings.constant(node):
            return self._same(node, site)
        rows = site.rows
        if rows.outer is not None and rows.var not in self.shapes.free(node):
            return _at(self(node, site.at(rows.outer)), rows.within)
        match node:
            case A.Not():
                return k_not(self.truths(node.item, site))
            case A.And():
                return k_and([self.truths(i, site) for i in node.items])
            case A.Or():
                return k_or([self.truths(i, site) for i in node.items])
            case A.If() if node.type.base == "boolean" and not node.type.many:
                return self._choice(node, site)
            case A.Fact():
                kind, place = site.rows.entity(node.var)
                column = self._fact(node, kind)
                return column.take(place) if isinstance(column, Coded) else column[place]
            case A.IsUndeterminable():
                kind, place = site.rows.entity(node.fact.var)
                stated = self.slice.levels[kind].fact(node.fact.name)
                return of_codes(stated, _undeterminable)[place]
            case A.Quant():
                return self._quantified(node, site)
            case A.Collect() | A.Fold():
                return self._over_members(node, node.source, node.body, site)
            case A.Count() if isinstance(node.source, A.Entities):
                return self._over_members(node, node.source, None, site)
            case A.JudgementRef():
                return self.engine.judged(node.name)[site.rows.entity("")[1]]
            case A.Required() | A.Holds() | A.Define() | A.Named() | A.Offered():
                return self._decided(node, site)
            case _:
                return self._gathered(node, site)

    def _same(self, node: A.Expr, site: Site) -> Column:
        value = self.meanings.operation(node, [])(self.meanings.env(site.constants))
        if _is_truth(node):
            return always(value, site.size)
        return Coded(np.zeros(site.size, np.int64), (value,))

    def _choice(self, node: A.If, site: Site) -> Truths:
        test, then, other = (self.truths(n, site) for n in (node.test, node.then, node.other))
        unsettled = np.where(then == other, then, np.int8(UNKNOWN))
        return np.where(test == TRUE, then, np.where(test == FALSE, other, unsettled))

    # facts

    def _fact(self, node: A.Fact, kind: str) -> Column:
        """The column of a fact on its level."""
        key = (kind, node.name, node.type, node.kind)
        found = self._facts.get(key)
        if found is None:
            found = self._facts[key] = self._stated(node, self.slice.levels[kind].fact(node.name))
        return found

    def _stated(self, node: A.Fact, stated: Coded) -> Column:
        run, env = SlotCompiler(self.meanings.vocabulary, {})(node), self.meanings.env({})
        number, places = Interner(), []
        for fact in stated.values:
            with_owner(env, node.var, Owner(facts={} if fact is None else {node.name: cast(Fact, fact)}))
            places.append(number(run(env)))
        column = Coded(np.array(places, np.int64)[stated.codes], number.values)
        return column.truths() if _is_truth(node) else column

    # lists of things

    def is_in(self, source: A.Entities, site: Site) -> Truths | None:
        """Whether each member of a list passes its filter; None where there is none."""
        if source.where is None:
            return None
        return self.truths(source.where, site.at(site.rows.below(source.var, source.name, source.member)))

    def _quantified(self, node: A.Quant, site: Site) -> Truths:
        members = site.rows.members(node.source.var, node.source.name)
        holds = self.truths(node.body, site.at(site.rows.below(node.source.var, node.source.name, node.var)))
        is_in = self.is_in(node.source, site)
        if is_in is None:
            is_in = always(True, len(holds))
        return members.some(is_in, holds) if node.kind == "some" else members.each(is_in, holds)

    def _over_members(self, node: A.Collect | A.Fold | A.Count, source: A.Entities, body: A.Expr | None, site: Site) -> Coded:
        """By the distinct sets of members: of each, whether it passes the filter and what the body gives for it."""
        members = site.rows.members(source.var, source.name)
        is_in = self.is_in(source, site)
        if is_in is None:
            is_in = always(True, len(members.rows))
        columns = [Coded(is_in.astype(np.int64), (False, None, True))]
        if body is not None:
            assert isinstance(node, A.Collect | A.Fold)
            given = self.coded(body, site.at(site.rows.below(source.var, source.name, node.var)))
            columns.append(Coded(np.where(is_in == FALSE, 0, given.codes), given.values))  # of those left out nothing is read
        run, env = self.meanings.over_members(node, source), self.meanings.env(site.constants)
        number = Interner()
        result = np.zeros(site.size, np.int64)
        if len(members.rows):
            codes, distinct = tuples(columns)
        else:
            codes, distinct = np.zeros(0, np.int64), []
        things = [Member(*values) for values in cast("list[tuple[Any, ...]]", distinct)]
        for count in np.unique(members.counts).tolist():
            rows = np.flatnonzero(members.counts == count)
            sets = codes[members.starts[rows][:, None] + np.arange(count)]
            sets.sort(axis=1)
            groups, alike = _alike(np.column_stack((members.complete[rows].astype(np.int64), sets)), len(things) + 2)
            values = []
            for complete, *found in groups:
                listed = EntityList(cast(Any, tuple([things[n] for n in found])), bool(complete))
                with_owner(env, source.var, Owner(lists={source.name: listed}))
                values.append(number(run(env)))
            result[rows] = np.array(values, np.int64)[alike]
        return Coded(result, number.values)

    # what the engine decides

    def _decided(self, node: A.Required | A.Holds | A.Define | A.Named | A.Offered, site: Site) -> Column:
        assert isinstance(node.entity, A.EntityVar)
        kind, place = site.rows.entity(node.entity.var)
        match node:
            case A.Required():
                grounds = node.grounds or (site.constants[node.ground_var],)
                return k_or([always(False, len(place)), *(self.engine.required(g, kind)[place] for g in grounds)])
            case A.Holds():
                return self.engine.outcome(node.provision, node.clause, kind)[place]
            case A.Define():
                return _at(self.engine.defined(node.id, kind), place)
            case A.Named():
                return self._named(node, site, kind, place)
            case A.Offered():
                assert isinstance(node.authorization, A.EntityVar)
                _, held = site.rows.entity(node.authorization.var)
                return self.engine.offered(held, kind, place)

    def _named(self, node: A.Named, site: Site, kind: str, place: Index) -> Truths:
        name = site.constants[node.cell.var][node.cell.column]
        if name == "always":
            return always(True, len(place))
        if not name or name == "unread":
            return always(None, len(place))
        value = _at(self.engine.defined(name, kind), place)
        return value.truths() if isinstance(value, Coded) else value

    # everything else

    def _gathered(self, node: A.Expr, site: Site) -> Column:
        """An operation, once for each distinct set of operands."""
        operands = list(self.meanings.operands(node))
        run, env = self.meanings.operation(node, operands), self.meanings.env(site.constants)
        if not site.size:
            return always(None, 0) if _is_truth(node) else Coded(np.zeros(0, np.int64), ())
        codes, distinct = tuples([self.coded(o, site) for o in operands])
        number, places = Interner(), []
        known = self.meanings.results(node, self._constants(node, site), len(distinct))
        for values in distinct:
            if values not in known:
                env.slots = values
                known[values] = run(env)
            places.append(number(known[values]))
        column = Coded(np.array(places, np.int64)[codes], number.values)
        return column.truths() if _is_truth(node) else column


def _undeterminable(fact: object) -> bool | None:
    return None if fact is None else cast(Fact, fact).value is UNDETERMINABLE


def _is_truth(node: A.Expr) -> bool:
    return node.type.base == "boolean" and not node.type.many


def _at(column: Column, place: Index) -> Column:
    return column.take(place) if isinstance(column, Coded) else column[place]


def _alike(table: Index, size: int) -> tuple[list[list[int]], Index]:
    """The distinct rows of a table of numbers below `size`, and for each row which of them it is."""
    codes, distinct = compact(table[:, 0], size)
    parts = [distinct]
    for n in range(1, table.shape[1]):
        codes, distinct = compact(codes * size + table[:, n], len(parts[0]) * size)
        before, last = np.divmod(distinct, size)
        parts = [*(p[before] for p in parts), last]
    return np.column_stack(parts).tolist(), codes
