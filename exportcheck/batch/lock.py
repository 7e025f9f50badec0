"""A lock on a folder: one process at a time, given back by the system however the process ends."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import TracebackType

from exportcheck.errors import InputError, Problem, Span

NAME = "lock"


class Lock:
    """Holds `FOLDER/lock` while in use; the file says which process. Raises InputError where another process holds it."""

    def __init__(self, folder: Path, holds: str) -> None:
        self.folder = folder
        self.holds = holds
        self._handle = -1

    def __enter__(self) -> Lock:
        while self._handle < 0:
            self.folder.mkdir(exist_ok=True)
            with contextlib.suppress(FileNotFoundError):  # the other run ended, and took its folder with it
                handle = os.open(self.folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
                try:
                    _lock(handle)
                except OSError:
                    who = os.pread(handle, 20, 0).decode("ascii", "replace") if hasattr(os, "pread") else ""
                    os.close(handle)
                    said = f" (process {who.strip()})" if who.strip() else ""
                    hint = "wait until it has ended, or give another --out"
                    raise InputError(Problem(Span(self.holds), f"another run writes this file{said}", hint)) from None
                if not self._current(handle):
                    os.close(handle)
                    continue
                os.ftruncate(handle, 0)
                os.write(handle, f"{os.getpid()}\n".encode("ascii"))
                self._handle = handle
        return self

    def _current(self, handle: int) -> bool:
        """Is what was locked still the file of that name, and not one that was deleted meanwhile?"""
        try:
            return os.path.samestat(os.fstat(handle), os.stat(self.folder / NAME))
        except FileNotFoundError:
            return False

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._handle)
        self._handle = -1


def _lock(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
