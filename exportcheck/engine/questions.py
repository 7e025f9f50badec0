"""Needs-review as questions: in plain words, in the order that decides soonest, with the verdict that each answer leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from exportcheck.engine.cited import full_cite
from exportcheck.engine.explain import Ask
from exportcheck.engine.result import Answer, Question, ReviewKind, Verdict
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.change import entity_at, replace_fact
from exportcheck.transaction.model import Entity, EntityList, Judgement, Transaction
from exportcheck.vocabulary.model import FactDeclaration

MOST_TRIED = 16
"""Questions whose answers are tried; the rest are asked without."""
FEW = 6
"""An enum with more values than this is not tried value by value."""

KINDS: dict[str, ReviewKind] = {
    "fact": "missing-fact",
    "attested": "missing-fact",
    "list": "missing-fact",
    "nobody": "missing-fact",
    "rate": "missing-fact",
    "judgement": "judgement",
    "conflict": "conflict",
    "not-modelled": "not-modelled",
    "uncertain": "uncertain",
    "unverified": "unverified",
    "stale": "stale",
}

LAST = ("not-modelled", "stale", "uncertain", "unverified")
"""Kinds that no fact answers: they come last."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict of the line for a changed transaction, what it rests on in a few words, and how many questions are left."""

    verdict: Verdict
    detail: str
    left: int


Judge = Callable[[Transaction], Judged]


@dataclass(frozen=True, slots=True)
class Trial:
    """One answer, and the transaction with it."""

    answer: str
    transaction: Transaction


def questions(asks: Sequence[Ask], transaction: Transaction, packs: Packs, judge: Judge | None) -> tuple[Question, ...]:
    """The questions, those whose every answer ends the review first, then those whose best answer leaves the fewest.

    Without `judge` it is not tried what the answers lead to.
    """
    found = []
    for number, (ask, asked_by) in enumerate(_merged(asks)):
        answers = []
        for trial in trials(ask, transaction, packs) if judge is not None and number < MOST_TRIED else ():
            assert judge is not None
            judged = judge(trial.transaction)
            answers.append(Answer(trial.answer, judged.verdict, judged.detail, judged.left))
        question = _question(ask, asked_by, transaction, packs)
        decides = bool(answers) and all(a.verdict != "needs-review" for a in answers)
        found.append(replace(question, answers=tuple(answers), decides=decides))
    return tuple(sorted(found, key=_rank))  # the sort is stable: otherwise as the law was read


def count(asks: Sequence[Ask]) -> int:
    """How many questions these are. What no fact answers counts unless a question of the same provision may rule it out."""
    asked = {_provision(a.address) for a in asks if KINDS[a.kind] not in LAST}
    return sum(1 for ask, _ in _merged(asks) if KINDS[ask.kind] not in LAST or _provision(ask.address) not in asked)


def _rank(question: Question) -> tuple[int, int, int]:
    if not question.answers:
        return (3 if question.kind in LAST else 2, 0, 0)
    best = min(a.left for a in question.answers)
    return (0 if question.decides else 1, best, sum(a.left for a in question.answers))


def _merged(asks: Sequence[Ask]) -> Iterator[tuple[Ask, tuple[str, ...]]]:
    """Each thing asked once, with every clause that asks it."""
    by_key: dict[tuple[str, str, str], list[Ask]] = {}
    for ask in asks:
        by_key.setdefault((ask.kind if ask.kind not in ("attested",) else "fact", ask.entity, ask.name), []).append(ask)
    for group in by_key.values():
        yield group[0], tuple(dict.fromkeys(a.address for a in group if a.address))


def _question(ask: Ask, asked_by: tuple[str, ...], transaction: Transaction, packs: Packs) -> Question:
    entity = _entity(transaction, ask.entity)
    declared = packs.vocabulary.get(entity.kind, ask.name)
    text, how = _words(ask, entity, declared)
    fact = "" if ask.kind in ("not-modelled", "uncertain", "unverified", "stale") else ask.name
    if ask.kind == "rate":
        fact = f"exchange_rates.{ask.name}"
    elif ask.kind == "list":
        fact = f"{ask.name}_complete"
    stated = entity.facts.get(ask.name)
    where = stated.span if stated is not None else entity.span if entity.span.line else None
    label = "" if entity.kind == "transaction" else entity.label
    cite = full_cite(_cite_of(ask.address, packs), ask.cite)
    if ask.kind == "nobody":
        text = _nobody(ask, packs) or text
    elif ask.kind == "not-modelled":
        text = unread_text(ask, packs)
    return Question(KINDS[ask.kind], text, ask.entity, label, fact, asked_by, cite, where, how)


def unread_text(ask: Ask, packs: Packs) -> str:
    """What is not modelled, cited in full."""
    if ask.cite and ask.text.startswith(f"{ask.cite}: "):
        return full_cite(_cite_of(ask.address, packs), ask.cite) + ask.text[len(ask.cite) :]
    return ask.text


def _nobody(ask: Ask, packs: Packs) -> str:
    """The question who it is, by the sentence of the clause that asks about nobody."""
    address = ask.address.partition("#")[2]
    clauses = (c for p in packs.texts(_provision(ask.address)) for c in p.clauses())
    says = next((c.says for c in clauses if c.address == address), "")
    return f'Nobody is stated of whom this could be said: "{says}". Who is it?' if says else ""


