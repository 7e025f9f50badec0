"""The text report: what it says, in which order, and that it fits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from exportcheck.report.terminal import Terminal
from exportcheck.report.text import DISCLAIMER, render_text
from tests.report.golden import check_golden
from tests.report.results import SAMPLES, de_minimis, hostile, needs_review, passes

PLAIN = Terminal(width=80)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    check_golden(f"{name}.txt", render_text([SAMPLES[name]()], PLAIN))


@pytest.mark.parametrize("name", ["needs-review", "de-minimis"])
def test_golden_with_reasoning(name: str) -> None:
    check_golden(f"{name}.why.txt", render_text([SAMPLES[name]()], PLAIN, why=True))


def test_golden_without_unicode() -> None:
    text = render_text([needs_review()], Terminal(encoding="ascii"), why=True)
    check_golden("needs-review.why.ascii.txt", text)
    assert text.isascii()


def test_golden_several() -> None:
    check_golden("several.txt", render_text([needs_review(), passes(), de_minimis()], PLAIN))


@pytest.mark.parametrize("why", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal(width: int, encoding: str, why: bool) -> None:
    text = render_text([make() for make in SAMPLES.values()], Terminal(width, encoding), why=why)
    text.encode(encoding)
    too_wide = [line for line in text.splitlines() if cell_len(line) > width]
    assert not too_wide
    assert all(line == line.rstrip() for line in text.splitlines())


def test_without_color_there_is_no_escape() -> None:
    assert "\x1b" not in render_text([make() for make in SAMPLES.values()], PLAIN, why=True)


def test_color_changes_no_word() -> None:
    results = [make() for make in SAMPLES.values()]
    colored = render_text(results, Terminal(color=True), why=True)
    assert "\x1b[1;31mFAIL\x1b[0m" in colored
    assert ANSI.sub("", colored) == render_text(results, PLAIN, why=True)


def test_names_are_never_markup() -> None:
    text = render_text([hostile()], Terminal(width=100, color=True), why=True)
    shown = ANSI.sub("", text)
    assert "[red]Acme[/red]" in shown
    assert "[link=x]not a link[/link]" in shown
    assert ":smile:" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert r"\x1b[31mred\u202e" in shown


def test_verdict_stands_before_the_reasons_and_the_reasons_before_what_it_rests_on() -> None:
    text = render_text([needs_review()], PLAIN, why=True)
    order = [
        "NEEDS REVIEW",
        "126.7(a) (claimed)",
        "? Is Bristol",
        "yes →",
        "could still apply",
        "owed",
        "rests on",
        "reasoning for",
        "packs",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_a_question_shows_where_to_answer_and_what_each_answer_leads_to() -> None:
    text = render_text([needs_review()], PLAIN)
    assert "mission-computer.yaml:19" in text
    assert "write aukus_authorized_user: true | false" in text
    assert "yes → pass, cite 22 CFR 126.7" in text
    assert "no  → fail: license required (DSP-5)" in text


def test_a_question_of_several_lines_is_asked_in_full_once() -> None:
    result = needs_review()
    again = replace(result.lines[0], line="7")
    text = render_text([replace(result, lines=(result.lines[0], again))], PLAIN)
    assert text.count("write aukus_authorized_user") == 1
    assert "(as for line 1)" in text


def test_a_step_says_whether_it_is_done_and_whose_it_is() -> None:
    assert "registration with DDTC (done, as stated)" in render_text([passes()], PLAIN)
    assert "written certification by the recipient (NOT DONE)" in render_text([SAMPLES["curable"]()], PLAIN)
    two = render_text([needs_review()], PLAIN)
    assert "kept 5 years [line 1]" in two
    assert "kept 5 years [line 2]" in two


def test_reasons_are_folded_and_shown_in_full_on_request() -> None:
    assert "servo drive: fair_market_value" not in render_text([de_minimis()], PLAIN)
    why = render_text([de_minimis()], PLAIN, why=True)
    assert re.search(r"servo drive: fair_market_value = USD 41,000 +machine\.yaml:51\n", why)
    assert "12 provisions evaluated that did not matter here" in why


def test_a_reason_met_twice_is_written_out_once() -> None:
    result = needs_review()
    line = replace(result.lines[0], reasons=result.lines[0].reasons * 2)
    text = render_text([replace(result, lines=(line,))], PLAIN, why=True)
    assert text.count("parties[0]") == 0
    assert text.count("us_person = true") == 1
    assert "(shown above)" in text


def test_several_are_counted_and_the_disclaimer_stands_once() -> None:
    text = render_text([needs_review(), passes(), de_minimis()], PLAIN)
    assert "3 transactions: 1 fail, 1 needs-review, 1 pass" in text
    assert text.count(DISCLAIMER) == 1
    assert text.endswith("--why\n")


def test_packs_that_all_share_stand_once() -> None:
    assert render_text([needs_review(), needs_review()], PLAIN).count("sha256:1f3a") == 1
    assert render_text([needs_review(), passes()], PLAIN).count("sha256:1f3a") == 2


def test_too_many_questions_are_counted() -> None:
    result = needs_review()
    line = result.lines[0]
    questions = tuple(replace(line.questions[0], fact=f"f{n}", text=f"Question {n}?") for n in range(15))
    text = render_text([replace(result, lines=(replace(line, questions=questions),))], PLAIN)
    assert "15 answers missing" in text
    assert "Question 11?" in text
    assert "Question 12?" not in text
    assert "and 3 questions more" in text
