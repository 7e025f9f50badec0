"""Classifications that no list has are found in tables as `check` finds them."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

pytest.importorskip("numpy")

from exportcheck.batch.listed import Unlisted
from exportcheck.engine.unlisted import listed_paths, unlisted
from exportcheck.rulepack.load import load_packs
from exportcheck.transaction.change import replace_fact
from exportcheck.values import parse_classification
from tests.engine.agreement import shipped_transactions


def test_they_find_the_same() -> None:
    packs = load_packs()
    listed, table = listed_paths(packs), Unlisted(packs)
    wrong = 0
    for number, drawn in enumerate(islice(shipped_transactions(packs, 40, 5), 40)):
        transaction = drawn
        if number % 2:
            transaction = replace_fact(drawn, "items[0]", "eccn", parse_classification("eccn", "9A999.z"))
        for day in (date(2026, 3, 2), date(2031, 1, 1)):
            found = table(transaction, day)
            wanted = list(unlisted(transaction, listed, day))
            assert sorted(map(str, found)) == sorted(map(str, wanted))
            wrong += len(found)
    assert wrong >= 20
