"""The cells of a column to values of its fact. Each distinct text is converted once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from exportcheck.errors import Problem, Span
from exportcheck.intake.mapping import NOT_STATED, ColumnMap
from exportcheck.source import Node
from exportcheck.source.characters import unseen
from exportcheck.transaction.convert import ALWAYS_STATED, read_value, unit_of
from exportcheck.values import Money
from exportcheck.vocabulary.model import FactDeclaration

MOST_KEPT: Final = 20_000
"""So many distinct texts of a column are remembered; the next ones start anew, so that memory stays flat."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a text means: a value (None: not stated), or what is wrong with it."""

    value: object
    text: str = ""
    complete: bool = True
    message: str = ""
    hint: str = ""


NOTHING: Final = Known(None)
_DIGITS: Final = re.compile("[0-9](?:[0-9.,'’ \u00a0\u202f]*[0-9])?")
_DOLLARS: Final = re.compile(r"(0|[1-9][0-9]{0,14}|(?:0|[1-9][0-9]{0,11})\.[0-9]{0,5}[1-9]) USD")
_SPACES: Final = ("\u00a0", "\u202f")


class Cells:
    """One column that is a fact. `position` is the column's place in a row, from 0, `beside` that of its currency or unit.

    `plain` holds what is known of the texts of a column that has nothing beside it; whoever reads many rows looks there first.
    """

    __slots__ = (
        "_other", "beside", "column", "declared", "marked", "name", "not_stated", "plain", "position", "rates", "rule", "said",
        "unit",
    )  # fmt: skip

    def __init__(
        self,
        rule: ColumnMap,
        declared: FactDeclaration,
        position: int,
        beside: int | None,
        rates: Mapping[str, Decimal],
        not_stated: frozenset[str] = frozenset(),
    ) -> None:
        self.rule = rule
        self.said = rule.said
        self.declared = declared
        self.name = declared.name
        self.marked = declared.marked
        self.position = position
        self.column = position + 1
        self.beside = beside
        self.rates = rates
        self.not_stated = not_stated
        self.unit = unit_of(declared.type)
        self.plain: dict[str, Known] = {}
        self._other: dict[tuple[str, str, str], Known] = {}

    def known(self, text: str, cells: tuple[str, ...], foreign: str = "") -> Known:
        """The meaning of a cell. `foreign` is what it is if it is no text: "number", "date", "truth value"."""
        if self.beside is None and not foreign:
            found = self.plain.get(text)
            if found is None:
                found = self._meaning(text, self.rule.fixed, "")
                if len(self.plain) >= MOST_KEPT:
                    self.plain.clear()
                self.plain[text] = found
            return found
        behind = self.rule.fixed if self.beside is None else cells[self.beside].strip()
        key = (text, behind, foreign)
        found = self._other.get(key)
        if found is None:
            found = self._meaning(text, behind, foreign)
            if len(self._other) >= MOST_KEPT:
                self._other.clear()
            self._other[key] = found
        return found

    def _meaning(self, text: str, behind: str, foreign: str) -> Known:
        word = text.strip()
        if not word or text in self.not_stated:
            return NOTHING
        found = unseen(text) or unseen(behind)
        if found is not None:
            says = "delete it; it is invisible or changes how the text looks"
            return Known(None, message=f"the character {found[1]} may not be used", hint=says)
        rule = self.rule
        if rule.first and not foreign:
            kept = "".join(c for c in word if c.isalnum())[: rule.first]
            if len(kept) < rule.first:
                known = Known(None, message=f'"{shown(word)}" has fewer than {rule.first} digits or letters')
                return NOTHING if rule.otherwise == NOT_STATED else known
            word = kept
        if rule.values is not None:
            meant = rule.values.get(word)
            if meant is None:
                if rule.otherwise == NOT_STATED:
                    return NOTHING
                return Known(None, message=f'"{shown(word)}" is not among the values of this column', hint=_among(rule.values))
            if meant == NOT_STATED:
                return NOTHING
            word, foreign = meant, ""
        if foreign and not self._takes(word, foreign):
            return self._not_a_text(word, foreign)
        known = self._converted(word, behind, foreign)
        return NOTHING if known.message and rule.otherwise == NOT_STATED else known

    def _takes(self, word: str, foreign: str) -> bool:
        base = self.declared.type.base
        if foreign == "number":
            whole = word.isdigit()
            names = self.name in ALWAYS_STATED or self.rule.numbers
            # of a code whose zero in front is lost, the first digits are those of another one
            return base in ("number", "money", "percent") or (whole and names and not self.rule.first)
        return base == "date" if foreign == "date" else base in ("boolean", "knowledge")

    def _not_a_text(self, word: str, foreign: str) -> Known:
        """A spreadsheet makes 500 of the ECCN 5E002, a day of 1-2, and drops the zeros in front: what was meant is lost."""
        message = f"`{self.name}` is a {foreign} in the file ({shown(word)}), and it is {_a(self.declared.type.base)}"
        if foreign == "number" and word.isdigit() and self.declared.type.base == "text" and not self.rule.first:
            return Known(None, message=message, hint="make the column one of texts, or say `numbers: true` of it in a mapping")
        return Known(None, message=message, hint="make the column one of texts, and enter again what was meant")

    def _converted(self, word: str, behind: str, foreign: str) -> Known:
        type = self.declared.type
        folded = word.casefold()
        if folded not in ("none", "undeterminable"):
            if type.base in ("number", "money", "percent"):
                try:
                    word = word if foreign else _plain(word, self.rule)
                except ValueError as error:
                    return Known(None, message=f"`{self.name}`: {error.args[0]}", hint=error.args[1])
                # What stands in the cell itself comes first: `5 lb` stays pounds, whatever the column says.
                if behind and not any(c.isalpha() or c in "%°Ω" for c in word):
                    word = f"{word} {behind}"
            elif type.base == "date" and self.rule.date_formats and not foreign:
                try:
                    word = _day(word, self.rule.date_formats)
                except ValueError as error:
                    return Known(None, message=f"`{self.name}`: {error.args[0]}", hint=error.args[1])
        return converted(word, self.declared, self.rates, self.rule.separator)


