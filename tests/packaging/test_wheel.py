"""The wheel works where it is installed: packs and schemas are in it, and nothing of the checkout is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import exportcheck

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (os.environ.get("CI") or os.environ.get("EXPORTCHECK_WHEEL")),
        reason="builds and installs a wheel: set EXPORTCHECK_WHEEL=1",
    ),
]


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; its whole output in the failure where it does not exit with 0."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment with the locked dependencies and the wheel."""
    home = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", home / "dist", ROOT, cwd=home)
    [wheel] = (home / "dist").glob("*.whl")
    venv.create(home / "venv", with_pip=True)
    programs = home / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip: list[str | Path] = [programs / "python", "-m", "pip", "install", "--quiet", "--no-deps"]
    for lock in ("build", "run"):
        locked = ROOT / "requirements" / f"{lock}.lock"
        run(*pip, "--require-hashes", "--no-build-isolation", "-r", locked, cwd=home)
    run(*pip, "--no-index", wheel, cwd=home)
    return programs


def test_its_dependencies_are_complete(installed: Path, tmp_path: Path) -> None:
    assert "No broken requirements" in run(installed / "python", "-m", "pip", "check", cwd=tmp_path)


def test_it_names_its_version(installed: Path, tmp_path: Path) -> None:
    assert exportcheck.__version__ in run(installed / "exportcheck", "--version", cwd=tmp_path)


def test_it_finds_its_own_packs_and_schemas(installed: Path, tmp_path: Path) -> None:
    code = "from exportcheck.rulepack import shipped; print(shipped.shipped_rules()); print(shipped.shipped_schema())"
    rules, schema = (Path(line) for line in run(installed / "python", "-c", code, cwd=tmp_path).splitlines())
    assert rules.is_relative_to(installed.parent)
    assert schema.is_relative_to(installed.parent)
    for source, shipped in ((ROOT / "rules", rules), (ROOT / "schema", schema)):
        expected = {path.relative_to(source): path.read_bytes() for path in source.rglob("*") if path.is_file()}
        assert expected
        assert {path.relative_to(shipped): path.read_bytes() for path in shipped.rglob("*") if path.is_file()} == expected


def test_it_checks_a_transaction_in_another_folder(installed: Path, tmp_path: Path) -> None:
    fixture = min((ROOT / "fixtures").glob("*.yaml"))
    transaction = tmp_path / "transaction.yaml"
    transaction.write_bytes(fixture.read_bytes())
    printed = run(installed / "exportcheck", "check", "--exit-zero", "--format", "json", transaction, cwd=tmp_path)
    json.loads(printed)
    assert '"verdict"' in printed
