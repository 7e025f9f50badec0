"""The law over tables of transactions, by columns. Needs the extra `batch`."""

from __future__ import annotations

from exportcheck.batch.check import Line, PackLine, Row, Table, check_table

__all__ = ["Line", "PackLine", "Row", "Table", "check_table"]
