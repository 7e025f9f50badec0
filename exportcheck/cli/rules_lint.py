"""`exportcheck rules lint`: mistakes of rule packs that loading cannot see."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.exits import FAIL, PASS
from exportcheck.cli.options import Color, ColorOption, LayerOption, NoCacheOption, RulesOption, parse_date, parse_names
from exportcheck.cli.output import terminal_for, write_json, write_output

if TYPE_CHECKING:
    from exportcheck.lint.run import Linted


class LintFormat(StrEnum):
    """One file in `exportcheck/report/` each."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def lint_rules(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PACK]...", help="Packs like itar; without any, all of them.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Also find packs that are stale on this day.")
    ] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="CODES", help="Only these rules, as EC101,EC205.")] = None,
    format: Annotated[LintFormat, typer.Option("--format", help="How the findings are written.")] = LintFormat.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file to write to.")] = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Find provisions that never apply, clauses that never matter, conflicts, gaps and what nobody uses.

    Each finding has a code with a page in docs/lint/, and can be excluded in the pack with a reason. Exit codes: 0 no findings,
    1 findings, 2 a pack or a file of cases cannot be used.
    """
    from importlib.util import find_spec

    from exportcheck.cli.rules import load

    if find_spec("z3") is None:
        raise typer.BadParameter('the linter needs z3: pip install "exportcheck[compare]"', param_hint="lint")
    from exportcheck.lint.run import lint

    day = parse_date(as_of, "--as-of") if as_of else None
    codes = _codes(only) if only is not None else None
    packs = load(rules, layer, not no_cache)
    chosen = parse_names(",".join(names), packs.packs, "PACK") if names else None
    linted = lint(packs, chosen, day, codes)
    _write(linted, format, output, color)
    raise typer.Exit(FAIL if linted.findings else PASS)


def _codes(text: str) -> tuple[str, ...]:
    """The rules named, each once. Raises a usage error for one that there is not."""
    from exportcheck.errors import did_you_mean
    from exportcheck.lint.rules import RULES

    codes = tuple(dict.fromkeys(c.strip().upper() for c in text.split(",") if c.strip()))
    if not codes:
        raise typer.BadParameter("no rule is given: write them like EC101,EC205", param_hint="--only")
    for code in codes:
        if code not in RULES:
            hint = did_you_mean(code, RULES) or "docs/lint/ lists them"
            raise typer.BadParameter(f'there is no rule "{code}": {hint}', param_hint="--only")
    return codes


def _write(linted: Linted, format: LintFormat, output: Path | None, color: Color) -> None:
    match format:
        case LintFormat.TEXT:
            from exportcheck.report.lint import render_lint

            write_output(render_lint(linted, terminal_for(output, color.value)), output)
        case LintFormat.JSON:
            from exportcheck.report.lint_json import render_lint_json

            write_json(render_lint_json(linted), output)
        case LintFormat.SARIF:
            from exportcheck.report.lint_sarif import render_lint_sarif

            write_json(render_lint_sarif(linted), output)
        case LintFormat.GITHUB:
            from exportcheck.report.lint_github import render_lint_github

            write_json(render_lint_github(linted), output)
