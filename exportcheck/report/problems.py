"""Mistakes in what a user wrote, as they are printed: each with its line and caret, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.errors import InputError, Problem
from exportcheck.report.characters import visible
from exportcheck.report.words import plural

MOST_SHOWN = 100


def render_problems(
    error: InputError, *, encoding: str = "utf-8", color: bool = False, outcome: str = "nothing was checked"
) -> str:
    """Every problem of the error and a closing line, ending with a newline.

    Problems are in the order of their places. Characters that could steer a terminal are written out; those that the encoding
    has not got, too.
    """
    problems = sorted(dict.fromkeys(error.problems), key=_place)
    lines = [line for problem in problems[:MOST_SHOWN] for line in render_problem(problem, color=color)]
    if len(problems) > MOST_SHOWN:
        lines.append(f"and {plural(len(problems) - MOST_SHOWN, 'error')} more")
    lines.append(plural(len(problems), "error") + (f"; {outcome}" if outcome else ""))
    return ("\n".join(lines) + "\n").encode(encoding, "backslashreplace").decode(encoding)


def _place(problem: Problem) -> tuple[str, int, int]:
    return (problem.span.file, problem.span.line, problem.span.column)


def render_problem(problem: Problem, *, color: bool = False) -> Sequence[str]:
    """The lines of one problem."""
    # A message or hint of several lines would stand under the caret as if it were the source.
    message, hint = " ".join(problem.message.splitlines()), " ".join(problem.hint.splitlines())
    shown = Problem(problem.span, message, hint).render().split("\n")
    lines = [visible(line) for line in shown]
    if color:
        lines[0] = lines[0].replace("error:", "\x1b[1;31merror:\x1b[0m", 1)
    return lines
