"""What a comparison answers: what changed, what it does to verdicts, and transactions that show it. All of them are values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from exportcheck.engine.result import Verdict
from exportcheck.transaction.model import Transaction

Subject = Literal["provision", "definition", "list", "figure", "table", "ground", "fact", "pack"]
Kind = Literal["added", "removed", "renumbered", "changed", "moved", "dates", "wording"]
Direction = Literal["stricter", "looser", "asks more", "asks less", "fails otherwise"]
Finding = Literal["directions", "equal", "no verdict", "not decided"]

DIRECTIONS: tuple[Direction, ...] = ("stricter", "looser", "asks more", "asks less", "fails otherwise")


@dataclass(frozen=True, slots=True)
class Detail:
    """One difference within a subject: a clause, the gate, a member of a list, a row.

    `part` is the address of the clause, or "gate", "dates", "steps", ... ; `old` and `new` are the two values as written, ""
    where there is none; `says` is the sentence. `equal`: the two normal forms are the same. `old_at` and `new_at` are places.
    """

    part: str
    kind: Kind
    cite: str
    says: str
    old: str = ""
    new: str = ""
    old_at: str = ""
    new_at: str = ""
    equal: bool = False
    silent: bool = False
    """It bears on what is owed, shown or cited, and on no verdict."""
    old_part: str = ""  # the address on the old side, where it is another one


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of the law that is not as it was: a provision, a term, a list, a figure, a table."""

    subject: Subject
    id: str
    pack: str
    kind: Kind
    cite: str
    title: str
    details: tuple[Detail, ...]
    old_day: date
    new_day: date
    days: tuple[date, ...] = ()
    """Other days on which the two differ alike, where no day was asked for."""
    old_id: str = ""  # of a renumbered one
    equal: bool = False
    """The normal forms are the same: no transaction tells the two apart."""
    provision_kind: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer of one side to a transaction. `summary` is the headline of the pack that changed; `asks` what it lacks."""

    verdict: Verdict
    summary: str
    day: date


@dataclass(frozen=True, slots=True)
class Witness:
    """A transaction that the two sides answer differently, confirmed by checking what `text` reads back to under both.

    `packs` are those that compose the verdict shown (None: the binding ones). `story` are the facts in which the change lies.
    """

    direction: Direction
    transaction: Transaction
    text: str
    old: Shown
    new: Shown
    packs: tuple[str, ...] | None
    facts: int
    story: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """The changed clauses whose truth differs on it."""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to verdicts.

    `finding` directions: those of the witnesses, each confirmed. equal: proved that nothing differs, `why` says how and within
    which bounds. no verdict: it cannot bear on one. not decided: nothing was found and nothing proved, `why` says what was tried.
    """

    finding: Finding
    witnesses: tuple[Witness, ...] = ()
    why: str = ""
    reaches: tuple[str, ...] = ()
    settled: tuple[Direction, ...] = ()
    """Directions that were proved not to occur."""

    @property
    def directions(self) -> tuple[Direction, ...]:
        found = {w.direction for w in self.witnesses}
        return tuple(d for d in DIRECTIONS if d in found)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a real transaction of which the verdict, the authority or the duties are other ones."""

    transaction: str
    file: str
    line: str
    shown: str
    old: Verdict
    new: Verdict
    old_says: str
    new_says: str
    old_authority: str = ""
    new_authority: str = ""
    duties: tuple[str, ...] = ()  # "+ ..." owed now, "- ..." no longer
    because: tuple[str, ...] = ()  # ids of the changes that have a part in it


@dataclass(frozen=True, slots=True)
class Corpus:
    """Both sides over real transactions. `matrix` counts transactions by (old, new) verdict."""

    transactions: int
    lines: int
    matrix: Mapping[tuple[Verdict, Verdict], int]
    changed: tuple[Line, ...]
    left_out: tuple[str, ...] = ()  # files that neither side can read, with the reason


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole answer. `changes` by id of the change are in the order of packs and provisions, `effects` beside them."""

    old_label: str
    new_label: str
    old_day: date | None
    new_day: date | None
    packs: tuple[str, ...]
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    corpus: Corpus | None = None
    digests: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    engine: str = ""

    @property
    def exit_code(self) -> int:
        """0 nothing bears on a verdict, 1 verdicts change, 3 not decided for some and no change found."""
        findings = {e.finding for e in self.effects}
        if "directions" in findings or (self.corpus is not None and any(x.old != x.new for x in self.corpus.changed)):
            return 1
        return 3 if "not decided" in findings else 0
