"""Classifications that no list has are refused, as far as the packs know the list."""

from __future__ import annotations

from datetime import date

import pytest

from exportcheck.engine.unlisted import listed_paths, unlisted
from exportcheck.rulepack.load import load_packs
from exportcheck.source.read import read_text_documents
from exportcheck.transaction.read import transaction_from_node

DAY = date(2025, 6, 2)


def problems(facts: str, day: date = DAY) -> list[str]:
    packs = load_packs()
    text = "transaction: {id: T-1}\nitems: [{line: 1, " + facts + "}]\n"
    transaction = transaction_from_node(read_text_documents(text, "t.yaml")[0], packs.vocabulary)
    return [f"{p.span}: {p.message}; {p.hint}" for p in unlisted(transaction, listed_paths(packs), day)]


@pytest.mark.parametrize(
    "facts",
    [
        "usml: VIII(h)(1)",
        "usml: VIII",
        "usml: none",
        "eccn: EAR99",
        "eccn: 0A508.a",
        "eccn: 3A001.b.2.q",  # its paragraphs are not all known
        "wassenaar: 6.A.3.b.4.b",
        "mtcr: 1.A.1",
    ],
)
def test_what_is_listed_or_not_followed_is_left_alone(facts: str) -> None:
    assert problems(facts) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("eccn: 3A888", "3A888 is in no entry of 15 CFR part 774"),
        ("eccn: 0A508.zz", "0A508.zz is no paragraph of 15 CFR part 774, Supplement No. 1; there are 0A508.a, 0A508.b"),
        ("usml: VIII(z)(1)", "VIII(z) is no paragraph of 22 CFR 121.1; there are VIII(a)"),
        ("usml: [VIII(h)(1), XXV(a)]", "XXV(a) is in no entry of 22 CFR 121.1"),
        ("wassenaar: 6.A.3.z", "6.A.3.z is no paragraph of WA-LIST"),
        ("mtcr: 27.A.1", "27.A.1 is in no entry of"),
    ],
)
def test_what_no_list_has_is_refused(facts: str, said: str) -> None:
    (problem,) = problems(facts)
    assert problem.startswith("t.yaml:2:")
    assert said in problem


def test_a_day_after_the_tables_is_left_to_the_law() -> None:
    assert problems("eccn: 3A888", date(2027, 1, 4)) == []
