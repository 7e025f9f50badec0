"""Provisions of plain conditions, and flat lines with nulls to decide them on. Seeded.

Each provision holds where its first three conditions and one of the last two do. A condition asks a number against a figure, a
text of a closed list, or a truth value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs

PACK = "flat"
NUMBERS, TEXTS, FLAGS = 10, 10, 20
GREATEST = 1000
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")
NULLS = 0.2
CONDITIONS = 5
_HEAD: dict[str, Any] = {
    "pack": PACK, "title": "Flat", "authority": "1 F", "force": "binding", "current_to": "2026-07-23", "binds_when": "true",
    "sections": [{"section": "1", "state": "modelled"}],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition: a column, how it is asked (`<=`, `>`, `in`, `=`, `is`, `not`), and against what."""

    column: str
    op: str
    value: int | str | tuple[str, ...] | None = None

    @property
    def text(self) -> str:
        """In the language of conditions."""
        fact = f"i.{self.column}"
        if self.op in ("is", "not"):
            return fact if self.op == "is" else f"not({fact})"
        if isinstance(self.value, int):
            return f"{fact} {self.op} {self.value}"
        if isinstance(self.value, str):
            return f'{fact} = "{self.value}"'
        return f"{fact} in [{', '.join(f'{chr(34)}{w}{chr(34)}' for w in self.value or ())}]"


Provisions = Mapping[str, tuple[Asked, ...]]


def provisions(count: int, seed: int = 0) -> Provisions:
    """By id, the conditions: all of the first three, and any of the rest."""
    random = Random(seed)
    return {f"{PACK}/{n}": tuple(_asked(random) for _ in range(CONDITIONS)) for n in range(count)}


def _asked(random: Random) -> Asked:
    kind = random.randrange(3)
    if kind == 0:
        return Asked(f"n{random.randrange(NUMBERS)}", random.choice(("<=", ">")), random.randrange(GREATEST))
    if kind == 1:
        column = f"t{random.randrange(TEXTS)}"
        if random.random() < 0.5:
            return Asked(column, "=", random.choice(WORDS))
        return Asked(column, "in", tuple(sorted(random.sample(WORDS, random.randrange(2, 6)))))
    return Asked(f"f{random.randrange(FLAGS)}", random.choice(("is", "not")))


def packs(rules: Provisions, folder: Path) -> Packs:
    """The provisions as a pack, written below a folder and loaded."""
    place = folder / PACK
    place.mkdir(parents=True)
    facts = [{"name": f"n{n}", "type": "number"} for n in range(NUMBERS)]
    facts += [{"name": f"t{n}", "type": "enum", "values": list(WORDS)} for n in range(TEXTS)]
    facts += [{"name": f"f{n}", "type": "boolean"} for n in range(FLAGS)]
    declared = [{**f, "of": "item", "question": f"What is {f['name']} of {{name}}?"} for f in facts]
    (place / "pack.yaml").write_text(yaml.safe_dump(_HEAD), encoding="utf-8")
    (place / "facts.yaml").write_text(yaml.safe_dump({"facts": declared}), encoding="utf-8")
    text = yaml.safe_dump_all([_provision(id_, asked) for id_, asked in rules.items()], sort_keys=False)
    (place / "provisions.yaml").write_text(text, encoding="utf-8")
    return load_packs(folder, cache=False)


def _provision(id_: str, asked: tuple[Asked, ...]) -> dict[str, Any]:
    clauses = [_clause(f"({chr(97 + n)})", a) for n, a in enumerate(asked)]
    either = {"cite": "(z)", "says": "one is so", "says_not": "none is so", "any_of": clauses[3:]}
    head = {"provision": id_, "kind": "derivation", "title": id_, "cite": "1 F 1", "for_each": "item"}
    return {**head, "all_of": [*clauses[:3], either]}


def _clause(cite: str, asked: Asked) -> dict[str, Any]:
    return {"cite": cite, "says": "it is so", "says_not": "it is not so", "when": asked.text}


def lines(count: int, seed: int = 0) -> pa.Table:
    """Columns `n0`..., `t0`..., `f0`..., each with nulls."""
    random = np.random.default_rng(seed)

    def column(values: Any) -> pa.Array:
        return pa.array(values, mask=random.random(count) < NULLS)

    words = np.array(WORDS, dtype=object)
    found = {f"n{n}": column(random.integers(0, GREATEST, count)) for n in range(NUMBERS)}
    found |= {f"t{n}": column(words[random.integers(0, len(WORDS), count)]) for n in range(TEXTS)}
    found |= {f"f{n}": column(random.random(count) < 0.5) for n in range(FLAGS)}
    return pa.table(found)
