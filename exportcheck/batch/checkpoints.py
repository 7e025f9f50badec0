"""What of a run is finished, in a folder beside the output: a file for each slice, and what the run is of.

A slice is finished when its count is there, which is written last. So a run that was killed at any moment goes on where it
was, and one of another input, mapping, law or options is told apart.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exportcheck.batch.counts import Counts
from exportcheck.batch.lock import NAME as LOCK
from exportcheck.batch.writing import UNFINISHED, whole
from exportcheck.errors import InputError, Problem, Span

SCHEMA = "exportcheck/batch/1"
MANIFEST = "manifest.json"
KINDS = ("rows", "explain", "notes", "totals")
"""What a slice may hold: rows of the output, receipts, what is needed to look across transactions, totals filled in."""


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The folder of unfinished work of one output."""

    out: Path

    @property
    def folder(self) -> Path:
        return self.out.with_name(f"{self.out.name}.partial")

    def begin(self, manifest: Mapping[str, Any], *, restart: bool) -> None:
        """Take up what is there, or begin anew. Raises InputError where what is there is of another run."""
        manifest = {"schema": SCHEMA, **manifest}
        for left in self.folder.glob(f"*{UNFINISHED}"):
            left.unlink()  # of a process that was killed
        path = self.folder / MANIFEST
        if path.exists() and not restart:
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                found = {}
            differ = [name for name in sorted({*manifest, *found}) if manifest.get(name) != found.get(name)]
            if differ:
                said = f"an unfinished run is there with other {', '.join(d.replace('_', ' ') for d in differ)}"
                hint = "give what was given then to go on with it, or --restart to begin anew"
                raise InputError(Problem(Span(str(self.folder)), said, hint))
            return
        self.clear()
        with whole(path) as file:
            file.write(json.dumps(manifest, indent=2, sort_keys=True).encode("ascii") + b"\n")

    def clear(self) -> None:
        """Delete all but the lock. Raises InputError where something is there that no run wrote."""
        found = [path for path in sorted(self.folder.iterdir()) if path.name != LOCK]
        for path in found:
            if path.name != MANIFEST and not (path.stem.isdecimal() and path.suffix[1:] in (*KINDS, "counts")):
                said = "is in the folder of unfinished work, and no run wrote it"
                raise InputError(Problem(Span(str(path)), said, "move it away, or give another --out"))
        for path in found:
            path.unlink()

    def part(self, number: int, kind: str) -> Path:
        return self.folder / f"{number:07d}.{kind}"

    def done(self) -> set[int]:
        """The numbers of the slices that are finished."""
        return {int(p.stem) for p in self.folder.glob("*.counts") if p.stem.isdecimal()}

    def finish(self, number: int, counts: Counts, *, last: bool) -> None:
        """Say that a slice is finished; `last`: no other comes after it."""
        with whole(self.part(number, "counts")) as file:
            file.write(json.dumps({**counts.plain(), "last": last}, sort_keys=True).encode("ascii"))

    def counts(self, number: int) -> tuple[Counts, bool]:
        found = json.loads(self.part(number, "counts").read_text(encoding="ascii"))
        return Counts.of(found), found["last"]

    def parts(self, numbers: Sequence[int], kind: str) -> list[Path]:
        """The files of this kind, in order; not every slice has one."""
        return [path for path in (self.part(n, kind) for n in numbers) if path.exists()]

    def remove(self) -> None:
        """Delete the folder, the lock last."""
        self.clear()
        if os.name != "nt":
            (self.folder / LOCK).unlink(missing_ok=True)
            self.folder.rmdir()

    def remove_after(self) -> None:
        """Where the lock cannot be deleted while it is held: delete the folder after it was given back."""
        if os.name == "nt":
            shutil.rmtree(self.folder, ignore_errors=True)
