"""docs/diff.md: its commands and its workflow are such as the program takes."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest
import yaml

from exportcheck.cli.diff import DiffFormat, parse_asked
from exportcheck.compare.model import DIRECTIONS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "diff.md").read_text(encoding="utf-8")
COMMANDS = [m[1].split("#")[0].strip() for m in re.finditer(r"(?m)^    (exportcheck diff .*)$", TEXT)]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_compares_two_things(command: str) -> None:
    words = shlex.split(command)[2:]
    with_value = {"--as-of", "--layer", "--on", "--examples"}
    sides = [w for n, w in enumerate(words) if not w.startswith("--") and (n == 0 or words[n - 1] not in with_value)]
    given = {o: [words[n + 1] for n, w in enumerate(words) if w == o] for o in with_value}
    parse_asked(sides, given["--as-of"], tuple(Path(p) for p in given["--layer"]))
    assert all((ROOT / p).is_dir() for p in given["--layer"])


@pytest.mark.parametrize("word", [*DIRECTIONS, "not decided", "no verdict changes", "editorial (proved equal)"])
def test_every_word_is_told(word: str) -> None:
    assert re.search(rf"(?m)^\| [^|]*{re.escape(word)}[^|]* \|", TEXT)


@pytest.mark.parametrize("format", list(DiffFormat))
def test_every_format_is_told(format: str) -> None:
    assert f"`{format}`" in TEXT or f"--format {format}`" in TEXT


def test_the_workflow_reads_and_gives_what_people_wrote_no_way_into_the_shell() -> None:
    found = re.search(r"(?m)^    # \.github/workflows/rules\.yml\n(?:    .*\n|\n(?=    ))*", TEXT)
    assert found is not None
    workflow = yaml.safe_load(textwrap.dedent(found[0]))
    for step in workflow["jobs"]["diff"]["steps"]:
        assert "${{" not in step.get("run", "")
