"""Files that can be read, and what is said of those that cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from exportcheck.errors import InputError, Problem
from exportcheck.source import Node, read_documents, read_text_documents
from exportcheck.source.node import DEEPEST
from exportcheck.source.read import LARGEST_FILE, Format


def refused(text: str, format: Format = "yaml", **options: int) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_text_documents(text, f"a.{format}", format, **options)
    return caught.value.problems


def only(text: str, format: Format = "yaml", **options: int) -> tuple[str, str, str]:
    """Place, message and hint of the one problem of a text."""
    (problem,) = refused(text, format, **options)
    return str(problem.span), problem.message, problem.hint


def value(node: Node) -> object:
    """A node without its places."""
    if node.kind == "map":
        return {key.text: value(item) for key, item in node.entries}
    return [value(item) for item in node.items] if node.kind == "list" else (node.text, node.style)


def test_yaml_and_json_give_the_same_nodes_with_scalars_as_written() -> None:
    (yaml,) = read_text_documents('{"a": ["NO", 1.10, true], "b": null}', "a.yaml")
    (json,) = read_text_documents('{"a": ["NO", 1.10, true], "b": null}', "a.json", "json")
    assert value(yaml) == value(json) == {"a": [("NO", "quoted"), ("1.10", "plain"), ("true", "plain")], "b": ("null", "plain")}
    assert [str(item.span) for item in json.entries[0][1].items] == ["a.json:1:8", "a.json:1:14", "a.json:1:20"]


def test_every_scalar_knows_its_place() -> None:
    (node,) = read_text_documents("parties:\n  - name: Ohio\n    country: NO\n", "a.yaml")
    (party,) = node.entries[0][1].items
    country = party.get("country")
    assert country is not None
    assert (str(country.span), country.span.length, country.span.text) == ("a.yaml:3:14", 2, "    country: NO")


def test_several_documents_and_lines_of_json() -> None:
    assert len(read_text_documents("---\na: 1\n---\n---\nb: 2\n...\n", "a.yaml")) == 2
    first, second = read_text_documents('{"a": 1}\n\n{"b": 2}\n', "a.jsonl", "jsonl")
    assert (first.span.line, second.span.line) == (1, 3)


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    (node,) = read_documents(path)
    assert value(node) == {"a": ("1", "plain"), "b": ("2", "plain")}
    assert (node.entries[1][0].span.line, node.entries[0][0].span.column) == (2, 1)


def test_an_alias_stands_for_its_anchor() -> None:
    (node,) = read_text_documents("a: &x {b: 1}\nc: *x\n", "a.yaml")
    assert value(node) == {"a": {"b": ("1", "plain")}, "c": {"b": ("1", "plain")}}


def test_a_duplicate_key() -> None:
    where, message, hint = only("a: 1\nb: 2\na: 3\n")
    assert (where, message, hint) == ("a.yaml:3:1", 'the key "a" is given twice', "keep one of the two; the first is in line 1")
    assert only('{"a": 1,\n "a": 2}', "json")[0] == "a.json:2:2"


def test_a_tab_as_indentation() -> None:
    where, message, hint = only("transaction:\n\tid: 1\n")
    assert (where, message) == ("a.yaml:2:1", "a tab is used as indentation")
    assert "spaces" in hint


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a: b: c", "a.yaml:1:5", "quotes"),
        ("a: {b: 1\nc: 2}", "a.yaml:2:2", "comma"),
        ("a: @b", "a.yaml:1:4", "quotes"),
        ("- a\nb: 1", "a.yaml:2:1", "indentation"),
        ("a: 'x", "a.yaml:1:6", "quote"),
        ("? [a]\n: 1", "a.yaml:1:3", "quotes"),
        ("{~: 1}", "a.yaml:1:2", "name: value"),
        ("a: !color red", "a.yaml:1:4", "alone"),
        ("<<: {a: 1}", "a.yaml:1:1", "write the facts out"),
    ],
)
def test_what_is_not_yaml(text: str, place: str, hint: str) -> None:
    where, _, says = only(text)
    assert where == place
    assert hint in says


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("{", "a.json:1:2", "key"),
        ('{"a" 1}', "a.json:1:6", "colon"),
        ('{"a": 1 "b": 2}', "a.json:1:9", "comma"),
        ("[1,]", "a.json:1:4", "value"),
        ('{"a": "b', "a.json:1:7", "unterminated"),
        ('{"a": tru}', "a.json:1:7", "value"),
        ('{"a": 1} x', "a.json:1:10", "after the end"),
        ('{"a": "\\q"}', "a.json:1:8", "escape"),
    ],
)
def test_what_is_not_json(text: str, place: str, part: str) -> None:
    where, message, _ = only(text, "json")
    assert where == place
    assert part in message


def test_each_bad_line_of_json_lines_is_named() -> None:
    assert [str(p.span) for p in refused('{"a": 1}\n{"b" 1}\n{"c": }\n', "jsonl")] == ["a.jsonl:2:6", "a.jsonl:3:7"]


def test_an_alias_bomb() -> None:
    levels = "\n".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    where, message, hint = only("a: &a [x, x, x]\n" + levels)
    assert where.startswith("a.yaml:")
    assert "aliases" in message
    assert "write" in hint


def test_aliases_that_loop_or_name_nothing() -> None:
    assert only("a: &x [*x]")[:2] == ("a.yaml:1:8", "the alias *x stands inside of what it stands for")
    assert only("a: *y")[:2] == ("a.yaml:1:4", "nothing is called &y above this alias")
    assert only("a: &x 1\nb: *x", aliases=0)[0] == "a.yaml:2:4"


def test_aliases_cannot_nest_deeper_than_text_can() -> None:
    opening = "a: &a " + "[" * 40 + "]" * 40
    where, message, _ = only(opening + "\nb: " + "[" * 40 + "*a" + "]" * 40)
    assert where.startswith("a.yaml:2:")
    assert "nested" in message


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "a:\n" + " " * 8])
@pytest.mark.parametrize("format", ["yaml", "json"])
def test_twenty_thousand_levels(opening: str, format: Format) -> None:
    problems = refused(opening * 20_000, format)
    assert problems[0].span.line >= 1
    if opening == "[":
        assert str(problems[0].span) == f"a.{format}:1:{DEEPEST + 1}"
        assert "nested" in problems[0].message


def test_an_empty_file(tmp_path: Path) -> None:
    for number, content in enumerate(["", "  \n", "# only a remark\n", "---\n"]):
        path = tmp_path / f"{number}.yaml"
        path.write_text(content)
        with pytest.raises(InputError) as caught:
            read_documents(path)
        assert "the file is empty" in str(caught.value)


def test_a_missing_file_a_folder_and_a_strange_name(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text("a: 1")
    for path, says in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "folder"), (tmp_path / "a.docx", '".docx"')):
        with pytest.raises(InputError) as caught:
            read_documents(path)
        (problem,) = caught.value.problems
        assert says in problem.message
        assert problem.span.file == str(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    path.chmod(0)
    with pytest.raises(InputError, match="permissions"):
        read_documents(path)


def test_fifty_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(InputError, match=f"larger than {LARGEST_FILE // 1024 // 1024} MB") as caught:
        read_documents(path)
    assert caught.value.problems[0].hint == "split it into several files"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_unicode_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("transaction: {id: TX-1, activity: export}\n".encode(encoding))
    with pytest.raises(InputError, match="UTF-") as caught:
        read_documents(path)
    assert caught.value.problems[0].hint == "save it as UTF-8"


def test_a_byte_of_latin_1_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: Bristol\nb: München\n".encode("latin-1"))
    with pytest.raises(InputError) as caught:
        read_documents(path)
    (problem,) = caught.value.problems
    assert (problem.span.line, problem.span.column) == (2, 5)
    assert "0xFC" in problem.message


@pytest.mark.parametrize(
    ("text", "format", "place", "called"),
    [
        ("name: Acme \u202etdL", "yaml", "a.yaml:1:12", "U+202E (right-to-left override)"),
        ('a: 1\nname: "Acme \\u202EtdL"', "yaml", "a.yaml:2:7", "U+202E"),
        ('{"name": "Acme \\u2066"}', "json", "a.json:1:10", "U+2066"),
        ("na\u200bme: x", "yaml", "a.yaml:1:3", "U+200B (zero width space)"),
        ("a: x\x07", "yaml", "a.yaml:1:5", "U+0007 (control character)"),
        ('{"a": "\\ud800"}', "json", "a.json:1:7", "U+D800"),
        ("# a remark \u202e", "yaml", "a.yaml:1:12", "U+202E"),
    ],
)
def test_characters_that_nobody_sees(text: str, format: Format, place: str, called: str) -> None:
    where, message, hint = only(text, format)
    assert where == place
    assert called in message
    assert "delete it" in hint


def test_names_of_all_scripts_are_fine() -> None:
    (node,) = read_text_documents("name: Łódź 東京 می\u200cخواهم 🛰️\n", "a.yaml")
    assert node.entries[0][1].text.startswith("Łódź")


def test_all_duplicates_of_a_file_are_told_at_once() -> None:
    assert [p.span.line for p in refused("a: 1\na: 2\nb: {c: 1, c: 2}\nd: !x 1\n")] == [2, 3, 4]
