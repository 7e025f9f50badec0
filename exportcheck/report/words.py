"""How verdicts, packs, places and lengths of time read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from exportcheck.engine.result import FailKind, ReviewKind, Verdict
from exportcheck.errors import NOWHERE, Span
from exportcheck.source.read import INPUT_NAME

VERDICTS: dict[Verdict, tuple[str, str]] = {
    "fail": ("FAIL", "bold red"),
    "needs-review": ("NEEDS REVIEW", "bold yellow"),
    "pass": ("PASS", "bold green"),
    "not-subject": ("PASS", "bold green"),
}
"""The word of a verdict and its style. A line that no pack subjects passes; its headline says so."""

WORST_FIRST: tuple[Verdict, ...] = ("fail", "needs-review", "pass", "not-subject")

FAILS: dict[FailKind, str] = {
    "prohibited": "prohibited",
    "license-required": "license required",
    "curable": "can be cured",
}

REVIEWS: dict[ReviewKind, str] = {
    "missing-fact": "a fact is missing",
    "judgement": "a person has to judge",
    "conflict": "provisions conflict",
    "stale": "the packs do not cover this date",
    "not-modelled": "law that is not modelled bears on it",
    "uncertain": "the law is uncertain on this date",
    "unverified": "it rests on a provision that nobody has verified",
}

_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}


def pack_label(pack: str) -> str:
    """`itar` -> ITAR, `aukus/australia` -> AUKUS Australia, `australia-group` -> Australia Group."""
    words = re.split(r"[/_-]", pack)
    return " ".join(word.upper() if len(word) <= 4 or word == "aukus" else word.capitalize() for word in words)


def plural(number: int, one: str, many: str = "") -> str:
    """`1 line`, `2 lines`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tally(verdicts: Iterable[Verdict]) -> str:
    """`1 fail, 2 pass`, worst first."""
    counted = Counter(verdicts)
    return ", ".join(f"{counted[verdict]:,} {verdict}" for verdict in WORST_FIRST if counted[verdict])


def duration(iso: str) -> str:
    """An ISO 8601 duration of whole units in words: `P5Y` -> 5 years. Other texts are returned as they are."""
    match = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", iso)
    if not match or not any(match.groups()):
        return iso
    parts = [plural(int(count), unit) for count, unit in zip(match.groups(), _UNITS.values(), strict=True) if count]
    return " ".join(parts)


def place(span: Span | None) -> str:
    """`file.yaml:19`, or an empty text where it is not stated anywhere."""
    if span is None or span.file.startswith("<none"):
        return ""
    return f"{span.file}:{span.line}" if span.line else span.file


def has_file(span: Span | None) -> bool:
    """Is it a place in a file that a tool could open? Standard input is none."""
    return span is not None and bool(span.file) and span.file not in (INPUT_NAME, NOWHERE.file)


def address_words(address: str) -> str:
    """`itar/126.7(a)#(b)(2)` -> ITAR 126.7(a), (b)(2)."""
    provision, _, clause = address.partition("#")
    pack, _, section = provision.rpartition("/")
    words = f"{pack_label(pack)} {section}" if pack else section
    return f"{words}, {clause}" if clause else words


def listed(names: Iterable[str], most: int, separator: str = ", ") -> str:
    """The names, at most so many of them, with how many more there are."""
    every = list(names)
    if len(every) <= most:
        return separator.join(every)
    return separator.join(every[:most]) + f" and {len(every) - most:,} more"


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The worst of some verdicts; of none, `not-subject`."""
    return min(verdicts, key=WORST_FIRST.index, default="not-subject")
