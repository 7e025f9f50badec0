"""Who reads a definition, list or figure, from the nearest on."""

from __future__ import annotations

from pathlib import Path

from exportcheck.mutation.reach import Readers
from tests.rulepack.small import load, provision

LISTS = """
    lists:
      - {id: law/near, type: place, cite: s. 1, members: [GB]}
      - {id: law/all, type: place, cite: s. 1, members: [US], union: [law/near]}
"""
TERMS = """
    define:
      - {id: law/friendly, of: transaction, type: boolean, cite: s. 2, says: x, is: 'destination in list("law/all")'}
      - {id: law/easy, of: item, type: boolean, cite: s. 3, says: y, is: i.n < param("law/limit") and law_friendly()}
"""
PARAMETERS = "parameters: [{id: law/limit, unit: number, cite: s. 4, values: {2020-01-01: 5}}]"
LAW = "\n---\n".join(
    [
        provision("1", "derivation", "when: law_easy(i)"),
        provision("2", "derivation", "when: 'destination in list(\"law/all\")'"),
        provision("3", "derivation", 'when: holds("law/1", i)'),
    ]
)


def test_readers_by_distance(tmp_path: Path) -> None:
    packs = load(tmp_path, law=LAW, lists=LISTS, terms=TERMS, parameters=PARAMETERS)
    readers = Readers(packs)
    assert readers.of(packs.lists["law/near"]) == {"law/2": 2, "law/friendly": 2, "law/easy": 3, "law/1": 4}
    assert readers.of(packs.lists["law/all"]) == {"law/2": 1, "law/friendly": 1, "law/easy": 2, "law/1": 3}
    assert readers.of(packs.parameters["law/limit"]) == {"law/easy": 1, "law/1": 2}


def test_a_provision_is_looked_for_by_its_own_cases(tmp_path: Path) -> None:
    """Not by those of what asks about it: each has cases of its own."""
    packs = load(tmp_path, law=LAW, lists=LISTS, terms=TERMS, parameters=PARAMETERS)
    (first,) = packs.texts("law/1")
    assert Readers(packs).of(first) == {"law/1": 0}
