"""The entries of the CCL: their state, reasons and list-based exceptions, and the paragraphs that they have."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from ear_tables.controls import Row
from ear_tables.paragraphs import Path

DAMAGED = {"0D614": "0D606", "2B352": "2B351", "3E002": "3E001"}
"""Entries whose license requirements the source carries under the entry before; that one's own stand in its heading."""

_NOT_EAR = re.compile(
    r"subject to the ITAR|No (?:items|commodities|software|technology) (?:is |are )?currently"
    r"|(?:are|is) controlled by ECCN|\(See Related Controls Paragraph\.\)|\(a\) See ECCN 9[A-E]610",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One ECCN as the source has it. `lines` are (control, destination) texts; `has_items`: the source has its list of items."""

    eccn: str
    heading: str
    reasons: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]
    exceptions: Mapping[str, str]
    items: str
    damaged: bool
    has_items: bool

    @property
    def not_ear(self) -> bool:
        """The entry controls nothing itself: subject to another agency, or it only points elsewhere."""
        return not self.lines and not self.reasons and bool(_NOT_EAR.search(f"{self.heading} {self.items}"))


def read_entries(reference: File) -> tuple[Entry, ...]:
    """All entries, those with damaged license requirements put right as far as the source lets."""
    source: list[dict[str, Any]] = json.loads((reference / "data" / "ccl.json").read_text(encoding="utf-8"))["entries"]
    by_eccn = {e["eccn"]: e for e in source}
    entries = []
    for raw in source:
        eccn = raw["eccn"]
        lines = [(c["control"], c["country_chart"]) for c in raw["controls"]]
        heading, reasons = raw["heading"], raw["reason_for_control"] or ""
        if eccn in DAMAGED:
            before = by_eccn[DAMAGED[eccn]]
            if not before["heading"].count(f" {eccn} "):
                raise ValueError(f"{eccn} is no longer damaged in the way that was known")
            lines = [(c["control"], c["country_chart"]) for c in before["controls"]]
            reasons = before["reason_for_control"]
        elif eccn in DAMAGED.values():
            lines, reasons = lines_in_heading(heading)
            heading = heading.split(" License Requirements ")[0]
        codes = dict.fromkeys(m for m in re.findall(r"\b(NS|RS|MT|NP|CB|CC|FC|AT|UN|EI|SS|SL|CW|SI)\d?\b", reasons))
        entries.append(
            Entry(
                eccn,
                heading,
                tuple(codes),
                tuple(lines),
                raw["licence_exceptions"],
                raw["items_text"] or "",
                eccn in DAMAGED or eccn in ("1C012", "3D006", "3E001"),
                raw["items_source"] != "heading",
            )
        )
    return tuple(entries)


def lines_in_heading(heading: str) -> tuple[list[tuple[str, str]], str]:
    """The control lines and reasons that a damaged heading has swallowed."""
    match = re.search(
        r"Reason for Control: (.*?) Control\(s\) Country [Cc]hart \(see Supp\. No\. 1 to part 738\) (.*)", heading, re.S
    )
    if not match:
        raise ValueError("no license requirements in the heading")
    body = re.split(r" (?:List Based License Exceptions|License Requirements? Note|Reporting Requirements)\b", match[2])[0]
    lines = []
    for piece in re.split(r" (?=(?:NS|RS|MT|NP|CB|CC|FC|AT|UN) applies to )", body):
        parts = re.fullmatch(
            r"(.*?) ((?:[A-Z]{2} Column \d|China, Russia|See § 746|To or within|Worldwide).*)", piece.strip(), re.S
        )
        if not parts:
            raise ValueError(f"a control line in a heading was not understood: {piece[:40]}")
        lines.append((parts[1], parts[2]))
    return lines, match[1]


def state(entry: Entry, rows: Sequence[Row]) -> str:
    if entry.not_ear:
        return "not-ear"
    return "unread" if entry.damaged or any(row.ground == "UNREAD" and not row.first for row in rows) or not rows else "ok"


def eccn_cells(entry: Entry, rows: Sequence[Row]) -> dict[str, str]:
    """One row of ear/eccns."""
    kind = state(entry, rows)
    only_at = set(entry.reasons) == {"AT"} and all(r.ground.startswith("AT") and r.condition == "always" for r in rows)
    reasons = entry.reasons or tuple(dict.fromkeys(r.ground[:2] for r in rows if r.ground != "UNREAD"))
    return {
        "eccn": entry.eccn,
        "category": entry.eccn[0],
        "group": entry.eccn[1],
        "state": kind,
        "at_only": "unknown" if kind != "ok" else "yes" if only_at else "no",
        "gbs": exception_state(entry.exceptions.get("GBS"), r"Yes\.?", "yes"),
        "lvs": exception_state(entry.exceptions.get("LVS"), r"\$([\d,]+)\.?", ""),
        "reasons": ";".join(reasons),
    }


def exception_state(text: str | None, plain: str, answer: str) -> str:
    """`no` where the entry does not offer the exception, `conditional` where it does in part; else the answer or the figure."""
    if text is None or re.fullmatch(r"N/A\.?", text.strip()):
        return "no"
    match = re.fullmatch(plain, text.strip())
    if not match:
        return "conditional"
    return answer or match[1].replace(",", "")


_HEADED = re.compile(r"\(?The list of items controlled is contained in the ECCN heading\.?\)?\.?", re.I)
_ITEM = re.compile(r"([a-z](?:\.(?:\d{1,2}|[a-z]))*)\.\s")
_INLINE = re.compile(r"(?<![\w.])\.?[a-z]\.(?:\d|[a-z]\b(?!\.))|[;:.]\s+(?:and |or )?[a-z]\.\s|\b[a-z]\.\s?-\s?[a-z]\.")
_NOTE = re.compile(r"\s*(?:Technical )?Notes?\b|\s*N\.B\.", re.I)
_OPENS = re.compile(r"following|:\s*$|as follows", re.I)


def known_paths(entry: Entry, cited: frozenset[Path]) -> tuple[Path, ...] | None:
    """Every paragraph of an entry with the entry itself, or None where the list cannot be relied on.

    It is relied on only if every line is a numbered paragraph, no paragraph stands within a line, siblings follow each other
    without a gap, each has its parent, each that announces a list has one, and every paragraph that the CCL cites is there.
    """
    root: Path = (entry.eccn,)
    items = entry.items.strip()
    if _HEADED.fullmatch(items):
        listed = re.search(r"as follows|list of items", entry.heading, re.I)
        return (root,) if cited <= {root} and entry.has_items and not listed else None
    paths: dict[Path, str] = {root: ":"}
    for line in re.sub(r"\b([a-z])\. (through|to)\n([a-z]\. \[Reserved\])", r"\1. \2 \3", items).split("\n"):
        reserved = re.fullmatch(r"([a-z])\. (?:through|to) \.?([a-z])\. \[Reserved\]\.?", line.strip())
        if reserved:
            new = [(*root, chr(n)) for n in range(ord(reserved[1]), ord(reserved[2]) + 1)]
        else:
            match = _ITEM.match(line.strip())
            if not match or _INLINE.search(line.strip()[match.end() :]) or _NOTE.search(line):
                return None
            new = [(*root, *match[1].split("."))]
        for path in new:
            if path in paths or path[:-1] not in paths:
                return None
            paths[path] = "[Reserved]" if reserved else line
    children: dict[Path, list[str]] = {}
    for path in paths:
        if path != root:
            children.setdefault(path[:-1], []).append(path[-1])
    for path, text in paths.items():
        steps = children.get(path, [])
        if not _consecutive(steps) or (_OPENS.search(text) and len(steps) < 2):
            return None
    return tuple(paths) if cited <= paths.keys() else None


def _consecutive(steps: Sequence[str]) -> bool:
    if all(step.isdigit() for step in steps):
        return [int(step) for step in steps] == list(range(1, len(steps) + 1))
    letters = [ord(step) - ord("a") for step in steps if step.isalpha()]
    return len(letters) == len(steps) and letters == list(range(len(steps)))


def cited_paths(entries: Sequence[Entry], rows: Sequence[Row]) -> dict[str, frozenset[Path]]:
    """Every paragraph that the texts of the CCL or the rows name, by entry."""
    found: dict[str, set[Path]] = {entry.eccn: set() for entry in entries}
    text = "\n".join(
        [entry.items + " " + entry.heading + " " + " ".join(a + " " + b for a, b in entry.lines) for entry in entries]
        + [" ".join((row.paragraph, *row.exceptions)) for row in rows]
    )
    for match in re.finditer(r"(\d[A-E]\d{3})((?:\.(?:[a-z]|\d{1,2})\b)+)", text):
        if match[1] in found:
            found[match[1]].add((match[1], *match[2].strip(".").split(".")))
    return {eccn: frozenset(paths) for eccn, paths in found.items()}
