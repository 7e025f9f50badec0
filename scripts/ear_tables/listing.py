"""Which paragraphs each entry has, level by level, as far as the source lets one say that there is no other.

A label counts wherever it stands, in a note too: one too many refuses less. What may not happen is one too few. So the labels
of a level are relied on only where none is missing between the first and the last, the last does not announce another, and the
list cites none that was not found. Paragraphs that any text of these years cites are kept, listed now or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File

from ear_tables.eccns import Entry
from ear_tables.paragraphs import Path

_STEP = r"(?:[a-z]|\d{1,2})(?![a-z0-9])"
_LABEL = rf"[a-z](?![a-z0-9])(?:\.{_STEP})*"
_BROKEN = re.compile(rf"\b({_LABEL})\.? (through|to)\s*\n\s*\.?({_LABEL})\.?\s*(?=\[Reserved\])", re.I)
_RANGE = re.compile(rf"(?<![\w.])\.?({_LABEL})\.?\s*(?:through|to|and|-|–|—)\s*\.?({_LABEL})\.?,?\s*\[Reserved\]", re.I)
_ONE = re.compile(rf"(?<![\w.])\.?({_LABEL})\.?\s*\[Reserved\]", re.I)
_LEADING = re.compile(rf"^\(?({_LABEL})\.(?:\s+(?P<text>\S)|\s*$)", re.M)
_WITHIN = re.compile(
    rf"(?:[;:.\]]\s+(?:and |or )?\.?|\s\.)([a-z](?![a-z0-9])(?:\.{_STEP})*)\.(?=\s)|(?<![\w.])\.?([a-z](?:\.{_STEP})+)(?!\w)"
)
_RELATIVE = re.compile(r"^\s*\(?(?:\d{1,2}|i{1,3})[.)]\s|[;:.]\s+(?:and |or )?\(?1[.)]\s", re.M)
_CITED = re.compile(
    rf"(?<![\w.])(\d[A-E]\d{{3}})((?:\.{_STEP})+)((?:\s*(?:,|;|\band\b|\bor\b|\bto\b|\bthrough\b)\s*\.?{_LABEL})*)"
)
_NEXT = re.compile(rf"(,|;|\band\b|\bor\b|\bto\b|\bthrough\b)\s*\.?({_LABEL})")
_GOES_ON = re.compile(rf"(?:[,;:]|\b(?:and|or|the|of|with))\s*$|^\(?{_LABEL}\.?\s*$")
_ABBREVIATION = re.compile(r"\b(?:i\.\s?e|e\.\s?g|n\.\s?e\.\s?s|a\.\s?k\.\s?a|N\.\s?B)\.", re.I)
_BY_DETERMINATION = re.compile(r"\d[A-E]521$")
"""Their items stand in Supplement No. 5 to part 774."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The paragraphs of an entry. `closed`: those (with the entry) of which every paragraph one level down is here."""

    eccn: str
    paths: frozenset[Path]
    closed: frozenset[Path]


@dataclass(slots=True)
class _Found:
    """What the items of an entry show: paragraphs, those that are only labels, and those that are reserved."""

    shown: set[Path] = field(default_factory=set)
    bare: set[Path] = field(default_factory=set)
    reserved: set[Path] = field(default_factory=set)


def listing(entry: Entry, cited: frozenset[Path], named: frozenset[Path]) -> Listing:
    """The paragraphs of an entry; `cited` are those that the list itself cites, `named` those that any text does."""
    root: Path = (entry.eccn,)
    text = _ABBREVIATION.sub(",", _BROKEN.sub(r"\1. \2 \3. ", entry.items.strip()))
    found = _labels(text, root)
    kept = _with_parents((found.shown - (found.reserved - named - cited)) | found.bare | named | cited, root)
    if entry.damaged or not entry.has_items or _BY_DETERMINATION.match(entry.eccn) or _GOES_ON.search(_last_line(text)):
        return Listing(entry.eccn, frozenset(kept), frozenset())
    accounted = _with_parents(found.shown | found.reserved, root)
    closed: set[Path] = set()
    for path in sorted(accounted, key=len):
        if path != root and path[:-1] not in closed:
            continue
        steps = [p[-1] for p in accounted if p[:-1] == path]
        block = _block(text, path)
        if (
            len(steps) > 1
            and _unbroken(steps)
            and all(p[: len(path) + 1] in accounted for p in cited if p[: len(path)] == path and len(p) > len(path))
            and not (path != root and (_RELATIVE.search(block) or (_GOES_ON.search(_last_line(block)) and _last_line(block))))
        ):
            closed.add(path)
    return Listing(entry.eccn, frozenset(kept), frozenset(closed))


