"""`exportcheck diff`: what changed between two states of the packs, for whom, with the smallest transaction that shows it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exportcheck.cli.exits import PASS
from exportcheck.cli.options import Color, ColorOption, LayerOption, NoCacheOption, RulesOption, parse_date, parse_names
from exportcheck.cli.output import terminal_for, write_file, write_json, write_output

if TYPE_CHECKING:
    from exportcheck.compare.between import Between
    from exportcheck.compare.model import Comparison
    from exportcheck.compare.sides import Side
    from exportcheck.report.terminal import Terminal
    from exportcheck.transaction.model import Transaction


class DiffFormat(StrEnum):
    """One file in `exportcheck/report/` each."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class Effort(StrEnum):
    """How long a witness is looked for."""

    QUICK = "quick"
    NORMAL = "normal"
    THOROUGH = "thorough"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared, as the command line says it."""

    old: str | None
    new: str | None
    old_day: date | None
    new_day: date | None
    old_layers: tuple[Path, ...]
    new_layers: tuple[Path, ...]


def diff(
    sides: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[OLD [NEW]]", help="Folders of packs, or REV:rules/ of a git repository; without any, the shipped ones."
        ),
    ] = None,
    as_of: Annotated[
        list[str] | None,
        typer.Option("--as-of", metavar="DATE", help="The law of this day; given twice, of the one day and of the other."),
    ] = None,
    rules: RulesOption = None,
    layer: LayerOption = None,
    on: Annotated[
        list[Path] | None, typer.Option("--on", metavar="PATH", help="Also check these descriptions under both; repeatable.")
    ] = None,
    like: Annotated[
        list[Path] | None, typer.Option("--like", metavar="FILE", help="Look for examples near this description; repeatable.")
    ] = None,
    packs: Annotated[
        str | None, typer.Option("--packs", metavar="NAMES", help="Only changes of these packs, like itar,ear.")
    ] = None,
    between: Annotated[
        str | None,
        typer.Option(
            "--between", metavar="itar,ear", help="Instead: transfers of one thing that the one pack frees and the other holds."
        ),
    ] = None,
    destination: Annotated[
        str, typer.Option("--destination", metavar="COUNTRIES", help="For --between: where to, like AU,GB.")
    ] = "AU,GB",
    format: Annotated[
        DiffFormat, typer.Option("--format", help="text, markdown for a comment, html, or json for programs.")
    ] = DiffFormat.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write into this file.")] = None,
    examples: Annotated[
        Path | None, typer.Option("--examples", metavar="DIR", help="Write each example as a description into this folder.")
    ] = None,
    effort: Annotated[Effort, typer.Option("--effort", help="How long to look for an example of each change.")] = Effort.NORMAL,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever changed; mistakes still exit with 2.")
    ] = False,
    no_cache: NoCacheOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Compare two states of the rule packs: what changed, for whom, and an example on which they differ.

    OLD and NEW are folders or git revisions; `--as-of A --as-of B`: one state on two days; `--layer L`: without and with it.

    Exit codes: 0 no verdict changes, 1 verdicts change, 3 not decided for some change, 2 where something given cannot be used.
    """
    if between is not None:
        wanted = parse_between(between, destination, sides or (), as_of or (), format)
        code, text = compare_between(
            wanted, rules, tuple(layer or ()), effort.value, not no_cache, examples, format, color, output
        )
        (write_output if format is DiffFormat.TEXT else write_json)(text, output)
        raise typer.Exit(PASS if exit_zero else code)
    asked = parse_asked(sides or (), as_of or (), tuple(layer or ()))
    if format is DiffFormat.HTML:
        need_jinja()
    with tempfile.TemporaryDirectory(prefix="exportcheck-") as scratch:
        comparison = compare_asked(
            asked, Path(scratch), rules, tuple(on or ()), tuple(like or ()), packs, effort.value, not no_cache
        )
    if examples is not None:
        comparison = write_examples(comparison, examples)
    text = render(comparison, format, terminal_for(output, color.value))
    (write_output if format is DiffFormat.TEXT else write_json)(text, output)
    raise typer.Exit(PASS if exit_zero else comparison.exit_code)


