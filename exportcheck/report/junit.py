"""Answers as JUnit XML, which test reports of CI read: a suite for each transaction, a test case for each line.

A line that fails is a `failure`, one that needs review an `error` (it could not be decided, and that is no success), one that
is waived or as in the baseline `skipped`, with its verdict first in the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from exportcheck.engine.result import LineVerdict, Result
from exportcheck.gate.judge import Gate, Standing
from exportcheck.report.characters import visible
from exportcheck.report.lines import headline
from exportcheck.report.standing import standing_words, verdict_words
from exportcheck.report.terminal import Terminal
from exportcheck.report.text import render_text
from exportcheck.report.words import place


def render_junit(results: Sequence[Result], gate: Gate) -> str:
    """As the schema of Ant's JUnit task has it. No clock is read: times are 0, the timestamp is the day whose law was applied."""
    root = Xml.Element("testsuites")
    for number, (result, standings) in enumerate(zip(results, gate.standings, strict=True)):
        said = [notice.says for notice in gate.notices] if not number else []
        root.append(_suite(number, result, standings, said))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _suite(number: int, result: Result, standings: Sequence[Standing], said: Sequence[str]) -> Xml.Element:
    kinds = [_kind(standing) for standing in standings]
    suite = Xml.Element(
        "testsuite",
        {
            "id": str(number),
            "package": _token(result.file or "-"),
            "name": _token(result.transaction),
            "timestamp": f"{result.as_of.isoformat()}T00:00:00",
            "hostname": "localhost",
            "tests": str(len(standings)),
            "failures": str(kinds.count("failure")),
            "errors": str(kinds.count("error")),
            "skipped": str(kinds.count("skipped")),
            "time": "0",
        },
    )
    properties = Xml.SubElement(suite, "properties")
    stated = {"verdict": result.verdict, "law as of": result.as_of.isoformat(), "route": result.route}
    stated |= {f"pack {stamp.pack}": stamp.digest for stamp in sorted(result.packs, key=lambda stamp: stamp.pack)}
    for name, value in stated.items():
        Xml.SubElement(properties, "property", {"name": name, "value": visible(value)})
    for standing, kind in zip(standings, kinds, strict=True):
        suite.append(_case(result, standing, kind))
    Xml.SubElement(suite, "system-out").text = render_text([result], Terminal(width=100))
    Xml.SubElement(suite, "system-err").text = "".join(visible(text) + "\n" for text in said)
    return suite


def _case(result: Result, standing: Standing, kind: str) -> Xml.Element:
    line = standing.line
    name = _token(f"line {line.line}: {line.shown or line.description}")
    case = Xml.Element("testcase", {"name": name, "classname": _token(result.transaction), "time": "0"})
    if kind:
        said = "; ".join([f"{verdict_words(standing)}: {headline(line)}", *standing_words(standing)])
        given = {"message": visible(said)}
        if kind != "skipped":
            given["type"] = _type(line, standing)
        Xml.SubElement(case, kind, given).text = _details(standing)
    return case


def _kind(standing: Standing) -> str:
    if not standing.findings:
        return ""
    if standing.aside:
        return "skipped"
    return "failure" if standing.line.verdict == "fail" else "error"


def _type(line: LineVerdict, standing: Standing) -> str:
    kinds = [finding.kind for finding in standing.findings if finding.kind]
    return kinds[0] if kinds else line.verdict


def _details(standing: Standing) -> str:
    lines = []
    for finding in standing.findings:
        where = place(finding.where)
        lines.append(f"{where}: {finding.says}" if where else finding.says)
        lines += [f"    {words}" for words in (finding.cite, finding.advice) if words]
    return "".join(visible(line) + "\n" for line in lines)


def _token(text: str) -> str:
    """Blanks as XML Schema's `token` has them."""
    return " ".join(visible(text).split()) or "-"
