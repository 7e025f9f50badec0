"""`exportcheck map`: which column of a table is which fact."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.exits import ERROR, PASS
from exportcheck.cli.options import LayerOption, NoCacheOption, RulesOption
from exportcheck.cli.output import refuse_input, terminal_for, write_file, write_output

if TYPE_CHECKING:
    from exportcheck.vocabulary.model import Vocabulary

map_verbs = typer.Typer(
    name="map",
    help="Which column of a table is which fact.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

SourceArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV, TSV, XLSX, Parquet, JSON Lines, OCDS (.json) or UBL (.xml).")
]
SourceFormatOption = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="Its format, if its name does not say it: csv, xlsx, ocds, ...")
]
MapOption = Annotated[
    str | None,
    typer.Option("--map", metavar="MAP", help="A mapping file, or one that comes with exportcheck: aes, ocds, ubl, usaspending."),
]
SHOWN = 20
"""So many mistakes are listed, unless all are asked for."""


@map_verbs.command("init")
def init(
    file: SourceArgument,
    out: Annotated[Path | None, typer.Option("--out", metavar="MAP", help="Where to write it; else to standard output.")] = None,
    format: SourceFormatOption = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Propose a mapping from the headers and first rows of a table, with the reason for each column."""
    refuse_input(out, [file], "--out", "the table")
    from exportcheck.intake.propose import proposed_mapping

    text, said = proposed_mapping(file, format, vocabulary(rules, layer, no_cache))
    if out is None:
        write_output(text, None)
    else:
        write_file(text, out, "--out")
        write_output(f"{out}: {said}\n", None)


@map_verbs.command("check")
def check_map(
    file: SourceArgument,
    map: MapOption = None,
    format: SourceFormatOption = None,
    every: Annotated[bool, typer.Option("--all", help=f"List all mistakes, not the first {SHOWN}.")] = False,
    rules: RulesOption = None,
    layer: LayerOption = None,
    no_cache: NoCacheOption = False,
) -> int:
    """Read a table by a mapping, count the rows that can be read, and list what is wrong with the others."""
    from exportcheck.intake import open_source
    from exportcheck.intake.read_mapping import load_mapping

    words = vocabulary(rules, layer, no_cache)
    mapping = load_mapping(map, words) if map is not None else None
    source = open_source(file, mapping, words, format=format)
    from exportcheck.report.rows import render_rows

    text, wrong = render_rows(source, None if every else SHOWN, encoding=terminal_for(None).encoding)
    write_output(text, None)
    return ERROR if wrong else PASS


def vocabulary(rules: Path | None, layer: list[Path] | None, no_cache: bool) -> Vocabulary:
    from exportcheck.rulepack.load import load_packs

    return load_packs(rules, tuple(layer or ()), not no_cache).vocabulary
