"""Small changes of lists, figures and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from exportcheck.mutation.expressions import shown, step
from exportcheck.mutation.mutant import Mutant
from exportcheck.rulepack.model import DatedList, Parameter, Table

DAY = timedelta(days=1)


def mutants_of_list(x: DatedList) -> Iterator[Mutant]:
    """A member or a union dropped, a date moved by a day."""
    for n, member in enumerate(x.members):
        left = replace(x, members=x.members[:n] + x.members[n + 1 :])
        if len(x.members) > 1 or x.union:
            yield Mutant("list", x, "", x.span, f"{shown(member.value)} dropped", lambda left=left: left)  # type: ignore[misc]
        for name, day in (("start", member.start), ("end", member.end)):
            for moved in (day - DAY, day + DAY) if day is not None else ():
                moved_member = replace(member, **{name: moved})  # type: ignore[arg-type]
                changed = replace(x, members=(*x.members[:n], moved_member, *x.members[n + 1 :]))
                words = f"{shown(member.value)}: {'from' if name == 'start' else 'to'} {day} changed to {moved}"
                yield Mutant("date", x, "", x.span, words, lambda changed=changed: changed)  # type: ignore[misc]
    for n, name in enumerate(x.union):
        left = replace(x, union=x.union[:n] + x.union[n + 1 :])
        if len(x.union) > 1 or x.members:
            yield Mutant("list", x, "", x.span, f"all of {name} dropped", lambda left=left: left)  # type: ignore[misc]


def mutants_of_parameter(parameter: Parameter) -> Iterator[Mutant]:
    """A figure moved by the smallest step; a date, but the first, by a day."""
    for n, (day, value) in enumerate(parameter.values):
        others = [(day, v) for v in (value + step(value), value - step(value))]
        if n:
            others += [(day - DAY, value), (day + DAY, value)]
        for moved, figure in others:
            changed = replace(parameter, values=(*parameter.values[:n], (moved, figure), *parameter.values[n + 1 :]))
            kind = "threshold" if moved == day else "date"
            words = f"{value} changed to {figure}" if moved == day else f"{day} changed to {moved}"
            yield Mutant(kind, parameter, "", parameter.span, words, lambda changed=changed: changed)  # type: ignore[arg-type, misc]


def mutants_of_table(table: Table) -> Iterator[Mutant]:
    """A row dropped, or one of its cells that is no key changed."""
    for n, row in enumerate(table.rows):
        name = ", ".join(shown(row[k]) for k in table.keys if k in row) or f"row {n + 1}"
        yield Mutant("table", table, "", table.span, f"row {name} dropped", lambda n=n: _with_rows(table, n, None))  # type: ignore[misc]
        for column, value in row.items():
            other = _other(table, column, value)
            if other is not None and column not in table.keys and column != table.path_column:
                words = f"row {name}: {column} {_cell(value)} changed to {_cell(other)}"
                changed = MappingProxyType({**row, column: other})
                yield Mutant("table", table, "", table.span, words, lambda n=n, r=changed: _with_rows(table, n, r))  # type: ignore[misc]


def _with_rows(table: Table, n: int, row: object) -> Table:
    return replace(table, rows=(*table.rows[:n], *((row,) if row is not None else ()), *table.rows[n + 1 :]))


def _other(table: Table, column: str, value: object) -> object:
    """Another value of the cell's kind; None where there is none to take."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Decimal):
        return value + step(value)
    if isinstance(value, date):
        return value + DAY
    if isinstance(value, frozenset) and value:
        return value - {sorted(value, key=str)[0]}
    if isinstance(value, str) and value:
        return next((v for v in table.columns[column].values if v != value), None)
    return None


def _cell(value: object) -> str:
    return ", ".join(sorted(map(shown, value))) or "nothing" if isinstance(value, frozenset) else shown(value)
