"""Lists of paragraphs as control lines write them."""

from __future__ import annotations

import pytest
from ear_tables.controls import Part, read_line, read_parts
from ear_tables.paragraphs import read_paragraphs


def spelled(text: str, root: str) -> list[str] | None:
    reaches = read_paragraphs(text, root)
    if reaches is None:
        return None
    return [".".join(r.paragraph) + "".join(" -" + ".".join(e) for e in r.exceptions) for r in reaches]


@pytest.mark.parametrize(
    ("text", "root", "expected"),
    [
        ("9A610.t, .u, and .w", "9A610", ["9A610.t", "9A610.u", "9A610.w"]),
        ("1C351.d.15 and .16", "1C351", ["1C351.d.15", "1C351.d.16"]),
        ("3B001.a.1 to a.3, b, k to m", "3B001", [f"3B001.{p}" for p in ("a.1", "a.2", "a.3", "b", "k", "l", "m")]),
        ("5A001.b (except .b.5), .c, and .f (except f.3)", "5A001", ["5A001.b -5A001.b.5", "5A001.c", "5A001.f -5A001.f.3"]),
        ("9A004 .g, .r", "9A004", ["9A004.g", "9A004.r"]),
        ("8A620. b and .y", "8A620", ["8A620.b", "8A620.y"]),
        ("3A001.z. 1.b, z.2.b", "3A001", ["3A001.z.1.b", "3A001.z.2.b"]),
        ("9B604.a and .b and to 9B604.d", "9B604", None),
        ("6A002.a.3 (except a.3.e for lead arrays)", "6A002", None),
        ("0A501.y and 0A502.a", "0A501", None),
        ("9A610.x if for use in an aircraft", "9A610", None),
        ("3B001.c to a", "3B001", None),
        ("3B001.b (except c)", "3B001", None),
        ("", "3B001", None),
    ],
)
def test_lists(text: str, root: str, expected: list[str] | None) -> None:
    assert spelled(text, root) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("the entire entry", (Part("9A610"),)),
        ("entire entry, except 9A610.y", (Part("9A610", ("9A610.y",)),)),
        ("entire entry except equipment for 9A610.y", (Part("9A610", (), "unread"),)),
        ("9A610.a when flown at night; and 9A610.b", (Part("9A610.a", condition="unread"), Part("9A610.b"))),
        ("items that are fast", (Part("9A610", condition="unread"),)),
        ("aircraft in 9A610.a and engines", (Part("9A610", condition="unread"),)),
        ("9A610.a when flown, and to 9A610.b", (Part("9A610", condition="unread"),)),
    ],
)
def test_what_cannot_be_read_is_unread_and_no_narrower(body: str, expected: tuple[Part, ...]) -> None:
    assert read_parts("9A610", body) == expected


def test_unknown_destinations_are_unread() -> None:
    (row,) = read_line("9A610", "NS applies to entire entry", "To some places on Tuesdays", {})
    assert (row.ground, row.rule, row.condition) == ("NS", "unread", "unread")


def test_a_line_of_another_form_is_unread() -> None:
    (row,) = read_line("9A610", "Ask the office.", "NS Column 1", {})
    assert (row.paragraph, row.ground, row.rule) == ("9A610", "UNREAD", "unread")
