"""Mutations of the law, each of which the comparison must find or prove to be none.

    python -m tests.compare.mutations --count 50 [--seed 1] [--effort normal]

A mutation changes one sign, threshold, date, list, exception or row of the shipped packs, in the checked form. For each the
comparison has to name what changed, and to show a confirmed example with a direction, or to prove that no verdict differs. The
directions claimed are held against a sample: every case beside the mutated provision and every fixture, under both.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from exportcheck.compare.compare import Comparer, Options, changes_of
from exportcheck.compare.model import Change, Effect
from exportcheck.compare.pairs import Pairing, direction_of
from exportcheck.compare.sides import Side, make_side
from exportcheck.condition import ast as A
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Clause, Condition, Packs, Provision

FLIPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}


@dataclass(frozen=True)
class Mutation:
    """What was done to what, and the packs with it."""

    what: str
    subject: str
    packs: Packs


def mutations(packs: Packs, random: Random) -> Iterator[Mutation]:
    """Endlessly, of all packs and kinds in turn."""
    makers: list[Callable[[Packs, Random], Mutation | None]] = [
        _condition,
        _clause,
        _list,
        _figure,
        _condition,
        _period,
        _row,
        _condition,
    ]
    ids = sorted(packs.packs)
    n = 0
    while True:
        made = makers[n % len(makers)](_only(packs, ids[(n * 5) % len(ids)]), random)
        n += 1
        if made is not None:
            yield replace(made, packs=_merged(packs, made.packs))


def _only(packs: Packs, pack: str) -> Packs:
    """The packs, of which only what belongs to one of them is to be mutated."""
    return replace(packs, root=f"{packs.root}\0{pack}")


def _merged(packs: Packs, mutated: Packs) -> Packs:
    return replace(mutated, root=packs.root)


def _pack(packs: Packs) -> str:
    return packs.root.partition("\0")[2]


def _condition(packs: Packs, random: Random) -> Mutation | None:
    """One node of a condition of a provision or a term."""
    provisions = [p for p in packs.provisions if p.pack == _pack(packs) and _live(p)]
    if not provisions:
        return None
    provision = random.choice(provisions)
    leaves = [c for c in provision.clauses() if c.when is not None]
    if not leaves:
        return None
    clause = random.choice(leaves)
    assert clause.when is not None
    mutated = mutated_condition(clause.when.expr, random)
    if mutated is None:
        return None
    what, expr = mutated
    condition = Condition(expr, f"{clause.when.text} [{what}]", clause.when.span)
    return _with_provision(
        packs, provision, _swap(provision.body, clause, replace(clause, when=condition)), f"{clause.address}: {what}"
    )


def mutated_condition(root: A.Expr, random: Random) -> tuple[str, A.Expr] | None:
    """A condition with one thing changed, and what; None where nothing in it can be."""
    nodes = list(_nodes(root))
    random.shuffle(nodes)
    for node in nodes:
        match node:
            case A.Cmp():
                return f"{node.op} for {FLIPPED[node.op]}", _put(root, node, replace(node, op=FLIPPED[node.op]))
            case A.Lit() if isinstance(node.value, Decimal):
                return "a number more by one", _put(root, node, replace(node, value=node.value + 1))
            case A.SetLit() if len(node.items) > 1:
                gone = random.choice(node.items)
                return "a member dropped", _put(root, node, replace(node, items=tuple(i for i in node.items if i is not gone)))
            case A.And() | A.Or():
                if random.random() < 0.5:
                    gone = random.choice(node.items)
                    left = tuple(i for i in node.items if i is not gone)
                    return "a part dropped", _put(root, node, left[0] if len(left) == 1 else replace(node, items=left))
                other = A.Or if isinstance(node, A.And) else A.And
                return "and for or", _put(root, node, other(node.at, node.type, node.items))
            case A.Not():
                return "not dropped", _put(root, node, node.item)
            case A.Fact() if node.type.base == "boolean" and not node.type.many:
                return "negated", _put(root, node, A.Not(node.at, node.type, node))
            case A.Under():
                return "negated", _put(root, node, A.Not(node.at, replace(node.type, base="boolean"), node))
    return None


def _clause(packs: Packs, random: Random) -> Mutation | None:
    """A clause dropped from among others, or `all` for `any`."""
    provisions = [p for p in packs.provisions if p.pack == _pack(packs) and _live(p)]
    found = [(p, c) for p in provisions for c in p.clauses() if c.form in ("all_of", "any_of") and len(c.children) > 1]
    if not found:
        return None
    provision, clause = random.choice(found)
    if random.random() < 0.6:
        gone = random.choice(clause.children)
        if any(c.address in _named(packs, provision) for c in gone.walk()):
            return None
        left = replace(clause, children=tuple(c for c in clause.children if c is not gone))
        return _with_provision(packs, provision, _swap(provision.body, clause, left), f"{gone.address}: a clause dropped")
    other = replace(clause, form="any_of" if clause.form == "all_of" else "all_of")
    return _with_provision(packs, provision, _swap(provision.body, clause, other), f"{clause.address}: {clause.form} turned")


def _list(packs: Packs, random: Random) -> Mutation | None:
    """A member of a list gone."""
    day = _day(packs)
    lists = [x for x in packs.lists.values() if x.pack == _pack(packs) and any(m.end is None or m.end >= day for m in x.members)]
    if not lists:
        return None
    one = random.choice(lists)
    gone = random.choice([m for m in one.members if m.end is None or m.end >= day])
    mutated = replace(one, members=tuple(m for m in one.members if m is not gone))
    return Mutation(f"{gone.value} dropped", one.id, replace(packs, lists={**packs.lists, one.id: mutated}))


def _figure(packs: Packs, random: Random) -> Mutation | None:
    figures = [p for p in packs.parameters.values() if p.pack == _pack(packs)]
    if not figures:
        return None
    one = random.choice(figures)
    *others, (start, value) = one.values
    more = value * 2 if random.random() < 0.5 else value / 2
    mutated = replace(one, values=(*others, (start, more)))
    return Mutation(f"{value} becomes {more}", one.id, replace(packs, parameters={**packs.parameters, one.id: mutated}))


def _period(packs: Packs, random: Random) -> Mutation | None:
    """A text that ends, or begins a year later."""
    provisions = [p for p in packs.provisions if p.pack == _pack(packs) and _live(p) and p.periods[-1].end is None]
    if not provisions:
        return None
    one = random.choice(provisions)
    last = one.periods[-1]
    mutated = replace(one, periods=(*one.periods[:-1], replace(last, end=date(2026, 6, 1))))
    return _replaced(packs, one, mutated, "it ends")


def _row(packs: Packs, random: Random) -> Mutation | None:
    tables = [t for t in packs.tables.values() if t.pack == _pack(packs) and len(t.rows) > 1]
    if not tables:
        return None
    one = random.choice(tables)
    gone = random.randrange(len(one.rows))
    mutated = replace(one, rows=(*one.rows[:gone], *one.rows[gone + 1 :]))
    return Mutation(f"row {dict(one.rows[gone])} dropped", one.id, replace(packs, tables={**packs.tables, one.id: mutated}))


def _day(packs: Packs) -> date:
    return min(p.current_to for p in packs.packs.values())


def _live(provision: Provision) -> bool:
    day = date(2026, 11, 1)
    return any(p.covers(day) and p.status == "in-force" for p in provision.periods)


def _named(packs: Packs, provision: Provision) -> set[str]:
    found = set()
    for other in packs.provisions:
        if other.limits is not None:
            found |= {s.clause for s in other.limits.spares if s.target == provision.id}
            found |= {o.partition("#")[2] for o in other.limits.only}
        found |= {c.target.partition("#")[2] for c in other.clauses() if c.target.startswith(provision.id + "#")}
    return found


def _with_provision(packs: Packs, provision: Provision, body: Clause | None, what: str) -> Mutation:
    return _replaced(packs, provision, replace(provision, body=body), what)


def _replaced(packs: Packs, provision: Provision, mutated: Provision, what: str) -> Mutation:
    provisions = tuple(mutated if p is provision else p for p in packs.provisions)
    return Mutation(what, provision.id, replace(packs, provisions=provisions))


def _swap(body: Clause | None, old: Clause, new: Clause) -> Clause | None:
    if body is None or body is old:
        return new if body is old else None
    return replace(body, children=tuple(c for child in body.children if (c := _swap(child, old, new)) is not None))


def _nodes(node: A.Expr) -> Iterator[A.Expr]:
    from exportcheck.rulepack.visit import walk

    yield from walk(node)


def _put(root: A.Expr, old: A.Expr, new: A.Expr) -> A.Expr:
    from dataclasses import fields

    if root is old:
        return new
    changed: dict[str, Any] = {}
    for field in fields(root):
        value = getattr(root, field.name)
        if isinstance(value, A.Expr):
            changed[field.name] = _put(value, old, new)
        elif isinstance(value, tuple) and any(isinstance(v, A.Expr) for v in value):
            changed[field.name] = tuple(_put(v, old, new) if isinstance(v, A.Expr) else v for v in value)
    return replace(root, **changed) if changed else root


@dataclass(frozen=True)
class Outcome:
    """What the comparison said of a mutation."""

    mutation: Mutation
    change: Change | None
    effect: Effect | None
    missed: tuple[str, ...]
    seconds: float

    @property
    def good(self) -> bool:
        return self.effect is not None and self.effect.finding != "not decided" and not self.missed


def examine(old: Side, mutation: Mutation, effort: str) -> Outcome:
    """Compare the packs with and without the mutation, and hold what is said against a sample."""
    start = time.perf_counter()
    # the digests are those of the text before, by which nothing would seem to differ
    undigested = {id_: replace(pack, digest="") for id_, pack in mutation.packs.packs.items()}
    new = make_side(replace(mutation.packs, packs=undigested), "mutated")
    changes = changes_of(old, new)
    if not changes:
        return Outcome(mutation, None, None, (), time.perf_counter() - start)
    comparer = Comparer(old, new, Options(effort=effort))
    change = changes[0]
    effect = comparer.effect(change, changes)
    seconds = time.perf_counter() - start
    return Outcome(mutation, change, effect, _missed(comparer, old, new, change, effect), seconds)


def _missed(comparer: Comparer, old: Side, new: Side, change: Change, effect: Effect) -> tuple[str, ...]:
    """Directions that the sample shows and the comparison does not claim."""
    pairing = Pairing(old.engine, new.engine, change.old_day, change.new_day)
    shown = set()
    sample = [
        *comparer.seeds.for_provisions([change.id, *(p.id for p in comparer.bearing(change))][:2]),
        *comparer.seeds.fixtures(),
    ]
    for transaction in sample[:160]:
        pair = pairing(transaction)
        for pack in {p.pack for p in comparer.bearing(change)} or {change.pack}:
            shown.add(direction_of(*pair.answers((pack,))))
    claimed = set(effect.directions)
    relevant = {"stricter", "looser"} if claimed & {"stricter", "looser"} else {"stricter", "looser", "asks more", "asks less"}
    return tuple(sorted(d for d in shown - claimed if d in relevant))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effort", default="normal")
    parser.add_argument("--skip", type=int, default=0)
    given = parser.parse_args()
    packs = load_packs()
    old = make_side(packs, "shipped")
    counts: Counter[str] = Counter()
    bad = 0
    for n, mutation in enumerate(mutations(packs, Random(given.seed))):
        if n >= given.count:
            break
        if n < given.skip:
            continue
        outcome = examine(old, mutation, given.effort)
        effect = outcome.effect
        said = "not seen" if effect is None else ", ".join(effect.directions) or f"{effect.finding} ({effect.why})"
        counts[effect.finding if effect is not None else "not seen"] += 1
        bad += not outcome.good
        mark = "ok " if outcome.good else "BAD"
        missed = f" MISSED {', '.join(outcome.missed)}" if outcome.missed else ""
        print(f"{mark} {n:3} {outcome.seconds:5.1f} s  {mutation.subject} {mutation.what}: {said}{missed}", flush=True)
    print(dict(counts), f"{bad} not settled")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
