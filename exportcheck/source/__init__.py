"""What stands in a YAML, JSON or JSON Lines file, every scalar as written and with its place. No meaning is read into it."""

from __future__ import annotations

from exportcheck.source.node import Node
from exportcheck.source.read import read_documents, read_text_documents

__all__ = ["Node", "read_documents", "read_text_documents"]
