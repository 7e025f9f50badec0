"""Pack files other than provisions and tables: pack.yaml, grounds, lists, parameters."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TypeVar

from exportcheck.condition.types import Type, parse_type
from exportcheck.errors import Problem
from exportcheck.rulepack.cells import convert_cell
from exportcheck.rulepack.fields import Fields, Problems, each_map, read_date, read_number
from exportcheck.rulepack.model import DatedList, Exclusion, Ground, Member, Parameter, Section
from exportcheck.source import Node

_T = TypeVar("_T")
SECTION_STATES = ("modelled", "duty-only", "judgement", "not-modelled", "reserved")


def read_sections(fields: Fields) -> tuple[Section, ...]:
    found: list[Section] = []

    def read(f: Fields) -> None:
        state = f.one_of("state", SECTION_STATES, needed=True)
        section = Section(f.text("section", needed=True), state, f.text("why"), f.text("bears"), f.node.span)
        if state == "not-modelled" and not section.why:
            f.wrong(f.node.span, f"section {section.section} is not modelled, and nothing says why", 'add "why"')
        found.append(section)

    each_map(fields.list_of("sections"), fields.problems, "a section", read)
    return tuple(found)


def read_exclusions(fields: Fields) -> tuple[Exclusion, ...]:
    """`lint`: the findings of the linter that are meant, each with its reason."""
    found: list[Exclusion] = []

    def read(f: Fields) -> None:
        exclusion = Exclusion(f.text("code", needed=True), f.text("why", needed=True), f.text("of"), f.node.span)
        if exclusion.code and not re.fullmatch(r"EC\d{3}", exclusion.code):
            f.wrong(f.span("code"), f'"{exclusion.code}" is no code of the linter', "like EC101; docs/lint/ lists them")
        found.append(exclusion)

    for node in fields.list_of("lint"):
        if node.kind != "map":
            fields.wrong(node.span, "what is excluded is a map", "lint: [{code: EC104, why: ...}]")
    each_map(fields.list_of("lint"), fields.problems, "an exclusion", read)
    return tuple(found)


def read_grounds(node: Node, pack: str, problems: Problems, into: dict[str, Ground]) -> None:
    def read(f: Fields) -> None:
        ground = Ground(
            f.text("id", needed=True),
            pack,
            f.text("family", needed=True),
            f.texts("also"),
            f.text("cite", needed=True),
            f.text("says"),
            f.node.span,
        )
        f.text("note")
        _put(into, ground.id, ground, f, "ground")

    file = Fields(node, problems, "a grounds file")
    each_map(file.list_of("grounds"), problems, "a ground", read)
    file.done()


def read_lists(node: Node, pack: str, problems: Problems, into: dict[str, DatedList]) -> None:
    def read(f: Fields) -> None:
        type_ = _type(f, "type", "place")
        members = [m for n in f.list_of("members") if (m := read_member(n, type_, problems)) is not None]
        f.text("note")
        f.text("source")
        f.date("current_to")
        found = DatedList(
            f.text("id", needed=True),
            pack,
            type_.one(),
            f.text("cite", needed=True),
            tuple(members),
            f.texts("union"),
            f.node.span,
        )
        if not members and not found.union and not f.has("members"):
            f.wrong(f.node.span, f"list {found.id} has neither members nor a union", "members: [], if it is empty on purpose")
        for n, member in enumerate(members):
            if any(member.value == m.value and _meet(member, m) for m in members[:n]):
                f.wrong(f.span("members"), f"{member.value} is a member twice on the same days", "keep one of the two")
        _put(into, found.id, found, f, "list")

    file = Fields(node, problems, "a lists file")
    each_map(file.list_of("lists"), problems, "a list", read)
    file.done()


def read_member(node: Node, type_: Type, problems: Problems) -> Member | None:
    """A member of a dated list: the value alone, or {value, from, to, source}. None, with a problem, where it cannot be read."""
    start = end = None
    source = ""
    value = node
    if node.kind == "map":
        fields = Fields(node, problems, "a member")
        inner = fields.node_of("value", needed=True)
        start, end, source = fields.date("from"), fields.date("to"), fields.text("source")
        fields.text("note")
        fields.done()
        if start is not None and end is not None and end < start:
            fields.wrong(node.span, "the member leaves before it comes in", "`to` is the last day, `from` the first")
        if inner is None:
            return None
        value = inner
    if value.kind != "scalar" or value.null:
        problems.append(
            Problem(value.span, "a member is a value, or {value, from, to, source}", "GB, or {value: FI, from: 2023-04-04}")
        )
        return None
    converted = convert_cell(value.text, type_, value.span, problems)
    return None if converted is None else Member(converted, start, end, source)


def _meet(a: Member, b: Member) -> bool:
    return (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max)


def read_parameters(node: Node, pack: str, problems: Problems, into: dict[str, Parameter]) -> None:
    def read(f: Fields) -> None:
        unit = f.text("unit", "number")
        base = {"percent": Type("percent"), "USD": Type("money"), "number": Type("number")}.get(unit) or Type("number", unit=unit)
        values: list[tuple[date, Decimal]] = []
        series = f.node_of("values", needed=True)
        if series is not None and series.kind == "map":
            for key, cell in series.entries:
                day, number = read_date(key, problems), read_number(cell, problems)
                if day is not None and number is not None:
                    values.append((day, number))
        elif series is not None:
            f.wrong(series.span, '"values" is a map of dates to figures', "values: {1996-04-24: 25}")
        if series is not None and not series.entries and series.kind == "map":
            f.wrong(series.span, "the parameter has no figure", "values: {1996-04-24: 25}")
        f.text("note")
        f.text("source")
        found = Parameter(
            f.text("id", needed=True), pack, unit, base, f.text("cite", needed=True), tuple(sorted(values)), f.node.span
        )
        _put(into, found.id, found, f, "parameter")

    file = Fields(node, problems, "a parameters file")
    each_map(file.list_of("parameters"), problems, "a parameter", read)
    file.done()


def _type(fields: Fields, key: str, default: str) -> Type:
    text = fields.text(key, default)
    type_ = parse_type(text)
    if type_ is None:
        fields.wrong(
            fields.span(key),
            f'"{text}" is no type',
            "boolean, number, money, percent, date, place, text, classification eccn, set of ...",
        )
        return Type("text")
    return type_


def _put(into: dict[str, _T], id: str, found: _T, fields: Fields, what: str) -> None:
    if id in into:
        fields.wrong(fields.span("id"), f"two {what}s are called {id}", "give one of them another id")
    elif id:
        into[id] = found
