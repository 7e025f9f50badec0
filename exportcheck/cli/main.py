"""The console entry: the verbs, and what becomes of every exception."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, cast

import typer

from exportcheck.cli.batch import batch
from exportcheck.cli.check import check
from exportcheck.cli.diff import diff
from exportcheck.cli.exits import ERROR, PASS, STOPPED
from exportcheck.cli.facts import facts
from exportcheck.cli.map import map_verbs
from exportcheck.cli.output import write_stream
from exportcheck.cli.rules import rules
from exportcheck.errors import InputError

DEBUG = "EXPORTCHECK_DEBUG"

ClickException = cast(type[Exception], typer.BadParameter.__mro__[2])
"""What every usage error is. (Typer has it from click or carries its own, by version, and does not export it.)"""

app = typer.Typer(
    name="exportcheck",
    help="Decides whether a transfer can go ahead under export-control law, and shows why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("check")(check)
app.command("batch")(batch)
app.command("diff")(diff)
app.command("facts")(facts)
app.add_typer(map_verbs, name="map")
app.add_typer(rules, name="rules")


def _version(asked: bool) -> None:
    if asked:
        from exportcheck.cli.version import version_text

        write_stream(version_text(), sys.stdout)
        raise typer.Exit(PASS)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Versions of all parts and packs.")
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code. Nothing leaves here as a traceback unless EXPORTCHECK_DEBUG is set."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    gc.set_threshold(50_000, 20, 50)  # packs are many objects that stay: looking for garbage among them costs a tenth of a run
    try:
        code = app(args=given, prog_name="exportcheck", standalone_mode=False)
    except InputError as error:
        return _input_error(error, checking=given[:1] == ["check"])
    except (typer.Abort, KeyboardInterrupt):
        return STOPPED
    except ClickException as error:
        return _usage_error(error)
    except Exception as error:
        return _internal_error(error)
    return code if isinstance(code, int) else PASS


def _input_error(error: InputError, *, checking: bool) -> int:
    from exportcheck.report.problems import render_problems
    from exportcheck.report.terminal import terminal_of

    if os.environ.get(DEBUG):
        traceback.print_exc()
    terminal = terminal_of(sys.stderr)
    outcome = "nothing was checked" if checking else ""
    _say(render_problems(error, encoding=terminal.encoding, color=terminal.color, outcome=outcome))
    return ERROR


def _usage_error(error: BaseException) -> int:
    show = getattr(error, "show", None)
    if callable(show) and str(error):
        show()
    return ERROR


def _internal_error(error: Exception) -> int:
    if os.environ.get(DEBUG):
        traceback.print_exc()
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(os.path.dirname(frame.filename))}/{os.path.basename(frame.filename)}:{frame.lineno}"
    _say(
        f"internal error: {type(error).__name__} at {where}; this is a mistake in exportcheck, nothing was answered; "
        f"please report it with what {DEBUG}=1 shows\n"
    )
    return ERROR


def _say(text: str) -> None:
    with contextlib.suppress(InputError):  # Nowhere left to say it; the exit code still does.
        write_stream(text, sys.stderr)
