"""What a line that needs review lacks: the questions of `Engine.check`, without trying what their answers lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from exportcheck.engine.caps import out_of_date
from exportcheck.engine.check import Engine
from exportcheck.engine.conflicts import conflict_asks, conflicts_on
from exportcheck.engine.decide import Decision
from exportcheck.engine.evaluate import Evaluation
from exportcheck.engine.explain import Ask
from exportcheck.engine.questions import questions
from exportcheck.engine.relevant import asks_of
from exportcheck.engine.result import Question, ReviewKind, Verdict
from exportcheck.rulepack.model import Pack
from exportcheck.transaction.model import Entity


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts that are missing, by path (`parties[1].us_person`), in the order in which the law was read; and the kinds of
    question, of which some no fact answers."""

    missing: tuple[str, ...] = ()
    reviews: tuple[ReviewKind, ...] = ()


NOTHING = Asked()


def asked(engine: Engine, evaluation: Evaluation, item: Entity, packs: Sequence[Pack], day: date) -> Asked:
    """What is asked of a line; nothing of one that does not need review."""
    decisions = engine.decide(evaluation, item, packs, day, quick=True)
    if engine.line_verdict(evaluation, item, decisions) != "needs-review":
        return NOTHING
    return asked_by(engine, evaluation, item, decisions, day, conflicts=True)


def asked_by(
    engine: Engine,
    evaluation: Evaluation,
    item: Entity,
    decisions: Sequence[tuple[Decision, Verdict]],
    day: date,
    *,
    conflicts: bool,
) -> Asked:
    """What is asked of a line that needs review by those of these decisions that do. `conflicts`: its facts may contradict."""
    asks: dict[Ask, None] = {}
    for decision, verdict in decisions:
        if verdict != "needs-review":
            continue
        asks.update(dict.fromkeys(asks_of(evaluation, decision)))
        why = out_of_date(decision.pack, day) if verdict != decision.verdict else ""
        if why:
            asks[Ask("stale", "", decision.pack.id, why, decision.pack.id, decision.pack.authority)] = None
    if conflicts:
        asks.update(dict.fromkeys(conflict_asks(conflicts_on(evaluation, item), item)))
    return summed_up(questions(list(asks), evaluation.transaction, engine.packs, None))


def summed_up(found: Sequence[Question]) -> Asked:
    """Facts and kinds of some questions, each once."""
    facts = (_path(q) for q in found if q.fact)
    return Asked(tuple(dict.fromkeys(facts)), tuple(dict.fromkeys(q.kind for q in found)))


def _path(question: Question) -> str:
    if question.kind == "judgement":
        return f"judgements.{question.fact}"
    return f"{question.entity}.{question.fact}" if question.entity else question.fact
