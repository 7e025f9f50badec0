"""`exportcheck check`: the verdict on transactions, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.exits import FailOn, exit_code
from exportcheck.cli.options import Color, ColorOption, LayerOption, NoCacheOption, RulesOption, parse_date, parse_names
from exportcheck.cli.output import refuse_input, terminal_for, write_file
from exportcheck.cli.reports import (
    Checked,
    ReportFormat,
    need_library,
    parse_reports,
    refuse_collisions,
    render,
    write_report,
    write_reports,
)

if TYPE_CHECKING:
    from exportcheck.engine.result import Result
    from exportcheck.gate.baseline import Baseline
    from exportcheck.gate.judge import Gate
    from exportcheck.gate.waivers import Waiver
    from exportcheck.rulepack.model import Packs
    from exportcheck.transaction.model import Transaction


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help='Files, folders or quoted patterns ("orders/**/*.yaml"); - is standard input.'),
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Law of this day instead of the transfer date.")
    ] = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    packs: Annotated[str | None, typer.Option("--packs", metavar="NAMES", help="Only these packs, like itar,ear.")] = None,
    format: Annotated[
        ReportFormat, typer.Option("--format", help="text to read; json: the receipt; the others for CI, see docs/ci.md.")
    ] = ReportFormat.TEXT,
    why: Annotated[bool, typer.Option("--why", help="The full reasoning, clause by clause.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write into this file.")] = None,
    report: Annotated[
        list[str] | None,
        typer.Option("--report", metavar="FORMAT=FILE", help="Write this too, like sarif=out.sarif; repeatable."),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="The mildest verdict with an exit code other than 0.")
    ] = FailOn.NEEDS_REVIEW,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever the verdict; mistakes still exit with 2.")
    ] = False,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", metavar="FILE", help="Lines that do not count for the exit code, each with why.")
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="Day on which waivers have to be in force; default today.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Only what is not as in this baseline or receipt counts.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option("--write-baseline", metavar="FILE", help="Write the answers as a baseline.")
    ] = None,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Check whether transfers may go ahead.

    Exit codes: 0 pass, 1 fail, 3 needs-review, 2 where something given cannot be used; then nothing is checked.
    """
    reports = parse_reports(report or ())
    need_library([format, *(kind for kind, _ in reports)])
    beside = [path for path in (waivers, baseline) if path is not None]
    written = [*([("--output", output)] if output else []), *(("--report", file) for _, file in reports)]
    if write_baseline is not None and write_baseline != baseline:
        written.append(("--write-baseline", write_baseline))
    refuse_collisions(written, paths, beside)
    law = None if as_of is None else parse_date(as_of, "--as-of")
    day = date.today() if today is None else parse_date(today, "--today")
    loaded = load(rules, layer or (), cache=not no_cache)
    held, before = set_aside(loaded, waivers, baseline)
    skip = [*beside, *([write_baseline] if write_baseline and holds_baseline(write_baseline) else [])]
    answers = answer(paths, loaded, packs=packs, as_of=law, skip=skip)
    checked = Checked(answers, loaded, gate_of([result for _, result in answers], held, before, day))
    read = [Path(transaction.file) for transaction, _ in answers if transaction.file]
    for option, file in written:
        refuse_input(file, read, option)
    terminal = terminal_for(output, color.value)
    text = render(checked, format, terminal, why=why)
    write_reports(checked, reports, why=why)
    if write_baseline is not None:
        from exportcheck.gate.baseline import reduce, render_baseline

        write_file(render_baseline(reduce(checked.results)), write_baseline, "--write-baseline")
    write_report(text, format, output)
    raise typer.Exit(exit_code(checked.gate.counted(), FailOn.NEVER if exit_zero else fail_on))


def load(rules: Path | None, layers: Sequence[Path], cache: bool) -> Packs:
    """The packs, which stay for the whole run, so that the collector of cycles need not look through them. Raises InputError."""
    import gc

    from exportcheck.rulepack.load import load_packs

    packs = load_packs(rules, tuple(layers), cache)
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return packs


def holds_baseline(path: Path) -> bool:
    """Is it a baseline that was written before, and no description?"""
    if not path.is_file():
        return False
    from exportcheck.gate.baseline import begins_as_baseline

    return begins_as_baseline(path)


def answer(
    paths: Sequence[Path], loaded: Packs, *, packs: str | None, as_of: date | None, skip: Sequence[Path] = ()
) -> list[tuple[Transaction, Result]]:
    """Every transaction of the files with its result; folders and patterns are read without the files of `skip`.

    Raises InputError with all mistakes before anything is checked.
    """
    from exportcheck.engine.check import Engine
    from exportcheck.engine.unlisted import listed_paths, unlisted
    from exportcheck.errors import InputError
    from exportcheck.transaction.read import read_transactions

    names = parse_names(packs, loaded.packs, "--packs")
    transactions = read_transactions(paths, loaded.vocabulary, skip)
    engine = Engine(loaded)
    listed = listed_paths(loaded)
    wrong = [p for t in transactions for p in unlisted(t, listed, engine.date_of(t, as_of))]
    if wrong:
        raise InputError(wrong)
    return [(transaction, engine.check(transaction, as_of=as_of, packs=names, explain=True)) for transaction in transactions]


def set_aside(packs: Packs, waivers: Path | None, baseline: Path | None) -> tuple[Sequence[Waiver] | None, Baseline | None]:
    """The waivers and the baseline, as far as they are given. Raises InputError with the mistakes of both files."""
    from exportcheck.errors import InputError, Problem

    held, before = None, None
    problems: list[Problem] = []
    if waivers is not None:
        from exportcheck.gate.waivers import read_waivers

        try:
            held = read_waivers(waivers, {provision.id for provision in packs.provisions})
        except InputError as error:
            problems += error.problems
    if baseline is not None:
        from exportcheck.gate.baseline import read_baseline

        try:
            before = read_baseline(baseline)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return held, before


def gate_of(results: Sequence[Result], waivers: Sequence[Waiver] | None, baseline: Baseline | None, today: date) -> Gate:
    """What of the results counts."""
    from exportcheck.gate.judge import judge

    return judge(results, waivers, baseline, today)
