"""From a header and a mapping to a plan: which cell goes to which fact of which entity. Made once a file."""

from __future__ import annotations

from collections.abc import Mapping as Words
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.intake.cells import Cells, converted
from exportcheck.intake.mapping import ColumnMap, Constant, Mapping
from exportcheck.intake.target import Step, Target, TargetError, find_target
from exportcheck.transaction.convert import unit_of
from exportcheck.transaction.model import Fact
from exportcheck.vocabulary.model import ENTITY_LISTS, FactDeclaration, FactType, Vocabulary

_MARK: Final = FactType("boolean")
_TEXT: Final = FactType("text")


@dataclass(slots=True)
class EntityPlan:
    """How an entity is made of a row: its cells, the facts that are the same in every row, its marks, its lists of entities.

    `positions` are the cells, its members' too, by which a row shows that the entity is there at all.
    """

    kind: str
    cells: list[Cells] = field(default_factory=list)
    constants: dict[str, Fact] = field(default_factory=dict)
    roles: dict[str, Fact] = field(default_factory=dict)
    marks: dict[str, Cells | Fact] = field(default_factory=dict)
    claims: list[Cells | Fact] = field(default_factory=list)
    members: dict[str, dict[str, EntityPlan]] = field(default_factory=dict)
    positions: list[int] = field(default_factory=list)

    def member(self, name: str, label: str) -> EntityPlan:
        """The plan of one member of a list, made where there is none yet."""
        return self.members.setdefault(name, {}).setdefault(label, EntityPlan(ENTITY_LISTS[self.kind][name]))


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows become transactions. `keys` are the positions of the cells that rows of one transaction have in common (none: each
    row is one), `shared` those of all cells that say something of the transaction as a whole, `id` the cell of its id."""

    file: str
    columns: tuple[str, ...]
    root: EntityPlan
    item: EntityPlan
    keys: tuple[int, ...]
    shared: tuple[int, ...]
    id: Cells | None
    rates: Words[str, Fact]
    not_stated: frozenset[str]
    notes: tuple[Problem, ...]


def make_plan(columns: Sequence[str], mapping: Mapping | None, vocabulary: Vocabulary, file: str, row: int = 1) -> Plan:
    """The plan of a file whose header, in row `row`, names these columns.

    Without a mapping they are paths of facts. Raises `InputError` for what cannot be: a mapped column that is not there, two
    columns for one fact, a constant that is no value of its fact.
    """
    return _Planner(tuple(columns), mapping, vocabulary, file, row).plan()


def in_order(plan: EntityPlan) -> None:
    """Numbered members by their numbers, whatever the order of the columns: the second leg of a route follows the first."""
    for name, members in plan.members.items():
        if name != "parties":
            plan.members[name] = dict(sorted(members.items(), key=lambda member: int(member[0] or 0)))
        for member in members.values():
            in_order(member)


class _Planner:
    def __init__(self, columns: tuple[str, ...], mapping: Mapping | None, vocabulary: Vocabulary, file: str, row: int) -> None:
        self.columns = columns
        self.mapping = mapping or Mapping()
        self.plain = mapping is None
        self.vocabulary = vocabulary
        self.file = file
        self.row = row
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.at = {name: n for n, name in enumerate(columns)}
        self.root = EntityPlan("transaction")
        self.item = self.root.member("items", "")
        self.stated: dict[tuple[object, ...], str] = {}
        self.shared: set[int] = set()
        self.beside: dict[tuple[tuple[Step, ...], str], str] = {}
        rates = self.mapping.rates
        self.rates = {code: fact.value for code, fact in rates.items() if isinstance(fact.value, Decimal)}

    def wrong(self, span: Span, message: str, hint: str = "") -> None:
        self.problems.append(Problem(span, message, hint))

    def header(self, name: str) -> Span:
        return Span(self.file, self.row, self.at[name] + 1)

    def plan(self) -> Plan:
        rules = self.by_name() if self.plain else self.mapping.columns
        targets = [(rule, self.target(rule.path, rule.span)) for rule in rules]
        for rule, target in targets:
            if target is not None and target.what in ("currency", "unit"):
                self.beside[(target.steps, target.name)] = rule.column
        used = {name for rule, _ in targets for name in (rule.column, rule.beside) if name}
        for rule, target in targets:
            if target is not None and target.what not in ("currency", "unit"):
                self.column(rule, target)
        for constant in self.mapping.constants:
            target = self.target(constant.path, constant.span)
            if target is not None:
                self.constant(target, constant)
        keys, id = self.keys()
        if not self.plain:
            self.unmapped(used | set(self.mapping.group_by))
        self.marks_alone(self.root)
        self.beside_nothing()
        in_order(self.root)
        if self.problems:
            raise InputError(self.problems)
        return Plan(
            self.file,
            self.columns,
            self.root,
            self.item,
            keys,
            tuple(sorted(self.shared)),
            id,
            self.mapping.rates,
            self.mapping.not_stated,
            tuple(self.notes),
        )

    def by_name(self) -> list[ColumnMap]:
        """The columns whose names are paths of facts; the others are noted."""
        rules: list[ColumnMap] = []
        for name in self.columns:
            try:
                find_target(name, self.vocabulary)
            except TargetError as error:
                self.notes.append(Problem(self.header(name), f"the column is not read: {error.args[0]}", error.args[1]))
            else:
                rules.append(ColumnMap(name, name, span=self.header(name)))
        if not rules:
            says = "name the columns after facts (id, destination, item.eccn, consignee.country, ...), or write a mapping"
            raise InputError(
                [
                    Problem(Span(self.file, self.row, 1), "no column is named after a fact", says),
                    *(Problem(n.span, n.message, n.hint) for n in self.notes[:5]),
                ]
            )
        return rules

    def target(self, path: str, span: Span) -> Target | None:
        try:
            return find_target(path, self.vocabulary, self.mapping.parties)
        except TargetError as error:
            self.wrong(span, *error.args)
            return None

    def entity(self, target: Target) -> EntityPlan:
        plan = self.root
        for name, label in target.steps:
            plan = plan.member(name, label)
        if target.roles and not plan.roles:
            self.give_roles(plan, target.roles)
        return plan

    def give_roles(self, plan: EntityPlan, roles: tuple[str, ...]) -> None:
        declared = self.vocabulary.get("party", "roles")
        assert declared is not None
        known = converted(";".join(roles), declared, {})
        span = Span(self.mapping.file or self.file, 1, 1)
        plan.roles["roles"] = Fact(known.value, known.text, span, known.complete, marked=declared.marked)

    def column(self, rule: ColumnMap, target: Target) -> None:
        position = self.at.get(rule.column)
        if position is None:
            if not rule.optional:
                hint = did_you_mean(rule.column, self.columns) or "the file has " + ", ".join(self.columns[:12])
                self.wrong(rule.span, f'the file has no column "{rule.column}"', hint)
            return
        beside = self.beside_of(rule, target)
        if not self.once(target, rule.column, rule.span):
            return
        plan = self.entity(target)
        for at in (position, beside):
            if at is not None and not target.of_item:
                self.shared.add(at)
        cells = Cells(rule, self.declared(target), position, beside, self.rates, self.mapping.not_stated)
        if target.what == "mark":
            plan.marks[target.name] = cells
            return
        if target.what == "claim":
            plan.claims.append(cells)
        else:
            plan.cells.append(cells)
        walk = self.root
        for name, label in target.steps:
            walk = walk.member(name, label)
            walk.positions.append(position)

    def declared(self, target: Target) -> FactDeclaration:
        if target.what == "mark":
            return FactDeclaration(f"{target.name}_complete", target.kind, _MARK, "")
        if target.declaration is None:
            return FactDeclaration("claim", target.kind, _TEXT, "")
        return target.declaration

    def beside_of(self, rule: ColumnMap, target: Target) -> int | None:
        """The position of the column that holds the currency or unit."""
        name = rule.beside or self.beside.get((target.steps, target.name))
        if not name:
            return None
        if name not in self.at:
            self.wrong(rule.span, f'the file has no column "{name}"', did_you_mean(name, self.columns))
        return self.at.get(name)

    def once(self, target: Target, said: str, span: Span) -> bool:
        if target.what == "claim":
            return True
        key = (target.steps, target.what, target.name)
        if key in self.stated:
            self.wrong(span, f'"{said}" and "{self.stated[key]}" state the same fact', "keep one of the two")
            return False
        self.stated[key] = said
        return True

    def constant(self, target: Target, constant: Constant) -> None:
        span, said = constant.span, constant.said
        if target.what in ("currency", "unit"):
            self.wrong(span, f"a {target.what} is said of the column", f"write {target.what}: ... at the column of {target.name}")
            return
        if not self.once(target, constant.text, span):
            return
        plan = self.entity(target)
        declared = self.declared(target)
        known = converted(constant.text, declared, self.rates)
        if known.message:
            self.wrong(span, known.message, known.hint)
            return
        fact = Fact(
            known.value,
            known.text,
            span,
            known.complete,
            by=said.by,
            dated=said.dated,
            source=said.source,
            because=said.because,
            unit=unit_of(declared.type),
            marked=declared.marked,
        )
        if target.what == "mark":
            plan.marks[target.name] = fact
        elif target.what == "claim":
            plan.claims.append(fact)
        else:
            plan.constants[target.name] = fact

    def keys(self) -> tuple[tuple[int, ...], Cells | None]:
        """The cells that make a transaction, and the one of its id."""
        id = next((cells for cells in self.root.cells if cells.name == "id"), None)
        mapping = self.mapping
        if "id" in self.root.constants:
            self.wrong(self.root.constants["id"].span, "all transactions would have the same id", "map a column to id")
        if mapping.by_row:
            return (), id
        if mapping.group_by:
            missing = [name for name in mapping.group_by if name not in self.at]
            for name in missing:
                self.wrong(mapping.span, f'the file has no column "{name}"', did_you_mean(name, self.columns))
            return tuple(self.at[name] for name in mapping.group_by if name in self.at), id
        if id is None and not self.problems:
            span = Span(self.file, self.row, 1) if self.plain else mapping.span
            hint = "name the column of the transaction's number `id`" if self.plain else "map a column to id, or say group_by"
            self.wrong(span, "no column is the id of the transaction", hint)
        return (id.position,) if id is not None else (), id

    def unmapped(self, used: set[str]) -> None:
        """Columns that the mapping does not speak of are said once, since a fact may be among them."""
        for name in self.columns:
            if name not in used and not self.mapping.ignores(name):
                says = "map it, or name it under `ignore`"
                self.notes.append(Problem(self.header(name), f'the column "{name[:60]}" is neither mapped nor ignored', says))

    def beside_nothing(self) -> None:
        """A currency or unit of amounts that no column states says nothing."""
        for (steps, name), column in self.beside.items():
            if (steps, "fact", name) not in self.stated and column in self.at:
                says = f"map the column of {name} too, or leave this one out"
                self.notes.append(Problem(self.header(column), f'the column "{column[:60]}" stands beside no amounts', says))

    def marks_alone(self, plan: EntityPlan) -> None:
        """That a list is complete says nothing where no column tells what is in it."""
        for name, mark in plan.marks.items():
            listed = name in ENTITY_LISTS.get(plan.kind, {})
            known = name in plan.members if listed else any(c.name == name for c in plan.cells) or name in plan.constants
            if not known:
                span = mark.span if isinstance(mark, Fact) else mark.rule.span
                self.wrong(span, f"`{name}_complete`, and no column states {name}", f"map the columns of {name} too")
        for members in plan.members.values():
            for member in members.values():
                self.marks_alone(member)
