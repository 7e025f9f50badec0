"""What a description means."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.transaction.model import Entity
from exportcheck.transaction.read import read_transactions
from exportcheck.values import ABSENT, UNDETERMINABLE, Classification, Money
from exportcheck.vocabulary.load import core_vocabulary
from tests.transaction.descriptions import FULL, SHORT, read


def value(entity: Entity, name: str) -> object:
    fact = entity.facts.get(name)
    return None if fact is None else fact.value


def test_facts_are_typed_and_know_their_place() -> None:
    tx = read(FULL)
    assert (tx.id, tx.transfer_date) == ("TX-2026-0142", date(2026, 3, 2))
    assert value(tx.root, "contract.value") == Money(Decimal(6_200_000), "USD", Decimal(6_200_000))
    assert value(tx.root, "end_use.vehicle_range") == Decimal("160.9344")
    assert value(tx.items[0], "value") == Money(Decimal(400_000), "EUR", Decimal(440_000))
    assert value(tx.items[0], "usml") == frozenset({Classification("usml", ("VIII", "h", "1"))})
    assert str(tx.root.facts["contract.value"].span) == "tx.yaml:11:35"
    assert tx.root.facts["contract.value"].text == "6.2 MUSD"


def test_the_states_of_a_fact() -> None:
    tx = read(FULL)
    assert value(tx.items[0], "eccn") is ABSENT
    assert value(tx.root, "end_use.missile") is UNDETERMINABLE
    assert "end_use.cbw" not in tx.root.facts


def test_who_says_so() -> None:
    fact = read(FULL).root.facts["destination"]
    assert (fact.value, fact.by, fact.dated, fact.source, fact.because) == (
        "GB",
        "J. Doe",
        date(2026, 2, 27),
        "order",
        "it says so",
    )
    mark = read(FULL).root.lists["parties"].mark
    assert mark is not None
    assert (mark.value, mark.by) == (True, "J. Doe")


def test_no_is_norway_where_a_country_is_asked_and_false_where_a_truth_is() -> None:
    tx = read(FULL)
    ohio = tx.root.lists["parties"].members[0]
    assert value(ohio, "citizenships_ever") == frozenset({"US", "NO"})
    assert value(ohio, "us_person") is True
    assert value(tx.root, "end_use.nuclear") == "no"


def test_marked_lists_are_complete_only_with_their_mark() -> None:
    tx = read(FULL)
    ohio, bristol = tx.root.lists["parties"].members
    assert not ohio.facts["citizenships_ever"].complete
    assert bristol.facts["citizenships_ever"].complete
    assert ohio.facts["roles"].complete
    lists = tx.items[0].lists
    assert [(n, lists[n].complete) for n in lists] == [("components", True), ("ingredients", False), ("range_payload", False)]
    assert not read(SHORT).root.lists["parties"].complete
    assert not read(SHORT).root.lists["parties"].stated


def test_items_are_numbered_where_they_have_no_line() -> None:
    assert [value(item, "line") for item in read(FULL).items] == ["1", "2"]


def test_digits_are_kept_in_texts() -> None:
    tx = read(FULL)
    assert value(tx.items[1], "hts6") == "073181"
    assert value(tx.root.lists["authorizations"].members[0], "number") == "050123456"


def test_claims_and_judgements_and_rates() -> None:
    tx = read(FULL)
    assert [(c.line, c.authority, c.span.line) for c in tx.claims] == [("1", "22 CFR 126.7", 14)]
    judgement = tx.judgements["crypto_comparable_to_aes128"]
    assert (judgement.answer, judgement.by, judgement.dated) == (True, "A. Roe", date(2026, 2, 27))
    assert tx.rates["EUR"].value == Decimal("1.10")
    assert read(SHORT + "").claims == ()


def test_money_without_a_rate_is_not_converted() -> None:
    item = read(SHORT.replace("eccn: 9A610.x", "value: 10 GBP")).items[0]
    assert value(item, "value") == Money(Decimal(10), "GBP", None)


def test_dotted_names_may_be_written_out() -> None:
    tx = read(SHORT.replace("destination: GB", 'destination: GB, end_use.military: "no"'))
    assert value(tx.root, "end_use.military") == "no"


def test_paths_and_kinds_of_entities() -> None:
    paths = {entity.path: entity.kind for entity in read(FULL).entities()}
    assert paths[""] == "transaction"
    assert paths["items[0].components[1]"] == "component"
    assert paths["items[0].ingredients[0]"] == "ingredient"
    assert paths["route[2]"] == "leg"


def test_json_reads_like_yaml() -> None:
    text = json.dumps(
        {
            "transaction": {"id": "TX-1", "destination": "GB", "end_use": {"military": "undeterminable"}},
            "items": [{"usml": "none", "quantity": 4, "value": "9000 USD", "origin_us": True}],
        }
    )
    item = read(text, "json").items[0]
    assert (value(item, "usml"), value(item, "quantity"), value(item, "origin_us")) == (ABSENT, Decimal(4), True)


def test_files_and_folders_with_several_transactions(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SHORT + "---\n" + SHORT.replace("TX-1", "TX-2"))
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "two.jsonl").write_text('{"transaction": {"id": "TX-3"}, "items": [{}]}\n')
    (tmp_path / "more" / "list.json").write_text('[{"transaction": {"id": "TX-4"}, "items": [{}]}]')
    (tmp_path / "remarks.txt").write_text("not read")
    found = read_transactions([tmp_path], core_vocabulary())
    assert sorted(tx.id for tx in found) == ["TX-1", "TX-2", "TX-3", "TX-4"]
    assert {Path(tx.file).name for tx in found} == {"one.yaml", "two.jsonl", "list.json"}


def test_the_problems_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SHORT.replace("GB", "Atlantis"))
    (tmp_path / "b.yaml").write_text(SHORT.replace("eccn", "ecnn").replace("9A610.x", "1"))
    (tmp_path / "c.yaml").write_text("")
    with pytest.raises(InputError) as caught:
        read_transactions([tmp_path, tmp_path / "d.yaml"], core_vocabulary())
    assert [Path(p.span.file).name for p in caught.value.problems] == ["a.yaml", "b.yaml", "c.yaml", "d.yaml"]


def test_a_file_of_another_kind_does_not_give_a_million_problems(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"x": 1}] * 5000))
    with pytest.raises(InputError) as caught:
        read_transactions([path], core_vocabulary())
    assert len(caught.value.problems) == 201
    assert "more problems" in caught.value.problems[-1].message


def test_reading_does_not_load_what_a_plain_description_does_not_need() -> None:
    code = (
        "import sys; from tests.transaction.descriptions import SHORT, read; read(SHORT);"
        "print([m for m in ('pint', 'pycountry', 'pydantic', 'lark', 'rich', 'polars') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
