"""Which paragraphs a list has, as far as its table says: a stated path may go where the list does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exportcheck.rulepack.model import Table
from exportcheck.values import Classification

Path = tuple[str, ...]
ALL, NEXT = "yes", "next"
"""Cells of a `complete` column: all paragraphs below are listed; all of the next level are."""


class Paragraphs:
    """The paragraphs below each path that tables list, and where nothing else can be."""

    def __init__(self, tables: Iterable[tuple[Table, Iterable[Mapping[str, object]]]]) -> None:
        self.below: dict[Path, set[str]] = {}
        self._all: set[Path] = set()
        self._next: set[Path] = set()
        self._whole = False  # a table that lists every path of its scheme
        for table, rows in tables:
            column = table.path_column or table.keys[0]
            self._whole = self._whole or not table.complete_column
            for row in rows:
                path = row[column]
                if not isinstance(path, Classification):
                    continue
                for n in range(1, len(path.path)):
                    self.below.setdefault(path.path[:n], set()).add(path.path[n])
                mark = row[table.complete_column] if table.complete_column else ""
                if mark == ALL:
                    self._all.add(path.path)
                elif mark == NEXT:
                    self._next.add(path.path)

    def missing(self, path: Path) -> Path | None:
        """The path up to the first step that the list does not have; None where it may have all of them.

        What is deeper than a leaf is left alone, unless the leaf is an entry known to have no paragraphs.
        """
        for n in range(1, len(path)):
            above = path[:n]
            known = self.below.get(above)
            if known is None:
                return path[: n + 1] if n == 1 and above in self._all else None
            if path[n] not in known:
                return path[: n + 1] if self._closed(above) else None
        return None

    def _closed(self, above: Path) -> bool:
        return self._whole or above in self._next or any(above[:n] in self._all for n in range(1, len(above) + 1))
