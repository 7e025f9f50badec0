"""EC401 to EC403, EC501, EC502: what a pack says of itself, and what its cases look at."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exportcheck.lint.sections import mentions
from tests.lint.found import found
from tests.rulepack.small import HEAD, provision

SECTIONS = (
    HEAD
    + """    sections:
      - {section: "9", state: modelled}
      - {section: "10-12", state: not-modelled, why: not at hand}
"""
)
LAW = "provision: law/9(a)\nkind: derivation\ntitle: A\ncite: 1 XYZ 9(a)\nwhen: i.a"


@pytest.mark.parametrize(
    ("section", "text", "expected"),
    [
        ("126.7", "22 CFR 126.7(a)", True),
        ("126.7", "126.7", True),
        ("126.1", "22 CFR 126.18", False),
        ("26.7", "22 CFR 126.7", False),
        ("120.8-120.9", "22 CFR 120.9", True),
        ("120.8-120.9", "22 CFR 120.10", False),
        ("126-supp2", "126-supp2", True),
        ("Supplement No. 1 to part 738", "15 CFR part 738, Supplement No. 1, footnote 9", True),
        ("Supplement No. 1 to part 738", "15 CFR part 738, Supplement No. 12", False),
    ],
)
def test_what_a_citation_is_in(section: str, text: str, expected: bool) -> None:
    assert mentions(section, text) is expected


def test_a_section_that_is_not_listed(tmp_path: Path) -> None:
    other = "provision: law/20(a)\nkind: derivation\ntitle: A\ncite: 1 XYZ 20(a)\nwhen: i.a"
    assert found(tmp_path, "EC401", pack=SECTIONS, law=LAW + "\n---\n" + other) == ["law/20(a)"]


def test_a_section_of_which_nothing_speaks(tmp_path: Path) -> None:
    assert found(tmp_path / "1", "EC402", pack=SECTIONS, law=LAW) == []
    other = "provision: law/11(a)\nkind: derivation\ntitle: A\ncite: 1 XYZ 11(a)\nwhen: i.a"
    assert found(tmp_path / "2", "EC402", pack=SECTIONS, law=other) == ["law#9"]


def test_a_pack_out_of_date(tmp_path: Path) -> None:
    """Current to 2026-09-01, to be looked at again within 180 days."""
    assert found(tmp_path / "1", "EC403", law=LAW, day=date(2027, 2, 28)) == []
    assert found(tmp_path / "2", "EC403", law=LAW, day=date(2027, 3, 1)) == ["law"]
    assert found(tmp_path / "3", "EC403", law=LAW) == []


CASES = """
    cases:
      - {name: plain, as_of: 2026-03-02, given: plain, expect: {"law/1#(a)": holds}}
    descriptions:
      plain: {transaction: {id: T, activity: export}, items: [{line: 1, a: true}]}
"""


def test_a_provision_without_a_case(tmp_path: Path) -> None:
    law = provision("1", "derivation", "requires: [{cite: (a), says: x, when: i.a}]")
    assert found(tmp_path / "1", "EC501", law=law) == ["law/1"]
    assert found(tmp_path / "2", "EC501", law=law, cases=CASES) == []


def test_an_exemption_of_which_nothing_is_withheld(tmp_path: Path) -> None:
    law = provision("1", "exemption", "lifts: [law/LICENSE]", "requires: [{cite: (a), says: x, when: i.a}]")
    assert found(tmp_path / "1", "EC502", law=law, cases=CASES) == ["law/1"]
    withholding = CASES.replace("holds}}", 'holds}, withhold: {of: "law/1"}}')
    assert found(tmp_path / "2", "EC502", law=law, cases=withholding) == []
    never = provision("1", "exemption", "lifts: [law/LICENSE]", "not_modelled: not at hand")
    assert found(tmp_path / "3", "EC502", law=never) == []
