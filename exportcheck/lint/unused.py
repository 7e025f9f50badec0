"""EC301 to EC305: facts, definitions, figures, lists and tables that nothing reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from exportcheck.condition import ast as A
from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.subject import Subject
from exportcheck.rulepack.model import Definition, Packs, Provision
from exportcheck.rulepack.visit import expressions, walk

BY_THE_ENGINE = frozenset(
    {
        *(("transaction", n) for n in ("id", "transfer_date")),
        *(("item", n) for n in ("line", "description", "value", "quantity")),
        *(("party", n) for n in ("name", "roles")),
        *(("authorization", n) for n in ("kind", "number")),
    }
)
"""Facts that the program itself reads: names of things, dates, and what licenses are recognized by."""


@dataclass
class Uses:
    """What is read somewhere, by id; facts by entity kind and name."""

    facts: set[tuple[str, str]] = field(default_factory=set)
    definitions: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)

    def add(self, node: A.Expr) -> None:
        match node:
            case A.Fact():
                self.facts.add(("item" if node.kind in ("article", "component") else node.kind, node.name))
            case A.Define():
                self.definitions.add(node.id)
            case A.ListRef():
                self.lists.add(node.id)
            case A.Param():
                self.parameters.add(node.id)
            case A.Lookup():
                self.tables.add(node.table)


def uses(packs: Packs) -> Uses:
    """What the provisions, definitions, heads and tables of the packs read."""
    found = Uses(facts=set(BY_THE_ENGINE))
    everything: tuple[Provision | Definition, ...] = (*packs.provisions, *packs.definitions.values())
    for of in everything:
        for node in expressions(of):
            found.add(node)
    for pack in packs.packs.values():
        for node in walk(pack.binds.expr) if pack.binds is not None else ():
            found.add(node)
    for definition in packs.definitions.values():
        if definition.stated_as:
            found.facts.add((definition.of or "transaction", definition.stated_as))
    for provision in packs.provisions:
        found.tables |= {c.rows.table for c in provision.clauses() if c.rows is not None}
    for x in packs.lists.values():
        found.lists |= set(x.union)
    for table in packs.tables.values():
        found.tables |= {table.known} if table.known else set()
        found.tables |= {table.id} if table.paths_of else set()
        for column, what in table.names.items():
            (found.definitions if what == "definition" else found.lists).update(str(row[column]) for row in table.rows)
    return found


def facts(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC301: facts of a pack that no condition reads. Those of the core are there for whatever packs are used."""
    used = uses(subject.packs).facts
    for fact in subject.packs.facts:
        if fact.pack in subject.packs.packs and (fact.of, fact.name) not in used:
            yield rule.found(fact.span, f"nothing reads the fact {fact.name} of {fact.of}", fact.name, fact.pack)


def definitions(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC302."""
    used = uses(subject.packs).definitions
    for x in subject.packs.definitions.values():
        if x.id not in used:
            yield rule.found(x.span, f"nothing uses the definition {x.id}", x.id, x.pack)


def parameters(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC303."""
    used = uses(subject.packs).parameters
    for x in subject.packs.parameters.values():
        if x.id not in used:
            yield rule.found(x.span, f"nothing uses the figure {x.id}", x.id, x.pack)


def lists(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC304."""
    used = uses(subject.packs).lists
    for x in subject.packs.lists.values():
        if x.id not in used:
            yield rule.found(x.span, f"nothing uses the list {x.id}", x.id, x.pack)


def tables(rule: Rule, subject: Subject) -> Iterable[Finding]:
    """EC305."""
    used = uses(subject.packs).tables
    for x in subject.packs.tables.values():
        if x.id not in used:
            yield rule.found(x.span, f"nothing looks anything up in the table {x.id}", x.id, x.pack)
