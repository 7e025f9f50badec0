"""Reading the maps of pack files: known keys only, every mistake kept with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise

from exportcheck.condition.parse import ConditionError
from exportcheck.errors import Problem, Span, did_you_mean
from exportcheck.rulepack.model import ALWAYS, Period
from exportcheck.source import Node

Problems = list[Problem]

YEARS = range(1900, 3000)
"""Far from the ends of the calendar, so that the day before and the day after always exist."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,12})?", re.ASCII)


class Fields:
    """The entries of one map. Keys asked for are ticked off; `done` reports those that nobody knows."""

    def __init__(self, node: Node, problems: Problems, what: str) -> None:
        self.node = node
        self.problems = problems
        self.what = what
        self._entries: dict[str, tuple[Node, Node]] = {}
        self._asked: set[str] = set()
        if node.kind != "map":
            self.wrong(node.span, f"{what} is a map of keys and values", "")
        else:
            self._entries = {k.text: (k, v) for k, v in node.entries}

    def wrong(self, span: Span, message: str, hint: str = "") -> None:
        self.problems.append(Problem(span, message, hint))

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._entries

    def node_of(self, key: str, *, needed: bool = False) -> Node | None:
        self._asked.add(key)
        found = self._entries.get(key)
        if found is None:
            if needed:
                self.wrong(self.node.span, f'{self.what} needs "{key}"', "")
            return None
        if found[1].null:
            self.wrong(found[1].span, f'"{key}" has no value', "leave the key out, or give it a value")
            return None
        return found[1]

    def text(self, key: str, default: str = "", *, needed: bool = False) -> str:
        node = self.node_of(key, needed=needed)
        if node is None:
            return default
        if node.kind != "scalar":
            self.wrong(node.span, f'"{key}" is a text', "")
            return default
        if needed and not node.text.strip():
            self.wrong(node.span, f'"{key}" is empty', "give it a value")
        return node.text

    def one_of(self, key: str, allowed: Iterable[str], default: str = "", *, needed: bool = False) -> str:
        text = self.text(key, default, needed=needed)
        known = list(allowed)
        if text and text not in known:
            node = self._entries[key][1]
            self.wrong(node.span, f'"{key}" cannot be "{text}"', did_you_mean(text, known) or "one of: " + ", ".join(known))
            return default
        return text

    def flag(self, key: str) -> bool:
        return self.one_of(key, ("true", "false"), "false") == "true"

    def whole(self, key: str, default: int) -> int:
        text = self.text(key, str(default))
        if not re.fullmatch(r"\d{1,6}", text):
            self.wrong(self._entries[key][1].span, f'"{key}" is a whole number', "")
            return default
        return int(text)

    def list_of(self, key: str) -> tuple[Node, ...]:
        node = self.node_of(key)
        if node is None:
            return ()
        if node.kind == "list":
            return node.items
        if node.kind == "scalar":
            return (node,)
        self.wrong(node.span, f'"{key}" is a list', "")
        return ()

    def list_or_map(self, key: str, *, needed: bool = False) -> tuple[Node, ...]:
        """The members of a list, or one member that stands alone."""
        node = self.node_of(key, needed=needed)
        if node is None:
            return ()
        return node.items if node.kind == "list" else (node,)

    def texts(self, key: str) -> tuple[str, ...]:
        found = []
        for item in self.list_of(key):
            if item.kind != "scalar" or item.null:
                self.wrong(item.span, f'"{key}" is a list of texts', "")
            else:
                found.append(item.text)
        return tuple(found)

    def mapping(self, key: str) -> dict[str, str]:
        node = self.node_of(key)
        if node is None:
            return {}
        if node.kind != "map":
            self.wrong(node.span, f'"{key}" is a map', "")
            return {}
        for name, value in node.entries:
            if value.kind != "scalar" or value.null:
                self.wrong(value.span, f'"{name.text}" is a text', "")
        return {k.text: v.text for k, v in node.entries if v.kind == "scalar"}

    def date(self, key: str, *, needed: bool = False) -> date | None:
        node = self.node_of(key, needed=needed)
        return None if node is None else read_date(node, self.problems)

    def span(self, key: str) -> Span:
        found = self._entries.get(key)
        return found[1].span if found else self.node.span

    def periods(self) -> tuple[Period, ...]:
        """`in_force`, in order of time; overlapping periods are a mistake."""
        nodes = self.list_of("in_force")
        if not nodes:
            return ALWAYS
        periods = []
        for node in nodes:
            fields = Fields(node, self.problems, "a period")
            start, end = fields.date("from"), fields.date("to")
            status = fields.one_of("status", ("in-force", "stayed", "uncertain"), "in-force")
            source = fields.text("source") or fields.text("note") or fields.text("says")
            fields.text("note")
            fields.text("says")
            fields.done()
            if start is not None and end is not None and end < start:
                self.wrong(node.span, "the period ends before it starts", "`to` is the last day, `from` the first")
            periods.append(Period(start, end, status, source))
        periods.sort(key=lambda p: p.start or date.min)
        for before, after in pairwise(periods):
            if before.end is None or (after.start or date.min) <= before.end:
                self.wrong(self.span("in_force"), "two of these periods overlap", "each day belongs to one period at most")
        return tuple(periods)

    def done(self) -> None:
        for name, (key, _) in self._entries.items():
            if name not in self._asked:
                self.wrong(key.span, f'{self.what} has no key "{name}"', did_you_mean(name, self._asked))


def read_date(node: Node, problems: Problems) -> date | None:
    try:
        return parse_day(node.text)
    except ValueError as error:
        problems.append(Problem(node.span, *error.args))
        return None


def parse_day(text: str) -> date:
    """A day of the years in which law changes. Raises `ValueError` with what is wrong and what would be right."""
    if not _DAY.fullmatch(text):
        raise ValueError(f'"{text}" is no date', "write it as 2026-01-31")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is no day of the calendar", "check month and day") from None
    if day.year not in YEARS:
        raise ValueError(f"{text} is too far away", f"a year from {YEARS[0]} to {YEARS[-1]}; leave out a date that is open")
    return day


def read_number(node: Node, problems: Problems) -> Decimal | None:
    if node.kind == "scalar" and NUMBER.fullmatch(node.text):
        return Decimal(node.text)
    problems.append(Problem(node.span, f'"{node.text}" is no number', "write it as 25 or 0.5"))
    return None


def condition_problem(node: Node, error: ConditionError) -> Problem:
    """The place of a mistake within a condition: exact where the scalar stands on one line, else where it starts."""
    span = node.span
    start, end = error.at
    line = span.text
    where = line.find(node.text, max(0, span.column - 1)) if line else -1
    if where >= 0:
        span = Span(span.file, span.line, where + 1 + start, max(1, end - start), line)
        return Problem(span, error.message, error.hint)
    near = node.text[max(0, start - 20) : end + 20].replace("\n", " ")
    return Problem(span, f"{error.message} (near: {near.strip()})", error.hint)


def each_map(nodes: Iterable[Node], problems: Problems, what: str, read: Callable[[Fields], None]) -> None:
    """Read every map of a list with `read`, and report keys that it did not ask for."""
    for node in nodes:
        fields = Fields(node, problems, what)
        if node.kind == "map":
            read(fields)
            fields.done()
