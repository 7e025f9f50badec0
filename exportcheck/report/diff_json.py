"""A comparison as JSON (schema exportcheck/diff/1): the same comparison gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any

from exportcheck.compare.model import Change, Comparison, Corpus, Effect, Witness

SCHEMA = "exportcheck/diff/1"


def render_diff_json(comparison: Comparison) -> str:
    """Two blanks of indent, ending with a newline."""
    return json.dumps(diff_data(comparison), ensure_ascii=False, indent=2) + "\n"


def diff_data(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON data; each change with its effect, each example with the whole description as text."""
    return {
        "schema": SCHEMA,
        "engine": comparison.engine,
        "old": {"label": comparison.old_label, "as_of": _plain(comparison.old_day)},
        "new": {"label": comparison.new_label, "as_of": _plain(comparison.new_day)},
        "exit_code": comparison.exit_code,
        "packs": {p: {"old": a, "new": b} for p, (a, b) in sorted(comparison.digests.items())},
        "changes": [_change(c, e) for c, e in zip(comparison.changes, comparison.effects, strict=True)],
        "corpus": None if comparison.corpus is None else _corpus(comparison.corpus),
    }


def _change(change: Change, effect: Effect) -> dict[str, Any]:
    shown = {f.name: _plain(getattr(change, f.name)) for f in fields(change)}
    shown["effect"] = {
        "finding": effect.finding,
        "directions": list(effect.directions),
        "why": effect.why,
        "reaches": list(effect.reaches),
        "settled": list(effect.settled),
        "examples": [_witness(w) for w in effect.witnesses],
    }
    return shown


def _witness(witness: Witness) -> dict[str, Any]:
    return {
        f.name if f.name != "text" else "description": _plain(getattr(witness, f.name))
        for f in fields(witness)
        if f.name != "transaction"
    }


def _corpus(corpus: Corpus) -> dict[str, Any]:
    return {
        "transactions": corpus.transactions,
        "lines": corpus.lines,
        "matrix": [{"old": a, "new": b, "transactions": n} for (a, b), n in sorted(corpus.matrix.items())],
        "changed": [_plain(line) for line in corpus.changed],
        "left_out": list(corpus.left_out),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value