def _provision(address: str) -> str:
    return address.partition("#")[0].partition("@")[0]


def _cite_of(address: str, packs: Packs) -> str:
    """The citation of the provision that an address stands in."""
    return next((p.cite for p in packs.texts(_provision(address))), "")


def _words(ask: Ask, entity: Entity, declared: FactDeclaration | None) -> tuple[str, str]:
    things = ask.name.replace("_", " ")
    label = entity.label
    match ask.kind:
        case "rate":
            return (
                f"How many U.S. dollars is one {ask.name} worth?",
                f"exchange_rates: {{{ask.name}: {{usd: ..., dated: ..., source: ...}}}}",
            )
        case "list" if ask.name == "parties":
            return "Are these all the parties to the transaction?", "parties_complete: true"
        case "list":
            of = "" if entity.kind == "transaction" else f" of {label}"
            return f"Are these all the {things}{of}?", f"{ask.name}_complete: true"
        case "nobody":
            return (
                f"Nobody among the {things} has the role that is asked about: who is it?",
                f"{ask.name}: add who it is, with roles",
            )
        case "judgement":
            question = ask.text or f"How is {things} judged?"
            return question, f"judgements: {{{ask.name}: {{answer: true | false, by: ..., dated: ..., because: ...}}}}"
        case "conflict" if not ask.name:
            return f"{ask.text[:1].upper()}{ask.text[1:]}: which is right?", "correct the classification, or the figures"
        case "conflict":
            return (
                f"The stated facts contradict what was attested of {label}: {ask.text}. Which is right?",
                f"correct {ask.name}, or the facts",
            )
        case "fact" | "attested" if declared is not None:
            stated = entity.facts.get(ask.name)
            text = declared.question.replace("{name}", label)
            if stated is not None and stated.text:
                text = f"{text} (stated as {stated.text}: more exactly)"
            return text, f"{ask.name}: {_form(declared)}"
        case _:
            return ask.text or f"What of {things}?", ""


def _form(fact: FactDeclaration) -> str:
    if fact.type.base == "boolean":
        return "true | false"
    if fact.type.base == "knowledge":
        return '"yes" | "no"'
    if fact.type.base == "enum" and not fact.type.list_of:
        return " | ".join(fact.type.values[:FEW]) + (" | ..." if len(fact.type.values) > FEW else "")
    return f"<{fact.type}>" if len(str(fact.type)) < 60 else f"<{fact.type.base}>"


def _entity(transaction: Transaction, path: str) -> Entity:
    try:
        return entity_at(transaction, path)
    except KeyError:
        return transaction.root


def trials(ask: Ask, transaction: Transaction, packs: Packs) -> Iterator[Trial]:
    """The answers that can be tried: yes and no, the values of a short enum, the mark of completeness, a judgement."""
    if ask.kind == "judgement":
        for agreed in (True, False):
            judgement = Judgement(ask.name, agreed, "?", date.min, "supposed")
            judged = MappingProxyType({**transaction.judgements, ask.name: judgement})
            yield Trial("yes" if agreed else "no", replace(transaction, judgements=judged))
        return
    entity = _entity(transaction, ask.entity)
    if ask.kind == "list":
        marked = _marked(transaction, entity, ask.name)
        if marked is not None:
            yield Trial("yes", marked)
        return
    declared = packs.vocabulary.get(entity.kind, ask.name)
    if ask.kind not in ("fact", "attested") or declared is None or declared.type.list_of:
        return
    values: list[tuple[str, object]] = []
    if declared.type.base == "boolean":
        values = [("yes", True), ("no", False)]
    elif declared.type.base == "knowledge":
        values = [("yes", "yes"), ("no", "no")]
    elif declared.type.base == "enum" and len(declared.type.values) <= FEW:
        values = [(v, v) for v in declared.type.values]
    for answer, value in values:
        yield Trial(answer, replace_fact(transaction, ask.entity, ask.name, value))


def _marked(transaction: Transaction, entity: Entity, name: str) -> Transaction | None:
    """The transaction in which this list is said to be complete."""
    fact = entity.facts.get(name)
    if fact is not None and isinstance(fact.value, frozenset):
        return replace_fact(transaction, entity.path, name, replace(fact, complete=True))
    listed = entity.lists.get(name)
    if listed is None or not listed.members:
        return None
    full: EntityList = replace(listed, complete=True)
    changed = replace(entity, lists=MappingProxyType({**entity.lists, name: full}))
    if entity.kind == "transaction":
        return replace(transaction, root=changed)
    return _with_entity(transaction, entity, changed)


def _with_entity(transaction: Transaction, old: Entity, new: Entity) -> Transaction:
    def swap(entity: Entity) -> Entity:
        if entity is old:
            return new
        lists = {n: replace(x, members=tuple(swap(m) for m in x.members)) for n, x in entity.lists.items()}
        return replace(entity, lists=MappingProxyType(lists))

    return replace(transaction, root=swap(transaction.root))
