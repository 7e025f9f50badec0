"""Invariants of the repository itself."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

import exportcheck

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "exportcheck"
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
MODULES = sorted(PACKAGE.rglob("*.py"))
LINES_OF_A_MODULE = 400

# Composed, so that this file does not hold what it forbids.
FORBIDDEN = {
    "a registry's host": [
        "pypi" + r"\.org",
        "python" + r"hosted\.org",
        "npm" + r"js\.(org|com)",
        "deb" + r"\.debian\.org",
    ],
    "a path of one machine": [
        r"(?<![\w.*])/(work|root|home|Users|opt)" + r"/\w",
        r"(?<![\w.*])/tmp" + r"/\w",
        r"\b[A-Z]:" + r"\\Users\\",
        r"\.pyenv" + r"/",
    ],
}


@cache
def project_files() -> tuple[Path, ...]:
    """The files under version control or about to be; in an unpacked archive, those in the project's folders."""
    listing = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if (ROOT / ".git").exists():
        names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0")
        found = [ROOT / name for name in names if name]
    else:
        folders = ("exportcheck", "rules", "fixtures", "tests", "docs", "schema", "scripts", "bench", "requirements")
        found = [path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
        found += list(ROOT.glob("*.*"))
    return tuple(sorted(path for path in found if path.is_file()))


def text_of(path: Path) -> str:
    """The file as text; bytes that are not UTF-8 (files for tests of bad input) are replaced."""
    return path.read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names_a_machine_or_a_registry(what: str) -> None:
    pattern = re.compile("|".join(FORBIDDEN[what]))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in project_files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what} in\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a registry's host", "https://" + "pypi" + ".org/simple"),
        ("a registry's host", "https://files." + "python" + "hosted.org/packages"),
        ("a path of one machine", "see /" + "home/somebody/exportcheck"),
        ("a path of one machine", '"/' + 'tmp/x.yaml"'),
    ],
)
def test_the_patterns_find_what_they_forbid(what: str, line: str) -> None:
    assert re.search("|".join(FORBIDDEN[what]), line)


def pins(lock: Path) -> dict[str, tuple[str, list[str]]]:
    """Name -> (version, hashes) of each requirement in a lock file."""
    logical = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    found = {}
    for line in (line.strip() for line in logical):
        if not line or line.startswith("#"):
            continue
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)", line)
        assert match, f"{lock.name}: not pinned to one version: {line[:80]}"
        assert match[1] not in found, f"{lock.name}: {match[1]} is pinned twice"
        found[match[1]] = (match[2], re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line))
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_hashes_and_no_addresses(lock: Path) -> None:
    locked = pins(lock)
    assert locked
    assert not [name for name, (_, hashes) in locked.items() if not hashes]
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|@ file", lock.read_text(encoding="utf-8"))


def test_the_locks_agree() -> None:
    by_name = {lock.stem: pins(lock) for lock in LOCKS}
    assert set(by_name) == {"bench", "build", "dev", "run"}
    assert set(by_name["run"]) <= set(by_name["dev"])
    assert set(by_name["run"]) <= set(by_name["bench"])
    versions: dict[str, set[str]] = {}
    for locked in by_name.values():
        for name, (version, _) in locked.items():
            versions.setdefault(name, set()).add(version)
    assert not {name: found for name, found in versions.items() if len(found) > 1}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_is_short(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    lines = len(text.splitlines())
    assert lines <= LINES_OF_A_MODULE, f"{lines} lines; split it by the question that each part answers"


def test_every_section_has_its_cases_beside_it() -> None:
    sections = [
        path
        for path in sorted((ROOT / "rules").rglob("*.yaml"))
        if not path.name.endswith((".cases.yaml", ".table.yaml"))
        and "proposals" not in path.parts  # these have fixtures: tests/fixtures/test_proposals.py
        and any(isinstance(document, dict) and "provision" in document for document in documents(path))
    ]
    assert sections, "no section of law found"
    without = [str(path.relative_to(ROOT)) for path in sections if not path.with_suffix(".cases.yaml").is_file()]
    assert not without, f"no cases beside {', '.join(without)}"


def test_no_cases_without_a_section() -> None:
    cases = sorted((ROOT / "rules").rglob("*.cases.yaml"))
    assert cases
    orphans = [path for path in cases if not path.with_name(path.name.replace(".cases.yaml", ".yaml")).is_file()]
    assert not orphans


def documents(path: Path) -> list[object]:
    """The YAML documents of a file, every scalar as text."""
    with path.open(encoding="utf-8") as stream:
        return list(yaml.load_all(stream, Loader=yaml.CBaseLoader))


def test_the_version_is_in_the_changelog() -> None:
    heading = rf"^## \[{re.escape(exportcheck.__version__)}\]"
    assert re.search(heading, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
