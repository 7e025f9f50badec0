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
    from pydantic import BaseModel

    from exportcheck.gate.judge import Gate, Standing
    from exportcheck.report.receipt import Receipt, TransactionAnswer

Canonical = Callable[[Transaction], Mapping[str, Any]]


def make_receipt(
    answers: Sequence[tuple[Transaction, Result]],
    *,
    why: bool = False,
    canonical: Canonical | None = None,
    gate: Gate | None = None,
) -> Receipt:
    """The receipt of one run.

    `canonical` turns a transaction into its canonical form; by default that of `exportcheck.transaction.canonical`. `gate` is
    that of the same results. Raises `ValueError` for no answers.
    """
    from exportcheck.report.receipt import EngineStamp, GateNotice, Receipt

    if not answers:
        raise ValueError("a receipt needs at least one answer")
    first = answers[0][1]
    asked = gate is not None and gate.asked
    return Receipt(
        engine=EngineStamp(version=first.engine, conclusion_layer=first.conclusion_layer),
        options=dict(first.options),
        verdict=worst([result.verdict for _, result in answers]),
        answers=make_answers(answers, why=why, canonical=canonical, gate=gate),
        notices=[GateNotice.model_validate(n) for n in gate.notices] if gate is not None and asked else None,
    )


def make_answers(
    answers: Sequence[tuple[Transaction, Result]], *, why: bool, canonical: Canonical | None, gate: Gate | None
) -> list[TransactionAnswer]:
    """What a receipt holds of each transaction."""
    from exportcheck.report.receipt import TransactionAnswer

    if canonical is None:
        from exportcheck.transaction.canonical import canonical as shipped

        canonical = shipped
    standings: Sequence[Sequence[Standing | None]] = [[None] * len(result.lines) for _, result in answers]
    if gate is not None and gate.asked:
        standings = gate.standings
    return [
        TransactionAnswer.model_validate(_answer(tx, result, held, why, canonical))
        for (tx, result), held in zip(answers, standings, strict=True)
    ]


def render_json(
    answers: Sequence[tuple[Transaction, Result]],
    *,
    why: bool = False,
    canonical: Canonical | None = None,
    gate: Gate | None = None,
) -> str:
    """The receipt as text, two blanks of indent, ending with a newline."""
    receipt = make_receipt(answers, why=why, canonical=canonical, gate=gate)
    return json.dumps(plain(receipt), ensure_ascii=False, indent=2) + "\n"


def plain(model: BaseModel) -> dict[str, Any]:
    """A receipt, an answer or a notice as JSON has it, without the fields that only waivers and baselines fill."""
    shown = model.model_dump(mode="json", by_alias=True)
    if shown.get("notices", ()) is None:
        del shown["notices"]
    for answer in shown.get("answers", [shown]):
        for line in answer.get("lines", ()):
            if line["gate"] is None:
                del line["gate"]
    return shown


def _answer(
    transaction: Transaction, result: Result, standings: Sequence[Standing | None], why: bool, canonical: Canonical
) -> dict[str, object]:
    return {
        "id": result.transaction,
        "file": result.file,
        "as_of": result.as_of,
        "route": result.route,
        "verdict": result.verdict,
        "lines": [_line(line, standing, why) for line, standing in zip(result.lines, standings, strict=True)],
        "rests_on": result.rests_on,
        "packs": sorted(result.packs, key=lambda stamp: stamp.pack),
        "transaction": dict(canonical(transaction)),
    }


def _line(line: Any, standing: Standing | None, why: bool) -> dict[str, object]:
    shown = {field.name: getattr(line, field.name) for field in fields(line) if field.name != "folded"}
    if standing is not None:
        before = standing.before.verdict if standing.before is not None else None
        shown["gate"] = {
            "counts": not standing.aside,
            "waived": standing.waived,
            "waivers": standing.waivers,
            "change": standing.change,
            "before": before,
        }
    return shown if why else {**shown, "reasons": ()}
