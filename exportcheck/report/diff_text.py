"""A comparison as text: by pack and provision what changed, its direction, and an example; then the real transactions."""

from __future__ import annotations

from exportcheck.compare.model import Change, Comparison, Detail, Effect, Line, Witness
from exportcheck.report.diff_words import (
    STYLES,
    corpus_groups,
    corpus_words,
    detail_sentence,
    detail_word,
    effect_word,
    kind_words,
    label_of,
    line_words,
    pack_lines,
    pack_verdict,
    side_words,
    subject_words,
    tally_of,
    told,
)
from exportcheck.report.layout import Page
from exportcheck.report.terminal import Terminal
from exportcheck.report.text import DISCLAIMER
from exportcheck.report.words import pack_label, plural

SPAN = 12
MOST_DETAILS = 40
MOST_LINES = 8


def render_diff_text(comparison: Comparison, terminal: Terminal) -> str:
    """The page, ending with a newline."""
    page = Page(terminal)
    _head(page, comparison)
    for pack, changes in pack_lines(comparison):
        if not changes:
            continue
        page.blank()
        page.put((pack_label(pack), "bold"), right=pack_verdict(changes))
        for change, effect in changes:
            _change(page, change, effect)
    quiet = [pack_label(p) for p, changes in pack_lines(comparison) if not changes]
    if quiet:
        page.blank()
        page.put(f"no change: {', '.join(quiet)}")
    if comparison.corpus is not None:
        _corpus(page, comparison)
    page.blank()
    page.put(tally_of(comparison))
    page.put((DISCLAIMER, "dim"))
    return page.render()


def _head(page: Page, comparison: Comparison) -> None:
    days = [str(d) if d is not None else "every day" for d in (comparison.old_day, comparison.new_day)]
    if comparison.old_label == comparison.new_label:
        page.put((f"{comparison.old_label}: {days[0]} → {days[1]}", "bold"))
        return
    page.put((f"{comparison.old_label} → {comparison.new_label}", "bold"))
    page.put(f"law of {days[0]}" if days[0] == days[1] else f"law of {days[0]} → {days[1]}")


def _change(page: Page, change: Change, effect: Effect) -> None:
    page.blank()
    word = effect_word(effect)
    kind = kind_words(change)
    style = STYLES[effect.directions[0] if effect.directions else effect.finding]
    page.put(
        (subject_words(change), "bold"),
        f"  {change.title}" if change.title else "",
        f" ({kind})" if kind else "",
        indent=2,
        hanging=2,
    )
    page.put((word, style), indent=4)
    if effect.why and effect.finding != "equal":
        page.put(effect.why, indent=4)
    if change.days:
        page.put(
            f"on {change.new_day}; alike on {plural(len(change.days), 'other day')} on which something starts or ends", indent=4
        )
    elif change.old_day == change.new_day:
        page.put((f"seen on {change.new_day}", "dim"), indent=4)
    details = list(told(change))
    for detail in details[:MOST_DETAILS]:
        _detail(page, detail, effect, change)
    if len(details) > MOST_DETAILS:
        page.put(f"and {len(details) - MOST_DETAILS:,} more", indent=4)
    for witness in effect.witnesses:
        _witness(page, witness)
    if effect.reaches:
        shown = ", ".join(effect.reaches[:6]) + (f" and {len(effect.reaches) - 6} more" if len(effect.reaches) > 6 else "")
        page.put((f"reaches {shown}", "dim"), indent=4, hanging=2)


def _detail(page: Page, detail: Detail, effect: Effect, change: Change) -> None:
    word = detail_word(detail, effect) if len(list(told(change))) > 1 else ""
    lead = label_of(detail)
    parts = [(f"{word}  ", STYLES.get(word.partition(" and ")[0], "")) if word else "", detail_sentence(detail)]
    if not lead and detail.kind in ("added", "removed"):
        parts = [detail.new or detail.old]
    page.put(*parts, indent=4, lead=lead, span=SPAN if lead else 0)
    inner = 4 + (SPAN if lead else 0)
    if detail.kind == "changed" and (detail.old or detail.new):
        page.put((f"now     {detail.new or '(nothing)'}", "dim"), indent=inner, hanging=8, right=detail.new_at)
        page.put(
            (f"before  {detail.old or '(nothing)'}", "dim"),
            indent=inner,
            hanging=8,
            right=detail.old_at if detail.old_at != detail.new_at else "",
        )


def _witness(page: Page, witness: Witness) -> None:
    under = "" if witness.packs is None else f", under {', '.join(witness.packs)} alone"
    count = plural(witness.facts, "fact")
    before, now = (word.ljust(len("before")) for word in side_words(witness))
    page.put(
        ("; ".join(witness.story) or "see the description") + f"  ({count}{under})",
        indent=6,
        lead=("example", STYLES[witness.direction]),
        span=10,
    )
    page.put(f"{before}  {witness.old.verdict}: {witness.old.summary}", indent=16, hanging=12)
    page.put(f"{now}  {witness.new.verdict}: {witness.new.summary}", indent=16, hanging=12)
    page.put(
        (f"{witness.direction}; confirmed by both" + (f"; written to {witness.file}" if witness.file else ""), "dim"),
        indent=16,
        hanging=2,
    )


def _corpus(page: Page, comparison: Comparison) -> None:
    corpus = comparison.corpus
    assert corpus is not None
    page.blank()
    page.put((corpus_words(corpus), "bold"), hanging=2)
    for because, lines in corpus_groups(corpus):
        page.put(
            "by " + (", ".join(because) if because else "more than provisions and terms") + f": {plural(len(lines), 'line')}",
            indent=2,
            hanging=2,
        )
        for line in lines[:MOST_LINES]:
            _line(page, line)
        if len(lines) > MOST_LINES:
            page.put(f"and {len(lines) - MOST_LINES:,} more", indent=4)
    if corpus.left_out:
        page.put(
            (f"left out, since neither side can read them: {plural(len(corpus.left_out), 'file')}", "dim"), indent=2, hanging=2
        )


def _line(page: Page, line: Line) -> None:
    page.put(f"{line.transaction}, line {line.line}: {line_words(line)}", indent=4, hanging=2)
