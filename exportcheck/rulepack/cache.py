"""Checked packs kept between runs, keyed by the bytes that they were read from. JSON, never code; a bad entry is ignored."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from exportcheck import __version__
from exportcheck.rulepack.model import Packs

FORM = 1
"""Raised when the checked form changes shape without a new version."""
KEPT = 8
"""Entries left in the folder; the oldest go first."""


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
    """A digest of every file of the packs, of their names, and of the code that reads them."""
    total = hashlib.sha256(f"{__version__} {FORM} {_code()} {sys.version_info[:2]}".encode())
    for path in sorted({p for _, f in folders for p in f.rglob("*") if p.suffix in (".yaml", ".csv") and p.is_file()}):
        total.update(path.relative_to(root).as_posix().encode() if path.is_relative_to(root) else str(path).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _code() -> str:
    """The engine's own files by size and time: a checkout that is being worked on must not read its older self."""
    package = Path(__file__).resolve().parents[1]
    parts = []
    for folder in ("condition", "rulepack", "vocabulary", "."):
        for entry in sorted(os.scandir(package / folder), key=lambda e: e.name):
            if entry.name.endswith((".py", ".lark", ".yaml")):
                stat = entry.stat()
                parts.append(f"{folder}/{entry.name}:{stat.st_size}:{stat.st_mtime_ns}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def load_cached(root: Path, folders: Sequence[tuple[str, Path]]) -> tuple[str, Packs | None]:
    """The key of these files, and their checked form if it was kept. The key is "" where nothing can be kept."""
    folder = cache_folder()
    if folder is None:
        return "", None
    key = content_key(root, folders)
    path = folder / f"{key}.json"
    try:
        data = path.read_bytes()
        stored, _, body = data.partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != stored:
            return key, None
        from exportcheck.rulepack.codec import decode

        packs = decode(json.loads(body))
    except (OSError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return key, None
    return key, packs if isinstance(packs, Packs) else None


def store(key: str, packs: Packs) -> None:
    """Keep a checked form. What cannot be written is not kept, and nothing is said: the cache is never needed."""
    folder = cache_folder()
    if folder is None:
        return
    from exportcheck.rulepack.codec import encode

    body = json.dumps(encode(packs), ensure_ascii=False, separators=(",", ":")).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(name, folder / f"{key}.json")
        kept = sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
