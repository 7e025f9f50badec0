"""Which parts of a change come out differently on a transaction: what a difference in verdict is put down to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exportcheck.compare.model import Change, Detail
from exportcheck.compare.pairs import Half, Pair
from exportcheck.engine.evaluate import Outcome
from exportcheck.rulepack.model import Clause, Provision
from exportcheck.transaction.model import Entity
from exportcheck.values import Truth, k_and

Values = tuple[object, ...]

HEADS = frozenset(
    {"gate", "kind", "for_each", "effect", "trust", "grounds", "lifts", "overrides", "together_with", "held", "limits"}
    | {"not_gated", "steps", "posture", "need", "paper", "cite", "title", "dates"}
)
"""Parts of a provision that are no clauses."""


def touched(change: Change, pair: Pair, readers: Sequence[str] = ()) -> tuple[str, ...]:
    """The parts (addresses; "" for the whole) of the change that differ on the transaction.

    `readers` are the provisions and terms by whose outcomes a change of a list, figure or table is seen.
    """
    if change.subject == "provision":
        return _provision(change, pair)
    if change.subject == "definition":
        return ("",) if _defined(change.id, pair.old) != _defined(change.id, pair.new) else ()
    terms = pair.new.engine.packs.definitions
    differs = any(
        _defined(r, pair.old) != _defined(r, pair.new) if r in terms else _outcomes(r, pair.old) != _outcomes(r, pair.new)
        for r in readers
    )
    return ("",) if differs or not readers else ()


def _provision(change: Change, pair: Pair) -> tuple[str, ...]:
    old_id = change.old_id or change.id
    if change.kind in ("added", "removed"):
        half, id_ = (pair.new, change.id) if change.kind == "added" else (pair.old, old_id)
        return ("",) if any(v is not False for v in _outcomes(id_, half)) else ()
    found = []
    old, new = list(outcomes(old_id, pair.old)), list(outcomes(change.id, pair.new))
    whole = [o.truth for o in old] != [o.truth for o in new]
    if not whole and all(o.truth is False for o in new) and change.provision_kind != "exemption":
        return ()
    for detail in change.details:
        if detail.kind != "wording" and not detail.silent and not detail.equal and _detail(detail, old, new, pair, change, whole):
            found.append(detail.part)
    told = any(d.kind != "wording" and not d.silent and not d.equal and d.part for d in change.details)
    # where clauses changed and none of them differs, the whole does for another reason
    return tuple(dict.fromkeys(found)) or (("",) if whole and not told else ())


def _detail(detail: Detail, old: list[Outcome], new: list[Outcome], pair: Pair, change: Change, whole: bool) -> bool:
    if detail.part == "gate":
        return [o.gate for o in old] != [o.gate for o in new]
    if detail.part and detail.part not in HEADS:
        if detail.kind in ("added", "removed"):
            outcomes_, half, id_ = (
                (new, pair.new, change.id) if detail.kind == "added" else (old, pair.old, change.old_id or change.id)
            )
            neutral = _neutral(half, id_, detail.part)
            return any(t is not neutral for o in outcomes_ for t in (_truth(o, detail.part),))
        return [_truth(o, detail.old_part or detail.part) for o in old] != [_truth(o, detail.part) for o in new]
    return whole or any(o.truth is not False for o in new)


def _neutral(half: Half, id_: str, part: str) -> Truth:
    """The truth with which a clause says nothing among those it stands with."""
    provision = half.evaluation.rules.provisions.get(id_)
    for clause in provision.clauses() if provision is not None else ():
        if any(c.address == part for c in clause.children):
            return clause.form not in ("any_of", "none_of")
    return True


def _truth(outcome: Outcome, part: str) -> object:
    nodes = outcome.find(part)
    return k_and([n.truth for n in nodes]) if nodes else "not reached"


def _outcomes(id_: str, half: Half) -> list[Truth]:
    return [o.truth for o in outcomes(id_, half)]


def outcomes(id_: str, half: Half) -> Iterator[Outcome]:
    """A provision's outcomes on all lines of a transaction; none where the side has no such provision in force."""
    provision = half.evaluation.rules.provisions.get(id_)
    if provision is None:
        return
    grounds = provision.grounds if provision.raises is not None else ("",)
    for entity in _entities(half, provision):
        for ground in grounds:
            yield half.evaluation.decide(provision, entity, ground)


def _entities(half: Half, provision: Provision) -> Iterable[Entity]:
    found: dict[int, Entity] = {}
    for item in half.transaction.items:
        for entity in half.evaluation.entities_on_line(provision, item):
            found[id(entity)] = entity
        if provision.for_each == "article" and "components" in item.lists:
            found |= {id(c): c for c in item.lists["components"].members}
    return found.values()


def _defined(id_: str, half: Half) -> Values | None:
    definition = half.engine.packs.definitions.get(id_)
    if definition is None:
        return None
    if definition.of in ("", "transaction"):
        return (half.evaluation.defined(id_, half.transaction.root),)
    kinds = ("item", "component") if definition.of in ("item", "article") else (definition.of,)
    return tuple(half.evaluation.defined(id_, e) for e in half.transaction.entities() if e.kind in kinds)


def clause_at(provision: Provision | None, address: str) -> Clause | None:
    return next((c for c in provision.clauses() if c.address == address), None) if provision is not None else None


def same_outcome(change: Change, pair: Pair) -> bool:
    """Has the changed provision the same outcome on both sides, whatever its clauses come to?"""
    return _outcomes(change.old_id or change.id, pair.old) == _outcomes(change.id, pair.new)


def decisive(change: Change, pair: Pair) -> bool:
    """Would the provision's outcome be another one, were a changed clause of another truth?"""
    for detail in change.details:
        if not detail.part or detail.part in HEADS:
            continue
        for half, id_ in ((pair.new, change.id), (pair.old, change.old_id or change.id)):
            for outcome in outcomes(id_, half):
                if outcome.find(detail.part):
                    evaluation = half.evaluation
                    if evaluation.pinned(outcome, detail.part, True) is not evaluation.pinned(outcome, detail.part, False):
                        return True
    return False
