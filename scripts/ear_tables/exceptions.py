"""What the entries of the CCL say about two License Exceptions: the value limit of LVS, and what STA may not be used for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Cells = dict[str, str]

_PLAIN = re.compile(r"\$(\d{1,2},?\d{3}|\d{3})\.?")
_NONE = re.compile(r"N/A\.?")

LVS_READ: Mapping[str, tuple[str, tuple[tuple[str, str, int, str], ...]]] = {
    # entry: first eight digits of the digest of its text, and (paragraph, except, limit, condition)
    "0A501": ("aacf8312", tuple((f"0A501.{p}", "", 500, "always") for p in "cdx")),
    "0A502": ("f981b624", tuple((f"0A502.{p}", "", 500, "always") for p in "cd")),
    "0A504": ("e46d9993", (("0A504.g", "", 500, "always"),)),
    # What was under 0A018.b before 2020-03-09 has the higher limit of $3,000; the lower one is taken for all.
    "0A505": ("c51b45b8", (("0A505.x", "", 500, "always"),)),
    "0A509": ("28363126", (("0A509.a", "", 500, "always"), *((f"0A509.{p}", "", 500, "ear/to-canada") for p in "bcd"))),
    "1A002": ("3ab0cea9", (("1A002", "1A002.a", 1500, "ear/not-np"), ("1A002.a", "", 0, "unread"))),
    "1A008": ("740b07b9", (*((f"1A008.{p}", "", 3000, "always") for p in "abc"), ("1A008.d", "", 6000, "always"))),
    "1B001": ("0ec376f3", (("1B001", "1B001.a", 5000, "ear/not-mt"),)),
    "1B018": ("5578ef40", (("1B018.a", "", 3000, "ear/without-rs2"),)),
    "1C002": ("18d9fdc7", (("1C002", "", 3000, "ear/not-np"),)),
    "1C007": ("2ff2d4b1", (("1C007", "1C007.e", 5000, "ear/not-mt"),)),
    "1C010": ("ed2931ff", (("1C010", "", 1500, "ear/not-np"),)),
    "2A001": ("42d4ec7a", (("2A001", "", 3000, "ear/not-mt"),)),
    "2B007": ("e27858a9", (("2B007", "2B007.b;2B007.c", 5000, "always"),)),
    "2B350": ("21740816", (("2B350", "", 2000, "ear/not-to-d3"),)),
    "3A001": (
        "92669c74",
        (
            ("3A001.c", "", 1500, "ear/not-mt-np"),
            *((f"3A001.{p}", "", 3000, "ear/not-mt-np") for p in ("b.1", "b.9", "d", "e", "f", "g")),
            *((f"3A001.{p}", "", 3000, "ear/civil-telecom-not-mt-np") for p in ("b.2", "b.3")),
            *((f"3A001.{p}", "", 5000, "ear/not-mt-np") for p in ("a", "b.4", "b.5", "b.6", "b.7", "b.12")),
        ),
    ),
    "3A002": ("3655db7f", tuple((f"3A002.{p}", "", 3000, "always") for p in "aefg")),
    "3A611": ("66e1fa79", tuple((f"3A611.{p}", "", 1500, "always") for p in "adefghx")),
    "3B001": (
        "3fca2e8d",
        (
            (
                "3B001",
                ";".join(f"3B001.{p}" for p in ("a.4", "c", "d", "f.1", "f.5", "f.6", "k", "l", "m", "n", "p.2", "p.4", "r")),
                500,
                "always",
            ),
        ),
    ),
    "3B002": ("a8b95846", (("3B002", "3B002.c", 500, "always"),)),
    "4A001": ("032e7e3a", (("4A001.a", "", 5000, "ear/not-mt"),)),
    "4A003": ("1d50e9a8", (("4A003", "4A003.b;4A003.c;4A003.z", 5000, "always"),)),
    "4A004": ("86e5feb1", (("4A004", "4A004.z", 5000, "always"),)),
    "5A001": (
        "d11a5c56",
        (
            *((f"5A001.{p}", "", 5000, "always") for p in ("b.1", "b.2", "b.3", "b.6", "d", "f.2", "f.4", "g")),
            ("5A001.c", "", 3000, "always"),
        ),
    ),
    "5A002": ("a3e50abd", (("5A002", "5A002.z", 500, "ear/is-component"),)),
    "5A003": ("5b31d7af", (("5A003", "", 500, "ear/is-component"),)),
    "5A004": ("c6067494", (("5A004", "5A004.z", 500, "ear/is-component"),)),
    "5B001": ("0d601b6f", (("5B001", "5B001.a", 5000, "always"), ("5B001.a", "", 0, "unread"))),
    # Acoustic systems: what the words single out within a paragraph is unread, what they name by paragraph has no limit.
    "6A001": (
        "10644fe8",
        (
            (
                "6A001",
                ";".join(
                    f"6A001.a.{p}"
                    for p in (
                        *("1.b.1", "1.e", "2.a.1", "2.a.2", "2.a.3", "2.a.5", "2.a.6"),
                        *("2.b", "2.c", "2.e.1", "2.e.2", "2.f"),
                    )
                ),
                3000,
                "always",
            ),
            *((f"6A001.a.{p}", "", 0, "unread") for p in ("1.b.1", "2.c", "2.f")),
        ),
    ),
    "6A002": ("dc9d8445", (("6A002.f", "", 500, "always"),)),
    "6A003": (
        "c7c422c4",
        (("6A003", ";".join(f"6A003.{p}" for p in ("a.3", "a.4", "a.5", "a.6", "b.1", "b.3", "b.4")), 1500, "always"),),
    ),
    "6A006": (
        "c46ac1f5",
        (("6A006", "6A006.a.1;6A006.a.2;6A006.d;6A006.e", 1500, "always"), ("6A006.a.2", "", 0, "unread")),
    ),
    "6A007": ("95ff2e2a", (("6A007", "", 3000, "ear/not-mt"),)),
    "6A008": ("ca9d31e8", (("6A008", "6A008.j.1", 5000, "ear/not-mt"),)),
    "8A001": ("6bd5ea54", (("8A001", "8A001.b;8A001.c.1", 5000, "always"),)),
    "8A002": ("8498b58a", (("8A002", "8A002.o.3.b", 5000, "always"),)),
    "9B001": ("ba7593c4", (("9B001", "", 5000, "ear/not-mt"),)),
    "9B002": ("cf962ded", (("9B002", "", 3000, "ear/not-mt"),)),
    "9B003": ("ba7593c4", (("9B003", "", 5000, "ear/not-mt"),)),
    "9B004": ("34a1f278", (("9B004", "", 3000, "ear/not-mt"),)),
    "9B515": ("aae11b48", (("9B515", "9B515.b", 1500, "always"), ("9B515.b", "", 5000, "always"))),
}

STA_READ: Mapping[str, tuple[str, tuple[tuple[str, str, str, str], ...]]] = {
    # entry: digest, and (paragraph, except, groups, condition); groups are those of part 740 that the line closes
    "0A606": ("3311ed5c", (("0A606.a", "", "A:5", "ear/sta-not-approved"), ("0A606", "", "A:6", "always"))),
    "8A609": ("e039a0ba", (("8A609.a", "", "A:5", "ear/sta-not-approved"), ("8A609", "", "A:6", "always"))),
    "8A620": (
        "406babbd",
        (
            *((f"8A620.{p}", "", "A:5", "ear/sta-not-approved") for p in "ab"),
            ("8A620", "", "A:6", "always"),
        ),
    ),
    "9A610": ("e055b740", (("9A610.a", "", "A:5", "ear/sta-not-approved"), ("9A610", "", "A:6", "always"))),
    "9A515": (
        "ae756ea0",
        (
            *((f"9A515.a.{p}", "", "A:5", "unread") for p in "1234"),
            ("9A515.g", "", "A:5", "ear/sta-not-approved"),
            ("9A515.a", ";".join(f"9A515.a.{p}" for p in "1234"), "A:5", "unread"),
            ("9A515", "", "A:6", "always"),
        ),
    ),
    "9D515": ("23b23ef0", (*((f"9D515.{p}", "", "A:5", "always") for p in "bde"), ("9D515", "", "A:6", "always"))),
    "9E515": ("7d2a46dc", (*((f"9E515.{p}", "", "A:5", "ear/sta-not-approved") for p in "bdef"), ("9E515", "", "A:6", "always"))),
    "9D610": ("d1859dd8", (("9D610.b", "", "A:5", "always"), ("9D610", "", "A:6", "always"))),
    "9D619": ("0f92b8de", (("9D619.b", "", "A:5", "always"), ("9D619", "", "A:6", "always"))),
    "9E610": ("c6b7b1a9", (("9E610.b", "", "A:5", "always"), ("9E610", "", "A:6", "always"))),
    "9E619": ("d41e5a21", (*((f"9E619.{p}", "", "A:5", "always") for p in "bc"), ("9E619", "", "A:6", "always"))),
    "1C007": ("8dd0c5d9", (("1C007.c", "", "A:6", "always"),)),
    "1C010": ("f75f253a", (("1C010.c", "", "A:6", "always"),)),
    "1E002": ("4eacc0b3", tuple((f"1E002.{p}", "", "A:6", "always") for p in "ef")),
    "3A001": (
        "09246f96",
        (
            *((f"3A001.b.{p}", "", g, "ear/not-civil-telecom") for p in "23" for g in ("A:5", "A:6")),
            *(("3A001.z", "", g, "always") for g in ("A:5", "A:6")),
        ),
    ),
    "3A002": ("8dfe991c", (("3A002.g.1", "", "A:6", "always"),)),
    "3B001": ("9ba40c28", tuple((f"3B001.{p}", "", g, "always") for p in ("c.1.a", "c.1.c", "q") for g in ("A:5", "A:6"))),
    "4A001": ("227fda55", (("4A001.a.2", "", "A:6", "always"),)),
    "5A001": (
        "396a38d4",
        (
            *(("5A001.j", "", g, "always") for g in ("A:5", "A:6")),
            *((f"5A001.{p}", "", "A:6", "always") for p in ("b.3", "b.5", "h")),
        ),
    ),
    "6A001": (
        "9b0a547b",
        (
            *((f"6A001.a.1.{p}", "", "A:6", "always") for p in "be"),
            ("6A001.a.2", "6A001.a.2.a.4", "A:6", "always"),
        ),
    ),
    "6A003": ("15259399", tuple((f"6A003.b.{p}", "", "A:6", "always") for p in "34")),
    "6A004": ("1f60eb9b", tuple((f"6A004.{p}", "", "A:6", "always") for p in "cd")),
    "6A008": ("a4be028c", tuple((f"6A008.{p}", "", "A:6", "always") for p in "dhk")),
    "6D003": ("b5efedcf", (("6D003.a", "", "A:6", "always"),)),
    "7D003": ("b2e0eeee", tuple((f"7D003.{p}", "", "A:6", "always") for p in "ab")),
    "7D004": ("871097b7", tuple((f"7D004.{p}", "", "A:6", "always") for p in "abcdg")),
    "8A001": ("94a07730", tuple((f"8A001.{p}", "", "A:6", "always") for p in "bcd")),
    "8A002": ("49228223", tuple((f"8A002.{p}", "", "A:6", "always") for p in ("b", "h", "j", "o.3", "p"))),
    "8E002": ("17c3d0b2", (("8E002.a", "", "A:6", "always"),)),
    "9D004": ("692242f2", tuple((f"9D004.{p}", "", "A:6", "always") for p in "ac")),
}

STA_MISPLACED = {"0D606": "0D614", "8C609": "8D001"}
"""Entries under which the source has the line of another one; that one's own is not there, nor theirs."""

