"""Results with waivers and a baseline, and packs of a single provision, for the formats that CI reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from exportcheck.engine.result import PackVerdict, Result
from exportcheck.errors import Span
from exportcheck.gate.baseline import Baseline, Before, reduce
from exportcheck.gate.judge import Gate, judge
from exportcheck.gate.waivers import Waiver
from exportcheck.rulepack.model import Clause, Pack, Packs, Period, Provision
from exportcheck.vocabulary.model import Vocabulary
from tests.report.results import curable, de_minimis, needs_review, passes

TODAY = date(2026, 6, 1)


def waiver(
    transaction: str = "", line: str = "", provision: str = "", expires: date = date(2026, 12, 31), at: int = 3, why: str = ""
) -> Waiver:
    reason = why or "the amended agreement is with DDTC"
    return Waiver(transaction, line, provision, reason, "J. Doe", expires, Span("waivers.yaml", at, 5))


def results() -> list[Result]:
    return [needs_review(), passes(), de_minimis(), curable()]


def gated() -> Gate:
    """The sonobuoys are waived, the machining center is as before, a waiver has expired, another waives nothing."""
    baseline = Baseline(
        (
            *reduce([de_minimis()]).lines,
            Before("TX-2026-0142", "mission-computer.yaml", "1", "pass", ()),
            Before("TX-OLD", "old.yaml", "4", "fail", ("itar/126.1(d)(1)",)),
        )
    )
    waivers = [
        waiver("TX-9", why="DSP-5 050123456 is being amended, nothing ships before"),
        waiver("TX-2026-0142", "1", expires=date(2026, 5, 31), at=9),
        waiver("TX-2026-0143", at=15),
    ]
    return judge(results(), waivers, baseline, TODAY)


def packs() -> Packs:
    """Two texts of one provision, and the pack of the EAR."""
    clauses = (
        Clause("(b)(1)", "when", "(b)(1)", "the activity is to or within the three countries"),
        Clause("(b)(2)", "each", "(b)(2)", "each party is one of three kinds"),
    )
    texts = tuple(
        Provision(
            "itar/126.7(a)", "itar", "exemption", title, "22 CFR 126.7(a)", "item",
            says="trade among eligible parties in Australia, the United Kingdom and the United States",
            periods=(Period(start, end),), body=Clause("", "all_of", children=clauses),
        )
        for title, start, end in (
            ("Exemption for defense trade (interim)", date(2024, 9, 1), date(2025, 12, 29)),
            ("Exemption for defense trade", date(2025, 12, 30), None),
        )
    )  # fmt: skip
    ear = Pack("ear", "Export Administration Regulations", "15 CFR 730-774", "binding", date(2026, 9, 25), 90, None, None, ())
    return Packs({"ear": ear}, texts, {}, {}, {}, {}, {}, (), Vocabulary())


HOSTILE = (
    "]]></system-out><script>alert(1)</script>\n::error::owned\r\n\x00\x1b[31m|`${{7*7}}` **b** @octocat #1 "
    "https://evil.example <b>&amp; \u202e"
)
"""What a description might hold to break out of one of the formats."""


def hostile(text: str = HOSTILE) -> Result:
    """The text in every place that a user writes."""
    result = needs_review()
    line = result.lines[0]
    question = replace(
        line.questions[0],
        text=f"Is {text} an Authorized User?",
        label=text,
        how=f"x: {text}",
        where=Span(f"{text}.yaml", 3, 5, 2),
    )
    packs = tuple(replace(p, summary=f"{p.summary} {text}", notices=(text,)) for p in line.packs)
    first = replace(
        line, line=text, description=text, shown=text, questions=(question,), packs=packs, span=Span(f"{text}.yaml", 2)
    )
    failing = PackVerdict("ear", text, "binding", "fail", text, fail="prohibited", deciding="ear/744.6", posture=(text,))
    second = replace(first, line=f"{text}2", verdict="fail", packs=(failing,), questions=())
    return replace(
        result, transaction=text, file=f"{text}.yaml", route=text, lines=(first, second), verdict="fail", rests_on=(text,)
    )
