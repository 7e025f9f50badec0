"""What to cite on every line, and what decided it: `engine.summary.authority_of` and `deciding`, of every row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from exportcheck.batch.columns import FALSE, TRUE, Flags, Index, Interner
from exportcheck.batch.deciding import addresses
from exportcheck.batch.outcomes import ITEM, Decided, Outcomes
from exportcheck.batch.verdicts import CURABLE, FAIL, LICENSE, NOT_SUBJECT, PASS, PROHIBITED, Decisions, Group, Numbers
from exportcheck.engine.parts import Part
from exportcheck.rulepack.model import Clause, Provision

NONE = -1


class Answers:
    """The authority and the deciding address of one pack on every line: numbers of `texts`, whose first is empty."""

    def __init__(self, outcomes: Outcomes, decided: Decisions, verdict: Numbers) -> None:
        self.outcomes = outcomes
        self.decided = decided
        self.texts = Interner()
        self.size = outcomes.size(ITEM)
        self.authority = np.full(self.size, self.texts(""), np.int64)
        self.deciding = self.authority.copy()
        self._addresses: dict[tuple[str, str, str], Index] = {}
        for group in decided.groups:
            self._group(group, verdict[group.rows], decided.fail[group.rows])

    def _group(self, group: Group, verdict: Numbers, fail: Numbers) -> None:
        rows, size = group.rows, len(group.rows)
        deciding = np.full(size, NONE, np.int64)
        covers = self._covering(group)
        for part, here in covers:
            self._authority(part, rows[here & (verdict == PASS)])
            deciding[here & (verdict == PASS)] = self.texts(part.exemption.id)
        _set(deciding, verdict == NOT_SUBJECT, self._outside(rows))
        failing = verdict == FAIL
        if failing.any():
            _set(deciding, failing & (fail == PROHIBITED), self._prohibited(group))
            _set(deciding, failing & (fail == CURABLE), self._cure(group))
            licensed = failing & (fail == LICENSE)
            if licensed.any():
                _set(deciding, licensed, self._stopped(group))
                _set(deciding, licensed, self._requirement(group))
        deciding[deciding == NONE] = self.texts("")
        self.deciding[rows] = deciding

    # what covers

    def _raised(self, group: Group) -> Flags:
        """Is something raised for certain?"""
        found = np.zeros(len(group.rows), np.bool_)
        within = group.inputs["scope"] != FALSE
        for c in group.program.classes:
            if c.within:
                found |= within & (group.inputs[f"raised:{c.name}"] == TRUE)
            if c.beyond:
                found |= self.outcomes.any_raised(c.raising_beyond)[group.rows] == TRUE
        return found

    def _covering(self, group: Group) -> list[tuple[Part, Flags]]:
        """The part that covers each line, the claimed one first, where something is raised."""
        left = self._raised(group)
        found = []
        parts = sorted(group.program.parts, key=lambda p: p.key)
        for claimed in (True, False):
            for part in parts:
                here = left & group.concluded.true(f"cover:{part.key}") & (group.exemptions[part.exemption.id] == claimed)
                if here.any():
                    found.append((part, here))
                    left = left & ~here
        return found

    def _authority(self, part: Part, rows: Index) -> None:
        exemption = part.exemption
        if not exemption.held:
            self.authority[rows] = self.texts(exemption.cite_as or exemption.cite)
            return
        kind, place, lines = self.outcomes.on_lines(exemption)
        decided = self.outcomes.decide(exemption, kind)
        entities = lines.rows if lines.rows is not None else np.arange(lines.size)
        names: dict[int, list[str]] = {row: [] for row in rows.tolist()}
        labels = self._licenses(decided) if len(rows) else {}
        for item, entity in zip(entities.tolist(), place.tolist(), strict=True):
            if item in names:
                names[item] += labels.get(entity, [])
        for row, found in names.items():
            self.authority[row] = self.texts(" or ".join(found))

    def _licenses(self, decided: Decided) -> dict[int, list[str]]:
        """The licenses that hold in the tree of a provision, by the entity that it is decided on, in the order of the tree."""
        found: dict[int, list[str]] = {}
        body = decided.provision.body
        if body is None:
            return found
        level, clauses = self.outcomes.slice.levels["authorization"], self.outcomes.clauses
        for clause in _outer_loops(body):
            members, is_in, below = clauses.members(clause, decided.site)
            if members.kind != "authorization":
                continue
            holds = (clauses.truths(clause.children[0], below) == TRUE) & (is_in != FALSE) & (decided.gate[members.rows] != FALSE)
            for row, held in zip(members.rows[holds].tolist(), members.place[holds].tolist(), strict=True):
                found.setdefault(row, []).append(level.entities[held].label)
        return found

    # what decided

    def _address(self, provision: Provision, kind: str, ground: str = "") -> Index:
        key = (provision.id, kind, ground)
        found = self._addresses.get(key)
        if found is None:
            decided = self.outcomes.decide(provision, kind, ground)
            found = self._addresses[key] = addresses(self.outcomes.clauses, decided, self.texts)
        return found

    def _first(self, provision: Provision, ground: str = "", truth: int | None = TRUE, part: Part | None = None) -> Index:
        """Of every item the address of the first outcome of this truth (None: of any), or NONE."""
        kind, place, lines = self.outcomes.on_lines(provision)
        address = self._address(provision, kind, ground)[place]
        if truth is not None:
            truths = self.outcomes.decide(provision, kind, ground).truth if part is None else self.outcomes.part(part, kind)
            address = np.where(truths[place] == truth, address, NONE)
        if lines.rows is None:
            return address
        found = np.full(lines.size, NONE, np.int64)
        there = np.flatnonzero(address != NONE)[::-1]
        found[lines.rows[there]] = address[there]  # the first is written last
        return found

    def _outside(self, rows: Index) -> Index:
        found = np.full(len(rows), NONE, np.int64)
        scopes = self.outcomes.rules.of_kind(self.decided.pack.id, "scope")
        every = np.ones(len(rows), np.bool_)
        for provision in scopes:
            if provision.effect == "excluded":
                _set(found, every, self._first(provision)[rows])
        for provision in scopes:
            if provision.effect == "subject":
                _set(found, every, self._first(provision, truth=None)[rows])
        return found

    def _prohibited(self, group: Group) -> Index:
        found = np.full(len(group.rows), NONE, np.int64)
        for prohibition, _ in group.program.prohibitions:
            banned = group.concluded.true(f"banned:{prohibition.id}")
            if banned.any():
                address = self._first(prohibition)[group.rows]
                _set(found, banned, np.where(address == NONE, self.texts(prohibition.id), address))
        return found

    def _cure(self, group: Group) -> Index:
        found = np.full(len(group.rows), NONE, np.int64)
        for part in group.program.parts:
            due = (group.inputs[f"play:{part.key}"] == TRUE) & (group.inputs[f"ready:{part.key}"] == FALSE)
            here = due & group.concluded.true(f"ok:{part.key}")
            _set(found, here, np.full(len(found), self.texts(part.exemption.id), np.int64))
        for part in group.program.parts:
            here = (group.inputs[f"play:{part.key}"] != TRUE) & (group.inputs[f"gate:{part.key}"] == TRUE)
            if here.any():
                here = here & (self.outcomes.after_limits(part.exemption)[group.rows] == TRUE)
                _set(found, here, np.full(len(found), self.texts(part.exemption.id), np.int64))
        return found

    def _stopped(self, group: Group) -> Index:
        found = np.full(len(group.rows), NONE, np.int64)
        for part in group.program.parts:
            played = (group.inputs[f"play:{part.key}"] == TRUE) & group.made
            if not played.any():
                continue
            _set(found, played, self._first(part.exemption, truth=FALSE, part=part)[group.rows])
            for limit in part.limits:
                here = played & (group.inputs[f"stop:{limit.limitation.id}:{part.key}"] == TRUE)
                _set(found, here, np.full(len(found), self.texts(limit.limitation.id), np.int64))
        return found

    def _requirement(self, group: Group) -> Index:
        """The first requirement of the first ground that is raised."""
        rows = group.rows
        found = np.full(len(rows), NONE, np.int64)
        within = group.inputs["scope"] != FALSE
        for c in group.program.classes:
            for ground in dict.fromkeys((*c.within, *c.beyond)):
                raising = self.outcomes.rules.raising[ground]
                named = [(p, ground if p.raises is not None else "") for p in raising]
                true = [self.outcomes.on_line(p, g)[rows] == TRUE for p, g in named]
                reaches = [t if p.not_gated else t & within for (p, _), t in zip(named, true, strict=True)]
                left = np.logical_or.reduce(reaches) & (found == NONE)
                for (provision, which), here in zip(named, true, strict=True):
                    if (left & here).any():
                        address = self._first(provision, which)[rows]
                        _set(found, left & here, np.where(address == NONE, self.texts(provision.id), address))
        return found


def _set(found: Index, where: Flags, value: Index) -> None:
    """Fill in what is not there yet."""
    missing = where & (found == NONE)
    found[missing] = value[missing]


def _outer_loops(clause: Clause) -> Iterator[Clause]:
    """The `each` and `some` of a tree that are within no other."""
    if clause.form in ("each", "some"):
        yield clause
        return
    for child in clause.children:
        yield from _outer_loops(child)
