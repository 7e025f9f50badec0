"""What keeps a pass from standing: stale law, facts that contradict each other."""

from __future__ import annotations

from datetime import date, timedelta

from exportcheck.engine.decide import Decision, binds
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.result import Verdict
from exportcheck.rulepack.model import Pack


def capped(evaluation: Evaluation, decision: Decision, day: date) -> Verdict:
    """The verdict after caps: a pass, or a line held outside the pack, needs review where the law or the facts are in doubt."""
    if decision.verdict not in ("pass", "not-subject"):
        return decision.verdict
    if out_of_date(decision.pack, day) and not (decision.verdict == "not-subject" and _out_of_reach(evaluation, decision, day)):
        return "needs-review"
    if conflicts_of(evaluation, decision):
        return "needs-review"
    return decision.verdict


def _out_of_reach(evaluation: Evaluation, decision: Decision, day: date) -> bool:
    """Is the line outside the pack whatever its text has become: before its time, or where it binds nobody?"""
    return early(decision.pack, day) or binds(evaluation, decision.pack) is False


def early(pack: Pack, day: date) -> bool:
    """Is the day before the first one that is modelled? What a pack does not reach now it is taken not to have reached then."""
    return pack.known_from is not None and day < pack.known_from


def out_of_date(pack: Pack, day: date) -> str:
    """Why the pack's text cannot be relied on for this day ("" where it can)."""
    if day > pack.current_to + timedelta(days=pack.stale_after_days):
        return f"{pack.title} is known only up to {pack.current_to}; is there a later change of the law?"
    if early(pack, day):
        return f"{pack.title} is modelled only from {pack.known_from} on; what was the law before?"
    return ""


def conflicts_of(evaluation: Evaluation, decision: Decision) -> list[tuple[str, str]]:
    """(definition, entity path) of every attested term that the stated facts contradict, as far as it bears on this line."""
    item = decision.item
    return [
        (definition.id, entity.path)
        for definition, entity in evaluation.contradicted(decision.pack.id)
        if not entity.path.startswith("items[") or entity.path.startswith(item.path)
    ]
