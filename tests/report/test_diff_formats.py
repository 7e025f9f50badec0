"""The formats of comparisons against golden files."""

from __future__ import annotations

import pytest

from exportcheck.compare.compare import Comparer, Options
from exportcheck.compare.corpus import run_corpus
from exportcheck.compare.model import Comparison
from exportcheck.compare.sides import make_side
from exportcheck.report.diff_html import render_diff_html
from exportcheck.report.diff_json import render_diff_json
from exportcheck.report.diff_markdown import render_diff_markdown
from exportcheck.report.diff_text import render_diff_text
from exportcheck.report.terminal import Terminal
from exportcheck.rulepack.model import Packs
from tests.compare.test_changes import FILES
from tests.report.golden import check_golden
from tests.rulepack.small import described, load

CHANGED = {
    "terms": FILES["terms"].replace("<=", "<"),
    "lists": FILES["lists"].replace("FR, GB, JP", "FR, GB, JP, DE"),
    "law": FILES["law"]
    .replace("posture: case-by-case", "posture: policy-of-denial")
    .replace("says: b or c,", "says: it is b or c,"),
}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A sign, a country, a posture and a sentence, over two orders; places without the folder of the test."""
    root = tmp_path_factory.mktemp("packs")
    old, new = load(root / "old", **FILES), load(root / "new", **{**FILES, **CHANGED})
    sides = make_side(old, "old/rules"), make_side(new, "new/rules")
    orders = [described(_both(old), a=True, b=True, n=n) for n in (9, 10)]
    return Comparer(*sides, Options()).run(lambda changes: run_corpus(*sides, orders, changes, ("orders/x.yaml: unreadable",)))


def _both(packs: Packs) -> Packs:
    return packs


def test_text(comparison: Comparison) -> None:
    check_golden("diff.txt", render_diff_text(comparison, Terminal()))


def test_text_without_unicode(comparison: Comparison) -> None:
    text = render_diff_text(comparison, Terminal(encoding="ascii"))
    assert text.isascii()
    assert "pass -> fail" in text


def test_text_is_never_wider_than_the_terminal(comparison: Comparison) -> None:
    for width in (40, 60, 100):
        assert all(len(line) <= width for line in render_diff_text(comparison, Terminal(width=width)).splitlines())


def test_markdown(comparison: Comparison) -> None:
    check_golden("diff.md", render_diff_markdown(comparison))


def test_html(comparison: Comparison) -> None:
    check_golden("diff.html", render_diff_html(comparison))


def test_json(comparison: Comparison) -> None:
    check_golden("diff.json", _without_version(render_diff_json(comparison)))


def _without_version(text: str) -> str:
    import re

    return re.sub(r'"sha256:[0-9a-f]+"', '"sha256:…"', re.sub(r'"engine": "[^"]*"', '"engine": "…"', text))
