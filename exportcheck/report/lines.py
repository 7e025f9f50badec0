"""One item line: its verdict, what decides pack by pack, what is missing, and what would turn it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exportcheck.engine.result import GroundOutcome, LineVerdict, Opening, PackVerdict, Question, Reason, Working
from exportcheck.report.characters import glue
from exportcheck.report.layout import Page
from exportcheck.report.words import (
    FAILS,
    REVIEWS,
    VERDICTS,
    WORST_FIRST,
    address_words,
    listed,
    pack_label,
    pack_of,
    place,
    plural,
)

MOST_QUESTIONS = 12
MOST_ANSWERS = 6
MOST_OPENINGS = 5
MOST_NAMES = 12
LABEL_SPAN = 15
"""Cells for the column of pack names, at most."""


class LineReport:
    """Writes one line on a page. `asked` holds the questions that earlier lines of the transaction have shown."""

    def __init__(self, page: Page, line: LineVerdict, asked: dict[tuple[str, str, str], str]) -> None:
        self.page = page
        self.line = line
        self.asked = asked
        self.packs = sorted(line.packs, key=_importance)
        labels = [pack_label(p.pack) for p in self.packs] + ["workings"] * bool(line.workings) + ["changes"] * bool(line.changes)
        self.span = min(LABEL_SPAN, max((len(label) for label in labels), default=0)) + 2
        self.reasons = {reason.address: reason for tree in line.reasons for reason in walk(tree)}

    def write(self) -> None:
        line, page = self.line, self.page
        name = f"line {line.line}"
        page.put(line.shown or line.description, lead=(name, "bold"), span=min(20, len(name) + 2))
        word, style = VERDICTS[line.verdict]
        headline = self._headline()
        page.put(headline, lead=(word, style), span=len(word) + 3)
        for pack in self.packs:
            self._pack(pack, headline)
        for question in self._asked_by(""):
            self._question(question, 2)
        self._changes()
        self._workings(line.workings)

    def _headline(self) -> str:
        line = self.line
        deciding = [p for p in self.packs if p.force == "binding" and p.verdict == line.verdict] or self.packs
        if line.verdict == "needs-review":
            return self._review_headline(deciding)
        if line.verdict == "fail":
            return "; ".join(dict.fromkeys(_fail_words(p) for p in deciding))
        if line.verdict == "not-subject":
            return "not subject"
        cites = list(dict.fromkeys(p.authority for p in deciding if p.authority))
        if cites:
            return "cite " + "; ".join(cites)
        return "; ".join(dict.fromkeys(p.summary for p in deciding if p.summary))

    def _review_headline(self, deciding: Sequence[PackVerdict]) -> str:
        questions = self.line.questions
        kinds = dict.fromkeys(k for p in deciding for k in p.reviews if k not in ("missing-fact", "judgement") or not questions)
        words = [REVIEWS[kind] for kind in kinds]
        if len(questions) == 1:
            words.insert(0, "one answer decides it" if questions[0].decides else "one answer is missing")
        elif questions:
            any_decides = ", any one may decide" if all(q.decides for q in questions) else ""
            words.insert(0, f"{plural(len(questions), 'answer')} missing{any_decides}")
        return "; ".join(words)

    def _pack(self, pack: PackVerdict, headline: str) -> None:
        page, hang = self.page, 2 + self.span
        start = len(page.lines)
        summary = "" if pack.summary == headline and pack.grounds else pack.summary
        if pack.verdict != self.line.verdict:
            verdict = pack.verdict.replace("not-subject", "not subject")
            summary = summary if summary.startswith(verdict) else f"{verdict}: {summary}" if summary else verdict
        if pack.force == "reference":
            summary += " (reference)"
        if summary:
            page.put(summary, indent=hang)
        reason = self._deciding(pack)
        if reason:
            page.put(reason[0], indent=hang, right=reason[1])
        if pack.posture and not (pack.verdict == self.line.verdict == "fail"):
            page.put(f"review policy: {_postures(pack)}", indent=hang)
        mine = self._asked_by(pack.pack)
        for question in mine[:MOST_QUESTIONS]:
            self._question(question, hang)
        if len(mine) > MOST_QUESTIONS:
            page.put(f"and {plural(len(mine) - MOST_QUESTIONS, 'question')} more, all of them in --format json", indent=hang)
        self._grounds(pack, hang)
        for notice in pack.notices:
            page.put(f"notice: {notice}", indent=hang, hanging=8)
        self._openings(pack.openings, hang)
        if len(page.lines) == start:
            page.put(pack.verdict, indent=hang)
        page.label(start, pack_label(pack.pack), indent=2, span=self.span)

    def _deciding(self, pack: PackVerdict) -> tuple[str, str] | None:
        """The sentence and citation of what decided, where that adds to the summary and no question asks it anyway."""
        if not pack.deciding or pack.verdict in ("not-subject", "needs-review"):
            return None
        reason = self.reasons.get(pack.deciding)
        if reason is None:
            words = address_words(pack.deciding)
            section = pack.deciding.rpartition("/")[2]
            said = section in pack.summary or ("#" not in section and section.partition("(")[0] in pack.summary)
            return None if said else (f"decided by {words}", "")
        return (reason.sentence, reason.cite) if reason.sentence and reason.sentence not in pack.summary else None

    def _grounds(self, pack: PackVerdict, indent: int) -> None:
        for ground in pack.grounds:
            if ground.truth is False:
                continue
            name = _ground_name(ground)
            words = ("needed: " if ground.truth else "open: ") + (f"{name} {ground.says}" if name != ground.says else name)
            if ground.lifted_by:
                words += ", lifted by " + listed(map(address_words, ground.lifted_by), 3)
            self.page.put(words, indent=indent, hanging=2, right=ground.cite)
        free = [_ground_name(g) for g in pack.grounds if g.truth is False]
        if free:
            self.page.put("not needed for: " + listed(free, MOST_NAMES), indent=indent, hanging=2)

    def _asked_by(self, pack: str) -> list[Question]:
        """The questions of one pack, which is that of the first clause asking; those of no pack for an empty text."""
        packs = [p.pack for p in self.packs]
        return [q for q in self.line.questions if next(filter(None, (pack_of(a, packs) for a in q.asked_by)), "") == pack]

    def _question(self, question: Question, indent: int) -> None:
        page = self.page
        key = (question.entity, question.fact, question.text)
        kind = "" if question.kind == "missing-fact" else f"{REVIEWS[question.kind]}: "
        seen = self.asked.get(key)
        if seen is not None:
            page.put(f"{kind}{question.text} {glue(f'(as for line {seen})')}", indent=indent, lead=("?", "bold yellow"), span=2)
            self._answers(question, indent + 4)
            return
        self.asked[key] = self.line.line
        page.put(kind, (question.text, "bold"), indent=indent, lead=("?", "bold yellow"), span=2)
        where = [glue(question.cite) or (address_words(question.asked_by[0]) if question.asked_by else "")]
        if question.entity or question.label:
            where.append(f"asked of {question.entity or question.label}")
        where.append(place(question.where))
        page.put((", ".join(filter(None, where)), "dim"), indent=indent + 2)
        if question.how:
            page.put(question.how, indent=indent + 2, lead="write", span=6)
        self._answers(question, indent + 4)

    def _answers(self, question: Question, indent: int) -> None:
        shown = question.answers[:MOST_ANSWERS]
        wide = min(20, max((len(a.answer) for a in shown), default=0))
        for answer in shown:
            joint = ", " if answer.verdict == "pass" else ": "
            detail = joint + answer.detail if answer.detail else ""
            lead = f"{answer.answer:<{wide}} →"
            verdict = (answer.verdict, VERDICTS[answer.verdict][1])
            self.page.put(verdict, detail, indent=indent, lead=lead, span=wide + (3 if self.page.unicode else 4))
        if len(question.answers) > len(shown):
            self.page.put(f"and {len(question.answers) - len(shown):,} more", indent=indent)

    def _openings(self, openings: Sequence[Opening], indent: int) -> None:
        if not openings:
            return
        page = self.page
        open_ = any(opening.truth is not False for opening in openings)
        page.put("could still apply:" if open_ else "looked at, and not open:", indent=indent)
        for opening in openings[:MOST_OPENINGS]:
            found = []
            if opening.unknown:
                found.append(f"{len(opening.unknown)} unknown: " + listed(opening.unknown, 4))
            if opening.fails:
                fails = (address_words(a) if "#" not in a else a.partition("#")[2] for a in opening.fails)
                found.append("fails " + listed(fails, 4))
            detail = f" ({'; '.join(found)})" if found else ""
            page.put(
                glue(opening.cite),
                f" {opening.title}" if opening.title else "",
                detail,
                indent=indent + 2,
                lead=page.mark(opening.truth),
                span=page.mark_span,
            )
        if len(openings) > MOST_OPENINGS:
            page.put(f"and {len(openings) - MOST_OPENINGS:,} more", indent=indent + 2)

    def _changes(self) -> None:
        lead = "changes"
        for change in self.line.changes:
            result = f"{change.verdict}" + (f", {change.detail}" if change.detail else "")
            turned = (result, VERDICTS[change.verdict][1])
            self.page.put(" and ".join(change.facts), " → ", turned, indent=2, lead=lead, span=self.span)
            lead = ""

    def _workings(self, workings: Sequence[Working]) -> None:
        lead = "workings"
        for working in workings:
            write_working(self.page, working, indent=2, lead=lead, span=self.span)
            lead = ""


def write_working(page: Page, working: Working, indent: int, lead: str = "", span: int = 0) -> None:
    """The comparison with its parts below it and the headroom last."""
    sign, style = page.mark(working.truth)
    page.put((sign, style), f" {working.left} {working.op} {working.right}", indent=indent, lead=lead, span=span)
    for part in working.parts:
        page.put(part, indent=indent + span, lead=" ", span=2)
    if working.headroom:
        page.put(working.headroom, indent=indent + span, lead="headroom", span=10)


def walk(reason: Reason) -> Iterator[Reason]:
    """The reason and every one below it."""
    stack = [reason]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(top.children))


def _importance(pack: PackVerdict) -> tuple[bool, int]:
    return (pack.force == "reference", WORST_FIRST.index(pack.verdict))


def _ground_name(ground: GroundOutcome) -> str:
    """`NS1` for `ear/NS1`; what it says for a ground that has no code of the trade."""
    name = ground.ground.rpartition("/")[2]
    return name if name[:1].isupper() or name[:1].isdigit() or not ground.says else ground.says


def _postures(pack: PackVerdict) -> str:
    return ", ".join(posture.replace("-", " ") for posture in pack.posture)


def _fail_words(pack: PackVerdict) -> str:
    words = FAILS[pack.fail] if pack.fail else "fails"
    if pack.fail == "license-required" and pack.form:
        words += f" ({pack.form})"
    if pack.posture:
        words += f", {_postures(pack)}"
    return words
