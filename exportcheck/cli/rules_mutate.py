"""`exportcheck rules mutate`: whether the cases would notice small changes of the law."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.exits import FAIL, PASS
from exportcheck.cli.options import Color, ColorOption, Format, FormatOption, LayerOption, NoCacheOption, RulesOption, parse_names
from exportcheck.cli.output import terminal_for, write_json, write_output

if TYPE_CHECKING:
    from exportcheck.mutation.run import Score


def mutate_rules(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PACK]...", help="Packs like itar; without any, all of them.")
    ] = None,
    count: Annotated[int, typer.Option("--count", min=1, help="How many mutants of each pack are tried.")] = 200,
    every: Annotated[bool, typer.Option("--all", help="Try all of them.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Another seed draws others; the same one, the same.")] = 0,
    section: Annotated[str, typer.Option("--section", help="Only what is called so in the pack, as 126.7.")] = "",
    data: Annotated[bool, typer.Option("--data", help="Also tables, and lists of more than ten members.")] = False,
    minimum: Annotated[
        float | None, typer.Option("--minimum", min=0, max=100, help="Percent below which the exit code is 1.")
    ] = None,
    format: FormatOption = Format.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file to write to.")] = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Change thresholds, signs, dates, lists and exceptions, one at a time, and run the cases that name what was changed.

    A mutant that no case notices is named with file and line. Exit codes: 0, 1 a pack is below --minimum, 2 a pack or a file of
    cases cannot be used.
    """
    from importlib.util import find_spec

    from exportcheck.cli.rules import load
    from exportcheck.mutation.run import Mutation, mutants

    packs = load(rules, layer, not no_cache)
    chosen = parse_names(",".join(names), packs.packs, "PACK") if names else tuple(sorted(packs.packs))
    if section and not any(next(mutants(packs, name, section=section, data=data), None) for name in chosen or ()):
        raise typer.BadParameter(f'nothing in {", ".join(chosen or ())} is called "{section}"', param_hint="--section")
    same = None
    if find_spec("z3") is not None:
        from exportcheck.mutation.equivalent import Equivalence

        same = Equivalence(packs)
    scores: dict[str, Score] = {}
    for name in chosen or ():
        mutation = Mutation(packs, [name], same)
        scores[name] = mutation.score(name, count=None if every else count, seed=seed, section=section, data=data)
    from exportcheck.report.mutation import render_mutation, render_mutation_json

    if format is Format.JSON:
        write_json(render_mutation_json(scores, seed), output)
    else:
        text = render_mutation(scores, terminal_for(output, color.value), minimum=minimum, solver=same is not None)
        write_output(text, output)
    raise typer.Exit(FAIL if minimum is not None and any(s.percent < minimum for s in scores.values()) else PASS)
