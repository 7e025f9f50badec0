"""Evaluator and columns, every time the tests run, on a part of what `python -m tests.batch.agreement` compares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("numpy")

from exportcheck.rulepack.load import load_packs
from tests.batch.agreement import over_fixtures, over_generated, over_shipped

Record = Callable[[str, object], None]


def test_they_agree_on_every_fixture(record_property: Record) -> None:
    tally = over_fixtures(load_packs())
    record_property("shown", f"fixtures: {tally}")
    assert {"pass", "fail", "needs-review"} <= set(tally.verdicts)


def test_they_agree_over_generated_packs(tmp_path: Path, record_property: Record) -> None:
    tally = over_generated(1_900, tmp_path, start=20_000)
    record_property("shown", f"generated packs: {tally}")
    assert {"pass", "fail", "needs-review"} <= set(tally.verdicts)


def test_they_agree_over_the_shipped_packs(record_property: Record) -> None:
    tally = over_shipped(load_packs(), 90, seed=7, outcomes=12)
    record_property("shown", f"shipped packs: {tally}")
    assert {"fail", "needs-review"} <= set(tally.verdicts)
