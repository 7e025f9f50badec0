"""Small files of order lines, and what is taken from them."""

from __future__ import annotations

from pathlib import Path

from exportcheck.errors import Problem
from exportcheck.intake import Source, Taken, open_source
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.read_mapping import read_mapping
from exportcheck.transaction.model import Transaction
from exportcheck.vocabulary.load import core_vocabulary

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ROOT.parent / "shared" / "formats"
"""Samples that are no part of the project; where they are absent, tests that read them are skipped."""


def written(folder: Path, text: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def mapping_of(folder: Path, text: str) -> Mapping:
    return read_mapping(written(folder, text, "orders.map.yaml"), core_vocabulary())


def source_of(folder: Path, text: str | bytes, mapping: str = "", name: str = "orders.csv") -> Source:
    path = written(folder, text, name)
    return open_source(path, mapping_of(folder, mapping) if mapping else None, core_vocabulary())


def taken_of(folder: Path, text: str | bytes, mapping: str = "", name: str = "orders.csv") -> list[Taken]:
    return list(source_of(folder, text, mapping, name))


def only(taken: list[Taken]) -> Transaction:
    """The one transaction of a source without mistakes."""
    (one,) = taken
    assert one.transaction is not None, one.problems
    assert one.problems == ()
    return one.transaction


def mistake(taken: Taken) -> tuple[int, int, str, str]:
    """Row, column, message and hint of the one mistake in it."""
    assert taken.transaction is None
    (problem,) = taken.problems
    return place(problem)


def place(problem: Problem) -> tuple[int, int, str, str]:
    return problem.span.line, problem.span.column, problem.message, problem.hint


def stated(transaction: Transaction) -> dict[str, object]:
    """Every fact of a transaction by its path."""
    return {
        f"{entity.path}.{name}" if entity.path else name: fact.value
        for entity in transaction.entities()
        for name, fact in entity.facts.items()
    }
