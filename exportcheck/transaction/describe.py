"""The vocabulary as rows, for `exportcheck facts` and for the documentation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exportcheck.vocabulary.model import ENTITY_KINDS, FactDeclaration, Vocabulary


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as a person looks it up. `type` in words ("list of place"); `bounds` such as "0 or more" or "0 to 100"."""

    name: str
    of: str
    type: str
    unit: str
    bounds: str
    absent: bool
    marked: bool
    curable: bool
    question: str
    cite: str
    note: str
    pack: str  # "core" for those that need no pack


def fact_rows(vocabulary: Vocabulary, *, containing: str = "", of: Iterable[str] = ()) -> list[FactRow]:
    """The facts by entity in the order of a description, then by name; `containing` looks in name and question."""
    kinds = tuple(of) or ENTITY_KINDS
    word = containing.casefold()
    facts = [
        fact
        for (kind, name), fact in vocabulary.facts.items()
        if kind in kinds and (word in name.casefold() or word in fact.question.casefold())
    ]
    facts.sort(key=lambda fact: (ENTITY_KINDS.index(fact.of), fact.name))
    return [_row(fact) for fact in facts]


def _row(fact: FactDeclaration) -> FactRow:
    return FactRow(
        name=fact.name,
        of=fact.of,
        type=str(fact.type),
        unit="%" if fact.type.base == "percent" else fact.type.unit,
        bounds=_bounds(fact),
        absent=fact.absent,
        marked=fact.marked,
        curable=fact.curable,
        question=fact.question,
        cite=fact.cite,
        note=fact.note,
        pack=fact.pack or "core",
    )


def _bounds(fact: FactDeclaration) -> str:
    members = " members" if fact.type.list_of else ""
    match fact.least, fact.greatest:
        case None, None:
            return ""
        case least, None:
            return f"{least:f} or more{members}"
        case None, greatest:
            return f"at most {greatest:f}{members}"
        case least, greatest:
            return f"{least:f} to {greatest:f}{members}"
