"""What is easily got wrong and needs a word of its own: order, time, attested terms, law that is not in force, nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from exportcheck.engine.check import Engine
from exportcheck.engine.decide import decide
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.read_packs import read_packs
from exportcheck.values import Truth, k_and, k_not
from tests.engine.agreement import shipped_transactions
from tests.engine.generated import Maker, draw_transaction, generated, write
from tests.engine.random_transactions import DAY as SHIPPED_DAY
from tests.engine.small import DAY, assignments, decided, line, needed, outcome, small, verdict

AFTER = date(2026, 4, 12)
"""The first day on which the small pack is stale: current to 2026-01-01, for 100 days."""


def provision(id_: str, kind: str, rest: str, each: str = "item") -> str:
    return f"provision: own/{id_}\nkind: {kind}\ntitle: {id_}\ncite: 99 CFR 50 {id_}\nfor_each: {each}\n{rest}\n"


def joined(*provisions: str) -> str:
    return "\n---\n".join(provisions)


# order


@pytest.mark.parametrize("seed", range(50_000, 50_040))
def test_the_order_of_evaluation_does_not_matter(seed: int, tmp_path: Path) -> None:
    model, packs = generated(seed, tmp_path)
    engine, random = Engine(packs), Random(seed)
    for _ in range(10):
        transaction = draw_transaction(random, model)
        plain, shuffled = engine.evaluate(transaction, DAY), engine.evaluate(transaction, DAY)
        pairs = [(p, e) for p in shuffled.rules.provisions.values() for e in transaction.entities() if e.kind == p.for_each]
        random.shuffle(pairs)
        for some_provision, entity in pairs:
            shuffled.decide(some_provision, entity)
        for item in transaction.items:
            one = decide(plain, packs.packs["gen"], item, quick=True)
            other = decide(shuffled, packs.packs["gen"], item, quick=True)
            assert (one.verdict, one.fail, one.inputs) == (other.verdict, other.fail, other.inputs)


def test_the_order_of_lines_and_of_evaluation_does_not_matter_in_the_shipped_packs() -> None:
    packs = load_packs()
    engine, random = Engine(packs), Random(5)
    for transaction in shipped_transactions(packs, 60, 77):
        plain, shuffled = engine.evaluate(transaction, SHIPPED_DAY), engine.evaluate(transaction, SHIPPED_DAY)
        kinds = {"item": ("item", "article"), "component": ("article",), "party": ("party",), "transaction": ("transaction",)}
        pairs = [
            (p, e)
            for p in shuffled.rules.provisions.values()
            for e in transaction.entities()
            if p.for_each in kinds.get(e.kind, ()) and p.raises is None
        ]
        for some_provision, entity in random.sample(pairs, len(pairs) // 2):
            shuffled.decide(some_provision, entity)
        chosen = engine.chosen(None)
        expected = {
            i.path: [(d.verdict, d.fail) for d, _ in engine.decide(plain, i, chosen, SHIPPED_DAY)] for i in transaction.items
        }
        for item in reversed(transaction.items):
            again = [(d.verdict, d.fail) for d, _ in engine.decide(shuffled, item, chosen[::-1], SHIPPED_DAY)]
            assert again[::-1] == expected[item.path]


@pytest.mark.parametrize("seed", range(51_000, 51_030))
def test_the_order_in_which_provisions_are_written_does_not_matter(seed: int, tmp_path: Path) -> None:
    model = Maker(Random(seed)).model()
    engines = []
    for number in range(2):
        write(model, tmp_path / str(number) / "gen", Random(number))
        engines.append(Engine(read_packs([("gen", tmp_path / str(number) / "gen")])))
    random = Random(seed)
    for _ in range(10):
        transaction = draw_transaction(random, model)
        for item in transaction.items:
            found = [decide(e.evaluate(transaction, DAY), e.packs.packs["gen"], item, quick=True) for e in engines]
            assert (found[0].verdict, found[0].fail) == (found[1].verdict, found[1].fail)


# time


def test_an_uncertain_clause_is_tried_with_and_without(tmp_path: Path) -> None:
    clauses = "all_of: [{cite: (1), says: one, when: i.a}, {cite: (2), says: two, when: i.c, in_force: [{status: uncertain}]}]"
    engine = small(tmp_path, joined(needed(), provision("E", "exemption", f"applies_when: i.b\n{clauses}\nlifts: [own/G1]")))
    for facts in assignments("a", "c"):
        with_, without = k_and([facts["a"], facts["c"]]), facts["a"]
        assert outcome(engine, "own/E", line({"b": True, **facts})) is (with_ if with_ is without else None)
    assert verdict(engine, line({"b": True, "a": True, "c": True})) == "pass"
    assert verdict(engine, line({"b": True, "a": True, "c": False})) == "needs-review"
    assert verdict(engine, line({"b": True, "a": False, "c": False})) == "fail"


def test_an_uncertain_clause_within_an_alternative_that_a_limitation_names(tmp_path: Path) -> None:
    """(1) turns on it and (2) does not: where only (1) is spared, nothing covers for certain."""
    uncertain = "{cite: (a), says: a, when: i.c, in_force: [{status: uncertain}]}"
    first = f"{{cite: (1), says: one, all_of: [{{cite: (b), says: b, when: i.a}}, {uncertain}]}}"
    body = f"any_of: [{first}, {{cite: (2), says: two, when: i.d}}]"
    exemption = provision("E", "exemption", f"applies_when: i.b\n{body}\nlifts: [own/G1]")
    limit = provision("L", "limitation", "when: i.f\nlimits: {all_of_pack: own, except: ['own/E#(1)']}")
    engine = small(tmp_path, joined(needed(), exemption, limit))
    facts: dict[str, Truth] = {"b": True, "a": True, "c": False, "d": True}
    assert verdict(engine, line({**facts, "f": False})) == "pass"  # (2) does not turn on the uncertain clause
    assert verdict(engine, line({**facts, "f": True})) == "needs-review"
    assert verdict(engine, line({**facts, "a": False, "f": True})) == "fail"


@pytest.mark.parametrize(("kind", "rest", "held", "failed"), [
    ("exemption", "applies_when: i.b\nwhen: i.a\nlifts: [own/G1]", "needs-review", "fail"),
    ("prohibition", "when: i.a", "needs-review", "fail"),
    ("scope", "when: i.a\neffect: excluded", "needs-review", "fail"),
])  # fmt: skip
def test_an_uncertain_provision_settles_nothing(kind: str, rest: str, held: str, failed: str, tmp_path: Path) -> None:
    engine = small(tmp_path, joined(needed(), provision("U", kind, f"in_force: [{{status: uncertain}}]\n{rest}")))
    assert verdict(engine, line({"a": False, "b": True})) == failed
    decision, found = decided(engine, line({"a": True, "b": True}))
    # a prohibition that may not be law leaves what is certain: the license that nothing covers
    assert found == ("fail" if kind == "prohibition" else held)
    assert decision.fail != "prohibited"


def test_unverified_law_never_makes_a_pass(tmp_path: Path) -> None:
    exemption = provision("E", "exemption", "trust: unverified\napplies_when: i.b\nwhen: i.a\nlifts: [own/G1]")
    engine = small(tmp_path / "exemption", joined(needed(), exemption))
    assert [verdict(engine, line({"a": a, "b": True})) for a in (True, False, None)] == ["needs-review", "fail", "needs-review"]
    excluded = provision("X", "scope", "trust: unverified\nwhen: i.a\neffect: excluded")
    engine = small(tmp_path / "scope", joined(needed(), excluded))
    assert [verdict(engine, line({"a": a})) for a in (True, False, None)] == ["needs-review", "fail", "needs-review"]
    required = provision("U", "requirement", "trust: unverified\napplies_when: i.b\nwhen: i.a\nground: own/G1")
    engine = small(tmp_path / "requirement", required)
    assert verdict(engine, line({"a": False, "b": True})) == verdict(engine, line({"a": True, "b": True})) == "needs-review"
    assert verdict(engine, line({"a": True, "b": False})) == "pass"


def test_a_stale_pack_passes_nothing_and_still_fails(tmp_path: Path) -> None:
    exemption = provision("E", "exemption", "applies_when: i.b\nwhen: i.a\nlifts: [own/G1]")
    excluded = provision("X", "scope", "when: i.c\neffect: excluded")
    engine = small(tmp_path, joined(needed(), exemption, excluded))
    eve = date.fromordinal(AFTER.toordinal() - 1)
    for facts, fresh, stale in (
        ({"a": True, "b": True, "c": False}, "pass", "needs-review"),
        ({"a": True, "b": True, "c": True}, "not-subject", "needs-review"),
        ({"a": False, "b": True, "c": False}, "fail", "fail"),
        ({"b": True, "c": False}, "needs-review", "needs-review"),
    ):
        assert [verdict(engine, line(dict(facts)), day) for day in (DAY, eve, AFTER)] == [fresh, fresh, stale]


def test_what_is_not_in_force_does_not_hold_limit_or_forbid(tmp_path: Path) -> None:
    dated = "in_force: [{from: 2026-01-15, to: 2026-02-15}]"
    read = provision("D", "derivation", f"{dated}\nwhen: i.a")
    asks = provision("asks", "derivation", "holds: own/D")
    denies = provision("denies", "derivation", "holds_not: own/D")
    limit = provision("L", "limitation", f"{dated}\nwhen: i.f\nlimits: {{all_of_pack: own}}")
    exemption = provision("E", "exemption", "applies_when: i.b\nlifts: [own/G1]")
    engine = small(tmp_path, joined(needed(), read, asks, denies, limit, exemption))
    for day, within in (
        (date(2026, 1, 14), False),
        (date(2026, 1, 15), True),
        (date(2026, 2, 15), True),
        (date(2026, 2, 16), False),
    ):
        for a in (True, False, None):
            held = a if within else False
            assert outcome(engine, "own/asks", line({"a": a}), day) is held
            assert outcome(engine, "own/denies", line({"a": a}), day) is k_not(held)
        assert verdict(engine, line({"b": True, "f": True}), day) == ("fail" if within else "pass")
        assert verdict(engine, line({"b": True}), day) == ("needs-review" if within else "pass")


def test_a_stayed_period_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    stayed = provision(
        "P", "prohibition", "in_force: [{from: 2026-01-01, to: 2026-01-31}, {from: 2026-02-01, status: stayed}]\nwhen: i.a"
    )
    engine = small(tmp_path, stayed)
    assert verdict(engine, line({"a": True}), date(2026, 1, 31)) == "fail"
    assert verdict(engine, line({"a": True}), date(2026, 2, 1)) == "pass"


# attested terms

TERM = """
  - id: own/eligible
    of: item
    cite: 99 CFR 60
    says: it is eligible
    is: not(i.a) and not(i.c)
    stated_as: attested
