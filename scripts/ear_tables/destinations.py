"""Reads the right-hand side of a control line: to which destinations the requirement goes."""

from __future__ import annotations

import re
from dataclasses import dataclass

CCL = "15 CFR part 774, Supp. No. 1"
UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Requirement:
    """`rule` is chart (with `column`), worldwide or list (with `list` and exceptions in `except_list`), or unread."""

    ground: str
    rule: str
    column: str = ""
    list: str = ""
    except_list: str = ""
    cite: str = CCL


_COLUMN = re.compile(
    r"(?:[A-Z]{2} applies to entire entry )?"
    r"(NS|RS|MT|NP|CB|CC|FC|AT) Column (\d)\.?(?: AT Column 1)?(?:, See § 742\.6\(a\)\(3\).*)?"
)

_PHRASES: tuple[tuple[str, tuple[Requirement, ...]], ...] = (
    (
        r"See § 7[46]{2}\.1(\(b\))?( of the EAR)? for UN controls\.?",
        (Requirement("UN", "list", list="ear/un-arms-embargo", cite="15 CFR 746.1(b)"),),
    ),
    (
        r"China, Russia,? or Venezuela \(see § 742\.6\(a\)\(7\)\)\.?",
        (Requirement("RS-y", "list", list="ear/russia-china-venezuela", cite="15 CFR 742.6(a)(7)"),),
    ),
    (r"Worldwide control\. See § 742\.4\(a\)\(5\).*", (Requirement("NS-iec", "worldwide", cite="15 CFR 742.4(a)(5)"),)),
    (r"Worldwide control\. See § 742\.6\(a\)\(10\).*", (Requirement("RS-iec", "worldwide", cite="15 CFR 742.6(a)(10)"),)),
    (
        r"To or within Macau or .* D:5 .*742\.4\(a\)\(4\).*",
        (Requirement("NS-sme", "list", list="ear/macau-or-d5", cite="15 CFR 742.4(a)(4)"),),
    ),
    (
        r"To or within Macau or .* D:5 .*742\.6\(a\)\(6\)\(i\)\(B\).*",
        (Requirement("RS-hbm", "list", list="ear/macau-or-d5", cite="15 CFR 742.6(a)(6)(i)(B)"),),
    ),
    (
        r"To or within Macau or .* D:5 .*742\.6\(a\)\(6\)(\(i\))? of .*",
        (Requirement("RS-sme", "list", list="ear/macau-or-d5", cite="15 CFR 742.6(a)(6)(i)"),),
    ),
    (
        r"To or within Macau or .* D:5 .*742\.6\(a\)\((12|13)\).*",
        (Requirement("RS-lab", "list", list="ear/macau-or-d5", cite="15 CFR 742.6(a), 90 FR 4612"),),
    ),
    (
        r"To or within any destination worldwide[.,] [Ss]ee § 742\.6\(a\)\(6\)\(iii\)\(A\).*",
        (Requirement("RS-chips-world", "worldwide", cite="15 CFR 742.6(a)(6)(iii)(A)"),),
    ),
    (
        r"To or within any destination worldwide\. See § 742\.6\(a\)\(13\)\.",
        (Requirement("RS-weights", "worldwide", cite="15 CFR 742.6(a)(13)"),),
    ),
    (
        r"To or within the United Arab Emirates or .* D:1, D:4, and D:5 .* excluding .* A:6.*742\.6\(a\)\(6\)\(iii\)\(B\).*",
        (
            Requirement(
                "RS-chips",
                "list",
                list="ear/d1-d4-d5-or-uae",
                except_list="ear/a5-a6-without-uae",
                cite="15 CFR 742.6(a)(6)(iii)(B)",
            ),
        ),
    ),
    (r"See § 742\.6\(a\)\(11\) of the EAR\.", (Requirement("RS-footnote5", UNREAD, cite="15 CFR 742.6(a)(11)"),)),
    (
        r"A license is required .* to Iraq (or|and) transfer within Iraq for regional stability .*",
        (Requirement("RS-iraq", "list", list="ear/iraq", cite="15 CFR 742.6(a)(5)"),),
    ),
    (
        r"A license is required .* to Iraq or Pakistan or .* for regional stability .*",
        (
            Requirement("RS-iraq", "list", list="ear/iraq", cite="15 CFR 742.6(a)(5)"),
            Requirement("RS-pakistan", "list", list="ear/pakistan", cite="15 CFR 742.6(a)(12)"),
        ),
    ),
    (
        r"A license is required .* to Pakistan or transfer within Pakistan for regional stability .*",
        (Requirement("RS-pakistan", "list", list="ear/pakistan", cite="15 CFR 742.6(a)(12)"),),
    ),
    (
        r"A license is required .* to North Korea for anti-terrorism reasons.*",
        (Requirement("AT-kp", "list", list="ear/north-korea", cite="15 CFR 742.19(a)(1)"),),
    ),
    (
        r"(CC applies .*\. )?A license is required for ALL destinations, except Canada, .*",
        (Requirement("CC-all", "worldwide", except_list="ear/canada", cite="15 CFR 742.7(a)(5)"),),
    ),
    (
        r"A license is required for all destinations, as specified in § 742\.13 .*",
        (Requirement("SL", "worldwide", cite="15 CFR 742.13"),),
    ),
    (
        r"Refer to § 742\.15 of the EAR\..*",
        (Requirement("EI", "worldwide", except_list="ear/canada", cite="15 CFR 742.15(a)(1)"),),
    ),
    (
        r"See § 742\.14 of the EAR .*",
        (Requirement("SI", "worldwide", except_list="ear/australia-canada-uk", cite="15 CFR 742.14(a)"),),
    ),
    (
        r"See § 746\.8 for specific license requirements .*",
        (Requirement("RU-sector", "list", list="ear/russia-or-belarus", cite="15 CFR 746.5, 746.8"),),
    ),
    (
        r"CW applies .* to CWC non-States Parties .*",
        (Requirement("CW", UNREAD, cite="15 CFR 742.18(a)"),),
    ),
)


def read_destinations(reason: str, text: str) -> tuple[Requirement, ...]:
    """The requirements that a right-hand side states; an unread one where it is none of the known wordings."""
    column = _COLUMN.fullmatch(f"{reason} {text}" if text.startswith("Column ") else text)
    if column:
        name = column[1] + column[2]
        return (Requirement(name, "chart", column=name),)
    for wording, requirements in _PHRASES:
        if re.fullmatch(wording, text, re.S):
            return requirements
    return (Requirement(reason if reason in KNOWN_REASONS else "UNREAD", UNREAD),)


KNOWN_REASONS = ("NS", "RS", "MT", "NP", "CB", "CC", "FC", "AT", "UN", "EI", "SS", "SL", "CW", "SI")
