"""Every line with what is set aside about it, and what is to be said of the waivers and of the baseline themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from exportcheck.engine.result import LineVerdict, Result, Verdict
from exportcheck.errors import Span
from exportcheck.gate.baseline import Baseline, Before
from exportcheck.gate.finding import Finding, findings_of
from exportcheck.gate.waivers import Waiver, covers

Change = Literal["new", "changed", "unchanged", ""]


@dataclass(frozen=True, slots=True)
class Standing:
    """A line as the exit code sees it. `waivers` are those in force that are about it, whether or not they suffice."""

    result: Result
    line: LineVerdict
    findings: tuple[Finding, ...]
    waivers: tuple[Waiver, ...] = ()
    waived: bool = False
    before: Before | None = None
    change: Change = ""  # against the baseline; empty without one

    @property
    def aside(self) -> bool:
        """Does it not pass, and is that left out of the exit code?"""
        return bool(self.findings) and (self.waived or self.change == "unchanged")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said of a waiver or of the baseline."""

    kind: Literal["expired", "unused", "gone"]
    says: str
    where: Span | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """The standings of a run by result, and the verdict of each result.

    `asked`: were there waivers or a baseline? Without, nothing is said of either.
    """

    verdicts: tuple[Verdict, ...]
    standings: tuple[tuple[Standing, ...], ...]
    notices: tuple[Notice, ...] = ()
    asked: bool = False

    def __iter__(self) -> Iterator[Standing]:
        return (standing for of_result in self.standings for standing in of_result)

    def counted(self) -> Iterator[Verdict]:
        """The verdicts from which the exit code is made: that of a transaction, or of its lines that are not set aside."""
        for verdict, standings in zip(self.verdicts, self.standings, strict=True):
            if any(standing.aside for standing in standings):
                yield from (standing.line.verdict for standing in standings if not standing.aside)
            else:
                yield verdict


def judge(
    results: Sequence[Result],
    waivers: Sequence[Waiver] | None = None,
    baseline: Baseline | None = None,
    today: date | None = None,
) -> Gate:
    """The gate of some answers. `today` is the day on which waivers have to be in force, and is needed with them.

    Raises `ValueError` where it is not given.
    """
    if waivers and today is None:
        raise ValueError("waivers need a day")
    active = [w for w in waivers or () if today is not None and today <= w.expires]
    paired, gone = baseline.pair(results) if baseline is not None else ({}, ())
    used: set[Waiver] = set()
    standings = []
    for number, result in enumerate(results):
        held = []
        for place, line in enumerate(result.lines):
            before = paired.get((number, place))
            standing = _standing(result, line, active, before, baseline is not None)
            used.update(standing.waivers)
            held.append(standing)
        standings.append(tuple(held))
    notices = [Notice("expired", _expired(w), w.span) for w in waivers or () if w not in active]
    notices += [Notice("unused", _unused(w), w.span) for w in active if w not in used]
    notices += [Notice("gone", _gone(line)) for line in gone]
    asked = waivers is not None or baseline is not None
    return Gate(tuple(result.verdict for result in results), tuple(standings), tuple(notices), asked)


def _standing(result: Result, line: LineVerdict, active: Sequence[Waiver], before: Before | None, compared: bool) -> Standing:
    findings = findings_of(line)
    about = [w for w in active if w.fits(result.transaction, line.line)]
    fitting = tuple(w for w in about if any(w.provision in ("", *f.provisions) for f in findings))
    waived = bool(findings) and all(covers(fitting, finding) for finding in findings)
    change: Change = ""
    if compared:
        change = "new" if before is None else "unchanged" if before.same(line) else "changed"
    return Standing(result, line, findings, fitting, waived, before, change)


def _expired(waiver: Waiver) -> str:
    return f"the waiver for {waiver.about()} expired on {waiver.expires.isoformat()} and counts no more ({waiver.owner})"


def _unused(waiver: Waiver) -> str:
    return f"the waiver for {waiver.about()} waives nothing here ({waiver.owner})"


def _gone(line: Before) -> str:
    where = f" of {line.file}" if line.file else ""
    return f"line {line.line} of {line.transaction}{where} was {line.verdict} in the baseline and is gone"
