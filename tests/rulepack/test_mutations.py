"""Packs and layers with mistakes of every kind: what comes out is packs that can be used, or a list of problems."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from random import Random
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exportcheck.engine.check import Engine
from exportcheck.errors import InputError
from exportcheck.rulepack.codec import decode, encode
from exportcheck.rulepack.digest import digest
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from tests.conftest import SHOWN
from tests.rulepack.small import FACTS, GROUNDS, HEAD, described, provision, write
from tests.rulepack.test_constructs import CONTROLS, LICENSED, LIFTS, SUBJECT, TABLE
from tests.rulepack.test_digest import LIMIT, LISTS, PARAMETERS, ROWS

RULES = provision(
    "rules",
    "requirement",
    "for_each: article",
    "raises: {each: g, in: all}",
    "applies_when: 'destination in list(\"law/all\")'",
    "rows: {in: law/controls, as: r, path: i.eccn, where: r.ground = g, when: 'named(r.condition, i)'}",
    "need: L-1",
)
EACH = provision(
    "each",
    "exemption",
    "lifts: [all]",
    'applies_when: i.n <= param("law/most")',
    "in_force: [{to: 2025-12-31}, {from: 2026-01-01, source: 1 FR 1}]",
    "requires:",
    "  - cite: (a)",
    "    says: each",
    '    each: p in parties where "recipient" in p.roles',
    "    any_of: [{cite: (a)(1), says: q, when: p.q}]",
    "  - {cite: (b), says: judged, judgement: so, question: 'Is it so?'}",
    "  - {cite: (c), says: none, none_of: [{says: x, when: i.c, in_force: [{status: uncertain}]}, {says: y, holds: law/exempt}]}",
    "  - {cite: (d), says: open, not_modelled: not read, when: 'lookup(\"law/duties#rate\", destination) > 3'}",
    "together_with: [law/exempt]",
    "steps: [{cite: (s), by: before-transfer, says: notify, done_when: t, keep: P5Y}]",
    "paper: {cite_as: 1 XYZ 9}",
)
TERMS = """
    define:
      - {id: law/d, of: item, type: boolean, cite: 1 XYZ 8, says: d, is: 'i.a and (i.n > 5 or law_e(i))', stated_as: c}
      - {id: law/e, of: item, as: x, type: boolean, cite: 1 XYZ 8, says: e, is: 'under(x.eccn, ["9A610.x"]) and not(x.b)'}
"""
CELLS = "paragraph,except,ground,condition\n9A610,9A610.y,NOTICE,always\n3A001.a,,REPORT,law/d\n5A001,,NOTICE,unread\n"
FILES = {
    "pack.yaml": HEAD,
    "facts.yaml": FACTS,
    "grounds.yaml": GROUNDS,
    "lists.yaml": LISTS,
    "parameters.yaml": PARAMETERS,
    "terms.yaml": TERMS,
    "duties.table.yaml": TABLE,
    "controls.table.yaml": CONTROLS,
    "duties.csv": ROWS,
    "controls.csv": CELLS,
    "law.yaml": "\n---\n".join(
        (SUBJECT, LICENSED, LIFTS, LIMIT, RULES, EACH, provision("bar", "prohibition", "not_gated: true", "when: t"))
    ),
}
FILES = {name: dedent(text) for name, text in FILES.items()}
LAYER = """
    layer: ours
    title: Our layer
    kind: proposal
    base: [law]
    from: 2026-02-01
    not_changed: [law/each]
    amend:
      - {list: law/allies, base: 'ALLIES', add: [JP, {value: KR, to: 2027-01-01}], remove: [FR]}
      - {parameter: law/most, base: 'MOST', value: 12.5}
      - {clause: 'law/exempt#(1)', base: 'EXEMPT', and_when: i.n > 3, says: b and more than three, says_not: not so}
      - {clause: 'law/exempt#(2)', base: 'EXEMPT', remove: true}
      - {provision: law/licensed, base: 'LICENSED', replace_applies_when: not(t)}
"""
WORDS = [
    "",
    "null",
    "~",
    "[]",
    "{}",
    "true",
    "no",
    "-1",
    "1e9",
    "NaN",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "law/each",
    "law/exempt#(1)",
    "all",
    "i.a",
    "p.q",
    "i",
    "'",
    '"',
    "[x",
    "{a: 1}",
    "&x y",
    "*x",
    "!!python/object x",
    "GB",
    "law",
    "item",
    "party",
    "requirement",
    "limitation",
    "any_of",
    "stayed",
    'holds("law/exempt", i)',
    'required("all", i)',
    "x" * 500,
    "\u202e",
    "é",
    "(" * 60,
    "not(" * 30,
    "law_d(i)",
    "-",
    ":",
    "#",
]


def _mutated_text(text: str, random: Random) -> str:
    if not text:
        return random.choice(WORDS)
    lines = text.split("\n")
    at = random.randrange(len(lines))
    match random.randrange(7):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, random.choice(lines))
        case 2:
            other = random.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = random.choice(("  ", "\t", "- ", " ")) + lines[at]
        case 4:
            cut = random.randrange(len(text))
            return text[:cut] + text[cut + random.randrange(1, 6) :]
        case 5:
            cut = random.randrange(len(text))
            return text[:cut] + random.choice(WORDS) + text[cut:]
        case _:
            words = lines[at].split(" ")
            words[random.randrange(len(words))] = random.choice(WORDS)
            lines[at] = " ".join(words)
    return "\n".join(lines)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [path, *(place for key in keys for place in _places(value[key], (*path, key)))]


def _mutated_nodes(text: str, random: Random) -> str:
    """The same documents with one node taken away, doubled, renamed or put in another's place."""
    documents: list[Any] = list(yaml.load_all(text, Loader=yaml.BaseLoader))
    places = [p for p in _places(documents) if p]
    if not places:
        return text
    *way, last = random.choice(places)
    parent: Any = documents
    for key in way:
        parent = parent[key]
    source: Any = documents
    for key in random.choice(places):
        source = source[key]
    source = deepcopy(source)
    choice = random.randrange(6)
    if choice == 0:
        del parent[last]
    elif choice == 1:
        parent[last] = source
    elif choice == 2:
        parent[last] = random.choice(WORDS)
    elif choice == 3:
        parent[last] = [parent[last]]
    elif choice == 4:
        parent[last] = {random.choice(WORDS): parent[last]}
    elif isinstance(parent, dict):
        names = [key for document in documents for p in _places(document) for key in p if isinstance(key, str)]
        parent[random.choice(names)] = parent.pop(last)
    else:
        parent.append(parent[last])
    return "\n---\n".join(yaml.dump(d, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1000) for d in documents)


