"""The answers as JSON Lines: on each line one answer as the receipt has it, for programs that read a transaction at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence

from exportcheck.engine.result import Result
from exportcheck.gate.judge import Gate
from exportcheck.report.json import Canonical, make_answers, plain
from exportcheck.transaction.model import Transaction


def render_jsonl(
    answers: Sequence[tuple[Transaction, Result]], gate: Gate, *, why: bool = False, canonical: Canonical | None = None
) -> str:
    """One line for each answer, in ASCII; where waivers have expired or the like, a last line with `notices` alone."""
    from exportcheck.report.receipt import GateNotice

    lines: list[dict[str, object]] = [plain(a) for a in make_answers(answers, why=why, canonical=canonical, gate=gate)]
    if gate.notices:
        lines.append({"notices": [GateNotice.model_validate(n).model_dump(mode="json") for n in gate.notices]})
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
