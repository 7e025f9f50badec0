"""The outcome of every provision and clause evaluated, by address: the receipt's core."""

from __future__ import annotations

from itertools import islice

from exportcheck.engine.clauses import Node
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.parts import limited_outcome
from exportcheck.engine.result import Outcome, outcome_of
from exportcheck.transaction.model import Entity


def outcomes_by_address(evaluation: Evaluation, item: Entity) -> dict[str, Outcome]:
    """Of what bears on one line: the line's own, its components', and what is said of transaction and parties.

    An address is `id`, `id@GROUND` where a provision raises several grounds, and `id#paragraph` for a clause; entities other than
    the line follow in braces: `itar/126.7(a)#(b)(2){parties[1]}`.
    """
    found: dict[str, Outcome] = {}
    done = 0
    while done < len(evaluation.outcomes):  # the trees are made here, and may ask for outcomes that nothing asked for before
        new = list(islice(evaluation.outcomes.values(), done, None))
        done += len(new)
        for outcome in new:
            entity = outcome.entity
            if entity.path.startswith("items[") and not (entity.path == item.path or entity.path.startswith(item.path + ".")):
                continue
            where = "" if entity.path in ("", item.path) else f"{{{entity.path}}}"
            name = outcome.provision.id + (f"@{outcome.ground.partition('/')[2]}" if outcome.ground else "")
            truth = limited_outcome(evaluation, outcome) if outcome.provision.kind == "exemption" else outcome.truth
            found[name + where] = outcome_of(truth)
            if outcome.node is not None:
                _clauses(outcome.node, name, where, found)
    return dict(sorted(found.items()))


def _clauses(node: Node, name: str, where: str, found: dict[str, Outcome]) -> None:
    if node.member is not None:
        where = f"{{{node.member.path}}}"
    if node.clause.address:
        found[f"{name}#{node.clause.address}{where}"] = outcome_of(node.truth)
    for child in node.children:
        _clauses(child, name, where, found)
