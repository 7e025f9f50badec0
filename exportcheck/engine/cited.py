"""Citations in full: inside a provision a paragraph is cited shortly, `(b)(2)`, which says nothing outside it."""

from __future__ import annotations

import re

_FULL = re.compile(r"\b(CFR|U\.?S\.?C|FR|part)\b")
_SECTION = re.compile(r"(\d+ CFR) (\d+\.\d+[a-z]?)")


def full_cite(provision: str, cite: str) -> str:
    """`(b)(2)` in `22 CFR 126.7(a)` is `22 CFR 126.7(b)(2)`, `123.9(b)` there is `22 CFR 123.9(b)`; a full one stays as it is."""
    own = _SECTION.match(provision)
    if not cite or _FULL.search(cite):
        return cite or provision
    if own is None:
        return f"{provision}, {cite}" if provision and provision != cite else cite
    if cite.startswith("("):
        return f"{own[1]} {own[2]}{cite}"
    if cite[0].isdigit():
        return f"{own[1]} {cite}"
    return f"{provision}, {cite}"
