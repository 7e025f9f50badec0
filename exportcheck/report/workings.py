"""Comparisons of figures with what they come from and how far they are from the limit."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.result import Working
from exportcheck.report.layout import Page

MOST_WORKINGS = 4
MOST_PARTS = 8
NOT_MET = {">": "≤", ">=": "<", "<": "≥", "<=": ">", "=": "≠", "!=": "="}
MET = {">=": "≥", "<=": "≤", "!=": "≠"}


def write_workings(page: Page, workings: Sequence[Working], *, indent: int, span: int, every: bool) -> None:
    """The workings of a line, shares first; without `every` at most four."""
    ranked = sorted(workings, key=lambda w: "%" not in w.left)
    lead = "workings"
    for working in ranked if every else ranked[:MOST_WORKINGS]:
        write_working(page, working, indent=indent, lead=lead, span=span, every=every)
        lead = ""
    if len(ranked) > MOST_WORKINGS and not every:
        page.put((f"and {len(ranked) - MOST_WORKINGS} more: --why", "dim"), indent=indent + span)


def write_working(
    page: Page, working: Working, *, indent: int, lead: str = "", span: int = 0, every: bool = True, sentence: bool = True
) -> None:
    """The comparison as it came out, so that a limit kept reads as kept; the clause that compares first, parts and headroom."""
    room = f", {working.headroom}" if working.headroom else ""
    if working.truth is None:
        words = f"{working.left} {MET.get(working.op, working.op)} {working.right} is open"
    else:
        op = MET.get(working.op, working.op) if working.truth else NOT_MET.get(working.op, working.op)
        words = f"{working.left} {op} {working.right}"
    if sentence and working.says:
        page.put(working.says, indent=indent, lead=lead, span=span, right=working.cite)
        page.put((words + room, "dim"), indent=indent + span + 2)
    else:
        page.put(words, room, indent=indent, lead=lead, span=span)
    shown = working.parts if every else working.parts[:MOST_PARTS]
    for part in shown:
        page.put(part, indent=indent + span + 2, lead="·", span=2)
    if len(working.parts) > len(shown):
        page.put(f"and {len(working.parts) - len(shown):,} more", indent=indent + span + 2)
