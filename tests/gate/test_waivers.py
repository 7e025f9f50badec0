"""The file of waivers: what it may say, and where a mistake in it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.gate.waivers import read_waivers

PROVISIONS = {"itar/126.7(a)", "itar/126.1(d)(1)", "ear/744.6"}
GOOD = """\
schema: exportcheck/waivers/1
waivers:
  - transaction: TX-9
    line: 1
    provision: itar/126.7(a)
    reason: DSP-5 050123456 is being amended
    owner: J. Doe
    expires: 2026-12-31
  - {provision: ear/744.6, reason: "read by counsel", owner: A. Counsel, expires: "2026-07-01"}
  - {transaction: "0142", reason: r, owner: o, expires: 2026-02-28}
"""
REST = "reason: r, owner: o, expires: 2026-12-31"


def written(folder: Path, text: str, name: str = "waivers.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_what_a_file_says(tmp_path: Path) -> None:
    one, two, three = read_waivers(written(tmp_path, GOOD), PROVISIONS)
    assert (one.transaction, one.line, one.provision) == ("TX-9", "1", "itar/126.7(a)")
    assert (one.reason, one.owner, one.expires) == ("DSP-5 050123456 is being amended", "J. Doe", date(2026, 12, 31))
    assert (one.span.line, one.span.column) == (3, 5)
    assert one.about() == "TX-9, line 1, itar/126.7(a)"
    assert (two.transaction, two.line, two.provision) == ("", "", "ear/744.6")
    assert three.transaction == "0142", "an id is a text, whatever a number it looks like"


def test_json_is_read_too_and_none_is_allowed(tmp_path: Path) -> None:
    text = '{"waivers": [{"transaction": "A", "reason": "r", "owner": "o", "expires": "2026-12-31"}]}'
    assert len(read_waivers(written(tmp_path, text, "w.json"))) == 1
    assert read_waivers(written(tmp_path, "waivers: []\n")) == ()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (f"waivers: [{{transactoin: A, {REST}}}]", "1:12", 'did you mean "transaction"?'),
        (f"waivers: [{{transaction: A, {REST}}}]\nwaiver: []", "2:1", 'did you mean "waivers"?'),
        (f"waivers:\n  - transaction:\n    {REST.replace(', ', chr(10) + '    ')}", "2:", "`transaction` has no value"),
        ("waivers: [{transaction: A, reason: null, owner: o, expires: 2026-12-31}]", "1:36", "`reason` has no value"),
        ('waivers: [{transaction: A, reason: " ", owner: o, expires: 2026-12-31}]', "1:36", "`reason` has no value"),
        ("waivers: [{transaction: A, reason: [r], owner: o, expires: 2026-12-31}]", "1:36", "must be a single value"),
        ("waivers: [{transaction: A, reason: r, expires: 2026-12-31}]", "1:11", "`owner` is missing"),
        ("waivers: [{transaction: A, reason: r, owner: o}]", "1:11", "`expires` is missing"),
        ("waivers: [{transaction: A, reason: r, owner: o, expires: soon}]", "1:58", '"soon" is no date'),
        ("waivers: [{transaction: A, reason: r, owner: o, expires: 2026-02-30}]", "1:58", '"2026-02-30" is no date'),
        ("waivers: [{transaction: A, reason: r, owner: o, expires: 31.12.2026}]", "1:58", "write it like 2026-12-31"),
        ("waivers: [{transaction: A, reason: r, owner: o, expires: never}]", "1:58", '"never" is no date'),
        (f"waivers: [{{{REST}}}]", "1:11", "this waives everything"),
        (f"waivers: [{{line: 1, provision: ear/744.6, {REST}}}]", "1:11", "`line` without `transaction`"),
        (f"waivers: [{{provision: ear/744.7, {REST}}}]", "1:23", 'did you mean "ear/744.6"?'),
        (f'waivers: [{{provision: "itar/126.7(a)#(b)(2)", {REST}}}]', "1:23", "a whole provision is waived"),
        (f"waivers:\n- {{transaction: A, {REST}}}\n- {{transaction: A, {REST}}}", "3:3", "two waivers for A"),
        (f"waivers: {{transaction: A, {REST}}}", "1:10", "`waivers` must be a list"),
        ("waivers: null", "1:10", "`waivers` must be a list"),
        ("waivers: [TX-9]", "1:11", "a waiver is a map"),
        ("schema: exportcheck/waivers/2\nwaivers: []", "1:9", "write `schema: exportcheck/waivers/1`"),
        ("[]", "1:1", "a file of waivers is a map"),
        ("schema: exportcheck/waivers/1", "1:1", "`waivers:` is missing"),
        ("waivers: []\n---\nwaivers: []", "3:1", "one document"),
        (f"waivers: [{{transaction: A, transaction: B, {REST}}}]", "1:", "transaction"),
        ("waivers: [", "", ""),
        ("", "", "the file is empty"),
    ],
)
def test_a_mistake_is_shown_where_it_is(tmp_path: Path, text: str, place: str, words: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as raised:
        read_waivers(path, PROVISIONS)
    said = str(raised.value)
    assert f"{path}:{place}" in said if place else str(path) in said
    assert words in said


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    text = f"waivers:\n- {{transaction: A, expires: x}}\n- {{line: 2, {REST}}}\n- {{provision: no/such, {REST}}}\n"
    with pytest.raises(InputError) as raised:
        read_waivers(written(tmp_path, text), PROVISIONS)
    assert len(raised.value.problems) == 6


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_waivers(tmp_path / "none.yaml")
