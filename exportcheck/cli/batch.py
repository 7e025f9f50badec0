"""`exportcheck batch`: verdicts for tables of order lines."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.exits import ERROR, FailOn, exit_code
from exportcheck.cli.options import Color, ColorOption, LayerOption, NoCacheOption, RulesOption, parse_date, parse_names
from exportcheck.cli.output import refuse_input, write_stream

if TYPE_CHECKING:
    from exportcheck.batch.plan import Plan
    from exportcheck.batch.run import Finished


class Engine(StrEnum):
    COLUMNS = "columns"
    SPARK = "spark"


def batch(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file of order lines; see docs/batch.md for the formats.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="The verdicts: .csv, .parquet or .jsonl.")],
    map: Annotated[
        str | None, typer.Option("--map", metavar="MAP", help="A mapping file, or the name of one that is shipped.")
    ] = None,
    format: Annotated[str | None, typer.Option("--format", help="Format of IN, where its name does not say it.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Law of this day instead of the transfer date.")
    ] = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    packs: Annotated[str | None, typer.Option("--packs", metavar="NAMES", help="Only these packs, like itar,ear.")] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", metavar="WHICH", help="Full receipts into OUT.explain.jsonl: ids of transactions, verdicts, or all."
        ),
    ] = None,
    aggregate: Annotated[
        bool, typer.Option("--aggregate", help="IN holds every transfer of its calendar years: fill in totals from it.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=256, help="Processes; the output is the same.")] = 1,
    engine: Annotated[
        Engine, typer.Option("--engine", help="What decides: this program, or Spark; the output is the same.")
    ] = Engine.COLUMNS,
    master: Annotated[
        str | None, typer.Option("--master", metavar="URL", help="Of Spark, like local[2]; without it all cores of this machine.")
    ] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew where an unfinished run is there.")] = False,
    slice: Annotated[int, typer.Option("--slice", min=1, max=1_000_000, help="Transactions that are decided at once.")] = 6_000,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="The mildest verdict with an exit code other than 0.")
    ] = FailOn.NEEDS_REVIEW,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever the verdict; rows in error still exit with 2.")
    ] = False,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Decide many transactions, from one file of order lines into another.

    A row that cannot be read is a row with the verdict `error`. A run that was stopped is taken up again by the same command.
    Exit codes: 0 pass, 1 fail, 3 needs-review, 2 where a row is in error or nothing could be written.
    """
    need_library()
    _check_engine(engine, master, jobs)
    law = None if as_of is None else parse_date(as_of, "--as-of")
    from exportcheck.batch.plan import Plan

    plan = Plan(
        source=source,
        out=out,
        rules=rules,
        layers=tuple(layer or ()),
        cache=not no_cache,
        as_of=law,
        mapping=map,
        format=format,
        explain=_explained(explain),
        aggregate=aggregate,
        size=slice,
        jobs=jobs,
        restart=restart,
        spark=engine is Engine.SPARK,
        master=master,
    )
    _refuse(plan)
    finished = _run(plan, packs, color)
    lines = [*finished.counts.lines(), *([finished.notices] if finished.notices else [])]
    write_stream("".join(f"{line}\n" for line in lines), sys.stdout)
    verdicts = finished.counts.verdicts
    if verdicts["error"]:
        raise typer.Exit(ERROR)
    decided = [v for v in ("pass", "fail", "needs-review") if verdicts[v]]
    raise typer.Exit(exit_code(decided, FailOn.NEVER if exit_zero else fail_on))  # type: ignore[arg-type]


def _run(plan: Plan, packs: str | None, color: Color) -> Finished:
    from dataclasses import replace

    from exportcheck.batch.progress import Watched
    from exportcheck.batch.run import run
    from exportcheck.report.terminal import terminal_of

    loaded = plan.load()
    plan = replace(plan, names=parse_names(packs, loaded.packs, "--packs"))
    opened = plan.open(loaded)
    shown = terminal_of(sys.stderr, color.value)
    for note in opened.notes:
        write_stream(f"note: {note.span}: {note.message}{f' ({note.hint})' if note.hint else ''}\n", sys.stderr)
    with Watched(plan.source.name, opened.count, color=shown.color) as watch:
        return run(plan, loaded, opened, watch)


def need_library() -> None:
    """Raise a usage error, before anything is read, where the libraries for tables are not installed."""
    from importlib.util import find_spec

    missing = [name for name in ("numpy", "polars", "pyarrow") if find_spec(name) is None]
    if missing:
        raise typer.BadParameter(f'tables need {" and ".join(missing)}: pip install "exportcheck[batch]"', param_hint="batch")


def _check_engine(engine: Engine, master: str | None, jobs: int) -> None:
    """Raise a usage error where Spark is asked for and not there, or an option is for the other engine."""
    if engine is Engine.COLUMNS:
        if master is not None:
            raise typer.BadParameter("is of Spark: give --engine spark too", param_hint="--master")
        return
    if jobs > 1:
        raise typer.BadParameter("Spark has workers of its own: say --master local[N]", param_hint="--jobs")
    from exportcheck.spark.session import lacking

    said = lacking()
    if said:
        raise typer.BadParameter(said, param_hint="--engine spark")


def _explained(explain: str | None) -> tuple[str, ...]:
    """What `--explain` names. Raises a usage error for nothing."""
    if explain is None:
        return ()
    found = tuple(dict.fromkeys(word.strip() for word in explain.split(",") if word.strip()))
    if not found:
        raise typer.BadParameter("name transactions, verdicts or all", param_hint="--explain")
    return found


def _refuse(plan: Plan) -> None:
    """Raise InputError where an output is the input, or no file."""
    from exportcheck.errors import InputError, Problem, Span

    inputs = [plan.source, *([Path(plan.mapping)] if plan.mapping else [])]
    for output in (plan.out, plan.explain_path, plan.notices_path):
        refuse_input(output, inputs, "--out", "a file that is read")
    if plan.out.is_dir():
        raise InputError(Problem(Span(str(plan.out)), "--out is a folder", "give the name of a file"))
    if not plan.out.parent.is_dir():
        raise InputError(Problem(Span(str(plan.out)), "--out is in a folder that does not exist", "make the folder first"))
