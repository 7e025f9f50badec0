"""What the cases noticed of small changes of the law (`rules mutate`), as text and as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from exportcheck import __version__
from exportcheck.mutation.run import Score, Survivor
from exportcheck.report.layout import Page
from exportcheck.report.lint import from_here
from exportcheck.report.terminal import Terminal
from exportcheck.report.words import plural


def render_mutation(scores: Mapping[str, Score], terminal: Terminal, *, minimum: float | None = None, solver: bool = True) -> str:
    """The survivors of each pack by file and line, and the scores."""
    page = Page(terminal)
    for name, score in scores.items():
        page.blank()
        counts = f"{score.killed:,} of {plural(score.killed + len(score.survivors), 'mutant')} noticed by the cases"
        low = minimum is not None and score.percent < minimum
        page.put((name, "bold"), "  ", (f"{_percent(score)} %", "bold red" if low else "bold green"), f", {counts}")
        words = [f"{score.tried:,} tried of {score.possible:,} possible"]
        if score.equivalent:
            words.append(f"{len(score.equivalent):,} proved to be no change")
        page.put(", ".join(words), indent=2)
        for survivor in score.survivors:
            _write(page, survivor)
    page.blank()
    if not solver:
        page.put('z3 is not there to prove that a mutant is no change: pip install "exportcheck[compare]"')
    below = [name for name, score in scores.items() if minimum is not None and score.percent < minimum]
    if minimum is not None:
        end = (
            (f"below {minimum:g} %: {', '.join(below)}", "bold red") if below else (f"all at {minimum:g} % or more", "bold green")
        )
        page.put(f"{plural(len(scores), 'pack')}: ", end)
    return page.render()


def _write(page: Page, survivor: Survivor) -> None:
    mutant = survivor.mutant
    where = str(from_here(mutant.span))
    page.put(f"{where}: {mutant.change}", indent=2, hanging=2)
    ran = f"{plural(survivor.cases, 'case')} ran" if survivor.cases else "no case names it"
    page.put(f"{mutant.about}, {mutant.kind}; {ran}", indent=4)


def _percent(score: Score) -> str:
    """Rounded down, so that 100 % means all."""
    return f"{int(score.percent * 10) / 10:g}"


def render_mutation_json(scores: Mapping[str, Score], seed: int) -> str:
    """One object: the scores, with the survivors and the mutants that are no change."""
    whole = {
        "schema": "exportcheck/mutation/1",
        "engine": __version__,
        "seed": seed,
        "packs": {
            name: {
                "percent": float(_percent(score)),
                "possible": score.possible,
                "tried": score.tried,
                "killed": score.killed,
                "survivors": _all(score.survivors),
                "equivalent": _all(score.equivalent),
            }
            for name, score in scores.items()
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _all(survivors: Sequence[Survivor]) -> list[dict[str, Any]]:
    return [
        {
            "file": from_here(s.mutant.span).file.replace(os.sep, "/"),
            "line": s.mutant.span.line,
            "column": s.mutant.span.column,
            "about": s.mutant.about,
            "kind": s.mutant.kind,
            "change": s.mutant.change,
            "cases": s.cases,
        }
        for s in survivors
    ]
