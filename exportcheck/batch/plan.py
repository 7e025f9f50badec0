"""What a run is asked to do, in plain values, so that another process can be told; and what of it the answer depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exportcheck import __version__
from exportcheck.rulepack.model import Packs

if TYPE_CHECKING:
    from exportcheck.intake import Mapping as Columns
    from exportcheck.intake import Source

SLICE = 6_000
"""Transactions in a slice: what is decided at once, held in memory, and lost at most when a run is killed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`mapping` is a file or the name of a shipped mapping; `explain` are ids of transactions, verdicts, or `all`; `aggregate`
    says that the input is complete for its years; `size` is how many transactions make a slice. With `spark` the slices are
    decided by Spark, of this `master`."""

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
    spark: bool = False
    master: str | None = None

    @property
    def explain_path(self) -> Path:
        return self.out.with_name(f"{self.out.name}.explain.jsonl")

    @property
    def notices_path(self) -> Path:
        return self.out.with_name(f"{self.out.name}.notices.jsonl")

    def load(self) -> Packs:
        """The packs. Raises InputError."""
        from exportcheck.rulepack.load import load_packs

        return load_packs(self.rules, self.layers, self.cache)

    def open(self, packs: Packs) -> Source:
        """The input. Raises InputError for what makes it unfit as a whole."""
        from exportcheck.intake import open_source

        return open_source(self.source, self.map(packs), packs.vocabulary, format=self.format)

    def map(self, packs: Packs) -> Columns | None:
        """The mapping that was asked for. Raises InputError with its mistakes."""
        from exportcheck.intake.read_mapping import load_mapping

        return None if self.mapping is None else load_mapping(self.mapping, packs.vocabulary)


def manifest(plan: Plan, packs: Packs, source: Source) -> Mapping[str, Any]:
    """Everything that the bytes of the output depend on."""
    mapping = plan.map(packs)
    return {
        "input": source.digest,
        "input_format": source.format,
        "mapping": mapping.digest if mapping is not None else None,
        "engine_version": __version__,
        "libraries": _versions(plan.out),
        "packs": {pack.id: pack.digest for pack in packs.packs.values()},
        "options": {
            "packs": list(plan.names) if plan.names is not None else None,
            "as_of": plan.as_of.isoformat() if plan.as_of else None,
            "explain": sorted(plan.explain),
            "aggregate": plan.aggregate,
            "slice": plan.size,
        },
    }


def _versions(out: Path) -> dict[str, str]:
    """The libraries that make the bytes."""
    if out.suffix.lower() != ".parquet":
        return {}
    import pyarrow as pa

    return {"pyarrow": pa.__version__}
