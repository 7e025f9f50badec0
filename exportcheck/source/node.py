"""One form for what YAML and JSON files hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from exportcheck.errors import InputError, Problem, Span

Kind = Literal["map", "list", "scalar"]

DEEPEST = 64
"""No map or list may stand inside more than this many others."""
MOST_NODES = 1_000_000
"""No file may hold more keys and values than this."""


@dataclass(frozen=True, slots=True)
class Node:
    """A map, a list or a scalar.

    `text` is the scalar as written, without its quotes; whether it means a number or a date is for whoever knows the declared
    type. `style` tells `NO` from `"NO"`. `entries` are the pairs of a map in the order written, no key twice.
    """

    kind: Kind
    span: Span
    text: str = ""
    style: Literal["plain", "quoted"] = "plain"
    entries: tuple[tuple[Node, Node], ...] = ()
    items: tuple[Node, ...] = ()

    def get(self, key: str) -> Node | None:
        """The value under a key of a map, or None."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    @property
    def null(self) -> bool:
        """Is it YAML's or JSON's null, written out or by writing nothing?"""
        return self.kind == "scalar" and self.style == "plain" and self.text in ("", "~", "null", "Null", "NULL")


def too_deep(span: Span) -> InputError:
    return InputError(
        Problem(span, f"maps and lists are nested more than {DEEPEST} deep", "descriptions need fewer than ten levels")
    )


def too_many(span: Span) -> InputError:
    return InputError(Problem(span, f"the file holds more than {MOST_NODES:,} keys and values", "split it into several files"))
