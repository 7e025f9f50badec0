"""Files that are there as a whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

UNFINISHED = ".tmp"


@contextmanager
def whole(path: Path, beside: Path | None = None, *, unless_empty: bool = False) -> Iterator[IO[bytes]]:
    """A file to write, which takes the place of `path` when all is written and on the disk.

    It is written into the folder `beside` (on the same disk; by default that of `path`). Raises OSError, and then `path` is as
    it was. `unless_empty`: where nothing was written there is no file afterwards.
    """
    unfinished = (beside or path.parent) / f"{path.name}.{os.getpid()}{UNFINISHED}"
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if unless_empty and not unfinished.stat().st_size:
            unfinished.unlink()
            path.unlink(missing_ok=True)
        else:
            os.replace(unfinished, path)
        settle(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def settle(folder: Path) -> None:
    """See to it that the names in a folder are on the disk too. Not every system can."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
