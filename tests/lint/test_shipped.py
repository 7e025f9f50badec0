"""The packs that are shipped have no findings but those that are meant, each with its reason."""

from __future__ import annotations

from exportcheck.lint.run import lint
from exportcheck.rulepack.load import load_packs


def test_the_shipped_packs_are_clean() -> None:
    linted = lint(load_packs())
    assert [(f.code, f.address, f.message) for f in linted.findings] == []
    assert linted.excluded  # else it would hold of a linter that finds nothing
