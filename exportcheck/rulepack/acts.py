"""What an exemption lifts and what a limitation limits, as cases expect it: `ear/740.9(a) lifts ear/NS1`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from exportcheck.errors import did_you_mean
from exportcheck.rulepack.model import Packs, Provision
from exportcheck.values import Truth, k_and, k_not

if TYPE_CHECKING:
    from exportcheck.engine.evaluate import Evaluation
    from exportcheck.transaction.model import Entity

Verb = Literal["lifts", "limits"]
ACTOR: dict[str, str] = {"lifts": "exemption", "limits": "limitation"}
"""The kind of provision that can."""


@dataclass(frozen=True, slots=True)
class Act:
    """An exemption lifts a ground, or a limitation limits an exemption; `paragraph`: only the alternatives with it."""

    provision: str
    verb: Verb
    target: str
    paragraph: str = ""

    def __str__(self) -> str:
        within = f"#{self.paragraph}" if self.paragraph else ""
        return (
            f"{self.provision}{within} lifts {self.target}"
            if self.verb == "lifts"
            else f"{self.provision} limits {self.target}{within}"
        )


def act_of(address: str) -> Act | None:
    """An address of one act, taken apart; None for any other address."""
    for verb in ("lifts", "limits"):
        provision, found, target = address.partition(f" {verb} ")
        if found:
            name, _, paragraph = (provision if verb == "lifts" else target).strip().partition("#")
            return (
                Act(name, "lifts", target.strip(), paragraph)
                if verb == "lifts"
                else Act(provision.strip(), "limits", name, paragraph)
            )
    return None


def acts_of(packs: Packs, address: str) -> Iterator[Act]:
    """Each act that an address speaks of: targets are separated by commas, and a family is each of its grounds.

    Raises `LookupError` (message, hint) where it names what the packs do not have.
    """
    whole = act_of(address)
    if whole is None:
        return
    actors = [p.id for p in packs.provisions if p.kind == ACTOR[whole.verb]]
    if whole.provision not in actors:
        raise LookupError(f'no {ACTOR[whole.verb]} "{whole.provision}"', did_you_mean(whole.provision, actors))
    for target in address.partition(f" {whole.verb} ")[2].split(","):
        name, _, paragraph = target.strip().partition("#")
        if whole.verb == "limits":
            _exemption(packs, name, paragraph)
            yield Act(whole.provision, whole.verb, name, paragraph)
        else:
            grounds = packs.family(name)
            if not grounds:
                families = {f for g in packs.grounds.values() for f in (g.family, *g.also)}
                raise LookupError(f'no ground or family "{name}"', did_you_mean(name, [*packs.grounds, *sorted(families)]))
            _exemption(packs, whole.provision, whole.paragraph)
            for ground in grounds:
                yield Act(whole.provision, whole.verb, ground, whole.paragraph)


def _exemption(packs: Packs, name: str, paragraph: str) -> None:
    texts = [p for p in packs.texts(name) if p.kind == "exemption"]
    if not texts:
        exemptions = [p.id for p in packs.provisions if p.kind == "exemption"]
        raise LookupError(f'no exemption "{name}"', did_you_mean(name, exemptions))
    addresses = [c.address for p in texts for c in p.clauses()]
    if paragraph and paragraph not in addresses:
        raise LookupError(f'{name} has no paragraph "{paragraph}"', did_you_mean(paragraph, addresses))


def truth_of(evaluation: Evaluation, act: Act, item: Entity) -> Truth:
    """Is it so on this line?

    A ground is lifted where a part of the exemption that lifts it holds and no limitation stops it. An exemption is limited
    where the limitation holds and spares nothing of what is asked about.
    """
    from exportcheck.engine.decide import after_limits
    from exportcheck.engine.parts import limiting, parts_of, spared

    rules = evaluation.rules
    acting: Provision | None = rules.provisions.get(act.provision)
    if acting is None:
        return False
    if act.verb == "lifts":
        return after_limits(evaluation, acting, item, act.target, act.paragraph)
    exemption = rules.provisions.get(act.target)
    if exemption is None:
        return False
    parts = parts_of(rules, exemption)
    found: list[Truth] = []
    for part in parts:
        if act.paragraph and not part.reaches(act.paragraph):
            continue
        limit = next((x for x in part.limits if x.limitation.id == act.provision), None)
        stopped = limit is not None and k_and((limiting(evaluation, limit, item), k_not(spared(evaluation, limit, item))))
        found.append(stopped)
    return k_and(found) if found else None
