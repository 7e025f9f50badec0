"""Whatever a description holds, no format takes it for its own syntax."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from exportcheck.gate.judge import Gate, judge
from exportcheck.report.characters import visible
from exportcheck.report.github import render_github
from exportcheck.report.jsonl import render_jsonl
from exportcheck.report.junit import render_junit
from exportcheck.report.markdown import render_markdown
from exportcheck.report.markdown_text import code, escaped
from exportcheck.report.sarif import render_sarif
from exportcheck.report.terminal import Terminal
from exportcheck.report.text import render_text
from tests.report.gated import HOSTILE, TODAY, hostile, packs, waiver
from tests.report.test_formats import answered, canonical, html

PARTS = st.sampled_from(
    [
        *("]]>", "<script>", "</details>", "<!--", "-->", "&amp;", '"', "'", "{{ 7 }}", "{% raw %}"),
        *("::error::", "%0A", "%", "\n", "\r", "\t", " "),
        *("\x00", "\x1b[0m", "\x85", "\u2028", "\u202e", "\ud800", "\ufffe"),
        *("|", "`", "``", "*", "_", "[x](javascript:y)", "![i](u)", "@octocat", "#1", "http://a.example", "www.b.example"),
        *("\\", "~~~", "---", "# ", "1. ", "- ", "> ", "$x$", "é", "株"),
    ]
)
TEXTS = (
    st.lists(st.one_of(PARTS, st.text(max_size=6)), min_size=1, max_size=8)
    .map("".join)
    .filter(lambda text: bool(visible(text).strip()))
)


def gate_of(text: str) -> Gate:
    """The first line waived with the text as the reason, the second not."""
    return judge([hostile(text)], [waiver("other", why=text), waiver(text, text, why=text)], today=TODAY)


def controls(text: str) -> list[str]:
    """Characters that no format may hold."""
    return re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff\ufffe\uffff]", text)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", ()))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("!--", ()))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def parsed(text: str) -> Tags:
    parser = Tags()
    parser.feed(text)
    parser.close()
    return parser


@settings(max_examples=60)
@given(TEXTS)
def test_sarif_is_json_without_controls(text: str) -> None:
    shown = render_sarif([hostile(text)], gate_of(text), packs())
    assert not controls(shown)
    shown.encode("utf-8")
    for result in json.loads(shown)["runs"][0]["results"]:
        assert visible(text) in result["message"]["text"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(file://)?[A-Za-z0-9._~/%-]+", uri)


@settings(max_examples=60)
@given(TEXTS)
def test_junit_is_xml_of_the_same_elements(text: str) -> None:
    shown = render_junit([hostile(text)], gate_of(text))
    assert not controls(shown)
    root = ElementTree.fromstring(shown.encode("utf-8"))
    assert [e.tag for e in root.iter()] == [
        e.tag for e in ElementTree.fromstring(render_junit([hostile("x")], gate_of("x"))).iter()
    ]
    messages = [e.get("message", "") for e in root.iter("skipped")]
    assert visible(text) in messages[0]


@settings(max_examples=100)
@given(TEXTS)
def test_every_line_for_github_is_a_command_of_ours(text: str) -> None:
    shown = render_github([hostile(text)], gate_of(text))
    assert not controls(shown)
    lines = shown.split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(render_github([hostile("x")], gate_of("x")).split("\n")) - 1
    for line in lines:
        command, said = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line).groups()[1:]  # type: ignore[union-attr]
        assert {part.partition("=")[0] for part in command.split(",")} <= {"file", "line", "col", "title"}
        assert not re.search(r"%(?!25|0A|0D)", said)


@settings(max_examples=60)
@given(TEXTS)
def test_json_lines_are_one_line_an_answer(text: str) -> None:
    shown = render_jsonl(answered([hostile(text), hostile("x")]), judge([hostile(text), hostile("x")]), canonical=canonical)
    assert shown.isascii()
    assert [json.loads(line)["id"] for line in shown.splitlines()] == [text, "x"]


MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})


@settings(max_examples=100)
@given(TEXTS)
def test_markdown_gains_no_markup(text: str) -> None:
    shown = render_markdown([hostile(text)], gate_of(text))
    assert not controls(shown)
    page, plain = parsed(MARKDOWN.render(shown)), parsed(MARKDOWN.render(render_markdown([hostile("x")], gate_of("x"))))
    assert page.tags == plain.tags
    outside_code = re.sub(r"(`+).*?\1", "", shown)
    assert not re.search(r"[@#][\w]", outside_code.replace("&#8203;", "\u200b").replace("&#", ""))


@settings(max_examples=200)
@example("\n---")
@given(TEXTS)
def test_escaped_markdown_reads_as_the_text(text: str) -> None:
    expected = " ".join(visible(text).split())
    page = parsed(MARKDOWN.render(f"- {escaped(text)}\n"))
    assert "".join(page.said).replace("\u200b", "").strip() == expected.replace("\u200b", "")
    cell = parsed(MARKDOWN.render(f"| a |\n|---|\n| {code(text, cell=True)} |\n"))
    assert [t for t, _ in cell.tags if t in ("td", "code")] == ["td", "code"]
    if "\\" not in expected:
        assert expected in "".join(cell.said) or not expected


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_html_gains_no_element(text: str) -> None:
    shown = html([hostile(text)], gate_of(text), why=True)
    assert not controls(shown)
    page, plain = parsed(shown), parsed(html([hostile("x")], gate_of("x"), why=True))
    assert page.tags == plain.tags
    assert any(visible(text) in said for said in ["".join(page.said)])


@settings(max_examples=40)
@given(TEXTS)
def test_text_holds_no_control(text: str) -> None:
    assert not controls(render_text([hostile(text)], Terminal(), gate=gate_of(text)))


@pytest.mark.parametrize("name", ["sarif", "junit", "github", "markdown", "html", "text"])
def test_the_worst_text_that_we_thought_of(name: str) -> None:
    found, gate = [hostile()], gate_of(HOSTILE)
    render: dict[str, Any] = {
        "sarif": lambda: render_sarif(found, gate, packs()), "junit": lambda: render_junit(found, gate),
        "github": lambda: render_github(found, gate), "markdown": lambda: render_markdown(found, gate),
        "html": lambda: html(found, gate), "text": lambda: render_text(found, Terminal(), gate=gate),
    }  # fmt: skip
    text = render[name]()
    assert not controls(text)
    assert not re.search(r"(?m)^\s*::error::owned", text)
    if name in ("html", "junit", "markdown"):
        assert "<script>" not in re.sub(r"(?s)(`+).*?\1", "", text)
