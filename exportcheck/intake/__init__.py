"""Files of order lines to transactions: tables by columns or by a mapping, JSON Lines and Parquet by the description's own shape,
releases of the Open Contracting Data Standard, orders and invoices of UBL."""

from __future__ import annotations

from importlib.util import find_spec
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
LIBRARIES: Final = {"xlsx": "openpyxl", "parquet": "pyarrow"}
"""What a format cannot be read without."""
DOCUMENTS: Final = ("ocds", "ubl")
"""Formats that are read with a mapping of their own unless another one is given."""


def open_source(path: Path, mapping: Mapping | None, vocabulary: Vocabulary, *, format: str | None = None) -> Source:
    """Open a file of order lines. `format` is one of FORMATS; None: as the mapping says, else by the suffix of the name.

    Without a mapping the columns of a table are paths of facts. Raises `InputError` for what makes the file or the mapping unfit
    as a whole; a row that cannot be read is a `Taken` with problems.
    """
    form = format_of(path, mapping, format)
    if form in DOCUMENTS and mapping is None:
        from exportcheck.intake.read_mapping import load_mapping

        mapping = load_mapping(form, vocabulary)
    if form == "parquet" and mapping is None:
        from exportcheck.intake.parquet import ParquetDescriptions, ParquetFile

        file = ParquetFile(path)
        if file.holds_descriptions:
            return ParquetDescriptions(path, file, vocabulary)
    if form == "jsonl" and mapping is None:
        from exportcheck.intake.json_lines import JsonLines, holds_descriptions

        if holds_descriptions(path):
            return JsonLines(path, vocabulary)
    from exportcheck.intake.table import Table

    return Table(path, form, open_rows(path, form, mapping), mapping, vocabulary)


def format_of(path: Path, mapping: Mapping | None, format: str | None) -> str:
    """The format of a file, one of FORMATS. Raises `InputError` where it is not known, or there is no such file."""
    form = format or (mapping.format if mapping is not None else "") or SUFFIXES.get(path.suffix.lower(), "")
    if form not in FORMATS:
        raise InputError(_unknown(path, form))
    if path.is_dir() or not path.exists():
        raise unreadable(path, FileNotFoundError())
    library = LIBRARIES.get(form)
    if library is not None and find_spec(library) is None:
        raise InputError(
            Problem(Span(str(path)), f"{form} needs {library}", 'pip install "exportcheck[batch]", or save it as CSV')
        )
    return form


def open_rows(path: Path, format: str, mapping: Mapping | None) -> Rows:
    """A file as a table of texts. Raises `InputError`."""
    if format == "parquet":
        from exportcheck.intake.parquet import ParquetFile, ParquetRows

        return ParquetRows(path, ParquetFile(path))
    if format == "jsonl":
        from exportcheck.intake.json_lines import JsonRecords

        return JsonRecords(path, mapping)
    if format == "xlsx":
        from exportcheck.intake.xlsx import Sheet

        return Sheet(path, mapping)
    if format == "ocds":
        from exportcheck.intake.ocds import OcdsReleases

        return OcdsReleases(path)
    if format == "ubl":
        from exportcheck.intake.ubl import UblDocument

        return UblDocument(path)
    from exportcheck.intake.delimited import Delimited

    return Delimited(path, format, mapping)


def _unknown(path: Path, form: str) -> Problem:
    if form:
        return Problem(Span("--format"), f'there is no format "{form}"', did_you_mean(form, FORMATS) or ", ".join(FORMATS))
    says = f'files that end in "{path.suffix}" are not read' if path.suffix else "the name of the file does not say its format"
    return Problem(Span(str(path)), says, f"the name may end in {', '.join(SUFFIXES)}, or say --format")


__all__ = ["DOCUMENTS", "FORMATS", "Group", "Mapping", "Source", "Taken", "open_source"]
