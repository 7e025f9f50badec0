"""What a worker is told: plain values, by which it loads the law for itself, once in each Python process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from exportcheck import __version__
from exportcheck.batch.plan import Plan
from exportcheck.batch.slices import Decider
from exportcheck.rulepack.model import Packs

if TYPE_CHECKING:
    from exportcheck.intake import Mapping

_KEPT = 4
"""So many laws, of other days or packs, are kept in a process."""


class UnlikeError(RuntimeError):
    """A worker has other rules, another mapping or another exportcheck than the program that sent it the work."""


@dataclass(frozen=True, slots=True)
class Told:
    """Rules, layers and mapping are named by their paths, and are at the same ones on every machine; `packs` and `mapping` are
    their digests, so that a worker that finds others there refuses."""

    plan: Plan
    version: str
    packs: tuple[tuple[str, str], ...]
    mapping: str | None

    @staticmethod
    def of(plan: Plan, packs: Packs, mapping: Mapping | None) -> Told:
        """What the workers are told. The law alone decides which of what they keep is meant, not what is read or written."""
        plan = replace(
            plan, source=Path("input"), out=Path(f"output{plan.out.suffix}"), jobs=1, restart=False, spark=False, master=None
        )
        return Told(plan, __version__, _digests(packs), mapping.digest if mapping is not None else None)

    def decider(self) -> Decider:
        """Raises UnlikeError where it would decide by something else than was meant."""
        return _decider(self)

    def map(self) -> Mapping | None:
        """The mapping. Raises UnlikeError where it is another one."""
        return _mapping(self)


@lru_cache(_KEPT)
def _decider(told: Told) -> Decider:
    if told.version != __version__:
        raise UnlikeError(f"this worker has exportcheck {__version__}, and the program that sent the work {told.version}")
    packs = told.plan.load()
    if _digests(packs) != told.packs:
        differ = {name for name, _ in {*_digests(packs)} ^ {*told.packs}}
        raise UnlikeError(f"this worker has other rules: {', '.join(sorted(differ))}")
    return Decider(packs, told.plan)


@lru_cache(_KEPT)
def _mapping(told: Told) -> Mapping | None:
    mapping = told.plan.map(told.decider().engine.packs)
    if (mapping.digest if mapping is not None else None) != told.mapping:
        raise UnlikeError(f"this worker has another mapping {told.plan.mapping}")
    return mapping


def _digests(packs: Packs) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((pack.id, pack.digest) for pack in packs.packs.values()))
