"""From bytes to text: one encoding, and no characters that a reader cannot see."""

from __future__ import annotations

import codecs
import re
import unicodedata

from exportcheck.errors import InputError, Problem, Span

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000110bd\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""Control and formatting characters. They can make a text look like another one (bidirectional overrides above all). The two
joiners U+200C and U+200D are left, since names in some scripts need them."""

_BREAK = re.compile(r"\r\n|\r|\n")
_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def split_lines(text: str) -> list[str]:
    return _BREAK.split(text)


def decode(data: bytes, name: str) -> str:
    """Text of UTF-8 bytes, with or without a byte order mark. Raises `InputError` for any other encoding."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            raise InputError(Problem(Span(name), f"the file is written in {encoding}", "save it as UTF-8"))
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if data[1:64:2].count(0) > 8 or data[0:64:2].count(0) > 8:
        raise InputError(Problem(Span(name), "the file looks like UTF-16 without a byte order mark", "save it as UTF-8"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = split_lines(data[: error.start].decode("utf-8"))
        span = Span(name, len(before), len(before[-1]) + 1, 1, before[-1])
        byte = data[error.start]
        raise InputError(
            Problem(span, f"the byte 0x{byte:02X} is not UTF-8", "save the file as UTF-8 (it may be Windows-1252 or Latin-1)")
        ) from None


def unseen(text: str) -> tuple[int, str] | None:
    """The first character of a text that may not be in it: its position, and what it is called."""
    found = _UNSEEN.search(text)
    if found is None:
        return None
    code = ord(found[0])
    name = unicodedata.name(found[0], "").lower() or ("control character" if code < 0xA0 else "not a character")
    return found.start(), f"U+{code:04X} ({name})"


def refuse_unseen(text: str, name: str) -> None:
    """Raise `InputError` if a character stands in the file that no reader would see."""
    found = unseen(text)
    if found is None:
        return
    position, called = found
    before = split_lines(text[:position])
    line = split_lines(text[position - len(before[-1]) : position + 200])[0]
    span = Span(name, len(before), len(before[-1]) + 1, 1, line)
    raise InputError(
        Problem(span, f"the character {called} may not be used", "delete it; it is invisible or changes how the text looks")
    )
