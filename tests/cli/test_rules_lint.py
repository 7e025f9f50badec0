"""`exportcheck rules lint` and `rules mutate`: exit codes, options, and what is said of wrong ones."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from exportcheck.cli.main import run
from tests.rulepack.small import HEAD, pack, provision

GOOD = provision("9", "derivation", "requires: [{cite: (a), says: x, when: 'i.a and i.n >= 5'}]")
BAD = provision("9", "derivation", "requires: [{cite: (a), says: x, when: 'i.n > 5 and i.n < 5'}]")
CASES = """
cases:
  - {name: plain, as_of: 2026-03-02, given: plain, expect: {law/9: holds}}
descriptions:
  plain: {transaction: {id: T, activity: export}, items: [{line: 1, n: 7, a: true}]}
"""


def rules(root: Path, law: str, **files: str) -> str:
    return str(pack(root, law=law, **{"law.cases": CASES}, **files))


@pytest.mark.parametrize(("law", "code"), [(GOOD, 0), (BAD, 1)])
def test_exit_codes(tmp_path: Path, law: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "lint", "--rules", rules(tmp_path, law), "--only", "EC101,EC103"]) == code
    assert ("EC101 constant-condition" in capsys.readouterr().out) is bool(code)


def test_a_pack_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "lint", "--rules", rules(tmp_path, GOOD.replace("i.a", "i.zz"))]) == 2
    assert "zz" in capsys.readouterr().err


def test_cases_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = rules(tmp_path, GOOD)
    (Path(root) / "law" / "law.cases.yaml").write_text("cases: [", encoding="utf-8")
    assert run(["rules", "lint", "--rules", root]) == 2
    assert "law.cases.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "EC1O1"], 'there is no rule "EC1O1": did you mean "EC101"?'),
        (["--only", ","], "no rule is given"),
        (["lwa"], 'there is no pack "lwa": did you mean "law"?'),
        (["--as-of", "soon"], '"soon" is no date'),
    ],
)
def test_wrong_options(tmp_path: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "lint", "--rules", rules(tmp_path, GOOD), *arguments]) == 2
    shown = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert said in shown


def test_without_the_solver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    find = importlib.util.find_spec

    def none_of_z3(name: str, package: str | None = None) -> Any:
        return None if name == "z3" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", none_of_z3)
    root = rules(tmp_path, GOOD)
    assert run(["rules", "lint", "--rules", root]) == 2
    assert "exportcheck[compare]" in capsys.readouterr().err
    assert run(["rules", "mutate", "--rules", root]) == 0
    assert "z3 is not there" in capsys.readouterr().out


def test_a_stale_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["rules", "lint", "--rules", rules(tmp_path, GOOD), "--only", "EC403", "--as-of"]
    assert [run([*arguments, day]) for day in ("2027-02-28", "2027-03-01")] == [0, 1]
    assert "EC403 stale-pack" in " ".join(capsys.readouterr().out.split())


def test_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lint.json"
    arguments = ["--only", "EC101", "--format", "json", "--output", str(file)]
    assert run(["rules", "lint", "--rules", rules(tmp_path, BAD), *arguments]) == 1
    assert capsys.readouterr().out == ""
    assert [f["code"] for f in json.loads(file.read_text(encoding="utf-8"))["findings"]] == ["EC101"]


def test_a_layer_is_linted_with_the_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer = tmp_path / "layer"
    layer.mkdir()
    (layer / "layer.yaml").write_text("layer: ours\ntitle: Ours\nkind: policy\nbase: law\n", encoding="utf-8")
    extra = provision("ours", "prohibition", "when: i.b and i.b")
    (layer / "ours.yaml").write_text(extra + "\n", encoding="utf-8")
    arguments = ["rules", "lint", "--rules", rules(tmp_path, GOOD), "--only", "EC102"]
    assert run(arguments) == 0
    capsys.readouterr()
    assert run([*arguments, "--layer", str(layer)]) == 1
    assert "ours.yaml:5" in capsys.readouterr().out.replace("\n", "")  # the line may be wrapped within the path


@pytest.mark.parametrize(("minimum", "code"), [(None, 0), ("10", 0), ("90", 1)])
def test_a_minimum(tmp_path: Path, minimum: str | None, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--minimum", minimum] if minimum else []
    assert run(["rules", "mutate", "--rules", rules(tmp_path, GOOD), *arguments]) == code
    out = capsys.readouterr().out
    assert ">= changed to >" in out
    assert ("below 90 %: law" in out) is bool(code)


def test_a_section(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = rules(tmp_path, GOOD + "\n---\n" + provision("10", "derivation", "when: i.b"))
    assert run(["rules", "mutate", "--rules", root, "--section", "10", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["packs"]["law"]
    assert {s["about"] for s in found["survivors"]} == {"law/10"}
    assert run(["rules", "mutate", "--rules", root, "--section", "11"]) == 2
    assert 'is called "11"' in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_everything_said_of_a_small_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All rules run over a pack with no fault of its own but what it leaves out."""
    head = HEAD + '    sections: [{section: "9", state: modelled}]\n'
    assert run(["rules", "lint", "--rules", rules(tmp_path, GOOD, pack=head), "--format", "json"]) == 1
    codes = {f["code"] for f in json.loads(capsys.readouterr().out)["findings"]}
    assert codes == {"EC202", "EC206", "EC301"}
