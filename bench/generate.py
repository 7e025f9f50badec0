"""Packs of any size, made from a seed: to see how loading and checking grow with the number of provisions.

The mix is that of real law: of each twenty provisions eight exemptions of ten to twenty clauses, five requirements (some by a
table), four limitations, one prohibition, one derivation, one duty.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

PACK = "generated"
MIX = ("exemption",) * 8 + ("requirement",) * 5 + ("limitation",) * 4 + ("prohibition", "derivation", "duty")
COUNTRIES = ("AU", "BR", "CA", "DE", "FR", "GB", "IN", "JP", "KR", "MX", "NL", "NO", "SG", "US", "VN", "ZA")
ACTIVITIES = ("export", "temporary-export", "reexport", "retransfer")
FLAGS = 40
GROUND_EVERY = 12
"""One ground for so many provisions."""


def write_packs(root: Path, provisions: int, seed: int = 1) -> None:
    """Write a pack of this many provisions below `root`."""
    rng = random.Random(seed)
    folder = root / PACK
    (folder / "tables").mkdir(parents=True)
    grounds = [f"{PACK}/G{n}" for n in range(max(7, provisions // GROUND_EVERY))]
    documents: dict[str, Any] = {
        "pack.yaml": _head(),
        "facts.yaml": {"facts": [_fact(n) for n in range(FLAGS)]},
        "grounds.yaml": {
            "grounds": [
                {"id": g, "family": f"F{n % 7}", "cite": f"1 G 1.{n}", "says": "leave to go"} for n, g in enumerate(grounds)
            ]
        },
        "lists.yaml": {"lists": [_list(rng, n) for n in range(12)]},
        "parameters.yaml": {"parameters": [_figure(rng, n) for n in range(8)]},
        "tables/entries.table.yaml": _table(),
    }
    for name, document in documents.items():
        (folder / name).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    rows = [_entry(rng, n, grounds) for n in range(400)]
    (folder / "tables/entries.csv").write_text("\n".join(("path,ground,condition", *rows, "")), encoding="utf-8")
    made = list(_provisions(rng, provisions, grounds))
    for start in range(0, len(made), 25):
        text = yaml.safe_dump_all(made[start : start + 25], sort_keys=False)
        (folder / f"part-{start // 25:03}.yaml").write_text(text, encoding="utf-8")


def described() -> dict[str, Any]:
    """A transaction that answers some of the generated facts and not others."""
    facts = {f"flag_{n}": n % 3 == 0 for n in range(0, FLAGS, 2)}
    party = {"kind": "company", "country": "GB", "us_person": False}
    return {
        "transaction": {"id": "G", "transfer_date": "2026-03-02", "activity": "export", "origin": "US", "destination": "GB"},
        "parties_complete": True,
        "parties": [
            {"name": n, "roles": [r], **party} for n, r in (("A", "exporter"), ("B", "ultimate-consignee"), ("C", "end-user"))
        ],
        "items": [
            {"line": "1", "type": "commodity", "eccn": "3A001", "usml": "none", "value": "200000 USD", "quantity": 4, **facts}
        ],
    }


def _head() -> dict[str, Any]:
    return {
        "pack": PACK, "title": "Generated law", "authority": "1 G parts 1-9", "force": "binding", "current_to": "2026-07-23",
        "binds_when": "true", "sections": [{"section": "1", "state": "modelled"}],
    }  # fmt: skip


def _fact(number: int) -> dict[str, Any]:
    question = f"Is flag {number} up for {{name}}?"
    return {
        "name": f"flag_{number}",
        "of": "item",
        "type": "boolean",
        "curable": number % 10 == 0,
        "cite": f"1 G 9.{number}",
        "question": question,
    }


def _list(rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "id": f"{PACK}/l{number}",
        "type": "place",
        "cite": f"1 G 8.{number}",
        "members": sorted(rng.sample(COUNTRIES, rng.randrange(3, 9))),
    }


def _figure(rng: random.Random, number: int) -> dict[str, Any]:
    amount = rng.randrange(1, 900) * 1000
    return {
        "id": f"{PACK}/p{number}",
        "unit": "USD",
        "cite": f"1 G 7.{number}",
        "values": {"2020-01-01": amount, "2025-01-01": 2 * amount},
    }


def _table() -> dict[str, Any]:
    return {
        "table": f"{PACK}/entries", "file": "entries.csv", "cite": "1 G 6", "source": "generated", "current_to": "2026-07-23",
        "key": ["path"], "path": {"column": "path"},
        "columns": {
            "path": {"type": "classification eccn"}, "ground": {"type": "text"},
            "condition": {"type": "text", "names": "definition"},
        },
    }  # fmt: skip


def _entry(rng: random.Random, number: int, grounds: list[str]) -> str:
    path = f"{rng.choice('0123')}{rng.choice('ABCDE')}{number:03}"
    return f"{path},{rng.choice(grounds).partition('/')[2]},{rng.choice(('always', 'unread'))}"


def _provisions(rng: random.Random, count: int, grounds: list[str]) -> Iterator[dict[str, Any]]:
    kinds = [MIX[n % len(MIX)] for n in range(count)]
    rng.shuffle(kinds)
    kinds[0] = "scope"
    exemptions = [f"{PACK}/{n}" for n, kind in enumerate(kinds) if kind == "exemption"]
    derivations = [f"{PACK}/{n}" for n, kind in enumerate(kinds) if kind == "derivation"]
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "exemption": lambda: _exemption(rng, derivations),
        "requirement": lambda: _requirement(rng, grounds),
        "limitation": lambda: {
            "limits": {"only": sorted(rng.sample(exemptions, min(3, len(exemptions))))},
            "all_of": _clauses(rng, 3),
        },
        "prohibition": lambda: {"applies_when": _atom(rng), "all_of": _clauses(rng, 3)},
        "derivation": lambda: {"any_of": _clauses(rng, 5)},
        "scope": lambda: {"effect": "subject", "when": 'activity in ["export", "reexport"]'},
        "duty": lambda: {"when": _atom(rng), "steps": [{"cite": "(z)", "by": "after-transfer", "says": "keep records"}]},
    }
    for number, kind in enumerate(kinds):
        head: dict[str, Any] = {
            "provision": f"{PACK}/{number}",
            "kind": kind,
            "title": f"Provision {number}",
            "cite": f"1 G {number}",
            "for_each": "item",
        }
        if number % 9 == 0:
            head["in_force"] = [{"from": rng.choice(("2020-01-01", "2024-09-01", "2025-12-30")), "source": "generated"}]
        yield head | makers[kind]()


def _exemption(rng: random.Random, derivations: list[str]) -> dict[str, Any]:
    clauses = _clauses(rng, rng.randrange(10, 21))
    if derivations and rng.random() < 0.5:
        clauses[0] = _said(clauses[0]) | {"holds": rng.choice(derivations)}
    step = {"cite": "(z)", "by": "before-transfer", "says": "give notice", "done_when": _atom(rng)}
    return {
        "lifts": [f"F{n}" for n in sorted(rng.sample(range(7), rng.randrange(1, 4)))],
        "applies_when": f"activity in {_texts(rng, ACTIVITIES)} and {_atom(rng)}",
        "requires": clauses,
        "steps": [step] if rng.random() < 0.3 else [],
    }


def _requirement(rng: random.Random, grounds: list[str]) -> dict[str, Any]:
    if rng.random() < 0.1:
        rows = {"in": f"{PACK}/entries", "as": "r", "path": "i.eccn", "where": "r.ground = g", "when": "named(r.condition, i)"}
        return {"raises": {"each": "g", "in": f"F{rng.randrange(7)}"}, "rows": rows}
    return {"ground": rng.choice(grounds), "applies_when": _atom(rng), "all_of": _clauses(rng, 3)}


def _clauses(rng: random.Random, count: int, depth: int = 1) -> list[dict[str, Any]]:
    """This many clauses in all, some of them in groups."""
    found: list[dict[str, Any]] = []
    left = count
    while left > 0:
        clause: dict[str, Any] = {
            "cite": f"({chr(97 + len(found))})",
            "id": f"c{depth}-{left}",
            "says": "it is so",
            "says_not": "it is not so",
        }
        size = min(left - 1, rng.randrange(2, 5))
        if size > 1 and depth < 3 and rng.random() < 0.3:
            clause[rng.choice(("all_of", "any_of"))] = _clauses(rng, size, depth + 1)
            for n, inner in enumerate(clause.get("all_of") or clause["any_of"]):
                inner["id"] = f"{clause['id']}-{n}-{inner['id']}"
            left -= size + 1
        else:
            if rng.random() < 0.15:
                clause |= {"each": 'p in parties where "end-user" in p.roles', "when": f'p.country in list("{_list_id(rng)}")'}
            else:
                clause["when"] = _atom(rng)
            left -= 1
        found.append(clause)
    return found


def _said(clause: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in clause.items() if k in ("cite", "id", "says", "says_not")}


def _atom(rng: random.Random) -> str:
    choice = rng.randrange(6)
    if choice == 0:
        return f'destination in list("{_list_id(rng)}")'
    if choice == 1:
        return f'i.value <= param("{PACK}/p{rng.randrange(8)}")'
    if choice == 2:
        return f'under(i.eccn, ["{rng.choice("0123")}A{rng.randrange(10):03}", "3A001", "{rng.choice("0123")}B001"])'
    if choice == 3:
        return f"some p in parties satisfies p.country in {_texts(rng, COUNTRIES)}"
    flags = [f"i.flag_{rng.randrange(FLAGS)}" for _ in range(3)]
    return flags[0] if choice == 4 else f"({flags[0]} or not({flags[1]})) and {flags[2]}"


def _texts(rng: random.Random, of: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{x}"' for x in sorted(rng.sample(of, rng.randrange(2, len(of))))) + "]"


def _list_id(rng: random.Random) -> str:
    return f"{PACK}/l{rng.randrange(12)}"
