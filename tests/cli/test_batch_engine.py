"""`--engine spark` where it cannot be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from exportcheck.cli.main import run
from exportcheck.spark import session


def refused(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert run(["batch", "absent.csv", "--out", "out.csv", *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return " ".join(err.replace("│", "").split())


def test_without_the_libraries(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None if name in ("pyspark", "pandas") else object())
    said = refused(capsys, "--engine", "spark")
    assert 'Spark needs pyspark and pandas: pip install "exportcheck[spark]"' in said


def test_without_java(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "Spark needs Java 17 or later" in refused(capsys, "--engine", "spark")
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "there is no `java` on the path" in refused(capsys, "--engine", "spark")


def test_options_of_the_other_engine(capsys: pytest.CaptureFixture[str]) -> None:
    assert "give --engine spark too" in refused(capsys, "--master", "local[2]")
    assert "say --master local[N]" in refused(capsys, "--engine", "spark", "--jobs", "2")
