"""The answer on one line: each pack's verdict in words, questions, changes, steps, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from exportcheck.engine.alternatives import changes, next_change, openings
from exportcheck.engine.caps import out_of_date
from exportcheck.engine.cleared import cleared, raised
from exportcheck.engine.conflicts import conflict_asks, conflicts_on
from exportcheck.engine.decide import Decision
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.explain import Ask
from exportcheck.engine.outcomes import outcomes_by_address
from exportcheck.engine.owed import steps_owed
from exportcheck.engine.questions import KINDS, Judge, Judged, count, questions, unread_text
from exportcheck.engine.reasoning import Decided, reasoning
from exportcheck.engine.relevant import asks_of, grounds_of
from exportcheck.engine.result import LineVerdict, PackVerdict, Reason, Verdict
from exportcheck.engine.shown import line_of, line_shown
from exportcheck.engine.summary import (
    also_covering,
    authority_of,
    covering_parts,
    deciding,
    fail_words,
    form_of,
    notices,
    postures,
    summary,
)
from exportcheck.rulepack.model import Pack
from exportcheck.transaction.change import entity_at
from exportcheck.transaction.model import Entity, Transaction

if TYPE_CHECKING:
    from exportcheck.engine.check import Engine


def answer_line(
    engine: Engine,
    evaluation: Evaluation,
    item: Entity,
    packs: Sequence[Pack],
    day: date,
    beside: Sequence[Pack] = (),
    *,
    explain: bool,
) -> LineVerdict:
    """The verdict of a line and all that a person needs to act on it. Without `explain`: verdicts, what decides, authority.

    The packs `beside` answer too, where explanation is wanted, and change nothing.
    """
    decisions = engine.decide(evaluation, item, packs, day)
    verdict = engine.line_verdict(evaluation, item, decisions)
    conflicts = conflicts_on(evaluation, item)
    asks: dict[Ask, None] = {}
    said: list[PackVerdict] = []
    for decision, own in decisions:
        mine = _asks(evaluation, decision, own, day) if own == "needs-review" else []
        asks.update(dict.fromkeys(mine))
        said.append(pack_answer(evaluation, decision, own, mine, explain=explain))
    if verdict == "needs-review":
        asks.update(dict.fromkeys(conflict_asks(conflicts, item)))
    if explain:
        said += [reference_answer(evaluation, d, v) for d, v in engine.decide(evaluation, item, beside, day, quick=True)]
    description = item.facts.get("description")
    line = LineVerdict(
        line=line_of(item),
        description=str(description.value) if description else "",
        shown=line_shown(item),
        verdict=verdict,
        packs=tuple(said),
        outcomes=outcomes_by_address(evaluation, item) if explain else {},
        conflicts=conflicts,
        span=item.span,
    )
    return _explained(line, engine, evaluation, item, packs, day, decisions, list(asks)) if explain else line


def _explained(
    line: LineVerdict, engine: Engine, evaluation: Evaluation, item: Entity, packs: Sequence[Pack], day: date,
    decisions: Sequence[tuple[Decision, Verdict]], asks: Sequence[Ask],
) -> LineVerdict:  # fmt: skip
    transaction = evaluation.transaction
    judge = _judge(engine, item, packs, day)
    decided: list[Decided] = [(d, v, p.grounds) for (d, v), p in zip(decisions, line.packs, strict=False)]
    reasons, workings = reasoning(evaluation, decided, line.verdict, item)
    turned = [
        c
        for d, v in decisions
        if v == "fail" and d.fail != "prohibited"
        for c in changes(transaction, d, evaluation, engine.packs, judge)
    ]
    return replace(
        line,
        # no answer undoes a fail, so it is not tried what answers lead to
        questions=questions(asks, transaction, engine.packs, judge if line.verdict == "needs-review" else None),
        changes=tuple(dict.fromkeys(turned)),
        workings=workings,
        next_change=next_change(engine, transaction, item, packs, day),
        reasons=reasons,
        folded=_folded(evaluation, reasons),
    )


def _asks(evaluation: Evaluation, decision: Decision, verdict: Verdict, day: date) -> list[Ask]:
    found = asks_of(evaluation, decision)
    why = out_of_date(decision.pack, day) if verdict != decision.verdict else ""
    if why:
        found.append(Ask("stale", "", decision.pack.id, why, decision.pack.id, decision.pack.authority))
    return found


def _judge(engine: Engine, item: Entity, packs: Sequence[Pack], day: date) -> Judge:
    def judge(changed: Transaction) -> Judged:
        evaluation = engine.evaluate(changed, day)
        decisions = engine.decide(evaluation, entity_at(changed, item.path), packs, day, quick=True)
        line = decisions[0][0].item if decisions else item
        verdict = engine.line_verdict(evaluation, line, decisions)
        same = [d for d, v in decisions if v == verdict]
        if verdict == "needs-review":
            asks = [a for d, v in decisions if v == verdict for a in _asks(evaluation, d, v, day)]
            left = count([*asks, *conflict_asks(conflicts_on(evaluation, line), line)])
            return Judged(verdict, f"{left} question{'s' if left != 1 else ''} remain{'s' if left == 1 else ''}", left)
        return Judged(verdict, "; ".join(dict.fromkeys(_brief(evaluation, d, verdict) for d in same)), 0)

    return judge


def _brief(evaluation: Evaluation, decision: Decision, verdict: Verdict) -> str:
    if verdict == "fail":
        return fail_words(evaluation, decision, grounds_of(evaluation, decision))
    covering = covering_parts(decision)
    needed = covering and any(g.truth for g in grounds_of(evaluation, decision))
    return f"cite {authority_of(evaluation, covering[0], decision.item)}" if needed else "no license required"


def pack_answer(
    evaluation: Evaluation, decision: Decision, verdict: Verdict, asks: list[Ask], *, explain: bool, beside: bool = False
) -> PackVerdict:
    """A pack's verdict in words. With `explain`, also the grounds that the law clears, and what could still apply."""
    pack = decision.pack
    grounds = grounds_of(evaluation, decision, beside=beside)
    covering = covering_parts(decision) if any(g.truth for g in grounds) else []
    if explain:
        grounds = raised(evaluation, decision, grounds)
        if verdict in ("pass", "needs-review"):
            grounds += cleared(evaluation, decision)
    near = tuple(dict.fromkeys(unread_text(a, evaluation.rules.packs) for a in asks if a.kind == "not-modelled"))
    undecided = verdict == "needs-review" or (verdict == "fail" and decision.fail != "prohibited")
    return PackVerdict(
        pack=pack.id,
        title=pack.title,
        force=pack.force,
        verdict=verdict,
        summary=summary(evaluation, decision, verdict, covering, grounds),
        fail=decision.fail if verdict == "fail" else None,
        deciding=deciding(evaluation, decision, verdict, covering, grounds),
        authority=authority_of(evaluation, covering[0], decision.item) if verdict == "pass" and covering else "",
        also=also_covering(evaluation, decision, covering) if verdict == "pass" else (),
        form=form_of(evaluation, grounds) if verdict == "fail" else "",
        posture=postures(evaluation, decision) if verdict in ("fail", "needs-review") else (),
        grounds=tuple(grounds) if verdict != "not-subject" else (),
        reviews=tuple(dict.fromkeys(KINDS[a.kind] for a in asks)),
        openings=openings(evaluation, decision) if explain and undecided else (),
        steps=tuple(steps_owed(evaluation, decision, covering, verdict)),
        notices=notices(evaluation, decision),
        derivation=_derivation(decision),
        not_modelled=near,
    )


