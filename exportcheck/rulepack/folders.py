"""Which folders are packs, and which files are theirs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from exportcheck.errors import InputError, Problem, Span

CASES = ".cases.yaml"


def pack_folders(root: Path) -> list[tuple[str, Path]]:
    """(pack id, folder) of every pack below a root, in order of id. Raises `InputError` if there is none."""
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise InputError(Problem(Span(str(root)), f"the folder of rule packs {what}", "give a folder that holds packs"))
    places = sorted(p.parent for p in files_below(root) if p.name == "pack.yaml")
    found = [(p.relative_to(root).as_posix(), p) for p in places]
    if not found:
        raise InputError(Problem(Span(str(root)), "no rule pack in this folder", "a pack is a folder with a pack.yaml"))
    return [(root.name if pack == "." else pack, folder) for pack, folder in found]


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, in order. Raises `InputError` for a folder that may not be read: law must not go missing."""
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        where = str(error.filename or folder)
        raise InputError(Problem(Span(where), f"the folder cannot be read: {error.strerror or error}", "check its permissions"))

    for place, _, names in os.walk(folder, onerror=refuse):
        found += (Path(place) / name for name in names)
    return sorted(found)


def pack_files(folder: Path, others: Sequence[Path] = ()) -> Iterator[Path]:
    """The YAML files of a pack, those of packs inside it and those of cases left out."""
    inner = [o for o in others if o != folder and o.is_relative_to(folder)]
    for path in files_below(folder):
        if _is_yaml(path) and not path.name.endswith(CASES) and not any(path.is_relative_to(o) for o in inner):
            yield path


def _is_yaml(path: Path) -> bool:
    return path.suffix.casefold() in (".yaml", ".yml") and not path.name.startswith(".")
