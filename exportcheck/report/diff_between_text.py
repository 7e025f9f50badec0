"""Transfers free under one pack and held under the other, as text."""

from __future__ import annotations

from exportcheck.compare.between import Between, Mismatch, Seen
from exportcheck.report.layout import Page
from exportcheck.report.terminal import Terminal
from exportcheck.report.text import DISCLAIMER
from exportcheck.report.words import pack_label, plural

MOST_REASONS = 4


def render_between_text(between: Between, terminal: Terminal) -> str:
    """The page, ending with a newline."""
    page = Page(terminal)
    page.put((f"{between.label}: the same transfer of the same thing, on the U.S. Munitions List and in the 600 series", "bold"))
    page.put(f"law of {between.day}; to {', '.join(between.destinations)}; {between.looked:,} transfers tried under both")
    for destination in between.destinations:
        found = [m for m in between.found if m.destination == destination]
        for way in dict.fromkeys(m.way for m in found):
            page.blank()
            page.put((f"{destination}: free under {pack_label(way[0])}, held under {pack_label(way[1])}", "bold"))
            for mismatch in found:
                if mismatch.way == way:
                    _mismatch(page, mismatch)
        if not found:
            page.blank()
            page.put(f"{destination}: none was found, which is no proof that there is none")
    page.blank()
    page.put("Which entry stands for which category is not official (table correlation/munitions).")
    page.put((DISCLAIMER, "dim"))
    return page.render()


def _mismatch(page: Page, mismatch: Mismatch) -> None:
    page.blank()
    entries = f"{mismatch.free.entry} against {mismatch.held.entry}"
    page.put((f"{entries}  ({plural(mismatch.facts, 'fact')}; confirmed by checking both)", "bold"), indent=2)
    _seen(page, mismatch.free, "free", "pass")
    _seen(page, mismatch.held, "held", "fail")


def _seen(page: Page, seen: Seen, word: str, style: str) -> None:
    page.put(f"{seen.verdict} under {seen.pack}: {seen.summary}", indent=4, lead=(word, style), span=6)
    page.put((f"by {seen.provision}", "dim"), indent=10)
    for reason in seen.why[:MOST_REASONS]:
        page.put(reason, indent=10, hanging=2)
    if seen.file:
        page.put((f"written to {seen.file}", "dim"), indent=10)
