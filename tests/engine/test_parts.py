"""Alternatives of exemptions: spared, limited, lifting, owing a step; every assignment of the facts tried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from exportcheck.engine.check import Engine
from exportcheck.engine.parts import limited_outcome, parts_of
from exportcheck.values import Truth, k_and, k_not, k_or
from tests.engine.generated import Model, draw_transaction, generated, world_of
from tests.engine.oracle import Oracle
from tests.engine.small import assignments, decided, line, needed, outcome, small, verdict


def exemption(requires: str, more: str = "lifts: [own/G1]", gate: str = "i.b") -> str:
    return f"""
provision: own/E
kind: exemption
title: E
cite: 99 CFR 10
for_each: item
applies_when: {gate}
{requires}
{more}
"""


def limitation(limits: str, when: str = "i.f", id_: str = "L", each: str = "item") -> str:
    return f"""
provision: own/{id_}
kind: limitation
title: {id_}
cite: 99 CFR 20
for_each: {each}
when: {when}
limits: {limits}
"""


def leaf(paragraph: str, when: str) -> str:
    return f"{{cite: ({paragraph}), says: '{paragraph}', when: {when}}}"


def joined(*provisions: str) -> str:
    return "\n---\n".join(provisions)


def every(engine: Engine, says: Callable[[dict[str, Truth]], Truth], *names: str, id_: str = "own/E") -> None:
    """The outcome after limits is what the formula says, whatever is stated."""
    for facts in assignments(*names):
        assert outcome(engine, id_, line({"b": True, **facts})) is says(facts), facts


def any_of(*clauses: str, paragraph: str = "x") -> str:
    return f"{{cite: ({paragraph}), says: '{paragraph}', any_of: [{', '.join(clauses)}]}}"


def test_a_spared_paragraph_is_what_is_left_of_a_limited_exemption(tmp_path: Path) -> None:
    requires = f"requires: [{any_of(leaf('1', 'i.a'), leaf('2', 'i.c'))}, {leaf('3', 'i.d')}]"
    engine = small(tmp_path, joined(needed(), exemption(requires), limitation("{all_of_pack: own, except: ['own/E#(1)']}")))
    every(engine, lambda v: k_and([v["d"], k_or([v["a"], k_and([v["c"], k_not(v["f"])])])]), "a", "c", "d", "f")


def test_what_is_spared_on_a_condition(tmp_path: Path) -> None:
    requires = f"requires: [{any_of(leaf('1', 'i.a'), leaf('2', 'i.c'))}]"
    spared = "{all_of_pack: own, except: [{target: 'own/E#(1)', when: i.d}, {target: all, when: i.e}]}"
    engine = small(tmp_path, joined(needed(), exemption(requires), limitation(spared)))

    def says(v: dict[str, Truth]) -> Truth:
        free = k_or([k_not(v["f"]), v["e"]])
        return k_or([k_and([v["a"], k_or([free, v["d"]])]), k_and([v["c"], free])])

    every(engine, says, "a", "c", "d", "e", "f")


def test_a_limit_on_one_paragraph_leaves_the_others(tmp_path: Path) -> None:
    requires = f"requires: [{any_of(leaf('1', 'i.a'), leaf('2', 'i.c'))}]"
    engine = small(tmp_path, joined(needed(), exemption(requires), limitation("{only: ['own/E#(1)']}")))
    every(engine, lambda v: k_or([k_and([v["a"], k_not(v["f"])]), v["c"]]), "a", "c", "f")


def test_a_limit_on_a_paragraph_that_every_alternative_needs_limits_all(tmp_path: Path) -> None:
    requires = f"requires: [{any_of(leaf('1', 'i.a'), leaf('2', 'i.c'))}, {leaf('3', 'i.d')}]"
    engine = small(tmp_path, joined(needed(), exemption(requires), limitation("{only: ['own/E#(3)']}")))
    every(engine, lambda v: k_and([k_or([v["a"], v["c"]]), v["d"], k_not(v["f"])]), "a", "c", "d", "f")


def test_a_paragraph_within_a_spared_one_is_told_apart(tmp_path: Path) -> None:
    """One limitation spares (x), another only (1) in it: (2) is stopped by the second."""
    inner = any_of(leaf("1", "i.a"), leaf("2", "i.c"))
    requires = f"requires: [{any_of(inner, leaf('3', 'i.d'), paragraph='y')}]"
    one = limitation("{all_of_pack: own, except: ['own/E#(x)']}", "i.e", "L1")
    other = limitation("{all_of_pack: own, except: ['own/E#(1)']}", "i.f", "L2")
    engine = small(tmp_path, joined(needed(), exemption(requires), one, other))

    def says(v: dict[str, Truth]) -> Truth:
        free = k_not(v["f"])
        return k_or([v["a"], k_and([v["c"], free]), k_and([v["d"], free, k_not(v["e"])])])

    every(engine, says, "a", "c", "d", "e", "f")


def test_paragraphs_of_two_choices_that_both_have_to_be_made(tmp_path: Path) -> None:
    """Each limitation spares an alternative of another choice: unlimited, every pair of alternatives still holds."""
    requires = f"requires: [{any_of(leaf('1', 'i.a'), leaf('2', 'not(i.a)'), paragraph='x')}, "
    requires += f"{any_of(leaf('3', 'i.c'), leaf('4', 'i.d'), paragraph='y')}]"
    one = limitation("{all_of_pack: own, except: ['own/E#(1)']}", "i.e", "L1")
    other = limitation("{all_of_pack: own, except: ['own/E#(3)']}", "i.f", "L2")
    engine = small(tmp_path, joined(needed(), exemption(requires), one, other))

    def says(v: dict[str, Truth]) -> Truth:
        first = k_or([v["a"], k_and([k_not(v["a"]), k_not(v["e"])])])
        return k_and([first, k_or([v["c"], k_and([v["d"], k_not(v["f"])])])])

    every(engine, says, "a", "c", "d", "e", "f")


def test_a_paragraph_of_what_is_said_of_each_party_spares_only_where_nothing_else_would_do(tmp_path: Path) -> None:
    """Sparing (2) must not spare a party who is there by (1)."""
    either = f"any_of: [{leaf('1', 'p.p')}, {leaf('2', 'p.q')}]"
    requires = f"requires: [{{cite: (x), says: x, each: p in parties, {either}}}]"
    engine = small(tmp_path, joined(needed(), exemption(requires), limitation("{all_of_pack: own, except: ['own/E#(2)']}")))
    assert outcome(engine, "own/E", line({"b": True, "f": False}, [{"p": True, "q": False}])) is True
    assert outcome(engine, "own/E", line({"b": True, "f": True}, [{"p": True, "q": False}])) is not True


def test_alternatives_that_lift_other_grounds(tmp_path: Path) -> None:
    first = "{cite: (1), says: one, when: i.a, lifts: [own/G2]}"
    requires = f"requires: [{any_of(first, leaf('2', 'i.c'))}]"
    engine = small(tmp_path, joined(needed("G1"), exemption(requires)))
    assert verdict(engine, line({"a": False, "b": True, "c": True})) == "pass"
    assert verdict(engine, line({"a": True, "b": True, "c": False})) == "fail"  # (1) lifts G2 instead
    assert verdict(engine, line({"a": True, "b": True, "c": True})) == "pass"
    assert verdict(engine, line({"a": True, "b": True})) == "needs-review"
    assert outcome(engine, "own/E", line({"a": True, "b": True, "c": False})) is True


def test_one_authority_lifts_all_unless_it_may_go_together_with_others(tmp_path: Path) -> None:
    def lifting(name: str, ground: str, fact: str, more: str = "") -> str:
        return f"""
