"""Conditions over columns: logic by arrays, everything else by its normative meaning, once for each distinct set of operands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, cast

import numpy as np

from exportcheck.batch.columns import (
    FALSE,
    TRUE,
    UNKNOWN,
    Coded,
    Flags,
    Index,
    Interner,
    Truths,
    alike,
    always,
    coded,
    compact,
    k_and,
    k_not,
    k_or,
    number_of,
    of_codes,
    tuples,
)
from exportcheck.batch.figures import MOST, Figures, against, as_percent, compared, computed, of_coded
from exportcheck.batch.operations import Meanings
from exportcheck.batch.sites import Rows, Site
from exportcheck.batch.slots import Member, Owner, with_owner
from exportcheck.batch.tables import Slice
from exportcheck.condition import ast as A
from exportcheck.condition.evaluate_logic import TURNED
from exportcheck.rulepack.visit import walk
from exportcheck.transaction.model import EntityList, Fact
from exportcheck.values import UNDETERMINABLE

Column = Truths | Coded


class Decider(Protocol):
    """What conditions ask of the engine, for all entities of a level at once."""

    def outcome(self, provision: str, clause: str, kind: str) -> Truths: ...
    def required(self, ground: str, kind: str) -> Truths: ...
    def defined(self, definition: str, kind: str) -> Column: ...
    def offered(self, authorizations: Index, kind: str, entities: Index) -> Truths: ...
    def judged(self, name: str) -> Truths: ...


class Reader:
    """Reads conditions over one slice. Each expression is read once for the outermost rows that it needs."""

    def __init__(self, slice_: Slice, meanings: Meanings, engine: Decider) -> None:
        self.slice = slice_
        self.meanings = meanings
        self.shapes = meanings.shapes
        self.engine = engine
        self._known: dict[tuple[int, int, tuple[object, ...]], tuple[Rows, Column]] = {}
        self._facts: dict[tuple[str, str, object, str], Column] = {}
        self._figures: dict[tuple[int, int, tuple[object, ...]], tuple[Rows, Figures]] = {}
        self._bearing: dict[tuple[int, tuple[object, ...]], list[tuple[Rows, Flags]]] = {}
        self._compact: dict[int, tuple[Coded, Index, Index]] = {}
        self._odd: dict[int, tuple[Figures, Index, Coded, tuple[Truths, Truths]]] = {}

    def release(self) -> None:
        """Let go of what was read."""
        self._known.clear()
        self._facts.clear()
        self._figures.clear()
        self._bearing.clear()

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

    def read(self) -> Iterator[tuple[int, Rows, tuple[object, ...], Column, bool]]:
        """Everything that was read: the number of the expression, its rows, what was the same in all of them, and the column.

        Last, whether it is the column of a number by itself: that says True where the number is known for certain.
        """
        for (shape, _, constants), (rows, column) in self._known.items():
            yield shape, rows, constants, column, False
        for (shape, _, constants), (rows, figures) in self._figures.items():
            rest = figures.rest
            codes = np.where(figures.exact, 0, rest.codes + 1)
            yield shape, rows, constants, Coded(codes, (True, *rest.values)), True

    def bears(self, when: A.Expr, site: Site, fits: Flags) -> None:
        """Remember in which rows a condition of a table's row bears on what is decided: where the stated path may be under it."""
        for node in walk(when):
            key = (self.shapes.number(node), self._constants(node, site))
            if key[1]:
                self._bearing.setdefault(key, []).append((site.rows, fits))

    def bearing(self, shape: int, rows: Rows, constants: tuple[object, ...]) -> Flags | None:
        """Where what was read bears on what is decided; None where that is not restricted."""
        noted = self._bearing.get((shape, constants))
        if noted is None:
            return None
        found = np.zeros(rows.size, np.bool_)
        for at, fits in noted:
            place = rows.within_rows(at)
            if place is not None:
                found |= fits[place]
        return found

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
                return column if place is self.slice.every(kind) else _at(column, place)
            case A.IsUndeterminable():
                kind, place = site.rows.entity(node.fact.var)
                stated = self.slice.levels[kind].fact(node.fact.name)
                return of_codes(stated, _undeterminable)[place]
            case A.Cmp() if any(isinstance(side, A.Percent) or side.type.numeric for side in (node.left, node.right)):
                return self._compared(node, site)
            case A.Quant():
                return self._quantified(node, site)
            case A.Collect() | A.Fold():
                return self._over_members(node, node.source, self.coded(node.body, self._below(node, site)), site)
            case A.Count() if isinstance(node.source, A.Entities):
                return self._over_members(node, node.source, None, site)
            case A.JudgementRef():
                return self.engine.judged(node.name)[site.rows.entity("")[1]]
            case A.Required() | A.Holds() | A.Define() | A.Named() | A.Offered():
                return self._decided(node, site)
            case _:
                return self._gathered(node, site)

    def _value(self, node: A.Expr, site: Site) -> object:
        """What is the same in all rows."""
        return self.meanings.operation(node, [])(self.meanings.env(site.constants))

    def _same(self, node: A.Expr, site: Site) -> Column:
        value = self._value(node, site)
        if _is_truth(node):
            return always(cast("bool | None", value), site.size)
        return Coded(np.broadcast_to(np.zeros(1, np.int64), site.size), (value,))  # without room for each row

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
        run, env = self.meanings.operation(node, []), self.meanings.env({})
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

    def _below(self, node: A.Collect | A.Fold | A.Quant, site: Site) -> Site:
        return site.at(site.rows.below(node.source.var, node.source.name, node.var))

    def _over_members(
        self, node: A.Collect | A.Fold | A.Count, source: A.Entities, body: Coded | None, site: Site, only: Flags | None = None
    ) -> Coded:
        """By the distinct sets of members: of each, whether it passes the filter and what the body gives for it.

        With `only`, of these rows alone, and `body` of their members alone.
        """
        members = site.rows.members(source.var, source.name)
        is_in = self.is_in(source, site)
        if is_in is None:
            is_in = always(True, len(members.rows))
        counts, complete = members.counts, members.complete
        if only is not None:
            is_in, counts, complete = is_in[only[members.rows]], counts[only], complete[only]
        columns = [Coded(is_in.astype(np.int64), (False, None, True))]
        if body is not None:  # of those left out nothing is read
            columns.append(Coded(np.where(is_in == FALSE, 0, body.codes), body.values))
        run, env = self.meanings.over_members(node, source), self.meanings.env(site.constants)
        number = Interner()
        result, starts = np.zeros(len(counts), np.int64), np.cumsum(counts) - counts
        codes, distinct = tuples(columns) if len(is_in) else (np.zeros(0, np.int64), [])
        things = [Member(*values) for values in cast("list[tuple[Any, ...]]", distinct)]
        for count in np.unique(counts).tolist():
            rows = np.flatnonzero(counts == count)
            sets = codes[starts[rows][:, None] + np.arange(count)]
            sets.sort(axis=1)
            groups, which = alike(np.column_stack((complete[rows].astype(np.int64), sets)), len(things) + 2)
            values = []
            for is_complete, *found in groups:
                listed = EntityList(cast(Any, tuple([things[n] for n in found])), bool(is_complete))
                with_owner(env, source.var, Owner(lists={source.name: listed}))
                values.append(number(run(env)))
            result[rows] = np.array(values, np.int64)[which]
        return Coded(result, number.values)

    # numbers

    def figures(self, node: A.Expr, site: Site) -> Figures:
        """The column of a number."""
        key = (self.shapes.number(node), id(site.rows), self._constants(node, site))
        found = self._figures.get(key)
        if found is None:
            found = self._figures[key] = (site.rows, self._read_figures(node, site))
        return found[1]

    def _read_figures(self, node: A.Expr, site: Site) -> Figures:
        rows = site.rows
        if rows.outer is not None and rows.var not in self.shapes.free(node):
            return self.figures(node, site.at(rows.outer)).take(rows.within)
        if not self.meanings.constant(node):
            match node:
                case A.Arith() if node.type.numeric:
                    return self._computed(node, site)
                case A.Fold() if node.fn == "sum":
                    return self._summed(node, site)
        return of_coded(self.coded(node, site))

    def _computed(self, node: A.Arith, site: Site) -> Figures:
        left, right = self.figures(node.left, site), self.figures(node.right, site)
        exact, found = left.exact & right.exact, computed(node.op, left, right)
        if found is None:
            return of_coded(self.coded(node, site))
        sides = {id(node.left): left, id(node.right): right}
        return _partly(exact, *found, self._looked_up_where(node, sides, ~exact, site))

    def _summed(self, node: A.Fold, site: Site) -> Figures:
        members = site.rows.members(node.source.var, node.source.name)
        body = self.figures(node.body, self._below(node, site))
        is_in = self.is_in(node.source, site)
        counted = np.ones(len(members.rows), np.bool_) if is_in is None else is_in == TRUE
        known = (body.exact & counted) if is_in is None else (body.exact & counted) | (is_in == FALSE)
        exact = members.complete & (members.least(np.where(known, np.int8(TRUE), np.int8(FALSE))) == TRUE)
        if body.most * int(members.counts.max(initial=0)) >= MOST:
            exact = np.zeros_like(exact)
        total = members.sum(np.where(counted & exact[members.rows], body.whole, 0))
        rest = None
        if not exact.all():
            mine = np.flatnonzero(~exact[members.rows])
            rest = self._over_members(node, node.source, body.coded(mine), site, only=~exact)
        return _partly(exact, total, body.decimals, rest)

    def _compared(self, node: A.Cmp, site: Site) -> Truths:
        if isinstance(node.left, A.Percent):
            percent, limit, op = node.left, node.right, node.op
        elif isinstance(node.right, A.Percent):
            percent, limit, op = node.right, node.left, TURNED.get(node.op, node.op)
        elif node.left.type.numeric and node.right.type.numeric:
            limited = self._limited(node, site)
            if limited is not None:
                return limited
            left, right = self.figures(node.left, site), self.figures(node.right, site)
            sides = {id(node.left): left, id(node.right): right}
            return self._settled(node, sides, compared(node.op, left, right), left.exact & right.exact, site)
        else:
            return cast(Truths, self._gathered(node, site))
        part, whole, most = (self.figures(n, site) for n in (percent.part, percent.whole, limit))
        sides = {id(percent.part): part, id(percent.whole): whole, id(limit): most}
        products = as_percent(part, whole, most)
        if products is None:
            return self._settled(node, sides, None, part.exact, site)
        return self._settled(node, sides, compared(op, *products[:2]), products[2], site)

    def _limited(self, node: A.Cmp, site: Site) -> Truths | None:
        """The comparison with a number that is the same in all rows; None where it is not so simple."""
        if self.meanings.constant(node.left) or not self.meanings.constant(node.right):
            return None
        left = self.figures(node.left, site)
        truths = against(node.op, left, self._value(node.right, site))
        if truths is None or id(left) in self._odd:
            odd = self._odd.get(id(left))
        else:
            rows = np.flatnonzero(~left.exact)
            known = (left.exact.view(np.int8) << 1, (~left.exact).view(np.int8))
            odd = self._odd[id(left)] = (left, rows, left.coded(rows), known)
        if truths is None or odd is None:
            return None
        _, rows, column, (exact, unknown) = odd
        if not len(rows):
            return truths
        # what is not exact is unknown, most often all of it
        np.bitwise_or(np.bitwise_and(truths, exact, out=truths), unknown, out=truths)
        rest = self._each(node, column, site)
        if (rest != UNKNOWN).any():
            codes, _ = self._distinct(column)
            truths[rows] = rest[codes]
        return truths

    def _settled(self, node: A.Cmp, sides: dict[int, Figures], truths: Truths | None, exact: Flags, site: Site) -> Truths:
        """The comparison where it could be made, looked up elsewhere."""
        if truths is None:
            truths, exact = always(None, site.size), np.zeros(site.size, np.bool_)
        rest = self._looked_up_where(node, sides, ~exact, site)
        if rest is not None:
            truths[~exact] = rest.truths()
        return truths

    def _looked_up_where(self, node: A.Expr, sides: dict[int, Figures], where: Flags, site: Site) -> Coded | None:
        rows = np.flatnonzero(where)
        if not len(rows):
            return None
        return self._looked_up(node, [sides[id(o)].coded(rows) for o in self.meanings.operands(node)], site)

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
        if not site.size:
            return always(None, 0) if _is_truth(node) else Coded(np.zeros(0, np.int64), ())
        operands = [self.coded(o, site) for o in self.meanings.operands(node)]
        if len(operands) == 1 and _is_truth(node):
            codes, _ = self._distinct(operands[0])
            return self._each(node, operands[0], site)[codes]
        column = self._looked_up(node, operands, site)
        return column.truths() if _is_truth(node) else column

    def _distinct(self, column: Coded) -> tuple[Index, Index]:
        """`columns.compact`, once for each column."""
        found = self._compact.get(id(column))
        if found is None:
            found = self._compact[id(column)] = (column, *compact(column.codes, len(column.values)))
        return found[1:]

    def _each(self, node: A.Expr, column: Coded, site: Site) -> Truths:
        """The truth of an operation for each value that occurs in its one operand."""
        _, distinct = self._distinct(column)
        run, env = self.meanings.operation(node, list(self.meanings.operands(node))), self.meanings.env(site.constants)
        known = self.meanings.results(node, self._constants(node, site), len(distinct))
        found = np.empty(len(distinct), np.int8)
        for n, code in enumerate(distinct.tolist()):
            values = (column.values[code],)
            if values not in known:
                env.slots = values
                known[values] = run(env)
            found[n] = number_of(cast("bool | None", known[values]))
        return found

    def _looked_up(self, node: A.Expr, operands: Sequence[Coded], site: Site) -> Coded:
        run, env = self.meanings.operation(node, list(self.meanings.operands(node))), self.meanings.env(site.constants)
        codes, distinct = tuples(operands)
        number, places = Interner(), []
        known = self.meanings.results(node, self._constants(node, site), len(distinct))
        for values in distinct:
            if values not in known:
                env.slots = values
                known[values] = run(env)
            places.append(number(known[values]))
        return Coded(np.array(places, np.int64)[codes], number.values)


def _partly(exact: Flags, whole: Index, decimals: int, rest: Coded | None) -> Figures:
    """Figures that are exact in some rows; `rest` is of the others alone."""
    codes = np.zeros(len(exact), np.int64)
    if rest is None:
        return Figures(exact, whole, decimals, Coded(codes, (None,)))
    codes[~exact] = rest.codes
    return Figures(exact, np.where(exact, whole, 0), decimals, Coded(codes, rest.values))


def _undeterminable(fact: object) -> bool | None:
    return None if fact is None else cast(Fact, fact).value is UNDETERMINABLE


def _is_truth(node: A.Expr) -> bool:
    return node.type.base == "boolean" and not node.type.many


def _at(column: Column, place: Index) -> Column:
    return column.take(place) if isinstance(column, Coded) else column[place]
