"""How many lines came in and what became of them. Every line is counted on reading and again on writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exportcheck.batch.answered import ERROR, Answered

VERDICTS = ("pass", "fail", "needs-review", ERROR)
SHOWN = 5
"""So many of the facts that are asked most often are shown."""


@dataclass(slots=True)
class Counts:
    """Of some slices: transactions and lines taken, lines written by verdict, and how many lines ask for each fact.

    `explained` are receipts written.
    """

    transactions: int = 0
    taken: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    explained: int = 0

    @property
    def written(self) -> int:
        return sum(self.verdicts[v] for v in VERDICTS)

    def write(self, rows: Iterable[Answered]) -> None:
        alike: Counter[int] = Counter()
        lists: dict[int, tuple[str, ...]] = {}
        for row in rows:
            self.verdicts[row.verdict] += 1
            if row.missing:  # lines that are alike share the list
                alike[id(row.missing)] += 1
                lists[id(row.missing)] = row.missing
        for number, count in alike.items():
            for name in {fact_name(path) for path in lists[number]}:
                self.asked[name] += count

    def add(self, other: Counts) -> None:
        self.transactions += other.transactions
        self.taken += other.taken
        self.verdicts.update(other.verdicts)
        self.asked.update(other.asked)
        self.explained += other.explained

    def plain(self) -> dict[str, Any]:
        return {
            "transactions": self.transactions,
            "taken": self.taken,
            "verdicts": dict(sorted(self.verdicts.items())),
            "asked": dict(sorted(self.asked.items())),
            "explained": self.explained,
        }

    @staticmethod
    def of(plain: Mapping[str, Any]) -> Counts:
        return Counts(
            plain["transactions"],
            plain["taken"],
            Counter(plain["verdicts"]),
            Counter(plain["asked"]),
            plain["explained"],
        )

    def most_asked(self) -> list[tuple[str, int]]:
        """Facts and in how many lines they are asked, the most frequent first, then by name."""
        return sorted(self.asked.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]

    def lines(self) -> list[str]:
        """The summary, as a person reads it."""
        shown = {v: self.verdicts[v] for v in VERDICTS}
        found = [f"in {self.taken:,} = " + " + ".join(f"{name} {n:,}" for name, n in shown.items())]
        asked = self.most_asked()
        if asked:
            first, *rest = (
                f"{name} ({n:,} line{'s' if n != 1 else ''})" if k == 0 else f"{name} ({n:,})"
                for k, (name, n) in enumerate(asked)
            )
            more = ", ..." if len(self.asked) > len(asked) else ""
            found.append(f"asked most often: {', '.join((first, *rest))}{more}")
        return found


def fact_name(path: str) -> str:
    """The fact without whose it is: `aukus_authorized_user` of `parties[1].aukus_authorized_user`."""
    *whose, name = path.split("].")
    return name if whose else path
