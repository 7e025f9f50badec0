"""Starting the program: what is imported, `python -m`, the version."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from exportcheck import __version__
from exportcheck.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("pydantic", "lark", "pint", "pycountry", "yaml", "rich", "durable", "polars", "z3")


def python(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environ}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=env, timeout=60, check=False, encoding="utf-8"
    )


def test_importing_the_command_line_imports_no_engine() -> None:
    code = f"import sys, exportcheck.cli.main; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert python("-c", code).stdout.strip() == "[]"


def test_json_is_utf_8_in_every_locale() -> None:
    code = (
        "from exportcheck.cli.output import write_json\n"
        "print('before')\n"
        'write_json(\'{"name": "M\u00fcller \u682a"}\\n\', None)\n'
        "print('after')\n"
    )
    for encoding in ("ascii", "cp1252", "utf-8"):
        done = python("-c", code, PYTHONIOENCODING=encoding)
        assert done.stdout == 'before\n{"name": "Müller 株"}\nafter\n', done.stderr


def test_a_closed_pipe_is_silent() -> None:
    code = (
        "import sys; from exportcheck.cli.output import write_stream; [write_stream('x' * 9000, sys.stdout) for _ in range(99)]"
    )
    for encoding in ("utf-8", "ascii"):
        pipe = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        )
        assert pipe.stdout is not None
        assert pipe.stderr is not None
        pipe.stdout.read(10)
        pipe.stdout.close()
        assert pipe.stderr.read() == b""
        pipe.stderr.close()
        assert pipe.wait(30) == 0


def test_the_text_report_does_not_need_what_only_json_needs() -> None:
    code = "import sys, exportcheck.report.text; print([m for m in ('pydantic', 'lark', 'yaml') if m in sys.modules])"
    assert python("-c", code).stdout.strip() == "[]"


def test_it_runs_as_a_module() -> None:
    done = python("-m", "exportcheck", "--help")
    assert done.returncode == 0
    assert "check" in done.stdout
    assert python("-m", "exportcheck").returncode == 2


def test_help_is_no_wider_than_eighty_columns() -> None:
    for verb in (["check"], ["facts"], ["rules"], ["rules", "show"]):
        help_text = python("-m", "exportcheck", *verb, "--help", COLUMNS="80").stdout
        assert help_text.startswith("Usage: exportcheck")
        assert max(map(len, help_text.splitlines())) <= 80


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"exportcheck {__version__}\npython 3.")
    assert "conclusion layer: " in out
