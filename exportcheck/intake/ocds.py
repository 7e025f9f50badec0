"""Releases of the Open Contracting Data Standard 1.1 as rows: one for each item of a contract, of an award where no contract is
made yet, of the tender before that."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from decimal import InvalidOperation
from pathlib import Path
from typing import Any, Final

from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake.json_lines import json_lines
from exportcheck.intake.model import Row, unreadable
from exportcheck.intake.nodes import cell_of, parse_json
from exportcheck.source.json_text import compose_json
from exportcheck.transaction.amounts import number, shortest
from exportcheck.values import EXACT

LARGEST: Final = 64 * 1024 * 1024
MOST_SUPPLIERS: Final = 9
_STAGES: Final = ("tender", "award", "contract")
_STAGE_FIELDS: Final = (
    "id", "title", "description", "status", "dateSigned", "value.amount", "value.currency", "period.startDate", "period.endDate",
)  # fmt: skip
_ITEM_FIELDS: Final = (
    "id", "description", "quantity", "unit.name", "unit.value.amount", "unit.value.currency",
    "classification.scheme", "classification.id", "classification.description", "deliveryAddress.countryName",
)  # fmt: skip
COLUMNS: Final[tuple[str, ...]] = (
    "id", "ocid", "release.id", "release.date", "stage",
    *(f"{stage}.{name}" for stage in _STAGES for name in _STAGE_FIELDS),
    "buyer.name", "buyer.country",
    *(f"supplier{n}.{name}" for n in range(1, MOST_SUPPLIERS + 1) for name in ("name", "country")),
    *(f"item.{name}" for name in _ITEM_FIELDS),
    "line.value.amount", "line.value.currency",
)  # fmt: skip

_Json = dict[str, Any]


class OcdsReleases:
    """A release, a package of releases, or a package of records; in JSON Lines one of them a line."""

    columns = COLUMNS
    first = 0

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self.count: int | None = None
        self.lines = path.suffix.lower() in (".jsonl", ".ndjson")
        self._document = None if self.lines else self._read()

    def wrong(self, message: str, hint: str = "") -> InputError:
        return InputError(Problem(Span(self.name), message, hint))

    def _read(self) -> _Json:
        try:
            with self.path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise unreadable(self.path, error) from None
        if len(data) > LARGEST:
            raise self.wrong(f"the file is larger than {LARGEST // 1024 // 1024} MB", "write a release a line, as .jsonl")
        try:
            text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.wrong(
                f"the byte 0x{data[error.start]:02X} at {error.start:,} is not UTF-8", "save the file as UTF-8"
            ) from None
        try:
            document = parse_json(text)
        except (ValueError, RecursionError):
            compose_json(text, self.name)  # says what is wrong, and where
            raise self.wrong("this is not JSON") from None
        if not isinstance(document, dict) or not {"releases", "records", "ocid"} & document.keys():
            says = "it has `releases`, `records` or `ocid`"
            raise self.wrong("this is no release of the Open Contracting Data Standard, and no package of them", says)
        return document

    def rows(self) -> Iterator[Row]:
        counted = _Counted(self.name)
        if self._document is not None:
            yield from counted.document(self._document)
            return
        for group in json_lines(self.path):
            if group.problems:
                yield counted.failed(group.problems)
                continue
            try:
                document = parse_json(group.text)
            except (ValueError, RecursionError):
                span = Span(self.name, group.rows[0].number, 1)
                yield counted.failed((Problem(span, "the line is not JSON", "a release or a record a line"),))
                continue
            if isinstance(document, dict):
                yield from counted.document(document)
            else:
                span = Span(self.name, group.rows[0].number, 1)
                yield counted.failed((Problem(span, "the line is no release", "a release or a record a line"),))


class _Counted:
    """Rows numbered through all releases."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.number = 0

    def failed(self, problems: tuple[Problem, ...], id: str = "") -> Row:
        self.number += 1
        return Row(self.number, (id,), problems=problems)

    def refused(self, message: str, hint: str, id: str = "") -> Row:
        return self.failed((Problem(Span(self.name, self.number + 1, 1), message, hint),), id)

    def document(self, document: _Json) -> Iterator[Row]:
        releases = document.get("releases") if "ocid" not in document else None
        records = document.get("records")
        if isinstance(releases, list):
            for release in releases:
                yield from self.release(release)
        elif isinstance(records, list):
            for record in records:
                yield from self.record(record)
        elif "compiledRelease" in document or "releases" in document:
            yield from self.record(document)
        else:
            yield from self.release(document)

    def record(self, record: object) -> Iterator[Row]:
        if not isinstance(record, dict):
            yield self.refused("the record is no map", "a record has ocid and compiledRelease")
            return
        compiled = record.get("compiledRelease")
        if isinstance(compiled, dict):
            yield from self.release(compiled)
            return
        releases = record.get("releases")
        for release in releases if isinstance(releases, list) else [{}]:
            yield from self.release(release)

    def release(self, release: object) -> Iterator[Row]:
        if not isinstance(release, dict) or "ocid" not in release:
            hint = "give the release itself; a record needs its compiledRelease"
            yield self.refused("this is no release: it has no ocid, or is only named by its address", hint)
            return
        rows = list(_Release(release).lines())
        id = cell_of(release.get("id")) or cell_of(release["ocid"])
        if not rows:
            yield self.refused(f'the release "{id[:80]}" has no contract, award or tender', "it describes no items", id)
        for line in rows:
            if isinstance(line, str):
                yield self.refused(line, "describe this contract by hand", id)
            else:
                self.number += 1
                yield Row(self.number, tuple(line.get(name, "") for name in COLUMNS))


