"""What a check answers: verdicts by line and pack, the reasons, the questions, and what it rests on.

All of these are values; `report/` turns them into text and JSON. Addresses name provisions (`itar/126.7(a)`) and clauses
(`itar/126.7(a)#(b)(2)`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from exportcheck.errors import Span
from exportcheck.values import Truth

Verdict = Literal["pass", "fail", "needs-review", "not-subject"]
FailKind = Literal["prohibited", "license-required", "curable"]
ReviewKind = Literal["missing-fact", "judgement", "conflict", "stale", "not-modelled", "uncertain", "unverified"]
Outcome = Literal["holds", "fails", "unknown"]


def outcome_of(truth: Truth) -> Outcome:
    return "unknown" if truth is None else "holds" if truth else "fails"


def provision_of(address: str) -> str:
    """`ear/738.4` of `ear/738.4@NS2#(a)(1)`."""
    return address.partition("#")[0].partition("@")[0]


def pack_of(address: str, packs: Iterable[str]) -> str:
    """The pack that an address is, or belongs to: the longest pack id that it starts with; empty if none."""
    found = [pack for pack in packs if address == pack or address.startswith(pack + "/")]
    return max(found, key=len, default="")


@dataclass(frozen=True, slots=True)
class FactUse:
    """A fact that a clause read: of which entity, what it was, and where it was stated."""

    entity: str  # path, "" for the transaction
    label: str  # what a person calls the entity
    name: str
    shown: str  # the value as a person would write it; "not stated", "none", "undeterminable"
    span: Span | None  # None: not stated
    by: str = ""


@dataclass(frozen=True, slots=True)
class Working:
    """Arithmetic with its parts: `left op right` with both sides as shown, and how far the left is from the limit."""

    left: str
    op: str
    right: str
    truth: Truth
    headroom: str = ""
    parts: tuple[str, ...] = ()  # one line each: what was added, and what was left out and why
    says: str = ""  # the sentence of the clause that compares
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A node of the reasoning tree: a provision or a clause, its truth, its sentence, and what it used."""

    address: str
    cite: str
    sentence: str
    truth: Truth
    form: str = "when"
    """provision, member, row, definition, folded, or the form of a clause (`not-modelled` with a hyphen)."""
    children: tuple[Reason, ...] = ()
    used: tuple[FactUse, ...] = ()
    workings: tuple[Working, ...] = ()
    entity: str = ""
    note: str = ""


