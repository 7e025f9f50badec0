"""What was read by hand: control lines that say more than paragraphs, and requirements that stand outside the control lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ear_tables.controls import Part, Row
from ear_tables.destinations import UNREAD


def _parts(eccn: str, *, always: str = "", unread: str = "") -> tuple[Part, ...]:
    return (
        *(Part(f"{eccn}.{p}") for p in always.split()),
        *(Part(f"{eccn}.{p}", condition=UNREAD) for p in unread.split()),
    )


def _all_but(eccn: str, exceptions: str, unread: str) -> tuple[Part, ...]:
    return (Part(eccn, tuple(f"{eccn}.{p}" for p in exceptions.split())), *_parts(eccn, unread=unread))


def _where(eccn: str, paragraphs: str, condition: str) -> tuple[Part, ...]:
    """The paragraphs where a definition of the pack holds."""
    return tuple(Part(f"{eccn}.{p}", condition=f"ear/{condition}") for p in paragraphs.split())


_9A610 = (Part("9A610", ("9A610.b", "9A610.x", "9A610.y")), *_where("9A610", "x", "not-for-L-100"))
_0A509 = _all_but("0A509", "a d", "a")

BY_HAND: Mapping[tuple[str, str], tuple[Part, ...]] = {
    ("0A509", "f960a75fac"): _0A509,
    ("0A509", "059376d3c3"): _0A509,
    ("0A509", "367462ebaf"): _0A509,
    ("0A509", "a0f9ced8ca"): _parts("0A509", always="d", unread="a"),
    ("1A004", "61c7be2cdd"): _parts("1A004", unread="c"),
    ("1A007", "10ab0d0848"): _parts("1A007", always="b", unread="a"),
    ("1A231", "16aab1168a"): (Part("1A231"),),
    ("1B001", "97421fb19a"): (
        Part("1B001", ("1B001.d", "1B001.e", "1B001.f")),
        Part("1B001.d", ("1B001.d.4",), UNREAD),
    ),
    ("1C010", "eb0ce9c6c2"): _parts("1C010", unread="a b e.1"),
    ("1C350", "b30cbbdb71"): (Part("1C350"),),
    ("2B001", "273a4562b3"): _parts("2B001", unread="a b c d"),
    ("2B116", "22a733a076"): _parts("2B116", always="b c d", unread="a"),
    ("3A001", "3b0b9e159f"): _where("3A001", "b.2 b.3", "not-civil-telecom"),
    ("3A001", "20f25c8be8"): _where("3A001", "b.2 b.3", "not-civil-telecom"),
    ("3A001", "fed76bd9b1"): _parts("3A001", always="z.3", unread="e.2 e.3"),
    ("4A003", "d2cab83dd2"): (Part("4A003"),),
    # 742.15(a)(1) and the control line name different paragraphs, so the whole entry.
    ("5D002", "78d68fc8bb"): (Part("5D002", condition=UNREAD),),
    ("6A002", "6fb38370de"): _parts("6A002", unread="a.1 a.3"),
    ("6A002", "6073ba682b"): (
        *_parts("6A002", always="a.1 a.2 c f", unread="a.3.d.2.a a.3.e"),
        Part("6A002.a.3", ("6A002.a.3.d.2.a", "6A002.a.3.e")),
    ),
    ("6A002", "3757920d2e"): _parts("6A002", unread="c"),
    ("6A003", "ebefde30c7"): _parts("6A003", always="a.3 a.4", unread="a.6"),
    ("6A003", "26c855e5a6"): (*_parts("6A003", always="b.3 b.4.a b.4.c"), *_where("6A003", "b.4.b", "larger-camera")),
    ("6A003", "710082c946"): _where("6A003", "b.4.b", "smaller-camera"),
    ("6A007", "2bdd05df4c"): _parts("6A007", unread="b c"),
    ("9A515", "e979cb0ec3"): _parts("9A515", unread="d e.2 h"),
    ("9A610", "39e6105c74"): _9A610,
    ("9A610", "ec4f8ab9af"): _9A610,
    ("9B604", "5885940b44"): _parts("9B604", always="a b", unread="d"),
    # Russia for the space station is spared by 742.6(a)(7), which a provision may say; the row is the wider reading.
    ("9D515", "560531a031"): _parts("9D515", always="y"),
    ("9E515", "8d5a7b5669"): _parts("9E515", always="y"),
}
"""By entry and digest of the control line. A line whose text changes loses its reading and becomes unread."""


@dataclass(frozen=True, slots=True)
class Supplement:
    """A requirement that no control line of the source carries. `anchor` must stand in the file `source`, else it is stale."""

    row: Row
    source: str
    anchor: str


def _supplement(source: str, anchor: str, row: Row) -> Supplement:
    return Supplement(row, f"15-cfr/{source}.md", anchor)


def _worldwide(paragraph: str, ground: str, cite: str, *, but: str = "", condition: str = "always", note: str = "") -> Row:
    return Row(paragraph, ground, "worldwide", except_list=but, condition=condition, cite=cite, note=note)


def _listed(paragraph: str, ground: str, name: str, cite: str, *, condition: str = "always", note: str = "") -> Row:
    return Row(paragraph, ground, "list", list=name, condition=condition, cite=cite, note=note)


def _unread(paragraph: str, ground: str, cite: str, note: str) -> Row:
    return Row(paragraph, ground, UNREAD, condition=UNREAD, cite=cite, note=note)


_CONDITION = "condition in the text"
_CHIPS = "742.6"

SUPPLEMENTS: tuple[Supplement, ...] = (
    _supplement("754.5", "0A980", _worldwide("0A980", "SS", "15 CFR 754.5(a)")),
    *(_supplement("754.3", e, _worldwide(e, "SS", "15 CFR 754.3(a)")) for e in ("1C980", "1C982", "1C983", "1C984")),
    _supplement("754.4", "1C988", _worldwide("1C988", "SS", "15 CFR 754.4(a)")),
    _supplement("742.7", "0A981 require", _worldwide("0A981", "CC-all", "15 CFR 742.7(a)(4)")),
    _supplement("742.7", "0A982, 0A503", _worldwide("0A982", "CC-all", "15 CFR 742.7(a)(5)", but="ear/canada")),
    _supplement("742.11", "0A983", _worldwide("0A983", "CC-all", "15 CFR 742.11(a)")),
    *(
        _supplement("742.19", e, _listed(e, "AT-kp", "ear/north-korea", "15 CFR 742.19(a)(1)"))
        for e in ("0A999", "1A999", "1D999", "2A994", "2A999", "2D994", "2E994")
    ),
    *(_supplement("742.13", e, _worldwide(e, "SL", "15 CFR 742.13(a)(1)")) for e in ("5A980", "5D980", "5E980")),
    *(
        _supplement("742.13", e, _unread(e, "AT1", "15 CFR part 774, Supp. No. 1", "control line missing in the source"))
        for e in ("5A980", "5D980", "5E980")
    ),
    _supplement("742.19", "1C995", _listed("1C995", "AT-kp", "ear/north-korea", "15 CFR 742.19(a)(1)")),
    # Named for CB in part 742, with no such line in the entry.
    _supplement(
        "742.2",
        "2E201 or 2E290",
        Row("2E290", "CB2", "chart", column="CB2", condition=UNREAD, cite="15 CFR 742.2(a)(2)(xii)", note=_CONDITION),
    ),
    _supplement("774-ccl-category-1", "1A231", Row("1A231", "AT1", "chart", column="AT1")),
    _supplement("742.6", "1C999 and 6A992", _listed("6A992", "RS-iraq", "ear/iraq", "15 CFR 742.6(a)(5)")),
    # Chemicals: the list of CWC parties (Supplement No. 2 to part 745) was not seen; whether it names a State is a stated fact.
    *(
        _supplement("742.18", p.split(".")[0], _worldwide(p, "CW", "15 CFR 742.18(a)(2)(ii)(A)", condition="ear/cwc-not-party"))
        for p in ("1C350.b", "1C355.a", "1C395.a", "1C395.b")
    ),
    *(
        _supplement("742.18", p.split(".")[0], _worldwide(p, "CW", "15 CFR 742.18(a)(2)(ii)(B)", condition="ear/cwc-schedule-3"))
        for p in ("1C350.c", "1C355.b")
    ),
    *(
        _supplement("742.18", "1C351.d.15", _worldwide(p, "CW", "15 CFR 742.18(a)(1)", condition=UNREAD, note=_CONDITION))
        for p in ("1C351.d.15", "1C351.d.16")
    ),
    *(
        _supplement("742.2", "1C395.a", _worldwide(p, "CB", "15 CFR 742.2(a)(4)", condition="ear/cwc-not-party"))
        for p in ("1C395.a", "1C395.b")
    ),
    *(
        _supplement(
            "774-ccl-category-1",
            "AT applies to entire entry",
            _listed(e, "AT-e1", "ear/group-E:1", "15 CFR part 774, Supp. No. 1"),
        )
        for e in ("1C350", "1C355", "1C395")
    ),
    # Spacecraft, whatever the chart says.
    *(
        _supplement(
            "742.6", "9A515.a.1", _worldwide(p, "RS-space", "15 CFR 742.6(a)(9)", but="ear/australia-canada-uk-spacecraft")
        )
        for p in ("9A515.a.1", "9A515.a.2", "9A515.a.3", "9A515.a.4", "9A515.g", "9E515.f")
    ),
    # India has no mark in RS column 2, but stays under it for these two (chart footnote 7).
    _supplement("742.6", "9A515.e for RS", _listed("9A515.e", "RS2", "ear/india", "15 CFR 742.6(a)(4)(i)")),
    _supplement(
        "742.6",
        "6A003.b.4.b and 9A515.e",
        _listed("6A003.b.4.b", "RS2", "ear/india", "15 CFR 742.6(a)(4)(i)", condition="ear/smaller-camera"),
    ),
    *(
        _supplement("742.6", e, Row(e, "RS1", "chart", column="RS1", cite="15 CFR 742.6(a)(8)"))
        for e in ("0A521", "0B521", "0C521", "0D521", "0E521")
    ),
    # Technology for advanced chips, named in part 742 and missing from the damaged control lines of 3E001.
    _supplement(
        _CHIPS,
        "3E001 (for",
        _worldwide("3E001", "RS-chips-world", "15 CFR 742.6(a)(6)(iii)(A)", condition=UNREAD, note=_CONDITION),
    ),
    _supplement(
        _CHIPS,
        "or 3A090.b)",
        Row(
            "3E001",
            "RS-chips",
            "list",
            list="ear/d1-d4-d5-or-uae",
            except_list="ear/a5-a6-without-uae",
            condition=UNREAD,
            cite="15 CFR 742.6(a)(6)(iii)(B)",
            note=_CONDITION,
        ),
    ),
    _supplement(_CHIPS, "3E001 (for 3A090)", _unread("3E001", "RS-chips-abroad", "15 CFR 742.6(a)(6)(ii)", _CONDITION)),
    _supplement(
        _CHIPS, "masks and reticles", _worldwide("3E001", "RS-iec", "15 CFR 742.6(a)(10)", condition=UNREAD, note=_CONDITION)
    ),
    _supplement(
        "742.4", "masks and reticles", _worldwide("3E001", "NS-iec", "15 CFR 742.4(a)(5)", condition=UNREAD, note=_CONDITION)
    ),
)

NARROWED: Mapping[str, tuple[str, str]] = {
    "0A919": ("ear/reexport-without-deployment", "reexports only, and not with a deployment: 742.6(a)(3)")
}
"""Entries of which a section of part 742 narrows the RS control line: the definition that says how, and a note."""
