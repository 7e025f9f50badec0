"""Every mistake is told with its place and with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.errors import InputError, Problem
from exportcheck.transaction.read import read_transactions
from exportcheck.vocabulary.load import core_vocabulary
from tests.transaction.descriptions import FULL, SHORT, read


def refused(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value.problems


def changed(old: str, new: str, text: str = FULL) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        # names
        ("us_person", "^us_persn", 'a party has no fact "us_persn"', 'did you mean "us_person"?'),
        ("end_use: {", "end_use: {^militry: no, ", '"end_use.militry"', '"military"'),
        ("  purpose: sale", "  ^us_person: true", "the transaction has no fact", "a fact of a party"),
        ("    quantity: 4", "    ^military: no", 'an item has no fact "military"', "`end_use.military`"),
        ("    quantity: 4", "    ^frobnication: no", 'an item has no fact "frobnication"', "exportcheck facts"),
        ("parties_complete", "^partys_complete", "no place beside", '"parties_complete"'),
        ("{description: racks", "{components: [{^components: []}], description: racks", "components", "nest"),
        ("items:\n", "^destination: GB\nitems:\n", "no place beside", "below `transaction:`"),
        ("  purpose: sale", "  ^parties: []", "stands beside", "left margin"),
        # states
        ("activity: export", "activity:^", "`activity` is null", "undeterminable"),
        ("eccn: none", "eccn: ^null", "`eccn` is null", "write `none`"),
        ("activity: export", "activity: ^none", "can never be `none`", "one of export"),
        ("us_person: YES", "us_person: ^none", "can never be `none`", "true or false"),
        ("us_person: YES", "us_person: ^unknown", '"unknown"', "leave it out"),
        ("id: TX-2026-0142", "id: ^undeterminable", "never be undeterminable", "text"),
        ("usml: [VIII(h)]", "usml: [^none]", "cannot be a member", "whole list"),
        ("usml: [VIII(h)]", "usml: ^[]", "empty list", "write `none`"),
        ("roles: [exporter, transferor]", "roles: ^[]", "at least 1", "one of exporter"),
        # values
        ("us_person: YES", "us_person: ^1", '"1" is neither true nor false', "write true or false"),
        ("quantity: 4", "quantity: ^four", '"four" is not a number', "write digits"),
        ("quantity: 4", "quantity: ^.NaN", '".NaN" is not a number', "write the number"),
        ("quantity: 4", "quantity: ^NaN", '"NaN" is not a number', "leave the fact out"),
        ("quantity: 4", "quantity: ^1e99999", "out of range", "1,000,000,000,000,000,000"),
        ("quantity: 4", "quantity: ^1e19", "too large", "1,000,000,000,000,000,000"),
        ("quantity: 4", "quantity: ^0.0000000000001", "more than 12 decimals", "round"),
        ("quantity: 4", "quantity: ^-4", "-4 is too little", "at least 0"),
        ("quantity: 4", "quantity: ^1,000", "not a number", "without separators: 1000"),
        ("quantity: 4", "quantity: ^1_000", "not a number", "without separators: 1000"),
        ("quantity: 4", "quantity: ^4 pcs", "plain number", "write 4"),
        ("percent_weight: 40", "percent_weight: ^101", "101 % is too much", "at most 100 %"),
        ("vehicle_range: 100 mi", "vehicle_range: ^100 kg", "cannot be turned into km", "in km"),
        ("vehicle_range: 100 mi", "vehicle_range: ^100 smoots", '"smoots" is not a unit', "in km"),
        ("value: 400 kEUR", "value: ^400", "names no currency", "9000 USD"),
        ("value: 400 kEUR", "value: ^-400 EUR", "negative", "zero or more"),
        ("value: 400 kEUR", "value: ^400 EUX", '"EUX" is no currency', "EUR"),
        ("value: 400 kEUR", "value: ^$400", "not an amount", "9000 USD"),
        ("transfer_date: 2026-03-02", "transfer_date: ^2026-02-30", "there is no 2026-02-30", "year-month-day"),
        ("transfer_date: 2026-03-02", "transfer_date: ^02.03.2026", "not a date", "2026-03-02"),
        ("origin: US", "origin: ^Untied States", "no known place", "United States"),
        ("origin: US", "origin: ^no", "no known place", "write NO in capitals for Norway"),
        ("origin: US", "origin: ^Korea", "no known place", "KR for South Korea"),
        ("activity: export", "activity: ^exprt", "not one of the values", '"export"'),
        ("usml: VIII(h)(1)", "usml: ^8h1", "no classification", "VIII(h)(1)"),
        ("eccn: 9A610.x", "eccn: ^9Z610", "no classification", "9A610.x"),
        ("number: 050123456", 'number: ^""', "text is empty", "leave the fact out"),
        # shapes
        ("activity: export", "activity: ^[export]", "one value, not a list", "one of"),
        ("contract: {number: C-77, value: 6.2 MUSD}", "contract: ^C-77", "is a map of facts", "contract: {"),
        ("destination: {value: GB,", "destination: ^{", "`value` is missing", "{value, by, dated, source, because}"),
        ("destination: {value: GB, by:", "destination: {value: GB, ^from:", 'unknown key "from"', "{value, by"),
        ("citizenships_ever: [US, NO]", "citizenships_ever: [US, ^US]", "listed twice", "keep one"),
        ("    components_complete: true", "    usml_complete: ^true", "takes no completeness mark", "delete"),
        ("route_complete: true", "route_complete: ^perhaps", "true or false", "lists them all"),
        ("authorizations:", "^items_complete: true\nauthorizations:", "no place", "did you mean"),
        # what has its own form
        ("exportcheck/transaction/1", "^exportcheck/transaction/2", "not a schema", "exportcheck/transaction/1"),
        ("usd: 1.10", "usd: ^0", "a rate of 0", "US dollars"),
        ("EUR: {usd: 1.10", "^EUX: {usd: 1.10", "no currency", "EUR"),
        ("EUR: {usd: 1.10,", "EUR: ^{", "`usd` is missing", "exchange_rates"),
        ("line: 1, authority: 22 CFR 126.7", "line: 3, authority: ^22 CFR 126.7", 'no item has the line "3"', "lines are 1, 2"),
        ("{line: 1, authority: 22 CFR 126.7", "^{line: 1", "`authority` is missing", "claims: ["),
        ("answer: true", "answer: ^perhaps", "neither true nor false", "true or false"),
        ("{answer: true,", "^{", "`answer` is missing", "judgements: {"),
        # what cannot be true at once
        ("    quantity: 4", "    jurisdiction: ^EAR", "fall under the EAR", "one of the two is wrong"),
        ("us_person: YES", "owned_by_listed_percent: ^60", "own a share", "has_listed_owner: true"),
        ("end_use: {", "end_use: {country: ^RU, ", "the end use is in RU", "country of ultimate end use"),
        ("{description: racks", "{line: ^1, description: racks", 'two items have the line "1"', "line 28 of the file"),
        (
            "- {description: amplifier",
            "^- {fair_market_value: 500 kUSD}\n      - {description: am",
            "USD 510,100, more than",
            "whole line",
        ),
        ("[{cas: 1313-82-2, ", "^[{percent_weight: 60.10}, {", "make up 100.1 %", "at most 100"),
        ("[{cas: 1313-82-2, ", "[{cas: ^1313-82-3, ", "is no CAS number", "check digit"),
        (
            "[{cas: 1313-82-2, ",
            "[{cas: 7647-01-0, name: salt}, {name: Salt, cas: ^1313-82-2, ",
            "Salt has two CAS numbers",
            "each chemical",
        ),
        ("[{payload: 500 kg, range: 300 km}]", "[{range: ^300 km}]", "a range without the payload", "maximum: true"),
        ("valid_to: 2027-01-31", "valid_from: 2028-01-01, valid_to: ^2027-01-31", "before it begins", "valid_from"),
    ],
)
def test_one_mistake(old: str, new: str, message: str, hint: str) -> None:
    """`^` in the new text is where the message has to point."""
    text = changed(old, new)
    at = text.index("^")
    place = f"tx.yaml:{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"
    problem = refused(text.replace("^", ""))[0]
    assert str(problem.span) == place
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("- 1\n", "1:1", "map of facts"),
        ("items: [{}]\n", "1:1", "`transaction:` is missing"),
        ("transaction: {id: 1}\n", "1:1", "no items"),
        ("transaction: {id: 1}\nitems: []\n", "2:8", "no items"),
        ("transaction: {id: 1}\nitems: racks\n", "2:8", "list of maps"),
        ("transaction: {id: 1}\nitems: [racks]\n", "2:9", "an item is a map of facts"),
        ("transaction: {activity: export}\nitems: [{}]\n", "1:14", "`id` is missing"),
        ("transaction: export\nitems: [{}]\n", "1:14", "the transaction is a map"),
        ("transaction: {id: 1}\nitems: [{components: none}]\n", "2:22", "`components` is a list of maps"),
        ("transaction: {id: 1}\nitems: [{components_complete: true}]\n", "2:31", "no components are stated"),
        ("transaction: {id: 1}\nitems: [{}]\nparties: [{citizenships_ever_complete: true}]\n", "3:40", "no citizenships_ever"),
        ("transaction: {id: 1, claims: x}\nitems: [{}]\n", "1:30", "`claims` is a list"),
        ("transaction: {id: 1, judgements: x}\nitems: [{}]\n", "1:34", "`judgements` is a map"),
        ("transaction: {id: 1, exchange_rates: {EUR: 1.1}}\nitems: [{}]\n", "1:44", "this is a map"),
        ("transaction: {id: 1, end_use.cbw: no, end_use: {cbw: no}}\nitems: [{}]\n", "1:49", "stated twice"),
    ],
)
def test_a_description_of_the_wrong_shape(text: str, place: str, message: str) -> None:
    problem = refused(text)[0]
    assert str(problem.span) == f"tx.yaml:{place}"
    assert message in problem.message


def test_all_mistakes_of_a_description_are_told_at_once() -> None:
    text = FULL.replace("us_person", "us_persn").replace("quantity: 4", "quantity: four").replace("origin: US", "origin: XX")
    assert sorted(p.span.line for p in refused(text)) == [6, 22, 33]


def test_an_error_shows_the_line_and_points_at_it() -> None:
    assert refused(SHORT.replace("GB", "Grate Britain"))[0].render().splitlines() == [
        'error: tx.yaml:1:56: `destination`: "Grate Britain" is no known place',
        "   1 | transaction: {id: TX-1, activity: export, destination: Grate Britain}",
        "     |" + " " * 56 + '^^^^^^^^^^^^^ did you mean "Great Britain"?',
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", SHORT + "---\n" + SHORT, 'two transactions of this file have the id "TX-1"'),
        ("a.json", "[]", "describes no transaction"),
        ("a.yaml", SHORT.replace("racks", "ra\u202ecks"), "U+202E"),
        ("a.yaml", "a: &a [x, x]\nb: &b [*a, *a]\n", "no place beside"),
        ("a.csv", "id;activity", '".csv" are not read'),
    ],
)
def test_a_file_that_is_refused(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_transactions([tmp_path / name], core_vocabulary())
    assert message in caught.value.problems[0].message


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no descriptions"):
        read_transactions([tmp_path], core_vocabulary())
