"""How many rows of a table can be read as transactions, and what is wrong with the others."""

from __future__ import annotations

from exportcheck.errors import Problem
from exportcheck.intake.model import Source
from exportcheck.report.characters import visible
from exportcheck.report.problems import render_problem
from exportcheck.report.words import plural


def render_rows(source: Source, most: int | None, *, encoding: str = "utf-8") -> tuple[str, int]:
    """Notes, mistakes (the first `most`; None: all) and counts as text, and the number of rows in error.

    The counts add up: rows = readable + in error.
    """
    good = bad = transactions = mistakes = 0
    listed: list[Problem] = []
    for taken in source:
        if taken.transaction is None:
            bad += len(taken.rows)
            mistakes += len(taken.problems)
            listed += taken.problems if most is None else taken.problems[: max(0, most - len(listed))]
        else:
            good += len(taken.rows)
            transactions += 1
    lines = [visible(f"note: {note.span}: {note.message}{f' ({note.hint})' if note.hint else ''}") for note in source.notes]
    lines += [line for problem in listed for line in render_problem(problem)]
    if mistakes > len(listed):
        lines.append(f"and {plural(mistakes - len(listed), 'more mistake')}; --all lists them")
    rows = f"{plural(good + bad, 'row')} = {good:,} readable + {bad:,} in error"
    lines.append(visible(f"{source.path}: {rows}; {plural(transactions, 'transaction')}"))
    return ("\n".join(lines) + "\n").encode(encoding, "backslashreplace").decode(encoding), bad
