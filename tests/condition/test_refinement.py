"""What is known stays so: whatever turns out about what was not stated, a known answer was the right one."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from exportcheck.condition import numbers as N
from exportcheck.values import ABSENT, UNKNOWN, Interval, PartialSet
from tests.condition.generated import case
from tests.condition.world import run

EXAMPLES = 2_000


def covers(known: object, so: object) -> bool:
    """Does what is known allow for what is so? A known truth, number or value allows only itself."""
    if isinstance(known, PartialSet):
        assert isinstance(so, PartialSet)
        if known.possible is not None and (so.possible is None or not so.possible <= known.possible):
            return False
        return known.sure <= so.sure
    if known is None or known is UNKNOWN or known == N.ANY_NUMBER:
        return True
    if isinstance(known, Decimal | Interval):
        if not isinstance(so, Decimal | Interval):
            return False
        (low, high), (so_low, so_high) = N.bounds(known), N.bounds(so)
        return (low is None or (so_low is not None and low <= so_low)) and (
            high is None or (so_high is not None and so_high <= high)
        )
    if known is ABSENT:
        return so is ABSENT
    return bool(known == so)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 10**9))
def test_a_known_value_is_the_value_of_every_completion(seed: int) -> None:
    full, stated, texts = case(seed)
    for text in texts:
        so, known = run(text, *full), run(text, *stated)
        assert covers(known, so), f"{text}\nstated:   {known}\ncomplete: {so}"
