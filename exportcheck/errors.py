"""Mistakes in what a user wrote, with the place and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file. Lines and columns count from 1; `length` is in characters (0: unknown)."""

    file: str
    line: int = 0
    column: int = 0
    length: int = 0
    text: str = field(default="", compare=False)
    """The source line, where it is at hand (for the caret)."""

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Span("<none>")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where, what is wrong, and what would be right."""

    span: Span
    message: str
    hint: str = ""

    def render(self) -> str:
        lines = [f"error: {self.span}: {self.message}"]
        if self.span.line and self.span.text:
            number = str(self.span.line)
            gutter = " " * (len(number) + 4)
            shown, column = _window(self.span.text, self.span.column)
            lines.append(f"   {number} | {shown}")
            width = max(1, min(self.span.length or 1, len(shown) - column + 1))
            caret = "^" * width
            lines.append(f"{gutter}| {' ' * (column - 1)}{caret}" + (f" {self.hint}" if self.hint else ""))
        elif self.hint:
            lines.append(f"   {self.hint}")
        return "\n".join(lines)


def _window(text: str, column: int, width: int = 100) -> tuple[str, int]:
    """The part of a long line around a column, control characters made visible."""
    # Cut before cleaning: a JSON file may be one line of megabytes.
    start = max(0, column - 1 - width // 2) if len(text) > width else 0
    shown = text[start : start + width].rstrip("\r\n")
    clean = "".join(c if c.isprintable() else ("�" if c != "\t" else " ") for c in shown)
    return clean, max(1, min(column - start, len(clean) + 1))


class InputError(Exception):
    """Something a user wrote cannot be used. Carries every problem that was found, not only the first."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(problem.render() for problem in self.problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean "..."?` for the nearest known word, or an empty text."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to `word`, if any is near (difflib ratio of at least 0.6, case ignored)."""
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(candidate.casefold(), candidate)
    # No known word is longer, and the search is quadratic.
    found = difflib.get_close_matches(word[:100].casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None
