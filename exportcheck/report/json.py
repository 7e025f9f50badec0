"""The answers as a receipt in JSON: the same answers give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from exportcheck.engine.result import Result
from exportcheck.report.words import worst
from exportcheck.transaction.model import Transaction

if TYPE_CHECKING:
    from exportcheck.report.receipt import Receipt

Canonical = Callable[[Transaction], Mapping[str, Any]]


def make_receipt(
    answers: Sequence[tuple[Transaction, Result]], *, why: bool = False, canonical: Canonical | None = None
) -> Receipt:
    """The receipt of one run.

    `canonical` turns a transaction into its canonical form; by default that of `exportcheck.transaction.canonical`. Raises
    `ValueError` for no answers.
    """
    from exportcheck.report.receipt import EngineStamp, Receipt, TransactionAnswer

    if not answers:
        raise ValueError("a receipt needs at least one answer")
    if canonical is None:
        from exportcheck.transaction.canonical import canonical as shipped

        canonical = shipped
    first = answers[0][1]
    return Receipt(
        engine=EngineStamp(version=first.engine, conclusion_layer=first.conclusion_layer),
        options=dict(first.options),
        verdict=worst([result.verdict for _, result in answers]),
        answers=[TransactionAnswer.model_validate(_answer(tx, result, why, canonical)) for tx, result in answers],
    )


def render_json(answers: Sequence[tuple[Transaction, Result]], *, why: bool = False, canonical: Canonical | None = None) -> str:
    """The receipt as text, two blanks of indent, ending with a newline."""
    receipt = make_receipt(answers, why=why, canonical=canonical)
    return json.dumps(receipt.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2) + "\n"


def _answer(transaction: Transaction, result: Result, why: bool, canonical: Canonical) -> dict[str, object]:
    return {
        "id": result.transaction,
        "file": result.file,
        "as_of": result.as_of,
        "route": result.route,
        "verdict": result.verdict,
        "lines": [_line(line, why) for line in result.lines],
        "rests_on": result.rests_on,
        "packs": sorted(result.packs, key=lambda stamp: stamp.pack),
        "transaction": dict(canonical(transaction)),
    }


def _line(line: Any, why: bool) -> dict[str, object]:
    shown = {field.name: getattr(line, field.name) for field in fields(line) if field.name != "folded"}
    return shown if why else {**shown, "reasons": ()}
