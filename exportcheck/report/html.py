"""Answers as one page of HTML that needs nothing else: no script, no font, no picture, no address that is called.

Needs jinja2 (`pip install "exportcheck[html]"`). Everything from descriptions and packs is escaped by the template engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

import jinja2

from exportcheck.engine.result import Result
from exportcheck.gate.judge import Gate
from exportcheck.report.basis import TIMES, owed_of
from exportcheck.report.characters import visible
from exportcheck.report.layout import MARKS
from exportcheck.report.lines import headline
from exportcheck.report.rule_help import law_url
from exportcheck.report.standing import standing_words, verdict_words
from exportcheck.report.text import DISCLAIMER
from exportcheck.report.words import VERDICTS, duration, pack_label, place, plural, tally, worst


def render_html(results: Sequence[Result], gate: Gate, *, why: bool = False) -> str:
    """The page, ending with a newline. With `why` each line has its reasoning, folded."""
    page = _environment().get_template("check.html.jinja")
    return page.render(results=results, gate=gate, why=why, verdict=worst([r.verdict for r in results])).rstrip("\n") + "\n"


def _environment() -> jinja2.Environment:
    templates = resources.files("exportcheck.report") / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (templates / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters |= {"place": place, "duration": duration, "pack_label": pack_label, "law_url": law_url}
    environment.globals |= {
        "headline": headline,
        "standing_words": standing_words,
        "verdict_words": verdict_words,
        "plural": plural,
        "tally": lambda results: tally(result.verdict for result in results),
        "VERDICTS": VERDICTS,
        "MARKS": MARKS,
        "TIMES": TIMES,
        "owed_of": owed_of,
        "DISCLAIMER": DISCLAIMER,
    }
    return environment
