"""Digests over the checked form: comments, order and spacing do not count."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from exportcheck.rulepack.codec import encode
from exportcheck.rulepack.model import Packs


def digest(value: Any) -> str:
    """`sha256:` and 64 hexadecimal digits of a value of the checked form."""
    text = json.dumps(encode(value, spans=False), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def pack_digest(packs: Packs, pack: str) -> str:
    """The digest of everything that a pack says."""
    parts = [
        *(digest(p) for p in packs.provisions if p.pack == pack),
        *(digest(d) for d in packs.definitions.values() if d.pack == pack),
        *(digest(x) for x in packs.lists.values() if x.pack == pack),
        *(digest(p) for p in packs.parameters.values() if p.pack == pack),
        *(digest(g) for g in packs.grounds.values() if g.pack == pack),
        *(digest(t) for t in packs.tables.values() if t.pack == pack),
        *(digest(f) for f in packs.facts if f.pack == pack),
    ]
    head = packs.packs[pack]
    about = [head.id, head.force, head.current_to.isoformat(), str(head.stale_after_days), digest(head.binds)]
    text = "\n".join([*about, *sorted(parts)])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
