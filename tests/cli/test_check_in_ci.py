"""`exportcheck check` on contract data: folders and patterns, formats, waivers, baselines, several reports of one run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from exportcheck.cli.main import run
from exportcheck.cli.reports import ReportFormat

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PACKS = ["--packs", "itar,ear"]
CHECK = ["check", *PACKS]

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache of packs for these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPORTCHECK_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with contract data: one transfer that fails, one that needs review, one that passes."""
    for name, target in (
        ("itar-china.yaml", "transfers/rejected/china.yaml"),
        ("aukus-status-not-stated.yaml", "transfers/2026/radios.yaml"),
        ("mixed-avionics-order.yaml", "transfers/2026/avionics.yaml"),
    ):
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(FIXTURES / name, tmp_path / target)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def ask(*arguments: str) -> tuple[int, str, str]:
        code = run([*CHECK, *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


def ids(out: str) -> list[str]:
    return [json.loads(line)["id"] for line in out.splitlines()]


def test_folders_and_patterns(data: Path, say: Say) -> None:
    code, out, _ = say("transfers", "--format", "jsonl")
    assert (code, ids(out)) == (1, ["AUK-2026-014", "RDG-2026-0047", "CBR-RFQ-26-311"])
    code, out, _ = say("transfers/**/radios.yaml", "transfers/2026", "--format", "jsonl")
    assert (code, ids(out)) == (3, ["RDG-2026-0047", "AUK-2026-014"])
    code, out, err = say("transfers/*.yaml", "transfers/2026")
    assert (code, out) == (2, "")
    assert "transfers/*.yaml: no description fits this pattern" in err


@pytest.mark.parametrize("format", list(ReportFormat))
def test_every_format_has_the_same_exit_code_and_names_the_transfer(data: Path, say: Say, format: str) -> None:
    if format == "html":
        pytest.importorskip("jinja2")
    code, out, err = say("transfers", "--format", format)
    assert (code, err) == (1, "")
    assert "RDG-2026-0047" in out
    assert out.endswith("\n")


def test_a_pass_and_a_mistake(data: Path, say: Say) -> None:
    code, out, _ = say("transfers/2026/avionics.yaml", "--format", "sarif")
    assert (code, json.loads(out)["runs"][0]["results"]) == (0, [])
    code, out, err = say("transfers", "no-such.yaml", "--format", "junit")
    assert (code, out) == (2, "")
    assert "there is no such file" in err


WAIVERS = """\
waivers:
  - {transaction: CBR-RFQ-26-311, reason: declined on 2026-04-02, owner: J. Doe, expires: 2026-12-31}
  - {provision: "itar/126.7(b)(2)", reason: the enrollment is being looked up, owner: A. Clerk, expires: 2026-06-30}
"""


def test_waivers_change_the_exit_code_and_no_verdict(data: Path, say: Say) -> None:
    (data / "transfers" / "waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    given = ["transfers", "--waivers", "transfers/waivers.yaml"]
    code, out, _ = say(*given, "--today", "2026-06-30", "--format", "json")
    receipt = json.loads(out)
    assert code == 0
    assert [answer["verdict"] for answer in receipt["answers"]] == ["pass", "needs-review", "fail"]
    assert receipt["notices"] == []
    code, out, _ = say(*given, "--today", "2026-07-01")
    assert code == 3
    assert "expired" in out
    assert "FAIL" in out
    code, out, _ = say(*given, "--today", "2027-01-01", "--format", "github")
    assert code == 1
    assert out.count("title=exportcheck%3A expired::") == 2
    assert say(*given, "--today", "2027-01-01", "--exit-zero")[0] == 0


def test_mistakes_in_waivers_and_baseline_are_said_before_anything_is_checked(data: Path, say: Say) -> None:
    (data / "w.yaml").write_text("waivers:\n  - {transaction: A, reason: r, owner: o, expires: soon}\n", encoding="utf-8")
    (data / "b.json").write_text('{"schema": "exportcheck/baseline/1",\n "answers": 3}', encoding="utf-8")
    code, out, err = say("transfers", "--waivers", "w.yaml", "--baseline", "b.json", "--exit-zero", "--report", "json=r.json")
    assert (code, out) == (2, "")
    assert 'w.yaml:2:52: "soon" is no date' in err
    assert "b.json:2:13: this is no baseline" in err
    assert "2 errors; nothing was checked" in err
    assert not (data / "r.json").exists()


def test_only_what_is_not_in_the_baseline_counts(data: Path, say: Say) -> None:
    assert say("transfers", "--write-baseline", "transfers/baseline.json")[0] == 1
    assert json.loads((data / "transfers/baseline.json").read_text(encoding="utf-8"))["schema"] == "exportcheck/baseline/1"
    given = ["transfers", "--baseline", "transfers/baseline.json"]
    code, out, _ = say(*given)
    assert code == 0
    assert "FAIL" in out
    assert "as in the baseline" in out
    shutil.copy(FIXTURES / "itar-iran.yaml", data / "transfers" / "iran.yaml")
    (data / "transfers/2026/avionics.yaml").unlink()
    code, out, _ = say(*given, "--write-baseline", "transfers/baseline.json")
    assert code == 1
    assert "not in the baseline" in out
    assert "line 2 of AUK-2026-014 of transfers/2026/avionics.yaml was pass in the baseline and is gone" in " ".join(out.split())
    assert say(*given)[0] == 0


def test_an_earlier_receipt_is_a_baseline(data: Path, say: Say) -> None:
    say("transfers", "--output", "receipt.json", "--format", "json")
    assert say("transfers", "--baseline", "receipt.json")[0] == 0


def test_several_reports_of_one_run(data: Path, say: Say) -> None:
    reports = ["--report", "sarif=a.sarif", "--report", "junit=a.xml", "--report", "text=a.txt"]
    code, out, _ = say("transfers", "--format", "github", *reports)
    assert code == 1
    assert out.startswith("::error file=transfers/rejected/china.yaml,line=")
    results = json.loads((data / "a.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results}
    assert uris == {"transfers/rejected/china.yaml", "transfers/2026/radios.yaml"}
    assert len(list(ElementTree.parse(data / "a.xml").iter("testcase"))) == 4
    assert "RDG-2026-0047" in (data / "a.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--report", "sarif"], "is not FORMAT=FILE"),
        (["--report", "sarfi=a"], 'did you mean "sarif"'),
        (["--report", "xml=a"], "there are: text, json, jsonl"),
        (["--today", "tomorrow"], "is no date"),
        (["--format", "xml"], "xml"),
        (["--report", "json=same", "--report", "sarif=same"], "two reports"),
        (["-o", "same", "--report", "sarif=./same"], "two reports"),
        (["--report", "json=transfers/2026/radios.yaml"], "--report is the file that is checked"),
        (["--waivers", "w.yaml", "--report", "json=w.yaml"], "--report is a file that is read"),
        (["--waivers", "w.yaml", "--write-baseline", "w.yaml"], "--write-baseline is a file that is read"),
        (["--write-baseline", "transfers/2026/radios.yaml"], "--write-baseline is the file that is checked"),
        (["--write-baseline", "transfers"], "--write-baseline is"),
        (["--waivers", "none.yaml"], "none.yaml: there is no such file"),
        (["--report", "json=none/a.json"], "--report cannot be written"),
    ],
)
def test_wrong_usage(data: Path, say: Say, arguments: list[str], words: str) -> None:
    (data / "w.yaml").write_text("waivers: []\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    code, out, err = say("transfers", *arguments)
    assert code == 2
    assert out == ""
    assert words in " ".join(err.replace("│", " ").split())
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_html_without_its_library_is_said_before_anything_is_checked(
    data: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for arguments in (["--format", "html"], ["--report", "html=a.html"]):
        code, out, err = say("transfers", *arguments)
        assert (code, out) == (2, "")
        assert "exportcheck[html]" in err
