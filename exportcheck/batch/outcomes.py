"""Outcomes of provisions on every entity of a slice: what `engine.evaluate` and `engine.parts` decide one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from exportcheck.batch.claims import LineClaims
from exportcheck.batch.clauses import ClauseReader
from exportcheck.batch.columns import (
    FALSE,
    TRUE,
    UNKNOWN,
    Coded,
    Flags,
    Index,
    Truths,
    always,
    k_and,
    k_not,
    k_or,
    of_codes,
)
from exportcheck.batch.expressions import Column, Reader
from exportcheck.batch.operations import Meanings
from exportcheck.batch.rows import RowsReader
from exportcheck.batch.sites import Site, entities, transactions
from exportcheck.batch.tables import ROOT, Slice
from exportcheck.engine.parts import Limit, Part, parts_of
from exportcheck.rulepack.model import Condition, Definition, Provision, Step
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.transaction.model import Fact, Judgement

ITEM, COMPONENT, PARTY = "item", "component", "party"
ARTICLES = (ITEM, COMPONENT)


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """A provision on every entity of a level: gate, and gate and clauses together (`truth`: of an exemption before limits)."""

    provision: Provision
    ground: str
    site: Site
    gate: Truths
    truth: Truths


@dataclass(slots=True)
class Law:
    """A day's law as columns read it: what is kept from slice to slice."""

    rules: Ruleset
    meanings: Meanings = field(init=False)
    rows: RowsReader = field(init=False)

    def __post_init__(self) -> None:
        self.meanings = Meanings(self.rules.packs.vocabulary, self.rules)
        self.rows = RowsReader(self.meanings, self.rules.table)


