"""Classifications that no list has are refused, as far as the packs know the list."""

from __future__ import annotations

from datetime import date

import pytest

from exportcheck.engine.check import Engine
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
        "eccn: 3A001",
        "eccn: 3A001.z.1.a",
        "eccn: 9A610.x",
        "eccn: 9A610.y.32",
        "eccn: 5A992.c",
        "eccn: 9A604.a",  # reserved since 2024, and cited as it was
        "eccn: 3A001.e.9",  # the paragraphs of 3A001.e could not be read for certain
        "eccn: 9E003.q",  # nor could those of 9E003
        "eccn: 0A521.q",  # its items stand in another supplement
        "eccn: 0A508.b.7",  # deeper than a leaf: left to the law
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
        ("eccn: 0A508.zz", "0A508.zz is no paragraph of 15 CFR part 774, Supplement No. 1; 0A508 has paragraphs a, b"),
        (
            "eccn: 3A001.q",
            "3A001.q is no paragraph of 15 CFR part 774, Supplement No. 1; 3A001 has paragraphs a, b, c, d, e, f, g, h, i,",
        ),
        ("eccn: 3A001.q.1.a", "3A001.q is no paragraph"),
        ("eccn: 3A001.z.5", "3A001.z.5 is no paragraph of 15 CFR part 774, Supplement No. 1; 3A001.z has paragraphs 1, 2, 3, 4"),
        ("eccn: 9A610.y.33", "; 9A610.y has paragraphs 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"),
        ("eccn: 9A610.d", "9A610.d is no paragraph"),  # reserved
        ("eccn: 0A503.a", "0A503.a is no paragraph of 15 CFR part 774, Supplement No. 1; 0A503 has no paragraphs"),
        ("usml: VIII(z)(1)", "VIII(z) is no paragraph of 22 CFR 121.1; VIII has paragraphs (a), (b), (c)"),
        ("usml: [VIII(h)(1), XXV(a)]", "XXV(a) is in no entry of 22 CFR 121.1"),
        ("wassenaar: 6.A.3.z", "6.A.3.z is no paragraph of WA-LIST"),
        ("mtcr: 27.A.1", "27.A.1 is in no entry of"),
    ],
)
def test_what_no_list_has_is_refused(facts: str, said: str) -> None:
    (problem,) = problems(facts)
    assert problem.startswith("t.yaml:2:")
    assert said in problem


def test_a_reserved_paragraph_is_none_since_the_list_last_changed() -> None:
    assert problems("usml: VIII(b)", date(2025, 9, 14)) == []
    (problem,) = problems("usml: VIII(b)", date(2025, 9, 15))
    assert "VIII(b) is no paragraph of 22 CFR 121.1; VIII has paragraphs (a), (d), (f), (h), (i), (x)" in problem


@pytest.mark.parametrize("facts", ["eccn: 3A888", "eccn: 3A001.q"])
def test_a_day_after_the_tables_is_left_to_the_law(facts: str) -> None:
    assert problems(facts, date(2027, 1, 4)) == []


def test_a_paragraph_that_no_list_has_is_never_let_pass() -> None:
    """The list may have grown since its copy was made: the day after, the paragraph is unknown, where its neighbor passes."""
    packs = load_packs()
    text = (
        "transaction: {id: T-1, activity: export, origin: US, destination: JP, transfer_date: 2026-09-01}\n"
        "items: [{line: 1, eccn: ECCN}]\n"
    )
    engine = Engine(packs)
    raised = {}
    for eccn in ("3A001.i", "3A001.q"):
        transaction = transaction_from_node(read_text_documents(text.replace("ECCN", eccn), "t.yaml")[0], packs.vocabulary)
        evaluation = engine.evaluate(transaction, date(2026, 9, 1))
        raised[eccn] = evaluation.required("ear/AT1", transaction.items[0])
    assert raised == {"3A001.i": False, "3A001.q": None}
