"""Releases of the Open Contracting Data Standard."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from exportcheck.errors import InputError
from exportcheck.intake import Taken, open_source
from exportcheck.intake.ocds import COLUMNS, MOST_SUPPLIERS
from exportcheck.intake.read_mapping import SHIPPED, load_mapping
from exportcheck.values import Money
from exportcheck.vocabulary.load import core_vocabulary
from tests.fixtures.expected import engine
from tests.intake.sources import FORMATS, mapping_of, mistake, stated, written

SAMPLES = sorted((FORMATS / "ocds").glob("0*.json"))
absent = pytest.mark.skipif(not SAMPLES, reason="the samples of the standard are not here")

RELEASE: dict[str, Any] = {
    "ocid": "ocds-abc123-1",
    "id": "ocds-abc123-1-contract",
    "date": "2026-03-02T10:00:00Z",
    "tag": ["contract"],
    "initiationType": "tender",
    "language": "en",
    "parties": [
        {"id": "GB-1", "name": "Severn Council", "roles": ["buyer"], "address": {"countryName": "United Kingdom"}},
        {"id": "US-1", "name": "Ohio Avionics Inc.", "roles": ["supplier"], "address": {"countryName": "Atlantis"}},
        {"id": "US-2", "name": "Lake Cameras Inc.", "roles": ["supplier"], "address": {"countryName": "USA"}},
    ],
    "buyer": {"id": "GB-1", "name": "Severn Council"},
    "awards": [
        {
            "id": "a1",
            "title": "Cameras",
            "date": "2026-02-01T00:00:00Z",
            "suppliers": [{"id": "US-1", "name": "Ohio Avionics Inc."}, {"id": "US-2", "name": "Lake Cameras Inc."}],
            "items": [
                {
                    "id": "1",
                    "description": "thermal camera",
                    "quantity": 3,
                    "unit": {"name": "piece", "value": {"amount": 1000.10, "currency": "USD"}},
                },
                {"id": "2", "description": "tripod", "quantity": 3},
            ],
        },
        {"id": "a2", "title": "Training"},
    ],
    "contracts": [
        {
            "id": "c1",
            "awardID": "a1",
            "title": "Cameras",
            "status": "active",
            "value": {"amount": 3500, "currency": "USD"},
            "dateSigned": "2026-02-15T12:00:00Z",
        }
    ],
}


def package(*releases: dict[str, Any]) -> str:
    return json.dumps(
        {
            "uri": "https://example.org/1.json",
            "version": "1.1",
            "publishedDate": "2026-03-02T10:00:00Z",
            "publisher": {"name": "Severn Council"},
            "releases": list(releases),
        }
    )


def taken_from(folder: Path, text: str, name: str = "release.json") -> list[Taken]:
    return list(open_source(written(folder, text, name), None, core_vocabulary()))


def test_a_contract_takes_its_items_from_the_award(tmp_path: Path) -> None:
    contract, award = taken_from(tmp_path, package(RELEASE))
    assert (contract.rows, contract.id) == ((1, 2), "ocds-abc123-1-contract/c1")
    assert contract.transaction is not None
    facts = stated(contract.transaction)
    assert facts["contract.number"] == "c1"
    assert facts["contract.value"] == Money(Decimal(3500), "USD", Decimal(3500))
    assert str(facts["contract.signed"]) == "2026-02-15"
    assert facts["parties[0].country"] == "GB"
    assert [facts[f"parties[{n}].name"] for n in range(3)] == ["Severn Council", "Ohio Avionics Inc.", "Lake Cameras Inc."]
    assert "parties[1].country" not in facts  # nobody knows Atlantis
    assert facts["parties[2].country"] == "US"
    assert facts["items[0].description"] == "thermal camera"
    assert facts["items[0].value"] == Money(Decimal("3000.3"), "USD", Decimal("3000.3"))
    assert "items[1].value" not in facts
    assert (award.rows, award.id) == ((3,), "ocds-abc123-1-contract/a2")
    assert award.transaction is not None
    assert stated(award.transaction)["items[0].description"] == "Training"


def test_nothing_is_guessed(tmp_path: Path) -> None:
    """No classification, destination or day: those are asked for."""
    contract, _ = taken_from(tmp_path, package(RELEASE))
    assert contract.transaction is not None
    facts = stated(contract.transaction)
    assert not {"destination", "origin", "activity", "transfer_date", "items[0].eccn", "items[0].usml"} & facts.keys()
    assert not contract.transaction.root.lists["parties"].complete


def test_one_release_and_lines_of_releases_and_records(tmp_path: Path) -> None:
    ids = [t.id for t in taken_from(tmp_path, package(RELEASE))]
    assert [t.id for t in taken_from(tmp_path, json.dumps(RELEASE))] == ids
    records = {"records": [{"ocid": RELEASE["ocid"], "compiledRelease": RELEASE}]}
    assert [t.id for t in taken_from(tmp_path, json.dumps(records))] == ids
    lines = json.dumps(RELEASE) + "\n" + json.dumps({**RELEASE, "id": "second"}) + "\n{\n"
    path = written(tmp_path, lines, "releases.jsonl")
    taken = list(open_source(path, None, core_vocabulary(), format="ocds"))
    assert [t.id for t in taken] == [*ids, "second/c1", "second/a2", ""]
    assert taken[-1].rows == (7,)
    assert mistake(taken[-1])[:3] == (3, 1, "the line is not JSON")  # where it stands in the file


def test_a_tender_without_awards(tmp_path: Path) -> None:
    release = {key: value for key, value in RELEASE.items() if key not in ("awards", "contracts")}
    (one,) = taken_from(tmp_path, json.dumps({**release, "tender": {"id": "t", "title": "Cameras"}}))
    assert one.id == "ocds-abc123-1-contract/t"
    assert one.transaction is not None


@pytest.mark.parametrize(
    ("release", "says"),
    [
        ({"ocid": "x", "id": "y"}, 'the release "y" has no contract, award or tender'),
        ({"id": "y", "url": "https://example.org"}, "this is no release: it has no ocid, or is only named by its address"),
        ("y", "this is no release: it has no ocid, or is only named by its address"),
    ],
)
def test_a_release_that_says_nothing_is_an_error_row(release: Any, says: str, tmp_path: Path) -> None:
    first, *rest = taken_from(tmp_path, package(release, RELEASE))
    assert mistake(first)[:3] == (1, 1, says)
    assert [t.rows for t in rest] == [(2, 3), (4,)]
    assert all(t.transaction is not None for t in rest)


def test_too_many_suppliers(tmp_path: Path) -> None:
    """Left out, they would be parties that nobody looks at."""
    award = {"id": "a", "suppliers": [{"name": f"S{n}"} for n in range(MOST_SUPPLIERS + 1)]}
    (one,) = taken_from(tmp_path, json.dumps({**RELEASE, "awards": [award], "contracts": []}))
    assert mistake(one)[2] == "the award has 10 suppliers, and at most 9 are read"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1]", "this is no release of the Open Contracting Data Standard"),
        ('{"items": []}', "this is no release of the Open Contracting Data Standard"),
        ('{"ocid": ', "this is not JSON: the file ends too early"),
        ('{"ocid": 1, "ocid": 2}', 'the key "ocid" is given twice'),
    ],
)
def test_a_file_that_is_none(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        taken_from(tmp_path, text)


def test_the_shipped_mapping_knows_every_column(tmp_path: Path) -> None:
    source = open_source(written(tmp_path, package(RELEASE), "r.json"), None, core_vocabulary())
    assert source.notes == ()
    assert {rule.column for rule in load_mapping("ocds", core_vocabulary()).columns} <= set(COLUMNS)


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    mapping = (SHIPPED / "ocds.yaml").read_text(encoding="utf-8") + "constant: {activity: export, destination: GB}\n"
    path = written(tmp_path, package(RELEASE), "r.json")
    first, _ = open_source(path, mapping_of(tmp_path, mapping), core_vocabulary())
    assert first.transaction is not None
    assert stated(first.transaction)["destination"] == "GB"


def test_our_own_release_is_valid() -> None:
    """By the schema of the standard, where it is at hand."""
    schema = FORMATS / "ocds" / "release-schema.json"
    if not schema.is_file():
        pytest.skip("the schema of the standard is not here")
    from jsonschema import Draft4Validator

    assert list(Draft4Validator(json.loads(schema.read_text(encoding="utf-8"))).iter_errors(RELEASE)) == []


@absent
@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_samples_of_the_standard(path: Path) -> None:
    schema = json.loads((FORMATS / "ocds" / "release-schema.json").read_text(encoding="utf-8"))
    from jsonschema import Draft4Validator

    for release in json.loads(path.read_text(encoding="utf-8"))["releases"]:
        assert list(Draft4Validator(schema).iter_errors(release)) == []
    from datetime import date

    (one,) = open_source(path, None, engine().packs.vocabulary)
    assert one.transaction is not None
    assert stated(one.transaction)["parties[1].name"] == "AnyCorp Cycle Provision"
    result = engine().check(one.transaction, as_of=date(2026, 3, 2), explain=False)
    assert result.verdict == "needs-review"
