"""The checked form of a condition: a typed, immutable expression tree with the place of every node.

`at` is (start, end) in the source text of the expression. Every reader (evaluator, columns, solver) is a visitor over this.
"""

from __future__ import annotations

from dataclasses import dataclass

from exportcheck.condition.types import Type

At = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Expr:
    at: At
    type: Type


@dataclass(frozen=True, slots=True)
class Lit(Expr):
    """A literal: bool, str, Decimal, date, Classification, ABSENT for `none`, or (months, days) for a duration."""

    value: object


@dataclass(frozen=True, slots=True)
class SetLit(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class RangeLit(Expr):
    low: Expr
    high: Expr
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Fact(Expr):
    """A fact of the entity in variable `var` ("" is the transaction)."""

    var: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cell(Expr):
    """A column of the table row in variable `var`."""

    var: str
    column: str


@dataclass(frozen=True, slots=True)
class GroundVar(Expr):
    var: str


@dataclass(frozen=True, slots=True)
class EntityVar(Expr):
    var: str


@dataclass(frozen=True, slots=True)
class Entities(Expr):
    """An entity list of the entity in `var`, filtered by `where`, in which `member` stands for the member."""

    var: str
    name: str
    member: str
    where: Expr | None


@dataclass(frozen=True, slots=True)
class ListRef(Expr):
    id: str


@dataclass(frozen=True, slots=True)
class Param(Expr):
    id: str


@dataclass(frozen=True, slots=True)
class Not(Expr):
    item: Expr


@dataclass(frozen=True, slots=True)
class And(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Cmp(Expr):
    """`op` is one of = != < <= > >=."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class In(Expr):
    item: Expr
    target: Expr


@dataclass(frozen=True, slots=True)
class Arith(Expr):
    """`op` is one of + - *."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class If(Expr):
    test: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True, slots=True)
class Quant(Expr):
    """`kind` is some or every."""

    kind: str
    var: str
    source: Entities
    body: Expr


@dataclass(frozen=True, slots=True)
class Collect(Expr):
    """The set of what `body` gives for each member."""

    var: str
    source: Entities
    body: Expr


@dataclass(frozen=True, slots=True)
class Fold(Expr):
    """`fn` is sum, min or max of what `body` gives for each member."""

    fn: str
    var: str
    source: Entities
    body: Expr


@dataclass(frozen=True, slots=True)
class Extreme(Expr):
    """`fn` is min or max of numbers."""

    fn: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Count(Expr):
    source: Expr


@dataclass(frozen=True, slots=True)
class SetOp(Expr):
    """`op` is union, overlaps or subset."""

    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Under(Expr):
    """A stated classification (or any of a stated list) equal to or deeper than one of those asked."""

    stated: Expr
    asked: Expr


@dataclass(frozen=True, slots=True)
class UnderAll(Expr):
    """A stated classification (every one of a stated list) equal to or deeper than one of those asked."""

    stated: Expr
    asked: Expr


@dataclass(frozen=True, slots=True)
class Offered(Expr):
    """A license held is what the item's line rests on, or may: the line claims this one, or claims nothing."""

    authorization: Expr
    entity: Expr


@dataclass(frozen=True, slots=True)
class Percent(Expr):
    """100 * part / whole; only ever compared, which is compiled to a product."""

    part: Expr
    whole: Expr


@dataclass(frozen=True, slots=True)
class IsUndeterminable(Expr):
    fact: Fact


@dataclass(frozen=True, slots=True)
class Required(Expr):
    """One of the grounds (or the one in a ground variable) is raised on the entity, before lifting and scope."""

    grounds: tuple[str, ...]
    ground_var: str
    entity: Expr


@dataclass(frozen=True, slots=True)
class Holds(Expr):
    """The outcome of another provision, or of one clause of it, for the entity."""

    provision: str
    clause: str
    entity: Expr


@dataclass(frozen=True, slots=True)
class Define(Expr):
    """A definition, applied to the entity."""

    id: str
    entity: Expr


@dataclass(frozen=True, slots=True)
class Lookup(Expr):
    table: str
    column: str
    keys: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Named(Expr):
    """The definition whose id stands in a table cell, applied to the entity."""

    cell: Cell
    entity: Expr


@dataclass(frozen=True, slots=True)
class InNamed(Expr):
    """Membership in the dated list whose id stands in a table cell."""

    item: Expr
    cell: Cell


@dataclass(frozen=True, slots=True)
class JudgementRef(Expr):
    name: str
