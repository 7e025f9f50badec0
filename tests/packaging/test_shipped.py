"""Rule packs and schemas are found in a wheel, in a checkout, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.rulepack import shipped

ROOT = Path(__file__).resolve().parents[2]


def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> Path:
    """A made-up installation below `tmp_path`: names that end with "/" are folders. Returns the package's folder."""
    package = tmp_path / "exportcheck"
    package.mkdir()
    for name in names:
        if name.endswith("/"):
            (tmp_path / name).mkdir(parents=True)
        else:
            (tmp_path / name).touch()
    monkeypatch.setattr(shipped, "_PACKAGE", package)
    return package


def test_this_checkout() -> None:
    assert shipped.shipped_rules() == ROOT / "rules"
    assert shipped.shipped_schema() == ROOT / "schema"


def test_a_wheel_carries_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = place(tmp_path, monkeypatch, "exportcheck/_rules/", "exportcheck/_schema/", "rules/", "pyproject.toml")
    assert shipped.shipped_rules() == package / "_rules"
    assert shipped.shipped_schema() == package / "_schema"


def test_a_checkout_has_them_beside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(tmp_path, monkeypatch, "rules/", "schema/", "pyproject.toml")
    assert shipped.shipped_rules() == tmp_path / "rules"
    assert shipped.shipped_schema() == tmp_path / "schema"


def test_a_folder_of_another_package_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = place(tmp_path, monkeypatch, "rules/", "schema/")
    with pytest.raises(InputError) as error:
        shipped.shipped_rules()
    [problem] = error.value.problems
    assert problem.span.file == str(package)
    assert "has no rules" in problem.message
    assert "--rules" in problem.hint
    with pytest.raises(InputError, match="has no schema"):
        shipped.shipped_schema()
