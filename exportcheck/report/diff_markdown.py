"""A comparison as Markdown for a comment on a pull request: what becomes of verdicts first, then each change with its example."""

from __future__ import annotations

from exportcheck.compare.model import Change, Comparison, Effect, Witness
from exportcheck.report.diff_words import (
    corpus_groups,
    corpus_words,
    detail_sentence,
    detail_word,
    effect_word,
    kind_words,
    label_of,
    line_words,
    side_words,
    subject_words,
    tally_of,
    told,
)
from exportcheck.report.markdown_text import code, escaped
from exportcheck.report.text import DISCLAIMER
from exportcheck.report.words import pack_label, plural

MARKS = {"directions": "⚖️", "equal": "✅", "no verdict": "✅", "not decided": "❔"}
MOST_CHARACTERS = 60_000
"""GitHub takes 65,536 in a comment."""
MOST_DETAILS = 12
MOST_LINES = 20


def render_diff_markdown(comparison: Comparison) -> str:
    """At most `MOST_CHARACTERS`; what is left out is counted."""
    head = _head(comparison)
    foot = f"\n<sub>{DISCLAIMER} exportcheck {escaped(comparison.engine)}</sub>\n"
    room = MOST_CHARACTERS - len(head) - len(foot) - 200
    pairs = list(zip(comparison.changes, comparison.effects, strict=True))
    order = ["directions", "not decided", "no verdict", "equal"]
    pairs.sort(key=lambda p: order.index(p[1].finding))
    parts: list[str] = []
    corpus = _corpus(comparison)
    room -= len(corpus)
    for change, effect in pairs:
        text = _change(change, effect)
        if len(text) > room:
            break
        parts.append(text)
        room -= len(text)
    left = len(pairs) - len(parts)
    more = f"\nand {plural(left, 'more change')}: `--format text` has them all\n" if left else ""
    return head + "".join(parts) + more + corpus + foot


def _head(comparison: Comparison) -> str:
    worst = {0: "no verdict changes", 1: "verdicts change", 3: "not decided"}[comparison.exit_code]
    mark = {0: "✅", 1: "⚖️", 3: "❔"}[comparison.exit_code]
    days = [str(d) if d is not None else "every day" for d in (comparison.old_day, comparison.new_day)]
    sides = f"{code(comparison.old_label)} ({days[0]}) → {code(comparison.new_label)} ({days[1]})"
    lines = [f"### {mark} exportcheck diff: {worst}", "", f"{sides}. {escaped(tally_of(comparison))}.", ""]
    rows = ["| | pack | what | effect |", "|---|---|---|---|"]
    for change, effect in list(zip(comparison.changes, comparison.effects, strict=True))[:60]:
        cells = (
            MARKS[effect.finding],
            escaped(pack_label(change.pack)),
            escaped(subject_words(change)),
            escaped(effect_word(effect)),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, *(rows if comparison.changes else []), "", ""])


def _change(change: Change, effect: Effect) -> str:
    kind = kind_words(change)
    title = f"{escaped(subject_words(change))}: {escaped(effect_word(effect))}" + (f" ({escaped(kind)})" if kind else "")
    lines = [
        f"\n<details><summary>{title}</summary>\n\n{escaped(change.title)}"
        + (f" ({escaped(change.cite)})" if change.cite else "")
        + "\n\n"
    ]
    if effect.why:
        lines.append(f"{escaped(effect.why)}\n\n")
    details = list(told(change))
    for detail in details[:MOST_DETAILS]:
        label = label_of(detail)
        word = detail_word(detail, effect)
        head = " ".join(
            x
            for x in (f"**{escaped(label)}**" if label else "", f"*{word}*" if word else "", escaped(detail_sentence(detail)))
            if x
        )
        lines.append(f"- {head}\n")
        if detail.kind == "changed":
            lines.append(f"  - now {code(detail.new or '(nothing)')}\n  - before {code(detail.old or '(nothing)')}\n")
    if len(details) > MOST_DETAILS:
        lines.append(f"- and {plural(len(details) - MOST_DETAILS, 'more part')}\n")
    lines += [_witness(w) for w in effect.witnesses]
    return "".join(lines) + "\n</details>\n"


def _witness(witness: Witness) -> str:
    before, now = side_words(witness)
    under = "" if witness.packs is None else f" under {', '.join(witness.packs)} alone"
    lines = [
        f"\n**{witness.direction}**: {escaped('; '.join(witness.story))}\n\n",
        f"- {before}: **{witness.old.verdict}**, {escaped(witness.old.summary)}\n",
        f"- {now}: **{witness.new.verdict}**, {escaped(witness.new.summary)}\n",
        f"\nconfirmed by both{under}:\n\n",
        "".join(f"    {line}\n" for line in witness.text.splitlines()),
    ]
    return "".join(lines)


def _corpus(comparison: Comparison) -> str:
    corpus = comparison.corpus
    if corpus is None:
        return ""
    lines = [f"\n**{escaped(corpus_words(corpus))}**\n\n"]
    for because, changed in corpus_groups(corpus):
        lines.append(
            f"- by {', '.join(code(b) for b in because) or 'more than provisions and terms'}: {plural(len(changed), 'line')}\n"
        )
        for line in changed[:MOST_LINES]:
            lines.append(f"  - {code(line.transaction)}, line {escaped(line.line)}: {escaped(line_words(line))}\n")
        if len(changed) > MOST_LINES:
            lines.append(f"  - and {len(changed) - MOST_LINES:,} more\n")
    if corpus.left_out:
        lines.append(f"\nleft out, since neither side can read them: {plural(len(corpus.left_out), 'file')}\n")
    return "".join(lines)
