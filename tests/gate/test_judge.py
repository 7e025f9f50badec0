"""What is set aside: by whom, by what, and that no verdict is ever turned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exportcheck.cli.exits import FailOn, exit_code
from exportcheck.engine.result import Conflict, LineVerdict, PackVerdict, Question, Result, Verdict
from exportcheck.gate.baseline import reduce
from exportcheck.gate.finding import findings_of
from exportcheck.gate.judge import Gate, judge
from exportcheck.gate.waivers import Waiver
from tests.report.gated import TODAY, results, waiver
from tests.report.results import curable, needs_review, passes


def aside(gate: Gate) -> list[bool]:
    return [standing.aside for standing in gate]


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (waiver("TX-9"), True),
        (waiver("TX-9", "1"), True),
        (waiver("TX-9", "2"), False),
        (waiver("TX-8"), False),
        (waiver("TX-9", provision="itar/123.9(b)"), False),  # the Australian pack fails too
        (waiver("TX-9", expires=TODAY), True),
        (waiver("TX-9", expires=date(2026, 5, 31)), False),
    ],
)
def test_what_a_waiver_is_about(given_: Waiver, expected: bool) -> None:
    gate = judge([curable()], [given_], today=TODAY)
    assert aside(gate) == [expected]
    assert [standing.line.verdict for standing in gate] == ["fail"]


def test_every_provision_that_decides_has_to_be_waived() -> None:
    both = [waiver("TX-9", provision="itar/123.9(b)"), waiver(provision="aukus/australia")]
    assert aside(judge([curable()], both, today=TODAY)) == [True]
    assert aside(judge([curable()], both[:1], today=TODAY)) == [False]
    assert [s.waivers for s in judge([curable()], both[:1], today=TODAY)] == [(both[0],)]


def test_a_question_asked_by_two_provisions_needs_both() -> None:
    line = needs_review().lines[0]
    asked = replace(line.questions[0], asked_by=("itar/126.7(a)#(b)", "itar/126.4#(a)"))
    result = replace(needs_review(), lines=(replace(line, questions=(asked,)),))
    one, other = waiver(provision="itar/126.7(a)"), waiver(provision="itar/126.4", at=9)
    assert aside(judge([result], [one], today=TODAY)) == [False]
    assert aside(judge([result], [one, other], today=TODAY)) == [True]


def test_a_line_that_passes_is_waived_by_nothing() -> None:
    gate = judge([passes()], [waiver("TX-2026-0143")], today=TODAY)
    assert aside(gate) == [False]
    assert [notice.kind for notice in gate.notices] == ["unused"]


def test_expired_and_unused_are_said_with_their_places() -> None:
    gate = judge([curable()], [waiver("TX-9", expires=date(2026, 1, 1), at=3), waiver("TX-7", at=8)], today=TODAY)
    assert [(n.kind, n.where.line if n.where else 0) for n in gate.notices] == [("expired", 3), ("unused", 8)]
    assert list(gate.counted()) == ["fail"]


def test_waivers_need_a_day() -> None:
    with pytest.raises(ValueError, match="need a day"):
        judge([curable()], [waiver("TX-9")])


def test_without_lines_the_verdict_counts() -> None:
    empty = replace(needs_review(), lines=())
    assert exit_code(judge([empty], [waiver("TX-2026-0142")], today=TODAY).counted()) == 3


VERDICTS: st.SearchStrategy[Verdict] = st.sampled_from(["pass", "fail", "needs-review", "not-subject"])
PROVISIONS = ["itar/126.7(a)", "ear/744.6", "ear/746.7"]


def worst_of(verdicts: list[Verdict]) -> Verdict:
    return "fail" if "fail" in verdicts else "needs-review" if "needs-review" in verdicts else "pass"


@st.composite
def lines(draw: st.DrawFn) -> LineVerdict:
    packs = tuple(
        PackVerdict(name, name, "binding", draw(VERDICTS), "s", deciding=draw(st.sampled_from([*PROVISIONS, ""])))
        for name in draw(st.lists(st.sampled_from(["itar", "ear"]), min_size=1, unique=True))
    )
    kinds = st.sampled_from(["missing-fact", "judgement", "not-modelled", "stale"])
    asked = st.lists(st.sampled_from(PROVISIONS), max_size=2, unique=True).map(tuple)
    questions = st.lists(st.builds(lambda k, a: Question(k, "q?", "", "", "f", a), kinds, asked), max_size=3)
    verdict = worst_of([p.verdict for p in packs])
    conflicts = (Conflict("ear/744.6", "contradicts", "c"),) if verdict == "needs-review" and draw(st.booleans()) else ()
    return LineVerdict(
        draw(st.sampled_from("123")), "d", "d", verdict, packs,
        questions=tuple(draw(questions)) if verdict == "needs-review" else (), conflicts=conflicts,
    )  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> list[Result]:
    found = []
    for name in draw(st.lists(st.sampled_from("AB"), min_size=1, unique=True)):
        held = tuple(draw(st.lists(lines(), min_size=1, max_size=3, unique_by=lambda line: line.line)))
        verdict = worst_of([line.verdict for line in held])
        found.append(replace(passes(), transaction=name, file=f"{name}.yaml", lines=held, verdict=verdict))
    return found


WAIVERS = st.lists(
    st.builds(
        waiver,
        st.sampled_from(["A", "B", ""]),
        st.sampled_from(["1", ""]),
        st.sampled_from([*PROVISIONS, "itar"]),
        st.sampled_from([date(2026, 5, 31), date(2026, 6, 1)]),
    ),
    max_size=4,
)
ORDER = [0, 3, 1]


@given(answers(), WAIVERS, WAIVERS)
def test_one_more_waiver_never_makes_it_worse_and_never_turns_a_verdict(
    found: list[Result], some: list[Waiver], more: list[Waiver]
) -> None:
    plain, less, all_ = (judge(found, w, today=TODAY) for w in ([], some, [*some, *more]))
    codes = [ORDER.index(exit_code(gate.counted())) for gate in (plain, less, all_)]
    assert codes == sorted(codes, reverse=True)
    assert codes[0] == ORDER.index(exit_code(result.verdict for result in found))
    for gate in (plain, less, all_):
        assert gate.verdicts == tuple(result.verdict for result in found)
        assert [standing.line for standing in gate] == [line for result in found for line in result.lines]


@given(answers())
def test_whatever_does_not_pass_has_a_finding_that_a_waiver_of_the_transaction_covers(found: list[Result]) -> None:
    for result in found:
        for line in result.lines:
            assert bool(findings_of(line)) == (line.verdict in ("fail", "needs-review"))
    gate = judge(found, [waiver("A"), waiver("B")], today=TODAY)
    assert exit_code(gate.counted()) == 0


@given(answers(), answers())
def test_against_a_baseline_only_what_changed_counts(before: list[Result], after: list[Result]) -> None:
    assert exit_code(judge(before, baseline=reduce(before)).counted(), FailOn.NEEDS_REVIEW) == 0
    gate = judge(after, baseline=reduce(before))
    known = {(line.transaction, line.line): line for line in reduce(before).lines}
    for standing in gate:
        earlier = known.get((standing.result.transaction, standing.line.line))
        if standing.aside:
            assert earlier is not None
            assert earlier.verdict == standing.line.verdict


def test_all_results_keep_their_order() -> None:
    assert [s.result.transaction for s in judge(results())] == [
        "TX-2026-0142",
        "TX-2026-0142",
        "TX-2026-0143",
        "REX-2026-071",
        "TX-9",
    ]
