"""What keeps a pass from standing: stale law, facts that contradict each other."""

from __future__ import annotations

from datetime import date, timedelta

from exportcheck.engine.decide import Decision
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.result import Verdict


def capped(evaluation: Evaluation, decision: Decision, day: date) -> Verdict:
    """The verdict after caps: a pass, or a line held outside the pack, needs review where the law or the facts are in doubt."""
    if decision.verdict not in ("pass", "not-subject"):
        return decision.verdict
    pack = decision.pack
    if day > pack.current_to + timedelta(days=pack.stale_after_days) or conflicts_of(evaluation, decision):
        return "needs-review"
    return decision.verdict


def conflicts_of(evaluation: Evaluation, decision: Decision) -> list[tuple[str, str]]:
    """(definition, entity path) of every attested term that the stated facts contradict, as far as it bears on this line."""
    item = decision.item
    found = []
    for definition, entity in evaluation.conflicts.values():
        if definition.pack == decision.pack.id and (not entity.path.startswith("items[") or entity.path.startswith(item.path)):
            found.append((definition.id, entity.path))
    return found
