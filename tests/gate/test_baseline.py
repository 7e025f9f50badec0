"""A baseline: what it keeps of a run, that it is read back the same, and what is not one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.gate.baseline import Baseline, Before, read_baseline, reduce, render_baseline
from exportcheck.gate.judge import judge
from exportcheck.report.json import render_json
from tests.report.gated import results
from tests.report.results import SAMPLES, de_minimis, needs_review
from tests.report.test_formats import answered, canonical


def written(folder: Path, text: str, name: str = "baseline.json") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def every() -> Baseline:
    return reduce([make() for make in SAMPLES.values()])


def test_it_is_read_back_the_same(tmp_path: Path) -> None:
    read = read_baseline(written(tmp_path, render_baseline(every())))
    assert sorted(read.lines, key=str) == sorted(every().lines, key=str)


def test_a_receipt_reduces_to_the_same(tmp_path: Path) -> None:
    receipt = render_json(answered(results()), canonical=canonical)
    assert read_baseline(written(tmp_path, receipt)).lines == reduce(results()).lines


def test_what_is_kept() -> None:
    one, two, three, *_ = reduce(results()).lines
    assert (one.transaction, one.line, one.verdict, one.decided) == ("TX-2026-0142", "1", "needs-review", ("itar/126.7(a)",))
    assert (two.verdict, two.decided) == ("pass", ())
    assert (three.verdict, three.decided) == ("pass", ())
    assert reduce([de_minimis()]).lines[0].decided == ("ear/734.4(c)(1)", "ear/NP2")


def test_the_order_of_the_run_does_not_show() -> None:
    assert render_baseline(reduce(results())) == render_baseline(reduce(results()[::-1]))


def changes(baseline: Baseline, *found: object) -> list[str]:
    return [standing.change for standing in judge(list(found), baseline=baseline)]  # type: ignore[arg-type]


def test_the_same_answers_are_unchanged() -> None:
    assert set(changes(reduce(results()), *results())) == {"unchanged"}
    assert list(judge(results(), baseline=reduce(results())).counted()) == ["pass", "pass"]


def test_another_verdict_another_provision_and_another_ground_are_changes() -> None:
    result = de_minimis()
    (before,) = reduce([result]).lines
    for other in (
        replace(before, verdict="needs-review"),
        replace(before, decided=("ear/734.4(c)(1)",)),
        replace(before, decided=()),
    ):
        assert changes(Baseline((other,)), result) == ["changed"]
    assert changes(Baseline((replace(before, line="2"),)), result) == ["new"]
    assert changes(Baseline(()), result) == ["new"]


def test_one_more_question_of_another_provision_is_a_change() -> None:
    result = needs_review()
    line = result.lines[0]
    more = replace(line, questions=(*line.questions, replace(line.questions[0], asked_by=("itar/126.1(d)(1)",))))
    assert changes(reduce([result]), replace(result, lines=(more, result.lines[1]))) == ["changed", "unchanged"]


def test_a_file_may_be_moved_but_not_stand_for_another_with_the_same_id() -> None:
    one = replace(de_minimis(), file="a.yaml")
    moved = replace(one, file="b.yaml")
    assert changes(reduce([one]), moved) == ["unchanged"]
    assert changes(reduce([one]), one, moved) == ["unchanged", "new"]
    assert changes(reduce([one, moved]), replace(one, file="c.yaml")) == ["new"]


def test_what_is_gone_is_said() -> None:
    gate = judge([de_minimis()], baseline=reduce(results()))
    assert [notice.kind for notice in gate.notices] == ["gone"] * 4
    assert "line 2 of TX-2026-0142 of mission-computer.yaml was pass in the baseline and is gone" in gate.notices[1].says


LINE = '{"line": "1", "verdict": "fail", "decided": []}'


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("{}", "1:1", "it names no schema"),
        ("[]", "1:1", "it names no schema"),
        ('{"schema": 1}', "1:12", 'its schema is "1"'),
        ('{"schema": null}', "1:12", "it names no schema"),
        ('{"schema": "exportcheck/facts/1", "facts": []}', "1:12", 'its schema is "exportcheck/facts/1"'),
        ('{"version": "2.1.0", "runs": []}', "1:1", "it names no schema"),
        ('{"schema": "exportcheck/baseline/1"}', "1:1", "answers: field required"),
        ('{"schema": "exportcheck/baseline/1", "answers": null}', "1:49", "answers"),
        ('{"schema": "exportcheck/baseline/1", "answers": [], "more": 1}', "1:61", "more"),
        ('{"schema": "exportcheck/baseline/1", "answers": [{"id": 7, "file": "", "lines": []}]}', "1:57", "answers.0.id"),
        (f'{{"schema": "exportcheck/baseline/1", "answers": [{{"id": "A", "lines": [{LINE}]}}]}}', "1:50", "answers.0.file"),
        (
            '{"schema": "exportcheck/baseline/1",\n "answers": [{"id": "A", "file": "", "lines": [\n'
            '  {"line": "1", "verdict": "passed", "decided": []}]}]}',
            "3:28",
            "answers.0.lines.0.verdict",
        ),
        (
            f'{{"schema": "exportcheck/baseline/1", "answers": [{{"id": "A", "file": "", "lines": [{LINE}, {LINE}]}}]}}',
            "",
            'line 1 of "A" in "" stands twice',
        ),
        ('{"schema": "exportcheck/receipt/1", "answers": []}', "1:", "this is no baseline"),
        ('{"schema": ', "1:", ""),
        ("", "", "the file is empty"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as raised:
        read_baseline(path)
    said = str(raised.value)
    assert f"{path}:{place}" in said if place else str(path) in said
    assert words in said


def test_a_receipt_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    receipt = json.loads(render_json(answered([de_minimis()]), canonical=canonical))
    del receipt["answers"][0]["lines"][0]["verdict"]
    with pytest.raises(InputError, match=r"answers\.0\.lines\.0\.verdict: field required"):
        read_baseline(written(tmp_path, json.dumps(receipt, indent=2)))


def test_a_large_receipt_is_read_and_its_mistakes_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exportcheck.gate.baseline.LARGE", 100)
    receipt = render_json(answered(results()), canonical=canonical)
    assert read_baseline(written(tmp_path, receipt)).lines == reduce(results()).lines
    with pytest.raises(InputError, match=r"baseline\.json: this is no baseline: answers\.0\.lines\.0\.verdict"):
        read_baseline(written(tmp_path, receipt.replace('"verdict": "needs-review"', '"verdict": "maybe"')))
    with pytest.raises(InputError, match=r"baseline\.json:\d+:\d+: this is no JSON"):
        read_baseline(written(tmp_path, receipt[:-20]))
    with pytest.raises(InputError, match="this is no baseline"):
        read_baseline(written(tmp_path, "[" * 200_000))
    with pytest.raises(InputError, match="it names no schema"):
        read_baseline(written(tmp_path, "[" + "1," * 200 + "1]"))


def test_a_receipt_of_another_version_is_read_as_far_as_it_matters(tmp_path: Path) -> None:
    receipt = json.loads(render_json(answered(results()), canonical=canonical))
    receipt["later"] = 1
    for answer in receipt["answers"]:
        del answer["rests_on"]
        for line in answer["lines"]:
            line["later"] = {}
            del line["workings"]
    assert read_baseline(written(tmp_path, json.dumps(receipt))).lines == reduce(results()).lines


def test_numbers_and_words_stay_texts(tmp_path: Path) -> None:
    odd = Baseline((Before("0142", "null", "007", "fail", ("true",)),))
    assert read_baseline(written(tmp_path, render_baseline(odd))) == odd
