"""Files of order lines to transactions: tables by columns or by a mapping, JSON Lines and Parquet by the description's own shape,
releases of the Open Contracting Data Standard, orders and invoices of UBL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.model import Group, Source, Taken, unreadable
from exportcheck.vocabulary.model import Vocabulary

if TYPE_CHECKING:
    from exportcheck.intake.table import Rows

FORMATS: Final = ("csv", "tsv", "xlsx", "parquet", "jsonl", "ocds", "ubl")
"""What `--format` may say."""
SUFFIXES: Final = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "ocds",
    ".xml": "ubl",
}
DOCUMENTS: Final = ("ocds", "ubl")
"""Formats that are read with a mapping of their own unless another one is given."""


def open_source(path: Path, mapping: Mapping | None, vocabulary: Vocabulary, *, format: str | None = None) -> Source:
    """Open a file of order lines. `format` is one of FORMATS; None: as the mapping says, else by the suffix of the name.

    Without a mapping the columns of a table are paths of facts. Raises `InputError` for what makes the file or the mapping unfit
    as a whole; a row that cannot be read is a `Taken` with problems.
    """
    form = format or (mapping.format if mapping is not None else "") or SUFFIXES.get(path.suffix.lower(), "")
    if form not in FORMATS:
        raise InputError(_unknown(path, form))
    if path.is_dir() or not path.exists():
        raise unreadable(path, FileNotFoundError())
    if form in DOCUMENTS and mapping is None:
        from exportcheck.intake.read_mapping import load_mapping

        mapping = load_mapping(form, vocabulary)
    rows: Rows
    if form == "parquet":
        from exportcheck.intake.parquet import ParquetDescriptions, ParquetFile, ParquetRows

        file = ParquetFile(path)
        if mapping is None and file.holds_descriptions:
            return ParquetDescriptions(path, file, vocabulary)
        rows = ParquetRows(path, file)
    elif form == "jsonl":
        from exportcheck.intake.json_lines import JsonLines, JsonRecords, holds_descriptions

        if mapping is None and holds_descriptions(path):
            return JsonLines(path, vocabulary)
        rows = JsonRecords(path, mapping)
    elif form == "xlsx":
        from exportcheck.intake.xlsx import Sheet

        rows = Sheet(path, mapping)
    elif form == "ocds":
        from exportcheck.intake.ocds import OcdsReleases

        rows = OcdsReleases(path)
    elif form == "ubl":
        from exportcheck.intake.ubl import UblDocument

        rows = UblDocument(path)
    else:
        from exportcheck.intake.delimited import Delimited

        rows = Delimited(path, form, mapping)
    from exportcheck.intake.table import Table

    return Table(path, form, rows, mapping, vocabulary)


def _unknown(path: Path, form: str) -> Problem:
    if form:
        return Problem(Span("--format"), f'there is no format "{form}"', did_you_mean(form, FORMATS) or ", ".join(FORMATS))
    says = f'files that end in "{path.suffix}" are not read' if path.suffix else "the name of the file does not say its format"
    return Problem(Span(str(path)), says, f"the name may end in {', '.join(SUFFIXES)}, or say --format")


__all__ = ["DOCUMENTS", "FORMATS", "Group", "Mapping", "Source", "Taken", "open_source"]
