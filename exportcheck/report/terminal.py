"""What an output stream can show: how wide it is, whether in color, and which characters.

The environment is read here and nowhere else: `NO_COLOR` and `TERM=dumb` switch color off, `FORCE_COLOR` on, `COLUMNS` sets
the width.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Literal

ColorChoice = Literal["auto", "always", "never"]

NARROWEST = 40
WIDEST = 100
"""Lines longer than this are hard to read, however wide the window is."""
USUAL = 80

SIGNS = "✓✗→×…–≤≥≠·│"


@dataclass(frozen=True, slots=True)
class Terminal:
    """`width` in character cells; `encoding` of the stream; `color` whether ANSI styles may be written."""

    width: int = USUAL
    encoding: str = "utf-8"
    color: bool = False

    @property
    def unicode(self) -> bool:
        """Can the signs that the report likes to use be written?"""
        try:
            SIGNS.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True


def terminal_of(stream: IO[str], color: ColorChoice = "auto", environ: Mapping[str, str] | None = None) -> Terminal:
    """What this stream can show. A stream that is no terminal gets 80 columns and no color unless asked for."""
    env = os.environ if environ is None else environ
    try:
        tty = stream.isatty()
    except (AttributeError, ValueError):
        tty = False
    width = USUAL
    if env.get("COLUMNS", "").isdecimal():
        width = int(env["COLUMNS"])
    elif tty:
        width = shutil.get_terminal_size((USUAL, 24)).columns
    return Terminal(
        width=max(NARROWEST, min(width, WIDEST)),
        encoding=getattr(stream, "encoding", None) or "utf-8",
        color=_colored(tty, color, env),
    )


def _colored(tty: bool, color: ColorChoice, env: Mapping[str, str]) -> bool:
    if color != "auto":
        return color == "always"
    if env.get("NO_COLOR") or env.get("TERM") == "dumb":
        return False
    return tty or bool(env.get("FORCE_COLOR"))
