"""Witnesses as files: names, and what stands above them."""

from __future__ import annotations

import re

from exportcheck.compare.model import Change, Comparison, Witness


def example_name(change: Change, witness: Witness, taken: set[str]) -> str:
    """`126.7-b2i-eligible-stricter.yaml`: from the change, the clause and the direction; none twice."""
    part = next((p for p in witness.parts if p), "")
    words = [change.id.rpartition("/")[2], part, witness.direction]
    stem = "-".join(re.sub(r"[^a-z0-9.]+", "", re.sub(r"[/ ]", "-", w.casefold()).replace("-", "")) for w in words if w)
    name, n = f"{stem}.yaml", 2
    while name in taken:
        name, n = f"{stem}-{n}.yaml", n + 1
    taken.add(name)
    return name


def example_text(comparison: Comparison, change: Change, witness: Witness) -> str:
    """The description under a heading that says what it shows and how to see it."""
    packs = f" --packs {','.join(witness.packs)}" if witness.packs else ""
    head = [
        f"{change.cite or change.id}: {witness.direction}",
        *(witness.story and ["in which the change lies: " + "; ".join(witness.story)]),
        f"{comparison.old_label}, {witness.old.day}: {witness.old.verdict} ({witness.old.summary})",
        f"{comparison.new_label}, {witness.new.day}: {witness.new.verdict} ({witness.new.summary})",
        f"exportcheck check FILE --as-of {witness.new.day}{packs}",
    ]
    clean = (re.sub(r"\s+", " ", line) for line in head)
    return "".join(f"# {line}\n" for line in clean) + witness.text
