"""What the linter found, as SARIF 2.1.0 (OASIS): a rule for each code, excluded findings as suppressed results."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from exportcheck import __version__
from exportcheck.lint.finding import Finding
from exportcheck.lint.rules import RULES
from exportcheck.lint.run import Linted
from exportcheck.report.characters import visible
from exportcheck.report.lint import from_here
from exportcheck.report.sarif import FINGERPRINT, SCHEMA, artifact
from exportcheck.rulepack.model import Exclusion

Json = dict[str, Any]


def render_lint_sarif(linted: Linted) -> str:
    """One run, as JSON with two blanks of indent."""
    found: list[tuple[Finding, Exclusion | None]] = [(f, None) for f in linted.findings]
    found += [(e.finding, e.exclusion) for e in linted.excluded]
    codes = sorted({f.code for f, _ in found})
    numbers = {code: n for n, code in enumerate(codes)}
    run: Json = {
        "tool": {
            "driver": {
                "name": "exportcheck rules lint",
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "utf-8",
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(finding, exclusion, numbers[finding.code]) for finding, exclusion in found],
        "properties": {"packs": list(linted.packs)},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str) -> Json:
    rule = RULES[code]
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title}: {rule.why}."},
        "help": {"text": f"See {rule.page}"},
        "defaultConfiguration": {"level": "warning"},
    }


def _result(finding: Finding, exclusion: Exclusion | None, number: int) -> Json:
    span = from_here(finding.span)
    region: Json = {"startLine": max(1, span.line)}
    if span.line and span.column:
        region["startColumn"] = span.column
    said = "\0".join((finding.code, finding.address, finding.message))
    shown: Json = {
        "ruleId": finding.code,
        "ruleIndex": number,
        "level": "warning",
        "message": {"text": visible(f"{finding.message}. Why that is bad: {finding.why}.")},
        "locations": [{"physicalLocation": {"artifactLocation": artifact(span.file), "region": region}}],
        "partialFingerprints": {FINGERPRINT: hashlib.sha256(said.encode()).hexdigest()[:32]},
        "properties": {"pack": finding.pack, "provision": finding.provision, "of": finding.of},
    }
    if exclusion is not None:
        shown["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": visible(exclusion.why)}]
    return shown
