"""XML without its dangers: no document type, so no entities, from a file of bounded size."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Final
from xml.etree.ElementTree import Element, XMLParser
from xml.parsers import expat

from exportcheck.errors import InputError, Problem, Span
from exportcheck.intake.model import unreadable

LARGEST: Final = 64 * 1024 * 1024
_PIECE: Final = 64 * 1024


class _BegunError(Exception):
    """The first element has begun: no document type can follow."""


def refuse_doctype(file: IO[bytes], name: str) -> None:
    """Raise `InputError` if the XML declares a document type, by which entities come in; only what stands before the first
    element is read. Raises `ExpatError` for what is no XML."""
    parser = expat.ParserCreate()

    def doctype(*_: object) -> None:
        raise InputError(
            Problem(
                Span(name, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1),
                "the XML declares a document type, which is not read",
                "delete the DOCTYPE and write out the entities",
            )
        )

    def begun(*_: object) -> None:
        raise _BegunError

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begun
    try:
        while piece := file.read(_PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _BegunError:
        return


def read_xml(path: Path) -> Element:
    """The root of an XML file. Raises `InputError`."""
    name = str(path)
    try:
        with path.open("rb") as file:
            refuse_doctype(file, name)
            file.seek(0)
            parser = XMLParser()
            size = 0
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise InputError(Problem(Span(name), f"the file is larger than {LARGEST // 1024 // 1024} MB", "split it"))
                parser.feed(piece)
            root: Element = parser.close()
            return root
    except OSError as error:
        raise unreadable(path, error) from None
    except expat.ExpatError as error:
        raise _no_xml(name, error.lineno, error.offset, str(error)) from None
    except SyntaxError as error:  # ParseError of ElementTree
        line, column = getattr(error, "position", (0, 0))
        raise _no_xml(name, line, column, str(error)) from None


def _no_xml(name: str, line: int, column: int, said: str) -> InputError:
    return InputError(Problem(Span(name, line, column + 1), f"this is not XML: {said.split(':')[0]}", "is the file whole?"))
