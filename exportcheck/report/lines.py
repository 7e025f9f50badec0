"""One item line: its verdict, what decides pack by pack, what is missing, and what would turn it."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.cited import full_cite
from exportcheck.engine.result import GroundOutcome, LineVerdict, Opening, PackVerdict, Question, Reason, pack_of, walk
from exportcheck.engine.unread import answerable, unread
from exportcheck.report.asked import Key, write_questions
from exportcheck.report.characters import glue
from exportcheck.report.layout import Page
from exportcheck.report.terminal import Terminal
from exportcheck.report.words import (
    FAILS,
    REVIEWS,
    VERDICTS,
    WORST_FIRST,
    address_words,
    listed,
    pack_label,
    plural,
)
from exportcheck.report.workings import write_workings

MOST_OPENINGS = 3
MOST_GROUNDS = 3
MOST_NAMES = 12
MOST_TO_READ = 6
LABEL_SPAN = 15
"""Cells for the column of pack names, at most."""


class LineReport:
    """Writes one line on a page. `asked` holds the questions that earlier lines of the transaction have shown; with `why`
    nothing is left out."""

    def __init__(self, page: Page, line: LineVerdict, asked: dict[Key, str], *, why: bool = False) -> None:
        self.page = page
        self.line = line
        self.asked = asked
        self.why = why
        self.packs = sorted(line.packs, key=_importance)
        self.beside = [p for p in self.packs if _beside(p, self.packs)]
        reached = [p for p in self.packs if p not in self.beside and not _elsewhere(p)]
        self.elsewhere = [p for p in self.packs if _elsewhere(p) and not why and reached]
        labels = [
            "regimes" if p in self.beside and p.verdict != "fail" else pack_label(p.pack)
            for p in self.packs
            if p not in self.elsewhere
        ]
        labels += ["workings"] * bool(line.workings) + ["changes"] * bool(line.changes)
        self.span = min(LABEL_SPAN, max((len(label) for label in labels), default=0)) + 2
        self.reasons: dict[str, Reason] = {}
        for reason in (reason for tree in line.reasons for reason in walk(tree)):
            self.reasons.setdefault(reason.address, reason)

    def write(self) -> None:
        line, page = self.line, self.page
        name = f"line {line.line}"
        page.put(line.shown or line.description, lead=(name, "bold"), span=min(20, len(name) + 2))
        word, style = VERDICTS[line.verdict]
        headline = self.headline()
        page.put(headline, lead=(word, style), span=len(word) + 3)
        for pack in self.packs:
            if pack not in self.beside and pack not in self.elsewhere:
                self._pack(pack, headline)
        self._elsewhere()
        self._regimes()
        self._questions("", 2)
        self._changes()
        write_workings(page, line.workings, indent=2, span=self.span, every=self.why)

    def headline(self) -> str:
        """What decides the line, in one sentence."""
        line = self.line
        deciding = [p for p in self.packs if p not in self.beside and p.verdict == line.verdict] or self.packs
        if line.verdict == "needs-review" and line.conflicts:
            return "; ".join(c.says.rstrip(".") for c in line.conflicts)
        if line.verdict == "needs-review":
            return self._review_headline(deciding)
        if line.verdict == "fail":
            return "; ".join(dict.fromkeys(_fail_words(p) for p in deciding))
        cites = list(dict.fromkeys(p.authority for p in deciding if p.authority))
        if cites:
            return "cite " + "; ".join(cites)
        if all(p.verdict == "not-subject" for p in deciding):
            return "not subject to " + listed(dict.fromkeys(pack_label(p.pack) for p in deciding), 6)
        return "; ".join(dict.fromkeys(p.summary for p in deciding if p.summary))

    def _review_headline(self, deciding: Sequence[PackVerdict]) -> str:
        questions = answerable(self.line.questions)
        kinds = {q.kind for q in unread(self.line.questions)} if self.line.questions else {k for p in deciding for k in p.reviews}
        words = [REVIEWS[kind] for kind in REVIEWS if kind in kinds]
        if len(questions) == 1:
            words.insert(0, "one answer decides it" if questions[0].decides else "one answer is missing")
        elif questions:
            words.insert(0, f"{plural(len(questions), 'answer')} missing{self._fewest(questions, bool(kinds))}")
        return "; ".join(words)

    def _fewest(self, questions: Sequence[Question], unread: bool) -> str:
        if all(q.decides for q in questions):
            return ", any one may decide"
        fewest = min((a.left for q in questions for a in q.answers), default=len(questions)) + 1
        return f", {fewest} may be enough" if not unread and fewest <= len(questions) // 2 else ""

    def _pack(self, pack: PackVerdict, headline: str) -> None:
        page, hang = self.page, 2 + self.span
        start = len(page.lines)
        of_line = pack.verdict == self.line.verdict
        summary = "" if headline.startswith(pack.summary) and not pack.authority else pack.summary
        if not of_line:
            verdict = pack.verdict.replace("not-subject", "not subject")
            summary = summary if summary.startswith(verdict) else f"{verdict}: {summary}" if summary else verdict
        if self.line.verdict == "fail" and pack.verdict == "needs-review":
            count = len(self._asked_by(pack.pack))
            summary = "needs-review, which changes nothing here" + (f" ({plural(count, 'question')})" if count else "")
        if summary:
            page.put(summary, indent=hang)
        if pack.also:
            page.put(f"also covered by {listed(pack.also, MOST_NAMES)}", indent=hang, hanging=2)
        reason = self._deciding(pack)
        if reason:
            page.put(reason[0], indent=hang, right=reason[1])
        if of_line or self.line.verdict != "fail":
            self._details(pack, hang)
        elif self.why:
            self._questions(pack.pack, hang)
        if len(page.lines) == start:
            page.put(pack.summary or pack.verdict, indent=hang)
        page.label(start, pack_label(pack.pack), indent=2, span=self.span)

    def _elsewhere(self) -> None:
        """The packs that do not reach the transaction at all, in a line."""
        if self.elsewhere:
            start = len(self.page.lines)
            names = listed([pack_label(p.pack) for p in self.elsewhere], MOST_NAMES)
            self.page.put(f"not subject to {names}", indent=2 + self.span)
            self.page.label(start, "others", indent=2, span=self.span)

    def _regimes(self) -> None:
        """The packs that answer beside: what lists the item, each with its posture; the rest in a line."""
        page, hang = self.page, 2 + self.span
        for pack in self.beside:
            if pack.verdict == "fail" or (self.why and pack.verdict != "needs-review"):
                start = len(page.lines)
                page.put(f"{pack.summary} (reference)", indent=hang)
                if pack.posture:
                    page.put(f"review policy: {'; '.join(pack.posture)}", indent=hang, hanging=2)
                page.label(start, pack_label(pack.pack), indent=2, span=self.span)
        clear = [pack_label(p.pack) for p in self.beside if p.verdict == "pass" and not self.why]
        open_ = [pack_label(p.pack) for p in self.beside if p.verdict == "needs-review"]
        words = [f"not listed by {listed(clear, MOST_NAMES)}"] * bool(clear)
        words += [f"not settled by what is stated: {listed(open_, MOST_NAMES)}"] * bool(open_)
        if words:
            start = len(page.lines)
            page.put("; ".join(words) + " (reference)", indent=hang)
            page.label(start, "regimes", indent=2, span=self.span)

    def _details(self, pack: PackVerdict, hang: int) -> None:
        page = self.page
        if pack.posture and not (pack.verdict == self.line.verdict == "fail"):
            page.put(f"review policy: {'; '.join(pack.posture)}", indent=hang, hanging=2)
        self._questions(pack.pack, hang)
        self._grounds(pack, hang)
        for notice in pack.notices:
            page.put(f"notice: {notice}", indent=hang, hanging=2)
        self._openings(pack.openings, hang)

    def _deciding(self, pack: PackVerdict) -> tuple[str, str] | None:
        """The sentence and citation of what decided, where that adds to the summary."""
        if not pack.deciding or pack.verdict in ("not-subject", "needs-review"):
            return None
        if pack.verdict == "pass" and not pack.authority:
            return None  # the reasons for control that are cleared say it
        reason = self.reasons.get(pack.deciding)
        if reason is None:
            words = address_words(pack.deciding)
            section = pack.deciding.rpartition("/")[2]
            said = section in pack.summary or ("#" not in section and section.partition("(")[0] in pack.summary)
            return None if said else (f"decided by {words}", "")
        if pack.fail == "curable":
            return None  # the summary names the step
        provision = self.reasons.get(pack.deciding.partition("#")[0])
        cite = full_cite(provision.cite, reason.cite) if provision is not None and provision is not reason else reason.cite
        sentence = reason.sentence
        if reason.form == "provision" and pack.verdict == "fail" and reason.children:
            sentence = "; ".join(filter(None, (c.sentence for c in reason.children if c.truth is reason.truth))) or sentence
        whose = [c.sentence for c in reason.children if c.form == "member" and c.truth is reason.truth]
        if whose and pack.verdict == "fail":
            sentence += f": {listed(whose, MOST_NAMES)}"
        return (sentence, "" if cite in pack.summary else cite) if sentence not in pack.summary else None

    def _grounds(self, pack: PackVerdict, indent: int) -> None:
        needed = [g for g in pack.grounds if g.truth is True]
        for ground in needed if self.why else needed[:MOST_GROUNDS]:
            words = ("lifted: " if ground.lifted_by else "needed: ") + _ground_words(ground)
            self.page.put(words, indent=indent, hanging=2, right=ground.cite)
        if len(needed) > MOST_GROUNDS and not self.why:
            names = listed(map(_ground_name, needed[MOST_GROUNDS:]), MOST_NAMES)
            self.page.put(f"and {plural(len(needed) - MOST_GROUNDS, 'more reason')}: {names}", indent=indent, hanging=2)
        unknown = [g for g in pack.grounds if g.truth is None]
        if unknown:
            words = listed(map(_ground_words, unknown), len(unknown) if self.why else MOST_GROUNDS, "; ")
            self.page.put(f"open{' too' if needed else ''}: {words}", indent=indent, hanging=2)
        free: dict[str, list[str]] = {}
        for ground in pack.grounds:
            if ground.truth is False:
                free.setdefault(ground.because, []).append(_ground_name(ground))
        if free:
            said = (listed(names, MOST_NAMES) + (f": {why}" if why else "") for why, names in free.items())
            self.page.put("cleared: " + "; ".join(said), indent=indent, hanging=2)

    def _asked_by(self, pack: str) -> list[Question]:
        """The questions of one pack, which is that of the first clause asking; those of no pack for an empty text."""
        packs = [p.pack for p in self.packs]
        return [q for q in self.line.questions if next(filter(None, (pack_of(a, packs) for a in q.asked_by)), "") == pack]

    def _questions(self, pack: str, indent: int) -> None:
        write_questions(self.page, self._asked_by(pack), indent, self.asked, self.line.line, every=self.why)

    def _openings(self, openings: Sequence[Opening], indent: int) -> None:
        page = self.page
        known = [o for o in openings if not o.unread]
        if known:
            open_ = any(opening.truth is not False for opening in known)
            page.put("could still apply:" if open_ else "looked at, and not open:", indent=indent)
        for opening in known if self.why else known[:MOST_OPENINGS]:
            found = []
            if opening.unknown and opening.truth is not False:
                found.append(f"{len(opening.unknown)} unknown: " + listed(opening.unknown, 4))
            if opening.fails:
                found.append(listed(opening.against or map(address_words, opening.fails), 2, "; "))
            why = f" ({'; '.join(found)})" if found else ""
            page.put(
                f"{opening.cite} {opening.title}{why}", indent=indent + 2, lead=page.mark(opening.truth), span=page.mark_span
            )
        if len(known) > MOST_OPENINGS and not self.why:
            page.put(f"and {len(known) - MOST_OPENINGS:,} more", indent=indent + 2)
        to_read = [glue(f"{_short(o)} ({o.cite})") for o in openings if o.unread]
        if to_read:
            names = listed(to_read, len(to_read) if self.why else MOST_TO_READ)
            page.put(f"not modelled, to be read by a person: {names}", indent=indent, hanging=2)

    def _changes(self) -> None:
        lead = "changes"
        for change in self.line.changes:
            result = f"{change.verdict}" + (f", {change.detail}" if change.detail else "")
            turned = (result, VERDICTS[change.verdict][1])
            self.page.put(" and ".join(change.facts), " → ", turned, indent=2, lead=lead, span=self.span)
            lead = ""


def headline(line: LineVerdict) -> str:
    """What is to be said of the line in one sentence after its verdict."""
    return LineReport(Page(Terminal()), line, {}).headline()


def _elsewhere(pack: PackVerdict) -> bool:
    return pack.verdict == "not-subject" and pack.summary.endswith("does not reach it")


def _beside(pack: PackVerdict, packs: Sequence[PackVerdict]) -> bool:
    """Does a regime answer beside packs that bind? Where only regimes are asked, they are the answer."""
    return pack.force == "reference" and any(p.force == "binding" for p in packs)


def _importance(pack: PackVerdict) -> tuple[bool, int]:
    return (pack.force == "reference", WORST_FIRST.index(pack.verdict))


def _ground_name(ground: GroundOutcome) -> str:
    """`NS1` for `ear/NS1`; what it says for a ground that has no code of the trade."""
    name = ground.ground.rpartition("/")[2]
    return name if name[:1].isupper() or name[:1].isdigit() or not ground.says else ground.says


def _short(opening: Opening) -> str:
    """What the trade calls it: `LVS` of a title `LVS, shipments of limited value`."""
    return opening.authority or opening.title.partition(",")[0]


def _ground_words(ground: GroundOutcome) -> str:
    name = _ground_name(ground)
    words = f"{name} {ground.says}" if name != ground.says else name
    return f"{words}: {ground.because}" if ground.because else words


def _fail_words(pack: PackVerdict) -> str:
    words = FAILS[pack.fail] if pack.fail else "fails"
    if pack.fail == "license-required" and pack.form:
        words += f": {pack.form}"
    if pack.posture:
        words += f"; review policy: {'; '.join(p.replace('-', ' ') for p in pack.posture)}"
    return words
