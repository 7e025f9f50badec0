"""The receipt: its shape, that it keeps to its schema, and that its bytes do not vary."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import pytest

from exportcheck.engine.result import Result
from exportcheck.report.json import make_receipt, render_json
from exportcheck.report.receipt import Receipt, receipt_schema
from exportcheck.transaction.model import Entity, Transaction
from tests.report.golden import check_golden
from tests.report.results import SAMPLES, de_minimis, needs_review, passes

SCHEMA = Path(__file__).resolve().parents[2] / "schema" / "receipt.schema.json"


def answered(result: Result) -> tuple[Transaction, Result]:
    return Transaction(result.transaction, Entity("transaction", "", {})), result


def canonical(transaction: Transaction) -> dict[str, Any]:
    return {"transaction": {"id": transaction.id}}


def render(*results: Result, why: bool = False) -> str:
    return render_json([answered(result) for result in results], why=why, canonical=canonical)


@pytest.mark.parametrize("name", ["needs-review", "de-minimis"])
def test_golden(name: str) -> None:
    check_golden(f"{name}.json", render(SAMPLES[name](), why=name == "de-minimis"))


def test_the_schema_in_the_repository_is_current() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == receipt_schema()


@pytest.mark.parametrize("why", [False, True])
def test_receipts_keep_to_the_schema(why: bool) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    receipt = json.loads(render(*(make() for make in SAMPLES.values()), why=why))
    jsonschema.Draft202012Validator(schema).validate(receipt)
    del receipt["answers"][0]["lines"][0]["outcomes"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(receipt)


def test_outcomes_stand_by_address() -> None:
    line = json.loads(render(needs_review()))["answers"][0]["lines"][0]
    assert line["outcomes"] == {"itar/126.7(a)": "unknown", "itar/126.7(a)#(b)(1)": "holds", "itar/126.7(a)#(b)(2)": "unknown"}
    assert list(line["outcomes"]) == sorted(line["outcomes"])
    assert line["questions"][0]["answers"][0] == {"answer": "yes", "verdict": "pass", "detail": "cite 22 CFR 126.7", "left": 0}
    assert line["questions"][0]["where"] == {"file": "mission-computer.yaml", "line": 19, "column": 5}
    assert line["packs"][1]["grounds"][0]["outcome"] == "holds"


def test_reasons_only_when_asked_for() -> None:
    assert json.loads(render(de_minimis()))["answers"][0]["lines"][0]["reasons"] == []
    reason = json.loads(render(de_minimis(), why=True))["answers"][0]["lines"][0]["reasons"][0]
    assert reason["outcome"] == "fails"
    assert reason["used"][0]["where"]["line"] == 51
    assert reason["workings"][0]["headroom"] == "USD 6,160 over the 10 % limit"


def test_several_answers_and_the_worst() -> None:
    receipt = json.loads(render(passes(), needs_review(), de_minimis()))
    assert receipt["schema"] == "exportcheck/receipt/1"
    assert receipt["verdict"] == "fail"
    assert [answer["id"] for answer in receipt["answers"]] == ["TX-2026-0143", "TX-2026-0142", "REX-2026-071"]
    assert receipt["engine"] == {"version": "0.1.0", "conclusion_layer": "durable-rules 2.0.28"}
    assert receipt["answers"][0]["transaction"] == {"transaction": {"id": "TX-2026-0143"}}


def test_the_same_answers_give_the_same_bytes() -> None:
    result = needs_review()
    line = result.lines[0]
    shuffled = replace(line, outcomes=MappingProxyType(dict(reversed(list(line.outcomes.items())))))
    other = replace(
        result, lines=(shuffled, result.lines[1]), packs=result.packs[::-1], options=dict(reversed(list(result.options.items())))
    )
    assert render(result) == render(other)
    assert render(result).endswith("}\n")


def test_a_receipt_can_be_read_again() -> None:
    text = render(needs_review())
    assert make_receipt([answered(needs_review())], canonical=canonical).verdict == "needs-review"
    with pytest.raises(ValueError, match="at least one"):
        render_json([], canonical=canonical)
    assert Receipt.model_validate(json.loads(text)).answers[0].id == "TX-2026-0142"
