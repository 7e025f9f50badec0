"""docs/ci.md: its example of waivers is read, and what it names is there."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

import pytest
import yaml

from exportcheck.cli.reports import ReportFormat
from exportcheck.gate.waivers import read_waivers

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def block(first: str) -> str:
    """The indented block that begins with this line."""
    found = re.search(rf"(?m)^    {re.escape(first)}.*\n(?:    .*\n|\n(?=    ))*", TEXT)
    assert found is not None
    return textwrap.dedent(found[0])


def test_the_waiver_shown_is_one(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(block("# waivers.yaml"), encoding="utf-8")
    (waiver,) = read_waivers(path, {"itar/126.7(b)(2)"})
    assert (waiver.about(), waiver.expires) == ("TX-2026-0142, line 1, itar/126.7(b)(2)", date(2026, 12, 31))


def test_the_provision_that_it_names_is_one_that_the_pack_has() -> None:
    assert "\nprovision: itar/126.7(b)(2)\n" in (ROOT / "rules" / "itar" / "126.7.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("format", list(ReportFormat))
def test_every_format_has_a_row(format: str) -> None:
    assert f"\n| `{format}` |" in TEXT


@pytest.mark.parametrize("first", ["# .pre-commit-config.yaml", "- uses: actions/checkout@v4", "include:"])
def test_the_configurations_name_what_is_there(first: str) -> None:
    shown = yaml.safe_load(block(first))
    if first.startswith("#"):
        known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
        assert {hook["id"] for repository in shown["repos"] for hook in repository["hooks"]} <= known
    elif first == "include:":
        job = yaml.safe_load((ROOT / "ci/gitlab.yml").read_text(encoding="utf-8"))[".exportcheck"]
        assert (ROOT / shown["include"][0]["file"]).is_file()
        assert set(shown["exportcheck"]["variables"]) <= set(job["variables"])
    else:
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        assert set(shown[1]["with"]) <= set(action["inputs"])
        assert all(f"`{name}`" in TEXT for name in action["inputs"])
