"""What an answer obliges to and what it rests on: steps owed, stated marks, law not modelled, next change, packs."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.result import NextChange, PackStamp, Result, Step
from exportcheck.report.characters import glue
from exportcheck.report.layout import Page
from exportcheck.report.words import duration, listed, pack_label, plural

TIMES = {"immediately": "now", "before-transfer": "before", "with-transfer": "with", "after-transfer": "after"}
SPAN = 9
MOST_NEAR = 3
DIGEST_SHOWN = 12
"""Digits of a digest that the text shows; the receipt has all."""


def owed_of(result: Result) -> list[tuple[Step, list[str]]]:
    """The steps in the order of their times, each once, with the lines that owe it."""
    owed: dict[Step, list[str]] = {}
    for line in result.lines:
        for step in dict.fromkeys(step for pack in line.packs for step in pack.steps):
            owed.setdefault(step, []).append(line.line)
    return [held for time in TIMES for held in _merged([(step, lines) for step, lines in owed.items() if step.by == time])]


def write_owed(page: Page, result: Result) -> None:
    """The steps by time, each once, with the lines that owe it where not every line does."""
    owed = owed_of(result)
    if not owed:
        return
    page.blank()
    start = len(page.lines)
    for time, word in TIMES.items():
        steps = [(step, lines) for step, lines in owed if step.by == time]
        if not steps and time != "immediately":
            page.put("-", indent=SPAN, lead=word, span=8)
        for step, lines in steps:
            page.put(_step_words(step, lines, len(result.lines)), indent=SPAN, lead=word, span=8, right=step.cite)
            word = ""
    page.label(start, "owed", indent=0, span=SPAN)


def _merged(steps: list[tuple[Step, list[str]]]) -> list[tuple[Step, list[str]]]:
    """The same step owed under several provisions stands once."""
    merged: dict[tuple[str, str, object, str], tuple[Step, list[str]]] = {}
    for step, lines in steps:
        kept = merged.setdefault((step.says, step.cite, step.done, step.keep), (step, []))
        kept[1].extend(line for line in lines if line not in kept[1])
    return list(merged.values())


def _step_words(step: Step, lines: Sequence[str], of: int) -> str:
    words = step.says
    if step.keep and "year" not in step.says:
        words += f", kept {duration(step.keep)}"
    if step.done is True:
        words += " (done, as stated)"
    elif step.done is False:
        words += " (NOT DONE)"
    elif step.by == "before-transfer":
        words += " (not stated whether done)"
    if len(lines) < of:
        words += " " + glue(f"[line{'s' if len(lines) > 1 else ''} {listed(lines, 6)}]")
    return words


def write_basis(page: Page, result: Result) -> None:
    """Rests on, not modelled and near, next change."""
    page.blank()
    lead = "rests on"
    for stated in result.rests_on or ("nothing beyond the facts stated",):
        page.put(stated, lead=(lead, "bold"), span=SPAN)
        lead = ""
    packs = [pack for line in result.lines for pack in line.packs]
    deciding = [p for p in packs if p.force == "binding"] or packs  # what a regime that answers beside lacks is not near
    near = dict.fromkeys(law for pack in deciding for law in pack.not_modelled)
    asked = {question.text for line in result.lines for question in line.questions}
    left = [law for law in near if law not in asked]  # what stands among the questions is not said twice
    if left:
        page.put(("not modelled and near:", "bold"), " " + listed(left, MOST_NEAR, "; "), hanging=SPAN)
    changes: dict[NextChange, list[str]] = {}
    for line in result.lines:
        if line.next_change is not None:
            changes.setdefault(line.next_change, []).append(line.line)
    for change, lines in sorted(changes.items(), key=lambda item: item[0].on):
        of = f" (line{'s' if len(lines) > 1 else ''} {listed(lines, 6)})" if len(result.lines) > 1 else ""
        because = f", {'; '.join(change.because)}" if change.because else ""
        words = f" {change.on.isoformat()}{of} to {change.verdict}{because}"
        page.put(("next change of this answer:", "bold"), words, hanging=SPAN)


def write_packs(page: Page, stamps: Sequence[PackStamp], engine: str, conclusion_layer: str) -> None:
    """Which text of which pack, and which engine."""
    names = [f"{pack_label(stamp.pack)}" for stamp in stamps]
    wide = min(20, max((len(name) for name in names), default=0)) + 2
    lead = "packs"
    for stamp, name in zip(stamps, names, strict=True):
        digest = stamp.digest.removeprefix("sha256:")
        words = f"{name:<{wide}}sha256:{digest[:DIGEST_SHOWN]}…  current to {stamp.current_to.isoformat()}"
        if stamp.stale:
            words += ", does not cover this date"
        if stamp.layers:
            words += f", amended by {plural(len(stamp.layers), 'layer')}: {', '.join(stamp.layers)}"
        page.put(words, lead=(lead, "bold"), span=SPAN)
        lead = ""
    page.put(f"exportcheck {engine}, {conclusion_layer}", lead=("engine", "bold"), span=SPAN)
