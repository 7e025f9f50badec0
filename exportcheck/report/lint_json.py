"""What the linter found, as JSON for programs."""

from __future__ import annotations

import json
from typing import Any

from exportcheck import __version__
from exportcheck.lint.finding import Finding
from exportcheck.lint.rules import RULES
from exportcheck.lint.run import Linted
from exportcheck.report.lint import from_here


def render_lint_json(linted: Linted) -> str:
    """One object: the packs, the findings, and those that are excluded."""
    whole = {
        "schema": "exportcheck/lint/1",
        "engine": __version__,
        "packs": list(linted.packs),
        "findings": [_finding(f) for f in linted.findings],
        "excluded": [{**_finding(e.finding), "because": e.exclusion.why} for e in linted.excluded],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    span = from_here(finding.span)
    return {
        "code": finding.code,
        "name": RULES[finding.code].name,
        "pack": finding.pack,
        "provision": finding.provision,
        "of": finding.of,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "message": finding.message,
        "why": finding.why,
        "page": RULES[finding.code].page,
    }
