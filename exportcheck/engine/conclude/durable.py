"""The durable-rules backend: a Rete network that lives as long as its program, given facts and read, once for each conclusion.

What it takes care of, all measured on durable-rules 2.0.28:

- its timer threads crash under load: the host here never starts them;
- it compares texts by a 32-bit hash: it sees only names made by `shards.identifiers`, never a user's text;
- deleting a state in which no rule fired, or asserting an empty list, crashes: a sentinel comes first and always matches;
- a fact that no rule reads is an error to it: such facts are kept out and added to the answer;
- it swallows exceptions of actions: they are caught before it sees them, and raised;
- it drops what is left when the clock jumps by 10 s in an action: every run is replayed, and made again if it was cut short;
- its tables have fixed sizes: programs are chunked and sharded, and shards tell each other what they derived.
"""

from __future__ import annotations

import importlib
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, Final

from exportcheck.engine.conclude.chainer import Chainer
from exportcheck.engine.conclude.horn import LONGEST_BODY, ConclusionError, Derivation, Program
from exportcheck.engine.conclude.shards import SENTINEL, Limits, identifiers, shards

_SID: Final = "0"
_LOCK: Final = threading.Lock()
"""durable-rules is used by one thread at a time."""


@cache
def _engine() -> Any:
    """The module `durable.engine`, or None where it cannot be imported (CPython 3.13 and later, Windows, not installed)."""
    try:
        return importlib.import_module("durable.engine")
    except Exception:  # a compiled module for another interpreter fails in more ways than ImportError
        return None


def durable_available() -> bool:
    return _engine() is not None


@cache
def durable_name() -> str:
    """Name and installed version: "durable-rules 2.0.28"."""
    from importlib.metadata import version  # here, since it is slow to import

    return f"durable-rules {version('durable-rules')}"


@cache
def _host_class() -> Any:
    class QuietHost(_engine().Host):  # type: ignore[misc]  # the base is only known at run time
        """A host without timer threads: everything happens in the call that asserts."""

        def _run(self) -> None:
            pass

    return QuietHost


def _delete(handles: list[int]) -> None:
    """Give rulesets back to the library. Their states must have been deleted."""
    while handles:
        _engine().durable_rules_engine.delete_ruleset(handles.pop())


