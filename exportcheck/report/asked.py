"""The questions of a line as a person answers them: the same one of several parties once, the soonest to decide first."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.result import Answer, Question
from exportcheck.engine.unread import UNREAD, answerable, unread
from exportcheck.report.characters import glue
from exportcheck.report.layout import Page
from exportcheck.report.words import REVIEWS, VERDICTS, address_words, place, plural

MOST_QUESTIONS = 5
"""Questions of one pack that are written out; the others stand under --why."""
MOST_ANSWERS = 6

Key = tuple[str, str, str]


def key_of(question: Question) -> Key:
    """What makes two lines ask the same."""
    return (question.entity, question.fact, question.text)


def write_questions(
    page: Page, questions: Sequence[Question], indent: int, asked: dict[Key, str], line: str, *, every: bool
) -> None:
    """The questions of one pack. `asked` holds those that earlier lines have shown, with the line; `every` shows all."""
    groups = _groups(answerable(questions))
    shown = groups if every else groups[:MOST_QUESTIONS]
    for group in shown:
        _write(page, group, indent, asked, line)
    left = sum(len(group) for group in groups[len(shown) :])
    if left:
        page.put((f"and {plural(left, 'more question')}: --why shows them", "dim"), indent=indent)
    open_ = unread(questions)
    hidden = sum(q.kind in UNREAD for q in questions) - len(open_)
    if hidden and not every:
        words = f"unless the answers rule it out, a person has to read {plural(hidden, 'point')} of law"
        page.put((f"{words}: --why", "dim"), indent=indent)
    for question in [q for q in questions if q.kind in UNREAD] if every else open_:
        page.put(f"{REVIEWS[question.kind]}: ", (question.text, "bold"), indent=indent, lead=("?", "bold yellow"), span=2)


def _groups(questions: Sequence[Question]) -> list[list[Question]]:
    """The same question of several parties or components in one group."""
    groups: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        text = question.text.replace(question.label, "{}") if question.label else question.text
        groups.setdefault((question.fact or question.text, text), []).append(question)
    return list(groups.values())


def _write(page: Page, group: Sequence[Question], indent: int, asked: dict[Key, str], line: str) -> None:
    first, others = group[0], group[1:]
    kind = "" if first.kind == "missing-fact" else f"{REVIEWS[first.kind]}: "
    mark = ("?", "bold yellow")
    seen = asked.get(key_of(first))
    if seen is not None:
        of = f" (as for line {seen}" + (f", asked of {plural(len(group), 'party', 'parties')})" if others else ")")
        page.put(f"{kind}{first.text}{glue(of) if not others else of}", indent=indent, lead=mark, span=2)
    else:
        page.put(kind, (first.text, "bold"), indent=indent, lead=mark, span=2)
        where = [glue(first.cite) or (address_words(first.asked_by[0]) if first.asked_by else ""), place(first.where)]
        page.put((", ".join(filter(None, where)), "dim"), indent=indent + 2)
        if others:
            names = ", ".join(glue(f"{q.label} ({place(q.where)})") if place(q.where) else q.label for q in others)
            page.put((f"and of {names}", "dim"), indent=indent + 2)
        if first.how:
            page.put(first.how, indent=indent + 2, lead="write", span=6)
    for question in group:
        asked.setdefault(key_of(question), line)
    if all(q.answers == first.answers for q in others):
        _write_answers(page, first.answers, indent + 4)


def _write_answers(page: Page, answers: Sequence[Answer], indent: int) -> None:
    if not answers:
        return
    if all(a.verdict == "needs-review" for a in answers):
        _write_left(page, answers, indent)
        return
    shown = answers[:MOST_ANSWERS]
    wide = min(20, max(len(a.answer) for a in shown))
    for answer in shown:
        joint = ", " if answer.verdict == "pass" else ": "
        detail = joint + answer.detail if answer.detail else ""
        lead = f"{answer.answer:<{wide}} →"
        verdict = (answer.verdict, VERDICTS[answer.verdict][1])
        page.put(verdict, detail, indent=indent, lead=lead, span=wide + (3 if page.unicode else 4))
    if len(answers) > len(shown):
        page.put(f"and {len(answers) - len(shown):,} more", indent=indent)


def _write_left(page: Page, answers: Sequence[Answer], indent: int) -> None:
    """Answers after which it is still open: how many questions each leaves."""
    left = {a.left for a in answers}
    if len(left) == 1:
        way = "either way" if len(answers) == 2 else "whatever the answer" if len(answers) > 2 else f"{answers[0].answer} →"
        page.put(f"{way} {_remain(left.pop())}", indent=indent)
        return
    by_number: dict[int, list[str]] = {}
    for answer in answers:
        by_number.setdefault(answer.left, []).append(answer.answer)
    said = [f"{' or '.join(names)} → {_remain(number)}" for number, names in by_number.items()]
    page.put(", ".join(map(glue, said)), indent=indent)


def _remain(left: int) -> str:
    return f"{plural(left, 'question')} remain{'s' if left == 1 else ''}"
