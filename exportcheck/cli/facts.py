"""`exportcheck facts`: what a transaction may state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.options import Color, ColorOption, Format, FormatOption, LayerOption, NoCacheOption, RulesOption
from exportcheck.cli.output import terminal_for, write_json, write_output

if TYPE_CHECKING:
    from exportcheck.vocabulary.model import FactDeclaration, Vocabulary


def facts(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A fact, or a part of names.")] = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="ENTITY", help="Only facts of a transaction, party, item, ...")
    ] = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    format: FormatOption = Format.TEXT,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List the facts that a transaction may state, with type and question."""
    found = find_facts(vocabulary(rules, tuple(layer or ()), not no_cache), name, of)
    from exportcheck.report.facts import render_facts, render_facts_json

    if format is Format.JSON:
        write_json(render_facts_json(found), None)
    else:
        write_output(render_facts(found, terminal_for(None, color.value)), None)


def vocabulary(rules: Path | None, layers: tuple[Path, ...], cache: bool) -> Vocabulary:
    """The vocabulary of the packs. Raises InputError."""
    from exportcheck.rulepack.load import load_packs

    return load_packs(rules, layers, cache).vocabulary


def find_facts(words: Vocabulary, name: str | None, of: str | None) -> list[FactDeclaration]:
    """The facts of an entity kind whose name is `name`, else those that have it in their names, by entity and name.

    Raises a usage error where there is none.
    """
    from exportcheck.errors import did_you_mean
    from exportcheck.vocabulary.model import ENTITY_KINDS

    if of is not None and of not in ENTITY_KINDS:
        hint = did_you_mean(of, ENTITY_KINDS) or "there are: " + ", ".join(ENTITY_KINDS)
        raise typer.BadParameter(f'there is no entity "{of}": {hint}', param_hint="--of")
    kind = "item" if of == "component" else of
    every = sorted(words.facts.values(), key=lambda fact: (ENTITY_KINDS.index(fact.of), fact.name))
    every = [fact for fact in every if kind is None or fact.of == kind]
    if name is None:
        return every
    asked = name.strip().casefold()
    exact = [fact for fact in every if fact.name.casefold() == asked]
    found = exact or [fact for fact in every if asked in fact.name.casefold()]
    if not found:
        hint = did_you_mean(asked, (fact.name for fact in every))
        raise typer.BadParameter(f'no fact has "{name}" in its name' + (f": {hint}" if hint else ""), param_hint="NAME")
    return found
