"""Totals over the calendar year before a transfer, from the notes of a whole batch.

A sum that is too low could let a transfer pass that may not go. So a total is known only where nothing that could belong to it is
unknown: rows that could not be read, consignees that are not named or may be more than are stated, ECCNs and values that are not
known leave open every total that they might add to, from their day on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from exportcheck.batch.notes import DECIMALS, UNKNOWN

Key = tuple[int, str, str]
"""Calendar year, consignee, entry; "" stands for any."""
ANY = ""


@dataclass(slots=True)
class Sums:
    """What went to each consignee under each entry, by day, and from which day on that is not known. Memory grows with the number
    of consignees, entries and days, not with that of lines."""

    by_day: dict[Key, dict[date, int]] = field(default_factory=dict)
    unknown: dict[Key, date] = field(default_factory=dict)

    def add(self, note: dict[str, Any]) -> None:
        """Count a line. Lines of items that are on no list count nowhere."""
        if not _of_list(note["entry"]) or not note["counts"]:
            return
        day = note["day"]
        if day is None:  # of an unknown year
            self._open((0, ANY, ANY), date.min)
            return
        consignee, entry = note["consignee"], note["entry"]
        key = (day.year, consignee, entry)
        if consignee == UNKNOWN or entry == UNKNOWN or note["net"] is None:
            self._open(key, day)
        else:
            days = self.by_day.setdefault(key, {})
            days[day] = days.get(day, 0) + note["net"]
        if not note["everybody"]:  # it may have gone to others too
            self._open((day.year, ANY, entry), day)

    def _open(self, key: Key, day: date) -> None:
        self.unknown[key] = min(day, self.unknown.get(key, day))

    def known(self, day: date, consignee: str, entry: str) -> bool:
        """Is everything known that went to a consignee under an entry up to a day of its year?"""
        if (0, ANY, ANY) in self.unknown or UNKNOWN in (consignee, entry):
            return False
        year = day.year
        keys = ((year, consignee, entry), (year, ANY, entry), (year, consignee, ANY), (year, ANY, ANY))
        return not any(key in self.unknown and self.unknown[key] <= day for key in keys)


class Running:
    """Goes through the notes again, in the order of the input, and gives what went before each."""

    def __init__(self, sums: Sums) -> None:
        self.sums = sums
        self._before: dict[Key, dict[date, int]] = {}
        self._today: dict[tuple[Key, date], int] = {}

    def before(self, note: dict[str, Any]) -> Decimal | None:
        """What went to the consignee of a note under its entry earlier in the year, in dollars; None where it is not known.

        Of one day, earlier is what stands before it in the input, and other lines of the same transaction are not earlier.
        """
        day = note["day"]
        if day is None or not note["everybody"] or not self.sums.known(day, note["consignee"], note["entry"]):
            return None
        key = (day.year, note["consignee"], note["entry"])
        total = self._until(key).get(day, 0) + self._today.get((key, day), 0)
        return Decimal(total).scaleb(-DECIMALS)

    def passed(self, note: dict[str, Any]) -> None:
        """A transaction was gone through: from now on its notes are earlier."""
        if note["day"] is not None and note["counts"] and note["net"] is not None:
            key = ((note["day"].year, note["consignee"], note["entry"]), note["day"])
            self._today[key] = self._today.get(key, 0) + note["net"]

    def _until(self, key: Key) -> dict[date, int]:
        """By day what went before it."""
        found = self._before.get(key)
        if found is None:
            found, total = {}, 0
            for day, went in sorted(self.sums.by_day.get(key, {}).items()):
                found[day] = total
                total += went
            self._before[key] = found
        return found


def _of_list(entry: str) -> bool:
    """May the item have an ECCN?"""
    return entry != "none" and not entry.startswith("USML")


def totals(notes: Iterator[dict[str, Any]], running: Running) -> dict[tuple[int, int], Decimal]:
    """Of a slice's notes, in order: by transaction and item what went before, the most over its consignees, where all are known.

    A line on no list, or that counts nowhere, has none; the caller takes the greatest over the lines where the fact is of the
    transaction.
    """
    found: dict[tuple[int, int], Decimal | None] = {}
    waiting: list[dict[str, Any]] = []
    for note in notes:
        if waiting and waiting[0]["place"] != note["place"]:
            for one in waiting:
                running.passed(one)
            waiting.clear()
        waiting.append(note)
        if note["item"] < 0 or not _of_list(note["entry"]):
            continue
        key, before = (note["place"], note["item"]), running.before(note)
        if key in found:
            known = found[key]
            found[key] = None if before is None or known is None else max(known, before)
        else:
            found[key] = before
    for one in waiting:
        running.passed(one)
    open_ = {place for (place, _), value in found.items() if value is None}
    return {key: value for key, value in found.items() if value is not None and key[0] not in open_}
