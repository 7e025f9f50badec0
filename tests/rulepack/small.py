"""Small packs written in a test, and what their provisions come to for a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from exportcheck.engine.check import Engine
from exportcheck.errors import InputError, Problem
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from exportcheck.source.read import read_text_documents
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import transaction_from_node

DAY = date(2026, 3, 2)
OUTCOMES = {True: "holds", False: "fails", None: "unknown"}

HEAD = """
    pack: law
    title: A law
    authority: 1 XYZ
    force: binding
    current_to: 2026-09-01
    binds_when: "true"
"""
FACTS = """
    facts:
      - {name: a, of: item, type: boolean, question: "a?"}
      - {name: b, of: item, type: boolean, question: "b?"}
      - {name: c, of: item, type: boolean, question: "c?"}
      - {name: n, of: item, type: number, question: "n?"}
      - {name: t, of: transaction, type: boolean, question: "t?"}
      - {name: q, of: party, type: boolean, question: "q?"}
"""
GROUNDS = """
    grounds:
      - {id: law/LICENSE, family: license, cite: 1 XYZ 1, says: a license}
      - {id: law/NOTICE, family: paper, also: [all], cite: 1 XYZ 2, says: a notice}
      - {id: law/REPORT, family: paper, also: [all], cite: 1 XYZ 3, says: a report}
"""


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder; the text may be indented."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return root


def pack(root: Path, **files: str) -> Path:
    """A folder of rules with one pack `law`: its head, facts and grounds, and the files given (`lists` for lists.yaml)."""
    base = {"pack": HEAD, "facts": FACTS, "grounds": GROUNDS}
    return write(root / "rules", {f"law/{name}.yaml": text for name, text in {**base, **files}.items() if text})


def load(root: Path, **files: str) -> Packs:
    """The pack, loaded without a cache."""
    return load_packs(pack(root, **files), cache=False)


def problems(root: Path, **files: str) -> tuple[Problem, ...]:
    """What is wrong with a pack. Fails where nothing is."""
    rules = pack(root, **files)
    with pytest.raises(InputError) as caught:
        load_packs(rules, cache=False)
    for problem in caught.value.problems:
        assert problem.message
        assert problem.span.file, problem
    return caught.value.problems


def described(packs: Packs, deal: Mapping[str, object] | None = None, **item: Any) -> Transaction:
    """An export to Great Britain of one item with these facts. `deal` adds to the transaction, `parties` to the whole."""
    more = dict(deal or {})
    whole: dict[str, object] = {key: more.pop(key) for key in ("parties", "parties_complete", "authorizations") if key in more}
    whole["transaction"] = {
        "id": "T-1",
        "transfer_date": "2026-03-02",
        "activity": "export",
        "origin": "US",
        "destination": "GB",
        **more,
    }
    whole["items"] = [{"line": "1", "description": "a thing", **item}]
    text = yaml.safe_dump({"schema": "exportcheck/transaction/1", **whole}, sort_keys=False)
    return transaction_from_node(read_text_documents(text, "described.yaml")[0], packs.vocabulary)


def outcome(
    packs: Packs, address: str, deal: Mapping[str, object] | None = None, *, day: date = DAY, ground: str = "", **item: Any
) -> str:
    """What a provision (`law/1`) or one of its clauses (`law/1#(a)`) comes to: holds, fails or unknown."""
    name, _, clause = address.partition("#")
    evaluation = Engine(packs).evaluate(described(packs, deal, **item), day)
    found = evaluation.rules.provisions.get(name)
    if found is None:
        return "not in force"
    whole = evaluation.transaction
    entity = whole.root if found.for_each == "transaction" else whole.items[0]
    if found.for_each == "party":
        entity = whole.root.lists["parties"].members[0]
    if ground:
        return OUTCOMES[evaluation.decide(found, entity, ground).truth]
    return OUTCOMES[evaluation.outcome(name, clause, entity)]


def verdict(packs: Packs, deal: Mapping[str, object] | None = None, *, day: date = DAY, **item: Any) -> str:
    """The verdict on the line."""
    return Engine(packs).check(described(packs, deal, **item), as_of=day).verdict


def provision(id: str, kind: str = "derivation", *lines: str) -> str:
    """A provision `law/<id>` with these lines more."""
    return "\n".join([f"provision: law/{id}", f"kind: {kind}", "title: A provision", "cite: 1 XYZ 9", *lines])
