"""A mapping proposed from the headers of a file and its first rows, with the reason for each column."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.intake import DOCUMENTS, format_of, open_rows
from exportcheck.intake.delimited import DELIMITERS, Delimited
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.read_mapping import SCHEMA, SHIPPED
from exportcheck.intake.samples import Samples
from exportcheck.intake.synonyms import CURRENCY, Names
from exportcheck.intake.table import Rows
from exportcheck.intake.target import Target, find_target
from exportcheck.vocabulary.model import Vocabulary

ROWS: Final = 200
WANTED: Final = ("transfer_date", "activity", "origin", "destination", "item.usml", "item.eccn", "item.value")
"""Facts without which few lines can be decided."""
_BY_VALUES: Final = {"eccn": "item.eccn", "usml": "item.usml", "currency": CURRENCY}
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./() -]*[A-Za-z0-9_)]|[A-Za-z]")
_WORDS: Final = frozenset({"yes", "no", "true", "false", "on", "off", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one column: a fact, or that it is ignored; `sure` is False where somebody has to decide."""

    column: str
    path: str = ""
    why: str = ""
    sure: bool = True
    options: dict[str, str] = field(default_factory=dict)
    """Keys of the column in a mapping, with their values as YAML."""


def proposed_mapping(path: Path, format: str | None, vocabulary: Vocabulary) -> tuple[str, str]:
    """A mapping for a file as YAML, and what is to be said of it in a line.

    For releases and UBL documents it is a copy of the mapping that is shipped. Raises `InputError` for a file of descriptions,
    which needs none.
    """
    form = format_of(path, None, format)
    if form in DOCUMENTS:
        text = (SHIPPED / f"{form}.yaml").read_text(encoding="utf-8")
        return text, f'a copy of the mapping "{form}", which is used unless another one is given'
    if _holds_descriptions(path, form):
        says = "what stands in it is read as it is; `exportcheck map check` counts what can be read"
        raise InputError(Problem(Span(str(path)), "the file holds descriptions and needs no mapping", says))
    table, delimiter = open_table(path, form)
    proposals = propose(table.columns, gathered(table), vocabulary)
    mapped, asked = sum(bool(p.path) for p in proposals), sum(not p.sure for p in proposals)
    said = f"{mapped} of {len(table.columns)} columns mapped, {asked} to decide on (# ?)"
    return render(path, form, delimiter, proposals), said


def _holds_descriptions(path: Path, format: str) -> bool:
    if format == "parquet":
        from exportcheck.intake.parquet import ParquetFile

        return ParquetFile(path).holds_descriptions
    if format == "jsonl":
        from exportcheck.intake.json_lines import holds_descriptions

        return holds_descriptions(path)
    return False


def propose(columns: tuple[str, ...], samples: dict[str, Samples], vocabulary: Vocabulary) -> list[Proposal]:
    """A proposal for each column, in order. No fact is proposed twice."""
    names = Names(vocabulary)
    taken: dict[str, str] = {}
    found: list[Proposal] = []
    for column in columns:
        proposal = _of_column(column, samples[column], names, vocabulary)
        if proposal.path in taken:
            why = f"{proposal.path} is proposed for {_quoted(taken[proposal.path])} already; {samples[column].shown()}"
            proposal = Proposal(column, why=why, sure=False)
        elif proposal.path:
            taken[proposal.path] = column
        found.append(proposal)
    return _with_currency(found, taken.get(CURRENCY), samples, vocabulary)


def _of_column(column: str, samples: Samples, names: Names, vocabulary: Vocabulary) -> Proposal:
    named = names.find(column)
    looks = samples.looks_like()
    if named is None:
        path = _BY_VALUES.get(looks, "")
        if path:
            return Proposal(column, path, f"all values look like {_called(looks)}")
        near = did_you_mean(column, vocabulary.names("item") + vocabulary.names("transaction"))
        hint = f"all values are of the kind {_called(looks)}; " if looks else ""
        return Proposal(column, why=f"{hint}{samples.shown()}{'; ' + near if near else ''}", sure=False)
    path, why = named
    if path == CURRENCY:
        return Proposal(column, path, why)
    return _fitted(Proposal(column, path, why), find_target(path, vocabulary), samples)


def _called(looks: str) -> str:
    return {"eccn": "ECCNs", "usml": "paragraphs of the USML", "currency": "currencies", "date": "days"}.get(looks, "countries")