STA_LOST = ("6A002", "6A006")
"""Entries to whose STA line that of 6E002 refers, and which have none in the source."""

_C2 = re.compile(
    r"(?:\d\. )?Paragraph \(c\)\(2\) of License Exception STA \(§ 740\.20\(c\)\(2\)\)? of the EAR\)? may not be used"
    r" (?:for|to ship) any (?:items?|“?software”?|“?technology”?)"
    r" in (?:this |ECCN )*(?:entry|\d[A-E]\d{3})\.?"
)
_WHOLE = re.compile(
    r"License Exception STA may not be used to ship (?:or transmit )?"
    r"(?:any (?:item|commodity|“?technology”?|“?software”?) in this (?:entry|ECCN)"
    r"|“(?:software|technology)” specified in this ECCN"
    r"|“technology” specified by ECCN \d[A-E]\d{3}|commodities in \d[A-E]\d{3}|“software”) to any of the destinations"
    r" listed in Country Group (A:6|A:5 or A:6) \(See Supplement No\. ?1 to part 740 of the EAR\)\.?",
    re.I,
)
_NEVER = re.compile(
    r"License Exception STA (?:\(§ 740\.20 of the EAR\) )?may not be used (?:for|to ship items specified by|"
    r"to ship or transmit “software” specified by) (?:ECCN )?(\d[A-E]\d{3})\.?"
)