def _labels(text: str, root: Path) -> _Found:
    found = _Found()
    for match in _LEADING.finditer(text):
        (found.shown if match["text"] else found.bare).add((*root, *match[1].split(".")))
    for match in _WITHIN.finditer(text):
        found.shown.add((*root, *(match[1] or match[2]).split(".")))
    for match in _ONE.finditer(text):
        found.reserved.add((*root, *match[1].split(".")))
    for match in _RANGE.finditer(text):
        first, last = ((*root, *match[n].split(".")) for n in (1, 2))
        found.reserved.update((first, last, *_between(first, last)))
    return found


def _between(first: Path, last: Path) -> Iterable[Path]:
    if first[:-1] != last[:-1]:
        return
    a, b = first[-1], last[-1]
    if a.isdigit() and b.isdigit():
        yield from ((*first[:-1], str(n)) for n in range(int(a), int(b) + 1))
    elif a.isalpha() and b.isalpha():
        yield from ((*first[:-1], chr(n)) for n in range(ord(a), ord(b) + 1))


def _with_parents(paths: Iterable[Path], root: Path) -> set[Path]:
    return {root, *(p[:n] for p in paths for n in range(2, len(p) + 1))}


def _unbroken(steps: list[str]) -> bool:
    """Is it 1, 2, 3 ... or a, b, c ..., with none left out?"""
    if all(step.isdigit() for step in steps):
        return sorted(map(int, steps)) == list(range(1, len(steps) + 1))
    return all(step.isalpha() for step in steps) and sorted(steps) == [chr(ord("a") + n) for n in range(len(steps))]


def _block(text: str, path: Path) -> str:
    """The lines from the label of a paragraph to the next label that is not below it; "" where no line begins with it."""
    label = ".".join(path[1:])
    lines: list[str] = []
    for line in text.split("\n"):
        match = _LEADING.match(line)
        if match and (match[1] == label or (lines and match[1].startswith(label + "."))):
            lines.append(line)
        elif lines and match and not _is_below(match[1], label):
            break
        elif lines:
            lines.append(line)
    return "\n".join(lines)


def _is_below(label: str, above: str) -> bool:
    return label.startswith(above + ".")


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.split("\n")) if line.strip()), "")


def citations(text: str) -> dict[str, set[Path]]:
    """Every paragraph that a text cites, by entry: "9A604.a and .b", "3A001.a.2 to a.14"."""
    found: dict[str, set[Path]] = {}
    for match in _CITED.finditer(text):
        paths = found.setdefault(match[1], set())
        before: Path = (match[1], *match[2].strip(".").split("."))
        paths.add(before)
        for joint, label in _NEXT.findall(match[3]):
            path = (match[1], *label.split("."))
            paths.add(path)
            if joint in ("to", "through") and path[-1] < "w":  # "a through x" says: all but the last ones
                paths.update(_between(before, path))
            before = path
    return found


def read_citations(files: Iterable[File]) -> Mapping[str, frozenset[Path]]:
    """Every paragraph that the files cite, by entry."""
    found: dict[str, set[Path]] = {}
    for file in files:
        for eccn, paths in citations(file.read_text(encoding="utf-8")).items():
            found.setdefault(eccn, set()).update(paths)
    return {eccn: frozenset(paths) for eccn, paths in found.items()}
