"""The full reasoning (`--why`): every provision that mattered, every clause with its outcome, and the facts it read."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.result import FactUse, LineVerdict, Reason
from exportcheck.report.characters import glue
from exportcheck.report.layout import Page, Part
from exportcheck.report.words import listed, pack_label, place, plural
from exportcheck.report.workings import write_working

STEP = 2
MOST_NAMES = 6
MOST_STEPS = 12
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
            for step in pack.derivation[-MOST_STEPS:]:
                page.put(step, indent=4, lead="-", span=2)
            if len(pack.derivation) > MOST_STEPS:
                page.put(
                    (f"after {plural(len(pack.derivation) - MOST_STEPS, 'step')} more, all of them in --format json", "dim"),
                    indent=4,
                )
    if line.folded:
        page.put((f"{plural(line.folded, 'provision')} evaluated that did not matter here", "dim"), indent=2)


def _write(page: Page, reason: Reason, indent: int, shown: set[tuple[str, str]], of: str = "", top: bool = False) -> None:
    """A reason and what is below it. `of` is whose it is: the same clause of another party is another reason."""
    of = reason.entity or of
    more = bool(reason.children or reason.used or reason.workings)
    again = more and (reason.address, of) in shown and reason.form == "provision"
    if more:
        shown.add((reason.address, of))
    style = "bold" if top else ""
    parts: list[Part] = []
    if reason.cite:
        parts.append((glue(reason.cite) + "  ", style or "cyan"))
    parts.append((reason.sentence, style))
    if reason.entity and reason.form != "member":
        parts.append((" " + glue(f"[{reason.entity}]"), "dim"))
    if reason.note:
        parts.append((f" ({_short(reason)})", "dim"))
    if again:
        parts.append((" (shown above)", "dim"))
    lead = page.mark(reason.truth) if reason.form != "folded" else "·"
    page.put(*parts, indent=indent, lead=lead, span=page.mark_span)
    if again:
        return
    below = min(indent + STEP, DEEPEST)
    _write_facts(page, reason.used, indent + page.mark_span)
    for working in reason.workings:
        write_working(page, working, indent=indent + page.mark_span, sentence=False)
    for child in reason.children:
        _write(page, child, below, shown, of)


def _short(reason: Reason) -> str:
    return listed(reason.note.split(", "), MOST_NAMES) if reason.form == "folded" else reason.note


def _write_facts(page: Page, used: Sequence[FactUse], indent: int) -> None:
    """The facts that are stated, each with its place, then what is not stated, in one line for each entity."""
    missing: dict[str, list[str]] = {}
    for use in used:
        whose = f"{use.label}: " if use.label and use.entity else ""
        if use.span is None and use.shown == "not stated":
            missing.setdefault(whose, []).append(use.name)
            continue
        said = f", by {use.by}" if use.by else ""
        page.put(
            (f"{whose}{use.name}", "dim"), " = ", use.shown, (said, "dim"), indent=indent, lead="·", span=2, right=place(use.span)
        )
    for whose, names in missing.items():
        page.put((f"{whose}{', '.join(names)}", "dim"), " not stated", indent=indent, lead="·", span=2)