class DurableConcluder:
    """One program in one or more rulesets, reused for every call. Calls from several threads wait for each other.

    Raises ConclusionError where durable-rules is not available or refuses the rules.
    """

    def __init__(self, program: Program, limits: Limits | None = None) -> None:
        if not durable_available():
            raise ConclusionError("durable-rules cannot be imported here; the chainer can take its place")
        limits = limits or Limits()
        self.name = durable_name()
        self._chainer = Chainer(program)
        chunked = Program(self._chainer.rules).chunked(min(LONGEST_BODY, limits.literals))
        self._rules = chunked.rules
        self._auxiliary = chunked.auxiliary
        # Chunking keeps the rules in their order and puts auxiliary ones between them.
        numbers = iter(range(len(self._chainer.rules)))
        self._origin = tuple(None if rule.head in chunked.auxiliary else next(numbers) for rule in chunked.rules)
        ids = dict(zip(sorted(chunked.read), identifiers(len(chunked.read)), strict=True))
        self._facts = {literal: {"sid": _SID, "id": name, "l": name} for literal, name in ids.items()}
        self._shards = shards(chunked.rules, limits)
        self._read = tuple(frozenset(chain.from_iterable(self._rules[n].body for n in shard)) for shard in self._shards)
        self._given = tuple(read - chunked.auxiliary for read in self._read)
        readers: dict[str, list[int]] = {}
        for place, read in enumerate(self._read):
            for literal in read:
                readers.setdefault(literal, []).append(place)
        self._readers = {literal: tuple(places) for literal, places in readers.items()}
        self._run = _Run()
        self._host: Any = None
        self._handles: list[int] = []
        with _LOCK:
            self._open()
        # At exit the process gives everything back anyway, and the library may be gone by then.
        weakref.finalize(self, _delete, self._handles).atexit = False

    def conclude(self, facts: frozenset[str]) -> Derivation:
        """All that follows from `facts`. Raises ConclusionError if durable-rules fails, or twice does not finish."""
        with _LOCK:
            try:
                try:
                    return self._conclude(facts)
                except _CutShortError:
                    self._open()
                    return self._conclude(facts)
            except BaseException:
                self._open()  # a state may be in the middle of an action, and cannot be deleted then
                raise

    def _conclude(self, facts: frozenset[str]) -> Derivation:
        waiting = [sorted(facts & given) for given in self._given]
        run = self._run = _Run(set(facts - self._auxiliary), waiting=waiting)
        started: list[int] = []
        while any(waiting):
            for place, literals in enumerate(waiting):
                if literals:
                    waiting[place] = []
                    if place not in started:
                        started.append(place)
                        self._assert(place, [_SENTINEL_FACT])
                    self._assert(place, [self._facts[literal] for literal in literals])
        for place in started:
            self._host.delete_state(_shard_name(place), _SID)
        try:
            return self._chainer.replay(facts, run.fired, facts | (run.held - self._auxiliary))
        except ConclusionError as error:
            raise _CutShortError(f"durable-rules did not finish: {error}") from error

    def _assert(self, place: int, facts: list[dict[str, str]]) -> None:
        """Assert facts in a shard and let its rules fire. Raises what an action raised."""
        try:
            state = self._host.assert_facts(_shard_name(place), facts)
        except Exception as error:
            raise ConclusionError(f"durable-rules failed: {error}") from error
        failure = self._run.failure
        if isinstance(failure, Exception):
            raise ConclusionError(f"durable-rules failed in an action: {failure}") from failure
        if failure is not None:
            raise failure
        if state and "exception" in state:
            raise ConclusionError(f"durable-rules failed in an action: {state['exception']}")

    def _fire(self, place: int, number: int, closure: Any) -> None:
        """A rule (of the chunked program) fired: note it, and assert its head wherever that is read and new."""
        run = self._run
        origin = self._origin[number]
        if origin is not None:
            run.fired.add(origin)
        head = self._rules[number].head
        if head in run.held:
            return
        run.held.add(head)
        for reader in self._readers.get(head, ()):
            if reader == place:
                closure.assert_fact(self._facts[head])
            else:
                run.waiting[reader].append(head)

    def _action(self, place: int, number: int) -> Callable[[Any], None]:
        concluder = weakref.ref(self)  # no cycle through the host: rulesets go when their concluder goes

        def action(closure: Any) -> None:  # durable-rules counts the parameters: exactly one
            this = concluder()
            if this is None or this._run.failure is not None:
                return
            try:
                this._fire(place, number, closure)
            except BaseException as error:  # durable-rules would swallow even an interrupt
                this._run.failure = error

        return action

    def _open(self) -> None:
        """Make the rulesets, in place of those there were (whose states may be in the middle of something)."""
        _delete(self._handles)
        definitions: dict[str, dict[str, Any]] = {}
        for place, shard in enumerate(self._shards):
            definition: dict[str, Any] = {"sentinel": {"all": [{"m": {"l": SENTINEL}}], "run": _nothing}}
            for number in shard:
                premises = [{f"m{n}": {"l": self._facts[literal]["l"]}} for n, literal in enumerate(self._rules[number].body)]
                definition[f"r{number}"] = {"all": premises, "run": self._action(place, number)}
            definitions[_shard_name(place)] = definition
        self._host = _host_class()()
        try:
            self._host.register_rulesets(definitions)
        except Exception as error:
            raise ConclusionError(f"durable-rules refused the rules: {error}") from error
        self._handles.extend(self._host.get_ruleset(name)._handle for name in definitions)


class _CutShortError(ConclusionError):
    """A run that left out rules that were due."""


@dataclass(slots=True)
class _Run:
    """What happens in one call of `conclude`."""

    held: set[str] = field(default_factory=set)  # facts and all that was derived, with auxiliary literals
    fired: set[int] = field(default_factory=set)  # rules by their number in the program as given, simplified
    waiting: list[list[str]] = field(default_factory=list)  # for each shard, literals that it has yet to be told
    failure: BaseException | None = None


_SENTINEL_FACT: Final = {"sid": _SID, "id": SENTINEL, "l": SENTINEL}


def _nothing(closure: Any) -> None:
    """The action of the sentinel rule."""


def _shard_name(place: int) -> str:
    return f"shard{place}"
