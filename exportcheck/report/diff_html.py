"""A comparison as one page of HTML that needs nothing else. Needs jinja2; everything is escaped by the template engine."""

from __future__ import annotations

from importlib import resources

import jinja2

from exportcheck.compare.model import Comparison
from exportcheck.report.characters import visible
from exportcheck.report.diff_words import (
    corpus_groups,
    corpus_words,
    detail_sentence,
    detail_word,
    effect_word,
    kind_words,
    label_of,
    line_words,
    pack_lines,
    subject_words,
    tally_of,
    told,
)
from exportcheck.report.text import DISCLAIMER
from exportcheck.report.words import pack_label, plural


def render_diff_html(comparison: Comparison) -> str:
    """The page, ending with a newline."""
    templates = resources.files("exportcheck.report") / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (templates / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str and "\n" not in value else value,
    )
    environment.globals |= {
        "DISCLAIMER": DISCLAIMER,
        "corpus_groups": corpus_groups,
        "corpus_words": corpus_words,
        "detail_sentence": detail_sentence,
        "detail_word": detail_word,
        "effect_word": effect_word,
        "kind_words": kind_words,
        "label_of": label_of,
        "line_words": line_words,
        "pack_label": pack_label,
        "pack_lines": pack_lines,
        "plural": plural,
        "subject_words": subject_words,
        "tally_of": tally_of,
        "told": told,
    }
    return environment.get_template("diff.html.jinja").render(comparison=comparison).rstrip("\n") + "\n"
