"""A checked transaction as an export officer reads it: the verdict first, then what to do, why, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.result import Result
from exportcheck.report.basis import write_basis, write_owed, write_packs
from exportcheck.report.layout import Page
from exportcheck.report.lines import LineReport
from exportcheck.report.terminal import Terminal
from exportcheck.report.tree import write_tree
from exportcheck.report.words import VERDICTS, plural, tally

DISCLAIMER = "Decision support, not legal advice."


def render_text(results: Sequence[Result], terminal: Terminal, *, why: bool = False) -> str:
    """The results one after the other, and for several a closing line that counts them.

    No line is wider than the terminal. What all results share (the packs) stands once, at the end.
    """
    page = Page(terminal)
    same_packs = len({(r.packs, r.engine, r.conclusion_layer) for r in results}) == 1
    for number, result in enumerate(results):
        if number:
            page.blank()
            page.put(("─" if page.unicode else "-") * page.width)
        _write_result(page, result, why, several=len(results) > 1)
        if not same_packs:
            write_packs(page, result.packs, result.engine, result.conclusion_layer)
    if same_packs:
        if len(results) > 1:
            page.blank()
        write_packs(page, results[0].packs, results[0].engine, results[0].conclusion_layer)
    if len(results) > 1:
        page.blank()
        page.put((f"{plural(len(results), 'transaction')}: {tally(r.verdict for r in results)}", "bold"))
    page.put((DISCLAIMER, "dim"), right="" if why else "full reasoning: --why")
    return page.render()


def _write_result(page: Page, result: Result, why: bool, several: bool) -> None:
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
    for line in result.lines:
        page.blank()
        LineReport(page, line, asked, why=why).write()
    write_owed(page, result)
    write_basis(page, result)
    if why:
        for line in result.lines:
            write_tree(page, line)
        page.blank()
