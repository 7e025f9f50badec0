"""`exportcheck check` around the engine: exit codes, output, and what becomes of mistakes."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exportcheck.cli import check as verb
from exportcheck.cli.exits import FailOn, exit_code
from exportcheck.cli.main import run
from exportcheck.engine.result import Result, Verdict
from exportcheck.errors import InputError, Problem, Span
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.vocabulary.model import Vocabulary
from tests.report.results import de_minimis, needs_review, passes

Give = Callable[..., None]
NO_PACKS = Packs({}, (), {}, {}, {}, {}, {}, (), Vocabulary())


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Let the engine give these results, or raise this; what it was asked is kept on the function."""

    def set_answer(*results: Result, raises: BaseException | None = None) -> None:
        def load(rules: Path | None, layers: list[Path], cache: bool) -> Packs:
            set_answer.loaded = {"rules": rules, "layers": layers, "cache": cache}  # type: ignore[attr-defined]
            return NO_PACKS

        def answer(paths: list[Path], loaded: Packs, **asked: Any) -> list[tuple[Transaction, Result]]:
            set_answer.asked = {"paths": paths, **asked, **set_answer.loaded}  # type: ignore[attr-defined]
            if raises is not None:
                raise raises
            return [(Transaction(r.transaction, Entity("transaction", "", {}), file=r.file), r) for r in results]

        monkeypatch.setattr(verb, "answer", answer)
        monkeypatch.setattr(verb, "load", load)

    return set_answer


def with_verdict(verdict: Verdict) -> Result:
    return replace(passes(), verdict=verdict)


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("not-subject", 0), ("fail", 1), ("needs-review", 3)])
def test_the_verdict_is_the_exit_code(give: Give, verdict: Verdict, code: int) -> None:
    give(with_verdict(verdict))
    assert run(["check", "x.yaml"]) == code


@pytest.mark.parametrize(
    ("verdicts", "options", "code"),
    [
        (["pass", "needs-review"], [], 3),
        (["needs-review", "fail", "pass"], [], 1),
        (["needs-review", "pass"], ["--fail-on", "fail"], 0),
        (["fail", "needs-review"], ["--fail-on", "fail"], 1),
        (["fail"], ["--fail-on", "never"], 0),
        (["fail", "needs-review"], ["--exit-zero"], 0),
    ],
)
def test_the_worst_verdict_decides(give: Give, verdicts: list[Verdict], options: list[str], code: int) -> None:
    give(*(with_verdict(verdict) for verdict in verdicts))
    assert run(["check", "x.yaml", *options]) == code


def test_exit_code_of_nothing_is_zero() -> None:
    assert exit_code([]) == 0
    assert exit_code(["not-subject", "pass"], FailOn.FAIL) == 0


