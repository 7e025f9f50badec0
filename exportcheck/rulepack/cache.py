"""Checked packs kept between runs, keyed by the bytes that they were read from. JSON, never code; a bad entry is ignored."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from exportcheck import __version__
from exportcheck.errors import InputError
from exportcheck.rulepack.folders import files_below
from exportcheck.rulepack.model import Packs
from exportcheck.source.read import LARGEST_FILE

FORM = 2
"""Raised when the checked form changes shape without a new version."""
KEPT = 8
"""Entries left in the folder; the oldest go first."""
ABANDONED = 3600
"""Seconds after which a file that was never finished is taken away."""


def cache_folder() -> Path | None:
    """Where checked packs are kept: EXPORTCHECK_CACHE ("off" for nowhere), or the user's cache folder."""
    named = os.environ.get("EXPORTCHECK_CACHE")
    if named:
        return None if named == "off" else Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "exportcheck" / "cache" if base else None
    try:
        base = os.environ.get("XDG_CACHE_HOME")
        return Path(base or Path.home() / ".cache") / "exportcheck"
    except RuntimeError:  # no home folder
        return None


def content_key(root: Path, folders: Sequence[tuple[str, Path]]) -> str:
    """A digest of every file of the packs, of their names and place, and of the code that reads them. Raises `OSError`."""
    total = hashlib.sha256(f"{__version__} {FORM} {_code()} {sys.version_info[:2]} {root}".encode(errors="surrogateescape"))
    for path in sorted({p for _, folder in folders for p in files_below(folder)}):
        if path.suffix.casefold() in (".yaml", ".yml", ".csv"):
            if path.stat().st_size > LARGEST_FILE:
                raise OSError("too large to be read")
            total.update(os.fsencode(path) + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _code() -> str:
    """The engine's own files by size and time: a checkout that is being worked on must not read its older self."""
    package = Path(__file__).resolve().parents[1]
    parts = []
    for folder in ("condition", "rulepack", "vocabulary", "."):
        for entry in sorted(os.scandir(package / folder), key=lambda e: e.name):
            if entry.name.endswith((".py", ".lark", ".yaml")):
                status = entry.stat()
                parts.append(f"{folder}/{entry.name}:{status.st_size}:{status.st_mtime_ns}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def load_cached(root: Path, folders: Sequence[tuple[str, Path]]) -> tuple[str, Packs | None]:
    """The key of these files, and their checked form if it was kept. The key is "" where nothing can be kept."""
    folder = cache_folder()
    key = current_key(root, folders) if folder is not None else ""
    if folder is None or not key:
        return "", None
    try:
        body = _own_entry(folder / f"{key}.json")
        if body is None:
            return key, None
        from exportcheck.rulepack.codec import decode

        packs = decode(body)
    except (OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError):
        return key, None
    return key, packs if isinstance(packs, Packs) else None


def current_key(root: Path, folders: Sequence[tuple[str, Path]]) -> str:
    """The key of the files as they are now; "" where one cannot be read, which whoever reads it in earnest will say."""
    try:
        return content_key(root, folders)
    except (OSError, InputError):
        return ""


def _own_entry(path: Path) -> bytes | None:
    """The body of an entry that is whole, and that nobody but this user could have written. Raises `OSError`."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
            return None
        stored, _, body = file.read().partition(b"\n")
    return body if hashlib.sha256(body).hexdigest().encode() == stored else None


def store(key: str, packs: Packs) -> None:
    """Keep a checked form. What cannot be written is not kept, and nothing is said: the cache is never needed."""
    folder = cache_folder()
    if folder is None:
        return
    from exportcheck.rulepack.codec import encode

    body = encode(packs)
    written = ""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(written, folder / f"{key}.json")  # whole or not at all, whoever else writes
        written = ""
        _tidy(folder)
    except OSError:
        pass
    finally:
        if written:
            with contextlib.suppress(OSError):
                os.unlink(written)


def _tidy(folder: Path) -> None:
    """Drop the oldest entries, and what a run that was killed left half written."""
    kept = sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    left = [p for p in folder.glob("*.tmp") if time.time() - p.stat().st_mtime > ABANDONED]
    for old in (*kept[KEPT:], *left):
        old.unlink(missing_ok=True)
