"""What the solver claims is so in every world: claims about random conditions, against the evaluator on random facts."""

from __future__ import annotations

from datetime import date
from random import Random
from types import SimpleNamespace
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from exportcheck.condition import types as T
from exportcheck.condition.ast import Lit
from exportcheck.condition.check import check
from exportcheck.lint.encode import Encoder
from exportcheck.lint.formula import Formula
from exportcheck.lint.logic import Space
from exportcheck.lint.states import States
from exportcheck.rulepack.model import Condition, DatedList, Definition, Member, Packs, Parameter
from tests.condition.generated import Chooser, Names, condition, world
from tests.condition.world import LISTS, PARAMETERS, SCOPE, SYMBOLS, VOCABULARY, run

EXAMPLES = 400


def packs() -> Packs:
    """What the conditions of the generated worlds name. Their definitions are left open, as what is attested is."""
    true = Condition(Lit((0, 0), T.BOOLEAN, True), "true")
    definitions = {
        id: Definition(id, "law", of, "x" if of else "", type, "s. 1", "says", true, "attested")
        for id, of, type in (("law/ok", "party", T.BOOLEAN), ("law/quiet", "", T.BOOLEAN), ("law/worth", "item", T.MONEY))
    }
    lists = {
        id: DatedList(id, "law", SYMBOLS.lists[id].one(), "s. 2", tuple(Member(m) for m in members))
        for id, members in LISTS.items()
    }
    parameters = {
        id: Parameter(id, "law", "number", type, "s. 3", () if value is None else ((date(2020, 1, 1), value),))
        for id, (type, value) in PARAMETERS.items()
    }
    found = SimpleNamespace(definitions=definitions, lists=lists, parameters=parameters, vocabulary=VOCABULARY)
    return cast(Packs, found)


PACKS = packs()


def formula(text: str) -> Formula:
    return Encoder(PACKS).expression(check(text, SYMBOLS, SCOPE, T.BOOLEAN), {})


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 10**9))
def test_what_is_claimed_is_so(seed: int) -> None:
    c = Chooser(Random(seed))
    _, stated = world(c)
    a, b = (condition(c, Names(), c.pick((1, 2))) for _ in range(2))
    texts = [a, b, f"({a}) and ({b})", f"({a}) or ({b})", f"({a}) and not({a})", f"not(({b}) or ({a}))"]
    encoder = Encoder(PACKS)
    formulas = [encoder.expression(check(text, SYMBOLS, SCOPE, T.BOOLEAN), {}) for text in texts]
    truths = [run(text, *stated) for text in texts]
    space = Space(States(PACKS), formulas)
    for text, one, truth in zip(texts, formulas, truths, strict=True):
        if truth is not None:
            assert not space.never(one, bool(truth)), f"{text} is {truth}"
        for other_text, other, other_truth in zip(texts, formulas, truths, strict=True):
            if space.same(one, other):
                assert truth is other_truth, f"{text}\n{other_text}"
            if space.always_with(one, other) and truth is True:
                assert other_truth is True, f"{text}\n{other_text}"


def test_claims_are_made() -> None:
    """Else the test above would hold of a solver that never says anything."""
    encoder = Encoder(PACKS)
    texts = ['destination = "GB"', 'destination in list("law/friends")', 'destination = "CN"', 'not(destination = "GB")']
    gb, friends, cn, not_gb = (encoder.expression(check(t, SYMBOLS, SCOPE, T.BOOLEAN), {}) for t in texts)
    space = Space(States(PACKS), [gb, friends, cn, not_gb])
    assert space.always_with(gb, friends)
    assert not space.always_with(friends, gb)
    assert space.always_with(cn, not_gb)
    assert space.same(Formula("and", (gb, friends)), gb)
    assert space.never(Formula("and", (gb, cn)), True)
    assert not space.never(Formula("and", (friends, gb)), True)
