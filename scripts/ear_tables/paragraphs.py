"""Reads "9A515.d, .e.2, and .h" or "3B001.a.1 to a.3, b, f.2 to f.4": lists of paragraphs as control lines write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ECCN = r"\d[A-E]\d{3}"
_STEP = r"(?:[a-z]|\d{1,2})"
_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<open>\(\s*except\s+(?:for\s+)?) | (?P<close>\)) | (?P<range>\b(?:to|through)\b) | (?P<join>,|\band\b|\bor\b|;)
      | (?P<root>{_ECCN})(?P<full>(?:\s?\.\s?{_STEP}\b)*)
      | (?P<relative>\.?\s?{_STEP}\b(?:\.\s?{_STEP}\b)*)
    )\.?""",
    re.X,
)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """A paragraph to which a control applies, and the deeper ones to which it does not. Both are full paths."""

    paragraph: Path
    exceptions: tuple[Path, ...] = ()


def read_paragraphs(text: str, root: str) -> tuple[Reach, ...] | None:
    """Every paragraph in a list that consists of nothing but paragraphs of `root`; None where any other word stands in it.

    A relative paragraph that begins with a letter (".b.5", "z.2") starts at the entry; one that begins with a figure (".16" after
    "1C351.d.15") replaces the last step before it. Ranges are spelled out.
    """
    position, depth = 0, 0
    previous: Path | None = None
    pending_range = joined = False
    found: list[tuple[Path, list[Path]]] = []
    text = text.strip().rstrip(".").strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match or match.end() == position:
            return None
        position = match.end()
        if match["open"]:
            if not found or depth:
                return None
            depth = 1
        elif match["close"]:
            if not depth:
                return None
            depth = 0
        elif match["range"]:
            if previous is None or pending_range or joined:
                return None
            pending_range = True
        elif match["join"]:
            joined = True
            continue
        else:
            path = _resolve(match, root, previous)
            if path is None:
                return None
            new = _spell_out(previous, path) if pending_range and previous else [path]
            if new is None:
                return None
            pending_range = False
            if depth:
                if any(p[: len(found[-1][0])] != found[-1][0] for p in new):
                    return None
                found[-1][1].extend(new)
            else:
                found.extend((p, []) for p in new)
            previous = path
        joined = False
    if depth or pending_range or not found:
        return None
    return tuple(Reach(path, tuple(exceptions)) for path, exceptions in found)


def _resolve(match: re.Match[str], root: str, previous: Path | None) -> Path | None:
    if match["root"]:
        if match["root"] != root:
            return None
        return (root, *_steps(match["full"]))
    steps = _steps(match["relative"])
    if steps[0].isdigit():
        if previous is None or len(previous) < 2 or not previous[-1].isdigit():
            return None
        return (*previous[:-1], *steps)
    return (root, *steps)


def _steps(text: str) -> Path:
    return tuple(step.strip() for step in text.split(".") if step.strip())


def _spell_out(first: Path, last: Path) -> list[Path] | None:
    """The paragraphs after `first` up to `last`, which must be its later sibling."""
    if first[:-1] != last[:-1]:
        return None
    a, b = first[-1], last[-1]
    if a.isdigit() and b.isdigit() and int(a) < int(b):
        return [(*first[:-1], str(n)) for n in range(int(a) + 1, int(b) + 1)]
    if a.isalpha() and b.isalpha() and a < b:
        return [(*first[:-1], chr(n)) for n in range(ord(a) + 1, ord(b) + 1)]
    return None


def mentioned(text: str, root: str) -> tuple[Path, ...]:
    """The paragraphs of `root` that a text names in full ("3A001.a.1.a"), in order, without doubles."""
    paths = [(root, *_steps(m[1])) for m in re.finditer(rf"{root}((?:\.{_STEP}\b)+)", text)]
    return tuple(dict.fromkeys(paths))
