"""Running the linter: every rule over the packs, and the exclusions that the packs give reasons for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from exportcheck.lint.finding import Finding
from exportcheck.lint.rules import RULES
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.model import Exclusion, Packs

UNUSED = "EC901"


@dataclass(frozen=True, slots=True)
class Excluded:
    """A finding that the pack says is meant, with the exclusion that says so."""

    finding: Finding
    exclusion: Exclusion


@dataclass(frozen=True, slots=True)
class Linted:
    """What the linter found, in order of place, and what of it is excluded. `packs` are the ids of those looked at."""

    packs: tuple[str, ...]
    findings: tuple[Finding, ...]
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True, slots=True)
class _Given:
    """An exclusion, of which pack, and the provision that it stands on ("" in pack.yaml)."""

    exclusion: Exclusion
    pack: str
    provision: str

    def takes(self, finding: Finding) -> bool:
        if self.exclusion.code != finding.code or self.pack != finding.pack:
            return False
        of = self.exclusion.of
        if self.provision:
            return finding.provision == self.provision and of in ("", finding.of)
        return of in ("", finding.provision, finding.of, finding.address)


def lint(packs: Packs, names: Sequence[str] | None = None, day: date | None = None, codes: Sequence[str] | None = None) -> Linted:
    """Lint packs (all, or those named; rules see all of them, since packs use one another). `codes` are the rules to run.

    Raises `InputError` if a file of cases cannot be read.
    """
    subject = Subject(packs, day)
    chosen = tuple(names) if names is not None else tuple(sorted(packs.packs))
    rules = [RULES[code] for code in (codes if codes is not None else RULES)]
    found = [f for rule in rules for f in rule.check(rule, subject) if f.pack in chosen]
    given = [g for g in _given(packs) if g.pack in chosen]
    kept: list[Finding] = []
    excluded: list[Excluded] = []
    used: set[int] = set()
    for finding in found:
        taking = [g for g in given if g.takes(finding)]
        used |= {id(g) for g in taking}
        if taking:
            excluded.append(Excluded(finding, taking[0].exclusion))
        else:
            kept.append(finding)
    if codes is None or UNUSED in codes:
        kept += _unused((g for g in given if id(g) not in used), {r.code for r in rules}, day)
    return Linted(chosen, tuple(sorted(kept, key=_order)), tuple(sorted(excluded, key=lambda e: _order(e.finding))))


def _given(packs: Packs) -> Iterator[_Given]:
    for pack in packs.packs.values():
        yield from (_Given(e, pack.id, "") for e in pack.lint)
    for provision in packs.provisions:
        yield from (_Given(e, provision.pack, provision.id) for e in provision.lint)


def _unused(given: Iterable[_Given], ran: set[str], day: date | None) -> Iterator[Finding]:
    """Exclusions of what was looked for and not found, and of what no rule looks for."""
    for one in given:
        code = one.exclusion.code
        if code == "EC403" and day is None:
            continue  # without a day nothing is stale
        if code in RULES and code not in ran:
            continue
        about = one.provision or one.pack
        what = f"{code} is found nowhere here, and excluded" if code in RULES else f"there is no rule {code}"
        yield RULES[UNUSED].found(one.exclusion.span, f"{what} ({about})", about, one.pack)


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return (finding.span.file, finding.span.line, finding.span.column, finding.code)
