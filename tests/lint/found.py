"""What one rule of the linter finds in a small pack written in a test."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from exportcheck.lint.finding import Finding
from exportcheck.lint.run import lint
from tests.rulepack.small import load


def findings(root: Path, code: str, *, day: date | None = None, **files: str) -> tuple[Finding, ...]:
    """The findings of the rule, in order of place. `law` is the file of provisions, `cases` that of its cases."""
    if "cases" in files:
        files["law.cases"] = files.pop("cases")
    return lint(load(root, **files), day=day, codes=[code]).findings


def found(root: Path, code: str, *, day: date | None = None, **files: str) -> list[str]:
    """What they are about: the provision, with the clause."""
    return [f.address for f in findings(root, code, day=day, **files)]