def _fitted(proposal: Proposal, target: Target, samples: Samples) -> Proposal:
    """With the options that its values call for."""
    type = target.declaration.type if target.declaration is not None and target.what == "fact" else None
    if type is None:
        return proposal
    if type.base == "date":
        forms = samples.date_formats()
        if len(forms) > 1:
            why = f"days could be {' or '.join(forms)}: write `{{fact: {proposal.path}, date_format: ...}}` in `columns`"
            return Proposal(proposal.column, why=why, sure=False)
        return replace(proposal, options={"date_format": _quoted(forms[0], always=True)}) if forms else proposal
    if type.base in ("number", "money", "percent"):
        decimal, thousands = samples.marks()
        options = {"decimal": '","'} if decimal == "," else {}
        return replace(proposal, options=options | ({"thousands": f'"{thousands}"'} if thousands else {}))
    if proposal.path == "item.hts6":
        return replace(proposal, options={"first": "6"})
    if type.base in ("boolean", "knowledge"):
        truths = samples.truths()
        return replace(proposal, options={"values": _map(truths)}) if truths else proposal
    if type.base == "enum":
        known = samples.among(type.values)
        rest = [value for value in samples.values if value not in known]
        if all(key == value for key, value in known.items()) and not rest:
            return proposal
        missing = f"; not understood: {', '.join(_quoted(value) for value in rest[:5])}" if rest else ""
        options = {"values": _map(known)} if known else {}
        return replace(proposal, options=options, why=proposal.why + missing, sure=not rest)
    return proposal


def _with_currency(
    found: list[Proposal], column: str | None, samples: dict[str, Samples], vocabulary: Vocabulary
) -> list[Proposal]:
    result = []
    for proposal in found:
        if proposal.path == CURRENCY:
            continue
        target = find_target(proposal.path, vocabulary) if proposal.path else None
        is_money = target is not None and target.declaration is not None and target.declaration.type.base == "money"
        if is_money and not samples[proposal.column].have_letters():
            if column is not None:
                proposal = replace(proposal, options={"currency": f"{{column: {_quoted(column)}}}", **proposal.options})
            else:
                proposal = replace(proposal, why=proposal.why + "; in which currency? (currency: USD)", sure=False)
        result.append(proposal)
    used = any("currency" in proposal.options for proposal in result)
    if column is not None and not used:
        result.append(Proposal(column, why="a currency, and no amounts without one", sure=False))
    return result


def render(path: Path, format: str, delimiter: str, proposals: list[Proposal]) -> str:
    """The mapping as YAML."""
    lines = [
        f"# Proposed for {_line(path.name)} by its headers and first rows. Nothing is certain: read it all, and what `# ?` asks.",
        f"schema: {SCHEMA}",
        f"format: {format}",
    ]
    if delimiter and delimiter != DELIMITERS.get(format, delimiter):
        lines.append(f"delimiter: {json.dumps(delimiter)}")
    if not any(p.path == "id" for p in proposals):
        lines.append("group_by: row     # ? no column is called like the number of an order: each row is one transaction")
    mapped = [p for p in proposals if p.path]
    lines.append("columns:" if mapped else "columns: {}")
    written = [(_entry(p), p) for p in mapped]
    width = min(max((len(entry) for entry, _ in written), default=0), 70)
    lines += [f"{entry:<{width}}  # {'' if p.sure else '? '}{_line(p.why)}" for entry, p in written]
    missing = [name for name in WANTED if not any(p.path == name for p in proposals)]
    if missing:
        lines.append(f"# No column was found for {', '.join(missing)}: what is not stated is asked for, row by row.")
    lines += [
        "# What is true of every row, and stands in no column:",
        "# constant: {activity: export, origin: US, exporter: {name: ..., country: US}, parties_complete: true}",
    ]
    left = [p for p in proposals if not p.path]
    lines.append("ignore:" if left else "ignore: []")
    lines += [f"  - {_quoted(p.column)}  # ? {_line(p.why)}" for p in left]
    return "\n".join(lines) + "\n"


def _entry(proposal: Proposal) -> str:
    if not proposal.options:
        return f"  {_quoted(proposal.column)}: {proposal.path}"
    options = ", ".join(f"{key}: {value}" for key, value in proposal.options.items())
    return f"  {_quoted(proposal.column)}: {{fact: {proposal.path}, {options}}}"


def _line(text: str) -> str:
    """A comment on one line, with nothing in it that a reader of YAML could not bear."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _map(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{_quoted(key, always=True)}: {_quoted(value, always=True)}" for key, value in values.items()) + "}"


def _quoted(text: str, *, always: bool = False) -> str:
    if not always and _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def gathered(rows: Rows, most: int = ROWS) -> dict[str, Samples]:
    """The distinct values of each column in the first rows."""
    values: dict[str, dict[str, None]] = {name: {} for name in rows.columns}
    for row in islice(rows.rows(), most):
        if row.problems:
            continue
        for name, cell in zip(rows.columns, row.cells, strict=False):
            if cell.strip():
                values[name][cell.strip()] = None
    return {name: Samples(tuple(found)) for name, found in values.items()}


def open_table(path: Path, format: str) -> tuple[Rows, str]:
    """The rows of a table, and the delimiter that its header shows."""
    if format in DELIMITERS:
        try:
            return Delimited(path, format, None), ""
        except InputError as error:
            for delimiter in (";", "\t", "|", ","):
                try:
                    rows = Delimited(path, format, Mapping(delimiter=delimiter))
                except InputError:
                    continue
                if len(rows.columns) > 1:
                    return rows, delimiter
            raise error
    return open_rows(path, format, None), ""
