"""The definitions for pre-commit, GitHub and GitLab: their shape, and what the very commands in them do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
BASH = shutil.which("bash")
SH = shutil.which("sh")

pytestmark = pytest.mark.skipif(BASH is None or SH is None, reason="needs a POSIX shell")


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache of packs for these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPORTCHECK_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Contract data, and an `exportcheck` on the path."""
    (tmp_path / "transfers" / "new orders").mkdir(parents=True)
    shutil.copy(FIXTURES / "aukus-status-not-stated.yaml", tmp_path / "transfers" / "new orders" / "radios.yaml")
    shutil.copy(FIXTURES / "mixed-avionics-order.yaml", tmp_path / "transfers" / "avionics.yaml")
    program = tmp_path / "bin" / "exportcheck"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m exportcheck "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


def shell(repository: Path, program: str | None, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    assert program is not None
    environment = {
        **os.environ,
        "PATH": f"{repository / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "RUNNER_TEMP": str(repository / "bin"),
        "GITHUB_OUTPUT": str(repository / "bin" / "output"),
        "GITHUB_STEP_SUMMARY": str(repository / "bin" / "summary"),
        **variables,
    }
    return subprocess.run([program, "-c", script], cwd=repository, env=environment, capture_output=True, text=True, check=False)


class TestGithubAction:
    def step(self, name: str) -> Any:
        return next(step for step in load("action.yml")["runs"]["steps"] if step["name"] == name)

    def check(self, repository: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the step as the runner does: the defaults of the inputs, then what is given."""
        defaults = {name: str(given.get("default", "")) for name, given in load("action.yml")["inputs"].items()}
        given = {**defaults, "packs": "itar,ear", **{name.replace("_", "-"): value for name, value in inputs.items()}}
        step = self.step("Check")
        variables = {name: given[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)[1]] for name, text in step["env"].items()}  # type: ignore[index]
        return shell(repository, BASH, step["run"], **variables)

    def test_no_input_is_part_of_a_script(self) -> None:
        action = load("action.yml")
        assert action["runs"]["using"] == "composite"
        for step in action["runs"]["steps"]:
            assert "${{" not in step.get("run", "")
            assert ("run" in step) != ("uses" in step)
            assert "run" not in step or step["shell"] == "bash"
        used = set(re.findall(r"inputs\.([a-z-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
        assert used == set(action["inputs"])
        assert all(given["description"] for given in action["inputs"].values())

    def test_annotations_reports_and_summary(self, repository: Path) -> None:
        done = self.check(repository, paths="transfers/new orders\ntransfers/*.yaml\n")
        assert done.returncode == 3, done.stderr
        assert done.stdout.startswith("::warning file=transfers/new orders/radios.yaml,line=22,")
        assert (repository / "bin" / "output").read_text() == "exit-code=3\n"
        assert "2 transactions: 1 needs-review, 1 pass." in (repository / "bin" / "summary").read_text(encoding="utf-8")
        assert json.loads((repository / "exportcheck.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
        assert json.loads((repository / "exportcheck.json").read_text(encoding="utf-8"))["verdict"] == "needs-review"

    def test_inputs(self, repository: Path) -> None:
        text = "waivers: [{transaction: RDG-2026-0047, reason: r, owner: o, expires: 9999-12-31}]\n"
        (repository / "waivers.yaml").write_text(text, encoding="utf-8")
        done = self.check(repository, paths="transfers", waivers="waivers.yaml", sarif="", receipt="", summary="false")
        assert done.returncode == 0, done.stderr
        assert not (repository / "exportcheck.sarif").exists()
        assert not (repository / "bin" / "summary").exists()
        assert self.check(repository, paths="transfers", fail_on="fail").returncode == 0
        assert self.check(repository, paths="transfers", baseline="exportcheck.json").returncode == 2, "it would be overwritten"
        (repository / "exportcheck.json").rename(repository / "before.json")
        assert self.check(repository, paths="transfers", baseline="before.json").returncode == 0
        assert self.check(repository, paths="transfers", as_of="2026-13-01").returncode == 2

    @pytest.mark.parametrize(
        "paths", ["", "\n\n", "--exit-zero", "$(touch bin/owned)", "`touch bin/owned`", "x; touch bin/owned"]
    )
    def test_paths_are_never_options_or_commands(self, repository: Path, paths: str) -> None:
        done = self.check(repository, paths=paths)
        assert done.returncode == 2
        assert (repository / "bin" / "output").read_text() == "exit-code=2\n"
        assert not (repository / "bin" / "owned").exists()

    def test_the_program_is_installed_from_the_action(self) -> None:
        step = self.step("Install exportcheck")
        assert step["env"] == {"ACTION_PATH": "${{ github.action_path }}"}
        assert '"$ACTION_PATH"' in step["run"]
        assert BASH is not None
        assert subprocess.run([BASH, "-n", "-c", step["run"]], check=False).returncode == 0


class TestGitlab:
    def job(self) -> Any:
        return load("ci/gitlab.yml")[".exportcheck"]

    def check(self, repository: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        job = self.job()
        given = {name: str(value) for name, value in job["variables"].items()} | {"EXPORTCHECK_PACKS": "itar,ear"} | variables
        return shell(repository, SH, "\n".join(job["script"]), **given)

    def test_the_job_extends_the_template(self) -> None:
        assert load("ci/gitlab.yml")["exportcheck"] == {"extends": ".exportcheck"}
        assert self.job()["artifacts"]["when"] == "always"
        assert self.job()["artifacts"]["reports"]["junit"] in self.job()["artifacts"]["paths"]
        used = set(re.findall(r"\$(EXPORTCHECK_\w+)", "\n".join([*self.job()["before_script"], *self.job()["script"]])))
        assert used == set(self.job()["variables"])

    def test_its_reports(self, repository: Path) -> None:
        done = self.check(repository)
        assert done.returncode == 3, done.stderr
        assert "2 transactions: 1 needs-review, 1 pass" in done.stdout
        for path in self.job()["artifacts"]["paths"]:
            assert (repository / path).is_file()
        suites = list(ElementTree.parse(repository / "exportcheck.junit.xml").getroot())
        assert [suite.get("errors") for suite in suites] == ["0", "1"]

    def test_variables(self, repository: Path) -> None:
        assert self.check(repository, EXPORTCHECK_PATHS="transfers/new orders\ntransfers/*.yaml").returncode == 3
        assert self.check(repository, EXPORTCHECK_FAIL_ON="fail").returncode == 0
        (repository / "exportcheck.json").rename(repository / "before.json")
        assert self.check(repository, EXPORTCHECK_BASELINE="before.json").returncode == 0
        assert self.check(repository, EXPORTCHECK_AS_OF="soon").returncode == 2
        assert self.check(repository, EXPORTCHECK_WAIVERS="none.yaml").returncode == 2

    @pytest.mark.parametrize("paths", ["", "--exit-zero", "x; $(touch bin/owned)"])
    def test_paths_are_never_options_or_commands(self, repository: Path, paths: str) -> None:
        assert self.check(repository, EXPORTCHECK_PATHS=paths).returncode == 2
        assert not (repository / "bin" / "owned").exists()


class TestPreCommit:
    HOOKS = load(".pre-commit-hooks.yaml") if (ROOT / ".pre-commit-hooks.yaml").is_file() else []

    @pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
    def test_the_entry_runs(self, repository: Path, hook: dict[str, Any]) -> None:
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        others = ["README.md", ".github/workflows/ci.yml", "transfers/scan.pdf"]
        changed = [*others, "transfers/new orders/radios.yaml", "transfers/avionics.yaml"]
        files = [name for name in changed if re.search(hook["files"], name)]
        assert files == ["transfers/new orders/radios.yaml", "transfers/avionics.yaml"]
        words = [
            *hook["entry"].split(),
            *hook.get("args", []),
            "--packs=itar,ear",
            *(files if hook.get("pass_filenames", True) else []),
        ]
        script = " ".join(f"'{word}'" for word in words)
        done = shell(repository, SH, script)
        assert done.returncode == 0, done.stderr
        assert "2 transactions: 1 needs-review, 1 pass" in done.stdout
        shutil.copy(FIXTURES / "itar-china.yaml", repository / "transfers" / "avionics.yaml")
        assert shell(repository, SH, script).returncode == 1
