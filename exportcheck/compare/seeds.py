"""Transactions from which a search starts: the cases beside what changed and what it reaches, and real descriptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from exportcheck.compare.sides import Side
from exportcheck.errors import InputError
from exportcheck.rulepack.cases import readable_cases
from exportcheck.rulepack.folders import CASES
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import read_transactions
from exportcheck.vocabulary.model import Vocabulary

MOST_FILES = 6
"""Files of cases that are read for one change: those beside it, then those of the nearest provisions that it reaches."""


def both_vocabularies(old: Packs, new: Packs) -> Vocabulary:
    """The facts that either side knows; of a fact that both know, as the new side has it."""
    return new.vocabulary if old is new else Vocabulary({**old.vocabulary.facts, **new.vocabulary.facts})


class Seeds:
    """Finds and keeps seeds for the changes of one comparison. `like` come first, in every search."""

    def __init__(self, old: Side, new: Side, like: Sequence[Transaction] = ()) -> None:
        self.old, self.new = old, new
        self.like = tuple(like)
        self._files: dict[Path, list[Transaction]] = {}

    def for_provisions(self, ids: Iterable[str]) -> Iterator[Transaction]:
        """Those of `like`, then of the files of cases beside these provisions."""
        yield from self.like
        files: dict[Path, str] = {}
        contents: dict[bytes, Path] = {}
        for id_ in ids:
            for side in (self.new, self.old):
                for path, pack in _case_files(side.packs, id_):
                    # where the cases did not change, one side's are read
                    if len(files) < MOST_FILES and contents.setdefault(path.read_bytes(), path) == path:
                        files.setdefault(path, pack)
        for path, pack in files.items():
            yield from self.cases(path, pack)

    def cases(self, path: Path, pack: str) -> list[Transaction]:
        found = self._files.get(path)
        if found is None:
            packs = self.new.packs if pack in self.new.packs.packs and Path(self.new.root) in path.parents else self.old.packs
            found = self._files[path] = _different(c.transaction for c in readable_cases(packs, pack, path))
        return found

    def fixtures(self) -> list[Transaction]:
        """The descriptions that come with the packs, where there are any: whole transactions, as real ones are."""
        return _fixtures(Path(self.new.root).parent / "fixtures", _Hold(both_vocabularies(self.old.packs, self.new.packs)))


class _Hold:
    """A vocabulary by its identity, so that what was read with it can be kept."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def __hash__(self) -> int:
        return len(self.vocabulary.facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hold) and other.vocabulary.facts == self.vocabulary.facts


@lru_cache(maxsize=4)
def _fixtures(folder: Path, held: _Hold) -> list[Transaction]:
    found: list[Transaction] = []
    for path in sorted(folder.rglob("*.yaml")) if folder.is_dir() else ():
        try:
            found += read_transactions([path], held.vocabulary)
        except InputError:
            continue
    return found


def _different(transactions: Iterable[Transaction]) -> list[Transaction]:
    """Each once: many cases share one description. (By identity of content: names do not matter here.)"""
    from exportcheck.transaction.canonical import canonical

    found: dict[str, Transaction] = {}
    for transaction in transactions:
        found.setdefault(repr(canonical(transaction)), transaction)
    return list(found.values())


def _case_files(packs: Packs, id_: str) -> Iterator[tuple[Path, str]]:
    for provision in packs.provisions:
        if provision.id == id_:
            path = Path(provision.span.file)
            beside = path.with_name(path.name.removesuffix(path.suffix) + CASES)
            if beside.is_file():
                yield beside, provision.pack


class Pool:
    """The values that seeds state of each fact, the commonest first: what an unstated one may be tried with."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], Counter[object]] = {}

    def add(self, transaction: Transaction) -> None:
        for entity in transaction.entities():
            kind = "item" if entity.kind == "component" else entity.kind
            for name, fact in entity.facts.items():
                self._values.setdefault((kind, name), Counter())[fact.value] += 1

    def values(self, kind: str, name: str, most: int = 4) -> list[object]:
        counted = self._values.get(("item" if kind == "component" else kind, name))
        return [v for v, _ in counted.most_common(most)] if counted else []
