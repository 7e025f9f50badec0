"""Sets of which some members are certain, and places within places."""

from __future__ import annotations

import pytest

from exportcheck.condition import sets as S
from exportcheck.values import ABSENT, ANY_SET, EMPTY_SET, UNKNOWN, PartialSet, Truth


def exactly(*members: object) -> PartialSet:
    return PartialSet(frozenset(members), frozenset(members))


def maybe(*members: object, sure: tuple[object, ...] = ()) -> PartialSet:
    return PartialSet(frozenset(sure), frozenset((*members, *sure)))


@pytest.mark.parametrize(
    ("stated", "asked", "expected"),
    [
        ("UA", "UA", True),
        ("UA-CRIMEA", "UA", True),
        ("UA", "UA-CRIMEA", None),
        ("UA-DNR", "UA-CRIMEA", False),
        ("U", "UA", False),
    ],
)
def test_a_region_is_in_its_country_and_a_country_too_coarse(stated: str, asked: str, expected: Truth) -> None:
    assert S.place_is(stated, asked) is expected
    assert S.place_asked_left(asked, stated) is expected


def test_of_two_stated_places_one_within_the_other_may_be_the_same() -> None:
    assert S.same_place("UA", "UA-CRIMEA") is None
    assert S.same_place("UA-CRIMEA", "UA") is None
    assert S.same_place("UA", "UA") is True


@pytest.mark.parametrize(
    ("members", "value", "expected"),
    [
        (exactly(1), 1, True),
        (exactly(1), 2, False),
        (maybe(1), 1, None),
        (maybe(1), 2, False),
        (ANY_SET, 1, None),
        (exactly(1), UNKNOWN, None),
        (exactly(True, False), None, None),
        (EMPTY_SET, UNKNOWN, False),
        (exactly(1), ABSENT, False),
    ],
)
def test_membership(members: PartialSet, value: object, expected: Truth) -> None:
    assert S.contains(members, value) is expected


@pytest.mark.parametrize(
    ("a", "b", "overlaps", "subset"),
    [
        (exactly("GB"), exactly("GB", "US"), True, True),
        (exactly("GB", "FR"), exactly("GB"), True, False),
        (exactly("FR"), exactly("GB"), False, False),
        (maybe("GB"), exactly("GB"), None, None),
        (maybe("FR", sure=("GB",)), exactly("GB", "FR"), True, True),
        (maybe("FR", sure=("GB",)), exactly("GB"), True, None),
        (ANY_SET, exactly("GB"), None, None),
        (PartialSet(frozenset({"FR"}), None), exactly("GB"), None, False),
        (EMPTY_SET, exactly("GB"), False, None),
        (EMPTY_SET, ANY_SET, False, None),
        (exactly("UA-CRIMEA"), exactly("UA"), True, True),
        (exactly("UA"), exactly("UA-CRIMEA"), None, None),
    ],
)
def test_overlap_and_subset(a: PartialSet, b: PartialSet, overlaps: Truth, subset: Truth) -> None:
    assert S.overlaps(a, b, S.place_is) is overlaps
    assert S.subset(a, b, S.place_is) is subset
    if not any("-" in str(x) for s in (a, b) for x in s.possible or ()):
        assert S.overlaps(a, b) is overlaps
        assert S.subset(a, b) is subset


def test_a_union_is_as_certain_as_its_parts() -> None:
    assert S.union([exactly(1), maybe(2)]) == maybe(2, sure=(1,))
    assert S.union([exactly(1), ANY_SET]) == PartialSet(frozenset({1}), None)
    assert S.meet(exactly(1, 2), exactly(2, 3)) == maybe(1, 3, sure=(2,))
    assert S.of_value(ABSENT) == EMPTY_SET
    assert S.of_value(UNKNOWN) == ANY_SET
    assert S.possibly(exactly(1)) == maybe(1)
