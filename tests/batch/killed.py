"""A run that is killed at random moments and started again ends with the bytes of one that was not.

python -m tests.batch.killed --times 20
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from exportcheck.batch.checkpoints import Checkpoints
from tests.batch.orders import command, drawn, environment, in_process, rules, table

SUFFIXES = ("csv", "jsonl", "parquet")
SLICES = 15


class DifferentError(AssertionError):
    pass


@dataclass
class Tally:
    """Runs that were taken up again until they ended, how often one was killed, and what was there then."""

    runs: int = 0
    kills: int = 0
    before: int = 0
    between: int = 0
    ended: int = 0

    def __str__(self) -> str:
        return (
            f"{self.runs} runs killed {self.kills} times ({self.before} before anything was finished, {self.between} with some "
            f"slices finished, {self.ended} had ended) and taken up again: each ended with the bytes of an unbroken run"
        )


class Killed:
    """One input and the bytes that come of it unbroken, in each format."""

    def __init__(self, folder: Path, lines: int, seed: int) -> None:
        self.random = Random(seed)
        self.folder = folder
        self.packs = rules(folder / "rules")
        self.source = table(folder, drawn(lines, seed))
        self.options = ("--slice", str(max(1, lines // SLICES)), "--explain", "fail")
        self.wanted: dict[str, tuple[str, dict[str, bytes]]] = {}
        self.seconds = self.working = 0.0
        for suffix in SUFFIXES:
            out = self.place(f"unbroken-{suffix}", suffix)
            start = time.monotonic()
            arguments = command(self.source, out, self.packs, *self.options)
            process = subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment())
            self.wait_for(Checkpoints(out).folder / "manifest.json", process)
            begun = time.monotonic()
            said = process.communicate()[0].decode()
            assert process.returncode == 2
            self.seconds, self.working = time.monotonic() - start, time.monotonic() - begun
            self.wanted[suffix] = (said, files(out.parent))

    def place(self, name: str, suffix: str) -> Path:
        """The output of a run, in a folder of its own."""
        (self.folder / name).mkdir()
        return self.folder / name / f"out.{suffix}"

    def once(self, tally: Tally, number: int) -> None:
        """Kill a run up to three times, then let it end. Raises DifferentError."""
        suffix = SUFFIXES[number % len(SUFFIXES)]
        said, wanted = self.wanted[suffix]
        out = self.place(f"killed-{number}", suffix)
        jobs = self.random.choice(("1", "1", "2"))
        for _ in range(self.random.randint(1, 3)):
            self.kill(out, jobs)
            tally.kills += 1
            if out.exists():
                tally.ended += 1
                if out.read_bytes() != wanted[out.name]:
                    raise DifferentError(f"{out.name} stands there and is not whole")
            elif list(Checkpoints(out).folder.glob("*.counts")):
                tally.between += 1
            else:
                tally.before += 1
        done = in_process(self.source, out, self.packs, *self.options, "--jobs", jobs)
        if (done.returncode, done.stdout) != (2, said):
            raise DifferentError(f"exit {done.returncode}: {done.stdout}{done.stderr}")
        if files(out.parent) != wanted:
            raise DifferentError(f"other bytes than those of an unbroken run: {sorted(files(out.parent))}")
        tally.runs += 1

    def kill(self, out: Path, jobs: str) -> None:
        arguments = command(self.source, out, self.packs, *self.options, "--jobs", jobs)
        begun = Checkpoints(out).folder / "manifest.json"
        was_there = begun.exists()
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        if self.random.random() < 0.8 and not was_there:  # else also while it starts
            self.wait_for(begun, process)
            self.wait_for_slices(Checkpoints(out), self.random.randint(0, SLICES), process)
            time.sleep(self.random.uniform(0, 1.5 / SLICES) * self.working)
        else:
            time.sleep(self.random.uniform(0.3, 1.1) * self.seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()

    @staticmethod
    def wait_for_slices(checkpoints: Checkpoints, number: int, process: subprocess.Popen[bytes]) -> None:
        while len(checkpoints.done()) < number and process.poll() is None:
            time.sleep(0.002)

    @staticmethod
    def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
        while not path.exists() and process.poll() is None:
            time.sleep(0.002)


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder; after a run there is nothing else than what it writes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def killed(folder: Path, times: int, *, lines: int = 300, seed: int = 0) -> Tally:
    tally, one = Tally(), Killed(folder, lines, seed)
    for number in range(times):
        one.once(tally, number)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--lines", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(killed(Path(folder), given.times, lines=given.lines, seed=given.seed))


if __name__ == "__main__":
    main()
