"""What keeps a line from passing, piece by piece, each with the provision that says so and the place in the description."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exportcheck.engine.cited import full_cite
from exportcheck.engine.result import (
    FactUse,
    FailKind,
    LineVerdict,
    PackVerdict,
    Question,
    Reason,
    ReviewKind,
    Verdict,
    provision_of,
    walk,
)
from exportcheck.engine.unread import answerable, unread
from exportcheck.errors import Span

MOST_FACTS = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a line fails, or one thing that is open about it.

    `address` is that of the provision or clause that decided or that asks, or a pack where no provision did; `provisions` are
    all that have to be settled or waived. `where` is the fact that decided or the entity that lacks one, else the line.
    """

    verdict: Verdict
    kind: FailKind | ReviewKind | None
    address: str
    provisions: tuple[str, ...]
    cite: str
    says: str
    advice: str = ""
    where: Span | None = None
    facts: tuple[FactUse, ...] = ()
    subject: str = ""  # what is asked: entity and fact

    @property
    def provision(self) -> str:
        return provision_of(self.address)

    def fingerprint(self, transaction: str, line: str) -> str:
        """The same for the same finding in another run, however the file was edited: 32 hexadecimal digits."""
        parts = (transaction, line, self.verdict, self.kind or "", self.address, self.subject)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def deciding_packs(line: LineVerdict) -> list[PackVerdict]:
    """The packs whose verdict is that of the line; regimes only where nothing else was asked."""
    packs = [p for p in line.packs if p.force == "binding"] or list(line.packs)
    return [p for p in packs if p.verdict == line.verdict] or packs


def findings_of(line: LineVerdict) -> tuple[Finding, ...]:
    """At least one for a line that fails or needs review, none for one that passes."""
    if line.verdict == "fail":
        return tuple(_fail(line, pack) for pack in deciding_packs(line))
    if line.verdict != "needs-review":
        return ()
    found = [
        Finding(line.verdict, "conflict", c.provision, (provision_of(c.provision),), c.cite, c.says, where=line.span)
        for c in line.conflicts
    ]
    found += [_question(line, q) for q in (*answerable(line.questions), *unread(line.questions))]
    return tuple(found) or tuple(_open(line, pack) for pack in deciding_packs(line)) or (_nothing(line),)


def reason_of(line: LineVerdict, address: str) -> Reason | None:
    """The node of the reasoning with this address."""
    return next((r for tree in line.reasons for r in walk(tree) if r.address == address), None)


def cite_of(line: LineVerdict, address: str) -> str:
    """The citation in full of a provision or clause of the reasoning; empty where it is not among them."""
    reason = reason_of(line, address)
    if reason is None:
        return ""
    provision = reason_of(line, address.partition("#")[0])
    return reason.cite if provision is None or provision is reason else full_cite(provision.cite, reason.cite)


def _fail(line: LineVerdict, pack: PackVerdict) -> Finding:
    address = pack.deciding or pack.pack
    reason = reason_of(line, address)
    facts = tuple(dict.fromkeys(_facts(reason)))[:MOST_FACTS] if reason is not None else ()
    own = [f for f in facts if f.entity.startswith("items")] or list(facts)
    sentence = reason.sentence if reason is not None and reason.sentence not in pack.summary else ""
    cite = cite_of(line, address)
    if pack.fail == "curable":
        undone = [s.says for s in pack.steps if s.done is False]
        advice = "do first: " + "; ".join(undone) if undone else ""
    else:
        advice = f"apply for: {pack.form}" if pack.form and pack.form not in pack.summary else ""
    return Finding(
        "fail",
        pack.fail,
        address,
        (provision_of(address),),
        cite,
        ": ".join(filter(None, (pack.summary or pack.title, sentence))),
        advice,
        own[0].span if own and len(_spans(own)) == 1 else line.span or (own[0].span if own else None),
        facts,
    )


def _facts(reason: Reason) -> Iterator[FactUse]:
    """The stated facts of what has the same outcome as the reason."""
    for below in walk(reason):
        if below.truth is reason.truth:
            yield from (fact for fact in below.used if fact.span is not None)


def _spans(facts: Sequence[FactUse]) -> set[Span | None]:
    return {fact.span for fact in facts}


def _question(line: LineVerdict, question: Question) -> Finding:
    address = question.asked_by[0] if question.asked_by else _pack_asking(line)
    return Finding(
        "needs-review",
        question.kind,
        address,
        tuple(dict.fromkeys(map(provision_of, question.asked_by or (address,)))),
        question.cite or cite_of(line, address),
        question.text,
        f"write {question.how}" if question.how else "",
        question.where or line.span,
        subject=f"{question.entity} {question.fact or question.text}",
    )


def _pack_asking(line: LineVerdict) -> str:
    packs = deciding_packs(line)
    return packs[0].pack if packs else "exportcheck"


def _open(line: LineVerdict, pack: PackVerdict) -> Finding:
    address = pack.deciding or pack.pack
    kind = pack.reviews[0] if pack.reviews else None
    says = pack.summary or f"{pack.title} is not settled"
    return Finding("needs-review", kind, address, (provision_of(address),), cite_of(line, address), says, where=line.span)


def _nothing(line: LineVerdict) -> Finding:
    return Finding("needs-review", None, "exportcheck", ("exportcheck",), "", "nothing decided this line", where=line.span)


def decided_by(line: LineVerdict) -> tuple[str, ...]:
    """What a line that does not pass turns on, in order: addresses that decide with the grounds raised, provisions that ask."""
    if line.verdict == "needs-review":
        open_ = {p for f in findings_of(line) for p in f.provisions}
        return tuple(sorted(open_ | {provision_of(a) for q in line.questions for a in q.asked_by}))
    if line.verdict != "fail":
        return ()
    packs = deciding_packs(line)
    grounds = {g.ground for p in packs if p.fail == "license-required" for g in p.grounds if g.truth is True and not g.lifted_by}
    return tuple(sorted({p.deciding or p.pack for p in packs} | grounds))