def test_a_mistake_prints_nothing_on_standard_output(give: Give, capsys: pytest.CaptureFixture[str]) -> None:
    span = Span("mission-computer.yaml", 14, 7, 14, "      ddtc_registred: true")
    give(raises=InputError([Problem(span, 'a party has no fact named "ddtc_registred"', 'did you mean "ddtc_registered"?')]))
    assert run(["check", "x.yaml", "--exit-zero"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "mission-computer.yaml:14:7" in err
    assert err.endswith("1 error; nothing was checked\n")


def test_options_reach_the_engine(give: Give) -> None:
    give(passes())
    layers = ["--layer", "japan", "--layer", "company"]
    run(["check", "a.yaml", "b", "--as-of", "2025-12-30", "--rules", "mine", *layers, "--packs", "itar,ear", "--no-cache"])
    asked = give.asked  # type: ignore[attr-defined]
    assert asked["paths"] == [Path("a.yaml"), Path("b")]
    assert asked["as_of"].isoformat() == "2025-12-30"
    assert asked["rules"] == Path("mine")
    assert asked["layers"] == [Path("japan"), Path("company")]
    assert asked["packs"] == "itar,ear"
    assert asked["cache"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["chekc", "x.yaml"],
        ["check", "x.yaml", "--as-of", "2026-02-30"],
        ["check", "x.yaml", "--as-of", "20260302"],
        ["check", "x.yaml", "--format", "xml"],
        ["check", "x.yaml", "--fail-on", "pass"],
        ["check", "x.yaml", "--no-such-option"],
        ["check", "x.yaml", "--output"],
    ],
)
def test_wrong_usage_exits_with_two(give: Give, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    give(passes())
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert "Error" in err


def test_an_unexpected_exception_is_one_line(
    give: Give, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXPORTCHECK_DEBUG", raising=False)
    give(raises=KeyError("a secret of the transaction"))
    assert run(["check", "x.yaml"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("internal error: KeyError at cli/test_check.py:")
    assert err.count("\n") == 1
    assert "secret" not in err
    monkeypatch.setenv("EXPORTCHECK_DEBUG", "1")
    assert run(["check", "x.yaml"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_stopped_from_the_keyboard(give: Give, capsys: pytest.CaptureFixture[str]) -> None:
    give(raises=KeyboardInterrupt())
    assert run(["check", "x.yaml"]) == 130
    assert capsys.readouterr().out == ""


def test_text_goes_to_standard_output(give: Give, capsys: pytest.CaptureFixture[str]) -> None:
    give(needs_review())
    assert run(["check", "x.yaml"]) == 3
    out, err = capsys.readouterr()
    assert err == ""
    assert "NEEDS REVIEW   one answer decides it" in out
    assert "\x1b" not in out
    assert "reasoning for line" not in out
    run(["check", "x.yaml", "--why", "--color", "always"])
    assert "\x1b[1mreasoning\x1b[0m for line 1" in capsys.readouterr().out


def test_json_goes_to_standard_output(give: Give, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("exportcheck.transaction.canonical")
    monkeypatch.setattr("exportcheck.transaction.canonical.canonical", lambda transaction: {"id": transaction.id})
    give(needs_review(), de_minimis())
    assert run(["check", "x.yaml", "--format", "json"]) == 1
    receipt = json.loads(capsys.readouterr().out)
    assert [answer["verdict"] for answer in receipt["answers"]] == ["needs-review", "fail"]


class TestOutput:
    def test_a_file_is_written_as_a_whole(self, give: Give, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        give(needs_review())
        target = tmp_path / "report.txt"
        assert run(["check", "x.yaml", "--output", str(target)]) == 3
        assert capsys.readouterr().out == ""
        assert "Decision support, not legal advice." in target.read_text(encoding="utf-8")
        assert os.listdir(tmp_path) == ["report.txt"]
        assert target.stat().st_mode & 0o777 == 0o666 & ~_umask()

    def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(self, give: Give, tmp_path: Path) -> None:
        give(passes())
        target = tmp_path / "report.txt"
        target.write_text("before " * 5000)
        target.chmod(0o640)
        assert run(["check", "x.yaml", "-o", str(target)]) == 0
        assert target.read_text(encoding="utf-8").startswith("TX-2026-0143")
        assert "before before" not in target.read_text(encoding="utf-8")
        assert target.stat().st_mode & 0o777 == 0o640

    def test_the_input_is_never_overwritten(self, give: Give, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        give(passes())
        given = tmp_path / "tx.yaml"
        given.write_text("transaction: {}\n")
        link, hard = tmp_path / "link.yaml", tmp_path / "hard.yaml"
        link.symlink_to(given)
        os.link(given, hard)
        for output in (given, tmp_path / "." / "tx.yaml", link, hard):
            assert run(["check", str(given), "--output", str(output)]) == 2
        assert given.read_text() == "transaction: {}\n"
        assert "--output is the file that is checked" in capsys.readouterr().err

    def test_a_file_in_the_folder_that_is_checked_is_not_overwritten(self, give: Give, tmp_path: Path) -> None:
        given = tmp_path / "tx.yaml"
        given.write_text("transaction: {}\n")
        give(replace(passes(), file=str(given)))
        assert run(["check", str(tmp_path), "--output", str(given)]) == 2
        assert given.read_text() == "transaction: {}\n"

    def test_where_nothing_can_be_written_the_old_file_stays(
        self, give: Give, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        give(passes())
        assert run(["check", "x.yaml", "--output", str(tmp_path)]) == 2
        assert run(["check", "x.yaml", "--output", str(tmp_path / "none" / "report.txt")]) == 2
        target = tmp_path / "report.txt"
        target.write_text("old")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        assert run(["check", "x.yaml", "--output", str(target)]) == 2
        assert target.read_text() == "old"
        assert os.listdir(tmp_path) == ["report.txt"]
        assert "No space left on device" in capsys.readouterr().err

    def test_a_mistake_leaves_the_file_alone(self, give: Give, tmp_path: Path) -> None:
        target = tmp_path / "report.txt"
        target.write_text("old")
        give(raises=InputError(Problem(Span("x.yaml", 1, 1), "wrong")))
        assert run(["check", "x.yaml", "--output", str(target)]) == 2
        assert target.read_text() == "old"

    def test_a_device_is_written_to(self, give: Give) -> None:
        give(passes())
        assert run(["check", "x.yaml", "--output", os.devnull]) == 0


def test_a_reader_that_goes_away_does_not_change_the_verdict(
    give: Give, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    give(de_minimis())
    monkeypatch.setattr(sys, "stdout", Closed())
    assert run(["check", "x.yaml"]) == 1
    assert capsys.readouterr().err == ""


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
