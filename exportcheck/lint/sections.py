"""EC401 to EC403: what pack.yaml says of the sections of its law, against what there is; packs that are out of date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.model import Packs, Provision, Section


def unlisted(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC401: provisions of sections that `sections` does not have."""
    for pack in subject.packs.packs.values():
        if not pack.sections:
            continue
        for provision in subject.packs.provisions:
            if provision.pack == pack.id and not any(_holds(s, provision) for s in pack.sections):
                message = f"{provision.id} ({provision.cite}) is of a section that pack.yaml does not list"
                yield rule.found(provision.span, message, provision.id, provision.pack)


def _holds(section: Section, provision: Provision) -> bool:
    """Is the provision of the section, by its id or by its citation?"""
    name = provision.id.removeprefix(provision.pack + "/")
    return mentions(section.section, name, start=True) or mentions(section.section, provision.cite)


def mentions(section: str, text: str, *, start: bool = False) -> bool:
    """Does a text name the section, or something in it? `126.7(a)` is in 126.7, `126.70` is not.

    `120.8-120.9` are all from the first to the last; `Supplement No. 1 to part 738` is also `part 738, Supplement No. 1`.
    """
    before = "^" if start else r"(?<![\w.])"
    if any(re.search(before + re.escape(name) + r"(?!\w)", text) for name in _spellings(section)):
        return True
    ends = _RANGE.fullmatch(section)
    if ends is None:
        return False
    return any(mentions(f"{ends[1]}{n}", text, start=start) for n in range(int(ends[2]), int(ends[3]) + 1))


_RANGE = re.compile(r"(.*?)(\d+)-(?:\1)?(\d+)")
_SUPPLEMENT = re.compile(r"(Supplement No\. \d+) to (part \d+)")


def _spellings(section: str) -> tuple[str, ...]:
    supplement = _SUPPLEMENT.fullmatch(section)
    return (section,) if supplement is None else (section, f"{supplement[2]}, {supplement[1]}")


def without_provision(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC402: sections called modelled, without a word on how, of which nothing in the pack speaks."""
    for pack in subject.packs.packs.values():
        cites = list(_cites(subject.packs, pack.id))
        names = [p.id.removeprefix(pack.id + "/") for p in subject.packs.provisions if p.pack == pack.id]
        for section in pack.sections:
            if section.state not in ("modelled", "duty-only") or section.why:
                continue
            name = section.section
            if any(mentions(name, n, start=True) for n in names) or any(mentions(name, cite) for cite in cites):
                continue
            message = f"section {name} is called {section.state}, and nothing in {pack.id} cites it"
            yield rule.found(section.span, message, pack.id, pack.id, name)


def _cites(packs: Packs, pack: str) -> Iterator[str]:
    for provision in packs.provisions:
        if provision.pack == pack:
            yield provision.cite
            for clause in provision.clauses():
                yield clause.cite
                yield from (s.cite for s in clause.steps)
            yield from (s.cite for s in provision.steps)
    groups = (packs.definitions, packs.lists, packs.parameters, packs.tables, packs.grounds)
    for group in groups:
        yield from (x.cite for x in group.values() if x.pack == pack)
    yield from (f.cite for f in packs.facts if f.pack == pack)


def stale(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC403: packs whose law was looked up too long before the day asked about."""
    for pack in subject.packs.packs.values() if subject.day is not None else ():
        last = pack.current_to + timedelta(days=pack.stale_after_days)
        if subject.day is not None and subject.day > last:
            until = f"is current to {pack.current_to}, and not to be used after {last}"
            message = f"{pack.id} {until}; the day asked about is {subject.day}"
            yield rule.found(pack.span, message, pack.id, pack.id)
