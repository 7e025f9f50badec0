"""Answers as Markdown for a comment on a pull request: what stops it first, a table of lines, then what to do for each.

What people wrote in descriptions is shown as it is: no markup, no mention, no link comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.engine.result import Answer, Result, Step
from exportcheck.gate.finding import Finding
from exportcheck.gate.judge import Gate, Standing
from exportcheck.report.basis import TIMES
from exportcheck.report.lines import headline
from exportcheck.report.markdown_text import code, escaped
from exportcheck.report.standing import standing_words, verdict_words
from exportcheck.report.text import DISCLAIMER
from exportcheck.report.words import VERDICTS, place, plural, tally, worst

MARKS = {"fail": "❌", "needs-review": "❔", "pass": "✅", "not-subject": "✅"}
MOST_CHARACTERS = 60_000
"""GitHub takes 65,536 in a comment."""
MOST_ROWS = 100
MOST_FINDINGS = 12
MOST_ANSWERS = 6


def render_markdown(results: Sequence[Result], gate: Gate) -> str:
    """At most `MOST_CHARACTERS`; what is left out is counted. Raises `ValueError` for no results."""
    if not results:
        raise ValueError("a comment needs at least one answer")
    head = _head(results, gate)
    foot = _foot(results, gate)
    room = MOST_CHARACTERS - len(head) - len(foot)
    standings = sorted(gate, key=lambda s: (s.aside, list(MARKS).index(s.line.verdict)))
    rows, room = _fit([_row(standing) for standing in standings[:MOST_ROWS]], room - 400)
    left = len(standings) - len(rows)
    table = "| | transaction | line | verdict | |\n|---|---|---|---|---|\n" + "".join(rows)
    if left:
        table += f"\nand {plural(left, 'more line')}\n"
    open_ = [standing for standing in standings if standing.findings]
    details, _ = _fit([_details(standing) for standing in open_], room)
    more = len(open_) - len(details)
    said = f"\nand {plural(more, 'more line')} with reasons: `--format text` has them all\n" if more else ""
    return head + table + "".join(details) + said + foot


def _fit(texts: Sequence[str], room: int) -> tuple[list[str], int]:
    """The first texts that fit, and the room that they leave."""
    held = []
    for text in texts:
        if len(text) > room:
            break
        held.append(text)
        room -= len(text)
    return held, room


def _head(results: Sequence[Result], gate: Gate) -> str:
    verdict = worst([result.verdict for result in results])
    counted = worst(list(gate.counted()))
    lines = [f"### {MARKS[verdict]} exportcheck: {VERDICTS[verdict][0]}", ""]
    counts = f"{plural(len(results), 'transaction')}: {tally(result.verdict for result in results)}"
    aside = sum(standing.aside for standing in gate)
    if aside:
        counts += f"; {plural(aside, 'line')} set aside, without them: {VERDICTS[counted][0]}"
    return "\n".join([*lines, counts + ".", "", ""])


def _row(standing: Standing) -> str:
    result, line = standing.result, standing.line
    cells = (
        MARKS[line.verdict],
        code(result.transaction, cell=True),
        f"{escaped(line.line)}: {escaped(line.shown or line.description)}",
        f"**{verdict_words(standing)}**",
        escaped(headline(line)),
    )
    return f"| {' | '.join(cells)} |\n"


def _details(standing: Standing) -> str:
    result, line = standing.result, standing.line
    where = place(line.span) or result.file
    title = f"{escaped(result.transaction)}, line {escaped(line.line)}: {verdict_words(standing)}"
    parts = [f"\n<details><summary>{title}</summary>\n\n{code(where)}" + (f", {escaped(result.route)}" if result.route else "")]
    parts.append(f", law as of {result.as_of.isoformat()}\n\n")
    parts += [f"- {escaped(words)}\n" for words in standing_words(standing)]
    for finding in standing.findings[:MOST_FINDINGS]:
        parts.append(_finding(standing, finding))
    if len(standing.findings) > MOST_FINDINGS:
        parts.append(f"- and {plural(len(standing.findings) - MOST_FINDINGS, 'more point')}\n")
    for change in line.changes:
        parts.append(f"- would turn it: {escaped(' and '.join(change.facts))} → {change.verdict} {escaped(change.detail)}\n")
    parts += [_step(step) for step in dict.fromkeys(s for pack in line.packs for s in pack.steps) if step.done is False]
    return "".join(parts) + "\n</details>\n"


def _finding(standing: Standing, finding: Finding) -> str:
    cite = f" ({escaped(finding.cite)})" if finding.cite else ""
    lines = [f"- **{escaped(finding.says)}**{cite}\n"]
    where = place(finding.where)
    if finding.advice.startswith("write "):
        lines.append(f"  - write {code(finding.advice.removeprefix('write '))}" + (f" at {code(where)}\n" if where else "\n"))
    elif finding.advice:
        lines.append(f"  - {escaped(finding.advice)}\n")
    asked = [q for q in standing.line.questions if finding.subject == f"{q.entity} {q.fact or q.text}"]
    for answer in asked[0].answers[:MOST_ANSWERS] if asked else ():
        lines.append(f"    - {_answer(answer)}\n")
    for fact in finding.facts[:MOST_ANSWERS]:
        whose = f"{fact.label}: " if fact.label and fact.entity else ""
        lines.append(f"  - {escaped(f'{whose}{fact.name} = {fact.shown}')} ({code(place(fact.span))})\n")
    return "".join(lines)


def _answer(answer: Answer) -> str:
    return f"{escaped(answer.answer)} → {answer.verdict}" + (f", {escaped(answer.detail)}" if answer.detail else "")


def _step(step: Step) -> str:
    return f"- owed {TIMES.get(step.by, step.by)}, not done: {escaped(step.says)} ({escaped(step.cite)})\n"


def _foot(results: Sequence[Result], gate: Gate) -> str:
    lines = [""]
    for notice in gate.notices[:20]:
        where = place(notice.where)
        lines.append(f"- {notice.kind}: {escaped(notice.says)}" + (f" ({code(where)})" if where else ""))
    if len(gate.notices) > 20:
        lines.append(f"- and {plural(len(gate.notices) - 20, 'more notice')} of waivers and baseline")
    stamps = sorted({s.pack: s for result in results for s in result.packs}.values(), key=lambda s: s.pack)
    packs = ", ".join(f"{escaped(s.pack)} {s.digest.removeprefix('sha256:')[:12]}" for s in stamps)
    lines += ["", f"<sub>{DISCLAIMER} exportcheck {escaped(results[0].engine)}; packs: {packs}</sub>", ""]
    return "\n".join(lines)
