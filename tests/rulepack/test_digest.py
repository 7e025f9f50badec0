"""Digests: what is said counts, how it is written does not. And the checked form as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exportcheck.rulepack.codec import decode, encode
from exportcheck.rulepack.digest import digest
from exportcheck.rulepack.load import load_packs
from exportcheck.values import UNKNOWN, Classification, Interval, Money, PartialSet
from tests.rulepack.small import GROUNDS, HEAD, load, provision, write
from tests.rulepack.test_constructs import LICENSED, LIFTS, SUBJECT, TABLE

LISTS = """
    lists:
      - {id: law/allies, type: place, cite: 1 XYZ 5, members: [FR, {value: GB, from: 2020-01-01}]}
      - {id: law/all, type: place, cite: 1 XYZ 5, members: [DE], union: [law/allies]}
"""
PARAMETERS = "parameters:\n- {id: law/most, unit: number, cite: 1 XYZ 7, values: {2020-01-01: 10, 2027-01-01: 20}}"
TERMS = "define:\n- {id: law/d, of: item, type: boolean, cite: 1 XYZ 8, says: d, is: i.a and i.n > 5}"
LIMIT = provision(
    "limit", "limitation", "limits: {all_of_pack: law, except: ['law/exempt#(1)', {target: all, when: i.c}]}", "when: t"
)
FILES = {
    "pack": HEAD,
    "grounds": GROUNDS,
    "lists": LISTS,
    "parameters": PARAMETERS,
    "terms": TERMS,
    "duties.table": TABLE,
    "law": "\n---\n".join((SUBJECT, LICENSED, LIFTS, LIMIT)),
}
ROWS = "place,rate,from,to\nGB,5,,2026-03-01\nGB,7,2026-03-02,\nFR,3,,\n"


def _digest(root: Path, rows: str = ROWS, **files: str) -> str:
    write(root, {"rules/law/duties.csv": rows})
    return load(root, **{**FILES, **files}).packs["law"].digest


def _in(name: str, old: str, new: str) -> Callable[[], dict[str, str]]:
    def change() -> dict[str, str]:
        assert FILES[name].count(old) >= 1, old
        return {name: FILES[name].replace(old, new, 1)}

    return change


WRITTEN_OTHERWISE: dict[str, Callable[[], dict[str, str]]] = {
    "comments": lambda: {
        name: "# a comment\n" + text.replace("\n", "  # another\n", 1) for name, text in FILES.items() if name != "pack"
    },
    "order of documents": lambda: {"law": "\n---\n".join((LIMIT, LIFTS, LICENSED, SUBJECT))},
    "order of files": lambda: {"law": "\n---\n".join((SUBJECT, LICENSED)), "a": LIFTS, "z": LIMIT},
    "order of keys": lambda: {
        "law": "\n---\n".join(
            "\n".join(["title: A provision", *(x for x in t.split("\n") if x != "title: A provision")])
            for t in (SUBJECT, LICENSED)
        )
        + "\n---\n"
        + LIFTS
        + "\n---\n"
        + LIMIT
    },
    "order of lists": _in("lists", "[FR, {value: GB, from: 2020-01-01}]", "[{from: 2020-01-01, value: GB}, FR]"),
    "order of exceptions": _in(
        "law", "['law/exempt#(1)', {target: all, when: i.c}]", "[{when: i.c, target: all}, 'law/exempt#(1)']"
    ),
    "spaces in a condition": _in("terms", "is: i.a and i.n > 5", "is: '  i.a   and i.n>5'"),
    "what no case can show": _in(
        "law", "- {cite: (2), says: c, when: i.c}", "- {cite: (2), says: c, when: i.c, never: {values: [true], why: so}}"
    ),
    "figures alike": _in("parameters", "2020-01-01: 10", "2020-01-01: 10.0"),
    "order of columns": _in(
        "duties.table",
        "      place: {type: place}\n      rate: {type: number}\n",
        "      rate: {type: number}\n      place: {type: place}\n",
    ),
}


@pytest.mark.parametrize("name", WRITTEN_OTHERWISE)
def test_writing_it_otherwise_does_not_count(tmp_path: Path, name: str) -> None:
    changed = WRITTEN_OTHERWISE[name]()
    assert changed
    assert _digest(tmp_path / "a") == _digest(tmp_path / "b", **changed)


@pytest.mark.parametrize(
    "rows",
    [
        "rate,place,to,from\n5,GB,2026-03-01,\n7,GB,,2026-03-02\n3,FR,,\n",
        "place,rate,from,to\nFR,3.0,,\nGB,7,2026-03-02,\nGB,5,,2026-03-01\n",
        ROWS.replace("\n", "\r\n"),
    ],
)
def test_the_order_of_rows_and_columns_does_not_count(tmp_path: Path, rows: str) -> None:
    assert _digest(tmp_path / "a") == _digest(tmp_path / "b", rows)


SAID_OTHERWISE: dict[str, Callable[[], dict[str, str]]] = {
    "a figure": _in("parameters", "2027-01-01: 20", "2027-01-01: 21"),
    "a date of a figure": _in("parameters", "2027-01-01", "2027-01-02"),
    "a member": _in("lists", "[FR,", "[BE,"),
    "a date of a member": _in("lists", "from: 2020-01-01", "from: 2020-01-02"),
    "a union": _in("lists", ", union: [law/allies]", ""),
    "a number in a condition": _in("terms", "i.n > 5", "i.n > 6"),
    "a comparison": _in("terms", "i.n > 5", "i.n >= 5"),
    "a term's words": _in("terms", "says: d", "says: e"),
    "a ground": _in("law", "ground: law/LICENSE", "ground: law/NOTICE"),
    "what is lifted": _in("law", "lifts: [law/LICENSE]", "lifts: [law/LICENSE, law/NOTICE]"),
    "a clause": _in("law", "- {cite: (2), says: c, when: i.c}", "- {cite: (2), says: c, when: i.b}"),
    "a paragraph": _in("law", "- {cite: (2),", "- {cite: (3),"),
    "an exception": _in("law", "'law/exempt#(1)', ", ""),
    "a condition of an exception": _in("law", "when: i.c}]", "when: i.b}]"),
    "a period": _in("law", "effect: subject", "effect: subject\nin_force: [{from: 2020-01-01}]"),
    "the day looked to": _in("pack", "2026-09-01", "2026-09-02"),
    "when it binds": _in("pack", '"true"', "t"),
    "the kinds of license": lambda: {"pack": HEAD + "    license_kinds: [L-1]\n"},
    "a section": lambda: {"pack": HEAD + '    sections: [{section: "1", state: modelled}]\n'},
    "a family": _in("grounds", "family: license", "family: licence"),
    "a question of a fact": lambda: {"more": 'facts:\n- {name: z, of: item, type: boolean, question: "z?"}'},
}


@pytest.mark.parametrize("name", SAID_OTHERWISE)
def test_saying_something_else_counts(tmp_path: Path, name: str) -> None:
    assert _digest(tmp_path / "a") != _digest(tmp_path / "b", **SAID_OTHERWISE[name]())


@pytest.mark.parametrize(
    "rows", [ROWS.replace("7", "8"), ROWS.replace("2026-03-02", "2026-03-03"), ROWS + "BE,1,,\n", ROWS.replace("FR,3,,\n", "")]
)
def test_another_cell_or_row_counts(tmp_path: Path, rows: str) -> None:
    assert _digest(tmp_path / "a") != _digest(tmp_path / "b", rows)


def test_a_digest_looks_like_one(tmp_path: Path) -> None:
    found = digest(load(tmp_path, law=LICENSED).provisions[0])
    assert found.startswith("sha256:")
    assert len(found) == len("sha256:") + 64


# the checked form as JSON


def test_the_shipped_packs_survive_json() -> None:
    packs = load_packs(cache=False)
    again = decode(encode(packs))
    assert again == packs
    assert encode(again) == encode(packs)
    assert {id: p.digest for id, p in again.packs.items()} == {id: p.digest for id, p in packs.packs.items()}
    assert [list(t.rows) for t in again.tables.values()] == [list(t.rows) for t in packs.tables.values()]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1,
        "x",
        (),
        (1, (2,)),
        frozenset({"a", "b"}),
        Decimal("25.10"),
        date(2026, 2, 28),
        UNKNOWN,
        Classification("usml", ("VIII", "h")),
        Money(Decimal(5), "GBP", None),
        Interval(None, Decimal(3)),
        PartialSet(frozenset({"GB"}), None),
        {"a": (Decimal(1),), 2: None},
    ],
)
def test_values_survive_json(value: object) -> None:
    again = decode(encode(value))
    assert again == value
    assert type(again) is type(value)
    assert str(again) == str(value)


@pytest.mark.parametrize("value", [object(), 1.5, b"x", lambda: None, Path("x")])
def test_nothing_else_is_written(value: object) -> None:
    with pytest.raises(TypeError):
        encode((value,))


@pytest.mark.parametrize("data", [["os.system", "x"], ["Popen"], ["Path", "/"], ["__import__", "os"], ["nonsense"]])
def test_nothing_else_is_made(data: object) -> None:
    with pytest.raises(ValueError, match="unknown tag"):
        decode(json.dumps(data).encode())
