"""Which paragraphs a list has, by what its table says of each row."""

from __future__ import annotations

import pytest

from exportcheck.condition.types import Type
from exportcheck.rulepack.model import Table
from exportcheck.rulepack.paragraphs import Paragraphs
from exportcheck.values import parse_classification

MARKED = {
    "1A001": "next",  # its own paragraphs are a and b ...
    "1A001.a": "next",  # ... those of a are 1 and 2
    "1A001.a.1": "no",
    "1A001.a.2": "no",
    "1A001.b": "no",  # b may have any
    "1A002": "yes",  # all of it is here
    "1A002.a": "yes",
    "1A002.a.1": "yes",
    "1A002.b": "yes",
    "1A003": "yes",  # it has none
    "1A004": "no",  # nothing is known of it
}


def paragraphs(complete: str = "complete") -> Paragraphs:
    rows = tuple({"path": parse_classification("eccn", path), "complete": mark} for path, mark in MARKED.items())
    columns = {"path": Type("classification", scheme="eccn"), "complete": Type("enum", values=("yes", "next", "no"))}
    table = Table(
        "law/t", "law", "1 XYZ 9", "text", None, ("path",), columns, {}, rows, paths_of="eccn", complete_column=complete
    )
    return Paragraphs([(table, rows)])


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("1A001", None),
        ("1A001.c", "1A001.c"),
        ("1A001.c.1.a", "1A001.c"),
        ("1A001.a.3", "1A001.a.3"),
        ("1A001.a.1.a", None),
        ("1A001.b.9", None),
        ("1A002.c", "1A002.c"),
        ("1A002.a.2", "1A002.a.2"),
        ("1A002.b.1", None),  # deeper than a leaf
        ("1A003.a", "1A003.a"),
        ("1A004.q", None),
        ("1A005.q", None),  # no entry: that is told apart from no paragraph
    ],
)
def test_where_a_path_leaves_the_list(path: str, missing: str | None) -> None:
    wanted = parse_classification("eccn", missing).path if missing else None
    assert paragraphs().missing(parse_classification("eccn", path).path) == wanted


def test_a_table_without_marks_lists_all_that_have_any() -> None:
    found = paragraphs(complete="")
    assert found.missing(("1A001", "a", "3")) == ("1A001", "a", "3")
    assert found.missing(("1A001", "b", "9")) is None
    assert found.missing(("1A003", "a")) is None
