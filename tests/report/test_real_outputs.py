"""What the shipped packs say of whole transactions, as text, with the reasoning and as receipt, beside what was read once."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from exportcheck.engine.check import Engine
from exportcheck.engine.result import Result
from exportcheck.report.json import render_json
from exportcheck.report.terminal import Terminal
from exportcheck.report.text import render_text
from exportcheck.rulepack.load import load_packs
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import read_transactions
from tests.report.golden import check_golden

HERE = Path(__file__).parent / "transactions"
ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    "exemption": ["pass", "pass"],
    "no-license": ["pass"],
    "de-minimis": ["pass"],
    "license": ["fail"],
    "content": ["fail"],
    "prohibited": ["fail"],
    "unregistered": ["fail", "pass"],
    "review": ["needs-review", "needs-review"],
}
"""The verdict of each line of each description."""


@cache
def engine() -> Engine:
    return Engine(load_packs())


@cache
def answered(name: str) -> tuple[Transaction, Result]:
    """Read by its bare name, so that the outputs hold no path of a machine."""
    before = Path.cwd()
    os.chdir(HERE)
    try:
        transactions = read_transactions([Path(f"{name}.yaml")], engine().packs.vocabulary)
    finally:
        os.chdir(before)
    return transactions[0], engine().check(transactions[0])


def steady(text: str) -> str:
    """Without what changes with every edit of a pack and with the platform: digests, dates of packs, the conclusion layer."""
    text = re.sub(r"sha256:[0-9a-f]+", "sha256:0", text)
    text = re.sub(r"current to \d{4}-\d\d-\d\d", "current to 2026-01-01", text)
    text = re.sub(r'"current_to": "[^"]+"', '"current_to": "2026-01-01"', text)
    text = re.sub(r"^(engine +exportcheck )\S+, .+$", r"\g<1>0, layer", text, flags=re.MULTILINE)
    return re.sub(r"^ *- .*\n|^ *after \d+ steps? more, .*\n", "", text, flags=re.MULTILINE)


def receipt(name: str, *, why: bool = False) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(render_json([answered(name)], why=why))
    return parsed


def outline(name: str) -> str:
    """The receipt without outcomes and derivations, which grow with the packs; of the outcomes those that decided."""
    shown = receipt(name)
    shown["engine"] = {}
    for line in shown["answers"][0]["lines"]:
        deciding = {pack["deciding"] for pack in line["packs"]} - {""}
        line["outcomes"] = {address: truth for address, truth in line["outcomes"].items() if address in deciding}
        for pack in line["packs"]:
            pack["derivation"] = []
    return steady(json.dumps(shown, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize(("name", "verdicts"), EXPECTED.items())
def test_the_verdict_of_each_line(name: str, verdicts: list[str]) -> None:
    assert [line.verdict for line in answered(name)[1].lines] == verdicts


@pytest.mark.parametrize("name", EXPECTED)
def test_text(name: str) -> None:
    check_golden(f"real/{name}.txt", steady(render_text([answered(name)[1]], Terminal(width=80))))


@pytest.mark.parametrize("name", EXPECTED)
def test_text_with_reasoning(name: str) -> None:
    check_golden(f"real/{name}.why.txt", steady(render_text([answered(name)[1]], Terminal(width=80), why=True)))


@pytest.mark.parametrize("name", EXPECTED)
def test_receipt(name: str) -> None:
    check_golden(f"real/{name}.json", outline(name))


@pytest.mark.parametrize("name", EXPECTED)
def test_what_decided_has_an_outcome(name: str) -> None:
    for line in receipt(name)["answers"][0]["lines"]:
        for pack in line["packs"]:
            wanted = "fails" if pack["verdict"] in ("pass", "not-subject") and not pack["authority"] else "holds"
            elsewhere = pack["verdict"] == "not-subject" and pack["summary"].endswith("does not reach it")
            assert pack["deciding"] in line["outcomes"] or pack["verdict"] == "needs-review" or elsewhere
            if pack["verdict"] == "pass":
                assert line["outcomes"][pack["deciding"]] == wanted


def test_several_in_one_report() -> None:
    text = render_text([answered(name)[1] for name in ("no-license", "license", "review")], Terminal(width=80))
    assert "3 transactions: 1 fail, 1 needs-review, 1 pass" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_fixtures_give_receipts_that_keep_to_the_schema() -> None:
    schema = json.loads((ROOT / "schema" / "receipt.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    files = [*sorted((ROOT / "fixtures").glob("*.yaml")), *sorted(HERE.glob("*.yaml"))]
    transactions = read_transactions(files, engine().packs.vocabulary)
    answers = [(transaction, engine().check(transaction)) for transaction in transactions]
    for why in (False, True):
        found = json.loads(render_json(answers, why=why))
        validator.validate(found)
        lines = [line for answer in found["answers"] for line in answer["lines"]]
        assert len(lines) >= len(answers)
        assert all(bool(line["reasons"]) == why for line in lines)
        assert all(line["outcomes"] for line in lines)
