"""Mutants of a pack, and which of them its cases kill."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from exportcheck.engine.check import Engine
from exportcheck.mutation.altered import Altered
from exportcheck.mutation.data import mutants_of_list, mutants_of_parameter, mutants_of_table
from exportcheck.mutation.mutant import Mutant, Part
from exportcheck.mutation.provisions import mutants_of_definition, mutants_of_provision
from exportcheck.mutation.reach import Readers
from exportcheck.rulepack.acts import act_of
from exportcheck.rulepack.cases import Case, read_cases
from exportcheck.rulepack.model import DatedList, Definition, Packs, Parameter, Period, Provision
from exportcheck.rulepack.testing import CaseRunner, CasesReport

DATA = 10
"""A list with more members is data, as tables are."""
MOST_CASES = 400
"""Cases run for a mutant besides those that name the part itself, the nearest first."""

Same = Callable[[Part, Part], bool]
"""Is it proved that two texts of a part say the same?"""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case noticed. `cases` is how many were run; `equivalent` that it is proved to say the same."""

    mutant: Mutant
    cases: int
    equivalent: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants of a pack that were tried, of `possible` ones. Equivalent ones count neither way."""

    pack: str
    possible: int
    tried: int
    killed: int
    survivors: tuple[Survivor, ...]
    equivalent: tuple[Survivor, ...]

    @property
    def percent(self) -> float:
        """Killed of those that could be, in percent; 100 where there were none."""
        counted = self.killed + len(self.survivors)
        return 100 * self.killed / counted if counted else 100.0


def mutants(packs: Packs, pack: str, *, section: str = "", data: bool = False) -> Iterator[Mutant]:
    """Every mutant of a pack; only of what is called `section...` where one is given.

    Tables and the members of long lists are data, which is compared with its source when it is made: only with `data`.
    """
    families = {ground.id: ground.family for ground in packs.grounds.values()}
    parts: Iterable[Provision | Definition | Parameter | DatedList] = chain(
        packs.provisions, packs.definitions.values(), packs.parameters.values(), packs.lists.values()
    )
    for part in parts:
        if part.pack != pack or not _in(part.id.removeprefix(pack + "/"), section):
            continue
        if isinstance(part, Provision):
            others = [p.periods for p in packs.texts(part.id) if p is not part]
            yield from (m for m in mutants_of_provision(part, families) if not _overlap(m, others))
        elif isinstance(part, Definition):
            yield from mutants_of_definition(part)
        elif isinstance(part, Parameter):
            yield from mutants_of_parameter(part)
        elif data or len(part.members) <= DATA:
            yield from mutants_of_list(part)
    for table in packs.tables.values() if data else ():
        if table.pack == pack and _in(table.id.removeprefix(pack + "/"), section):
            yield from mutants_of_table(table)


def _overlap(mutant: Mutant, others: Sequence[tuple[Period, ...]]) -> bool:
    """Would two texts of a provision be in force on one day? Loading refuses that, so nobody has to notice it."""
    if mutant.kind != "date" or mutant.address or not others:
        return False
    changed = mutant.make()
    assert isinstance(changed, Provision)
    return any(
        (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max)
        for a in changed.periods
        for periods in others
        for b in periods
    )


def _in(name: str, section: str) -> bool:
    """`126.7(a)` is in section 126.7, `126.70` is not."""
    rest = name.removeprefix(section)
    return not section or (name.startswith(section) and not rest[:1].isalnum())


class Mutation:
    """Mutation of packs: the cases are read once, and sorted by what they name."""

    def __init__(self, packs: Packs, names: Sequence[str], same: Same | None = None) -> None:
        self.packs = packs
        self.engine = Engine(packs)
        self.readers = Readers(packs)
        self.same = same
        self._naming: dict[str, list[Case]] = {}
        raising: dict[str, list[str]] = {}
        for provision in packs.provisions:
            for ground in provision.grounds:
                raising.setdefault(ground, []).append(provision.id)
        for case in read_cases(packs, names):
            for name in _named(case, raising):
                self._naming.setdefault(name, []).append(case)

    def score(self, pack: str, *, count: int | None = None, seed: int = 0, section: str = "", data: bool = False) -> Score:
        """Try the mutants of a pack, all or a sample of `count`, always the same for the same seed."""
        every = list(mutants(self.packs, pack, section=section, data=data))
        chosen = every if count is None or count >= len(every) else random.Random(seed).sample(every, count)
        killed = 0
        survivors: list[Survivor] = []
        equivalent: list[Survivor] = []
        for mutant in chosen:
            changed = mutant.make()
            cases = self.cases_for(mutant)
            if self._kills(cases, mutant, changed):
                killed += 1
            elif self.same is not None and self.same(mutant.part, changed):
                equivalent.append(Survivor(mutant, len(cases), True))
            else:
                survivors.append(Survivor(mutant, len(cases)))
        return Score(pack, len(every), len(chosen), killed, _sorted(survivors), _sorted(equivalent))

    def cases_for(self, mutant: Mutant) -> list[Case]:
        """The cases that name the part, or what reads it: the clause changed first, then the nearest."""
        steps = self.readers.of(mutant.part)
        found: dict[int, tuple[int, int, Case]] = {}
        for name, far in steps.items():
            for order, case in enumerate(self._naming.get(name, ())):
                exact = any(a.partition("#")[2] == mutant.address for a in case.expect if a.startswith(mutant.part.id))
                rank = far * 2 + (not (exact and mutant.address))
                if id(case) not in found or found[id(case)][0] > rank:
                    found[id(case)] = (rank, order, case)
        ranked = sorted(found.values(), key=lambda x: x[:2])
        own = sum(rank < 2 for rank, _, _ in ranked)
        return [case for _, _, case in ranked][: own + MOST_CASES]

    def _kills(self, cases: Sequence[Case], mutant: Mutant, changed: Part) -> bool:
        engine = Altered(self.engine, mutant.part, changed)
        report = CasesReport()
        runners = [CaseRunner(engine, case, report, covering=False) for case in cases]
        for runner in runners:
            runner.expectations()
            if report.failures:
                return True
        for runner in runners:
            if runner.case.withhold:
                runner.withhold()
                if report.failures:
                    return True
        return False


def _named(case: Case, raising: Mapping[str, Sequence[str]]) -> set[str]:
    """The provisions and definitions whose outcome a case looks at."""
    names: set[str] = set()
    for address in (*case.expect, case.withhold):
        act = act_of(address)
        name = address.partition("#")[0] if act is None else act.provision
        if act is not None and act.verb == "limits":
            names.add(act.target)
        if name.startswith("required "):
            names.update(raising.get(name.removeprefix("required "), ()))
        elif name and not name.startswith("verdict"):
            names.add(name)
    return names


def _sorted(found: Sequence[Survivor]) -> tuple[Survivor, ...]:
    return tuple(sorted(found, key=lambda s: (s.mutant.span.file, s.mutant.span.line, s.mutant.about, s.mutant.change)))
