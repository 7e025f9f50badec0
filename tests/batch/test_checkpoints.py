"""A run that stops is taken up again, one of something else is told apart, and nothing half-written stands under a final name."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from exportcheck.batch import run as running
from exportcheck.batch.checkpoints import Checkpoints
from exportcheck.batch.counts import Counts
from exportcheck.batch.lock import Lock
from exportcheck.batch.plan import Plan
from exportcheck.batch.writing import whole
from exportcheck.errors import InputError
from tests.batch.killed import killed
from tests.batch.orders import command, drawn, environment, in_process, order, rules, table


class Silent:
    def __init__(self) -> None:
        self.lines = 0

    def advance(self, lines: int) -> None:
        self.lines += lines


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rules(tmp_path_factory.mktemp("rules"))


def go(plan: Plan) -> tuple[running.Finished, int]:
    loaded, watch = plan.load(), Silent()
    return running.run(plan, loaded, plan.open(loaded), watch), watch.lines


def stop_after(slices: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs fail when so many slices are finished."""
    finish: Callable[..., None] = Checkpoints.finish

    def stopping(self: Checkpoints, number: int, counts: Counts, *, last: bool) -> None:
        if number >= slices:
            raise InterruptedError(4, "stopped")
        finish(self, number, counts, last=last)

    monkeypatch.setattr(Checkpoints, "finish", stopping)


@pytest.fixture
def plan(tmp_path: Path, packs: Path) -> Plan:
    source = table(tmp_path, drawn(50))
    return Plan(source, tmp_path / "out.csv", rules=packs, cache=False, size=10)


def test_a_stopped_run_goes_on(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go(plan)
    wanted = plan.out.read_bytes()
    plan.out.unlink()
    with monkeypatch.context() as patch:
        stop_after(3, patch)
        with pytest.raises(InputError, match=r"out.csv.partial: make room, then run the same again"):
            go(plan)
    assert not plan.out.exists()
    finished, lines = go(plan)
    assert (finished.resumed, finished.counts.taken, lines) == (3, 50, 50)
    assert plan.out.read_bytes() == wanted
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lines.csv", "out.csv", "out.csv.notices.jsonl"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"as_of": "2026-02-02"}, "other options"),
        ({"size": 11}, "other options"),
        ({"source": "more"}, "other input"),
        ({"rules": "other"}, "other packs"),
    ],
)
def test_a_run_of_something_else_is_not_taken_up(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], says: str
) -> None:
    from dataclasses import replace
    from datetime import date

    with monkeypatch.context() as patch:
        stop_after(2, patch)
        with pytest.raises(InputError):
            go(plan)
    if "source" in change:
        table(tmp_path, drawn(51))
        other = plan
    elif "rules" in change:
        other = replace(plan, rules=rules(tmp_path / "others"))
        text = (tmp_path / "others/packs/own/1.yaml").read_text().replace("usd(1000)", "usd(2000)")
        (tmp_path / "others/packs/own/1.yaml").write_text(text)
    elif "as_of" in change:
        other = replace(plan, as_of=date.fromisoformat(str(change["as_of"])))
    else:
        other = replace(plan, size=11)
    with pytest.raises(InputError, match=f"an unfinished run is there with {says}"):
        go(other)
    finished, _ = go(replace(other, restart=True))
    assert finished.resumed == 0
    assert not Checkpoints(plan.out).folder.exists()


def test_a_file_of_somebody_else_is_not_deleted(plan: Plan) -> None:
    folder = Checkpoints(plan.out).folder
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="no run wrote it"):
        go(plan)
    assert (folder / "thesis.txt").read_text() == "mine"


def test_one_run_at_a_time(plan: Plan, tmp_path: Path, packs: Path) -> None:
    with Lock(Checkpoints(plan.out).folder, "out.csv"):
        done = in_process(plan.source, plan.out, packs)
    assert done.returncode == 2
    assert f"another run writes this file (process {os.getpid()})" in done.stderr
    assert not plan.out.exists()
    assert in_process(plan.source, plan.out, packs).returncode == 2  # rows in error
    assert plan.out.exists()


def test_a_lock_is_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        with Lock(tmp_path / "folder", "out.csv"):
            assert (tmp_path / "folder" / "lock").read_text() == f"{os.getpid()}\n"


def test_what_fails_on_the_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")

    def fill() -> None:
        with whole(path) as file:
            file.write(b"half")
            raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        fill()
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are of POSIX")
def test_a_full_disk(tmp_path: Path, packs: Path) -> None:
    """Files may not grow past a limit: the join fails, what is finished is kept, and with room it ends as it should."""
    import subprocess

    source = table(tmp_path, drawn(300))
    out = tmp_path / "out.jsonl"
    assert in_process(source, tmp_path / "unbroken.jsonl", packs, "--slice", "60").returncode == 2

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    line = command(source, out, packs, "--slice", "60")
    done = subprocess.run(line, capture_output=True, text=True, env=environment(), preexec_fn=limited, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "out.jsonl: cannot be written: File too large" in done.stderr
    assert "what is finished is kept in out.jsonl.partial: make room, then run the same again" in done.stderr
    assert not out.exists()
    assert len(Checkpoints(out).done()) == 5
    assert in_process(source, out, packs, "--slice", "60").returncode == 2
    assert out.read_bytes() == (tmp_path / "unbroken.jsonl").read_bytes()


def test_a_changed_input_is_noticed(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    stamps = iter([(1, 1), (1, 2)])
    monkeypatch.setattr(running, "_stamp", lambda path: next(stamps))
    with pytest.raises(InputError, match="the file was changed while it was read"):
        go(plan)
    assert not plan.out.exists()


def test_a_lost_line_is_noticed(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Counts.write
    monkeypatch.setattr(Counts, "write", lambda self, rows: write(self, list(rows)[1:]))
    with pytest.raises(running.CountError, match="50 lines came in, 45 were decided or in error, 50 written"):
        go(plan)
    assert not plan.out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    tally = killed(tmp_path, 3)
    assert tally.runs == 3


def test_an_order_alone_passes(tmp_path: Path, packs: Path) -> None:
    assert in_process(table(tmp_path, [order(1)]), tmp_path / "out.csv", packs).returncode == 0
