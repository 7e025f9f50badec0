"""Classifications that no list has: a slip of the pen that would otherwise look like an item on no list.

A list may grow after the tables of the packs were made, so for a later day nothing is said here, and the engine finds such a
classification unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from exportcheck.errors import Problem, did_you_mean
from exportcheck.rulepack.model import Packs, Table
from exportcheck.transaction.model import Transaction
from exportcheck.values import Classification, format_path

Path = tuple[str, ...]
ALWAYS_THERE = frozenset({"EAR99"})


class Listed:
    """What the tables of one scheme know of its paths. `complete` are those all of whose paragraphs are known."""

    def __init__(self, tables: Iterable[Table], roots: Iterable[Table]) -> None:
        self.roots: set[str] = set(ALWAYS_THERE)
        self.below: dict[Path, set[str]] = {}
        self.complete: set[Path] = set()
        self.whole = False  # every path of the scheme is known
        self.source = ""
        self.current_to: date | None = None
        for table in (*tables, *roots):
            column = table.path_column or table.keys[0]
            for row in table.rows:
                path = row[column]
                if not isinstance(path, Classification):
                    continue
                self.roots.add(path.path[0])
                if not table.paths_of:
                    continue
                for n in range(1, len(path.path)):
                    self.below.setdefault(path.path[:n], set()).add(path.path[n])
                if table.complete_column and row[table.complete_column] == "yes":
                    self.complete.add(path.path)
                self.whole = self.whole or not table.complete_column
            if table.current_to is not None:
                self.source = table.cite
                self.current_to = min(filter(None, (self.current_to, table.current_to)))

    def wrong(self, stated: Classification) -> tuple[str, str] | None:
        """What is wrong with a path and what would be right; None where nothing is known to be."""
        path = stated.path
        if path[0] not in self.roots:
            return f"{stated} is in no entry of {self.source}", did_you_mean(path[0], self.roots)
        for n in range(1, len(path)):
            above, known = path[:n], self.below.get(path[:n])
            if known is None:
                return None  # a leaf, or not followed further: what is deeper is left to the law
            if path[n] not in known:
                if not self.whole and not any(above[:k] in self.complete for k in range(1, n + 1)):
                    return None
                shown = ", ".join(format_path(stated.scheme, (*above, k)) for k in sorted(known)[:8])
                return f"{format_path(stated.scheme, path[: n + 1])} is no paragraph of {self.source}", f"there are {shown}"
        return None


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
                wrong = known.wrong(value)
                if wrong is not None:
                    yield Problem(fact.span, *wrong)