def walk(reason: Reason) -> Iterator[Reason]:
    """The reason and every one below it."""
    stack = [reason]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(top.children))


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer to a question and the verdict of the line that it leads to."""

    answer: str
    verdict: Verdict
    detail: str  # "cite 22 CFR 126.7", "license required: DSP-5", "2 questions remain"
    left: int = 0  # questions that remain after this answer


@dataclass(frozen=True, slots=True)
class Question:
    """One needs-review item: its type, in plain words, where it comes from, and what each answer leads to."""

    kind: ReviewKind
    text: str
    entity: str
    label: str
    fact: str  # dotted fact name, judgement name, or "" where no fact answers it
    asked_by: tuple[str, ...] = ()  # addresses of the clauses that need it
    cite: str = ""
    where: Span | None = None  # where the answer would be written
    how: str = ""  # what to write: "aukus_authorized_user: true | false"
    answers: tuple[Answer, ...] = ()
    decides: bool = False  # every answer ends the review


@dataclass(frozen=True, slots=True)
class Step:
    """Something owed: when, what, and whether the transaction says it is done (None: does not say)."""

    by: str  # before-transfer | with-transfer | after-transfer | immediately
    says: str
    cite: str
    provision: str
    done: Truth = None
    keep: str = ""  # how long records are kept (ISO 8601 duration)


@dataclass(frozen=True, slots=True)
class Opening:
    """An authority that could still apply, or that failed, with what is unknown or false about it."""

    provision: str
    cite: str
    title: str
    truth: Truth
    unknown: tuple[str, ...] = ()  # facts still missing, as "entity fact"
    fails: tuple[str, ...] = ()  # addresses of clauses known false
    authority: str = ""  # what to cite: "GBS", "22 CFR 126.7"
    unread: bool = False  # all that is unknown is law that is not modelled: a person has to read it
    against: tuple[str, ...] = ()  # the sentences of those clauses


@dataclass(frozen=True, slots=True)
class Change:
    """Lawful changes, together, that would turn the verdict: facts declared curable only."""

    facts: tuple[str, ...]  # "register Ohio Avionics Inc. with DDTC": rendered from entity, fact and value
    verdict: Verdict
    detail: str


@dataclass(frozen=True, slots=True)
class NextChange:
    """The next date on which this verdict is another one, the facts staying as they are."""

    on: date
    verdict: Verdict
    because: tuple[str, ...]  # "itar/126.7(a): new text from 2025-12-30 (90 FR 61053)"


@dataclass(frozen=True, slots=True)
class GroundOutcome:
    """One ground on which an authorization may be needed, on this line."""

    ground: str
    says: str
    truth: Truth  # raised, before lifting
    cite: str
    raised_by: tuple[str, ...] = ()
    lifted_by: tuple[str, ...] = ()
    because: str = ""  # what of its table raises or clears it: "no mark for GB since 2024-04-19"


@dataclass(frozen=True, slots=True)
class PackVerdict:
    """A pack's answer on one line."""

    pack: str
    title: str
    force: Literal["binding", "reference"]
    verdict: Verdict
    summary: str  # one line: "22 CFR 126.7 (claimed) holds", "no license required (NLR)", "license required: DSP-5"
    fail: FailKind | None = None
    deciding: str = ""  # address of the provision (or clause) that decided
    authority: str = ""  # what to cite
    also: tuple[str, ...] = ()  # the other authorities in play that cover the line too
    form: str = ""  # the license form to apply for
    posture: tuple[str, ...] = ()
    grounds: tuple[GroundOutcome, ...] = ()
    reviews: tuple[ReviewKind, ...] = ()
    openings: tuple[Opening, ...] = ()
    steps: tuple[Step, ...] = ()
    notices: tuple[str, ...] = ()
    derivation: tuple[str, ...] = ()  # the conclusion layer's steps, for --why
    not_modelled: tuple[str, ...] = ()  # law not modelled that bears on the answer


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts of a line that contradict each other, by the provision that says so."""

    provision: str
    says: str
    cite: str


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """The answer on one item line: the worst of its binding packs; regimes answer beside, with `force` reference."""

    line: str
    description: str
    shown: str  # "mission computer, USML VIII(h)(1), 12 x USD 500,000"
    verdict: Verdict
    packs: tuple[PackVerdict, ...]
    questions: tuple[Question, ...] = ()
    changes: tuple[Change, ...] = ()
    workings: tuple[Working, ...] = ()
    next_change: NextChange | None = None
    reasons: tuple[Reason, ...] = ()  # one tree a provision that mattered
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)  # every provision and clause evaluated, by address
    folded: int = 0  # provisions evaluated that did not matter
    conflicts: tuple[Conflict, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class PackStamp:
    """Which text of a pack was applied."""

    pack: str
    title: str
    digest: str
    current_to: date
    stale: bool
    layers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The answer for one transaction: the worst of its lines."""

    transaction: str
    file: str
    as_of: date
    route: str  # "US -> DE (transit) -> GB"
    verdict: Verdict
    lines: tuple[LineVerdict, ...]
    packs: tuple[PackStamp, ...]
    rests_on: tuple[str, ...]  # completeness marks, screenings, attestations, as stated by whom
    conclusion_layer: str  # "durable-rules 2.0.28" or "exportcheck chainer"
    engine: str  # exportcheck's version
    options: Mapping[str, str] = field(default_factory=dict)
