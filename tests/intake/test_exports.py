"""Tables that agencies give out: contract awards of USAspending, filings of AES."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from exportcheck.intake import Taken, open_source
from exportcheck.intake.read_mapping import load_mapping
from exportcheck.values import Classification, Money
from tests.fixtures.expected import engine
from tests.intake.sources import mistake, only, place, stated, written

AWARDS = (
    "contract_award_unique_key,award_id_piid,total_obligated_amount,potential_total_value_of_award,awarding_agency_name,"
    "awarding_sub_agency_name,recipient_name,recipient_uei,recipient_country_code,primary_place_of_performance_country_code,"
    "product_or_service_code,naics_code,prime_award_base_transaction_description,country_of_product_or_service_origin_code,"
    "foreign_funding,period_of_performance_start_date\n"
    "CONT_AWD_1,W1-26-C-1,-120.55,1000000.00,DEPARTMENT OF DEFENSE,ARMY,LAKE CAMERAS INC,ABC,USA,DEU,5855,334511,NIGHT VISION,"
    "USA,X,2026-01-05\n"
    "CONT_AWD_2,W1-26-C-2,5,-1.00,DEPARTMENT OF DEFENSE,NAVY,FOO LTD,DEF,GBR,GBR,1560,336413,=AIRFRAME PARTS,,X,2026-01-06\n"
)
FILINGS = (
    "ITN,Export Date,USPPI,Ultimate Consignee,Ultimate Consignee Country,Intermediate Consignee,Country of Ultimate Destination,"
    "Line,Schedule B/HTS,Commodity Description,ECCN,License Code,License Number,Value,Quantity,UOM,D/F\n"
    "X20260302000001,03/02/2026,LAKE CAMERAS INC,KOBE KK,JP,,JP,1,8525.89.4000,CAMERA,6A003.b.4.b,C33,,12000,2,NO,D\n"
    "X20260302000001,03/02/2026,LAKE CAMERAS INC,KOBE KK,JP,,JP,2,7318.15.2000,BOLT,EAR99,C33,,100,400,NO,D\n"
    "X20260302000002,03/02/2026,OHIO INC,BRISTOL LTD,GB,LYON SA,GB,1,9013.10,SIGHT,,S05,050123456,5000,1,NO,D\n"
    "X20260302000003,2 March,OHIO INC,BRISTOL LTD,GB,,GB,1,9013.10,SIGHT,,S05,,5000,1,NO,D\n"
)


def taken_from(folder: Path, text: str, name: str) -> list[Taken]:
    vocabulary = engine().packs.vocabulary
    source = open_source(written(folder, text, f"{name}.csv"), load_mapping(name, vocabulary), vocabulary)
    assert [place(note) for note in source.notes] == []
    return list(source)


def test_awards(tmp_path: Path) -> None:
    first, second = taken_from(tmp_path, AWARDS, "usaspending")
    assert first.transaction is not None
    facts = stated(first.transaction)
    assert facts["contract.value"] == Money(Decimal(1000000), "USD", Decimal(1000000))
    assert (facts["parties[0].name"], facts["parties[0].country"]) == ("ARMY", "US")
    assert (facts["parties[1].name"], facts["parties[1].country"]) == ("LAKE CAMERAS INC", "US")
    assert facts["items[0].origin"] == "US"
    assert not {"destination", "transfer_date", "items[0].eccn", "items[0].usml", "items[0].value"} & facts.keys()
    assert second.transaction is not None
    assert "contract.value" not in stated(second.transaction)
    assert stated(second.transaction)["items[0].description"] == "=AIRFRAME PARTS"


def test_awards_need_review(tmp_path: Path) -> None:
    for taken in taken_from(tmp_path, AWARDS, "usaspending"):
        assert taken.transaction is not None
        assert engine().check(taken.transaction, as_of=date(2026, 3, 2), explain=False).verdict == "needs-review"


def test_filings(tmp_path: Path) -> None:
    first, second, third = taken_from(tmp_path, FILINGS, "aes")
    assert first.rows == (2, 3)
    assert first.transaction is not None
    facts = stated(first.transaction)
    assert facts["transfer_date"] == date(2026, 3, 2)
    assert (facts["activity"], facts["origin"], facts["destination"]) == ("export", "US", "JP")
    assert facts["items[0].hts6"] == "852589"
    assert facts["items[0].eccn"] == Classification("eccn", ("6A003", "b", "4", "b"))
    assert facts["items[1].value"] == Money(Decimal(100), "USD", Decimal(100))
    assert "items[0].origin_us" not in facts
    assert second.transaction is not None
    assert stated(second.transaction)["authorizations[0].number"] == "050123456"
    assert mistake(third)[:2] == (5, 2)


def test_a_file_of_one_award(tmp_path: Path) -> None:
    assert only(taken_from(tmp_path, "\n".join(AWARDS.splitlines()[:2]) + "\n", "usaspending")).id == "CONT_AWD_1"
