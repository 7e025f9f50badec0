"""Notices across the transactions of a batch: orders that look split, small transfers that are repeated, routes in a circle."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exportcheck.batch.correlation import Rules
from exportcheck.batch.declared import Correlation, Kind, declared
from exportcheck.batch.groups import MOST_NAMED, Group, Limit, Sent, circles, repeated, split
from exportcheck.rulepack.model import Packs
from exportcheck.values import Classification, parse_classification

if TYPE_CHECKING:
    import polars as pl

AT_ONCE: Final = 2_000_000
"""Notes that are held in memory at once; of more, consignees and paragraphs are looked at in shares."""
WORDS: Final[dict[Kind, tuple[str, str]]] = {
    "split": ("possible order split", "possible order splits"),
    "repeated": ("run of repeated small transfers", "runs of repeated small transfers"),
    "circular": ("circular route", "circular routes"),
}


def find_notices(parts: Sequence[Path], packs: Packs, rules: Rules, at_once: int = AT_ONCE) -> Iterator[tuple[Kind, bytes]]:
    """The notices of a whole batch, each with its kind and as a line of JSON, by kind, consignee or paragraph, and day.

    `parts` are the notes of its slices, in order.
    """
    rows = sum(_length(path) for path in parts)
    shares = max(1, -(-rows // at_once))
    known = declared().notices
    for kind, by in (("split", ["consignee", "entry"]), ("repeated", ["consignee"]), ("circular", ["paragraph"])):
        rule = known[kind]  # type: ignore[index]
        limit = limits(packs, rule.limits)
        for share in range(shares):
            for key, sent in _grouped(parts, by, share, shares):
                for group in _groups(rule, key, sent, limit):
                    if rule.kind in rules.kinds(group.observed):
                        yield rule.kind, notice(rule, group)


def _groups(rule: Correlation, key: Sequence[str], sent: Sequence[Sent], limit: Limit) -> Iterator[Group]:
    match rule.kind:
        case "split":
            return split(sent, key[0], key[1], rule, limit)
        case "repeated":
            return repeated(sent, key[0], rule)
        case _:
            return circles(sent, key[0], rule)


def notice(rule: Correlation, group: Group) -> bytes:
    """A notice as a line of JSON."""
    said: dict[str, Any] = {
        "notice": rule.kind,
        "says": rule.says,
        "cite": rule.cite,
        "consignee": group.consignee or None,
        "classification": group.classification or None,
        "from": group.sent[0].day.isoformat(),
        "to": group.sent[-1].day.isoformat(),
        "count": len(group.sent),
        "transactions": [s.id for s in group.sent[:MOST_NAMED]],
        "rows": [s.row for s in group.sent[:MOST_NAMED]],
        "total_usd": _plain(group.total),
        "limit_usd": _plain(group.limit),
    }
    if rule.kind == "circular":
        said["route"] = [group.sent[0].origin, *(s.destination for s in group.sent)]
    return json.dumps(said, separators=(",", ":")).encode("ascii") + b"\n"


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"


def said(counts: Counter[Kind], where: Path) -> str:
    """The notices in one line of the summary; "" for none."""
    found = [f"{counts[kind]:,} {WORDS[kind][counts[kind] != 1]}" for kind in WORDS if counts[kind]]
    return f"notices: {', '.join(found)} (see {where.name})" if found else ""


def limits(packs: Packs, table: str) -> Limit:
    """The limit of a paragraph: that of the nearest paragraph of the table that it is under."""
    found: dict[tuple[str, ...], Decimal] = {}
    known = packs.tables.get(table)
    for row in known.rows if known is not None else ():
        path, most = row["paragraph"], row["limit"]
        if isinstance(path, Classification) and isinstance(most, Decimal):
            found[path.path] = most

    @cache
    def limit(paragraph: str) -> Decimal | None:
        try:
            path = parse_classification("eccn", paragraph).path
        except ValueError:
            return None
        return next((found[path[:n]] for n in range(len(path), 0, -1) if path[:n] in found), None)

    return limit


def _length(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _grouped(parts: Sequence[Path], by: Sequence[str], share: int, shares: int) -> Iterator[tuple[tuple[str, ...], list[Sent]]]:
    """By consignee and entry, or by paragraph: the transactions in order of day, the lines of each added up. One share of all."""
    import polars as pl

    frames = []
    for number, part in enumerate(parts):
        frame = pl.read_parquet(part).filter(pl.col("item") >= 0, pl.col("day").is_not_null(), *(pl.col(b) != "" for b in by))
        if "paragraph" in by or "entry" in by:
            frame = frame.filter(pl.col(by[-1]) != "none")
        if shares > 1:
            frame = frame.filter(pl.col(by[0]).hash(0) % shares == share)
        frames.append(frame.with_columns(pl.lit(number).alias("slice")))
    if not frames:
        return
    own = [*by, "slice", "place"]
    paragraphs = pl.col("paragraph").unique().sort().alias("paragraphs")
    lines = pl.concat(frames).unique([*own, "item"], keep="first", maintain_order=True)
    unknown = pl.col("value").is_null().any()
    first = [pl.col(c).first() for c in ("id", "row", "day", "name", "origin", "destination")]
    added = lines.group_by(own, maintain_order=True).agg(
        *first, paragraphs, pl.when(unknown).then(None).otherwise(pl.col("value").sum()).alias("value")
    )
    for key, group in added.sort([*by, "day", "slice", "place"]).group_by(by, maintain_order=True):
        if group.height > 1:
            yield tuple(map(str, key)), _sent(group)


def _sent(group: pl.DataFrame) -> list[Sent]:
    columns = (group[c].to_list() for c in ("id", "row", "day", "value", "name", "origin", "destination"))
    stated = map(tuple, group["paragraphs"].to_list())
    return [Sent(i, r, d, v, p, *rest) for (i, r, d, v, *rest), p in zip(zip(*columns, strict=True), stated, strict=True)]
