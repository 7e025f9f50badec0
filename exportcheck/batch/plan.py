"""What a run is asked to do, in plain values, so that another process can be told; and what of it the answer depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exportcheck import __version__
from exportcheck.rulepack.model import Packs

if TYPE_CHECKING:
    from exportcheck.intake import Source

SLICE = 10_000
"""Transactions in a slice: what is decided at once, and lost at most when a run is killed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`explain` are ids of transactions, verdicts, or `all`. `aggregate` says that the input is complete for its years."""

    source: Path
    out: Path
    rules: Path | None = None
    layers: tuple[Path, ...] = ()
    cache: bool = True
    names: tuple[str, ...] | None = None
    as_of: date | None = None
    mapping: str | None = None
    format: str | None = None
    explain: tuple[str, ...] = ()
    aggregate: bool = False
    size: int = SLICE
    jobs: int = 1
    restart: bool = False

    def load(self) -> Packs:
        """The packs. Raises InputError."""
        from exportcheck.rulepack.load import load_packs

        return load_packs(self.rules, self.layers, self.cache)

    def explain_path(self) -> Path:
        return self.out.with_name(f"{self.out.name}.explain.jsonl")

    def notices_path(self) -> Path:
        return self.out.with_name(f"{self.out.name}.notices.jsonl")


def manifest(plan: Plan, packs: Packs, source: Source) -> Mapping[str, Any]:
    """Everything that the bytes of the output depend on."""
    return {
        "input": source.digest,
        "mapping": _mapping_digest(plan.mapping),
        "format": source.format,
        "engine_version": __version__,
        "libraries": _versions(plan.out),
        "packs": {pack.id: pack.digest for pack in packs.packs.values()},
        "options": {
            "packs": plan.names,
            "as_of": plan.as_of.isoformat() if plan.as_of else None,
            "explain": sorted(plan.explain),
            "aggregate": plan.aggregate,
            "slice": plan.size,
        },
    }


def _mapping_digest(mapping: str | None) -> str | None:
    """The digest of a mapping's file, or the name of one that is shipped."""
    if mapping is None or not Path(mapping).is_file():
        return mapping
    return hashlib.sha256(Path(mapping).read_bytes()).hexdigest()


def _versions(out: Path) -> dict[str, str]:
    """The libraries that make the bytes."""
    if out.suffix.lower() != ".parquet":
        return {}
    import pyarrow as pa

    return {"pyarrow": pa.__version__}
