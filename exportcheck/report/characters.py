"""Characters that a report may and may not write."""

from __future__ import annotations

import unicodedata

PLAIN = str.maketrans(
    {"→": "->", "×": "x", "…": "...", "–": "-", "—": "-", "≤": "<=", "≥": ">=", "≠": "!=", "·": "-", "│": "|", "✓": "+", "✗": "x"}
    | {"‘": "'", "’": "'", "“": '"', "”": '"', "€": "EUR", "£": "GBP", "§": "sec."}
)
"""What stands for the signs that the report likes to use where a terminal has not got them."""

GLUE = "\ue000"
"""A blank at which no line is broken. (A private character, since the wrapping breaks at no-break spaces too.)"""


def visible(text: str) -> str:
    """The text with control, bidirectional and other invisible characters written out (`\\x1b`), every blank a space."""
    if text.isprintable():
        return text
    return "".join(_visible_character(c) for c in text)


def glue(text: str) -> str:
    """The text to be kept on one line if it fits there."""
    return text.replace(" ", GLUE)


def _visible_character(c: str) -> str:
    if c.isprintable() or c == GLUE:
        return c
    if c in "\t\n\r" or unicodedata.category(c) == "Zs":
        return " "
    number = ord(c)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
