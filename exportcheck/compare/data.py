"""What of the terms, lists, figures, tables, grounds, facts and pack heads is not the same on two sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from exportcheck.compare.model import Change, Detail, Kind, Subject
from exportcheck.compare.normal import Normal
from exportcheck.compare.provisions import Law
from exportcheck.errors import NOWHERE, Span
from exportcheck.rulepack.codec import law
from exportcheck.rulepack.model import DatedList, Definition, Ground, Pack, Parameter, Table
from exportcheck.values import Classification, Money
from exportcheck.vocabulary.model import FactDeclaration

MOST = 60
"""Rows and members that are told one by one; the rest are counted."""


def data_changes(old: Law, new: Law) -> Iterator[Change]:
    """Changes outside the provisions, by kind and in the order of the new side."""
    a, b = old.rules.packs, new.rules.packs
    if a is not b:
        for id_ in _ids(a.definitions, b.definitions, new.same):
            yield from _definition(a.definitions.get(id_), b.definitions.get(id_), old, new)
    for id_ in _ids(a.lists, b.lists, new.same):
        yield from _list(a.lists.get(id_), b.lists.get(id_), old, new)
    for id_ in _ids(a.parameters, b.parameters, new.same):
        yield from _figure(a.parameters.get(id_), b.parameters.get(id_), old, new)
    for id_ in _ids(a.tables, b.tables, new.same):
        yield from _table(a.tables.get(id_), b.tables.get(id_), old, new)
    if a is b:
        return
    for id_ in _ids(a.grounds, b.grounds, new.same):
        yield from _ground(a.grounds.get(id_), b.grounds.get(id_), old, new)
    facts = [{(f.of, f.name): f for f in p.facts} for p in (a, b)]
    for key in dict.fromkeys((*facts[1], *facts[0])):
        yield from _fact(facts[0].get(key), facts[1].get(key), old, new)
    for id_ in _ids(a.packs, b.packs):
        yield from _pack(a.packs.get(id_), b.packs.get(id_), old, new)


def _ids(old: Mapping[str, Any], new: Mapping[str, Any], same: frozenset[str] = frozenset()) -> list[str]:
    """The ids of both, those of the new side first, without what is of a pack that says the same on both."""
    found = dict.fromkeys((*new, *old))
    return [i for i in found if not (same and i in old and i in new and old[i].pack == new[i].pack and new[i].pack in same)]


def _change(
    subject: Subject, one: Definition | DatedList | Parameter | Table | Ground, details: list[Detail], old: Law, new: Law,
    title: str, *, equal: bool = False,
) -> Change:  # fmt: skip
    kinds = {d.kind for d in details if not d.part}
    kind: Kind = next(iter(kinds)) if len(kinds) == 1 and kinds <= {"added", "removed"} else "changed"
    if all(d.kind == "wording" for d in details):
        kind = "wording"
    return Change(subject, one.id, one.pack, kind, one.cite, title, tuple(details), old.rules.day, new.rules.day, equal=equal)


def _definition(was: Definition | None, now: Definition | None, old: Law, new: Law) -> Iterator[Change]:
    if was is now or (was is not None and now is not None and law(was) == law(now)):
        return
    one = now or was
    assert one is not None
    equal = was is not None and now is not None and definition_form(old.normal, was) == definition_form(new.normal, now)
    texts = ["" if d is None else " ".join(d.condition.text.split()) for d in (was, now)]
    kind: Kind = "added" if was is None else "removed" if now is None else "changed"
    if was is not None and now is not None and texts[0] == texts[1] and equal:
        kind = "wording"
        texts = [was.says, now.says]
    detail = Detail("", kind, one.cite, one.says, texts[0], texts[1], _at(old, was), _at(new, now), equal)
    yield _change("definition", one, [detail], old, new, one.says, equal=equal)


def definition_form(normal: Normal, definition: Definition) -> object:
    names = {definition.var: ("self",)} if definition.of else {}
    stated = (definition.of, definition.stated_as)
    return stated, normal.expr(definition.condition.expr, names)


def _list(was: DatedList | None, now: DatedList | None, old: Law, new: Law) -> Iterator[Change]:
    if was is now and old.rules.day == new.rules.day:
        return
    one = now or was
    assert one is not None
    members = [_members(was, old), _members(now, new)]
    details = []
    if was is None or now is None:
        details.append(Detail("", "added" if was is None else "removed", one.cite, "list", "", "", _at(old, was), _at(new, now)))
    gone, come = sorted(members[0] - members[1]), sorted(members[1] - members[0])
    for kind, names in (("added", come), ("removed", gone)):
        for name in names[:MOST]:
            word: Kind = "added" if kind == "added" else "removed"
            details.append(
                Detail(
                    name,
                    word,
                    one.cite,
                    f"{name} is {'now' if kind == 'added' else 'no longer'} on the list",
                    "" if kind == "added" else name,
                    name if kind == "added" else "",
                    _at(old, was),
                    _at(new, now),
                )
            )
        if len(names) > MOST:
            details.append(Detail("…", "changed", one.cite, f"and {len(names) - MOST:,} more {kind}"))
    if was is not None and now is not None and set(was.union) != set(now.union):
        texts = [", ".join(sorted(x.union)) for x in (was, now)]
        equal = old.rules.members(one.id) == new.rules.members(one.id)
        at = (_at(old, was), _at(new, now))
        details.append(Detail("union", "changed", one.cite, "it takes in the lists", texts[0], texts[1], *at, equal))
    if details:
        equal = was is not None and now is not None and old.rules.members(one.id) == new.rules.members(one.id)
        yield _change("list", one, details, old, new, "members", equal=equal)


def _members(of: DatedList | None, side: Law) -> set[str]:
    day = side.rules.day
    return {
        shown(m.value)
        for m in (of.members if of is not None else ())
        if (m.start is None or m.start <= day) and (m.end is None or day <= m.end)
    }


def _figure(was: Parameter | None, now: Parameter | None, old: Law, new: Law) -> Iterator[Change]:
    if was is now and old.rules.day == new.rules.day:
        return
    one = now or was
    assert one is not None
    values = [None if p is None else side.rules.parameter(p.id) for p, side in ((was, old), (now, new))]
    if (was is None or now is None) and values == [None, None]:
        return  # it has no value on this day
    units = {p.unit for p in (was, now) if p is not None}
    if values[0] == values[1] and len(units) == 1 and was is not None and now is not None:
        return
    texts = ["" if v is None else f"{v.normalize():,f} {one.unit}".strip() for v in values]
    kind: Kind = "added" if was is None else "removed" if now is None else "changed"
    detail = Detail("", kind, one.cite, f"the figure {one.id}", texts[0], texts[1], _at(old, was), _at(new, now))
    yield _change("figure", one, [detail], old, new, "value")


def _table(was: Table | None, now: Table | None, old: Law, new: Law) -> Iterator[Change]:
    if was is now and (old.rules.day == new.rules.day or was is None or not {"from", "to"} & set(was.columns)):
        return
    one = now or was
    assert one is not None
    if was is not None and now is not None and was is not now and old.rules.day == new.rules.day and law(was) == law(now):
        return
    details = []
    if was is None or now is None:
        details.append(Detail("", "added" if was is None else "removed", one.cite, "table", "", "", _at(old, was), _at(new, now)))
    else:
        details += _rows(was, now, old, new)
        for name in ("keys", "path_column", "except_column", "known", "paths_of", "complete_column"):
            if getattr(was, name) != getattr(now, name):
                texts = [str(getattr(t, name)) for t in (was, now)]
                details.append(Detail(name, "changed", one.cite, f"its {name}", texts[0], texts[1], _at(old, was), _at(new, now)))
    if details:
        yield _change("table", one, details, old, new, "rows")


def _rows(was: Table, now: Table, old: Law, new: Law) -> list[Detail]:
    rows = [_keyed(was, old), _keyed(now, new)]
    details: list[Detail] = []
    left = 0
    for key in dict.fromkeys((*rows[1], *rows[0])):
        before, after = (r.get(key, set()) for r in rows)
        if before == after:
            continue
        if len(details) >= MOST:
            left += 1
            continue
        kind: Kind = "added" if not before else "removed" if not after else "changed"
        texts = ["; ".join(sorted(r)) for r in (before - after, after - before)]
        details.append(Detail(key, kind, now.cite, f"row {key}", texts[0], texts[1], _at(old, was), _at(new, now)))
    if left:
        details.append(Detail("…", "changed", now.cite, f"and {left:,} more rows"))
    return details


def _keyed(table: Table, side: Law) -> dict[str, set[str]]:
    """The rows of the day by their key columns; what has the same key is told together."""
    columns = table.keys or tuple(c for c in (table.path_column,) if c)
    skip = {*columns, "from", "to", "source"}
    found: dict[str, set[str]] = {}
    for row in side.rules.table(table.id).rows:
        key = " ".join(shown(row[c]) for c in columns)
        said = ", ".join(f"{c} {shown(row[c])}" for c in table.columns if c not in skip and row[c] not in (None, ""))
        found.setdefault(key, set()).add(said or "(row)")
    return found


def _ground(was: Ground | None, now: Ground | None, old: Law, new: Law) -> Iterator[Change]:
    if was is now or (was is not None and now is not None and law(was) == law(now)):
        return
    one = now or was
    assert one is not None
    kind: Kind = "added" if was is None else "removed" if now is None else "changed"
    same = was is not None and now is not None and (was.family, set(was.also)) == (now.family, set(now.also))
    texts = ["" if g is None else ", ".join(sorted((g.family, *g.also))) for g in (was, now)]
    if same and was is not None and now is not None:
        kind, texts = "wording", [was.says, now.says]
    detail = Detail("", kind, one.cite, one.says, texts[0], texts[1], equal=same)
    yield _change("ground", one, [detail], old, new, one.says, equal=same)


def _fact(was: FactDeclaration | None, now: FactDeclaration | None, old: Law, new: Law) -> Iterator[Change]:
    if was is now or was == now or (was is not None and now is not None and law(was) == law(now)):
        return
    one = now or was
    assert one is not None
    kind: Kind = "added" if was is None else "removed" if now is None else "changed"
    texts = ["" if f is None else _declared(f) for f in (was, now)]
    same = bool(texts[0]) and texts[0] == texts[1]
    if same and was is not None and now is not None:
        kind, texts = "wording", [was.question, now.question]
    detail = Detail("", kind, one.cite, one.question, texts[0], texts[1], equal=same)
    yield Change(
        "fact",
        f"{one.of}.{one.name}",
        one.pack,
        kind,
        one.cite,
        one.question,
        (detail,),
        old.rules.day,
        new.rules.day,
        equal=same,
    )


def _declared(fact: FactDeclaration) -> str:
    words = [str(fact.type)]
    words += [w for w, so in (("marked", fact.marked), ("may be none", fact.absent), ("curable", fact.curable)) if so]
    words += [f"at least {fact.least:f}"] if fact.least is not None else []
    words += [f"at most {fact.greatest:f}"] if fact.greatest is not None else []
    return ", ".join(words)


def _pack(was: Pack | None, now: Pack | None, old: Law, new: Law) -> Iterator[Change]:
    one = now or was
    assert one is not None
    details = []
    if was is None or now is None:
        kind: Kind = "added" if was is None else "removed"
        details.append(Detail("", kind, one.authority, one.title))
    else:
        binds = [(side.normal.expr(p.binds.expr, {}) if p.binds is not None else None) for p, side in ((was, old), (now, new))]
        texts = ["" if p.binds is None else " ".join(p.binds.text.split()) for p in (was, now)]
        if binds[0] != binds[1]:
            details.append(Detail("binds", "changed", one.authority, "it binds when", texts[0], texts[1]))
        for name, says, silent in (
            ("force", "its force is", False),
            ("current_to", "changes of the law were looked for up to", False),
            ("stale_after_days", "days after which it is stale", False),
            ("known_from", "it is modelled from", False),
            ("license_kinds", "its kinds of license are", False),
            ("title", "it is called", True),
            ("authority", "its authority is", True),
        ):
            before, after = getattr(was, name), getattr(now, name)
            if before != after:
                details.append(Detail(name, "changed", one.authority, says, str(before), str(after), silent=silent))
    if details:
        kind = details[0].kind if not details[0].part else "changed"
        yield Change("pack", one.id, one.id, kind, one.authority, one.title, tuple(details), old.rules.day, new.rules.day)


def _at(law_: Law, of: Definition | DatedList | Parameter | Table | None) -> str:
    span: Span = NOWHERE if of is None else of.span
    return "" if of is None or span is NOWHERE else law_.side.place(span)


def shown(value: object) -> str:
    """A value of the law as a person writes it."""
    if isinstance(value, frozenset | tuple | list):
        return ", ".join(sorted(shown(v) for v in value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Classification | Money):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
