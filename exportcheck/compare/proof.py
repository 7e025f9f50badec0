"""What the solver can say of a change: that it changes nothing, which directions it cannot have, and facts on which it shows."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from exportcheck.compare.form import Form, conjunction
from exportcheck.compare.model import Change
from exportcheck.compare.normal import Normal
from exportcheck.condition import ast as A
from exportcheck.rulepack.model import Clause, Definition, Provision
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.rulepack.visit import expressions
from exportcheck.values import Truth
from exportcheck.vocabulary.model import Vocabulary

if TYPE_CHECKING:
    from exportcheck.compare.solver import Prover

DEFINITE: tuple[tuple[Truth, Truth], ...] = ((False, True), (True, False))
OPEN: tuple[tuple[Truth, Truth], ...] = ((None, True), (True, None), (None, False), (False, None))

SHARED = (
    "no truth of it differs for any transaction, whatever is stated, absent, undeterminable or not stated; lists of any length"
)


def solver_is_there() -> bool:
    """Is z3 installed?"""
    return find_spec("z3") is not None


@dataclass(frozen=True)
class Proof:
    """`equal`: proved that the texts come to the same. `models` gives facts on which they may not. `why` it was not decided."""

    equal: bool = False
    models: Callable[[], Iterable[Mapping[Form, object]]] = tuple
    """Asked for only where a search does without them."""
    why: str = ""
    entity: str = ""  # the kind of thing that ("self",) is in the models
    never: frozenset[tuple[bool, bool]] = frozenset()
    """(old, new) truths that a changed provision or term cannot have, whatever it names: proved."""


def prove(change: Change, before: Ruleset, after: Ruleset, vocabulary: Vocabulary, readers: Sequence[str]) -> Proof:
    """Ask the solver whether a change can matter; `after` is the law `before` with the change made and no other.

    What the solver cannot take is never taken for equal.
    """
    from exportcheck.compare.solver import Prover, UndecidedError

    prover = Prover(vocabulary, after)
    open_: list[tuple[Form, Form]] = []
    never: set[tuple[bool, bool]] = set()
    normals = (Normal(before, {change.old_id: change.id} if change.old_id else None), Normal(after))
    names = [change.id] if change.subject in ("provision", "definition") else list(readers)
    if not names:
        return Proof(why="nothing reads it")
    if _leaves_differ(before, after):
        return Proof(why="the paragraphs that lists know differ")
    if change.subject not in ("provision", "definition") and not all(_reads_openly(before, after, n, change.id) for n in names):
        return Proof(why="it is read by rows of a table, which are not taken apart")
    entity, equal = "", True
    try:
        for name in names:
            was = _of(before, change.old_id or name if change.subject == "provision" else name)
            now = _of(after, name)
            if was is None or now is None:
                return Proof(why="one side has no such text")
            entity = now.for_each if isinstance(now, Provision) else now.of
            found = _pairs(was, now, normals, before.variants.get(was.id), after.variants.get(now.id))
            if found is None:
                return Proof(why="it differs in more than conditions")
            if change.subject in ("provision", "definition"):
                whole = _whole(was, normals[0]), _whole(now, normals[1])
                never = {(a, b) for a, b in ((True, False), (False, True)) if prover.model(*whole, was=a, now=b) is None}
            for a, b in found:
                only_true = isinstance(now, Provision) and now.kind == "conflict"
                if not (prover.as_true(a, b) if only_true else prover.equal(a, b)):
                    equal = False
                    open_.append((a, b))
    except UndecidedError as error:
        return Proof(models=partial(_models_of, prover, open_, never), why=str(error), entity=entity)
    return Proof(equal=equal, models=partial(_models_of, prover, open_, never), entity=entity, never=frozenset(never))


def _models_of(
    prover: Prover, pairs: Sequence[tuple[Form, Form]], never: Container[tuple[bool, bool]]
) -> Iterator[Mapping[Form, object]]:
    """Models of the pairs, made as they are asked for: definite truths first, without those that are excluded already."""
    from exportcheck.compare.solver import UndecidedError

    for truths in (DEFINITE, OPEN):
        for a, b in pairs:
            with suppress(UndecidedError):
                yield from _models(prover, a, b, [t for t in truths if t not in never])


def _whole(of: Provision | Definition, normal: Normal) -> Form:
    """The truth of a provision, gate and clauses together, or of a term."""
    if isinstance(of, Definition):
        return normal.expr(of.condition.expr, {of.var: ("self",)} if of.of else {})
    return conjunction(f for f in (_part(normal, of, "gate"), _part(normal, of, "body")) if f is not None)


def models_of(
    names: Sequence[str], before: Ruleset, after: Ruleset, vocabulary: Vocabulary
) -> list[tuple[str, Mapping[Form, object]]]:
    """Facts on which provisions that a change reaches may differ, each with the kind of thing they are about."""
    from exportcheck.compare.solver import Prover, UndecidedError

    prover = Prover(vocabulary, after)
    normals = (Normal(before), Normal(after))
    found: list[tuple[str, Mapping[Form, object]]] = []
    for name in names:
        was, now = before.provisions.get(name), after.provisions.get(name)
        if was is None or now is None:
            continue
        for part in ("gate", "body"):
            forms = [_part(n, p, part) for n, p in zip(normals, (was, now), strict=True)]
            if forms[0] != forms[1] and forms[0] is not None and forms[1] is not None:
                with suppress(UndecidedError):
                    found += [(now.for_each, m) for m in _models(prover, forms[0], forms[1])]
    return found


def _of(rules: Ruleset, name: str) -> Provision | Definition | None:
    return rules.provisions.get(name) or rules.packs.definitions.get(name)


def _reads_openly(before: Ruleset, after: Ruleset, name: str, id_: str) -> bool:
    """Does a text read a list or figure in its own conditions on both sides, where its normal form shows the values?"""
    for rules in (before, after):
        of = _of(rules, name)
        named = {id_, *(x.id for x in rules.packs.lists.values() if id_ in x.union)}
        found = {n.id for n in expressions(of) if isinstance(n, A.ListRef | A.Param)} if of is not None else set()
        if named.isdisjoint(found) or id_ in rules.packs.tables:
            return False
        if isinstance(of, Provision) and any(c.rows is not None for c in of.clauses()):
            return False
    return True


def _leaves_differ(before: Ruleset, after: Ruleset) -> bool:
    return before is not after and before._leaves != after._leaves


def _pairs(
    was: Provision | Definition,
    now: Provision | Definition,
    normals: tuple[Normal, Normal],
    variants: tuple[Clause | None, ...] | None,
    others: tuple[Clause | None, ...] | None,
) -> list[tuple[Form, Form]] | None:
    """The conditions of the two texts that have to be the same; None where they differ in something else."""
    if isinstance(was, Definition) or isinstance(now, Definition):
        if not isinstance(was, Definition) or not isinstance(now, Definition):
            return None
        if (was.of, was.stated_as, was.type) != (now.of, now.stated_as, now.type) or was.type.base != "boolean" or was.type.many:
            return None
        forms = [n.expr(d.condition.expr, {d.var: ("self",)} if d.of else {}) for n, d in zip(normals, (was, now), strict=True)]
        return [(forms[0], forms[1])]
    whole = [n.provision(p) for n, p in zip(normals, (was, now), strict=True)]
    # gate and bodies are at 7 and 8, conditions of limits and steps are compared as they are
    if whole[0][:7] != whole[1][:7] or whole[0][9:] != whole[1][9:]:
        return None
    if (variants or others) and whole[0][8] != whole[1][8]:
        return None
    found = []
    for part in ("gate", "body"):
        forms = [_part(n, p, part) for n, p in zip(normals, (was, now), strict=True)]
        if forms[0] != forms[1]:
            if forms[0] is None or forms[1] is None:
                return None
            found.append((forms[0], forms[1]))
    return found


def _part(normal: Normal, provision: Provision, part: str) -> Form:
    names: dict[str, Form] = {provision.var: ("self",)} if provision.var else {}
    if provision.raises is not None:
        names[provision.raises[0]] = ("ground",)
    if part == "gate":
        return None if provision.gate is None else normal.expr(provision.gate.expr, names)
    return normal.body(provision.body, provision, names)


def _models(
    prover: Prover, old: Form, new: Form, truths: Sequence[tuple[Truth, Truth]] = (*DEFINITE, *OPEN)
) -> Iterator[Mapping[Form, object]]:
    """Facts on which the two differ, for each of these pairs of truths that they can have."""
    for was, now in truths:
        found = prover.model(old, new, was=was, now=now)
        if found is not None:
            yield found
