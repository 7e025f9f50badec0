"""The formats in which `exportcheck check` answers, and the files that it writes besides."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from exportcheck.cli.output import refuse_input, write_file, write_json, write_output
from exportcheck.errors import InputError, Problem, Span

if TYPE_CHECKING:
    from exportcheck.engine.result import Result
    from exportcheck.gate.judge import Gate
    from exportcheck.report.terminal import Terminal
    from exportcheck.rulepack.model import Packs
    from exportcheck.transaction.model import Transaction


class ReportFormat(StrEnum):
    """One file in `exportcheck/report/` each."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    MARKDOWN = "markdown"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked, by which packs, and what of it counts."""

    answers: Sequence[tuple[Transaction, Result]]
    packs: Packs
    gate: Gate

    @property
    def results(self) -> list[Result]:
        return [result for _, result in self.answers]


def parse_reports(given: Sequence[str]) -> list[tuple[ReportFormat, Path]]:
    """`FORMAT=FILE` of each `--report`. Raises a usage error."""
    from exportcheck.errors import did_you_mean

    found: list[tuple[ReportFormat, Path]] = []
    for text in given:
        name, equals, file = text.partition("=")
        if not equals or not file:
            raise typer.BadParameter(f'"{text}" is not FORMAT=FILE: write it like sarif=exportcheck.sarif', param_hint="--report")
        if name not in list(ReportFormat):
            hint = did_you_mean(name, ReportFormat) or "there are: " + ", ".join(ReportFormat)
            raise typer.BadParameter(f'there is no format "{name}": {hint}', param_hint="--report")
        found.append((ReportFormat(name), Path(file)))
    return found


def need_library(formats: Sequence[ReportFormat]) -> None:
    """Raise a usage error, before anything is checked, where a format needs what is not installed."""
    from importlib.util import find_spec

    if ReportFormat.HTML in formats and find_spec("jinja2") is None:
        raise typer.BadParameter('html needs jinja2: pip install "exportcheck[html]"', param_hint="--format")


def refuse_collisions(written: Sequence[tuple[str, Path]], inputs: Sequence[Path], beside: Sequence[Path]) -> None:
    """Raise InputError if a file that an option names to be written is one that is read, or is to be written twice."""
    seen: set[str] = set()
    for option, file in written:
        refuse_input(file, inputs, option)
        refuse_input(file, beside, option, "a file that is read")
        real = os.path.realpath(file)
        if real in seen and real != os.path.realpath(os.devnull):
            raise InputError(Problem(Span(str(file)), "two reports are to be written into this file", "give each its own"))
        seen.add(real)


def write_report(text: str, format: ReportFormat, output: Path | None) -> None:
    """Text as the terminal can show it; the formats for programs always in UTF-8."""
    (write_output if format is ReportFormat.TEXT else write_json)(text, output)


def write_reports(checked: Checked, reports: Sequence[tuple[ReportFormat, Path]], *, why: bool) -> None:
    """All of them are made before the first is written. Raises InputError where one cannot be written."""
    from exportcheck.report.terminal import Terminal

    made = [(render(checked, format, Terminal(), why=why), file) for format, file in reports]
    for text, file in made:
        write_file(text, file, "--report")


def render(checked: Checked, format: ReportFormat, terminal: Terminal, *, why: bool) -> str:
    """The answers in a format. What it needs is imported here and only for it."""
    gate = checked.gate
    match format:
        case ReportFormat.JSON:
            from exportcheck.report.json import render_json

            return render_json(checked.answers, why=why, gate=gate)
        case ReportFormat.JSONL:
            from exportcheck.report.jsonl import render_jsonl

            return render_jsonl(checked.answers, gate, why=why)
        case ReportFormat.SARIF:
            from exportcheck.report.sarif import render_sarif

            return render_sarif(checked.results, gate, checked.packs)
        case ReportFormat.JUNIT:
            from exportcheck.report.junit import render_junit

            return render_junit(checked.results, gate)
        case ReportFormat.GITHUB:
            from exportcheck.report.github import render_github

            return render_github(checked.results, gate)
        case ReportFormat.MARKDOWN:
            from exportcheck.report.markdown import render_markdown

            return render_markdown(checked.results, gate)
        case ReportFormat.HTML:
            from exportcheck.report.html import render_html

            return render_html(checked.results, gate, why=why)
        case ReportFormat.TEXT:
            from exportcheck.report.text import render_text

            return render_text(checked.results, terminal, why=why, gate=gate)