@dataclass(frozen=True, slots=True)
class AskedBetween:
    """Of which packs, where to and on which day mismatches are looked for."""

    given: str | None
    destinations: tuple[str, ...]
    day: date | None


def parse_between(between: str, destination: str, sides: Sequence[str], as_of: Sequence[str], format: DiffFormat) -> AskedBetween:
    """What `--between` asks for. Raises a usage error for what it cannot do."""
    from exportcheck.transaction.places import COUNTRIES

    if sorted(x.strip() for x in between.split(",")) != ["ear", "itar"]:
        raise typer.BadParameter("write itar,ear: between these two things move from list to list", param_hint="--between")
    if format not in (DiffFormat.TEXT, DiffFormat.JSON):
        raise typer.BadParameter("with --between there is text and json", param_hint="--format")
    if len(sides) > 1 or len(as_of) > 1:
        raise typer.BadParameter("--between looks at one state of the packs on one day", param_hint="--between")
    places = tuple(dict.fromkeys(x.strip() for x in destination.split(",") if x.strip()))
    for place in places:
        if place not in COUNTRIES:
            raise typer.BadParameter(f'"{place}" is no country: write two letters, like AU,GB', param_hint="--destination")
    if not places:
        raise typer.BadParameter("no country is given", param_hint="--destination")
    return AskedBetween(sides[0] if sides else None, places, parse_date(as_of[0], "--as-of") if as_of else None)


def compare_between(
    asked: AskedBetween, rules: Path | None, layers: tuple[Path, ...], effort: str, cache: bool, examples: Path | None,
    format: DiffFormat, color: Color, output: Path | None,
) -> tuple[int, str]:  # fmt: skip
    """The exit code and the page. Raises InputError with what of the packs cannot be used."""
    from exportcheck.compare.between import run_between
    from exportcheck.compare.entries import PACKS
    from exportcheck.compare.sides import load_side

    with tempfile.TemporaryDirectory(prefix="exportcheck-") as scratch:
        side = load_side(asked.given, layers, asked.day, Path(scratch), rules=rules, cache=cache)
        for pack in (*PACKS, "correlation"):
            if pack not in side.packs.packs:
                raise typer.BadParameter(f"there is no pack {pack}, which it needs", param_hint="--between")
        day = asked.day or min(side.packs.packs[p].current_to for p in PACKS)
        found = run_between(side, day, asked.destinations, effort)
    if examples is not None:
        found = write_between(found, examples)
    if format is DiffFormat.JSON:
        from exportcheck.report.diff_between_json import render_between_json

        return found.exit_code, render_between_json(found)
    from exportcheck.report.diff_between_text import render_between_text

    return found.exit_code, render_between_text(found, terminal_for(output, color.value))


def write_between(found: Between, folder: Path) -> Between:
    """Write both descriptions of each mismatch into the folder. Raises InputError where that is not possible."""
    from dataclasses import replace

    make_folder(folder)
    written = []
    for n, mismatch in enumerate(found.found, 1):
        halves = []
        for word, seen in (("free", mismatch.free), ("held", mismatch.held)):
            path = folder / f"{mismatch.destination.lower()}-{n}-{word}-{seen.pack}.yaml"
            why = "".join(f"# {reason}\n" for reason in seen.why)
            says = f"# {seen.verdict} under {seen.pack}, {found.day}: {seen.summary} ({seen.provision})\n{why}"
            says += f"# exportcheck check FILE --as-of {found.day} --packs itar,ear\n"
            write_file(says + seen.text, path, "--examples")
            halves.append(replace(seen, file=str(path)))
        written.append(replace(mismatch, free=halves[0], held=halves[1]))
    return replace(found, found=tuple(written))


def parse_asked(sides: Sequence[str], as_of: Sequence[str], layers: tuple[Path, ...]) -> Asked:
    """What is to be compared. Raises a usage error where that is nothing, or too much."""
    if len(sides) > 2:
        raise typer.BadParameter("two states are compared, and more are given", param_hint="OLD NEW")
    if len(as_of) > 2:
        raise typer.BadParameter("give one day, or two", param_hint="--as-of")
    days = [parse_date(d, "--as-of") for d in as_of]
    first = sides[0] if sides else None
    if len(sides) == 2:
        return Asked(first, sides[1], days[0] if days else None, days[-1] if days else None, layers, layers)
    if len(days) == 2:
        return Asked(first, first, days[0], days[1], layers, layers)
    if layers:
        return Asked(first, first, days[0] if days else None, days[0] if days else None, (), layers)
    raise typer.BadParameter("nothing to compare with: give OLD and NEW, or --as-of twice, or --layer", param_hint="OLD NEW")