class _Plain(yaml.SafeDumper):
    """Writes no aliases, which packs may not have."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("packs"), {f"law/{name}": text for name, text in FILES.items()})


def _loads(rules: Path, layers: tuple[Path, ...] = ()) -> Packs | None:
    try:
        return load_packs(rules, layers, cache=False)
    except InputError as error:
        _check(error, rules.parent)
        return None


def _check(error: InputError, place: Path) -> None:
    """Every problem says what is wrong, and where, in a file that was written."""
    assert error.problems
    for problem in error.problems:
        assert problem.message
        assert problem.span.file.startswith(str(place)), problem
        assert problem.render().startswith("error: ")


def _use(packs: Packs) -> None:
    """What was loaded can be kept and used."""
    assert decode(encode(packs)) == packs
    if "law" in packs.packs:
        try:
            transaction = described(
                packs, {"parties": [{"name": "P", "roles": ["recipient"]}], "parties_complete": True}, a=True, eccn="9A610.x", n=7
            )
        except InputError:  # a fact that the description states is no longer there
            return
        Engine(packs).check(transaction)


TRIED = {"text": [0, 0], "nodes": [0, 0], "layer": [0, 0]}


@pytest.mark.parametrize("way", ["text", "nodes"])
def test_a_mutated_pack_loads_or_is_refused(rules: Path, way: str, record_property: Any) -> None:
    @settings(max_examples=1_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(min_value=0, max_value=2**63))
    def run(seed: int) -> None:
        random = Random(seed)
        name = random.choice([n for n in FILES if way == "text" or n.endswith(".yaml")] + ["law.yaml"] * 4)
        text = FILES[name]
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            text = (_mutated_text if way == "text" or random.random() < 0.1 else _mutated_nodes)(text, random)
            if way == "nodes":
                try:
                    list(yaml.load_all(text, Loader=yaml.BaseLoader))
                except (yaml.YAMLError, ValueError, RecursionError):
                    break
        path = rules / "law" / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            packs = _loads(rules)
            TRIED[way][0] += 1
            if packs is not None:
                TRIED[way][1] += 1
                _use(packs)
        finally:
            path.write_text(FILES[name], encoding="utf-8")

    run()
    record_property(SHOWN, f"{TRIED[way][0]:,} packs with mutated {way}, {TRIED[way][1]:,} of which loaded and were used")
    assert 0 < TRIED[way][1] < TRIED[way][0]


def test_a_mutated_layer_applies_or_is_refused(rules: Path, tmp_path: Path, record_property: Any) -> None:
    packs = load_packs(rules, cache=False)
    bases = {
        "ALLIES": digest(packs.lists["law/allies"]),
        "MOST": digest(packs.parameters["law/most"]),
        "EXEMPT": digest(packs.texts("law/exempt")[0]),
        "LICENSED": digest(packs.texts("law/licensed")[0]),
    }
    text = dedent(LAYER)
    for name, base in bases.items():
        text = text.replace(name, base)
    files = {
        "layer.yaml": text,
        "bar.yaml": provision("our-bar", "prohibition", "applies_when: t", "any_of: [{says: b, when: i.b}]"),
    }
    folder = write(rules.parent / f"{rules.name}-layer", files)
    loaded = _loads(rules, (folder,))
    assert loaded is not None

    @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(min_value=0, max_value=2**63))
    def run(seed: int) -> None:
        random = Random(seed)
        name = random.choice(("layer.yaml", "layer.yaml", "bar.yaml"))
        mutate = random.choice((_mutated_text, _mutated_nodes))
        (folder / name).write_bytes(mutate(files[name], random).encode("utf-8", "surrogatepass"))
        try:
            amended = _loads(rules, (folder,))
            TRIED["layer"][0] += 1
            if amended is not None:
                TRIED["layer"][1] += 1
                _use(amended)
        finally:
            (folder / name).write_text(files[name], encoding="utf-8")

    run()
    record_property(SHOWN, f"{TRIED['layer'][0]:,} mutated layers, {TRIED['layer'][1]:,} of which applied and were used")
    assert 0 < TRIED["layer"][1] < TRIED["layer"][0]
