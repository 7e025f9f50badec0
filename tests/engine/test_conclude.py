"""The conclusion layer: both engines agree with a naive fixpoint and with each other, and keep within their limits."""

from __future__ import annotations

import gc
import itertools
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exportcheck.engine.conclude import (
    VARIABLE,
    Concluder,
    ConclusionError,
    Derivation,
    HornRule,
    Memo,
    Program,
    conclusion_layer_name,
    conjunction,
    disjunction,
    exception,
    fails,
    holds,
    make_concluder,
    negation,
    stated,
)
from exportcheck.engine.conclude import durable as durable_module
from exportcheck.engine.conclude.chainer import Chainer
from exportcheck.engine.conclude.durable import DurableConcluder, durable_available
from exportcheck.engine.conclude.shards import SENTINEL, Limits, fnv1a_32, identifiers, shards
from exportcheck.errors import InputError
from exportcheck.values import Truth, k_and, k_not, k_or

needs_durable = pytest.mark.skipif(not durable_available(), reason="durable-rules cannot be imported here")
BACKENDS = [pytest.param(Chainer, id="chainer"), pytest.param(DurableConcluder, id="durable", marks=needs_durable)]
Make = Callable[[Program], Concluder]

WORDS = [f"w{n}" for n in range(10)]
literals = st.sampled_from(WORDS)
rules = st.builds(
    HornRule, literals, st.lists(literals, min_size=1, max_size=5).map(tuple), st.sampled_from(["", "because", "since"])
)
programs = st.lists(rules, min_size=6, max_size=30).map(lambda made: Program(tuple(made)))
some_facts = st.frozensets(st.sampled_from([*WORDS, "unread"]), min_size=3, max_size=8)


def fixpoint(program: Program, facts: Iterable[str]) -> frozenset[str]:
    """The definition: fire everything that can fire until nothing is new."""
    held = set(facts)
    while True:
        new = {rule.head for rule in program.rules if held.issuperset(rule.body)} - held
        if not new:
            return frozenset(held)
        held |= new


def assert_sound(program: Program, facts: frozenset[str], derivation: Derivation) -> None:
    """Each step has its premises before it, each derived literal one step, and each step is a rule of the program."""
    held = set(facts)
    written = {(rule.head, frozenset(rule.body)) for rule in program.rules}
    for step in derivation.steps:
        assert held.issuperset(step.body)
        assert step.head not in held
        assert (step.head, frozenset(step.body)) in written
        held.add(step.head)
    assert held == derivation.literals


@pytest.fixture(scope="module")
def tally() -> Iterable[dict[str, int]]:
    counted = {"programs": 0, "with steps": 0}
    yield counted
    print(f"\nrandom programs compared: {counted['programs']}, of which {counted['with steps']} derived something")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=programs, facts=some_facts, cut=st.sampled_from([2, 3, 5, 400]))
def test_engines_agree_with_the_definition_and_each_other(
    tally: dict[str, int], program: Program, facts: frozenset[str], cut: int
) -> None:
    expected = fixpoint(program, facts)
    by_chainer = Chainer(program).conclude(facts)
    assert by_chainer.literals == expected
    assert_sound(program, facts, by_chainer)
    if durable_available():
        # Small shards and short bodies force chunks and exchange between shards.
        assert DurableConcluder(program, Limits(literals=cut, readers=cut, rules=cut)).conclude(facts) == by_chainer
    tally["programs"] += 1
    tally["with steps"] += bool(by_chainer.steps)


