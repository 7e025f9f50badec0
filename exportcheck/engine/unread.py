"""Which questions of a line a fact or a judgement answers, and which points of law a person has to read."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.result import Question, ReviewKind, provision_of

UNREAD: tuple[ReviewKind, ...] = ("not-modelled", "uncertain", "unverified", "stale")


def answerable(questions: Sequence[Question]) -> list[Question]:
    """Those that a stated fact or a judgement answers."""
    return [q for q in questions if q.kind not in UNREAD]


def unread(questions: Sequence[Question]) -> list[Question]:
    """Points that no fact answers, without those that an open question of the same provision may rule out."""
    asked = {provision_of(address) for q in answerable(questions) for address in q.asked_by}
    return [q for q in questions if q.kind in UNREAD and not asked & {provision_of(a) for a in q.asked_by}]
