"""A witness made small, written, read back, and confirmed by checking it under both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml

from exportcheck.compare.editing import droppings, size, with_names
from exportcheck.compare.model import Change, Shown, Witness
from exportcheck.compare.pairs import Pair, Pairing
from exportcheck.compare.search import Found
from exportcheck.compare.touched import touched
from exportcheck.engine.check import Engine
from exportcheck.engine.result import Result
from exportcheck.errors import InputError
from exportcheck.source.read import read_text_documents
from exportcheck.transaction.canonical import canonical
from exportcheck.transaction.change import replace_fact
from exportcheck.transaction.model import Fact, Transaction
from exportcheck.transaction.read import transaction_from_node
from exportcheck.vocabulary.model import Vocabulary

MOST_TOLD = 8
"""Facts that the story of a witness tells."""

MOST_DROPPED = 700
"""Evaluations that making one witness small may take."""


def confirmed(
    found: Found, change: Change, pairing: Pairing, vocabulary: Vocabulary, readers: Sequence[str], focus: frozenset[object]
) -> Witness | None:
    """The witness that a find comes to; None where what was written does not read back to the same two verdicts."""
    packs = _packs(found, pairing)
    composing = packs or found.packs
    small = shrunk(found.pair.transaction, change, pairing, composing, readers)
    wanted = pairing(small).answers(composing)
    named = with_names(small)
    if pairing(named).answers(composing) == wanted:
        small = named
    name = f"diff-{change.id.rpartition('/')[2]}"
    small = replace(replace_fact(small, "", "id", Fact(name, name)), id=name)
    text = written(small)
    back = read_back(text, vocabulary)
    if back is None:
        return None
    pair = pairing(back)
    direction = pair.direction(composing)
    parts = touched(change, pair, readers)
    if direction is None or not parts:
        return None
    shown = [
        _shown(engine, back, day, composing if packs is None else None, found.packs)
        for engine, day in ((pairing.old, pairing.old_day), (pairing.new, pairing.new_day))
    ]
    answers = (pair.old.answer(composing), pair.whole.answer(composing))
    if [s.verdict for s in shown] != [_reported(a[0]) for a in answers]:
        return None
    return Witness(
        direction=direction,
        transaction=back,
        text=text,
        old=shown[0],
        new=shown[1],
        packs=composing if packs is None else None,
        facts=size(back),
        story=story(change, pair, parts, focus),
        parts=parts,
    )


def _packs(found: Found, pairing: Pairing) -> tuple[str, ...] | None:
    """The binding packs together, where they too come to another verdict in that direction; None: the pack alone."""
    binding = pairing.binding()
    if found.packs[0] not in binding:
        return None
    binding = (*found.packs, *(p for p in binding if p not in found.packs))
    return binding if found.pair.direction(binding) == found.direction else None


def _reported(verdict: str) -> str:
    return "pass" if verdict == "not-subject" else verdict


def _shown(engine: Engine, transaction: Transaction, day: Any, packs: Sequence[str] | None, headline: Sequence[str]) -> Shown:
    known = None if packs is None else [p for p in packs if p in engine.packs.packs]
    result = engine.check(transaction, day, known, explain=False)
    return Shown(result.verdict, summary_of(result, headline), day)


def summary_of(result: Result, packs: Sequence[str]) -> str:
    """What the packs say, in a line: of those named, the worst line first."""
    said: dict[str, None] = {}
    for line in result.lines:
        for pack in line.packs:
            if pack.pack in packs:
                said[pack.summary] = None
    return "; ".join(said)


def shrunk(
    transaction: Transaction, change: Change, pairing: Pairing, packs: Sequence[str], readers: Sequence[str]
) -> Transaction:
    """The transaction with everything dropped that the verdicts do not need: no one thing more can be left out."""
    wanted = pairing(transaction).all_answers(packs)

    def good(smaller: Transaction) -> bool:
        pair = pairing(smaller)
        return pair.gives(packs, wanted) and bool(touched(change, pair, readers))

    needed = without_unread(transaction, change, pairing, packs, readers)
    return smallest(needed if good(needed) else transaction, good)


def smallest(transaction: Transaction, good: Callable[[Transaction], bool]) -> Transaction:
    """The transaction with one thing after the other dropped, as long as it stays good."""
    tried, again = 0, True
    while again and tried < MOST_DROPPED:
        again, offset = False, 0
        every = droppings(transaction)
        while offset < len(every) and tried < MOST_DROPPED:
            smaller = every[offset]()
            tried += 1
            if good(smaller):
                transaction, again = smaller, True
                every = droppings(transaction)
            else:
                offset += 1
    return transaction


def without_unread(
    transaction: Transaction, change: Change, pairing: Pairing, packs: Sequence[str], readers: Sequence[str]
) -> Transaction:
    """The transaction without the facts that neither side read on its way to the two verdicts."""
    from exportcheck.compare.editing import KEPT
    from exportcheck.rulepack.recording import Recording
    from exportcheck.transaction.change import REMOVE

    recording = Recording()
    pair = pairing(recording.copy(transaction))
    pair.direction(packs)
    pair.answers(packs)
    touched(change, pair, readers)
    for entity in list(transaction.entities()):
        for name in entity.facts:
            if name not in KEPT and (entity.path, name) not in recording.read:
                transaction = replace_fact(transaction, entity.path, name, REMOVE)
    return transaction


def story(change: Change, pair: Pair, parts: Sequence[str], focus: frozenset[object]) -> tuple[str, ...]:
    """The facts that the changed clauses read on the witness, or that have a value of the difference (`focus`), in words."""
    from exportcheck.compare.gather import gathered
    from exportcheck.compare.mutants import is_of

    pairing = Pairing(pair.old.engine, pair.whole.engine, pair.old.day, pair.whole.day)
    sites = gathered(change, pairing, (), parts)[0]
    words: dict[str, None] = {}
    for entity in pair.transaction.entities():
        kind = "item" if entity.kind == "component" else entity.kind
        for name, fact in entity.facts.items():
            if name not in ("roles", "name") and ((kind, name) in sites or (not sites and is_of(fact.value, focus))):
                whose = "" if entity.kind == "transaction" else f"{entity.label}: "
                words[f"{whose}{name} {_value(fact)}"] = None
    return tuple(words)[:MOST_TOLD]


def _value(fact: Fact) -> str:
    from exportcheck.compare.data import shown

    if isinstance(fact.value, bool):
        return "yes" if fact.value else "no"
    value = getattr(fact.value, "value", None)
    return str(value) if isinstance(value, str) else f"{shown(fact.value)} {fact.unit}".strip()


# writing and reading back


class _Dumper(yaml.SafeDumper):
    """Lists of texts on one line, everything else spread out."""


def written(transaction: Transaction, comment: Sequence[str] = ()) -> str:
    """The transaction as a YAML description."""
    head = "".join(f"# {line}\n" for line in comment)
    description = canonical(transaction)
    order = ("schema", "transaction", "parties_complete", "parties", "items", "authorizations")
    data = {k: _plain(description[k]) for k in order if k in description}
    body = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
    return head + body


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        keys = [k for k in ("line", "name", "id", "roles") if k in value]
        return {k: _plain(value[k]) for k in (*keys, *(k for k in value if k not in keys))}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def read_back(text: str, vocabulary: Vocabulary) -> Transaction | None:
    """The transaction that a text describes; None where it is no valid description."""
    try:
        (document,) = read_text_documents(text, "witness.yaml")
        return transaction_from_node(document, vocabulary)
    except (InputError, ValueError):
        return None