def read_source(reference: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((reference / "data" / "ccl.json").read_text(encoding="utf-8"))["entries"]
    return entries


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def lvs_text(entry: Mapping[str, Any]) -> str:
    """The LVS line of an entry with the continuation lines that give figures."""
    line = (entry["licence_exceptions"].get("LVS") or "").strip()
    more = [str(m) for m in entry.get("exception_continuation") or () if "$" in str(m)]
    return "\n".join([line, *more])


def lvs_rows(reference: Path, damaged: frozenset[str]) -> Iterator[Cells]:
    """One row for each paragraph with a limit of its own. What is not read exactly is unread, and as wide as its words."""
    for entry in read_source(reference):
        eccn, text = entry["eccn"], lvs_text(entry)
        if eccn in damaged and eccn[1] in "ABC":
            yield _limit(eccn, eccn, "", 0, "unread", "entry damaged or missing in the source")
        elif eccn in LVS_READ:
            known, rows = LVS_READ[eccn]
            _unchanged(eccn, known, text)
            for paragraph, but, limit, condition in rows:
                note = "condition in the text" if condition == "unread" else ""
                yield _limit(eccn, paragraph, but, limit, condition, note)
        elif match := _PLAIN.fullmatch(text):
            yield _limit(eccn, eccn, "", int(match[1].replace(",", "")), "always", "")
        elif text and not _NONE.fullmatch(text):
            yield _limit(eccn, eccn, "", 0, "unread", "line not read")
        elif entry["controls"] and "LVS" not in entry["licence_exceptions"] and eccn[1] in "ABC":
            yield _limit(eccn, eccn, "", 0, "unread", "line missing in the source")


def sta_rows(reference: Path, damaged: frozenset[str]) -> Iterator[Cells]:
    """For which paragraphs, and for which country group, STA is closed by the entry. What is not read exactly is unread."""
    misplaced = {**{v: k for k, v in STA_MISPLACED.items()}, **STA_MISPLACED}
    for entry in read_source(reference):
        eccn, text = entry["eccn"], (entry["licence_exceptions"].get("STA") or "").strip()
        if eccn in damaged or eccn in STA_LOST or eccn in misplaced:
            note = "line damaged or missing in the source"
            yield from (_closed(eccn, "", group, "unread", note) for group in ("A:5", "A:6"))
        elif eccn in STA_READ:
            known, rows = STA_READ[eccn]
            _unchanged(eccn, known, text)
            for paragraph, but, group, condition in rows:
                yield _closed(paragraph, but, group, condition, "condition in the text" if condition == "unread" else "")
        elif _C2.fullmatch(text):
            yield _closed(eccn, "", "A:6", "always", "")
        elif match := _WHOLE.fullmatch(text):
            yield from (_closed(eccn, "", group, "always", "") for group in re.findall(r"A:\d", match[1]))
        elif _NEVER.fullmatch(text):
            yield from (_closed(eccn, "", group, "always", "") for group in ("A:5", "A:6"))
        elif text:
            groups = ("A:5", "A:6") if "A:5" in text or "A:6" not in text else ("A:6",)
            yield from (_closed(eccn, "", group, "unread", "condition in the text") for group in groups)


def _unchanged(eccn: str, known: str, text: str) -> None:
    if known != digest(text):
        raise ValueError(f"{eccn}: the text is no longer the one that was read ({digest(text)}, not {known})")


def _limit(eccn: str, paragraph: str, but: str, limit: int, condition: str, note: str) -> Cells:
    return {
        "paragraph": paragraph,
        "except": but,
        "entry": eccn,
        "limit": "" if condition == "unread" else str(limit),
        "condition": condition,
        "note": note,
    }


def _closed(paragraph: str, but: str, group: str, condition: str, note: str) -> Cells:
    return {"paragraph": paragraph, "except": but, "group": group, "condition": condition, "note": note}


LVS_COLUMNS = {
    "paragraph": {"type": "classification eccn"},
    "except": {"type": "list of classification eccn"},
    "entry": {"type": "list of classification eccn"},
    "limit": {"type": "money"},
    "condition": {"type": "text", "names": "definition"},
    "note": {"type": "text"},
}
STA_COLUMNS = {
    "paragraph": {"type": "classification eccn"},
    "except": {"type": "list of classification eccn"},
    "group": {"type": "text"},
    "condition": {"type": "text", "names": "definition"},
    "note": {"type": "text"},
}
