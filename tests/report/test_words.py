"""Small things: names of packs, lengths of time, what a terminal can show."""

from __future__ import annotations

import io

import pytest

from exportcheck.engine.result import pack_of
from exportcheck.errors import Span
from exportcheck.report.characters import visible
from exportcheck.report.terminal import terminal_of
from exportcheck.report.words import address_words, duration, listed, pack_label, place, tally, worst


@pytest.mark.parametrize(
    ("pack", "label"),
    [
        ("itar", "ITAR"),
        ("aukus/australia", "AUKUS Australia"),
        ("australia-group", "Australia Group"),
        ("wassenaar", "Wassenaar"),
    ],
)
def test_pack_label(pack: str, label: str) -> None:
    assert pack_label(pack) == label


@pytest.mark.parametrize(
    ("iso", "words"), [("P5Y", "5 years"), ("P1Y6M", "1 year 6 months"), ("P30D", "30 days"), ("PT1H", "PT1H"), ("P", "P")]
)
def test_duration(iso: str, words: str) -> None:
    assert duration(iso) == words


def test_addresses() -> None:
    assert address_words("itar/126.7(a)#(b)(2)") == "ITAR 126.7(a), (b)(2)"
    assert pack_of("aukus/australia/5B#(1)", ["aukus", "aukus/australia"]) == "aukus/australia"
    assert pack_of("ear/738.4", ["itar"]) == ""
    assert place(Span("a.yaml", 3, 1)) == "a.yaml:3"
    assert place(None) == ""


def test_lists_and_counts() -> None:
    assert listed("abc", 5) == "a, b, c"
    assert listed("abcd", 2) == "a, b and 2 more"
    assert tally(["pass", "fail", "pass"]) == "1 fail, 2 pass"
    assert worst(["pass", "needs-review", "not-subject"]) == "needs-review"


def test_invisible_characters_are_written_out() -> None:
    assert visible("a\x1b[0m\u202eb\tc\nd\u00a0e\U000e0001") == "a\\x1b[0m\\u202eb c d e\\U000e0001"
    assert visible("Æther 株式会社") == "Æther 株式会社"


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_terminal_follows_the_environment() -> None:
    assert terminal_of(io.StringIO(), environ={}).width == 80
    assert terminal_of(io.StringIO(), environ={"COLUMNS": "10"}).width == 40
    assert terminal_of(io.StringIO(), environ={"COLUMNS": "300"}).width == 100
    assert not terminal_of(io.StringIO(), environ={}).color
    assert terminal_of(io.StringIO(), "always", {"NO_COLOR": "1"}).color
    assert terminal_of(Tty(), environ={}).color
    assert not terminal_of(Tty(), environ={"NO_COLOR": "1"}).color
    assert not terminal_of(Tty(), environ={"TERM": "dumb"}).color
    assert not terminal_of(Tty(), "never", {}).color
