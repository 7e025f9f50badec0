"""What the exporter means to cite, matched to exemptions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from exportcheck.rulepack.model import Pack, Provision
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.transaction.model import Claim, Entity, Transaction
from exportcheck.values import Truth, k_or

NO_LICENSE = frozenset({"NLR", "NO LICENSE REQUIRED", "NO LICENCE REQUIRED"})


@dataclass(frozen=True, slots=True)
class Claimed:
    """The claims on a line as a pack sees them. `made` is False where the line claims nothing under this pack.

    `unread` are claimed authorities that the pack does not model.
    """

    made: bool
    exemptions: frozenset[str]
    unread: tuple[str, ...] = ()


NOTHING = Claimed(False, frozenset())


def claims_of(transaction: Transaction, item: Entity) -> list[Claim]:
    """The claims that name this line, or every line."""
    line = item.facts.get("line")
    number = line.value if line is not None else None
    return [c for c in transaction.claims if c.line is None or c.line == number]


def rests_on(claims: list[Claim], authorization: Entity) -> Truth:
    """May a line with these claims rest on a license or agreement held? One that claims nothing may rest on any."""
    return k_or([_is_claimed(c.authority, authorization) for c in claims]) if claims else True


def _is_claimed(authority: str, authorization: Entity) -> Truth:
    """Does a claim name this license, by its number, or by its kind where the claim gives no number?"""
    kind, number = _stated(authorization, "kind"), _stated(authorization, "number")
    words = _plain(authority)
    named = _plain(number)
    if named and (words == named or words.endswith(" " + named) or f" {named} " in words):
        return True
    if kind and words == _plain(kind):
        return True
    if (number and kind) or re.search(r"C\.?F\.?R", authority, re.IGNORECASE):
        return False
    return None if re.search(r"\d", authority.replace(kind, "")) else False


def _stated(entity: Entity, name: str) -> str:
    fact = entity.facts.get(name)
    return fact.value if fact is not None and isinstance(fact.value, str) else ""


def licenses(transaction: Transaction) -> tuple[Entity, ...]:
    """The licenses and agreements that a transaction states."""
    listed = transaction.root.lists.get("authorizations")
    return listed.members if listed is not None else ()


def claimed(rules: Ruleset, pack: Pack, claims: list[Claim], held: Sequence[Entity] = ()) -> Claimed:
    """The exemptions of a pack that the claims name; those that stand for a license `held` too."""
    made = False
    exemptions: set[str] = set()
    unread: list[str] = []
    for claim in claims:
        if _plain(claim.authority) in NO_LICENSE:
            made = made or _own(pack, "EAR99") or pack.id == "ear"
            continue
        found = [p.id for p in rules.of_kind(pack.id, "exemption") if _names(claim.authority, p)]
        kinds = {_stated(a, "kind") for a in held if _is_claimed(claim.authority, a)}
        found += [p.id for p in rules.of_kind(pack.id, "exemption") if not kinds.isdisjoint(p.held)]
        if found:
            made = True
            exemptions.update(found)
        elif any(_names(claim.authority, p) for p in rules.packs.provisions if p.pack == pack.id and p.kind == "exemption"):
            made = True  # it is modelled, and not in force on this day: it covers nothing
        elif _own(pack, claim.authority):
            made = True
            unread.append(claim.authority)
    return Claimed(made, frozenset(exemptions), tuple(unread))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.upper().replace("§", "").replace("LICENSE EXCEPTION", "").strip(" .")).replace(" SECTION", "")


def _names(authority: str, exemption: Provision) -> bool:
    asked = _plain(authority)
    if asked in (_plain(exemption.id), _plain(exemption.cite_as), _plain(exemption.aes_code)) and asked:
        return True
    cite = _plain(exemption.cite)
    return (
        cite == asked
        or (cite.startswith(asked) and cite[len(asked) :].startswith(("(", ",", " ")))
        or asked.startswith(cite + "(")
    )


def _own(pack: Pack, authority: str) -> bool:
    """Could an authority of this name be one of the pack's? By its volume, as `22 CFR`; a bare name is an EAR exception's."""
    kinds = tuple(k.upper() for k in pack.license_kinds)
    if authority.upper().startswith(kinds) and kinds:
        return True
    volume = re.match(r"\s*(\d+)\s*C\.?F\.?R", authority, re.IGNORECASE)
    own = re.match(r"\s*(\d+)\s*C\.?F\.?R", pack.authority, re.IGNORECASE)
    if volume and own:
        return volume[1] == own[1]
    symbol = re.fullmatch(r"\s*(License Exception\s+)?[A-Z0-9]{2,5}\s*", authority, re.IGNORECASE)
    return symbol is None or (own is not None and own[1] == "15")  # what no pack can be seen to own may be any pack's
