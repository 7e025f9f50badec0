"""How `check` puts packs, transactions and engine together."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from exportcheck.cli.check import answer, load
from exportcheck.engine.result import Result
from exportcheck.errors import InputError
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Transaction
from tests.report.results import passes

PACK = """
pack: demo
title: Demonstration pack
authority: nobody
force: binding
current_to: 2026-01-31
stale_after_days: 180
binds_when: "true"
sections: []
"""
TRANSACTION = "transaction: {id: %s, activity: export, destination: GB}\nitems: [{description: bolt}]\n"


class FakeEngine:
    checked: list[tuple[str, dict[str, Any]]]

    def __init__(self, packs: Packs) -> None:
        assert "demo" in packs.packs
        FakeEngine.checked = []

    def date_of(self, transaction: Transaction, as_of: date | None) -> date:
        return as_of or date(2026, 1, 1)

    def check(self, transaction: Transaction, **asked: Any) -> Result:
        FakeEngine.checked.append((transaction.id, asked))
        return passes()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    module = ModuleType("exportcheck.engine.check")
    module.Engine = FakeEngine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "exportcheck.engine.check", module)
    (tmp_path / "packs" / "demo").mkdir(parents=True)
    (tmp_path / "packs" / "demo" / "pack.yaml").write_text(PACK, encoding="utf-8")
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(TRANSACTION % name, encoding="utf-8")
    return tmp_path


def ask(folder: Path, *names: str, packs: str | None = None) -> list[tuple[Transaction, Result]]:
    paths = [folder / name for name in names]
    return answer(paths, load(folder / "packs", (), cache=False), packs=packs, as_of=date(2026, 1, 1))


def test_each_transaction_is_checked_in_the_order_given(folder: Path) -> None:
    answers = ask(folder, "b.yaml", "a.yaml", packs="demo")
    assert [transaction.id for transaction, _ in answers] == ["b", "a"]
    asked = {"as_of": date(2026, 1, 1), "packs": ("demo",), "explain": True}
    assert FakeEngine.checked == [("b", asked), ("a", asked)]


def test_one_bad_file_and_nothing_is_checked(folder: Path) -> None:
    (folder / "bad.yaml").write_text("transaction: {id: c, ativity: export}\nitems: [{description: bolt}]\n", encoding="utf-8")
    FakeEngine.checked = []
    with pytest.raises(InputError, match="ativity"):
        ask(folder, "a.yaml", "bad.yaml", "none.yaml")
    assert FakeEngine.checked == []


def test_an_unknown_pack_names_the_nearest(folder: Path) -> None:
    with pytest.raises(typer.BadParameter, match='did you mean "demo"'):
        ask(folder, "a.yaml", packs="demos")
    with pytest.raises(typer.BadParameter, match="no name"):
        ask(folder, "a.yaml", packs=" , ")
