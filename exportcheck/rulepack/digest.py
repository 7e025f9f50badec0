"""Digests over the checked form: comments, order and spacing do not count."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from exportcheck.rulepack.codec import law
from exportcheck.rulepack.model import Pack, Packs


def digest(value: Any) -> str:
    """`sha256:` and 64 hexadecimal digits of a value of the checked form."""
    text = json.dumps(law(value), ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def pack_digests(packs: Packs) -> dict[str, str]:
    """The digest of everything that each pack says, by its id."""
    parts: dict[str, list[str]] = {id_: [] for id_ in packs.packs}
    for group in (packs.provisions, packs.definitions.values(), packs.lists.values(), packs.parameters.values()):
        for part in group:
            parts[part.pack].append(digest(part))
    for other in (packs.grounds.values(), packs.tables.values(), packs.facts):
        for piece in other:
            if piece.pack in parts:  # the core's facts belong to no pack
                parts[piece.pack].append(digest(piece))
    return {id_: _whole(packs.packs[id_], said) for id_, said in parts.items()}


def _whole(head: Pack, parts: list[str]) -> str:
    text = "\n".join([digest(head), *sorted(parts)])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
