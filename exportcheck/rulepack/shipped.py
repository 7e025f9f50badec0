"""Where the rule packs and schemas that come with exportcheck are.

An installed wheel carries them inside the package (`_rules`, `_schema`); a source checkout or an editable install has
them beside it (`rules`, `schema`).
"""

from __future__ import annotations

from pathlib import Path

import exportcheck
from exportcheck.errors import InputError, Problem, Span

_PACKAGE = Path(exportcheck.__file__).resolve().parent


def shipped_rules() -> Path:
    """The folder of the rule packs that come with exportcheck. Raises InputError where the installation has none."""
    return _shipped(_PACKAGE, "rules", hint="give the folder of the rule packs with --rules")


def shipped_schema() -> Path:
    """The folder of the JSON Schemas that come with exportcheck. Raises InputError where the installation has none."""
    return _shipped(_PACKAGE, "schema", hint="install exportcheck again")


def _shipped(package: Path, name: str, *, hint: str) -> Path:
    """The folder `name` that belongs to the package at `package`: inside it, else beside it."""
    inside, beside = package / f"_{name}", package.parent / name
    if inside.is_dir():
        return inside
    # Beside an installed package lies somebody else's code: only a checkout of this project counts.
    if beside.is_dir() and (package.parent / "pyproject.toml").is_file():
        return beside
    raise InputError(Problem(Span(str(package)), f"this installation of exportcheck has no {name} ({inside} is not there)", hint))
