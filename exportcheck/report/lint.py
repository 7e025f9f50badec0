"""What the linter found (`rules lint`), as text: each finding with its line, then the counts of each pack."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

from exportcheck.errors import Span
from exportcheck.lint.rules import RULES
from exportcheck.lint.run import Linted
from exportcheck.report.layout import Page
from exportcheck.report.terminal import Terminal
from exportcheck.report.words import listed, place, plural
from exportcheck.rulepack.model import Exclusion

MOST_NAMED = 3


def from_here(span: Span) -> Span:
    """The place with its file named from the current folder, where it lies below it."""
    path = Path(os.path.abspath(span.file))
    here = Path.cwd()
    return replace(span, file=str(path.relative_to(here))) if path.is_relative_to(here) else span


def _by_reason(linted: Linted) -> dict[Exclusion, list[str]]:
    found: dict[Exclusion, list[str]] = {}
    for excluded in linted.excluded:
        found.setdefault(excluded.exclusion, []).append(excluded.finding.address)
    return found


def render_lint(linted: Linted, terminal: Terminal) -> str:
    """Every finding with what is wrong and why that is bad; what is excluded with the reason; the counts."""
    page = Page(terminal)
    for finding in linted.findings:
        page.blank()
        page.put((place(from_here(finding.span)), "bold"), f"  {finding.code} {RULES[finding.code].name}")
        page.put(finding.message, indent=2)
        page.put(f"{finding.why}; see {RULES[finding.code].page}", indent=2)
    if linted.excluded:
        page.blank()
        page.put("excluded, with a reason:")
        for exclusion, addresses in _by_reason(linted).items():
            about = listed(addresses, MOST_NAMED)
            page.put(f"{about}: {exclusion.why}", indent=2, lead=exclusion.code, span=7)
    page.blank()
    counts = Counter(f.code for f in linted.findings)
    by_code = ", ".join(f"{n} {code}" for code, n in sorted(counts.items()))
    found = plural(len(linted.findings), "finding")
    end = (f"{found} ({by_code})", "bold red") if counts else ("no findings", "bold green")
    page.put(f"{plural(len(linted.packs), 'pack')}: ", end, f", {len(linted.excluded)} excluded")
    return page.render()