"""


def test_an_attested_term_stands_where_the_facts_do_not_say_and_a_contradiction_is_a_conflict(tmp_path: Path) -> None:
    exemption = provision("E", "exemption", "applies_when: i.b\nwhen: own_eligible(i)\nlifts: [own/G1]")
    engine = small(tmp_path, joined(needed(), exemption), terms=TERM)
    for facts in assignments("a", "c", "attested"):
        derived = k_and([k_not(facts["a"]), k_not(facts["c"])])
        stated = facts["attested"]
        conflict = derived is not None and stated is not None and derived is not stated
        wanted = None if conflict else stated if derived is None else derived
        transaction = line({"b": True, **facts})
        assert outcome(engine, "own/E", transaction) is wanted
        evaluation = engine.evaluate(transaction, DAY)
        decide(evaluation, engine.packs.packs["own"], transaction.items[0], quick=True)
        assert bool(evaluation.conflicts) is conflict
        assert verdict(engine, transaction) == {True: "pass", False: "fail", None: "needs-review"}[wanted]


def test_a_conflict_keeps_a_pass_from_standing_even_where_it_did_not_matter(tmp_path: Path) -> None:
    """The prohibition is false by its other clause; still the facts contradict each other."""
    ban = provision(
        "P", "prohibition", "all_of: [{cite: (1), says: one, when: own_eligible(i)}, {cite: (2), says: two, when: i.d}]"
    )
    engine = small(tmp_path, ban, terms=TERM)
    assert verdict(engine, line({"a": True, "attested": False, "d": False})) == "pass"
    assert verdict(engine, line({"a": True, "attested": True, "d": False})) == "needs-review"


# who


@pytest.mark.parametrize("form", ["clause", "expression"])
def test_each_over_nobody_is_unknown(form: str, tmp_path: Path) -> None:
    said = "each: p in parties where p.p\nwhen: p.q" if form == "clause" else "when: every x in parties[p] satisfies x.q"
    engine = small(tmp_path, joined(needed(), provision("E", "exemption", f"applies_when: i.b\n{said}\nlifts: [own/G1]")))

    def found(*parties: dict[str, Truth], complete: bool = True) -> str:
        return verdict(engine, line({"b": True}, parties, complete=complete))

    assert found() == "needs-review"
    assert found(complete=False) == "needs-review"
    assert found({"p": False, "q": True}) == "needs-review"  # nobody of the kind asked
    assert found({"p": True, "q": True}) == "pass"
    assert found({"p": True, "q": True}, complete=False) == "needs-review"
    assert found({"p": True, "q": False}, complete=False) == "fail"
    assert found({"p": True, "q": True}, {"q": False}) == "needs-review"  # the second may be one of them
    assert found({"p": True, "q": True}, {"q": True}) == "pass"
    assert found({"q": True}) == "needs-review"  # or there is nobody


def test_each_over_nobody_where_that_is_allowed(tmp_path: Path) -> None:
    said = "each: p in parties where p.p\nwhen: p.q\nor_none: true"
    engine = small(tmp_path, joined(needed(), provision("E", "exemption", f"applies_when: i.b\n{said}\nlifts: [own/G1]")))
    assert verdict(engine, line({"b": True})) == "pass"
    assert verdict(engine, line({"b": True}, complete=False)) == "needs-review"
    assert verdict(engine, line({"b": True}, [{"q": True}])) == "pass"
    assert verdict(engine, line({"b": True}, [{"q": False}])) == "needs-review"


# what binds


def test_a_pack_that_does_not_bind_decides_nothing_not_even_beyond_its_scope(tmp_path: Path) -> None:
    ban = provision("P", "prohibition", "not_gated: true\nwhen: i.a")
    engine = small(tmp_path, ban, head="binds_when: t")
    assert [verdict(engine, line({"t": t, "a": True})) for t in (True, False, None)] == ["fail", "not-subject", "needs-review"]
