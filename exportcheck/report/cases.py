"""What the cases of the packs came to (`rules test`): what failed, and how far they cover the clauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exportcheck.engine.evaluate import clears
from exportcheck.report.layout import Page
from exportcheck.report.terminal import Terminal
from exportcheck.report.words import listed, plural
from exportcheck.rulepack.model import Clause, Never, Packs, Provision
from exportcheck.rulepack.testing import CasesReport
from exportcheck.values import Truth

MOST_UNTESTED = 8
WORDS: Mapping[Truth, str] = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A clause of which the cases leave something open: values never seen, and those by which it never decided alone."""

    address: str
    unseen: tuple[Truth, ...]
    undecided: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A clause that says of itself what it can never be, and by which values it can never decide alone."""

    address: str
    never: Never


@dataclass(frozen=True, slots=True)
class Covered:
    """How many values clauses can take, and how many of them were seen; the same of those by which they can decide alone."""

    clauses: int
    seen: int
    can_be_seen: int
    decided: int
    can_decide: int
    gaps: tuple[Gap, ...]
    declared: tuple[Declared, ...]


def coverage_of(packs: Packs, pack: str, report: CasesReport) -> Covered:
    """The coverage of a pack's clauses, without what they say that they can never be.

    A clause that is not modelled is never true, and false only where it has a condition.
    """
    counted: dict[tuple[str, str], Clause] = {}
    settling: dict[str, tuple[bool, ...]] = {}
    for provision in packs.provisions:
        if provision.pack == pack:
            settling[provision.id] = _settling(provision)
            for clause in provision.clauses():
                if clause.address:
                    counted.setdefault((provision.id, clause.address), clause)
    seen = decided = can_be_seen = can_decide = 0
    gaps = []
    for (id_, address), clause in counted.items():
        found = report.coverage.get(id_, {}).get(address)
        values = _values(clause)
        unseen = tuple(v for v in values if found is None or v not in found.seen)
        alone = () if clause.never is None else clause.never.alone
        deciding = tuple(v for v in values if v is not None and v in settling[id_] and v not in alone)
        undecided = tuple(v for v in deciding if found is None or v not in found.decided)
        can_be_seen += len(values)
        seen += len(values) - len(unseen)
        can_decide += len(deciding)
        decided += len(deciding) - len(undecided)
        if unseen or undecided:
            gaps.append(Gap(f"{id_}#{address}", unseen, undecided))
    declared = tuple(Declared(f"{id_}#{a}", c.never) for (id_, a), c in counted.items() if c.never is not None)
    return Covered(len(counted), seen, can_be_seen, decided, can_decide, tuple(gaps), declared)


def _settling(provision: Provision) -> tuple[bool, ...]:
    """The values by which clauses can decide: of an unverified text none, unless it could only clear, and is known not to."""
    if provision.trust != "unverified":
        return (True, False)
    return (True, False) if clears(provision) else ()


def _values(clause: Clause) -> tuple[Truth, ...]:
    """The values that a clause can take: one that is not modelled is never true, nor is what it is needed for."""
    if clause.form == "not_modelled":
        return (None,) if clause.when is None else (False, None)
    inside = [_values(c) for c in clause.children]
    true, false = True, True
    if clause.form == "all_of":
        true, false = all(True in v for v in inside), any(False in v for v in inside)
    elif clause.form == "any_of":
        true, false = any(True in v for v in inside), all(False in v for v in inside)
    elif clause.form == "none_of":
        true, false = all(False in v for v in inside), any(True in v for v in inside)
    never = () if clause.never is None else clause.never.values
    return tuple(v for v, can in ((True, true), (False, false), (None, True)) if can and v not in never)


def render_cases(
    reports: Mapping[str, CasesReport], covered: Mapping[str, Covered], terminal: Terminal, *, every: bool = False
) -> str:
    """The failures with their places, then each pack; with `every` also each clause that lacks something."""
    page = Page(terminal)
    failures = [problem for report in reports.values() for problem in report.failures]
    for name, report in reports.items():
        page.blank()
        _write_pack(page, name, report, covered[name], every)
    page.blank()
    cases = sum(report.cases for report in reports.values())
    end = (f"{plural(len(failures), 'check')} not as expected", "bold red") if failures else ("all as expected", "bold green")
    page.put(f"{plural(cases, 'case')} of {plural(len(reports), 'pack')}: ", end)
    # a place and its caret are not wrapped
    told = "".join(f"{page.clean(line)}\n" for problem in failures for line in problem.render().splitlines())
    return f"{told}\n{page.render()}" if told else page.render()


def _write_pack(page: Page, name: str, report: CasesReport, covered: Covered, every: bool) -> None:
    counts = [plural(report.cases, "case"), plural(report.checks, "check"), f"{plural(report.withheld, 'fact')} withheld"]
    end = f", {plural(len(report.failures), 'check')} not as expected" if report.failures else ""
    page.put((name, "bold"), "  ", ", ".join(counts), end)
    if covered.clauses:
        values = (
            f"{_percent(covered.seen, covered.can_be_seen)} of the values that the {plural(covered.clauses, 'clause')} can take"
        )
        alone = f"{_percent(covered.decided, covered.can_decide)} of those by which a clause can decide alone"
        page.put(f"{values} were seen, and {alone}", indent=2, lead="coverage", span=10)
    if report.untested:
        names = listed(report.untested, len(report.untested) if every else MOST_UNTESTED)
        page.put(f"{plural(len(report.untested), 'provision')} without a case: {names}", indent=2, hanging=2)
    if covered.declared and not every:
        say = "says" if len(covered.declared) == 1 else "say"
        page.put(f"{plural(len(covered.declared), 'clause')} that can never have some value {say} why (--coverage)", indent=2)
    if every and covered.declared:
        page.put("clauses that say what they can never be, or never decide by being:", indent=2)
        for said in covered.declared:
            page.put(f"{_never_words(said.never)}: {said.never.why}", indent=4, lead=said.address, span=34)
    if every and covered.gaps:
        page.put("clauses of which a value was not seen, or did not decide:", indent=2)
        for gap in covered.gaps:
            page.put(_gap_words(gap), indent=4, lead=gap.address, span=34)


def _gap_words(gap: Gap) -> str:
    words = []
    if gap.unseen:
        words.append(f"never {_or(gap.unseen)}")
    if gap.undecided:
        words.append(f"never decides by being {_or(gap.undecided)}")
    return "; ".join(words)


def _never_words(never: Never) -> str:
    words = [f"never {_or(never.values)}"] if never.values else []
    return "; ".join(words + ([f"never decides by being {_or(never.alone)}"] if never.alone else []))


def _or(values: Sequence[Truth]) -> str:
    return " or ".join(_words(values))


def _words(values: Iterable[Truth]) -> list[str]:
    return [WORDS[value] for value in values]


def _percent(part: int, whole: int) -> str:
    """Rounded down, so that 100 % means all."""
    return f"{part * 100 // whole if whole else 100} %"
