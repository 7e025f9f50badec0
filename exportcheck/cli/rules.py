"""`exportcheck rules`: what the packs hold, and what a provision says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.exits import FAIL, PASS
from exportcheck.cli.options import Color, ColorOption, LayerOption, NoCacheOption, RulesOption, parse_names
from exportcheck.cli.output import terminal_for, write_output
from exportcheck.cli.rules_lint import lint_rules
from exportcheck.cli.rules_mutate import mutate_rules

if TYPE_CHECKING:
    from exportcheck.report.rules import Rule
    from exportcheck.rulepack.model import Packs

rules = typer.Typer(
    name="rules",
    help="What the rule packs hold.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[PACK]...", help="Packs like itar; without any, all of them.")
]


@rules.command("list")
def list_rules(
    names: NamesArgument = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List the packs with their sections, what is modelled of each, and their provisions."""
    packs = load(rules, layer, not no_cache)
    chosen = parse_names(",".join(names), packs.packs, "PACK") if names else tuple(sorted(packs.packs))
    from exportcheck.report.rules import render_list

    write_output(render_list(packs, chosen or (), terminal_for(None, color.value)), None)


@rules.command("show")
def show_rule(
    name: Annotated[
        str,
        typer.Argument(metavar="ID", help="A provision like itar/126.7(a) or 22 CFR 126.7(a), a term, list, figure or table."),
    ],
    rules: RulesOption = None,
    layer: LayerOption = None,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show a provision in full: every dated text, its clauses, conditions, dates and what it acts on."""
    found = find_rule(load(rules, layer, not no_cache), name)
    from exportcheck.report.rules import render_rule

    write_output(render_rule(found, terminal_for(None, color.value)), None)


@rules.command("test")
def run_the_cases(
    names: NamesArgument = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Also list the clauses that the cases leave something of open.")
    ] = False,
    rules: RulesOption = None,
    layer: LayerOption = None,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Run the cases beside the provisions, and say how far they cover the clauses.

    Exit codes: 0 all as expected, 1 something is not, 2 a pack or a file of cases cannot be used.
    """
    from exportcheck.report.cases import coverage_of, render_cases
    from exportcheck.rulepack.testing import run_cases

    packs = load(rules, layer, not no_cache)
    chosen = parse_names(",".join(names), packs.packs, "PACK") if names else tuple(sorted(packs.packs))
    reports = {name: run_cases(packs, [name]) for name in chosen or ()}
    covered = {name: coverage_of(packs, name, report) for name, report in reports.items()}
    write_output(render_cases(reports, covered, terminal_for(None, color.value), every=coverage), None)
    raise typer.Exit(FAIL if any(report.failures for report in reports.values()) else PASS)


rules.command("lint")(lint_rules)
rules.command("mutate")(mutate_rules)


def load(rules: Path | None, layers: Sequence[Path] | None, cache: bool) -> Packs:
    """The packs. Raises InputError."""
    from exportcheck.rulepack.load import load_packs

    return load_packs(rules, tuple(layers or ()), cache)


def find_rule(packs: Packs, name: str) -> list[Rule]:
    """What has this id, or the provisions cited like this. Raises a usage error with the nearest id where there is nothing."""
    from exportcheck.errors import did_you_mean

    asked = name.partition("#")[0].strip()
    texts = packs.texts(asked) or [p for p in packs.provisions if _spaceless(p.cite) == _spaceless(asked)]
    found: list[Rule] = list(texts)
    kinds: tuple[Mapping[str, Rule], ...] = (packs.definitions, packs.lists, packs.parameters, packs.tables)
    for kind in kinds:
        if asked in kind:
            found.append(kind[asked])
    if not found:
        known = [p.id for p in packs.provisions] + [*packs.definitions, *packs.lists, *packs.parameters, *packs.tables]
        hint = did_you_mean(asked, known) or "exportcheck rules list shows them all"
        raise typer.BadParameter(f'nothing is called "{name}": {hint}', param_hint="ID")
    return found


def _spaceless(text: str) -> str:
    return re.sub(r"[\s§]+", "", text).casefold()