class Outcomes:
    """One slice under one day's law. Columns are of all entities of a level, and of items where a line is asked for."""

    def __init__(self, slice_: Slice, law: Law) -> None:
        self.slice = slice_
        self.law = law
        self.rules = law.rules
        self.reader = Reader(slice_, law.meanings, self)
        self.clauses = ClauseReader(self.reader, law.rows, self)
        self.claims = LineClaims(slice_)
        self.outermost = transactions(slice_)
        self.conflicts: dict[tuple[str, str], tuple[Definition, Flags]] = {}
        """By definition and level: where what was attested is contradicted by the stated facts."""
        self._sites: dict[tuple[str, str], Site] = {}
        self._decided: dict[tuple[str, str, str], Decided] = {}
        self._on_line: dict[tuple[str, str], Truths] = {}
        self._required: dict[tuple[str, str], Truths] = {}
        self._defined: dict[tuple[str, str], Column] = {}
        self._judged: dict[str, Truths] = {}

    def release(self) -> None:
        """Let go of everything, when nothing more is asked: rows and columns refer to each other, and there are very many."""
        for known in (self._sites, self._decided, self._on_line, self._required, self._defined, self._judged, self.conflicts):
            known.clear()
        self.reader.release()
        self.clauses.release()
        self.slice.levels.clear()

    def site(self, kind: str, var: str) -> Site:
        """Every entity of a level, in a variable; without one, every transaction."""
        found = self._sites.get((kind, var))
        if found is None:
            found = self._sites[kind, var] = Site(entities(self.outermost, kind, var))
        return found

    def size(self, kind: str) -> int:
        return self.slice.levels[kind].size

    def of_transaction(self, column: Truths, kind: str = ITEM) -> Truths:
        """A column of the transactions, for the entities of a level."""
        return column[self.slice.levels[kind].root]

    # provisions

    def decide(self, provision: Provision, kind: str, ground: str = "") -> Decided:
        """A provision on every entity of a level (for a ground that it raises), before limits."""
        key = (provision.id, kind, ground)
        found = self._decided.get(key)
        if found is None:
            found = self._decided[key] = self._decide(provision, kind, ground)
        return found

    def _decide(self, provision: Provision, kind: str, ground: str) -> Decided:
        site = self.site(kind, provision.var)
        if provision.raises is not None:
            site = site.having(provision.raises[0], ground)
        gate = always(True, site.size) if provision.gate is None else self.reader.truths(provision.gate.expr, site)
        truth = gate
        if provision.body is not None:
            body = self.clauses.truths(provision.body, site)
            truth = np.minimum(gate, body)
            for other in self.rules.variants.get(provision.id, ())[1:]:
                apart = other is None or self.clauses.truths(other, site) != body
                truth[apart & (gate != FALSE)] = UNKNOWN
        return Decided(provision, ground, site, gate, self._trusted(provision, gate, truth))

    def _trusted(self, provision: Provision, gate: Truths, truth: Truths) -> Truths:
        """`Evaluation._trusted`, of every row."""
        if provision.id in self.rules.uncertain:
            truth = np.minimum(truth, np.int8(UNKNOWN))
        if provision.trust == "unverified":
            open_ = gate != FALSE
            if _clears(provision):
                open_ = open_ & (truth != FALSE)
            truth = np.where(open_, np.int8(UNKNOWN), truth)
        return truth

    def outcome(self, provision: str, clause: str, kind: str) -> Truths:
        """What `holds` reads: an exemption after limits; a clause by its address. What is not in force does not hold."""
        found = self.rules.provisions.get(provision)
        if found is None:
            return always(False, self.size(kind))
        decided = self.decide(found, kind)
        if clause:
            if found.body is None:
                return np.minimum(decided.gate, np.int8(UNKNOWN))
            there, truths = self.clauses.found(found.body, clause, decided.site)
            return np.minimum(decided.gate, np.where(there, truths, np.int8(UNKNOWN)))
        return self.limited(found, kind) if found.kind == "exemption" else decided.truth

    def on_line(self, provision: Provision, ground: str = "") -> Truths:
        """A provision's outcome as it bears on each item: its own, the transaction's, or that of any party or component."""
        found = self._on_line.get((provision.id, ground))
        if found is None:
            found = self._on_line[provision.id, ground] = self._line(provision, ground)
        return found

    def _line(self, provision: Provision, ground: str) -> Truths:
        each = provision.for_each
        if each in (ITEM, "article"):
            return self.decide(provision, ITEM, ground).truth
        if each == ROOT:
            return self.of_transaction(self.decide(provision, ROOT, ground).truth)
        kind = PARTY if each == PARTY else COMPONENT
        rows, name = (self.outermost, "parties") if kind == PARTY else (self.site(ITEM, "i").rows, "components")
        members = rows.members(rows.var, name)
        truths = self.decide(provision, kind, ground).truth[members.place]
        some = members.some(always(True, len(truths)), truths)
        return self.of_transaction(some) if kind == PARTY else some

    def required(self, ground: str, kind: str) -> Truths:
        """Is the ground raised on each article of a level, before lifting and scope?"""
        key = (ground, kind)
        found = self._required.get(key)
        if found is None:
            values = [always(False, self.size(kind))]
            for provision in self.rules.raising.get(ground, ()):
                raised, each = ground if provision.raises is not None else "", provision.for_each
                if each == kind or (each == "article" and kind in ARTICLES):
                    values.append(self.decide(provision, kind, raised).truth)
                elif kind == ITEM:
                    values.append(self.on_line(provision, raised))
                elif each == ROOT:
                    values.append(self.of_transaction(self.decide(provision, ROOT, raised).truth, kind))
            found = self._required[key] = k_or(values)
        return found

    def any_raised(self, raising: Iterable[tuple[Provision, Sequence[str]]]) -> Truths:
        """Is any of these grounds raised on each item, by these requirements?"""
        values = [always(False, self.size(ITEM))]
        for provision, grounds in raising:
            values += [self.on_line(provision, g) for g in (grounds if provision.raises is not None else ("",))]
        return k_or(values)

    # definitions, and what else conditions ask

    def defined(self, definition: str, kind: str) -> Column:
        key = (definition, kind)
        found = self._defined.get(key)
        if found is None:
            declared = self.rules.packs.definitions[definition]
            if declared.of or kind == ROOT:
                found = self._define(declared, kind)
            else:
                found = _spread(self.defined(definition, ROOT), self.slice.levels[kind].root)
            self._defined[key] = found
        return found

    def _define(self, definition: Definition, kind: str) -> Column:
        value = self.reader(definition.condition.expr, self.site(kind, definition.var if definition.of else ""))
        if not definition.stated_as:
            return value
        level = self.slice.levels[kind]
        truths = value.truths() if isinstance(value, Coded) else value
        stated = of_codes(level.fact(definition.stated_as), _attested)
        clash = (truths != UNKNOWN) & (stated != UNKNOWN) & (truths != stated)
        if clash.any():
            self.conflicts[definition.id, kind] = (definition, clash)
        return np.where(truths == UNKNOWN, stated, np.where(clash, np.int8(UNKNOWN), truths))

    def offered(self, authorizations: Index, kind: str, entities: Index) -> Truths:
        return self.claims.offered(authorizations, kind, entities)

    def judged(self, name: str) -> Truths:
        found = self._judged.get(name)
        if found is None:
            found = self._judged[name] = always(None, len(self.slice.transactions))
            for row, judgements in self._judging:
                if name in judgements:
                    found[row] = TRUE if judgements[name].answer else FALSE
        return found

    @cached_property
    def _judging(self) -> list[tuple[int, Mapping[str, Judgement]]]:
        """The transactions in which anything is judged."""
        return [(row, t.judgements) for row, t in enumerate(self.slice.transactions) if t.judgements]

    def condition(self, condition: Condition | None, site: Site) -> Truths:
        return always(True, site.size) if condition is None else self.reader.truths(condition.expr, site)

    # parts of exemptions

    def part(self, part: Part, kind: str) -> Truths:
        """An exemption with only this part left, before limits (`Part.truth`)."""
        decided, body = self.decide(part.exemption, kind), part.exemption.body
        if not part.choices or body is None:
            return decided.truth
        masked = self.clauses.masked(body, part.choices, decided.site)
        for other in self.rules.variants.get(part.exemption.id, ())[1:]:
            value = always(None, decided.site.size) if other is None else self.clauses.masked(other, part.choices, decided.site)
            masked = np.where(masked == value, masked, np.int8(UNKNOWN))
        value = np.minimum(decided.gate, masked)
        return np.where((value == TRUE) & (decided.truth == UNKNOWN), np.int8(UNKNOWN), value)

    def spared(self, limit: Limit, kind: str) -> Truths:
        """Is a part spared from this limitation, for each entity of a level?"""
        var = limit.limitation.var
        site = self.site(kind, var)
        values = [self.condition(s.when, site) for s in limit.spares]
        if not var:
            values = [self.of_transaction(v, kind) for v in values]
        return k_or([always(False, self.size(kind)), *values])

    def limiting(self, limit: Limit, kind: str) -> Truths:
        """Does the limitation itself apply where the exemption is asked of each entity of a level?"""
        each = limit.limitation.for_each
        if kind == ITEM:
            return self.on_line(limit.limitation)
        if each in ("article", kind):
            return self.decide(limit.limitation, kind).truth
        if each == ROOT:
            return self.of_transaction(self.decide(limit.limitation, ROOT).truth, kind)
        return always(None, self.size(kind))

    def free(self, part: Part, kind: str) -> Truths:
        """No limitation stops a part, for each entity of a level."""
        values = [always(True, self.size(kind))]
        values += [np.maximum(k_not(self.limiting(x, kind)), self.spared(x, kind)) for x in part.limits]
        return k_and(values)

    def limited(self, exemption: Provision, kind: str) -> Truths:
        """An exemption's outcome after the limits that bear on its own entity."""
        parts = parts_of(self.rules, exemption)
        return k_or([always(False, self.size(kind)), *(np.minimum(self.part(p, kind), self.free(p, kind)) for p in parts)])

    def on_lines(self, provision: Provision) -> tuple[str, Index, Lines]:
        """The entities on which a provision is decided for each item: their level, their rows, and how they fold to items."""
        each = provision.for_each
        if each in (ITEM, "article"):
            return ITEM, np.arange(self.size(ITEM)), Lines(self.size(ITEM))
        if each == ROOT:
            return ROOT, self.slice.levels[ITEM].root, Lines(self.size(ITEM))
        rows = self.site(ITEM, "i").rows
        members = rows.members("", "parties") if each == PARTY else rows.members("i", "components")
        return members.kind, members.place, Lines(self.size(ITEM), members.rows)

    def after_limits(self, provision: Provision) -> Truths:
        """A provision's outcome on each item; an exemption's after the limits that bear on the item."""
        if provision.kind != "exemption":
            return self.on_line(provision)
        kind, place, lines = self.on_lines(provision)
        values = [always(False, len(place))]
        for part in parts_of(self.rules, provision):
            values.append(np.minimum(self.part(part, kind)[place], lines.spread(self.free(part, ITEM))))
        return lines.every(k_or(values), of_none=UNKNOWN)

    def gate_on_line(self, exemption: Provision) -> Truths:
        kind, place, lines = self.on_lines(exemption)
        if exemption.gate is None:
            return always(True, lines.size)
        return lines.every(self.decide(exemption, kind).gate[place], of_none=TRUE)

    def fits(self, part: Part) -> Truths:
        kind, place, lines = self.on_lines(part.exemption)
        return lines.every(self.part(part, kind)[place], of_none=UNKNOWN)

    def ready(self, part: Part) -> Truths:
        """Are the steps of a part that come first done, or not owed, on each item?"""
        kind, place, lines = self.on_lines(part.exemption)
        decided = self.decide(part.exemption, kind)
        done = [always(True, decided.site.size), *(self._ready(s, decided) for s in _first(part.exemption.steps))]
        body = part.exemption.body
        if part.stepped and body is not None:
            for clause, open_ in self.clauses.open_steps(body, part.choices, decided.site):
                owed = open_ & (decided.gate != FALSE)
                done += [np.where(owed, self._ready(s, decided), np.int8(TRUE)) for s in _first(clause.steps)]
        return lines.every(k_and(done)[place], of_none=TRUE)

    def _ready(self, step: Step, decided: Decided) -> Truths:
        owed = self.condition(step.applies_when, decided.site)
        size = decided.site.size
        done = always(None, size) if step.done_when is None else self.condition(step.done_when, decided.site)
        return np.maximum(k_not(owed), done)


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """How entities fold to items: entity `n` bears on item `rows[n]`; without `rows`, there is one for each item, in order."""

    size: int
    rows: Index | None = None

    def spread(self, column: Truths) -> Truths:
        """A column of items, for the entities."""
        return column if self.rows is None else column[self.rows]

    def every(self, column: Truths, *, of_none: int) -> Truths:
        """The least over the entities of each item."""
        if self.rows is None:
            return column
        result = np.full(self.size, TRUE, np.int8)
        np.minimum.at(result, self.rows, column)
        result[np.bincount(self.rows, minlength=self.size) == 0] = of_none
        return result


def _clears(provision: Provision) -> bool:
    return provision.kind == "exemption" or (provision.kind == "scope" and provision.effect == "excluded")


def _attested(fact: object) -> bool | None:
    return fact.value if isinstance(fact, Fact) and isinstance(fact.value, bool) else None


def _first(steps: Iterable[Step]) -> list[Step]:
    return [s for s in steps if s.by == "before-transfer"]


def _spread(column: Column, root: Index) -> Column:
    return column.take(root) if isinstance(column, Coded) else column[root]
