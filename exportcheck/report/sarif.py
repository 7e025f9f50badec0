"""Findings as SARIF 2.1.0 (OASIS), which code scanning reads: each points at the fact that decides or at what lacks one.

A line that fails gives an `error`, one that needs review a `warning` for each thing that is open; lines that pass give nothing.
A waived line is a suppressed result, a baseline gives the `baselineState`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote

from exportcheck import __version__
from exportcheck.engine.result import FactUse, Result, Verdict
from exportcheck.errors import Span
from exportcheck.gate.finding import Finding
from exportcheck.gate.judge import Gate, Standing
from exportcheck.report.characters import visible
from exportcheck.report.rule_help import RuleHelp, rule_help
from exportcheck.report.standing import standing_words, waiver_words
from exportcheck.report.words import FAILS, REVIEWS, VERDICTS, has_file, pack_label
from exportcheck.rulepack.model import Packs

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final[dict[Verdict, str]] = {"fail": "error", "needs-review": "warning"}
STATES: Final = {"new": "new", "changed": "updated", "unchanged": "unchanged"}
ROOT: Final = "%SRCROOT%"
FINGERPRINT: Final = "exportcheck/v1"

Json = dict[str, Any]


def render_sarif(results: Sequence[Result], gate: Gate, packs: Packs) -> str:
    """One run, as JSON with two blanks of indent. Raises `ValueError` for no results."""
    if not results:
        raise ValueError("SARIF needs at least one answer")
    return json.dumps(sarif(results, gate, packs), ensure_ascii=False, indent=2) + "\n"


def sarif(results: Sequence[Result], gate: Gate, packs: Packs) -> Json:
    """The same as plain values."""
    found = [(standing, finding) for standing in gate for finding in standing.findings]
    days = {finding.provision: standing.result.as_of for standing, finding in reversed(found)}
    helps = [rule_help(id, packs, days[id]) for id in sorted(days)]
    numbers = {rule.id: number for number, rule in enumerate(helps)}
    first = results[0]
    worst_of = {id: min((f.verdict for _, f in found if f.provision == id), key=list(LEVELS).index) for id in numbers}
    run: Json = {
        "tool": {
            "driver": {
                "name": "exportcheck",
                "fullName": f"exportcheck {__version__}, {first.conclusion_layer}",
                "semanticVersion": __version__,
                "shortDescription": {"text": "Export-control rules; decision support, not legal advice."},
                "rules": [_rule(rule, worst_of[rule.id]) for rule in helps],
            }
        },
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "utf-8",
        "invocations": [{"executionSuccessful": True, "toolConfigurationNotifications": [_notice(n) for n in gate.notices]}],
        "results": [_result(standing, finding, numbers[finding.provision]) for standing, finding in found],
        "properties": {"packs": _packs(results), "answers": [_answer(result) for result in results]},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _packs(results: Sequence[Result]) -> list[Json]:
    stamps = {stamp.pack: stamp for result in results for stamp in result.packs}
    return [
        {"pack": id, "digest": stamp.digest, "currentTo": stamp.current_to.isoformat(), "layers": list(stamp.layers)}
        for id, stamp in sorted(stamps.items())
    ]


def _answer(result: Result) -> Json:
    return {
        "id": visible(result.transaction),
        "file": visible(result.file),
        "asOf": result.as_of.isoformat(),
        "verdict": result.verdict,
        "lines": {visible(line.line): line.verdict for line in result.lines},
    }


def message(standing: Standing, finding: Finding) -> str:
    """What a finding says where it stands alone, in sentences."""
    kind = ""
    if finding.verdict == "fail":
        kind = next((words for name, words in FAILS.items() if name == finding.kind), "")
    elif finding.kind != "missing-fact":
        kind = next((words for name, words in REVIEWS.items() if name == finding.kind), "")
    says = finding.says if finding.says.startswith(kind) else f"{kind}: {finding.says}"
    head = f"{VERDICTS[finding.verdict][0]}: {standing.result.transaction}, line {standing.line.line}: {says}"
    parts = [head, finding.cite, finding.advice, *standing_words(standing)]
    return " ".join(visible(part) if part.endswith((".", "?")) else visible(part) + "." for part in parts if part)


def _rule(rule: RuleHelp, verdict: Verdict) -> Json:
    shown: Json = {
        "id": rule.id,
        "name": rule.cite or rule.title,
        "shortDescription": {"text": f"{rule.cite}: {rule.title}" if rule.cite else rule.title},
        "fullDescription": {"text": rule.says},
        "help": {"text": rule.text, "markdown": rule.markdown},
        "defaultConfiguration": {"level": LEVELS[verdict]},
        "properties": {"tags": [tag for tag in ("export-control", rule.pack, rule.kind) if tag], "cite": rule.cite},
    }
    if rule.url:
        shown["helpUri"] = rule.url
    if rule.pack:
        shown["properties"]["pack"] = pack_label(rule.pack)
    return shown


def _result(standing: Standing, finding: Finding, number: int) -> Json:
    result, line = standing.result, standing.line
    name = f"{result.transaction}, line {line.line}"
    shown: Json = {
        "ruleId": finding.provision,
        "ruleIndex": number,
        "level": LEVELS[finding.verdict],
        "message": {"text": message(standing, finding)},
        "locations": [_location(finding.where, result.file, logical=name)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint(result.transaction, line.line)},
        "properties": {
            "verdict": finding.verdict,
            "kind": finding.kind or "",
            "address": finding.address,
            "transaction": visible(result.transaction),
            "line": visible(line.line),
            "counts": not standing.aside,
        },
    }
    related = [_related(n, fact) for n, fact in enumerate(finding.facts) if fact.span is not None]
    if related:
        shown["relatedLocations"] = related
    if standing.waived:
        shown["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": visible(waiver_words(waiver)),
                "location": _location(waiver.span),
            }
            for waiver in standing.waivers
        ]
    if standing.change:
        shown["baselineState"] = STATES[standing.change]
    return shown


def _related(number: int, fact: FactUse) -> Json:
    whose = f"{fact.label}: " if fact.label and fact.entity else ""
    return {"id": number, **_location(fact.span), "message": {"text": visible(f"{whose}{fact.name} = {fact.shown}")}}


def _notice(notice: Any) -> Json:
    shown: Json = {
        "descriptor": {"id": f"gate/{notice.kind}"},
        "level": "warning" if notice.kind == "expired" else "note",
        "message": {"text": visible(notice.says)},
    }
    if notice.where is not None:
        shown["locations"] = [_location(notice.where)]
    return shown


def _location(span: Span | None, file: str = "", logical: str = "") -> Json:
    """A place; of a description from standard input, which has no address, only what it is a part of."""
    place = span if span is not None else Span(file)
    shown: Json = {}
    if has_file(place):
        region: Json = {"startLine": max(1, place.line)}
        if place.line and place.column:
            region["startColumn"] = place.column
            if place.length:
                region["endColumn"] = place.column + place.length
        shown["physicalLocation"] = {"artifactLocation": artifact(place.file), "region": region}
    if logical:
        shown["logicalLocations"] = [{"fullyQualifiedName": visible(logical), "kind": "member"}]
    return shown


def artifact(name: str) -> Json:
    """A file by its address: relative to the root of the sources, or absolute where it lies elsewhere."""
    path = PurePath(name)
    if path.is_absolute():
        return {"uri": Path(name).as_uri()}
    plain = os.path.normpath(name).replace(os.sep, "/")
    try:
        encoded = os.fsencode(plain)
    except UnicodeEncodeError:  # half a character, as names on Windows may have
        encoded = plain.encode("utf-8", "surrogatepass")
    return {"uri": quote(encoded, safe="/"), "uriBaseId": ROOT}
