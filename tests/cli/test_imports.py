"""`check` starts fast because it imports little: what only other verbs or other formats need stays out of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "aukus-mission-computers.yaml"

HEAVY = {
    "columns and solvers": ("polars", "pyarrow", "numpy", "pandas", "z3"),
    "web": ("http.client", "http.server", "urllib.request", "ssl", "requests", "httpx", "flask", "werkzeug", "jinja2", "asyncio"),
    "units and countries beyond what is cached": ("pint", "pycountry"),
    "comparisons": ("zen", "cedarpy", "matplotlib"),
    "models of the receipt": ("pydantic",),
    "formats that were not asked for": ("lxml", "xml.etree.ElementTree", "exportcheck.report.sarif", "exportcheck.report.junit"),
    "waivers and baselines that were not given": ("exportcheck.gate.baseline_model",),
}

RUN = """
import json, sys
from exportcheck.cli.main import run
code = run(["check", "--exit-zero", *sys.argv[1:]])
print(json.dumps({"code": code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def modules(*arguments: str) -> set[str]:
    """What is imported when this was checked."""
    done = subprocess.run([sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=True)
    said = json.loads(done.stderr.splitlines()[-1])
    assert said["code"] == 0
    assert done.stdout.strip()
    return set(said["modules"])


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPORTCHECK_CACHE", str(tmp_path_factory.mktemp("cache")))
        modules(str(FIXTURE))  # fills the cache
        return modules(str(FIXTURE))


@pytest.mark.parametrize("what", HEAVY)
def test_check_imports_none_of(what: str, imported: set[str]) -> None:
    assert imported.isdisjoint(HEAVY[what])


def test_what_was_looked_at_is_the_engine(imported: set[str]) -> None:
    """Else the test above would hold of anything."""
    assert {"exportcheck.engine.decide", "exportcheck.report.text", "exportcheck.transaction.read"} <= imported


def test_text_needs_no_models_of_receipts(imported: set[str]) -> None:
    assert "exportcheck.report.receipt" not in imported