def converted(word: str, declared: FactDeclaration, rates: Mapping[str, Decimal], separator: str = ";") -> Known:
    """The meaning of one text for a fact, as a description would be read; a list is divided at the separator."""
    if declared.type.base == "money" and (amount := _dollars(word, declared)) is not None:
        return Known(amount, word)
    nowhere = Span("")
    problems: list[Problem] = []
    if declared.type.list_of and separator in word:
        members = tuple(Node("scalar", nowhere, part.strip(), "quoted") for part in word.split(separator) if part.strip())
        node = Node("list", nowhere, items=members)
        text = ", ".join(member.text for member in members)
    else:
        node, text = Node("scalar", nowhere, word, "quoted"), word
    value = read_value(node, declared, rates, problems)
    if problems:
        return Known(None, message=problems[0].message, hint=problems[0].hint)
    return Known(value, text, complete=not (declared.marked and isinstance(value, frozenset)))


def _dollars(word: str, declared: FactDeclaration) -> Money | None:
    """`1234.5 USD` read without the detours of other amounts; None where it is not as plain as that."""
    found = _DOLLARS.fullmatch(word)
    if found is None or declared.type.list_of or declared.least is not None or declared.greatest is not None:
        return None
    amount = Decimal(found[1])
    return Money(amount, "USD", amount)


def _plain(word: str, rule: ColumnMap) -> str:
    """Digits with a decimal point, whatever marks the column has. Raises `ValueError(message, hint)` where they do not fit.

    `1,5` under a thousands mark of `,` is refused: taken for 15 it would be ten times too much.
    """
    if rule.decimal == "." and not rule.thousands:
        return word
    found = _DIGITS.search(word)
    if found is None:
        return word
    digits = found[0]
    for space in _SPACES:
        digits = digits.replace(space, " ")
    whole, mark, rest = digits.partition(rule.decimal)
    groups = whole.split(rule.thousands) if rule.thousands else [whole]
    fits = all(part.isdigit() for part in groups) and (not mark or rest.isdigit())
    fits = fits and all(len(part) == 3 for part in groups[1:]) and (len(groups) == 1 or len(groups[0]) <= 3)
    if not fits:
        example = f"1{rule.thousands}000{rule.decimal}50"
        raise ValueError(f'"{shown(word)}" is not a number as this column writes it', f"it would be like {example}")
    plain = "".join(groups) + ("." + rest if mark else "")
    return word[: found.start()] + plain + word[found.end() :]


def _day(word: str, formats: tuple[str, ...]) -> str:
    for form in formats:
        try:
            return datetime.strptime(word, form).date().isoformat()
        except ValueError:
            continue
    example = " or ".join(datetime(2026, 3, 2).strftime(form) for form in formats)
    raise ValueError(f'"{shown(word)}" is not a date as this column writes it', f"it would be like {example}")


def _among(values: Mapping[str, str]) -> str:
    listed = ", ".join(list(values)[:12])
    return f"it has {listed}{', ...' if len(values) > 12 else ''}; add it to `values`, or say `otherwise: not-stated`"


def shown(word: str) -> str:
    return word if len(word) <= 60 else word[:57] + "..."


def _a(base: str) -> str:
    return {"boolean": "true or false", "enum": "a word", "knowledge": "yes or no"}.get(base, f"a {base}")
