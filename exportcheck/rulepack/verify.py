"""What can only be seen of all packs together: overlapping texts, cycles, references to clauses, trees left empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from exportcheck.condition import ast as A
from exportcheck.errors import Problem, Span, did_you_mean
from exportcheck.rulepack.collisions import collisions, limits_exemption
from exportcheck.rulepack.model import Clause, Definition, Packs, Period, Provision, Table
from exportcheck.rulepack.visit import expressions

Asking = Sequence[tuple[Provision | Definition, Sequence[A.Holds | A.Define | A.Required]]]
"""What each provision and definition asks of others in its expressions."""


def verify(packs: Packs) -> list[Problem]:
    """Every mistake that shows only between the parts."""
    everything: tuple[Provision | Definition, ...] = (*packs.provisions, *packs.definitions.values())
    asking = [(of, [n for n in expressions(of) if isinstance(n, A.Holds | A.Define | A.Required)]) for of in everything]
    return [
        *_overlaps(packs),
        *_clause_references(packs, asking),
        *_cycles(packs, asking),
        *_unions(packs),
        *_tables(packs),
        *_rows(packs),
        *_requires(packs),
        *_emptied(packs),
        *collisions(packs),
    ]


def _overlaps(packs: Packs) -> Iterable[Problem]:
    by_id: dict[str, list[Provision]] = {}
    for provision in packs.provisions:
        by_id.setdefault(provision.id, []).append(provision)
    for id_, texts in by_id.items():
        for n, first in enumerate(texts):
            for second in texts[n + 1 :]:
                where = f"the other one stands at {first.span.file}:{first.span.line}"
                if any(_meet(a, b) for a in first.periods for b in second.periods):
                    yield Problem(second.span, f"two texts of {id_} are in force on the same days", where)
                if first.kind != second.kind or first.for_each != second.for_each:
                    message = f"the texts of {id_} differ in kind or in what they are said of"
                    yield Problem(second.span, message, f"give one another id; {where}")


def _meet(a: Period, b: Period) -> bool:
    return (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max)


def _clause_references(packs: Packs, asking: Asking) -> Iterable[Problem]:
    addresses: dict[str, set[str]] = {}
    for provision in packs.provisions:
        addresses.setdefault(provision.id, set()).update(c.address for c in provision.clauses())

    def check(target: str, span: Span) -> Iterable[Problem]:
        name, _, clause = target.partition("#")
        known = addresses.get(name, set())
        if clause and clause not in known:
            has = "it has: " + ", ".join(sorted(a for a in known if a)) if known else ""
            yield Problem(span, f'{name} has no paragraph "{clause}"', did_you_mean(clause, known) or has)

    for of, nodes in asking:
        for node in nodes:
            if isinstance(node, A.Holds):
                yield from check(f"{node.provision}#{node.clause}", of.span)
    for provision in packs.provisions:
        for part in provision.clauses():
            yield from check(part.target, part.span)
        targets = [*provision.overrides, *provision.together_with]
        if provision.limits is not None:
            targets += [*provision.limits.only, *(f"{s.target}#{s.clause}" for s in provision.limits.spares)]
        for target in targets:
            yield from check(target, provision.span)


def _cycles(packs: Packs, asking: Asking) -> Iterable[Problem]:
    """Cycles over definitions and over provisions. An article may ask of its components: that goes one level down and ends."""
    graph: dict[str, set[str]] = {}
    spans: dict[str, Span] = {}
    raising: dict[str, set[str]] = {}
    limiting = [p for p in packs.provisions if p.limits is not None]
    for provision in packs.provisions:
        for ground in provision.grounds:
            raising.setdefault(ground, set()).add(provision.id)
    for of, nodes in asking:
        spans.setdefault(of.id, of.span)
        reads = graph.setdefault(of.id, set())
        reads |= _reads(of, nodes, raising)
        if isinstance(of, Provision):
            reads |= _reads_more(of, packs.tables)
            if of.kind == "exemption":
                reads |= {x.id for x in limiting if limits_exemption(x, of)}
    for cycle in _all_cycles(graph):
        yield Problem(spans[cycle[0]], "these depend on each other: " + " -> ".join(cycle), "nothing may depend on itself")


def _reads_more(of: Provision, tables: Mapping[str, Table]) -> set[str]:
    """What clauses name outside of expressions: other provisions, and the definitions in the cells of their rows."""
    found: set[str] = set()
    for clause in of.clauses():
        if clause.target and not _goes_down(clause.entity, of):
            found.add(clause.target.partition("#")[0])
        table = tables.get(clause.rows.table) if clause.rows is not None else None
        if table is not None:
            columns = [c for c, what in table.names.items() if what == "definition"]
            found |= {str(row[c]) for c in columns for row in table.rows} - {"", "always", "unread"}
    return found


def _goes_down(entity: A.Expr | None, of: Provision | Definition) -> bool:
    """Is the entity a component, reached from an item? Then the question goes down one level."""
    if not isinstance(entity, A.EntityVar) or entity.type.kind != "component":
        return False
    own = of.of if isinstance(of, Definition) else of.for_each
    return own in ("item", "article", "transaction", "") and entity.var != of.var


def _reads(
    of: Provision | Definition, nodes: Sequence[A.Holds | A.Define | A.Required], raising: Mapping[str, set[str]]
) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if _goes_down(node.entity, of):
            continue
        if isinstance(node, A.Holds):
            found.add(node.provision)
        elif isinstance(node, A.Define):
            found.add(node.id)
        else:
            grounds = node.grounds if not node.ground_var or isinstance(of, Definition) else of.grounds
            found = found.union(*(raising.get(ground, set()) for ground in grounds))
    return found


def _all_cycles(graph: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """A cycle for each part of the graph that has one."""
    done: set[str] = set()
    for start in sorted(graph):
        cycle = _find(graph, start, done) if start not in done else None
        if cycle:
            done |= set(cycle)
            yield cycle


def _find(graph: Mapping[str, set[str]], start: str, done: set[str]) -> list[str] | None:
    path: list[str] = []
    on_path: set[str] = set()
    stack: list[tuple[str, list[str]]] = [(start, sorted(graph.get(start, ())))]
    while stack:
        node, rest = stack[-1]
        if node not in on_path:
            path.append(node)
            on_path.add(node)
        if rest:
            following = rest.pop(0)
            if following in on_path:
                return [*path[path.index(following) :], following]
            if following not in done:
                stack.append((following, sorted(graph.get(following, ()))))
            continue
        stack.pop()
        path.pop()
        on_path.discard(node)
        done.add(node)
    return None


def _unions(packs: Packs) -> Iterable[Problem]:
    for x in packs.lists.values():
        for name in x.union:
            other = packs.lists.get(name)
            if other is None:
                yield Problem(x.span, f'no list "{name}"', did_you_mean(name, packs.lists))
            elif (other.type.base, other.type.scheme) != (x.type.base, x.type.scheme):
                yield Problem(x.span, f"{x.id} is a list of {x.type}, and {name} one of {other.type}", "a union is of one type")
    for cycle in _all_cycles({x.id: set(x.union) for x in packs.lists.values()}):
        yield Problem(packs.lists[cycle[0]].span, "these lists hold each other: " + " -> ".join(cycle), "leave one union out")


def _tables(packs: Packs) -> Iterable[Problem]:
    for table in packs.tables.values():
        if table.known and table.known not in packs.tables:
            yield Problem(table.span, f'no table "{table.known}"', did_you_mean(table.known, packs.tables))
        for column, what in table.names.items():
            known = {*packs.definitions, "always", "unread", ""} if what == "definition" else {*packs.lists, ""}
            for name in sorted({str(row[column]) for row in table.rows} - known):
                message = f'column {column} names the {what} "{name}", and there is none'
                yield Problem(table.span, message, did_you_mean(name, known))
        if table.keys and not table.path_column:
            yield from _double_keys(table)


def _double_keys(table: Table) -> Iterable[Problem]:
    """Two rows of one key on the same days: which of them counts would depend on their order."""
    seen: dict[tuple[object, ...], list[Period]] = {}
    for row in table.rows:
        if any(k not in row for k in table.keys):
            return
        key = tuple(row[k] for k in table.keys)
        start, end = row.get("from"), row.get("to")
        period = Period(start if isinstance(start, date) else None, end if isinstance(end, date) else None)
        others = seen.setdefault(key, [])
        if any(_meet(period, other) for other in others):
            shown = ", ".join(str(k) for k in key)
            yield Problem(table.span, f"table {table.id} has two rows for {shown} on the same days", "keep one, or date them")
        others.append(period)


def _rows(packs: Packs) -> Iterable[Problem]:
    for provision in packs.provisions:
        for clause in provision.clauses():
            table = packs.tables.get(clause.rows.table) if clause.rows is not None else None
            if table is not None and not table.path_column:
                hint = "path: {column: ...} in its .table.yaml"
                yield Problem(clause.span, f"the rows of {table.id} cannot be looked through by path", hint)


def _requires(packs: Packs) -> Iterable[Problem]:
    for pack in packs.packs.values():
        for name in pack.requires:
            if name not in packs.packs:
                yield Problem(pack.span, f'the pack "{name}" is required and not loaded', did_you_mean(name, packs.packs))
        if pack.force == "binding" and pack.binds is None:
            yield Problem(pack.span, "a binding pack says when it binds", 'binds_when: "true"')


def _emptied(packs: Packs) -> Iterable[Problem]:
    """A tree from which every clause falls on some day would be true of everything."""
    for provision in packs.provisions:
        if provision.body is None or not provision.body.dated:
            continue
        periods = [*provision.periods, *(p for c in provision.clauses() for p in c.periods)]
        days = {p.start or date.min for p in periods}
        days |= {p.end + timedelta(days=1) for c in provision.clauses() for p in c.periods if p.end and p.end < date.max}
        for day in sorted(days):
            standing = any(p.covers(day) and p.status != "stayed" for p in provision.periods)
            empty = _first_empty(provision.body, day) if standing else None
            if empty is not None:
                when = f"on {day}" if day != date.min else "before the first date"
                message = f"{when} nothing is left of {empty.address or provision.id}"
                yield Problem(provision.span, message, "give it a clause for that day, or end it")
                break


def _first_empty(clause: Clause, day: date) -> Clause | None:
    if not clause.children:
        return None
    left = [c for c in clause.children if any(p.covers(day) and p.status != "stayed" for p in c.periods)]
    if not left:
        return clause
    return next((e for c in left if (e := _first_empty(c, day)) is not None), None)
