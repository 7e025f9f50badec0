"""Texts of other people inside Markdown: shown as they are, never read as markup, mentions or links."""

from __future__ import annotations

import re

from exportcheck.report.characters import visible

_AFTER_START = re.compile(r"^(\s*\d+)([.)])(?=\s|$)")
UNSEEN_BREAK = "&#8203;"
"""Keeps `@name`, `#7` and `www.` from becoming a mention or a link."""


def escaped(text: str) -> str:
    """The text on one line, safe in a paragraph, a list and a cell of a table."""
    plain = re.sub(r"\s+", " ", visible(text)).strip()  # first, so that what comes to stand at the start is seen there
    plain = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\", "\\\\")
    plain = re.sub(r"([`*_{}\[\]|~$^])", r"\\\1", plain)
    plain = re.sub(r"^([#+=-])", r"\\\1", plain)
    plain = _AFTER_START.sub(r"\1\\\2", plain)
    plain = re.sub(r"([@#])(?=\w)", rf"\1{UNSEEN_BREAK}", plain)
    plain = re.sub(r"(?i)\b(https?|ftp|mailto|xmpp):", rf"\1{UNSEEN_BREAK}:", plain)
    return re.sub(r"(?i)\bwww\.", f"www{UNSEEN_BREAK}.", plain)


def code(text: str, *, cell: bool = False) -> str:
    """The text as a code span, whatever backticks are in it; with `cell`, one that stands in a table."""
    plain = re.sub(r"\s+", " ", visible(text)).strip() or "-"
    plain = plain.replace("|", "\\|") if cell else plain
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    fence = "`" * (longest + 1)
    room = " " if longest else ""
    return f"{fence}{room}{plain}{room}{fence}"
