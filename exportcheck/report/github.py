"""Findings as commands of GitHub Actions, which become annotations of the files: `::error file=...,line=...::message`.

A line that fails is an error, one that needs review a warning, one that is waived or as in the baseline a notice. GitHub shows
ten of each a step, so the worst come first.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from exportcheck.engine.result import Result
from exportcheck.errors import Span
from exportcheck.gate.judge import Gate
from exportcheck.report.characters import visible
from exportcheck.report.sarif import message
from exportcheck.report.words import has_file, plural, tally

COMMANDS = {"fail": "error", "needs-review": "warning"}
_ORDER = ("error", "warning", "notice")


def render_github(results: Sequence[Result], gate: Gate) -> str:
    """Every line is one command; the last counts the transactions."""
    lines = []
    for standing in gate:
        for finding in standing.findings:
            kind = COMMANDS[finding.verdict] if not standing.aside else "notice"
            title = f"{standing.result.transaction} line {standing.line.line}"
            where = finding.where or Span(standing.result.file)
            lines.append(command(kind, message(standing, finding), title, where))
    lines.sort(key=lambda line: _ORDER.index(line.split(" ", 1)[0].strip(":")))
    for notice in gate.notices:
        kind = "warning" if notice.kind == "expired" else "notice"
        lines.append(command(kind, notice.says, f"exportcheck: {notice.kind}", notice.where))
    verdicts = tally(result.verdict for result in results)
    counts = f"{plural(len(results), 'transaction')}: {verdicts}. Decision support, not legal advice."
    return "\n".join([*lines, command("notice", counts, "exportcheck")]) + "\n"


def command(kind: str, text: str, title: str, where: Span | None = None) -> str:
    """One command: `kind` is error, warning or notice."""
    properties = {}
    if where is not None and has_file(where):
        properties["file"] = os.path.normpath(where.file).replace(os.sep, "/")
        if where.line:
            properties["line"] = str(where.line)
            if where.column:
                properties["col"] = str(where.column)
    properties["title"] = title
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {said}::{_data(text)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
