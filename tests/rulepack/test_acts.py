"""Cases that expect what an exemption lifts and what a limitation limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.rulepack.cases import read_cases
from exportcheck.rulepack.testing import run_cases
from tests.rulepack.small import load, provision

LAW = "\n---\n".join(
    [
        provision("1", "requirement", "ground: law/LICENSE", "when: 'true'"),
        provision(
            "2",
            "exemption",
            "lifts: [paper]",
            "any_of: [{cite: (a), says: x, when: i.a}, {cite: (b), says: x, when: i.b, lifts: [law/LICENSE, law/NOTICE]}]",
        ),
        provision("3", "limitation", "when: i.c", "limits: {all_of_pack: law, except: [{target: 'law/2#(b)', when: 'i.n > 5'}]}"),
    ]
)


def cases(*lines: str) -> str:
    item = "{line: 1, n: 7, a: true, b: false, c: false}"
    given = f"descriptions: {{plain: {{transaction: {{id: T, activity: export}}, items: [{item}]}}}}"
    return "\n".join(["cases:", *(f"  - {{name: x, as_of: 2026-03-02, given: plain, {line}}}" for line in lines), given])


def failures(root: Path, *lines: str) -> list[str]:
    return [p.message for p in run_cases(load(root, law=LAW, **{"law.cases": cases(*lines)}), ["law"]).failures]


def test_each_alternative_lifts_its_own(tmp_path: Path) -> None:
    assert not failures(
        tmp_path,
        'expect: {"law/2 lifts paper": holds, "law/2 lifts law/LICENSE": fails}',
        'set: {"items[0].a": false, "items[0].b": true}, expect: {"law/2 lifts license, law/NOTICE": holds}',
        'set: {"items[0].a": false, "items[0].b": true}, expect: {"law/2 lifts law/REPORT": fails}',
        'unset: ["items[0].a"], expect: {"law/2 lifts law/REPORT, law/NOTICE": unknown, "law/2 lifts license": fails}',
    )


def test_of_a_family_each_ground_must_be_as_expected(tmp_path: Path) -> None:
    found = failures(tmp_path, 'set: {"items[0].a": false, "items[0].b": true}, expect: {"law/2 lifts paper": holds}')
    assert found == ["x: law/2 lifts law/REPORT is fails, and holds is expected"]


def test_what_is_limited_lifts_nothing(tmp_path: Path) -> None:
    assert not failures(
        tmp_path,
        'set: {"items[0].c": true}, expect: {"law/2 lifts paper": fails, "law/2#(a)": holds}',
        'unset: ["items[0].c"], expect: {"law/2 lifts paper": unknown}',
        'set: {"items[0].c": true, "items[0].b": true}, expect: {"law/2 lifts law/NOTICE, license": holds}',
        'set: {"items[0].c": true, "items[0].b": true}, expect: {"law/2 lifts law/REPORT": fails}',
    )


def test_what_a_limitation_spares(tmp_path: Path) -> None:
    assert not failures(
        tmp_path,
        'set: {"items[0].c": true}, expect: {"law/3 limits law/2#(a)": holds, "law/3 limits law/2#(b), law/2": fails}',
        'set: {"items[0].c": true, "items[0].n": 5}, expect: {"law/3 limits law/2, law/2#(a), law/2#(b)": holds}',
        'set: {"items[0].c": true}, unset: ["items[0].n"], expect: {"law/3 limits law/2#(b)": unknown}',
        'expect: {"law/3 limits law/2": fails}',
    )


def test_a_case_for_each_value(tmp_path: Path) -> None:
    line = 'over: {"items[0].n": [5, 6, 7]}, set: {"items[0].c": true}, expect: {"law/3 limits law/2#(b)": fails}'
    packs = load(tmp_path, law=LAW, **{"law.cases": cases(line)})
    assert [c.name for c in read_cases(packs, ["law"])] == ["x (5)", "x (6)", "x (7)"]
    assert [p.message for p in run_cases(packs, ["law"]).failures] == [
        "x (5): law/3 limits law/2#(b) is holds, and fails is expected"
    ]


@pytest.mark.parametrize("over", ["5", "{}", "{a: 5}", '{"items[0].n": []}', '{"items[0].n": [1], "items[0].a": [true]}'])
def test_over_is_one_path_with_values(tmp_path: Path, over: str) -> None:
    packs = load(tmp_path, law=LAW, **{"law.cases": cases(f'over: {over}, expect: {{"law/2": holds}}')})
    with pytest.raises(InputError) as caught:
        list(read_cases(packs, ["law"]))
    assert [p.message for p in caught.value.problems] == ["over is one path with a list of values"]


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ('"law/1 lifts paper": holds', 'no exemption "law/1"'),
        ('"law/2 limits law/2": holds', 'no limitation "law/2"'),
        ('"law/2 lifts papers": holds', 'no ground or family "papers"'),
        ('"law/3 limits law/1": holds', 'no exemption "law/1"'),
        ('"law/3 limits law/2#(c)": holds', 'law/2 has no paragraph "(c)"'),
        ('"law/2 lifts paper": pass', '"pass" is no outcome'),
    ],
)
def test_mistakes_are_named_where_they_stand(tmp_path: Path, expect: str, message: str) -> None:
    packs = load(tmp_path, law=LAW, **{"law.cases": cases(f"expect: {{{expect}}}")})
    with pytest.raises(InputError) as caught:
        list(read_cases(packs, ["law"]))
    (problem,) = caught.value.problems
    assert problem.message == message
    assert problem.span.line == 2
