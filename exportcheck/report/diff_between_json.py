"""Transfers free under one pack and held under the other, as JSON (schema exportcheck/diff-between/1)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from exportcheck.compare.between import Between, Seen

SCHEMA = "exportcheck/diff-between/1"


def render_between_json(between: Between) -> str:
    """Two blanks of indent, ending with a newline."""
    data = {
        "schema": SCHEMA,
        "label": between.label,
        "as_of": between.day.isoformat(),
        "destinations": list(between.destinations),
        "tried": between.looked,
        "exit_code": between.exit_code,
        "found": [
            {"destination": m.destination, "facts": m.facts, "free": _seen(m.free), "held": _seen(m.held)} for m in between.found
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _seen(seen: Seen) -> dict[str, Any]:
    return {"description" if k == "text" else k: list(v) if isinstance(v, tuple) else v for k, v in asdict(seen).items()}