def compare_asked(
    asked: Asked, scratch: Path, rules: Path | None, on: tuple[Path, ...], like: tuple[Path, ...], names: str | None,
    effort: str, cache: bool,
) -> Comparison:  # fmt: skip
    """The comparison. Raises InputError with what of the packs or descriptions cannot be used."""
    from exportcheck.compare.compare import Comparer, Options
    from exportcheck.compare.corpus import read_corpus, run_corpus
    from exportcheck.compare.seeds import both_vocabularies
    from exportcheck.transaction.read import read_transactions

    old, new = load_sides(asked, scratch, rules, cache)
    known = dict.fromkeys((*new.packs.packs, *old.packs.packs))
    chosen = parse_names(names, known, "--packs")
    vocabulary = both_vocabularies(old.packs, new.packs)
    near: tuple[Transaction, ...] = tuple(read_transactions(like, vocabulary)) if like else ()
    corpus = read_corpus(on, vocabulary, old.day is not None) if on else None
    comparer = Comparer(old, new, Options(effort=effort, packs=chosen, like=near))
    if corpus is None:
        return comparer.run()
    return comparer.run(lambda changes: run_corpus(old, new, corpus[0], changes, corpus[1]))


def load_sides(asked: Asked, scratch: Path, rules: Path | None, cache: bool) -> tuple[Side, Side]:
    """Both sides; where only the day differs, they share one engine."""
    from exportcheck.compare.sides import load_side, make_side

    old = load_side(asked.old, asked.old_layers, asked.old_day, scratch, rules=rules, cache=cache)
    if (asked.old, asked.old_layers) == (asked.new, asked.new_layers):
        return old, make_side(old.packs, old.label, asked.new_day, old.engine)
    return old, load_side(asked.new, asked.new_layers, asked.new_day, scratch, rules=rules, cache=cache)


def need_jinja() -> None:
    from importlib.util import find_spec

    if find_spec("jinja2") is None:
        raise typer.BadParameter('html needs jinja2: pip install "exportcheck[html]"', param_hint="--format")


def write_examples(comparison: Comparison, folder: Path) -> Comparison:
    """Write every witness into the folder. Raises InputError where that is not possible."""
    from dataclasses import replace

    from exportcheck.compare.examples import example_name, example_text

    make_folder(folder)
    taken: set[str] = set()
    effects = []
    for change, effect in zip(comparison.changes, comparison.effects, strict=True):
        witnesses = []
        for witness in effect.witnesses:
            path = folder / example_name(change, witness, taken)
            write_file(example_text(comparison, change, witness), path, "--examples")
            witnesses.append(replace(witness, file=str(path)))
        effects.append(replace(effect, witnesses=tuple(witnesses)))
    return replace(comparison, effects=tuple(effects))


def make_folder(folder: Path) -> None:
    """The folder of --examples. Raises InputError where it cannot be made."""
    from exportcheck.errors import InputError, Problem, Span

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(Problem(Span(str(folder)), f"--examples cannot be made: {error.strerror or error}")) from None


def render(comparison: Comparison, format: DiffFormat, terminal: Terminal) -> str:
    """The comparison in a format. What it needs is imported here and only for it."""
    match format:
        case DiffFormat.JSON:
            from exportcheck.report.diff_json import render_diff_json

            return render_diff_json(comparison)
        case DiffFormat.MARKDOWN:
            from exportcheck.report.diff_markdown import render_diff_markdown

            return render_diff_markdown(comparison)
        case DiffFormat.HTML:
            from exportcheck.report.diff_html import render_diff_html

            return render_diff_html(comparison)
        case DiffFormat.TEXT:
            from exportcheck.report.diff_text import render_diff_text

            return render_diff_text(comparison, terminal)