class _Release:
    """One release taken apart."""

    def __init__(self, release: _Json) -> None:
        self.release = release
        self.parties = {cell_of(party.get("id")): party for party in _maps(release.get("parties"))}

    def lines(self) -> Iterator[dict[str, str] | str]:
        release = self.release
        tendered = release.get("tender")
        tender: _Json = tendered if isinstance(tendered, dict) else {}
        awards = {cell_of(award.get("id")): award for award in _maps(release.get("awards"))}
        head = {
            "ocid": cell_of(release.get("ocid")),
            "release.id": cell_of(release.get("id")),
            "release.date": cell_of(release.get("date"))[:10],
            **self.party("buyer", release.get("buyer")),
        }
        contracts = _maps(release.get("contracts"))
        awarded = {cell_of(contract.get("awardID")) for contract in contracts}
        for contract in contracts:
            award = awards.get(cell_of(contract.get("awardID")), {})
            yield from self.stage("contract", head, {"tender": tender, "award": award, "contract": contract})
        for id, award in awards.items():
            if id not in awarded:
                yield from self.stage("award", head, {"tender": tender, "award": award})
        if not contracts and not awards and tender:
            yield from self.stage("tender", head, {"tender": tender})

    def stage(self, stage: str, head: dict[str, str], parts: dict[str, _Json]) -> Iterator[dict[str, str] | str]:
        """The lines of a contract, award or tender. One without items is one line."""
        suppliers = _maps(parts.get("award", {}).get("suppliers"))
        if len(suppliers) > MOST_SUPPLIERS:
            yield f"the {stage} has {len(suppliers)} suppliers, and at most {MOST_SUPPLIERS} are read"
            return
        cells = dict(head)
        cells["stage"] = stage
        for part, value in parts.items():
            cells |= {f"{part}.{name}": _at(value, name) for name in _STAGE_FIELDS}
        cells["id"] = "/".join(text for text in (head["release.id"] or head["ocid"], cells[f"{stage}.id"]) if text)
        for n, supplier in enumerate(suppliers, start=1):
            cells |= self.party(f"supplier{n}", supplier)
        items = next((found for part in reversed(parts.values()) if (found := _maps(part.get("items")))), [])
        for item in items or [{}]:
            line = {**cells, **{f"item.{name}": _at(item, name) for name in _ITEM_FIELDS}}
            line["line.value.amount"] = _product(line["item.quantity"], line["item.unit.value.amount"])
            line["line.value.currency"] = line["item.unit.value.currency"]
            if not item:
                line["item.description"] = cells[f"{stage}.title"] or cells[f"{stage}.description"]
            yield line

    def party(self, word: str, reference: object) -> dict[str, str]:
        """Name and country of an organization, from the list of parties where the reference does not say them."""
        if not isinstance(reference, dict):
            return {}
        party = self.parties.get(cell_of(reference.get("id")), {})
        name = cell_of(reference.get("name")) or cell_of(party.get("name"))
        country = _at(reference, "address.countryName") or _at(party, "address.countryName")
        return {f"{word}.name": name, f"{word}.country": country}


def _maps(value: object) -> list[_Json]:
    return [inner for inner in value if isinstance(inner, dict)] if isinstance(value, list) else []


def _at(value: _Json, path: str) -> str:
    """The scalar under a dotted path; days without their time."""
    found: object = value
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict | list):
        return ""
    text = cell_of(found)
    return text[:10] if path.endswith(("Date", "dateSigned")) else text


def _product(quantity: str, price: str) -> str:
    """What the pieces cost together, exact; nothing where one of the two is not given."""
    try:
        return f"{shortest(EXACT.multiply(number(quantity), number(price))):f}"
    except (ValueError, InvalidOperation):
        return ""
