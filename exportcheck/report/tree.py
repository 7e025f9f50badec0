"""The full reasoning (`--why`): every provision that mattered, every clause with its outcome, and the facts it read."""

from __future__ import annotations

from exportcheck.engine.result import FactUse, LineVerdict, Reason
from exportcheck.report.characters import glue
from exportcheck.report.layout import Page, Part
from exportcheck.report.lines import write_working
from exportcheck.report.words import pack_label, place, plural

STEP = 2
DEEPEST = 28
"""Indent beyond which deeper clauses are no longer moved to the right."""


def write_tree(page: Page, line: LineVerdict) -> None:
    """The reasoning of one line."""
    page.blank()
    page.put(("reasoning", "bold"), f" for line {line.line}")
    shown: set[tuple[str, str]] = set()
    for reason in line.reasons:
        _write(page, reason, 2, shown, top=True)
    for pack in line.packs:
        if pack.derivation:
            page.put(("concluded", "bold"), f" for {pack_label(pack.pack)}", indent=2)
            for step in pack.derivation:
                page.put(step, indent=4, lead="-", span=2)
    if line.folded:
        page.put((f"{plural(line.folded, 'provision')} evaluated that did not matter here", "dim"), indent=2)


def _write(page: Page, reason: Reason, indent: int, shown: set[tuple[str, str]], top: bool = False) -> None:
    key = (reason.address, reason.entity)
    again = bool(reason.address) and key in shown and bool(reason.children or reason.used or reason.workings)
    shown.add(key)
    style = "bold" if top else ""
    parts: list[Part] = []
    if reason.cite:
        parts.append((glue(reason.cite) + "  ", style or "cyan"))
    parts.append((reason.sentence, style))
    if reason.entity:
        parts.append((" " + glue(f"[{reason.entity}]"), "dim"))
    if reason.note:
        parts.append((f" ({reason.note})", "dim"))
    if again:
        parts.append((" (shown above)", "dim"))
    page.put(*parts, indent=indent, lead=page.mark(reason.truth), span=page.mark_span)
    if again:
        return
    below = min(indent + STEP, DEEPEST)
    for use in reason.used:
        _write_fact(page, use, indent + page.mark_span)
    for working in reason.workings:
        write_working(page, working, indent=indent + page.mark_span)
    for child in reason.children:
        _write(page, child, below, shown)


def _write_fact(page: Page, use: FactUse, indent: int) -> None:
    whose = f"{use.label}: " if use.label and use.entity else ""
    said = f", by {use.by}" if use.by else ""
    where = place(use.span)
    page.put((f"{whose}{use.name}", "dim"), " = ", use.shown, (said, "dim"), indent=indent, lead="·", span=2, right=where)
