"""Hand-made results that look like real ones, for the golden files."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from exportcheck.engine.result import (
    Answer,
    Change,
    FactUse,
    GroundOutcome,
    LineVerdict,
    NextChange,
    Opening,
    PackStamp,
    PackVerdict,
    Question,
    Reason,
    Result,
    Step,
    Working,
)
from exportcheck.errors import Span

FILE = "mission-computer.yaml"
STAMPS = (
    PackStamp("itar", "International Traffic in Arms Regulations", "sha256:1f3a" + "0" * 60, date(2026, 9, 25), stale=False),
    PackStamp("ear", "Export Administration Regulations", "sha256:88c0" + "0" * 60, date(2026, 9, 25), stale=False),
)
LAYER, VERSION = "durable-rules 2.0.28", "0.1.0"


def at(line: int, column: int = 5, file: str = FILE) -> Span:
    return Span(file, line, column, 4)


AUTHORIZED = Question(
    kind="missing-fact",
    text="Is Bristol Systems Ltd an Authorized User identified through DDTC?",
    entity="parties[2]",
    label="Bristol Systems Ltd",
    fact="aukus_authorized_user",
    asked_by=("itar/126.7(a)#(b)(2)(iii)",),
    cite="22 CFR 126.7(b)(2)(iii)",
    where=at(19),
    how="aukus_authorized_user: true | false",
    answers=(
        Answer("yes", "pass", "cite 22 CFR 126.7"),
        Answer("no", "fail", "license required (DSP-5); openings: 126.4 (2 unknown)"),
    ),
    decides=True,
)

STATEMENT = Step(
    "with-transfer", "destination control statement on the commercial invoice", "22 CFR 123.9(b)(1)", "itar/123.9(b)"
)
RECORDS = Step("after-transfer", "records of the transfer", "22 CFR 122.5", "itar/122.5", keep="P5Y")

REASON_126_7 = Reason(
    "itar/126.7(a)",
    "22 CFR 126.7(a)",
    "trade among eligible parties in Australia, the United Kingdom and the United States",
    None,
    "provision",
    children=(
        Reason(
            "itar/126.7(a)#(b)(1)",
            "(b)(1)",
            "the activity is to or within the three countries",
            True,
            used=(FactUse("", "the transaction", "destination", "GB", at(6)),),
        ),
        Reason(
            "itar/126.7(a)#(b)(2)",
            "(b)(2)",
            "each transferor, recipient and broker is one of three kinds of party",
            None,
            "each",
            children=(
                Reason(
                    "itar/126.7(a)#(b)(2)(i)",
                    "(b)(2)(i)",
                    "a U.S. person registered with DDTC and eligible",
                    True,
                    entity="Ohio Avionics Inc.",
                    used=(
                        FactUse("parties[0]", "Ohio Avionics Inc.", "us_person", "true", at(12)),
                        FactUse(
                            "parties[0]", "Ohio Avionics Inc.", "ddtc_registered", "true", at(13), by="J. Doe, export manager"
                        ),
                    ),
                ),
                Reason(
                    "itar/126.7(a)#(b)(2)(iii)",
                    "(b)(2)(iii)",
                    "an Authorized User identified through DDTC",
                    None,
                    entity="Bristol Systems Ltd",
                    used=(FactUse("parties[2]", "Bristol Systems Ltd", "aukus_authorized_user", "not stated", None),),
                ),
            ),
        ),
        Reason("itar/126.7(a)#(b)(3)", "(b)(3)", "the item is not on the Excluded Technology List", True, "holds"),
        Reason(
            "itar/126.7(a)#(b)(4)",
            "(b)(4)",
            "the value stays under the limits of congressional certification",
            True,
            workings=(Working("USD 6,000,000", "<", "USD 25,000,000", True, headroom="USD 19,000,000 under the limit"),),
        ),
    ),
)


def mission_computer() -> LineVerdict:
    return LineVerdict(
        line="1",
        description="mission computer",
        shown="mission computer, USML VIII(h)(1), 12 × USD 500,000",
        verdict="needs-review",
        packs=(
            PackVerdict(
                "mtcr",
                "Missile Technology Control Regime",
                "reference",
                "pass",
                "not listed by its figures",
            ),
            PackVerdict(
                "itar",
                "International Traffic in Arms Regulations",
                "binding",
                "needs-review",
                "22 CFR 126.7(a) (claimed) holds but for:",
                deciding="itar/126.7(a)",
                grounds=(
                    GroundOutcome(
                        "itar/license", "a license or other approval of DDTC", True, "22 CFR 123.1", ("itar/123.1(a)",)
                    ),
                ),
                reviews=("missing-fact",),
                openings=(
                    Opening(
                        "itar/126.4",
                        "22 CFR 126.4",
                        "transfers by or for the U.S. Government",
                        None,
                        ("transaction by_us_government", "transaction for_us_government"),
                    ),
                    Opening(
                        "itar/125.4(b)(1)",
                        "22 CFR 125.4(b)(1)",
                        "technical data at the request of DoD",
                        False,
                        fails=("itar/125.4(b)(1)#(b)(1)",),
                    ),
                ),
                steps=(STATEMENT, RECORDS),
                not_modelled=("22 CFR 126.7(d)(3)",),
                derivation=("license: required", "126.7(a): unknown, so cover is unknown"),
            ),
        ),
        questions=(AUTHORIZED,),
        next_change=NextChange(date(2026, 12, 1), "needs-review", ("note to VIII(h)(1) ends (89 FR 93170)",)),
        reasons=(REASON_126_7,),
        outcomes=MappingProxyType(
            {"itar/126.7(a)": "unknown", "itar/126.7(a)#(b)(2)": "unknown", "itar/126.7(a)#(b)(1)": "holds"}
        ),
        folded=38,
        span=at(30),
    )


def fasteners() -> LineVerdict:
    return LineVerdict(
        line="2",
        description="rack fasteners",
        shown="rack fasteners, ECCN 9A610.x, 400 × USD 500",
        verdict="pass",
        packs=(
            PackVerdict(
                "itar",
                "International Traffic in Arms Regulations",
                "binding",
                "not-subject",
                "not on the USML (line 41, as stated)",
            ),
            PackVerdict(
                "ear",
                "Export Administration Regulations",
                "binding",
                "pass",
                "no license required (NLR)",
                grounds=(
                    GroundOutcome("ear/NS1", "national security, column 1", False, "15 CFR 742.4"),
                    GroundOutcome("ear/RS1", "regional stability, column 1", False, "15 CFR 742.6"),
                    GroundOutcome("ear/AT1", "anti-terrorism, column 1", False, "15 CFR 742.1"),
                ),
                steps=(Step("after-transfer", "records of the transfer", "15 CFR 762.6", "ear/762", keep="P5Y"),),
            ),
        ),
        outcomes=MappingProxyType({"ear/738.4": "fails"}),
        folded=61,
        span=at(40),
    )


def needs_review() -> Result:
    return Result(
        "TX-2026-0142",
        FILE,
        date(2026, 3, 2),
        "US → DE (transit) → GB",
        "needs-review",
        (mission_computer(), fasteners()),
        STAMPS,
        ("parties complete (line 12, as the exporter stated)", "screening of 2026-02-27, all parties"),
        LAYER,
        VERSION,
        MappingProxyType({"packs": "", "layers": ""}),
    )


def passes() -> Result:
    line = LineVerdict(
        line="1",
        description="mission computer",
        shown="mission computer, USML VIII(h)(1), 12 × USD 500,000",
        verdict="pass",
        packs=(
            PackVerdict(
                "itar",
                "International Traffic in Arms Regulations",
                "binding",
                "pass",
                "22 CFR 126.7 (claimed) holds",
                deciding="itar/126.7(a)",
                authority="22 CFR 126.7",
                grounds=(
                    GroundOutcome(
                        "itar/license",
                        "a license or other approval of DDTC",
                        True,
                        "22 CFR 123.1",
                        ("itar/123.1(a)",),
                        ("itar/126.7(a)",),
                    ),
                ),
                steps=(
                    Step("before-transfer", "registration with DDTC", "22 CFR 122.1", "itar/122.1", done=True),
                    STATEMENT,
                    RECORDS,
                ),
            ),
        ),
        span=at(30),
    )
    return Result(
        "TX-2026-0143",
        FILE,
        date(2026, 3, 2),
        "US → GB",
        "pass",
        (line,),
        STAMPS[:1],
        ("parties complete (line 12)",),
        LAYER,
        VERSION,
    )


def de_minimis() -> Result:
    working = Working(
        left="U.S. controlled content USD 50,160 of USD 440,000 (11.4 %)",
        op="<=",
        right="10 % (E:1)",
        truth=False,
        headroom="USD 6,160 over the 10 % limit",
        parts=(
            "servo drive, 2B001.c part, NP2 AT1: USD 41,000",
            "controller, 4A994.b, AT1: USD 9,160",
            "left out: housing, bearings, cable set (not of U.S. origin)",
            "value USD 440,000 (EUR 400,000 at 1.10, treasury 2026-05-08)",
        ),
    )
    reason = Reason(
        "ear/734.4(c)(1)",
        "15 CFR 734.4(c)(1)",
        "U.S. controlled content is over 10 % of the value, to E:1 or E:2",
        False,
        "when",
        workings=(working,),
        used=(FactUse("items[0].components[0]", "servo drive", "fair_market_value", "USD 41,000", at(51, file="machine.yaml")),),
    )
    line = LineVerdict(
        line="1",
        description="machining center",
        shown="machining center made in DE, EUR 400,000",
        verdict="fail",
        packs=(
            PackVerdict(
                "ear",
                "Export Administration Regulations",
                "binding",
                "fail",
                "subject to the EAR: content over de minimis",
                fail="license-required",
                deciding="ear/734.4(c)(1)",
                form="BIS",
                posture=("policy-of-denial",),
                grounds=(
                    GroundOutcome("ear/NP2", "nuclear nonproliferation, column 2", True, "15 CFR 742.3", ("ear/738.4",)),
                    GroundOutcome("ear/746", "embargoed destination", None, "15 CFR 746.7"),
                    GroundOutcome("ear/CW", "chemical weapons", False, "15 CFR 742.18"),
                ),
                notices=("the purchaser is in the same building as a listed party",),
            ),
        ),
        changes=(Change(("state a license held for IR",), "pass", "license D1234567"),),
        workings=(working,),
        reasons=(reason,),
        outcomes=MappingProxyType({"ear/734.4(c)(1)": "fails"}),
        folded=12,
        span=at(40, file="machine.yaml"),
    )
    return Result("REX-2026-071", "machine.yaml", date(2026, 5, 11), "DE → IR", "fail", (line,), STAMPS[1:], (), LAYER, VERSION)


def curable() -> Result:
    line = LineVerdict(
        line="1",
        description="sonobuoys",
        shown="sonobuoys, USML XI(a)(1), 200 × USD 900",
        verdict="fail",
        packs=(
            PackVerdict(
                "itar",
                "International Traffic in Arms Regulations",
                "binding",
                "fail",
                "22 CFR 126.7 holds once its step is done",
                fail="curable",
                deciding="itar/123.9(b)#(b)(2)",
                authority="22 CFR 126.7",
                form="DSP-5",
                steps=(
                    Step(
                        "before-transfer",
                        "written certification by the recipient",
                        "22 CFR 126.7(b)(6)",
                        "itar/126.7(a)",
                        done=False,
                    ),
                    Step("immediately", "notify DDTC of the attempted transfer", "22 CFR 126.1(e)(2)", "itar/126.1(e)"),
                ),
            ),
            PackVerdict(
                "aukus/australia",
                "Defence Trade Controls",
                "binding",
                "fail",
                "Australian permit required",
                fail="license-required",
                form="DEC permit",
            ),
        ),
        changes=(
            Change(
                ("obtain the written certification by the recipient", "register Ohio Avionics Inc. with DDTC"),
                "pass",
                "cite 22 CFR 126.7",
            ),
        ),
        span=at(30),
    )
    return Result(
        "TX-9", "sonobuoys.yaml", date(2026, 3, 2), "US → AU", "fail", (line,), STAMPS[:1], ("parties complete",), LAYER, VERSION
    )


LONG = "Ministry of Defence Procurement, Logistics, Sustainment and Disposal Agency (Directorate of Airborne Mission Systems)"
UNBROKEN = "X" * 130


def hostile() -> Result:
    """Long names, an unbroken word, console markup, wide and invisible characters."""
    question = Question(
        "judgement",
        f"Does [bold red]{LONG}[/] act for 株式会社東京航空計器 in furtherance of :smile: \x1b[31mred\u202e?",
        "parties[1]",
        "[red]Acme[/red]",
        "in_furtherance",
        ("itar/126.7(a)#(b)(9)",),
        where=at(7, file="a/very/long/path/" * 6 + "x.yaml"),
        how='judgements: {in_furtherance: {answer: true | false, by: name of the person, dated: 2026-01-31, because: "why"}}',
        answers=tuple(Answer(f"value {n}", "needs-review", "2 questions remain", 2) for n in range(9)),
    )
    line = LineVerdict(
        line="LINE-" + "9" * 60,
        description="thing",
        shown=f"[red]thing[/red] {UNBROKEN}, 1 × € 5",
        verdict="needs-review",
        packs=(
            PackVerdict(
                "aukus/australia",
                "x",
                "binding",
                "needs-review",
                f"{LONG} [link=x]not a link[/link]",
                reviews=("judgement", "not-modelled", "stale"),
                deciding="aukus/australia/5B#(1)",
                openings=tuple(Opening(f"itar/{n}", f"22 CFR {n}", LONG, None, (LONG, UNBROKEN)) for n in range(7)),
            ),
        ),
        questions=(question, Question("conflict", "Two texts disagree; neither yields.", "", "", "")),
        reasons=(
            Reason(
                "aukus/australia/5B",
                "5B",
                LONG,
                None,
                "provision",
                children=(_deep(20),),
                used=(
                    FactUse("parties[1]", "[red]Acme[/red]", "name", UNBROKEN, at(3, file="a/very/long/path/" * 6 + "x.yaml")),
                ),
            ),
        ),
        next_change=NextChange(date(2027, 1, 1), "fail", (LONG, UNBROKEN)),
    )
    stamps = (
        PackStamp("aukus/australia", "x", "sha256:" + "ab" * 32, date(2020, 1, 1), stale=True, layers=("japan", "company")),
    )
    return Result(
        f"TX-{UNBROKEN}",
        "x.yaml",
        date(2026, 3, 2),
        " → ".join(["US", "DE"] * 20),
        "needs-review",
        (line,),
        stamps,
        (LONG, UNBROKEN),
        LAYER,
        VERSION,
    )


def _deep(levels: int) -> Reason:
    reason = Reason("p#z", "(z)", LONG, True)
    for level in range(levels):
        reason = Reason(f"p#({level})", f"({level})", f"level {level} of a deep condition", None, children=(reason,))
    return reason


SAMPLES = {
    "needs-review": needs_review,
    "pass": passes,
    "de-minimis": de_minimis,
    "curable": curable,
    "hostile": hostile,
}
