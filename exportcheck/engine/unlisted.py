"""Classifications that no list has: a slip of the pen that would otherwise look like an item on no list.

A list may grow after the tables of the packs were made, so for a later day nothing is said here, and the engine finds such a
classification unknown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from exportcheck.errors import Problem, did_you_mean
from exportcheck.rulepack.model import Packs, Table
from exportcheck.rulepack.paragraphs import Paragraphs, Path
from exportcheck.rulepack.ruleset import row_covers
from exportcheck.transaction.model import Transaction
from exportcheck.values import Classification, format_path

ALWAYS_THERE = frozenset({"EAR99"})
MOST_SHOWN = 26


class Listed:
    """What the tables of one scheme know of its paths, by day."""

    def __init__(self, tables: Iterable[Table], roots: Iterable[Table]) -> None:
        self.tables = tuple(tables)
        every = (*self.tables, *roots)
        dated = [table for table in every if table.current_to is not None]
        self.source = dated[-1].cite if dated else ""
        self.current_to = min((t.current_to for t in dated if t.current_to is not None), default=None)
        self._every = every
        self._paragraphs: dict[tuple[int, str], Paragraphs] = {}

    @cached_property
    def roots(self) -> frozenset[str]:
        """The first step of every path that a table lists."""
        return ALWAYS_THERE.union(*(_by_root(table) for table in self._every))

    @cached_property
    def _rows(self) -> list[tuple[Table, Mapping[str, list[Mapping[str, object]]]]]:
        return [(table, _by_root(table)) for table in self.tables]

    @cached_property
    def _changes(self) -> list[date]:
        return sorted({day for table in self.tables for day in table.boundaries})

    def wrong(self, stated: Classification, day: date) -> tuple[str, str] | None:
        """What is wrong with a path on a day and what would be right; None where nothing is known to be."""
        path = stated.path
        if path[0] not in self.roots:
            return f"{stated} is in no entry of {self.source}", did_you_mean(path[0], self.roots)
        paragraphs = self._on(day, path[0])
        missing = paragraphs.missing(path)
        if missing is None:
            return None
        there = _steps(stated.scheme, missing[:-1], paragraphs.below.get(missing[:-1], ()))
        above = format_path(stated.scheme, missing[:-1])
        hint = f"{above} has paragraphs {there}" if there else f"{above} has no paragraphs"
        return f"{format_path(stated.scheme, missing)} is no paragraph of {self.source}", hint

    def _on(self, day: date, root: str) -> Paragraphs:
        """The paragraphs of an entry or category on a day; the same for all days between two changes."""
        key = (bisect_right(self._changes, day), root)
        if key not in self._paragraphs:
            rows = [(table, [row for row in by_root.get(root, ()) if row_covers(row, day)]) for table, by_root in self._rows]
            self._paragraphs[key] = Paragraphs(rows)
        return self._paragraphs[key]


def _by_root(table: Table) -> dict[str, list[Mapping[str, object]]]:
    """The rows of a table by the first step of their path."""
    column = table.path_column or table.keys[0]
    found: dict[str, list[Mapping[str, object]]] = {}
    for row in table.rows:
        path = row[column]
        if isinstance(path, Classification):
            found.setdefault(path.path[0], []).append(row)
    return found


def _steps(scheme: str, above: Path, steps: Iterable[str]) -> str:
    """The steps as the scheme writes them: "a, b, c", "(a), (b)"."""
    ordered = sorted(steps, key=lambda s: (not s.isdigit(), int(s) if s.isdigit() else 0, len(s), s))
    prefix = format_path(scheme, above)
    shown = [format_path(scheme, (*above, step)).removeprefix(prefix).lstrip(".") for step in ordered]
    if len(shown) > MOST_SHOWN:
        shown = [*shown[: MOST_SHOWN - 2], "...", shown[-1]]
    return ", ".join(shown)


def listed_paths(packs: Packs) -> Mapping[str, Listed]:
    """What the packs know of the paths of each scheme that a table lists."""
    found = {}
    for scheme in {t.paths_of for t in packs.tables.values() if t.paths_of}:
        tables = [t for t in packs.tables.values() if t.paths_of == scheme]
        known = {t.known for t in packs.tables.values() if t.known}
        roots = [t for t in packs.tables.values() if t.id in known and t.columns[t.keys[0]].scheme == scheme]
        found[scheme] = Listed(tables, roots)
    return found


def unlisted(transaction: Transaction, listed: Mapping[str, Listed], day: date) -> Iterator[Problem]:
    """Every stated classification that no list of that day has, with its place and what would be right."""
    for entity in transaction.entities():
        for fact in entity.facts.values():
            values = fact.value if isinstance(fact.value, frozenset) else (fact.value,)
            for value in values:
                if not isinstance(value, Classification):
                    continue
                known = listed.get(value.scheme)
                if known is None or (known.current_to is not None and day > known.current_to):
                    continue
                wrong = known.wrong(value, day)
                if wrong is not None:
                    yield Problem(fact.span, *wrong)
