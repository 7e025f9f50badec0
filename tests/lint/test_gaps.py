"""EC202 to EC206: grounds that nothing raises or lifts, exemptions that do nothing or are always off, activities left out."""

from __future__ import annotations

from pathlib import Path

from tests.lint.found import findings, found
from tests.rulepack.small import GROUNDS, HEAD, provision

ONE = """
    grounds:
      - {id: law/LICENSE, family: license, cite: 1 XYZ 1, says: a license}
"""


def both(*texts: str) -> str:
    return "\n---\n".join(texts)


REQUIRED = provision("1", "requirement", "ground: law/LICENSE", "when: i.a")


def test_a_ground_that_nothing_raises(tmp_path: Path) -> None:
    assert found(tmp_path / "1", "EC202", law=REQUIRED, grounds=GROUNDS) == ["law/NOTICE", "law/REPORT"]
    assert found(tmp_path / "2", "EC202", law=REQUIRED, grounds=ONE) == []


def test_a_ground_with_no_way_out(tmp_path: Path) -> None:
    assert found(tmp_path / "1", "EC203", law=REQUIRED, grounds=ONE) == ["law/LICENSE"]
    needing = provision("1", "requirement", "ground: law/LICENSE", "need: a form", "when: i.a")
    assert found(tmp_path / "2", "EC203", law=needing, grounds=ONE) == []
    lifted = both(REQUIRED, provision("2", "exemption", "lifts: [law/LICENSE]", "when: i.b"))
    assert found(tmp_path / "3", "EC203", law=lifted, grounds=ONE) == []


def test_an_exemption_from_nothing(tmp_path: Path) -> None:
    lifting = "lifts: [law/NOTICE]"
    assert found(tmp_path / "1", "EC204", law=both(REQUIRED, provision("2", "exemption", lifting, "when: i.b"))) == ["law/2"]
    lifting = "lifts: [law/NOTICE, law/LICENSE]"
    assert found(tmp_path / "2", "EC204", law=both(REQUIRED, provision("2", "exemption", lifting, "when: i.b"))) == []


EXEMPTION = ("2", "exemption", "lifts: [law/LICENSE]", "when: i.n > 5")


def limitation(when: str, *more: str) -> str:
    return provision("3", "limitation", f"when: {when}", "limits:", "  all_of_pack: law", *more)


def test_an_exemption_that_is_always_switched_off(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path / "1", "EC205", law=both(REQUIRED, provision(*EXEMPTION), limitation("i.n > 3")))
    assert finding.address == "law/2"
    assert finding.message == "no facts reach law/2: wherever it holds, law/3 switches it off"
    assert found(tmp_path / "2", "EC205", law=both(REQUIRED, provision(*EXEMPTION), limitation("i.n > 7"))) == []
    spared = limitation("i.n > 3", "  except: [law/2]")
    assert found(tmp_path / "3", "EC205", law=both(REQUIRED, provision(*EXEMPTION), spared)) == []


def test_an_exemption_that_two_limitations_leave_nothing_of(tmp_path: Path) -> None:
    low = provision("4", "limitation", "when: i.n < 9", "limits:", "  only: [law/2]")
    law = both(REQUIRED, provision(*EXEMPTION), limitation("i.n >= 8"), low)
    assert found(tmp_path / "1", "EC205", law=law) == ["law/2"]
    apart = both(REQUIRED, provision(*EXEMPTION), limitation("i.n > 9"), low)
    assert found(tmp_path / "2", "EC205", law=apart) == []


def test_activities_left_out(tmp_path: Path) -> None:
    law = provision("1", "requirement", "ground: law/LICENSE", 'when: activity in ["export", "reexport"] and i.a')
    assert [a for a in found(tmp_path / "1", "EC206", law=law) if a in ("law#export", "law#brokering")] == ["law#brokering"]
    excluded = provision("2", "scope", "effect: excluded", 'when: not(activity in ["export", "reexport"])')
    assert found(tmp_path / "2", "EC206", law=both(law, excluded)) == []
    reference = HEAD.replace("force: binding", "force: reference")
    assert found(tmp_path / "3", "EC206", law=law, pack=reference) == []
