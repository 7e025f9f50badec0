"""The verdict of each pack on every line of a slice: `engine.decide`, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from exportcheck.batch.claims import Claims
from exportcheck.batch.columns import FALSE, TRUE, UNKNOWN, Flags, Index, Truths, always, k_and, k_not, k_or, tuples
from exportcheck.batch.conclusions import Check, Concluded, conclude
from exportcheck.batch.outcomes import ITEM, Outcomes
from exportcheck.batch.tables import ROOT
from exportcheck.engine.claims import Claimed, claimed
from exportcheck.engine.parts import Part
from exportcheck.engine.program import HELD, PackProgram, program_of
from exportcheck.engine.result import FailKind, Verdict
from exportcheck.rulepack.model import Pack
from exportcheck.transaction.model import Entity

VERDICTS: Final[tuple[Verdict, ...]] = ("not-subject", "pass", "needs-review", "fail")
"""By number; of several lines or packs the greatest is the worst."""
NOT_SUBJECT, PASS, REVIEW, FAIL = range(4)
FAILS: Final[tuple[FailKind | None, ...]] = (None, "prohibited", "license-required", "curable")
PROHIBITED, LICENSE, CURABLE = 1, 2, 3

Numbers = np.ndarray[tuple[int], np.dtype[np.int8]]


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """A pack on every line: verdict and kind of failure by number, before what caps a pass; and what covers the line."""

    pack: Pack
    verdict: Numbers
    fail: Numbers
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Lines that are concluded by one program: their rows, the inputs and what follows."""

    rows: Index
    program: PackProgram
    inputs: dict[str, Truths]
    concluded: Concluded
    exemptions: dict[str, Flags]
    """By exemption: the lines that claim it."""
    made: Flags
    """The lines that claim something under the pack."""


def decisions(outcomes: Outcomes, pack: Pack, check: Check) -> Decisions:
    """Decide every line under one pack."""
    size = outcomes.size(ITEM)
    codes, claims, unread = _claims(outcomes, pack)
    programs = [program_of(outcomes.rules, pack.id, c.exemptions) for c in claims]
    verdict, fail = np.full(size, REVIEW, np.int8), np.zeros(size, np.int8)
    groups = []
    for program in {id(p): p for p in programs}.values():
        mine = np.array([p is program for p in programs], np.bool_)
        rows = np.flatnonzero(mine[codes])
        line = _Lines(outcomes, pack, program, rows, codes[rows], claims, unread[codes[rows]])
        inputs = line.inputs(by_claim=True)
        concluded = conclude(program, inputs, len(rows), check)
        verdict[rows], fail[rows] = _verdicts(program, inputs, concluded)
        _curable_by_others(line, rows, fail, check)
        exemptions = {e.id: line.claimed(e.id) for e in outcomes.rules.of_kind(pack.id, "exemption")}
        made = line.of_claims([c.made for c in claims])
        groups.append(Group(rows, program, inputs, concluded, exemptions, made))
    return Decisions(pack, verdict, fail, groups)


def _claims(outcomes: Outcomes, pack: Pack) -> tuple[Index, list[Claimed], Flags]:
    """What each line claims under a pack, by number, and whether it states a license that no provision reads."""
    size = outcomes.size(ITEM)
    if not size:
        return np.zeros(0, np.int64), [], np.zeros(0, np.bool_)
    held = outcomes.claims.licenses.take(outcomes.slice.levels[ITEM].root)
    codes, distinct = tuples([outcomes.claims.of(ITEM), held])
    read = {kind for p in outcomes.rules.of_kind(pack.id, "exemption") for kind in p.held}
    found, unread = [], []
    for claims, licenses in distinct:
        assert isinstance(claims, Claims)
        assert isinstance(licenses, tuple)
        found.append(claimed(outcomes.rules, pack, list(claims.made), licenses))
        unread.append(any(_unread(a, pack, read) for a in licenses))
    return codes, found, np.array(unread, np.bool_)


