"""Paths of facts as columns and mappings write them: `destination`, `item.eccn`, `consignee.country`, `party2.roles`.

The first word names the entity, a number behind it which of several; without such a word the fact is the transaction's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from exportcheck.errors import did_you_mean
from exportcheck.vocabulary.model import ENTITY_LISTS, MARKED_LISTS, FactDeclaration, Vocabulary

MEMBERS: Final[Mapping[str, str]] = {
    "party": "parties",
    "item": "items",
    "route": "route",
    "authorization": "authorizations",
    "component": "components",
    "ingredient": "ingredients",
    "point": "range_payload",
}
"""The word for one member of a list of entities."""
ROLE_WORDS: Final[Mapping[str, str]] = {"consignee": "ultimate-consignee", "intermediate": "intermediate-consignee"}
"""Short words for roles, beside the roles themselves with _ for -."""

_NUMBERED: Final = re.compile(r"([a-z_]+?)([1-9][0-9]{0,2})?")
Step = tuple[str, str]
"""A list of entities and which of its members: ("parties", "consignee"), ("components", "2"), ("items", "")."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a value goes: the entity by its `steps` from the transaction (none: the transaction itself), and what of it.

    `what` is "fact" (then `declaration` is set), "mark" (of the list or marked fact `name`), "claim" (the authority that is to be
    cited), or "currency" or "unit" of the fact `name`. `roles` are those that the word for a party stands for.
    """

    steps: tuple[Step, ...]
    kind: str
    what: Literal["fact", "mark", "claim", "currency", "unit"]
    name: str
    declaration: FactDeclaration | None = None
    roles: tuple[str, ...] = ()

    @property
    def of_item(self) -> bool:
        """Does it belong to a line, rather than to the transaction as a whole?"""
        return bool(self.steps) and self.steps[0][0] == "items"


class TargetError(ValueError):
    """A path that leads nowhere: `args` are the message and the hint."""


def find_target(path: str, vocabulary: Vocabulary, parties: Mapping[str, tuple[str, ...]] | None = None) -> Target:
    """The target that a path names. `parties` are words for parties with the roles that they stand for.

    Raises `TargetError`.
    """
    words = path.strip().split(".")
    steps: list[Step] = []
    roles: tuple[str, ...] = ()
    kind = "transaction"
    known = party_words(vocabulary, parties or {})
    if words[0] == "transaction" and len(words) > 1:
        words = words[1:]
    while len(words) > 1:
        if not steps and words[0] in known and vocabulary.get("transaction", ".".join(words)) is None:
            kind, roles = "party", known[words[0]]
            # `consignee` and `ultimate_consignee` are one party, and so are two columns that call it by the one and the other
            same = words[0] in ROLE_WORDS and words[0] not in (parties or {})
            steps.append(("parties", ROLE_WORDS[words[0]].replace("-", "_") if same else words[0]))
        elif (step := _member(words, kind, vocabulary)) is not None:
            steps.append(step)
            kind = ENTITY_LISTS[kind][step[0]]
        else:
            break
        words = words[1:]
    return _end(path, ".".join(words), tuple(steps), kind, roles, vocabulary)


def party_words(vocabulary: Vocabulary, parties: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Every word for a party, with its roles."""
    declared = vocabulary.get("party", "roles")
    roles = declared.type.values if declared is not None else ()
    words = {role.replace("-", "_"): (role,) for role in roles}
    words |= {word: (role,) for word, role in ROLE_WORDS.items() if role in roles}
    return {**words, **parties}


def _member(words: list[str], kind: str, vocabulary: Vocabulary) -> Step | None:
    found = _NUMBERED.fullmatch(words[0])
    if found is None or MEMBERS.get(found[1]) not in ENTITY_LISTS.get(kind, {}):
        return None
    # `order.value` is a fact of the transaction, and what a pack calls `item.x` of it would be too.
    if vocabulary.get(kind, ".".join(words)) is not None:
        return None
    name = MEMBERS[found[1]]
    if name == "items" and found[2]:
        raise TargetError("a row is one line, so items take no number", f"write item.{'.'.join(words[1:])}")
    return name, "" if name == "items" else found[2] or "1"


def _end(path: str, name: str, steps: tuple[Step, ...], kind: str, roles: tuple[str, ...], vocabulary: Vocabulary) -> Target:
    fact = vocabulary.get(kind, name)
    if fact is not None:
        if name == "roles" and roles:
            raise TargetError(f"`{steps[0][1]}` has its roles by its name", "use party1, party2, ... to take roles from a column")
        return Target(steps, kind, "fact", name, fact, roles)
    if name in ("claim", "claim.authority") and kind in ("transaction", "item"):
        return Target(steps, kind, "claim", "claim")
    if name.endswith("_complete"):
        listed = name.removesuffix("_complete")
        marked = vocabulary.get(kind, listed)
        if (listed in ENTITY_LISTS.get(kind, {}) and listed in MARKED_LISTS) or (marked is not None and marked.marked):
            return Target(steps, kind, "mark", listed, marked, roles)
    for beside, bases in (("currency", ("money",)), ("unit", ("number",))):
        owner = vocabulary.get(kind, name.removesuffix(f".{beside}"))
        if name.endswith(f".{beside}") and owner is not None and owner.type.base in bases:
            return Target(steps, kind, "currency" if beside == "currency" else "unit", owner.name, owner, roles)
    raise TargetError(f'there is no fact "{path[:80]}"', _hint(path, name, steps, kind, vocabulary))


def _hint(path: str, name: str, steps: tuple[Step, ...], kind: str, vocabulary: Vocabulary) -> str:
    if name == "classification":
        return "a classification is of one list: item.usml, item.eccn, ..."
    prefix = path[: len(path) - len(name)]
    near = did_you_mean(name[:80], vocabulary.names(kind))
    if near:
        return near if not prefix else near.replace('"', f'"{prefix}', 1)
    if not steps:
        for word in ("item", "party"):
            if vocabulary.get(word, name) is not None:
                return f"it is a fact of {'an item: item.' if word == 'item' else 'a party: consignee.'}{name}"
    return "`exportcheck facts` lists what may be stated"
