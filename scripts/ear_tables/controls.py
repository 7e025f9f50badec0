"""Reads the control lines of CCL entries into rows: which paragraph needs a license on which ground, and where to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ear_tables.destinations import CCL, UNREAD, Requirement, read_destinations
from ear_tables.paragraphs import Path, mentioned, read_paragraphs


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an entry to which a control line applies, without exceptions of the text that could not be read.

    `condition` is `always` (the whole paragraph), `unread` (the text adds a condition), or the id of the definition that says
    what the text adds.
    """

    paragraph: str
    exceptions: tuple[str, ...] = ()
    condition: str = "always"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of ear/ccl-controls."""

    paragraph: str
    ground: str
    rule: str
    exceptions: tuple[str, ...] = ()
    column: str = ""
    list: str = ""
    except_list: str = ""
    condition: str = "always"
    cite: str = CCL
    first: str = ""
    last: str = ""
    note: str = ""

    @property
    def eccn(self) -> str:
        return self.paragraph.split(".")[0]

    def cells(self) -> dict[str, str]:
        return {
            "paragraph": self.paragraph,
            "except": ";".join(self.exceptions),
            "ground": self.ground,
            "rule": self.rule,
            "column": self.column,
            "list": self.list,
            "except_list": self.except_list,
            "condition": self.condition,
            "cite": self.cite,
            "from": self.first,
            "to": self.last,
            "note": self.note,
        }


def unread_row(paragraph: str, note: str, *, ground: str = "UNREAD", cite: str = CCL, first: str = "") -> Row:
    return Row(paragraph, ground, UNREAD, condition=UNREAD, note=note, cite=cite, first=first)


def digest(text: str) -> str:
    """A short name of a control line's text, so that a reading by hand falls away when the text changes."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


_LINE = re.compile(r"(?P<reason>[A-Z]{2}|Russian industry sector sanctions?) (?:applies|apply)(?: to)?,? (?P<body>.+)", re.S)
_ENTIRE = re.compile(r"(?:the )?entire entry\.?")
_EXCEPT = re.compile(r"(?:the )?entire entry,? except(?: for)?:? (?P<rest>.+)", re.S)
_LEADING = (
    r"(?:to )?"
    r"(?:(?:those )?(?:items|commodities|cameras|lasers|equipment|“software”)(?: controlled)? (?:by|in|under) |paragraphs? )"
)


def read_line(eccn: str, control: str, chart: str, by_hand: Mapping[tuple[str, str], tuple[Part, ...]]) -> Iterator[Row]:
    """The rows of one control line. What cannot be read exactly is unread and at least as wide as the text."""
    match = _LINE.fullmatch(control.strip())
    if not match:
        yield unread_row(eccn, "control line not understood")
        return
    reason = match["reason"]
    parts = by_hand.get((eccn, digest(control))) or read_parts(eccn, match["body"].strip())
    for requirement in read_destinations(reason, chart.strip()):
        for part in parts:
            yield row_of(part, requirement)


def row_of(part: Part, requirement: Requirement) -> Row:
    unread = part.condition == UNREAD or requirement.rule == UNREAD
    return Row(
        part.paragraph,
        requirement.ground,
        requirement.rule,
        part.exceptions,
        requirement.column,
        requirement.list,
        requirement.except_list,
        UNREAD if unread else part.condition,
        requirement.cite,
        note="condition in the text" if part.condition == UNREAD else "destinations in the text" if unread else "",
    )


def read_parts(eccn: str, body: str) -> tuple[Part, ...]:
    """The parts of an entry that the left-hand side names; the whole entry, unread, where it says more than paragraphs."""
    if _ENTIRE.fullmatch(body):
        return (Part(eccn),)
    match = _EXCEPT.fullmatch(body)
    if match:
        return _all_but(eccn, match["rest"])
    plain = re.sub(rf"^{_LEADING}", "", body)
    plain = re.sub(r" (?:only|of this entry)$", "", plain.rstrip("."))
    reaches = read_paragraphs(plain, eccn)
    if reaches:
        return tuple(Part(_text(r.paragraph), tuple(map(_text, r.exceptions))) for r in reaches)
    parts: list[Part] = []
    for segment in re.split(r";\s+(?:and )?(?:to )?", body):
        parts += _segment(eccn, segment)
    return tuple(dict.fromkeys(parts))


def _all_but(eccn: str, rest: str) -> tuple[Part, ...]:
    exceptions: list[str] = []
    condition = "always"
    for segment in re.split(r";\s+(?:and )?", rest):
        reaches = read_paragraphs(segment, eccn)
        if reaches and not any(r.exceptions for r in reaches):
            exceptions += [_text(r.paragraph) for r in reaches]
        else:
            condition = UNREAD
    return (Part(eccn, tuple(exceptions), condition),)


def _segment(eccn: str, segment: str) -> list[Part]:
    """One of several things joined by semicolons: paragraphs, paragraphs with a condition behind, or the whole entry unread."""
    plain = re.sub(rf"^{_LEADING}", "", segment.strip())
    reaches = read_paragraphs(plain, eccn)
    if reaches:
        return [Part(_text(r.paragraph), tuple(map(_text, r.exceptions))) for r in reaches]
    words = plain.split(" ")
    if not words[0].startswith(eccn + "."):
        return [Part(eccn, condition=UNREAD)]
    for length in range(len(words) - 1, 0, -1):
        reaches = read_paragraphs(" ".join(words[:length]), eccn)
        tail = " ".join(words[length:])
        if (
            reaches
            and not mentioned(tail, eccn)
            and not re.search(r"\band (?:to|also)\b|as well as|\balso\b|\b(?:and|or) \.?[a-z]\.\d", tail)
        ):
            return [Part(_text(r.paragraph), tuple(map(_text, r.exceptions)), UNREAD) for r in reaches]
        if reaches:
            break
    return [Part(eccn, condition=UNREAD)]


def _text(path: Path) -> str:
    return ".".join(path)


def within(row: Row, first: str = "", last: str = "") -> Row:
    return replace(row, first=first or row.first, last=last or row.last)
