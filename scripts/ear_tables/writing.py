"""Writes tables (CSV and its description) and dated lists, the same bytes for the same input."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import yaml

Member = str | tuple[str, date | None, date | None, str]
"""A place, or (place, first day, last day, source)."""


def write_table(folder: Path, description: Mapping[str, object], rows: Iterable[Mapping[str, str]], header: str) -> None:
    """Write `<name>.csv` and `<name>.table.yaml` into `folder`; columns are those of `description["columns"]`."""
    columns = description["columns"]
    assert isinstance(columns, dict)
    name = str(description["file"])
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(columns), lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow(row)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(buffer.getvalue(), encoding="utf-8")
    (folder / name.replace(".csv", ".table.yaml")).write_text(comment(header) + dump(description), encoding="utf-8")


def write_lists(path: Path, lists: Sequence[Mapping[str, object]], header: str) -> None:
    """Write dated lists in the form of `lists.yaml`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(comment(header) + dump({"lists": [dict(entry) for entry in lists]}), encoding="utf-8")


def place_list(identity: str, cite: str, members: Iterable[Member], union: Sequence[str] = ()) -> dict[str, object]:
    """One list of places; a dated member becomes a mapping."""
    written: list[object] = []
    for member in members:
        if isinstance(member, str):
            written.append(member)
            continue
        value, first, last, source = member
        entry: dict[str, object] = {"value": value}
        if first:
            entry["from"] = first
        if last:
            entry["to"] = last
        if source:
            entry["source"] = source
        written.append(entry)
    result: dict[str, object] = {"id": identity, "type": "place", "cite": cite, "members": written}
    if union:
        result["union"] = list(union)
    return result


class _Plain(yaml.SafeDumper):
    """Without aliases: a pack may not have any."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def dump(data: Mapping[str, object]) -> str:
    return yaml.dump(dict(data), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=118, default_flow_style=None)


def comment(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.strip().split("\n"))
