"""Clause trees over columns: the truth of each clause, of what `holds` finds by its address, of the parts of an exemption."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from exportcheck.batch.columns import FALSE, TRUE, UNKNOWN, Flags, Truths, always, k_and, k_not, k_or
from exportcheck.batch.expressions import Reader
from exportcheck.batch.rows import Paths, RowsReader
from exportcheck.batch.sites import Members, Site
from exportcheck.condition.ast import EntityVar
from exportcheck.engine.parts import Choices
from exportcheck.rulepack.model import Clause


class Holder(Protocol):
    def outcome(self, provision: str, clause: str, kind: str) -> Truths: ...
    def judged(self, name: str) -> Truths: ...


class ClauseReader:
    """Reads clause trees over one slice."""

    def __init__(self, reader: Reader, rows: RowsReader, holder: Holder) -> None:
        self.reader = reader
        self.rows = rows
        self.holder = holder
        self._known: dict[tuple[int, int, tuple[object, ...]], tuple[object, Truths]] = {}
        self._paths: dict[tuple[int, int], Paths] = {}

    def release(self) -> None:
        """Let go of what was read."""
        self._known.clear()
        self._paths.clear()

    def truths(self, clause: Clause, site: Site) -> Truths:
        """The truth of a clause in every row."""
        constants = tuple(v for v in site.constants.values() if isinstance(v, str))  # grounds; a clause is in no table row
        key = (id(clause), id(site.rows), constants)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = ((clause, site.rows), self._read(clause, site))
        return found[1]

    def _read(self, clause: Clause, site: Site) -> Truths:
        when = None if clause.when is None else clause.when.expr
        refutes = None if clause.false_when is None else clause.false_when.expr
        match clause.form:
            case "all_of":
                return k_and([self.truths(c, site) for c in clause.children])
            case "any_of":
                return k_or([self.truths(c, site) for c in clause.children])
            case "none_of":
                return k_not(k_or([self.truths(c, site) for c in clause.children]))
            case "each" | "some":
                members, is_in, below = self.members(clause, site)
                holds = self.truths(clause.children[0], below)
                if clause.form == "some":
                    return members.some(is_in, holds)
                return members.each(is_in, holds, or_none=clause.or_none)
            case "when" if when is not None:
                return self.reader.truths(when, site)
            case "true_when" if when is not None and refutes is not None:
                true, false = self.reader.truths(when, site) == TRUE, self.reader.truths(refutes, site) == TRUE
                settled = np.where(true, np.int8(TRUE), np.where(false, np.int8(FALSE), np.int8(UNKNOWN)))
                return np.where(true & false, np.int8(UNKNOWN), settled)
            case "holds" | "holds_not":
                assert isinstance(clause.entity, EntityVar)
                kind, place = site.rows.entity(clause.entity.var)
                name, _, part = clause.target.partition("#")
                value = self.holder.outcome(name, part, kind)[place]
                return value if clause.form == "holds" else k_not(value)
            case "judgement":
                return self.holder.judged(clause.judgement)[site.rows.entity("")[1]]
            case "rows" if clause.rows is not None:
                return self.rows.truths(clause.rows, site, self.reader, self._paths)
            case _:  # not modelled
                unread = always(None, site.size)
                if when is not None:
                    unread[self.reader.truths(when, site) == FALSE] = FALSE
                return unread

    def members(self, clause: Clause, site: Site) -> tuple[Members, Truths, Site]:
        """The members of `each` or `some`, whether each passes the filter, and the rows of the clause that is said of them."""
        source = clause.source
        assert source is not None
        members = site.rows.members(source.var, source.name)
        is_in = self.reader.is_in(source, site)
        below = site.at(site.rows.below(source.var, source.name, clause.var))
        return members, always(True, below.size) if is_in is None else is_in, below

    def found(self, clause: Clause, address: str, site: Site) -> tuple[Flags, Truths]:
        """Whether any clause of this address was decided, here or below, and the least truth of those."""
        if not any(c.address == address for c in clause.walk()):
            return np.zeros(site.size, np.bool_), always(True, site.size)
        if clause.form in ("each", "some"):
            members, is_in, below = self.members(clause, site)
            there, truths = self.found(clause.children[0], address, below)
            there = there & (is_in != FALSE)
            is_there = members.greatest(np.where(there, np.int8(TRUE), np.int8(FALSE))) == TRUE
            least = members.least(np.where(there, truths, np.int8(TRUE)))
        else:
            is_there, least = np.zeros(site.size, np.bool_), always(True, site.size)
            for child in clause.children:
                there, truths = self.found(child, address, site)
                is_there, least = is_there | there, np.minimum(least, truths)
        if clause.address == address:
            is_there, least = np.ones(site.size, np.bool_), np.minimum(least, self.truths(clause, site))
        return is_there, least

    def masked(self, clause: Clause, choices: Choices, site: Site) -> Truths:
        """The truth of a tree of which only the chosen alternatives are left (`engine.parts`)."""
        if clause.form == "any_of" and clause.address in choices:
            left = choices[clause.address]
            kept = [self.masked(c, choices, site) for c in clause.children if c.address in left]
            return k_or(kept) if kept else always(False, site.size)
        if clause.form == "all_of":
            return k_and([self.masked(c, choices, site) for c in clause.children])
        return self.truths(clause, site)

    def open_steps(self, clause: Clause, choices: Choices, site: Site) -> Iterator[tuple[Clause, Flags]]:
        """The clauses with steps that belong to a part, with the rows in which they are not known false."""
        if clause.steps:
            yield clause, self.truths(clause, site) != FALSE
        if clause.form in ("each", "some"):
            members, is_in, below = self.members(clause, site)
            for found, here in self.open_steps(clause.children[0], choices, below):
                yield found, members.greatest(np.where(here & (is_in != FALSE), np.int8(TRUE), np.int8(FALSE))) == TRUE
            return
        left = choices.get(clause.address) if clause.form == "any_of" else None
        for child in clause.children:
            if left is None or child.address in left:
                yield from self.open_steps(child, choices, site)
