"""What is kept of each line to look across transactions: to whom, what, when, how much, from where to where."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from exportcheck.batch.declared import Total, declared
from exportcheck.engine.check import Engine
from exportcheck.engine.claims import claims_of
from exportcheck.errors import InputError
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.values import Classification, Money

if TYPE_CHECKING:
    import pyarrow as pa

    from exportcheck.intake.model import Taken

DECIMALS: Final = 6
MOST: Final = 10**12
"""Amounts above this many dollars are not known here."""
UNKNOWN: Final = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line to one consignee (a line to several is several notes; one to nobody known has the consignee "").

    `place` is the transaction in its slice, `item` the line in it (-1: the row could not be read). `paragraph` is the ECCN or the
    USML paragraph as stated, `entry` its first part: both "" where they are not known, and "none" where no list has the item.
    `net` is the value that counts for totals, `value` that or else the stated one, in millionths of a dollar; None is not known.
    `counts`: the line may have gone under the authority of the total; `everybody`: these are all its consignees.
    """

    place: int
    id: str
    row: int | None
    item: int
    day: date | None
    consignee: str
    name: str
    everybody: bool
    entry: str
    paragraph: str
    net: int | None
    value: int | None
    counts: bool
    origin: str
    destination: str


COLUMNS: Final = tuple(f.name for f in fields(Note))


class Noting:
    """Makes the notes of transactions."""

    def __init__(self, engine: Engine, as_of: date | None, *, totals: bool = True) -> None:
        """`totals`: the net values are needed, which the evaluator is asked for; without them notices look at stated values."""
        self.engine = engine
        self.as_of = as_of
        self.total: Total = declared().totals[0]
        self.defined = totals and self.total.sum in engine.packs.definitions

    def notes(self, place: int, taken: Taken, *, sound: bool = True) -> Iterator[Note]:
        """The notes of a transaction, or of rows that are in error (not `sound`)."""
        transaction = taken.transaction if sound else None
        row = taken.rows[0] if taken.rows else None
        if transaction is None:
            yield Note(place, taken.id, row, -1, None, UNKNOWN, "", False, UNKNOWN, UNKNOWN, None, None, True, "", "")
            return
        root = transaction.root
        to = self.consignees(root)
        everybody = bool(to) and self.everybody(root)
        for number, item in enumerate(transaction.items):
            entry, paragraph = classified(item)
            net, value = self.values(transaction, item, entry)
            own = taken.rows[number] if len(taken.rows) == len(transaction.items) else row
            counts = self.may_count(transaction, item)
            for consignee, name in to or [(UNKNOWN, "")]:
                yield Note(
                    place, taken.id, own, number, transaction.transfer_date, consignee, name, everybody, entry, paragraph, net,
                    value, counts, _text(root, "origin"), _text(root, "destination"),
                )  # fmt: skip

    def everybody(self, root: Entity) -> bool:
        """Are the consignees that are named all there are?"""
        parties = root.lists["parties"]
        stated = (party.facts.get("roles") for party in parties.members)
        return parties.complete and all(r is not None and isinstance(r.value, frozenset) and r.complete for r in stated)

    def consignees(self, root: Entity) -> list[tuple[str, str]]:
        """The consignees that are named, each once: as compared, and as written."""
        found: dict[str, str] = {}
        for party in root.lists["parties"].members:
            roles, name = party.facts.get("roles"), party.facts.get("name")
            stated = roles.value if roles is not None and isinstance(roles.value, frozenset) else frozenset()
            if stated & self.total.roles:
                shown = name.value if name is not None and isinstance(name.value, str) else ""
                found.setdefault(compared(shown), shown)
        return list(found.items())

    def values(self, transaction: Transaction, item: Entity, entry: str) -> tuple[int | None, int | None]:
        stated = item.facts.get("value")
        value = _micros(stated.value) if stated is not None else None
        if not self.defined:
            return None, value
        if entry in (UNKNOWN, "none"):
            return value, value
        try:
            day = self.engine.date_of(transaction, self.as_of)
        except InputError:
            return None, value
        net = _micros(self.engine.evaluate(transaction, day).defined(self.total.sum, item))
        return net, net if net is not None else value

    def may_count(self, transaction: Transaction, item: Entity) -> bool:
        claimed = [claim.authority for claim in claims_of(transaction, item)]
        return not claimed or any(self.total.authority.casefold() in c.casefold() or "740.3" in c for c in claimed)


def compared(name: str) -> str:
    """A name without case, accents, blanks and punctuation, so that spellings that differ only there are one."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())


def classified(item: Entity) -> tuple[str, str]:
    """The entry and the paragraph of an item: of the Commerce Control List, else of the Munitions List."""
    for scheme in ("eccn", "usml"):
        fact = item.facts.get(scheme)
        value = fact.value if fact is not None else None
        if isinstance(value, Classification) and value.path[0] != "EAR99":
            return (value.path[0] if scheme == "eccn" else f"USML {value.path[0]}"), str(value)
    eccn = item.facts.get("eccn")
    return (
        ("none", "none")
        if eccn is not None and (isinstance(eccn.value, Classification) or _absent(eccn.value))
        else (UNKNOWN, UNKNOWN)
    )


def _absent(value: object) -> bool:
    from exportcheck.values import ABSENT

    return value is ABSENT


def _micros(value: object) -> int | None:
    """An amount in millionths of a dollar; None where it is not known exactly, or negative, or beyond all measure."""
    usd = value.usd if isinstance(value, Money) else value
    if not isinstance(usd, Decimal) or not 0 <= usd <= MOST:
        return None
    scaled = usd.scaleb(DECIMALS)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def _text(entity: Entity, name: str) -> str:
    fact = entity.facts.get(name)
    return fact.value if fact is not None and isinstance(fact.value, str) else ""


def write_notes(notes: Sequence[Note], file: IO[bytes]) -> None:
    import pyarrow.parquet as pq

    pq.write_table(_table(notes), file, compression="zstd")


def read_notes(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(path, partitioning=None)


def _table(notes: Sequence[Note]) -> pa.Table:
    import pyarrow as pa

    whole, flag, text = pa.int64(), pa.bool_(), pa.string()
    types: dict[str, Any] = {"place": whole, "row": whole, "item": whole, "day": pa.date32(), "net": whole, "value": whole}
    types |= {"everybody": flag, "counts": flag}
    schema = pa.schema([pa.field(name, types.get(name, text)) for name in COLUMNS])
    arrays = [pa.array([getattr(n, field.name) for n in notes], field.type) for field in schema]
    return pa.table(arrays, schema=schema)
