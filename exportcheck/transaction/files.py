"""From what is named on a command line to the files that are read: files, folders with all below them, patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from exportcheck.errors import InputError, Problem, Span
from exportcheck.source.read import FORMATS, STANDARD_INPUT

SIGNS = frozenset("*?[")
"""What makes a name a pattern, unless a file is called so."""


def description_files(paths: Sequence[Path], skip: Sequence[Path] = ()) -> Iterator[Path | InputError]:
    """The files in the order named, each once however often it is reached; an `InputError` in the place of what gives none.

    Of a folder every file below it whose name ends in .yaml, .yml, .json, .jsonl or .ndjson; of a pattern (`*`, `?`, `[a-z]`,
    `**` for any folders) every such file and folder that it fits. Names that begin with a dot are left out of both, and so are
    the files of `skip`, which are something else. A file that is named itself is always read.
    """
    left_out = {os.path.realpath(path) for path in skip}
    seen: set[str] = set()
    for path in paths:
        try:
            found = _named(path, left_out)
        except InputError as error:
            yield error
            continue
        for file in found:
            real = os.path.realpath(file)
            if file == STANDARD_INPUT or real not in seen:
                seen.add(real)
                yield file


def _named(path: Path, left_out: set[str]) -> list[Path]:
    if path == STANDARD_INPUT:
        return [path]
    if path.is_dir():
        return _below(path, left_out) or _none(path, "the folder holds no descriptions")
    if SIGNS & set(str(path)) and not path.exists():
        found: list[Path] = []
        for name in sorted(glob.glob(str(path), recursive=True)):
            match = Path(name)
            found += _below(match, left_out) if match.is_dir() else [match] if _described(match, left_out) else []
        return found or _none(path, "no description fits this pattern")
    return [path]


def _below(folder: Path, left_out: set[str]) -> list[Path]:
    found: list[Path] = []
    for place, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        found += [file for file in (Path(place, name) for name in sorted(names)) if _described(file, left_out)]
    return found


def _described(file: Path, left_out: set[str]) -> bool:
    return file.suffix.lower() in FORMATS and file.name[0] != "." and os.path.realpath(file) not in left_out


def _none(path: Path, message: str) -> list[Path]:
    raise InputError(Problem(Span(str(path)), message, f"their names end in {', '.join(FORMATS)}"))
