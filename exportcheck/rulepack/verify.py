"""What can only be seen of all packs together: overlapping texts, cycles, references to clauses, collisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from exportcheck.condition import ast as A
from exportcheck.errors import Problem, Span, did_you_mean
from exportcheck.rulepack.model import Clause, Definition, Packs, Period, Provision
from exportcheck.rulepack.visit import expressions


def verify(packs: Packs) -> list[Problem]:
    """Every mistake that shows only between the parts."""
    return [
        *_overlaps(packs),
        *_clause_references(packs),
        *_cycles(packs),
        *_unions(packs),
        *_tables(packs),
        *_requires(packs),
        *_emptied(packs),
        *_unresolved_collisions(packs),
    ]


def _overlaps(packs: Packs) -> Iterable[Problem]:
    by_id: dict[str, list[Provision]] = {}
    for provision in packs.provisions:
        by_id.setdefault(provision.id, []).append(provision)
    for id_, texts in by_id.items():
        for n, first in enumerate(texts):
            for second in texts[n + 1 :]:
                if any(_meet(a, b) for a in first.periods for b in second.periods):
                    where = f"{first.span.file}:{first.span.line}"
                    yield Problem(second.span, f"two texts of {id_} are in force on the same days", f"the other one stands at {where}")
                if first.kind != second.kind or first.for_each != second.for_each:
                    yield Problem(second.span, f"the texts of {id_} differ in kind or in what they are said of", "give one another id")


def _meet(a: Period, b: Period) -> bool:
    return (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max)


def _clause_references(packs: Packs) -> Iterable[Problem]:
    addresses: dict[str, set[str]] = {}
    for provision in packs.provisions:
        addresses.setdefault(provision.id, set()).update(c.address for c in provision.clauses())

    def check(target: str, clause: str, span: Span) -> Iterable[Problem]:
        known = addresses.get(target, set())
        if clause and known and clause not in known:
            yield Problem(span, f'{target} has no paragraph "{clause}"', did_you_mean(clause, known) or "it has: " + ", ".join(sorted(known)))

    for provision in packs.provisions:
        for node in expressions(provision):
            if isinstance(node, A.Holds):
                yield from check(node.provision, node.clause, provision.span)
        for clause in provision.clauses():
            if clause.target:
                name, _, part = clause.target.partition("#")
                yield from check(name, part, clause.span)
        if provision.limits is not None:
            for spare in provision.limits.spares:
                yield from check(spare.target, spare.clause, provision.span)
        for name in provision.overrides:
            other = packs.texts(name.partition("#")[0])
            if other and any(o.kind not in ("prohibition", "limitation") for o in other):
                yield Problem(provision.span, f"{name} is neither a prohibition nor a limitation", "only those can be overridden")


def _cycles(packs: Packs) -> Iterable[Problem]:
    """Cycles over definitions and over provisions. An article may ask of its components: that goes one level down and ends."""
    graph: dict[str, set[str]] = {}
    spans: dict[str, Span] = {}
    raising: dict[str, set[str]] = {}
    for provision in packs.provisions:
        for ground in provision.grounds:
            raising.setdefault(ground, set()).add(provision.id)
    for of in (*packs.provisions, *packs.definitions.values()):
        spans.setdefault(of.id, of.span)
        graph.setdefault(of.id, set()).update(_reads(of, raising))
        if isinstance(of, Provision):
            if of.kind == "exemption":
                graph[of.id] |= {x.id for x in packs.provisions if x.limits is not None and _limits(x, of)}
            for clause in of.clauses():
                if clause.target:
                    entity = clause.entity
                    if not _goes_down(entity, of):
                        graph[of.id].add(clause.target.partition("#")[0])
    done: set[str] = set()
    for start in sorted(graph):
        cycle = _find(graph, start, done)
        if cycle:
            yield Problem(spans[cycle[0]], "these depend on each other: " + " -> ".join(cycle), "nothing may depend on itself")
            return


def _limits(limitation: Provision, exemption: Provision) -> bool:
    limits = limitation.limits
    assert limits is not None
    return limits.all_of_pack == exemption.pack or any(o.partition("#")[0] == exemption.id for o in limits.only)


def _goes_down(entity: A.Expr | None, of: Provision | Definition) -> bool:
    """Is the entity a component, reached from an item? Then the question goes down one level."""
    if not isinstance(entity, A.EntityVar) or entity.type.kind != "component":
        return False
    own = of.of if isinstance(of, Definition) else of.for_each
    return own in ("item", "article", "transaction", "") and entity.var != of.var


def _reads(of: Provision | Definition, raising: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    for node in expressions(of):
        if isinstance(node, A.Holds) and not _goes_down(node.entity, of):
            found.add(node.provision)
        elif isinstance(node, A.Define) and not _goes_down(node.entity, of):
            found.add(node.id)
        elif isinstance(node, A.Required) and not _goes_down(node.entity, of):
            for ground in node.grounds:
                found |= raising.get(ground, set())
    return found


def _find(graph: dict[str, set[str]], start: str, done: set[str]) -> list[str] | None:
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
            if name not in packs.lists:
                yield Problem(x.span, f'no list "{name}"', did_you_mean(name, packs.lists))
    graph = {x.id: set(x.union) for x in packs.lists.values()}
    done: set[str] = set()
    for start in sorted(graph):
        cycle = _find(graph, start, done)
        if cycle:
            yield Problem(packs.lists[cycle[0]].span, "these lists hold each other: " + " -> ".join(cycle), "")
            return


def _tables(packs: Packs) -> Iterable[Problem]:
    for table in packs.tables.values():
        if table.known and table.known not in packs.tables:
            yield Problem(table.span, f'no table "{table.known}"', did_you_mean(table.known, packs.tables))
        for column, what in table.names.items():
            known = {*packs.definitions, "always", "unread", ""} if what == "definition" else {*packs.lists, ""}
            for name in sorted({str(row[column]) for row in table.rows} - known):
                yield Problem(table.span, f'column {column} names the {what} "{name}", and there is none', did_you_mean(name, known))


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
        days = {d for c in provision.clauses() for p in c.periods for d in (p.start, p.end) if d is not None}
        for day in sorted(days | {p.start or date.min for p in provision.periods}):
            if any(p.covers(day) for p in provision.periods) and (empty := _first_empty(provision.body, day)) is not None:
                name = empty.address or provision.id
                yield Problem(provision.span, f"on {day} nothing is left of {name}", "give it a clause for that day, or end it")
                break


def _first_empty(clause: Clause, day: date) -> Clause | None:
    if not clause.children:
        return None
    left = [c for c in clause.children if any(p.covers(day) and p.status != "stayed" for p in c.periods)]
    if not left:
        return clause
    return next((e for c in left if (e := _first_empty(c, day)) is not None), None)


def _unresolved_collisions(packs: Packs) -> Iterable[Problem]:
    """An exemption that overrides a limitation of its own accord, while the limitation names it as limited."""
    by_id = {p.id: p for p in packs.provisions}
    for provision in packs.provisions:
        for name in provision.overrides:
            other = by_id.get(name.partition("#")[0])
            if other is not None and other.limits is not None and provision.id in other.limits.only:
                yield Problem(
                    provision.span, f"{provision.id} overrides {other.id}, which names it as limited", "say in one place which prevails"
                )
