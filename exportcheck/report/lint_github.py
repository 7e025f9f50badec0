"""What the linter found, as commands of GitHub Actions, which become annotations of the pack's files."""

from __future__ import annotations

from exportcheck.lint.rules import RULES
from exportcheck.lint.run import Linted
from exportcheck.report.github import command
from exportcheck.report.lint import from_here
from exportcheck.report.words import plural


def render_lint_github(linted: Linted) -> str:
    """Every line is one command; the last counts the findings."""
    lines = [
        command("warning", f"{f.message} ({f.why})", f"{f.code} {RULES[f.code].name}", from_here(f.span)) for f in linted.findings
    ]
    counts = f"{plural(len(linted.findings), 'finding')}, {len(linted.excluded)} excluded"
    return "\n".join([*lines, command("notice", counts, "exportcheck rules lint")]) + "\n"