def _unread(held: Entity, pack: Pack, read: set[str]) -> bool:
    """`engine.decide.unread_licenses`, of one license."""
    kind = held.facts.get("kind")
    return kind is None or not isinstance(kind.value, str) or (kind.value in pack.license_kinds and kind.value not in read)


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """Some lines of a slice under a pack: `rows` of the items, with the number of what each claims."""

    outcomes: Outcomes
    pack: Pack
    program: PackProgram
    rows: Index
    codes: Index
    claims: Sequence[Claimed]
    held: Flags

    def only(self, chosen: Flags) -> _Lines:
        held = self.held[chosen]
        return _Lines(self.outcomes, self.pack, self.program, self.rows[chosen], self.codes[chosen], self.claims, held)

    def of_claims(self, table: Sequence[bool]) -> Flags:
        return np.array(table, np.bool_)[self.codes]

    def claimed(self, exemption: str) -> Flags:
        return self.of_claims([exemption in c.exemptions for c in self.claims])

    def inputs(self, *, by_claim: bool) -> dict[str, Truths]:
        """`engine.decide._inputs`, of every line; without `by_claim` as if the line claimed nothing."""
        outcomes, rows = self.outcomes, self.rows
        binding = outcomes.of_transaction(binds(outcomes, self.pack))
        inputs = {"scope": _scope(outcomes, self.pack)[rows]}
        for group in self.program.classes:
            if group.within:
                inputs[f"raised:{group.name}"] = outcomes.any_raised(group.raising_within)[rows]
            if group.beyond:
                inputs[f"beyond:{group.name}"] = np.minimum(binding, outcomes.any_raised(group.raising_beyond))[rows]
        unread = self.held
        if by_claim:
            unread = unread | self.of_claims([bool(c.unread) for c in self.claims])
        inputs[f"cover:{HELD}"] = np.where(unread, np.int8(UNKNOWN), np.int8(FALSE))
        for part in self.program.parts:
            self._part(part, inputs, by_claim=by_claim)
        for prohibition, overriders in self.program.prohibitions:
            banned = outcomes.on_line(prohibition)
            banned = np.minimum(binding, banned) if prohibition.not_gated else banned
            inputs[f"ban:{prohibition.id}"] = banned[rows]
            for other in overriders:
                inputs[f"spare:{prohibition.id}:{other.id}"] = outcomes.after_limits(other)[rows]
        return inputs

    def _part(self, part: Part, inputs: dict[str, Truths], *, by_claim: bool) -> None:
        outcomes, rows, key, exemption = self.outcomes, self.rows, part.key, part.exemption
        size = len(rows)
        gate = always(False, size) if exemption.gate is None else outcomes.gate_on_line(exemption)[rows]
        play = gate == TRUE
        if by_claim:
            made = self.of_claims([c.made for c in self.claims])
            play = np.where(made, self.claimed(exemption.id), play)
        inputs[f"gate:{key}"] = gate
        inputs[f"play:{key}"] = np.where(play, np.int8(TRUE), np.int8(FALSE))
        unknown = always(None, size)
        inputs[f"fits:{key}"] = np.where(play, outcomes.fits(part)[rows], unknown)
        inputs[f"ready:{key}"] = np.where(play, outcomes.ready(part)[rows], unknown)
        for limit in part.limits:
            stop = np.minimum(outcomes.limiting(limit, ITEM), k_not(outcomes.spared(limit, ITEM)))[rows]
            inputs[f"stop:{limit.limitation.id}:{key}"] = np.where(play, stop, unknown)


def binds(outcomes: Outcomes, pack: Pack) -> Truths:
    """Does the pack bind each transaction?"""
    return outcomes.condition(pack.binds, outcomes.site(ROOT, ""))


def _scope(outcomes: Outcomes, pack: Pack) -> Truths:
    """`engine.decide.scope`, of every item."""
    size = outcomes.size(ITEM)
    provisions = outcomes.rules.of_kind(pack.id, "scope")
    subject = [outcomes.on_line(p) for p in provisions if p.effect == "subject"]
    if not subject:
        texts = outcomes.rules.packs.provisions
        subject = [always(not any(p.pack == pack.id and p.effect == "subject" for p in texts), size)]
    excluded = [always(False, size), *(outcomes.on_line(p) for p in provisions if p.effect == "excluded")]
    return k_and([outcomes.of_transaction(binds(outcomes, pack)), k_or(subject), k_not(k_or(excluded))])


def _verdicts(program: PackProgram, inputs: dict[str, Truths], concluded: Concluded) -> tuple[Numbers, Numbers]:
    outside, prohibited = concluded["not-subject"], concluded["prohibited"] & ~concluded["not-subject"]
    license_ = concluded["license"] & ~outside & ~prohibited
    verdict = np.where(concluded["pass"], np.int8(PASS), np.int8(REVIEW))
    verdict = np.where(prohibited | license_, np.int8(FAIL), verdict)
    verdict = np.where(outside, np.int8(NOT_SUBJECT), verdict)
    steps = _only_steps_missing(program, inputs, concluded)
    fail = np.where(license_, np.where(steps, np.int8(CURABLE), np.int8(LICENSE)), np.int8(0))
    return verdict, np.where(prohibited, np.int8(PROHIBITED), fail)


def _only_steps_missing(program: PackProgram, inputs: dict[str, Truths], concluded: Concluded) -> Flags:
    """`engine.decide._only_steps_missing`, of every line."""
    found = np.zeros(concluded.size, np.bool_)
    for group in (*((p,) for p in program.parts), *(parts for _, parts in program.combined)):
        would = np.ones(concluded.size, np.bool_)
        for part in group:
            would = would & (inputs[f"play:{part.key}"] == TRUE) & concluded.true(f"ok:{part.key}")
        lifted = {g for p in group for g in p.lifts}
        for c in program.classes:
            if not set(c.within + c.beyond) <= lifted:
                would = would & concluded.false(f"due:{c.name}")
        found = found | would
    return found


def _curable_by_others(line: _Lines, rows: Index, fail: Numbers, check: Check) -> None:
    """Of lines that need a license for what they claim, those that another authority would cover are curable."""
    made = line.of_claims([c.made and not c.unread for c in line.claims])
    wanting = (fail[rows] == LICENSE) & made
    if wanting.any():
        chosen = line.only(wanting)
        concluded = conclude(line.program, chosen.inputs(by_claim=False), len(chosen.rows), check)
        fail[chosen.rows[concluded.true("cover")]] = CURABLE
