"""Cutting a program into pieces that durable-rules can hold, and naming literals so that it cannot mix them up.

The limits are those of durable-rules 2.0.28 (`NEXT_BUCKET_LENGTH` 512, `BETA_LIST_LENGTH` 256, `MAX_ACTIONS` 4096 in its C
sources), with a margin: at the very limit it loops or writes out of bounds rather than refuse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from exportcheck.engine.conclude.horn import HornRule

MOST_LITERALS: Final = 400
"""Distinct literals that the rules of one shard read."""
MOST_READERS: Final = 200
"""Rules of one shard that read the same literal."""
MOST_RULES: Final = 4000

SENTINEL: Final = "S"
"""The fact that a rule of every shard matches, so that a state exists and can be deleted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one shard may hold. Raises ValueError if a rule of two premises would not fit."""

    literals: int = MOST_LITERALS
    readers: int = MOST_READERS
    rules: int = MOST_RULES

    def __post_init__(self) -> None:
        if self.literals < 2 or self.readers < 1 or self.rules < 1:
            raise ValueError("a shard needs room for at least one rule of 2 premises")


def shards(rules: Iterable[HornRule], limits: Limits) -> tuple[tuple[int, ...], ...]:
    """The numbers of the rules of each shard, in the order of the program: neighbors stay together, as written.

    Bodies must be free of repeats and no longer than `limits.literals`.
    """
    done: list[tuple[int, ...]] = []
    current: list[int] = []
    readers: Counter[str] = Counter()
    for number, rule in enumerate(rules):
        new = sum(1 for literal in rule.body if literal not in readers)
        full = (
            len(current) >= limits.rules
            or len(readers) + new > limits.literals
            or any(readers[literal] >= limits.readers for literal in rule.body if literal in readers)
        )
        if full and current:
            done.append(tuple(current))
            current, readers = [], Counter()
        current.append(number)
        readers.update(rule.body)
    if current:
        done.append(tuple(current))
    return tuple(done)


def fnv1a_32(text: str) -> int:
    """The 32-bit FNV-1a hash of `text` in UTF-8, by which durable-rules compares texts (Fowler, Noll, Vo; RFC 9923)."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def identifiers(count: int, hashed: Callable[[str], int] = fnv1a_32) -> tuple[str, ...]:
    """`count` short names for literals, no two of which (nor the sentinel) have one hash: a name that would is passed over."""
    taken = {hashed(SENTINEL)}
    names: list[str] = []
    number = 0
    while len(names) < count:
        name = f"L{number}"
        number += 1
        if (value := hashed(name)) not in taken:
            taken.add(value)
            names.append(name)
    return tuple(names)
