"""The text report: what it says, in which order, and that it fits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from exportcheck.engine.result import Answer, GroundOutcome, Question, Working
from exportcheck.report.terminal import Terminal
from exportcheck.report.text import DISCLAIMER, render_text
from tests.report.golden import check_golden
from tests.report.results import AUTHORIZED, SAMPLES, at, de_minimis, hostile, needs_review, passes

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
    assert "Question 4?" in text
    assert "Question 5?" not in text
    assert "and 10 more questions: --why shows them" in text
    assert "Question 14?" in render_text([replace(result, lines=(replace(line, questions=questions),))], PLAIN, why=True)


def test_a_question_of_several_parties_is_asked_once() -> None:
    result = needs_review()
    line = result.lines[0]
    names = ("Bristol Systems Ltd", "Ministry of Defence", "Rhein Logistik GmbH")
    questions = tuple(
        replace(
            AUTHORIZED, entity=f"parties[{n}]", label=name, text=AUTHORIZED.text.replace(AUTHORIZED.label, name), where=at(19 + n)
        )
        for n, name in enumerate(names)
    )
    text = render_text([replace(result, lines=(replace(line, questions=questions),))], PLAIN)
    assert text.count("an Authorized User identified") == 1
    assert re.search(
        r"and of Ministry of Defence \(mission-computer.yaml:20\),\s+Rhein Logistik GmbH \(mission-computer.yaml:21\)", text
    )
    assert text.count("write aukus_authorized_user") == 1


def test_answers_that_decide_nothing_stand_in_one_line() -> None:
    result = needs_review()
    line = result.lines[0]
    open_ = (Answer("yes", "needs-review", "4 questions remain", 4), Answer("no", "needs-review", "6 questions remain", 6))
    same = (Answer("yes", "needs-review", "6 questions remain", 6), Answer("no", "needs-review", "6 questions remain", 6))
    for answers, words in ((open_, "yes → 4 questions remain, no → 6 questions remain"), (same, "either way 6 questions remain")):
        asked = replace(AUTHORIZED, answers=answers, decides=False)
        assert words in render_text([replace(result, lines=(replace(line, questions=(asked,)),))], PLAIN)


def test_what_an_open_question_may_rule_out_is_not_asked_of_a_person() -> None:
    result = needs_review()
    line = result.lines[0]
    unread = Question("not-modelled", "15 CFR 744.8: the program", "", "", "", ("ear/744.8",))
    screened = replace(AUTHORIZED, asked_by=("ear/744.8",), answers=(), decides=False)
    packs = tuple(replace(p, pack="ear") if p.pack == "itar" else p for p in line.packs)
    both = render_text([replace(result, lines=(replace(line, packs=packs, questions=(screened, unread)),))], PLAIN)
    assert "the program" not in both
    alone = render_text([replace(result, lines=(replace(line, packs=packs, questions=(unread,)),))], PLAIN)
    assert "law that is not modelled bears on it: 15 CFR 744.8: the program" in alone


def test_grounds_that_the_law_clears_say_why() -> None:
    result = passes()
    grounds = tuple(
        GroundOutcome(f"ear/{name}", "", False, "15 CFR 742.4", because=f"no mark for {to}")
        for name, to in (("NS1", "GB"), ("RS1", "GB"), ("AT1", "AU"))
    )
    line = replace(result.lines[0], packs=(replace(result.lines[0].packs[0], grounds=grounds),))
    assert "cleared: NS1, RS1: no mark for GB; AT1: no mark for AU" in render_text([replace(result, lines=(line,))], PLAIN)


def test_a_limit_that_is_kept_reads_as_kept() -> None:
    result = de_minimis()
    kept = Working(
        "USD 5", ">", "USD 10", False, "USD 5 below the limit", says="the value is no more than USD 10", cite="22 CFR 1"
    )
    open_ = replace(kept, truth=None, headroom="", says="")
    text = render_text([replace(result, lines=(replace(result.lines[0], workings=(kept, open_)),))], PLAIN)
    assert "USD 5 ≤ USD 10, USD 5 below the limit" in text
    assert "USD 5 > USD 10 is open" in text
    many = render_text([replace(result, lines=(replace(result.lines[0], workings=(kept,) * 6),))], PLAIN)
    assert many.count("USD 5 ≤ USD 10") == 4
    assert "and 2 more: --why" in many
