"""Mistakes of a user, as printed."""

from __future__ import annotations

from exportcheck.errors import InputError, Problem, Span
from exportcheck.report.problems import render_problems

TEXT = "    ddtc_registred: true"


def test_a_mistake_shows_its_line_and_caret() -> None:
    span = Span("mission-computer.yaml", 14, 5, 14, TEXT)
    error = InputError(Problem(span, 'a party has no fact named "ddtc_registred"', 'did you mean "ddtc_registered"?'))
    assert render_problems(error) == (
        'error: mission-computer.yaml:14:5: a party has no fact named "ddtc_registred"\n'
        "   14 |     ddtc_registred: true\n"
        '      |     ^^^^^^^^^^^^^^ did you mean "ddtc_registered"?\n'
        "1 error; nothing was checked\n"
    )


def test_every_mistake_is_shown_once_in_order_of_place() -> None:
    first, second = Problem(Span("b.yaml", 2, 1), "two"), Problem(Span("b.yaml", 10, 1), "ten")
    text = render_problems(InputError([second, first, second]))
    assert text.splitlines() == ["error: b.yaml:2:1: two", "error: b.yaml:10:1: ten", "2 errors; nothing was checked"]


def test_what_was_written_cannot_steer_the_terminal() -> None:
    error = InputError(Problem(Span("a\x1b[2J.yaml", 1, 1, 3, "x: \x1b[31m\u202e"), "bad \u202ename\n\x1b]0;x\x07", "é\nsecond"))
    text = render_problems(error, encoding="ascii")
    assert text.isascii()
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert r"bad \u202ename \x1b]0;x\x07" in text


def test_a_flood_is_cut_off_and_counted() -> None:
    text = render_problems(InputError([Problem(Span("a", n, 1), f"problem {n}") for n in range(1, 251)]))
    assert "and 150 errors more\n250 errors; nothing was checked\n" in text
    assert len(text.splitlines()) == 102


def test_color_marks_only_the_word() -> None:
    text = render_problems(InputError(Problem(Span("a", 1, 1), "error: twice")), color=True)
    assert text.startswith("\x1b[1;31merror:\x1b[0m a:1:1: error: twice")
