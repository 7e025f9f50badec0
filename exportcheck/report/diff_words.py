"""How comparisons read, in every format: directions, subjects, the two values of a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from exportcheck.compare.model import Change, Comparison, Corpus, Detail, Effect, Finding, Line, Witness
from exportcheck.compare.touched import HEADS
from exportcheck.report.words import plural

STYLES = {
    "stricter": "bold red",
    "looser": "bold green",
    "asks more": "bold yellow",
    "asks less": "bold yellow",
    "fails otherwise": "bold",
    "equal": "dim",
    "no verdict": "dim",
    "not decided": "bold yellow",
}


def effect_word(effect: Effect) -> str:
    """`looser and stricter`, `editorial (proved equal)`, `no verdict changes`, `not decided`."""
    if effect.finding == "directions":
        never = [d for d in effect.settled if d not in effect.directions]
        return " and ".join(effect.directions) + (f", never {never[0]} (proved)" if len(never) == 1 else "")
    words = {"equal": "editorial (proved equal)", "no verdict": "no verdict changes", "not decided": "not decided"}
    return words[effect.finding]


def subject_words(change: Change) -> str:
    """What changed, by its citation or id."""
    name = change.id.rpartition("/")[2] if change.subject == "provision" else change.id
    what = "" if change.subject == "provision" else f"{change.subject} "
    return f"{what}{name}"


def kind_words(change: Change) -> str:
    match change.kind:
        case "renumbered":
            return f"renumbered, before {change.old_id.rpartition('/')[2]}"
        case "wording":
            return "reworded"
        case "added":
            return "new"
        case "removed":
            return "gone"
        case _:
            return ""


def detail_sentence(detail: Detail) -> str:
    """What a part says now, or said."""
    match detail.kind:
        case "added":
            return f"new: {detail.says}" if detail.says else "new"
        case "removed":
            return f"gone: {detail.says}" if detail.says else "gone"
        case "wording":
            return f"reads “{detail.new}”" if detail.new else "reads otherwise"
        case "renumbered":
            return f"{detail.old} is now {detail.new}"
        case "moved":
            return f"stands elsewhere: {detail.says}"
        case _:
            return detail.says or detail.part


def told(change: Change) -> Iterator[Detail]:
    """The details that are shown: wording only where nothing else changed."""
    real = [d for d in change.details if d.kind != "wording"]
    yield from (real or change.details)


def label_of(detail: Detail) -> str:
    """How the part is named in front of its sentence."""
    return detail.part if detail.part in HEADS else detail.part.partition("/")[0]


def detail_word(detail: Detail, effect: Effect) -> str:
    """The directions that witnesses show of this part."""
    found = [w.direction for w in effect.witnesses if detail.part in w.parts]
    if found:
        return " and ".join(dict.fromkeys(found))
    return "editorial" if detail.equal else "no verdict" if detail.silent else ""


def side_words(witness: Witness) -> tuple[str, str]:
    """How the two answers to an example are told apart: by their days, or as before and now."""
    if witness.old.day != witness.new.day:
        return str(witness.old.day), str(witness.new.day)
    return "before", "now"


def pack_lines(comparison: Comparison) -> list[tuple[str, list[tuple[Change, Effect]]]]:
    """The packs with their changes, those without any last."""
    found: dict[str, list[tuple[Change, Effect]]] = {p: [] for p in comparison.packs}
    for change, effect in zip(comparison.changes, comparison.effects, strict=True):
        found.setdefault(change.pack, []).append((change, effect))
    return sorted(found.items(), key=lambda x: not x[1])


def pack_verdict(changes: list[tuple[Change, Effect]]) -> str:
    """What becomes of the verdicts of a pack with these changes."""
    findings = {e.finding for _, e in changes}
    if not changes:
        return "no change"
    if "directions" in findings:
        return ""
    return "not decided" if "not decided" in findings else "no verdict changes (proved)"


def corpus_words(corpus: Corpus) -> str:
    """`24 transactions: 21 same, 2 needs-review → pass, 1 pass → fail`."""
    same = sum(n for (a, b), n in corpus.matrix.items() if a == b)
    others = [f"{n:,} {a} → {b}" for (a, b), n in sorted(corpus.matrix.items(), key=lambda x: -x[1]) if a != b]
    return f"{plural(corpus.transactions, 'transaction')}: " + ", ".join([f"{same:,} same", *others])


def corpus_groups(corpus: Corpus) -> list[tuple[tuple[str, ...], list[Line]]]:
    """The changed lines by the changes that have a part in them, the largest group first."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in corpus.changed:
        groups.setdefault(line.because, []).append(line)
    return sorted(groups.items(), key=lambda x: -len(x[1]))


def line_words(line: Line) -> str:
    """What became of a line."""
    if line.old != line.new:
        return f"{line.old} → {line.new}: {line.new_says}"
    if line.old_authority != line.new_authority:
        return f"{line.new}: cite {line.new_authority or 'nothing'} (before: {line.old_authority or 'nothing'})"
    if line.duties:
        return f"{line.new}: owed {'; '.join(line.duties)}"
    return f"{line.new}: {line.new_says} (before: {line.old_says})"


def tally_of(comparison: Comparison) -> str:
    """`4 changes: 3 change verdicts, 1 editorial`."""
    counts = Counter(e.finding for e in comparison.effects)
    words: dict[Finding, str] = {
        "directions": "change verdicts",
        "equal": "editorial (proved equal)",
        "no verdict": "change no verdict",
        "not decided": "not decided",
    }
    said = [f"{counts[k]:,} {w}" for k, w in words.items() if counts[k]]
    return f"{plural(len(comparison.changes), 'change')}: " + ", ".join(said) if said else "no changes"
