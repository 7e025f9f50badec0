"""`exportcheck diff` over small packs: what may be compared, what is written, the exit codes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from exportcheck.cli.main import run
from tests.compare.test_changes import FILES, TERMS
from tests.rulepack.small import pack

ORDER = """
schema: exportcheck/transaction/1
transaction: {id: ORDER, transfer_date: 2026-03-02, activity: export, origin: US, destination: GB}
items: [{line: 1, description: pumps, a: true, b: true, c: false, n: 10}]
"""
NEW = {**FILES, "terms": TERMS.replace("<=", "<")}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    return str(pack(tmp_path / "old", **FILES)), str(pack(tmp_path / "new", **NEW))


def diff(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["diff", "--no-cache", *arguments])
    out, err = capsys.readouterr()
    return code, out + err


def test_two_folders(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, text = diff(capsys, *folders)
    assert code == 1
    assert "definition law/small" in text
    assert 'i.n < param("law/most")' in text
    assert "before  pass: 1 XYZ 9 holds" in text
    assert "now     fail: license required: L-1" in text
    assert "stricter; confirmed by both" in text


def test_the_same_twice_is_no_change(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, text = diff(capsys, folders[0], folders[0])
    assert code == 0
    assert "no changes" in text


def test_one_folder_on_two_days(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, text = diff(capsys, folders[0], "--as-of", "2023-12-31", "--as-of", "2024-01-01")
    assert code == 1
    assert "exempt" in text
    assert "(new)" in text
    assert "looser" in text


def test_a_revision_of_a_repository(
    folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Path(folders[0]).parent
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *command], cwd=repository, check=True, capture_output=True)
    pack(repository, **NEW)
    monkeypatch.chdir(repository)
    code, text = diff(capsys, "HEAD:rules/", "rules")
    assert code == 1
    assert "HEAD:rules/law/terms.yaml" in text


def test_a_revision_that_is_not_there(capsys: pytest.CaptureFixture[str], folders: tuple[str, str]) -> None:
    code, text = diff(capsys, "no-such-revision:rules/", folders[1])
    assert code == 2
    assert "no-such-revision:rules/" in text


def test_nothing_to_compare_with(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = diff(capsys)
    assert code == 2
    assert "nothing to compare with" in text


def test_real_transactions_under_both(folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "order.yaml").write_text(ORDER, encoding="utf-8")
    (tmp_path / "orders" / "other.yaml").write_text(ORDER.replace("a: true", "strange: true"), encoding="utf-8")
    code, text = diff(capsys, *folders, "--on", str(tmp_path / "orders"))
    assert code == 1
    assert "1 transaction: 0 same, 1 pass → fail" in text
    assert "by law/small: 1 line" in text
    assert "left out, since neither side can read them: 1 file" in text


def test_a_file_that_is_named_has_to_be_readable(
    folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "order.yaml"
    path.write_text(ORDER.replace("a: true", "strange: true"), encoding="utf-8")
    code, text = diff(capsys, *folders, "--on", str(path))
    assert code == 2
    assert '"strange"' in text


def test_examples_are_descriptions(folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = diff(capsys, *folders, "--examples", str(tmp_path / "examples"))
    assert code == 1
    (path,) = (tmp_path / "examples").iterdir()
    assert path.name == "small-stricter.yaml"
    shown = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert shown["items"][0]["n"] == "10"
    verdicts = [run(["check", "--no-cache", "--rules", f, "--as-of", "2026-09-01", str(path)]) for f in folders]
    assert verdicts == [0, 1]


def test_json(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, text = diff(capsys, *folders, "--format", "json")
    shown = json.loads(text)
    assert (code, shown["exit_code"], shown["schema"]) == (1, 1, "exportcheck/diff/1")
    (change,) = shown["changes"]
    assert change["effect"]["directions"] == ["stricter"]
    assert change["effect"]["examples"][0]["description"].startswith("schema: exportcheck/transaction/1")


def test_markdown_and_html_say_the_same(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    _, markdown = diff(capsys, *folders, "--format", "markdown")
    assert markdown.startswith("### ⚖️ exportcheck diff: verdicts change\n")
    assert "definition law/small" in markdown
    _, page = diff(capsys, *folders, "--format", "html")
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert "law/small" in page


def test_what_a_pack_says_is_never_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = {**NEW, "terms": NEW["terms"].replace("says: it is small", 'says: "<b>@all</b> [x](y)"')}
    folders = str(pack(tmp_path / "old", **FILES)), str(pack(tmp_path / "new", **hostile))
    _, markdown = diff(capsys, *folders, "--format", "markdown")
    _, page = diff(capsys, *folders, "--format", "html")
    assert "<b>" not in markdown
    assert "@all" not in markdown
    assert "<b>@all" not in page


def test_exit_zero(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(capsys, *folders, "--exit-zero")[0] == 0


def test_only_some_packs(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(capsys, *folders, "--packs", "law")[0] == 1
    code, text = diff(capsys, *folders, "--packs", "lav")
    assert code == 2
    assert "law" in text
