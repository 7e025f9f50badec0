"""The values that the two sides of a change do not share: where a difference is looked for first."""

from __future__ import annotations

from exportcheck.compare.constants import Constants
from exportcheck.compare.model import Change
from exportcheck.compare.sides import Side


def focus_of(change: Change, old: Side, new: Side) -> frozenset[object]:
    """The values of the law that the two sides do not share: where a difference is looked for first."""
    values: list[set[object]] = []
    for side, day in ((old, change.old_day), (new, change.new_day)):
        rules = side.engine.rules(day)
        constants = Constants(rules)
        mine: set[object] = set()
        if change.subject == "provision":
            provision = rules.provisions.get(change.id) or rules.provisions.get(change.old_id)
            if provision is not None:
                constants.provision(provision)
        elif change.subject == "definition" and change.id in side.packs.definitions:
            constants.definition(side.packs.definitions[change.id])
        elif change.subject == "list" and change.id in side.packs.lists:
            mine |= set(rules.members(change.id))
        elif change.subject == "figure" and change.id in side.packs.parameters:
            mine.add(rules.parameter(change.id))
        elif change.subject == "table" and change.id in side.packs.tables:
            slice_ = rules.table(change.id)
            mine |= {tuple(sorted((c, str(v)) for c, v in row.items())) for row in slice_.rows}
        for found in constants.sites.values():
            mine |= set(found)
        values.append(mine)
    differing = values[0] ^ values[1]
    if change.subject == "table":
        return _table_focus(change, old, new, differing)
    return frozenset(v for v in differing if v is not None)


def _table_focus(change: Change, old: Side, new: Side, differing: set[object]) -> frozenset[object]:
    """The cells of the rows that are not on both sides."""
    cells: set[object] = set()
    for side, day in ((old, change.old_day), (new, change.new_day)):
        if change.id not in side.packs.tables:
            continue
        slice_ = side.engine.rules(day).table(change.id)
        columns = {*slice_.table.keys, slice_.table.path_column}
        for row in slice_.rows:
            if tuple(sorted((c, str(v)) for c, v in row.items())) in differing:
                for column in columns:
                    value = row.get(column)
                    if value is not None:
                        cells |= set(value) if isinstance(value, frozenset) else {value}
    return frozenset(cells)