def reference_answer(evaluation: Evaluation, decision: Decision, verdict: Verdict) -> PackVerdict:
    """What a regime says of the line, beside the packs that decide it: listed or not, and the posture of its guidelines.

    What it would have to know is not asked here: `--packs` asks it.
    """
    answer = pack_answer(evaluation, decision, verdict, [], explain=False, beside=True)
    if verdict == "needs-review":
        said = "not settled by what is stated"
    else:
        listed = [g for g in answer.grounds if g.truth]
        said = "listed: " + "; ".join(dict.fromkeys(g.says for g in listed)) if listed else "not listed"
    return replace(answer, summary=said, form="", steps=())


def _derivation(decision: Decision) -> tuple[str, ...]:
    """The steps that led to the verdict; none where nothing was concluded (needs-review)."""
    steps = decision.derivation.steps
    by_head = {step.head: step for step in steps}
    verdicts: tuple[str, ...] = ("not-subject", "prohibited", "license", "pass")
    goals = [goal for goal in verdicts if goal in by_head][:1]
    wanted: set[str] = set()
    while goals:
        goal = goals.pop()
        if goal in by_head and goal not in wanted:
            wanted.add(goal)
            goals += by_head[goal].body
    return tuple(str(step.name or step) for step in steps if step.head in wanted)


def _folded(evaluation: Evaluation, reasons: Sequence[Reason]) -> int:
    """Provisions that were evaluated and stand in no tree."""
    shown: set[str] = set()
    stack = list(reasons)
    while stack:
        reason = stack.pop()
        shown.add(reason.address.partition("@")[0].partition("#")[0])
        stack.extend(reason.children)
    return len({id_ for id_, _, _ in evaluation.outcomes} - shown)
