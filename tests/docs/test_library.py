"""docs/library.md: what it shows is what happens."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

ROOT = Path(__file__).resolve().parents[2]


def test_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    results = doctest.testfile(str(ROOT / "docs" / "library.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.attempted > 10
    assert results.failed == 0


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, exportcheck; print(sorted(m for m in sys.modules if m.startswith('exportcheck')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "['exportcheck']"


def test_what_is_named_is_there() -> None:
    import exportcheck

    assert all(hasattr(exportcheck, name) for name in exportcheck.__all__)
    assert set(exportcheck.__all__) <= set(dir(exportcheck))
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        exportcheck.chek  # noqa: B018
