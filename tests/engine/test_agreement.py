"""Both conclusion layers, every time the tests run, on a part of what `python -m tests.engine.agreement` compares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exportcheck.engine.conclude.durable import durable_available
from tests.engine.agreement import over_generated, over_shipped

pytestmark = pytest.mark.skipif(not durable_available(), reason="durable-rules cannot be imported here")


def test_they_agree_over_generated_packs(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    tally = over_generated(900, tmp_path, start=10_000)
    record_property("shown", f"generated packs: {tally}")
    assert set(tally.verdicts) == {"pass", "fail", "needs-review", "not-subject"}


def test_they_agree_over_the_shipped_packs(record_property: Callable[[str, object], None]) -> None:
    tally = over_shipped(600, seed=1)
    record_property("shown", f"shipped packs: {tally}")
    assert {"fail", "needs-review", "not-subject"} <= set(tally.verdicts)