@settings(max_examples=200, deadline=None)
@given(program=programs, facts=some_facts, seed=st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_change_what_follows(program: Program, facts: frozenset[str], seed: random.Random) -> None:
    turned = list(program.rules)
    seed.shuffle(turned)
    assert Chainer(Program(tuple(turned))).conclude(facts).literals == Chainer(program).conclude(facts).literals


@settings(max_examples=200, deadline=None)
@given(program=programs, facts=some_facts, more=some_facts)
def test_more_facts_never_take_a_conclusion_away(program: Program, facts: frozenset[str], more: frozenset[str]) -> None:
    chainer = Chainer(program)
    assert chainer.conclude(facts).literals <= chainer.conclude(facts | more).literals


@settings(max_examples=300, deadline=None)
@given(program=programs, facts=some_facts, longest=st.integers(2, 5))
def test_chunks_conclude_the_same_and_come_apart_again(program: Program, facts: frozenset[str], longest: int) -> None:
    chunked = program.chunked(longest)
    assert all(len(rule.body) <= longest for rule in chunked.rules)
    assert fixpoint(chunked, facts) - chunked.auxiliary == fixpoint(program, facts)
    assert chunked.unchunked() == program.simplified()
    assert chunked.chunked(2).unchunked() == program.simplified()
    assert Chainer(chunked).conclude(facts) == Chainer(program).conclude(facts)


@pytest.mark.parametrize("make", BACKENDS)
@pytest.mark.parametrize("size", [16, 17, 33, 257, 300])
def test_a_long_conjunction_needs_every_part(make: Make, size: int) -> None:
    parts = tuple(f"part{n}:T" for n in range(size))
    concluder = make(Program((HornRule("all:T", parts, "all parts"),)))
    assert concluder.conclude(frozenset(parts)).steps == (HornRule("all:T", parts, "all parts"),)
    for missing in (0, size // 2, size - 1):
        assert not concluder.conclude(frozenset(parts) - {parts[missing]}).steps


@pytest.mark.parametrize("make", BACKENDS)
def test_rules_in_a_circle_end(make: Make) -> None:
    circle = Program((HornRule("a", ("b",)), HornRule("b", ("a",)), HornRule("c", ("c",)), HornRule("d", ("a", "b"))))
    concluder = make(circle)
    assert concluder.conclude(frozenset()).literals == frozenset()
    assert concluder.conclude(frozenset({"a"})).literals == {"a", "b", "d"}
    assert concluder.conclude(frozenset({"b"})).steps == (HornRule("a", ("b",)), HornRule("d", ("a", "b")))
    assert concluder.conclude(frozenset({"c"})).literals == {"c"}


@pytest.mark.parametrize("make", BACKENDS)
def test_odd_literals_and_facts_are_only_names(make: Make) -> None:
    """Texts that durable-rules would confuse ('10' and 10, texts of one hash, its own words) never reach it."""
    assert fnv1a_32("costarring") == fnv1a_32("liquid")
    words = ["costarring", "liquid", "10", "true", "$s", "sid", 'a"b\\', "né", SENTINEL, "L0"]
    concluder = make(Program(tuple(HornRule(f"seen {word}", (word,)) for word in words)))
    for word in words:
        assert concluder.conclude(frozenset({word})).literals == {word, f"seen {word}"}
    long = make(Program((HornRule("h", tuple(f"p{n}" for n in range(20))),)))
    made_up = frozenset({"~1", "~2", "elsewhere"})
    assert long.conclude(made_up) == Derivation(made_up, ())
    given_too = made_up | {f"p{n}" for n in range(20)}
    assert long.conclude(given_too).literals == given_too | {"h"}


@pytest.mark.parametrize("make", BACKENDS)
def test_an_empty_program_and_no_facts(make: Make) -> None:
    assert make(Program(())).conclude(frozenset({"a"})) == Derivation(frozenset({"a"}), ())
    assert make(Program((HornRule("b", ("a",)),))).conclude(frozenset()) == Derivation(frozenset(), ())


@pytest.mark.parametrize("make", BACKENDS)
def test_several_programs_at_once_do_not_mix(make: Make) -> None:
    one, two = make(Program((HornRule("b", ("a",)),))), make(Program((HornRule("c", ("a",)),)))
    for _ in range(20):
        assert one.conclude(frozenset({"a"})).literals == {"a", "b"}
        assert two.conclude(frozenset({"a"})).literals == {"a", "c"}
        assert one.conclude(frozenset({"b"})).literals == {"b"}


def test_the_first_rule_written_is_the_reason_given() -> None:
    first, second = HornRule("h", ("a",), "first"), HornRule("h", ("b",), "second")
    both = frozenset({"a", "b"})
    assert Chainer(Program((first, second))).conclude(frozenset({"b"})).steps == (second,)
    assert [s.name for s in Chainer(Program((first, second))).conclude(both).steps] == ["first"]
    assert [s.name for s in Chainer(Program((second, first))).conclude(both).steps] == ["second"]


def test_what_a_rule_and_a_program_refuse() -> None:
    with pytest.raises(ValueError, match="no premises"):
        HornRule("h", ())
    with pytest.raises(ValueError, match="empty literal"):
        HornRule("h", ("a", ""))
    with pytest.raises(ValueError, match="reserved"):
        Program((HornRule("h", ("~1",)),))
    with pytest.raises(ValueError, match="no parts"):
        conjunction("h", ())
    with pytest.raises(ValueError, match="room"):
        Limits(literals=1)


def test_a_program_knows_its_literals_and_identity() -> None:
    program = Program((HornRule("b", ("a",)), HornRule("c", ("b", "a"))))
    assert program.read == {"a", "b"}
    assert program.heads == {"b", "c"}
    assert program.digest == Program((HornRule("b", ("a",)), HornRule("c", ("b", "a")))).digest
    assert program.digest != Program(program.rules[:1]).digest
    assert program.digest != Program((HornRule("b", ("a",), "named"), program.rules[1])).digest
    repeated = Program((*program.rules, HornRule("c", ("a", "b", "a"), "again"), HornRule("a", ("a", "c"))))
    assert repeated.simplified() == program


KLEENE: list[Truth] = [True, False, None]


@pytest.mark.parametrize("make", BACKENDS)
def test_two_rails_are_kleene_logic(make: Make) -> None:
    concluder = make(
        Program(
            (
                *conjunction("and", ("a", "b")),
                *disjunction("or", ("a", "b")),
                *negation("not", "a"),
                *exception("unless", "a", "b"),
            )
        )
    )
    for a, b in itertools.product(KLEENE, KLEENE):
        derived = concluder.conclude(stated([("a", a), ("b", b)]))
        assert derived.truth("and") == k_and([a, b])
        assert derived.truth("or") == k_or([a, b])
        assert derived.truth("not") == k_not(a)
        assert derived.truth("unless") == k_and([a, k_not(b)])


def test_a_conclusion_both_true_and_false_is_an_error() -> None:
    with pytest.raises(ConclusionError, match="both true and false"):
        Derivation(frozenset({holds("x"), fails("x")}), ()).truth("x")


def test_shards_keep_within_their_limits_and_lose_no_rule() -> None:
    source = random.Random(7)
    made = [HornRule(f"h{n}", tuple(source.sample(WORDS, 3))) for n in range(300)]
    limits = Limits(literals=6, readers=9, rules=20)
    cut = shards(made, limits)
    assert [n for shard in cut for n in shard] == list(range(300))
    for shard in cut:
        bodies = [set(made[n].body) for n in shard]
        assert len(set().union(*bodies)) <= 6
        assert len(shard) <= 20
        assert max(sum(word in body for body in bodies) for word in WORDS) <= 9


@needs_durable
@pytest.mark.parametrize("readers", [False, True], ids=["many literals", "one literal read by many"])
def test_programs_larger_than_one_ruleset(readers: bool) -> None:
    """durable-rules 2.0.28 refuses, or loops, past 510 literals or 256 readers of one literal in a ruleset."""
    gate = ("scope:T",) if readers else ()
    chain = [HornRule(f"h{n + 1}", (f"h{n}", *gate)) for n in range(900)]
    concluder = DurableConcluder(Program(tuple(chain)))
    derived = concluder.conclude(frozenset({"h0", *gate}))
    assert len(derived.steps) == 900
    assert derived == Chainer(Program(tuple(chain))).conclude(frozenset({"h0", *gate}))


def test_hash_is_fnv_1a_and_names_with_one_hash_are_passed_over() -> None:
    assert fnv1a_32("") == 0x811C9DC5
    assert fnv1a_32("a") == 0xE40C292C
    assert fnv1a_32("foobar") == 0xBF9CF968
    names = identifiers(5000)
    assert len({fnv1a_32(name) for name in (*names, SENTINEL)}) == 5001

    def weak(text: str) -> int:
        return fnv1a_32(text) % 101

    chosen = identifiers(60, weak)
    assert len({weak(name) for name in (*chosen, SENTINEL)}) == 61
    assert chosen != identifiers(60)


class Counted:
    """A concluder that counts its calls."""

    name = "counted"

    def __init__(self, inner: Concluder) -> None:
        self.inner, self.calls = inner, 0

    def conclude(self, facts: frozenset[str]) -> Derivation:
        self.calls += 1
        return self.inner.conclude(facts)


def test_a_memo_answers_the_same_and_asks_once_for_each_signature() -> None:
    program = Program((HornRule("b", ("a",)), HornRule("c", ("b",))))
    counted = Counted(Chainer(program))
    memo = Memo(counted, program, entries=2)
    assert memo.name == "counted"
    for facts in ({"a"}, {"a", "unread"}, {"a", "other"}):
        assert memo.conclude(frozenset(facts)) == Chainer(program).conclude(frozenset(facts))
    assert (counted.calls, memo.hits, memo.misses) == (1, 2, 1)
    memo.conclude(frozenset({"b"}))
    memo.conclude(frozenset({"a"}))  # used again, so {"b"} is now the oldest
    memo.conclude(frozenset({"c"}))
    assert (counted.calls, len(memo)) == (3, 2)
    memo.conclude(frozenset({"a"}))
    assert counted.calls == 3
    memo.conclude(frozenset({"b"}))
    assert (counted.calls, len(memo)) == (4, 2)
    with pytest.raises(ValueError, match="at least one"):
        Memo(counted, program, entries=0)


@settings(max_examples=100, deadline=None)
@given(program=programs, asked=st.lists(some_facts, max_size=12), entries=st.integers(1, 4))
def test_a_memo_changes_nothing(program: Program, asked: list[frozenset[str]], entries: int) -> None:
    chainer = Chainer(program)
    memo = Memo(chainer, program, entries)
    for facts in asked:
        assert memo.conclude(facts) == chainer.conclude(facts)
        assert len(memo) <= entries


SMALL = Program((HornRule("b", ("a",)), HornRule("c", ("b",)), HornRule("d", ("c", "e"))))


@needs_durable
@pytest.mark.parametrize("raised", [ValueError("broken"), KeyboardInterrupt()], ids=repr)
def test_what_an_action_raises_comes_out_and_the_engine_still_works(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException
) -> None:
    concluder = DurableConcluder(SMALL)

    def broken(self: DurableConcluder, place: int, number: int, closure: Any) -> None:
        raise raised

    with monkeypatch.context() as patch:
        patch.setattr(DurableConcluder, "_fire", broken)
        with pytest.raises(ConclusionError if isinstance(raised, Exception) else KeyboardInterrupt) as caught:
            concluder.conclude(frozenset({"a"}))
    assert raised in (caught.value, caught.value.__cause__)
    assert concluder.conclude(frozenset({"a", "e"})).literals == {"a", "b", "c", "d", "e"}


@needs_durable
def test_a_jump_of_the_clock_does_not_lose_conclusions(monkeypatch: pytest.MonkeyPatch) -> None:
    """durable-rules drops the rest when an action seems to take over 10 s. The run is made again; a second time is an error."""
    concluder = DurableConcluder(SMALL)
    clock = durable_module._engine()._unix_now
    jumps = iter([0.0, 0.0, 3600.0])
    monkeypatch.setattr(durable_module._engine(), "_unix_now", lambda: clock() + next(jumps, 3600.0))
    assert concluder.conclude(frozenset({"a", "e"})) == Chainer(SMALL).conclude(frozenset({"a", "e"}))
    assert next(jumps, None) is None, "the clock was not read"
    ticks = itertools.count(step=3600)
    monkeypatch.setattr(durable_module._engine(), "_unix_now", lambda: float(next(ticks)))
    with pytest.raises(ConclusionError, match="did not finish"):
        concluder.conclude(frozenset({"a", "e"}))
    monkeypatch.undo()
    assert concluder.conclude(frozenset({"a"})).literals == {"a", "b", "c"}


def test_a_replay_refuses_what_does_not_follow_or_is_missing() -> None:
    chainer = Chainer(SMALL)
    given_facts = frozenset({"a"})
    whole = chainer.conclude(given_facts)
    assert chainer.replay(given_facts, {0, 1}, whole.literals) == whole
    with pytest.raises(ConclusionError, match="did not fire with them"):
        chainer.replay(given_facts, {0}, frozenset({"a", "b"}))
    with pytest.raises(ConclusionError, match="without a derivation"):
        chainer.replay(given_facts, {0, 1}, whole.literals | {"d"})
    with pytest.raises(ConclusionError, match="without their premises"):
        chainer.replay(given_facts, {0, 1, 2}, whole.literals)


@needs_durable
def test_no_thread_is_started() -> None:
    before = threading.active_count()
    concluder = DurableConcluder(SMALL)
    concluder.conclude(frozenset({"a"}))
    assert threading.active_count() == before


@needs_durable
def test_rulesets_go_with_their_concluder(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[int] = []
    native = durable_module._engine().durable_rules_engine
    delete = native.delete_ruleset

    def noted(handle: int) -> None:
        gone.append(handle)
        delete(handle)

    monkeypatch.setattr(native, "delete_ruleset", noted)
    concluder = DurableConcluder(SMALL)
    handles = list(concluder._handles)
    del concluder
    gc.collect()
    assert set(handles) <= set(gone)


@needs_durable
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
def test_memory_stays_flat_over_5000_calls() -> None:
    """Measured in a process of its own; 400 bytes kept for each call would be too much."""
    script = """
import random
from exportcheck.engine.conclude import HornRule, Program
from exportcheck.engine.conclude.durable import DurableConcluder
def resident(): return int(open("/proc/self/statm").read().split()[1]) * 4096
source = random.Random(1)
words = [f"w{n}" for n in range(20)]
concluder = DurableConcluder(Program(tuple(HornRule(source.choice(words), tuple(source.sample(words, 2))) for _ in range(20))))
draw = lambda: frozenset(source.sample(words, 6))
for _ in range(500): concluder.conclude(draw())
before = resident()
for _ in range(5000): concluder.conclude(draw())
print(resident() - before)
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True, timeout=300)
    grown = int(done.stdout)
    print(f"\nresident memory grew by {grown / 1024:.0f} KiB over 5,000 calls")
    assert grown < 5000 * 400


def test_the_variable_and_the_argument_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "chainer")
    assert conclusion_layer_name() == make_concluder(SMALL).name == "exportcheck chainer"
    monkeypatch.setenv(VARIABLE, "prolog")
    with pytest.raises(InputError, match='"prolog" is not a conclusion layer'):
        make_concluder(SMALL)
    assert make_concluder(SMALL, "chainer").name == "exportcheck chainer"  # the argument goes before the variable
    monkeypatch.setattr(durable_module, "durable_available", lambda: False)
    with pytest.raises(InputError, match="cannot be imported here"):
        make_concluder(SMALL, "durable")
    monkeypatch.delenv(VARIABLE)
    assert conclusion_layer_name() == "exportcheck chainer"
    monkeypatch.setenv(VARIABLE, "durable")
    with pytest.raises(InputError, match=VARIABLE):
        conclusion_layer_name()


@needs_durable
def test_durable_rules_is_used_where_it_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert make_concluder(SMALL).name == conclusion_layer_name() == conclusion_layer_name("durable")
    assert conclusion_layer_name().startswith("durable-rules ")


def test_importing_the_layer_does_not_import_durable_rules() -> None:
    script = """
import sys
from exportcheck.engine.conclude import HornRule, Program, make_concluder
make_concluder(Program((HornRule("b", ("a",)),)), "chainer").conclude(frozenset({"a"}))
assert not {"durable", "durable_rules_engine"} & set(sys.modules)
"""
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True, timeout=60)
