"""Rows of one transaction to the transaction. Entities are built directly; what their cells mean is known by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from exportcheck.errors import Problem, Span
from exportcheck.intake.cells import Cells
from exportcheck.intake.model import Group, Row, Taken
from exportcheck.intake.plan import EntityPlan, Plan
from exportcheck.intake.quick import quick_entity, quick_fact, quick_span
from exportcheck.transaction.consistency import inconsistencies
from exportcheck.transaction.model import Claim, Entity, EntityList, Fact, Transaction
from exportcheck.vocabulary.model import ENTITY_LISTS, MARKED_LISTS

_NO_LISTS: MappingProxyType[str, str] = MappingProxyType({})
_NONE: dict[int, str] = {}
_UNSTATED = {name: EntityList((), name not in MARKED_LISTS, stated=False) for kinds in ENTITY_LISTS.values() for name in kinds}
"""Lists of which a table says nothing."""
_UNSTATED_LISTS = {kind: MappingProxyType({name: _UNSTATED[name] for name in names}) for kind, names in ENTITY_LISTS.items()}
_NOTHING: MappingProxyType[str, EntityList] = MappingProxyType({})


def assemble(plan: Plan, group: Group) -> Taken:
    """The transaction of a group of rows, or what is wrong with it."""
    problems = [*group.problems, *(problem for row in group.rows for problem in row.problems)]
    if problems:
        return Taken(group.numbers, group.id, None, tuple(problems))
    return _Assembling(plan, group).taken()


class _Assembling:
    def __init__(self, plan: Plan, group: Group) -> None:
        self.plan = plan
        self.group = group
        self.problems: list[Problem] = []

    def taken(self) -> Taken:
        plan, first = self.plan, self.group.rows[0]
        if len(self.group.rows) > 1:
            self.agree()
        facts = self.facts(plan.root, first)
        id = self.id(facts, first)
        claims = self.claims(plan.root, first, None)
        items = []
        for n, row in enumerate(self.group.rows):
            item = self.entity(plan.item, row, f"items[{n}]", line=n + 1)
            items.append(item)
            if plan.item.claims and "line" in item.facts:
                claims += self.claims(plan.item, row, str(item.facts["line"].value))
        lists = {}
        for name in ENTITY_LISTS["transaction"]:
            if name == "items":
                lists[name] = EntityList(tuple(items), True, span=Span(plan.file, first.number, 1))
            else:
                lists[name] = self.list(plan.root, name, first, "")
        span = Span(plan.file, first.number, 1)
        root = Entity("transaction", "", MappingProxyType(facts), MappingProxyType(lists), span)
        if not self.problems:
            self.problems.extend(inconsistencies(root, claims))
        if self.problems:
            return Taken(self.group.numbers, id, None, tuple(self.problems))
        transaction = Transaction(id, root, tuple(claims), file=plan.file, span=span, rates=plan.rates)
        return Taken(self.group.numbers, id, transaction, ())

    def agree(self) -> None:
        """What is said of the transaction is said alike in all of its rows."""
        first = self.group.rows[0]
        for row in self.group.rows[1:]:
            if row.cells == first.cells:
                continue
            for at in self.plan.shared:
                if row.cells[at].strip() != first.cells[at].strip():
                    message = f'"{self.plan.columns[at][:60]}" differs from row {first.number} of the same transaction'
                    hint = "it is of the transaction as a whole: make the rows agree, or give them different ids"
                    self.problems.append(Problem(Span(self.plan.file, row.number, at + 1), message, hint))

    def id(self, facts: dict[str, Fact], row: Row) -> str:
        stated = facts.get("id")
        if stated is not None:
            return str(stated.value)
        id = self.group.id or f"row {row.number}"
        if self.plan.id is None:
            facts["id"] = Fact(id, id, Span(self.plan.file, row.number, 1))
        elif not self.problems:
            span = Span(self.plan.file, row.number, self.plan.id.column)
            self.problems.append(Problem(span, "the id of the transaction is empty", "every row needs one"))
        return id

    def facts(self, plan: EntityPlan, row: Row) -> dict[str, Fact]:
        facts = {**plan.roles, **plan.constants}
        cells, file, number = row.cells, self.plan.file, row.number
        foreign = dict(row.foreign) if row.foreign else _NONE
        for column in plan.cells:
            text = cells[column.position]
            if not text:
                continue
            if foreign:
                known = column.known(text, cells, foreign.get(column.position, ""))
            else:
                known = column.plain.get(text) or column.known(text, cells)
            if known.value is not None:
                facts[column.name] = quick_fact(known, column, file, number)
            elif known.message:
                self.problems.append(self.problem(column, number, known.message, known.hint))
        for name, mark in plan.marks.items():
            if name in facts and isinstance(facts[name].value, frozenset):
                stated = self.mark(mark, row)
                if stated is not None and stated.value is True:
                    facts[name] = replace(facts[name], complete=True)
        return facts

    def problem(self, column: Cells, number: int, message: str, hint: str) -> Problem:
        """A mistake in a cell, naming the column where it is not called like the fact."""
        called = self.plan.columns[column.position]
        where = "" if called == column.rule.path else f'column "{called[:60]}": '
        return Problem(Span(self.plan.file, number, column.column), where + message, hint)

    def mark(self, mark: Cells | Fact, row: Row) -> Fact | None:
        if isinstance(mark, Fact):
            return mark
        text = row.cells[mark.position]
        if not text or text.isspace() or text in self.plan.not_stated:
            return None
        foreign = next((kind for at, kind in row.foreign if at == mark.position), "")
        known = mark.known(text, row.cells, foreign)
        if isinstance(known.value, bool):
            return quick_fact(known, mark, self.plan.file, row.number)
        if known.value is not None or known.message:
            message = known.message or f"`{mark.name}` is true or false"
            self.problems.append(self.problem(mark, row.number, message, known.hint or "true says that the list names them all"))
        return None

    def claims(self, plan: EntityPlan, row: Row, line: str | None) -> list[Claim]:
        found = []
        for claim in plan.claims:
            if isinstance(claim, Fact):
                found.append(Claim(line, str(claim.value), claim.span))
                continue
            text = row.cells[claim.position]
            if not text or text.isspace() or text in self.plan.not_stated:
                continue
            known = claim.known(text, row.cells, next((kind for at, kind in row.foreign if at == claim.position), ""))
            if isinstance(known.value, str):
                found.append(Claim(line, known.value, Span(self.plan.file, row.number, claim.column)))
            elif known.message or known.value is not None:
                hint = known.hint or "leave the cell empty if no authority is claimed"
                self.problems.append(self.problem(claim, row.number, known.message or "this is no authority to cite", hint))
        return found

    def entity(self, plan: EntityPlan, row: Row, path: str, line: int = 0) -> Entity:
        facts = self.facts(plan, row)
        span = quick_span(self.plan.file, row.number, plan.positions[0] + 1 if plan.positions else 1)
        if line and "line" not in facts:
            facts = {"line": Fact(str(line), str(line), span), **facts}
        if not plan.members and not plan.marks:
            return quick_entity(plan.kind, path, MappingProxyType(facts), _UNSTATED_LISTS.get(plan.kind, _NOTHING), span)
        lists = {name: self.list(plan, name, row, path) for name in ENTITY_LISTS.get(plan.kind, _NO_LISTS)}
        return quick_entity(plan.kind, path, MappingProxyType(facts), MappingProxyType(lists), span)

    def list(self, plan: EntityPlan, name: str, row: Row, path: str) -> EntityList:
        """The members that the row shows. A list without any is stated only where it is said to be complete."""
        stated = plan.marks.get(name)
        if stated is None and name not in plan.members:
            return _UNSTATED[name]
        mark = self.mark(stated, row) if stated is not None else None
        complete = name not in MARKED_LISTS or (mark is not None and mark.value is True)
        plans = plan.members.get(name)
        here = [p for p in plans.values() if self.there(p, row.cells)] if plans else []
        if not here:
            if mark is not None and mark.value is True:
                return EntityList((), complete, span=mark.span, mark=mark)
            return EntityList((), complete, stated=False)
        where = f"{path}.{name}" if path else name
        members = tuple(self.entity(p, row, f"{where}[{n}]") for n, p in enumerate(here))
        return EntityList(members, complete, span=members[0].span, mark=mark)

    def there(self, plan: EntityPlan, cells: Sequence[str]) -> bool:
        """Any cell that is not empty shows the entity, also one that says nothing that is understood."""
        if plan.constants:
            return True
        for at in plan.positions:
            text = cells[at]
            if text and not text.isspace() and text not in self.plan.not_stated:
                return True
        return False
