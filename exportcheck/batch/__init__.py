"""The law over tables of transactions, by columns. Needs the extra `batch`."""

from __future__ import annotations
