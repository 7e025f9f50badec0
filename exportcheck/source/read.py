"""Files to nodes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from exportcheck.errors import InputError, Problem, Span
from exportcheck.source.characters import decode, refuse_unseen
from exportcheck.source.node import Node

Format = Literal["yaml", "json", "jsonl"]

FORMATS: dict[str, Format] = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
"""What a file's name says about its format. A name without a suffix (a pipe) is read as YAML, of which JSON is nearly a part."""

STANDARD_INPUT = Path("-")
"""Standard input, as it is written on a command line."""
INPUT_NAME = "<standard input>"

LARGEST_FILE = 20 * 1024 * 1024
MOST_ALIASES = 100


def read_documents(path: Path, *, aliases: int = MOST_ALIASES) -> list[Node]:
    """All documents of a file, at least one, empty ones left out.

    `aliases` is how many YAML aliases may be used; 0 refuses them. `-` is standard input: YAML, JSON or JSON Lines. Raises
    `InputError` for whatever makes the file unreadable.
    """
    if path == STANDARD_INPUT:
        return _read_standard_input(aliases)
    name = str(path)
    suffix = path.suffix.lower()
    form = FORMATS.get(suffix, "yaml")
    if suffix and suffix not in FORMATS and not path.is_dir():
        known = ", ".join(FORMATS)
        if not path.exists():
            raise InputError(Problem(Span(name), "there is no such file", "check the spelling of the path"))
        raise InputError(Problem(Span(name), f'files that end in "{suffix}" are not read', f"the name may end in {known}"))
    return read_text_documents(decode(_read(path), name), name, form, aliases=aliases)


def read_text_documents(text: str, name: str, format: Format = "yaml", *, aliases: int = MOST_ALIASES) -> list[Node]:
    """The same for a text at hand; `name` stands for the file in messages."""
    if not text.strip():
        raise InputError(Problem(Span(name), "the file is empty"))
    refuse_unseen(text, name)
    if format == "yaml":
        from exportcheck.source.yaml_text import compose

        documents = compose(text, name, aliases=aliases)
    else:
        from exportcheck.source.json_text import compose_json, compose_json_lines

        documents = compose_json_lines(text, name) if format == "jsonl" else [compose_json(text, name)]
    if not documents:
        raise InputError(Problem(Span(name), "the file is empty: it holds comments only"))
    return documents


def _read_standard_input(aliases: int) -> list[Node]:
    """What begins like JSON is read as JSON or JSON Lines if it is that, and everything else as YAML."""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError(Problem(Span(INPUT_NAME), "there is no standard input to read", "name a file"))
    try:
        data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(Problem(Span(INPUT_NAME), f"it cannot be read: {error.strerror or error}")) from None
    text = decode(_bounded(data, INPUT_NAME), INPUT_NAME)
    if text.lstrip()[:1] in ("{", "["):
        forms: tuple[Format, ...] = ("json", "jsonl")
        for form in forms:
            try:
                return read_text_documents(text, INPUT_NAME, form, aliases=aliases)
            except InputError:
                continue  # a flow map of YAML begins alike, and YAML says best what is wrong
    return read_text_documents(text, INPUT_NAME, "yaml", aliases=aliases)


def _read(path: Path) -> bytes:
    """The bytes of a file, a pipe as well; never more than `LARGEST_FILE`."""
    name = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise InputError(Problem(Span(name), "there is no such file", "check the spelling of the path")) from None
    except IsADirectoryError:
        raise InputError(Problem(Span(name), "this is a folder, and a file was expected")) from None
    except PermissionError:
        if path.is_dir():  # what Windows says of a folder
            raise InputError(Problem(Span(name), "this is a folder, and a file was expected")) from None
        raise InputError(Problem(Span(name), "the file may not be read", "check its permissions")) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(Problem(Span(name), f"the file cannot be read: {reason}")) from None
    return _bounded(data, name)


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > LARGEST_FILE:
        megabytes = LARGEST_FILE // 1024 // 1024
        raise InputError(Problem(Span(name), f"the file is larger than {megabytes} MB", "split it into several files"))
    return data
