"""Options that several verbs share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


RulesOption = Annotated[
    Path | None, typer.Option("--rules", metavar="DIR", help="Rule packs to use instead of the shipped ones.")
]
LayerOption = Annotated[list[Path] | None, typer.Option("--layer", metavar="DIR", help="Packs that amend the rules; repeatable.")]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Read the packs anew, and keep nothing.")]
ColorOption = Annotated[Color, typer.Option("--color", help="auto: in a terminal, unless NO_COLOR is set.")]
FormatOption = Annotated[Format, typer.Option("--format", help="text, or json for programs.")]


def parse_date(text: str, option: str) -> date:
    """A day written YYYY-MM-DD. Raises a usage error for anything else."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise typer.BadParameter(f'"{text}" is no date: {error}', param_hint=option) from None
    raise typer.BadParameter(f'"{text}" is no date: write it like 2026-03-02', param_hint=option)


def parse_names(text: str | None, known: Iterable[str], option: str) -> tuple[str, ...] | None:
    """Names separated by commas, each a known one; None for none given. Raises a usage error."""
    from exportcheck.errors import did_you_mean

    if text is None:
        return None
    every = tuple(known)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise typer.BadParameter("no name is given", param_hint=option)
    for name in names:
        if name not in every:
            hint = did_you_mean(name, every) or f"there are: {', '.join(sorted(every)) or 'none'}"
            raise typer.BadParameter(f'there is no pack "{name}": {hint}', param_hint=option)
    return names
