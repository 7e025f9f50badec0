"""`exportcheck check`: the verdict on transactions, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.exits import FailOn, exit_code
from exportcheck.cli.options import Color, ColorOption, Format, LayerOption, NoCacheOption, RulesOption, parse_date, parse_names
from exportcheck.cli.output import refuse_input, terminal_for, write_json, write_output

if TYPE_CHECKING:
    from exportcheck.engine.result import Result
    from exportcheck.transaction.model import Transaction


def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files or folders of transactions; - is standard input.")
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Law of this day instead of the transfer date.")
    ] = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    packs: Annotated[str | None, typer.Option("--packs", metavar="NAMES", help="Only these packs, like itar,ear.")] = None,
    format: Annotated[Format, typer.Option("--format", help="text to read, or json: the receipt.")] = Format.TEXT,
    why: Annotated[bool, typer.Option("--why", help="The full reasoning, clause by clause.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write into this file.")] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="The mildest verdict with an exit code other than 0.")
    ] = FailOn.NEEDS_REVIEW,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever the verdict; mistakes still exit with 2.")
    ] = False,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Check whether transfers may go ahead.

    Exit codes: 0 pass, 1 fail, 3 needs-review, 2 where something given cannot be used; then nothing is checked.
    """
    refuse_input(output, paths)
    day = None if as_of is None else parse_date(as_of, "--as-of")
    answers = answer(paths, rules=rules, layers=tuple(layer or ()), packs=packs, as_of=day, cache=not no_cache)
    refuse_input(output, [Path(transaction.file) for transaction, _ in answers if transaction.file])
    if format is Format.JSON:
        from exportcheck.report.json import render_json

        write_json(render_json(answers, why=why), output)
    else:
        from exportcheck.report.text import render_text

        terminal = terminal_for(output, color.value)
        write_output(render_text([result for _, result in answers], terminal, why=why), output)
    raise typer.Exit(exit_code((result.verdict for _, result in answers), FailOn.NEVER if exit_zero else fail_on))


def answer(
    paths: Sequence[Path], *, rules: Path | None, layers: Sequence[Path], packs: str | None, as_of: date | None, cache: bool
) -> list[tuple[Transaction, Result]]:
    """Every transaction of the files with its result. Raises InputError with all mistakes before anything is checked."""
    from exportcheck.engine.check import Engine
    from exportcheck.engine.unlisted import listed_paths, unlisted
    from exportcheck.errors import InputError
    from exportcheck.rulepack.load import load_packs
    from exportcheck.transaction.read import read_transactions

    loaded = load_packs(rules, layers, cache)
    names = parse_names(packs, loaded.packs, "--packs")
    transactions = read_transactions(paths, loaded.vocabulary)
    engine = Engine(loaded)
    listed = listed_paths(loaded)
    wrong = [p for t in transactions for p in unlisted(t, listed, engine.date_of(t, as_of))]
    if wrong:
        raise InputError(wrong)
    return [(transaction, engine.check(transaction, as_of=as_of, packs=names, explain=True)) for transaction in transactions]
