"""The command line, one verb a file. Importing it imports no engine: each verb does that when it runs."""

from __future__ import annotations
