"""What is proved equal is equal: random conditions and small changes of them, over random worlds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from random import Random
from typing import Any, cast

import pytest

from exportcheck.compare.normal import Normal
from exportcheck.compare.solver import Prover, UndecidedError
from exportcheck.condition import ast as A
from exportcheck.condition import types as T
from exportcheck.condition.check import check
from exportcheck.condition.evaluate import Compiler, Env
from exportcheck.rulepack.model import Condition, Definition
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.values import Truth
from tests.compare.mutations import mutated_condition
from tests.condition.generated import Chooser, Names, condition, world
from tests.condition.world import JUDGEMENTS, ROWS, SCOPE, SYMBOLS, VOCABULARY, Engine, Law
from tests.conftest import SHOWN

WORLDS = 60


class _Packs:
    """The terms of the small world, each a fact's value."""

    definitions: Mapping[str, Definition] = {
        "law/quiet": Definition(
            "law/quiet", "law", "", "", T.BOOLEAN, "", "", Condition(A.Fact((0, 0), T.BOOLEAN, "", "urgent", "transaction"), "")
        ),
        "law/ok": Definition(
            "law/ok", "law", "party", "p", T.BOOLEAN, "", "", Condition(A.Fact((0, 0), T.BOOLEAN, "p", "eligible", "party"), "")
        ),
    }


class _Rules(Law):
    """What normal forms and proofs read of a law."""

    packs = _Packs()
    provisions: Mapping[str, Any] = {}
    variants: Mapping[str, Any] = {}
    uncertain: frozenset[str] = frozenset()
    day = date(2026, 3, 2)


RULES = cast(Ruleset, _Rules())


def read(text: str) -> A.Expr:
    return check(text, SYMBOLS, SCOPE, T.BOOLEAN)


def truth(expr: A.Expr, seed: int) -> Truth:
    root, item = world(Chooser(Random(seed)))[seed % 2]
    value = Compiler(VOCABULARY)(expr)(Env(root, Law(), Engine(), JUDGEMENTS, {"i": item, "r": ROWS["GB"]}))
    return cast(Truth, value)


def form(expr: A.Expr) -> Any:
    # `law_worth` is no condition, and what it comes to is not a fact: it is left as it stands
    return Normal(RULES).expr(expr, {"i": ("self",)})


def pairs(count: int) -> list[tuple[A.Expr, A.Expr, str]]:
    """Conditions with one small change each; those that say nothing of the term that is no fact."""
    random = Random(7)
    found: list[tuple[A.Expr, A.Expr, str]] = []
    while len(found) < count:
        text = condition(Chooser(random), Names(), random.choice((1, 2, 2, 3)))
        if "law_worth" in text:
            continue
        expr = read(text)
        changed = mutated_condition(expr, random)
        if changed is not None:
            found.append((expr, changed[1], f"{text}: {changed[0]}"))
    return found


def test_what_is_proved_equal_never_differs(record_property: Callable[[str, object], None]) -> None:
    equal = differing = open_ = 0
    for expr, other, text in pairs(200):
        try:
            same = Prover(VOCABULARY, RULES).equal(form(expr), form(other))
        except UndecidedError:
            open_ += 1
            continue
        found = [(truth(expr, n), truth(other, n)) for n in range(WORLDS)]
        if same:
            equal += 1
            assert all(a is b for a, b in found), text
        else:
            differing += any(a is not b for a, b in found)
    assert equal > 5
    assert differing > 50
    record_property(
        SHOWN, f"{equal} pairs proved equal, {differing} seen to differ, {open_} not decided, each in {WORLDS} worlds"
    )


REWRITTEN = (
    ("not(not(sold))", "sold"),
    ("not(sold and urgent)", "not(urgent) or not(sold)"),
    ("sold and (urgent and sold)", "urgent and sold"),
    ("sold or (sold and urgent)", "sold"),
    ("days > 30", "30 < days"),
    ("days in [10..30]", "days >= 10 and 30 >= days"),
    ('mode = "air"', 'mode in ["air"]'),
    ('origin in list("law/friends")', 'origin in ["US", "GB", "AU"]'),
    ('days > param("law/days")', "days > 30"),
    ("if sold then urgent else false", "sold and urgent"),
    ("law_quiet()", "urgent"),
    ("every p in parties satisfies law_ok(p)", "every q in parties satisfies q.eligible"),
    ("some p in parties satisfies (p.eligible and sold)", "some x in parties satisfies (sold and x.eligible)"),
)


@pytest.mark.parametrize(("one", "other"), REWRITTEN)
def test_what_is_only_written_otherwise_has_one_normal_form(one: str, other: str) -> None:
    assert form(read(one)) == form(read(other))


PROVED = (
    ("(days in [10..30) and sold) or days >= 30", "(days in [10..35) and sold) or days >= 30"),
    ('under(eccn, ["9A610", "9A610.x"])', 'under(eccn, ["9A610"])'),
    ('origin in ["US"] and origin in ["US", "GB"]', 'origin = "US"'),
    ("days <= 400", "true"),  # by its declaration no number of days is more
    ("every p in parties satisfies (p.staff > 5 and p.staff > 7)", "every p in parties satisfies p.staff > 7"),
)


@pytest.mark.parametrize(("one", "other"), PROVED)
def test_the_solver_sees_what_the_normal_form_does_not(one: str, other: str) -> None:
    assert form(read(one)) != form(read(other))
    assert Prover(VOCABULARY, RULES).equal(form(read(one)), form(read(other)))


UNEQUAL = (
    ("balance < 7", "balance <= 7"),
    ("not(crew < 7)", "crew >= 7"),  # a crew that is not there is neither
    ('under(eccn, ["9A610.y"])', 'under(eccn, ["9A610.y.1"])'),
    ("every p in parties satisfies p.staff > 5", "every p in parties satisfies p.staff > 6"),
    ("sold or not(sold)", "true"),
)


@pytest.mark.parametrize(("one", "other"), UNEQUAL)
def test_what_differs_for_somebody_is_not_proved_equal(one: str, other: str) -> None:
    assert not Prover(VOCABULARY, RULES).equal(form(read(one)), form(read(other)))


def test_a_model_says_on_which_facts_two_conditions_differ() -> None:
    one, other = form(read("days > 30 and sold")), form(read("days > 31 and sold"))
    model = Prover(VOCABULARY, RULES).model(one, other, was=True, now=False)
    assert model is not None
    stated = {fact[2]: value for fact, value in model.items()}
    assert stated["sold"] is True
    assert 30 < cast(Any, stated["days"]) <= 31


def test_a_condition_that_cannot_be_taken_apart_is_not_taken_for_equal() -> None:
    one, other = form(read('lookup("law/chart", origin) = "X"')), form(read('lookup("law/chart", destination) = "X"'))
    assert not Prover(VOCABULARY, RULES).equal(one, other)
