"""Files of order lines to transactions: tables by columns or by a mapping, JSON Lines and Parquet by the description's own shape,
releases of the Open Contracting Data Standard, orders and invoices of UBL."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.intake.mapping import Mapping
from exportcheck.intake.model import Group, Source, Taken
from exportcheck.vocabulary.model import Vocabulary

FORMATS: Final = ("csv", "tsv")
"""What `--format` may say."""
SUFFIXES: Final = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv"}


def open_source(path: Path, mapping: Mapping | None, vocabulary: Vocabulary, *, format: str | None = None) -> Source:
    """Open a file of order lines. `format` is one of FORMATS; None: as the mapping says, else by the suffix of the file's name.

    Without a mapping the columns of a table are paths of facts. Raises `InputError` for what makes the file or the mapping unfit
    as a whole; a row that cannot be read is a `Taken` with problems.
    """
    form = format or (mapping.format if mapping is not None else "") or SUFFIXES.get(path.suffix.lower(), "")
    if form not in FORMATS:
        raise InputError(_unknown(path, form))
    from exportcheck.intake.delimited import Delimited
    from exportcheck.intake.table import Table

    return Table(path, form, Delimited(path, form, mapping), mapping, vocabulary)


def _unknown(path: Path, form: str) -> Problem:
    if form:
        return Problem(Span("--format"), f'there is no format "{form}"', did_you_mean(form, FORMATS) or ", ".join(FORMATS))
    says = f'files that end in "{path.suffix}" are not read' if path.suffix else "the name of the file does not say its format"
    return Problem(Span(str(path)), says, f"the name may end in {', '.join(SUFFIXES)}, or say --format")


__all__ = ["FORMATS", "Group", "Mapping", "Source", "Taken", "open_source"]
