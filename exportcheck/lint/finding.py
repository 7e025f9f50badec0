"""What the linter found, and what its rules are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from exportcheck.errors import Span
from exportcheck.lint.subject import Subject

DOCS = "docs/lint"


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake that loading could not see.

    `provision` is the id of the provision, definition, list, figure, table, fact or pack that it is about; `of` names a part of
    it (the address of a clause, a section), by which an exclusion can name it too.
    """

    code: str
    span: Span
    message: str
    provision: str
    why: str
    pack: str
    of: str = ""

    @property
    def address(self) -> str:
        return f"{self.provision}#{self.of}" if self.of else self.provision


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the linter. `why` says what is bad about what it finds; `check` gives findings of every pack."""

    code: str
    name: str
    title: str
    why: str
    check: Callable[[Rule, Subject], Iterable[Finding]]

    @property
    def page(self) -> str:
        """Its page of the documentation."""
        return f"{DOCS}/{self.code}.md"

    def found(self, span: Span, message: str, provision: str, pack: str, of: str = "") -> Finding:
        return Finding(self.code, span, message, provision, self.why, pack, of)
