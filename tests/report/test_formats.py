"""The formats that CI reads: each as it was read once, and that it keeps to its schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from exportcheck.engine.result import Result
from exportcheck.gate.judge import Gate, judge
from exportcheck.report.github import render_github
from exportcheck.report.json import render_json
from exportcheck.report.jsonl import render_jsonl
from exportcheck.report.junit import render_junit
from exportcheck.report.markdown import MOST_CHARACTERS, render_markdown
from exportcheck.report.rule_help import law_url
from exportcheck.report.sarif import render_sarif, sarif
from exportcheck.report.terminal import Terminal
from exportcheck.report.text import render_text
from exportcheck.transaction.model import Entity, Transaction
from tests.report.gated import TODAY, gated, hostile, packs, results, waiver
from tests.report.golden import check_golden
from tests.report.results import SAMPLES, de_minimis, needs_review, passes

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ROOT.parent / "shared" / "formats"


def answered(found: list[Result]) -> list[tuple[Transaction, Result]]:
    return [(Transaction(r.transaction, Entity("transaction", "", {}), file=r.file), r) for r in found]


def canonical(transaction: Transaction) -> dict[str, Any]:
    return {"transaction": {"id": transaction.id}}


def html(found: list[Result], gate: Gate, *, why: bool = False) -> str:
    pytest.importorskip("jinja2")
    from exportcheck.report.html import render_html

    return render_html(found, gate, why=why)


RENDER: dict[str, Callable[[list[Result], Gate], str]] = {
    "sarif.json": lambda found, gate: render_sarif(found, gate, packs()),
    "junit.xml": render_junit,
    "github.txt": render_github,
    "jsonl": lambda found, gate: render_jsonl(answered(found), gate, canonical=canonical),
    "md": render_markdown,
    "html": html,
    "txt": lambda found, gate: render_text(found, Terminal(), gate=gate),
    "json": lambda found, gate: render_json(answered(found), gate=gate, canonical=canonical),
}


@pytest.mark.parametrize("name", RENDER)
def test_golden_with_waivers_and_baseline(name: str) -> None:
    check_golden(f"ci/gated.{name}", RENDER[name](results(), gated()))


@pytest.mark.parametrize("name", ["sarif.json", "junit.xml", "github.txt", "md", "html"])
def test_golden_without(name: str) -> None:
    found = [needs_review(), de_minimis()]
    check_golden(f"ci/plain.{name}", RENDER[name](found, judge(found)))


@pytest.mark.parametrize("name", RENDER)
def test_every_format_names_the_waiver_and_what_is_to_be_said_of_the_others(name: str) -> None:
    text = RENDER[name](results(), gated())
    shown = re.sub(r"\s+", " ", text.replace("\\", "").replace("%2C", ",").replace("&#34;", '"'))
    assert "DSP-5 050123456 is being amended" in shown
    assert "J. Doe" in shown
    assert "expired on 2026-05-31" in shown
    assert "waives nothing here" in shown
    assert "was fail in the baseline and is gone" in shown


@pytest.mark.parametrize("name", RENDER)
def test_nothing_set_aside_says_nothing_of_waivers(name: str) -> None:
    found = [needs_review(), passes()]
    text = RENDER[name](found, judge(found))
    assert not re.search(r'waive|baseline|"gate"', text)


class TestSarif:
    def run(self, found: list[Result] | None = None, gate: Gate | None = None) -> dict[str, Any]:
        chosen = found or results()
        log: dict[str, Any] = sarif(chosen, gate or judge(chosen), packs())["runs"][0]
        return log

    @pytest.mark.parametrize("which", ["gated", "plain", "samples", "hostile", "passes"])
    def test_it_keeps_to_its_schema(self, which: str) -> None:
        path = FORMATS / "sarif" / "sarif-schema-2.1.0.json"
        if not path.is_file():
            pytest.skip("the schema is not here")
        found = {"samples": [make() for make in SAMPLES.values()], "hostile": [hostile()], "passes": [passes()]}.get(
            which, results()
        )
        gate = gated() if which == "gated" else judge(found)
        schema = json.loads(path.read_text(encoding="utf-8"))
        validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
        validator.validate(json.loads(render_sarif(found, gate, packs())))

    def test_a_result_points_at_its_rule_and_at_a_place(self) -> None:
        run = self.run([*results(), hostile()])
        rules = run["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        assert len(run["results"]) >= 5
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] == {"fail": "error", "needs-review": "warning"}[result["properties"]["verdict"]]
            region = result["locations"][0]["physicalLocation"]["region"]
            assert region["startLine"] >= 1
            assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])

    def test_a_missing_fact_is_asked_where_it_would_be_written(self) -> None:
        (result,) = self.run([needs_review()])["results"]
        assert result["ruleId"] == "itar/126.7(a)"
        assert result["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "mission-computer.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 19, "startColumn": 5, "endColumn": 9},
        }
        assert "Is Bristol Systems Ltd an Authorized User identified through DDTC?" in result["message"]["text"]
        assert "write aukus_authorized_user: true | false" in result["message"]["text"]

    def test_the_fact_that_decided_is_pointed_at(self) -> None:
        (result,) = self.run([de_minimis()])["results"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 51
        assert result["relatedLocations"][0]["message"]["text"] == "servo drive: fair_market_value = USD 41,000"

    def test_a_rule_has_the_text_of_the_day_with_its_citations(self) -> None:
        (rule,) = self.run([needs_review()])["tool"]["driver"]["rules"]
        assert rule["shortDescription"]["text"] == "22 CFR 126.7(a): Exemption for defense trade"
        assert "- each party is one of three kinds (22 CFR 126.7(b)(2))" in rule["help"]["text"]
        assert rule["helpUri"] == "https://www.ecfr.gov/current/title-22/section-126.7"

    def test_waived_is_suppressed_and_the_baseline_a_state(self) -> None:
        found = {r["properties"]["transaction"]: r for r in self.run(results(), gated())["results"]}
        assert found["TX-9"]["suppressions"][0]["justification"].startswith("J. Doe until 2026-12-31: DSP-5")
        assert found["TX-9"]["suppressions"][0]["location"]["physicalLocation"]["region"]["startLine"] == 3
        assert found["TX-9"]["level"] == "error"
        assert {name: r["baselineState"] for name, r in found.items()} == {
            "TX-2026-0142": "updated", "REX-2026-071": "unchanged", "TX-9": "new",
        }  # fmt: skip
        assert "suppressions" not in found["REX-2026-071"]

    def test_a_fingerprint_outlives_an_edit_and_tells_findings_apart(self) -> None:
        moved = replace(needs_review(), file="elsewhere.yaml")
        one, other = (self.run([r])["results"][0]["partialFingerprints"] for r in (needs_review(), moved))
        assert one == other
        every = [r["partialFingerprints"]["exportcheck/v1"] for r in self.run()["results"]]
        assert len(set(every)) == len(every)

    def test_standard_input_has_no_address(self) -> None:
        line = replace(needs_review().lines[0], span=None, questions=())
        result = replace(needs_review(), file="<standard input>", lines=(line,))
        (found,) = self.run([result])["results"]
        assert found["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "TX-2026-0142, line 1", "kind": "member"}]}]

    @pytest.mark.parametrize(
        ("cite", "url"),
        [
            ("22 CFR 126.7(b)(2)", "https://www.ecfr.gov/current/title-22/section-126.7"),
            ("15 CFR part 744", "https://www.ecfr.gov/current/title-15/part-744"),
            ("15 CFR 734.4(c)(1), 742.3", "https://www.ecfr.gov/current/title-15/section-734.4"),
            ("MTCR 1.A.1", ""),
            ("", ""),
        ],
    )
    def test_where_the_law_is_published(self, cite: str, url: str) -> None:
        assert law_url(cite) == url


class TestJunit:
    @pytest.mark.parametrize("which", ["gated", "samples", "hostile"])
    def test_it_keeps_to_its_schema(self, which: str) -> None:
        path = FORMATS / "junit" / "JUnit.xsd"
        if not path.is_file():
            pytest.skip("the schema is not here")
        etree: Any = pytest.importorskip("lxml.etree")
        found = {"samples": [make() for make in SAMPLES.values()], "hostile": [hostile()]}.get(which, results())
        text = render_junit(found, gated() if which == "gated" else judge(found))
        schema = etree.XMLSchema(etree.parse(str(path)))
        schema.assertValid(etree.fromstring(text.encode("utf-8")))

    def test_one_case_a_line_and_review_is_no_success(self) -> None:
        root = ElementTree.fromstring(render_junit(results(), judge(results())))
        suites = list(root)
        assert [suite.get("name") for suite in suites] == ["TX-2026-0142", "TX-2026-0143", "REX-2026-071", "TX-9"]
        cases = {(s.get("name"), c.get("name", "").split(":")[0]): [x.tag for x in c] for s in suites for c in s.iter("testcase")}
        assert cases == {
            ("TX-2026-0142", "line 1"): ["error"], ("TX-2026-0142", "line 2"): [], ("TX-2026-0143", "line 1"): [],
            ("REX-2026-071", "line 1"): ["failure"], ("TX-9", "line 1"): ["failure"],
        }  # fmt: skip
        assert [(s.get("tests"), s.get("failures"), s.get("errors"), s.get("skipped")) for s in suites] == [
            ("2", "0", "1", "0"), ("1", "0", "0", "0"), ("1", "1", "0", "0"), ("1", "1", "0", "0"),
        ]  # fmt: skip

    def test_what_is_set_aside_is_skipped_with_its_verdict(self) -> None:
        root = ElementTree.fromstring(render_junit(results(), gated()))
        messages = [skipped.get("message", "") for skipped in root.iter("skipped")]
        assert len(messages) == 2
        assert messages[0].startswith("FAIL (as in the baseline): ")
        assert messages[1].startswith("FAIL (waived): ")


class TestGithub:
    def test_the_worst_first_and_what_is_set_aside_only_noticed(self) -> None:
        lines = render_github(results(), judge(results())).splitlines()
        assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::error", "::warning", "::notice"]
        assert lines[0].startswith(
            "::error file=machine.yaml,line=51,col=5,title=REX-2026-071 line 1::FAIL: REX-2026-071, line 1: "
        )
        set_aside = render_github(results(), gated()).splitlines()
        assert [line.split(" ")[0] for line in set_aside] == [
            "::warning", "::notice", "::notice", "::notice", "::warning", "::notice", "::notice", "::notice",
        ]  # fmt: skip

    def test_values_are_escaped(self) -> None:
        result = replace(passes(), transaction="A,b:c%\nd", verdict="needs-review")
        line = replace(needs_review().lines[0], questions=(replace(needs_review().lines[0].questions[0], text="50 % of it?"),))
        text = render_github([replace(result, lines=(line,))], judge([replace(result, lines=(line,))]))
        assert "title=A%2Cb%3Ac%25 d line 1::" in text
        assert "50 %25 of it?" in text


def test_json_lines_are_the_answers_of_the_receipt() -> None:
    receipt = json.loads(render_json(answered(results()), gate=gated(), canonical=canonical))
    lines = [json.loads(line) for line in render_jsonl(answered(results()), gated(), canonical=canonical).splitlines()]
    assert lines == [*receipt["answers"], {"notices": receipt["notices"]}]


def test_a_receipt_with_waivers_keeps_to_its_schema_and_to_its_verdict() -> None:
    schema = json.loads((ROOT / "schema" / "receipt.schema.json").read_text(encoding="utf-8"))
    receipt = json.loads(render_json(answered(results()), gate=gated(), canonical=canonical))
    jsonschema.Draft202012Validator(schema).validate(receipt)
    assert receipt["verdict"] == "fail"
    held = receipt["answers"][3]["lines"][0]["gate"]
    assert (held["counts"], held["waived"], held["change"]) == (False, True, "new")
    assert held["waivers"][0]["where"] == {"file": "waivers.yaml", "line": 3, "column": 5}
    assert [notice["kind"] for notice in receipt["notices"]] == ["expired", "unused", "gone"]


class TestMarkdown:
    def test_a_comment_is_never_too_long(self) -> None:
        many = [replace(needs_review(), transaction=f"TX-{n}") for n in range(900)]
        text = render_markdown(many, judge(many))
        assert len(text) <= MOST_CHARACTERS
        assert "900 transactions: 900 needs-review" in text
        assert re.search(r"\nand [\d,]+ more lines\n", text)
        assert text.count("<details>") == text.count("</details>")

    def test_the_exit_code_is_not_the_verdict(self) -> None:
        found = [de_minimis()]
        text = render_markdown(found, judge(found, [waiver("REX-2026-071")], today=TODAY))
        assert text.startswith("### ❌ exportcheck: FAIL\n\n1 transaction: 1 fail; 1 line set aside, without them: PASS.\n")


class TestHtml:
    def test_it_needs_nothing_else(self) -> None:
        text = html(results(), gated(), why=True)
        assert "default-src 'none'" in text
        assert not re.search(r"<(script|link|img|iframe|object|form|base)\b|@import|url\(|\bon\w+=|src=", text)
        assert set(re.findall(r'href="([^#"]+)"', text)) <= {
            f"https://www.ecfr.gov/current/title-{place}"
            for place in ("22/section-126.7", "22/section-123.1", "15/section-742.3", "15/section-746.7", "22/section-123.9",
                          "22/section-122.5", "22/section-122.1", "22/section-126.1", "15/section-762.6", "22/section-120.16")
        }  # fmt: skip

    def test_the_reasoning_only_when_asked_for(self) -> None:
        assert "fair_market_value" not in html([de_minimis()], judge([de_minimis()]))
        assert "servo drive: fair_market_value = USD 41,000" in html([de_minimis()], judge([de_minimis()]), why=True)
