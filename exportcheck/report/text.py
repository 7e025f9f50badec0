"""A checked transaction as an export officer reads it: the verdict first, then what to do, why, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.result import Result
from exportcheck.gate.judge import Gate, Standing
from exportcheck.report.basis import SPAN, write_basis, write_owed, write_packs
from exportcheck.report.layout import Page
from exportcheck.report.lines import LineReport
from exportcheck.report.standing import standing_words
from exportcheck.report.terminal import Terminal
from exportcheck.report.tree import write_tree
from exportcheck.report.words import VERDICTS, place, plural, tally

DISCLAIMER = "Decision support, not legal advice."


def render_text(results: Sequence[Result], terminal: Terminal, *, why: bool = False, gate: Gate | None = None) -> str:
    """The results one after the other, and for several a closing line that counts them.

    No line is wider than the terminal. What all results share (the packs) stands once, at the end. What the gate of the results
    sets aside stands below each line, and what is to be said of waivers and baseline before the packs.
    """
    page = Page(terminal)
    same_packs = len({(r.packs, r.engine, r.conclusion_layer) for r in results}) == 1
    for number, result in enumerate(results):
        if number:
            page.blank()
            page.put(("─" if page.unicode else "-") * page.width)
        standings = gate.standings[number] if gate is not None else ()
        _write_result(page, result, why, several=len(results) > 1, standings=standings)
        if not same_packs:
            write_packs(page, result.packs, result.engine, result.conclusion_layer)
    if gate is not None:
        _write_notices(page, gate)
    if same_packs:
        if len(results) > 1:
            page.blank()
        write_packs(page, results[0].packs, results[0].engine, results[0].conclusion_layer)
    aside = sum(standing.aside for standing in gate) if gate is not None else 0
    if len(results) > 1 or aside:
        page.blank()
        counts = f"{plural(len(results), 'transaction')}: {tally(r.verdict for r in results)}"
        page.put((counts, "bold"), f"; {plural(aside, 'line')} set aside for the exit code" if aside else "")
    page.put((DISCLAIMER, "dim"), right="" if why else "full reasoning: --why")
    return page.render()


def _write_result(page: Page, result: Result, why: bool, several: bool, standings: Sequence[Standing] = ()) -> None:
    route = f"  {result.route}" if result.route else ""
    page.put((result.transaction, "bold"), route, right=f"law as of {result.as_of.isoformat()}")
    if several and result.file:
        page.put((result.file, "dim"))
    one_line = len(result.lines) == 1
    if not one_line:
        word, style = VERDICTS[result.verdict]
        counts = tally(line.verdict for line in result.lines)
        page.put(f"{plural(len(result.lines), 'line')}: {counts}", lead=(word, style), span=len(word) + 3)
    asked: dict[tuple[str, str, str], str] = {}
    for number, line in enumerate(result.lines):
        page.blank()
        LineReport(page, line, asked, why=why).write()
        for words in standing_words(standings[number]) if standings else ():
            page.put(words, indent=2, hanging=2)
    write_owed(page, result)
    write_basis(page, result)
    if why:
        for line in result.lines:
            write_tree(page, line)
        page.blank()


def _write_notices(page: Page, gate: Gate) -> None:
    """Waivers that have expired or waive nothing, and what of the baseline is gone."""
    if gate.notices:
        page.blank()
    for notice in gate.notices:
        page.put(notice.says, lead=(notice.kind, "bold"), span=SPAN, right=place(notice.where))