provision: own/{name}
kind: exemption
title: {name}
cite: 99 CFR {name}
for_each: item
applies_when: i.{fact}
lifts: [own/{ground}]
{more}
"""

    grounds = [needed(g) for g in ("G1", "G2", "G3")]
    three = joined(*grounds, lifting("E1", "G1", "c"), lifting("E2", "G2", "d"), lifting("E3", "G3", "e"))
    everything = line({"b": True, "c": True, "d": True, "e": True})
    assert verdict(small(tmp_path / "alone", three), everything) == "fail"
    with_ = three.replace("lifts: [own/G1]", "lifts: [own/G1]\ntogether_with: [own/E2, own/E3]")
    engine = small(tmp_path / "together", with_)
    assert verdict(engine, everything) == "pass"
    assert verdict(engine, line({"b": True, "c": True, "d": True})) == "fail"  # E3 is not in play
    # a claim is for what it names
    assert verdict(engine, line({"b": True, "c": True, "d": True, "e": True}, claims=["own/E1", "own/E2"])) == "fail"
    assert verdict(engine, line({"b": True, "c": True, "d": True, "e": True}, claims=["own/E1", "own/E2", "own/E3"])) == "pass"


def test_a_step_of_an_alternative_is_owed_where_that_alternative_is_used(tmp_path: Path) -> None:
    step = "steps: [{cite: '1', by: before-transfer, says: the paper is there, done_when: i.d}]"
    first = f"{{cite: (1), says: one, when: i.a, {step}}}"
    engine = small(tmp_path, joined(needed(), exemption(f"requires: [{any_of(first, leaf('2', 'i.c'))}]")))
    assert verdict(engine, line({"a": True, "b": True, "c": True, "d": False})) == "pass"  # by (2)
    only_first, fail = decided(engine, line({"a": True, "b": True, "c": False, "d": False}))
    assert (fail, only_first.fail) == ("fail", "curable")
    assert verdict(engine, line({"a": True, "b": True, "c": False})) == "needs-review"
    assert verdict(engine, line({"b": True, "c": False, "d": False})) == "fail"
    assert verdict(engine, line({"b": True, "d": False})) == "needs-review"


def test_a_claim_that_fails_while_another_authority_holds_is_curable(tmp_path: Path) -> None:
    other = exemption("requires: [{cite: (1), says: one, when: i.c}]").replace("own/E", "own/F").replace("title: E", "title: F")
    engine = small(tmp_path, joined(needed(), exemption(f"requires: [{leaf('1', 'i.a')}]"), other))
    for c, kind in ((True, "curable"), (False, "license-required"), (None, "license-required")):
        decision, _ = decided(engine, line({"a": False, "b": True, "c": c}, claims=["own/E"]))
        assert (decision.verdict, decision.fail) == ("fail", kind)


@pytest.mark.parametrize("seed", range(40_000, 40_060))
def test_parts_are_the_exemption(seed: int, tmp_path: Path) -> None:
    """Before limits the parts together say what the exemption says; after limits, what the oracle says."""
    from random import Random

    model, packs = generated(seed, tmp_path)
    engine, random = Engine(packs), Random(seed)
    for _ in range(40):
        transaction = draw_transaction(random, model)
        evaluation = engine.evaluate(transaction, date(2026, 2, 1))
        item = transaction.items[0]
        world = world_of(transaction, item, model)
        for provision in evaluation.rules.of_kind("gen", "exemption"):
            for entity in evaluation.entities_on_line(provision, item):
                decided = evaluation.decide(provision, entity)
                assert k_or([p.truth(decided) for p in parts_of(evaluation.rules, provision)]) is decided.truth
                assert limited_outcome(evaluation, decided, item) is _oracle(model, world).outcome(provision.id)


def _oracle(model: Model, world: object) -> Oracle:
    from tests.engine.oracle import World

    assert isinstance(world, World)
    return Oracle(model.rules, world, world.truth(model.binds))


def test_limits_of_a_component(tmp_path: Path) -> None:
    """What `holds` reads of a component's exemption: an article's limitation asks the component, an item's cannot tell."""
    whole = exemption("requires: [{cite: (1), says: one, when: i.a}]").replace("for_each: item", "for_each: article")
    ask = """
provision: own/asks
kind: derivation
title: some component is exempt
cite: 99 CFR 30
for_each: item
some: c in i.components
when: holds("own/E", c)
"""

    def asked(name: str, each: str, when: str) -> Callable[[Truth, Truth], Truth]:
        engine = small(tmp_path / name, joined(needed(), whole, limitation("{all_of_pack: own}", when, each=each), ask))

        def truth(part: Truth, item_or_deal: Truth) -> Truth:
            facts: dict[str, Truth] = {"b": True, "f": item_or_deal, "t": item_or_deal}
            component: dict[str, Truth] = {"a": True, "b": True, "f": part}
            return outcome(engine, "own/asks", line(facts, components=[component]))

        return truth

    article = asked("article", "article", "i.f")
    assert [article(v, True) for v in (True, False, None)] == [False, True, None]
    deal = asked("deal", "transaction", "t")
    assert [deal(False, v) for v in (True, False, None)] == [False, True, None]
    item = asked("item", "item", "i.f")
    assert [item(False, v) for v in (True, False, None)] == [None, None, None]
