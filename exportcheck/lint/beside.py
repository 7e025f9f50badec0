"""Which provisions and definitions the cases beside the packs name: read without making transactions of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from exportcheck.rulepack.folders import CASES, pack_folders
from exportcheck.rulepack.model import Packs
from exportcheck.source import read_documents


@dataclass(frozen=True, slots=True)
class CasesBeside:
    """`expected` are the provisions and definitions whose outcome some case expects, `withheld` those that withhold facts."""

    expected: frozenset[str]
    withheld: frozenset[str]


def read_beside(packs: Packs) -> CasesBeside:
    """What the cases of all packs name. Raises `InputError` for a file that cannot be read."""
    expected: set[str] = set()
    withheld: set[str] = set()
    for _, folder in pack_folders(Path(packs.root)):
        for path in sorted(folder.rglob("*" + CASES)):
            for document in read_documents(path):
                cases = document.get("cases")
                for case in cases.items if cases is not None else ():
                    wanted, withhold = case.get("expect"), case.get("withhold")
                    expected |= {k.text.partition("#")[0] for k, _ in wanted.entries} if wanted is not None else set()
                    of = withhold.get("of") if withhold is not None else None
                    if of is not None:
                        withheld.add(of.text.partition("#")[0])
    return CasesBeside(frozenset(expected | withheld), frozenset(withheld))
