"""The checked form of rule packs: immutable, typed, with the place of everything. Every reader of the law reads this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal

from exportcheck.condition.ast import Entities, Expr
from exportcheck.condition.types import Type
from exportcheck.errors import NOWHERE, Span
from exportcheck.rulepack.pending import Pending
from exportcheck.vocabulary.model import FactDeclaration, Vocabulary

Kind = Literal[
    "scope",
    "requirement",
    "prohibition",
    "exemption",
    "limitation",
    "listing",
    "posture",
    "derivation",
    "duty",
    "notice",
    "conflict",
]
KINDS: tuple[Kind, ...] = (
    "scope",
    "requirement",
    "prohibition",
    "exemption",
    "limitation",
    "listing",
    "posture",
    "derivation",
    "duty",
    "notice",
    "conflict",
)
FOR_EACH = ("transaction", "item", "component", "article", "party")
VARIABLE: Mapping[str, str] = {"item": "i", "component": "c", "article": "i", "party": "p", "leg": "g", "authorization": "a"}
"""The variable by which a provision's or definition's own entity is named."""

STEP_TIMES = ("before-transfer", "with-transfer", "after-transfer", "immediately")
POSTURES = ("no-transfer", "policy-of-denial", "presumption-of-denial", "case-by-case", "presumption-of-approval")


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included; None is open. `status` is in-force, stayed or uncertain."""

    start: date | None = None
    end: date | None = None
    status: str = "in-force"
    source: str = ""

    def covers(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


ALWAYS = (Period(),)


@dataclass(frozen=True)
class Condition(Pending):
    """An expression with its source text and place."""

    expr: Expr
    text: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Step:
    """Something owed. `by` is one of STEP_TIMES; `keep` an ISO 8601 duration."""

    id: str
    by: str
    says: str
    cite: str
    done_when: Condition | None = None
    applies_when: Condition | None = None
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """At least one row of a table fits: `path` under the row's path, the equalities of `where`, and `when`."""

    table: str
    var: str
    path: Expr
    where: tuple[tuple[str, Expr], ...]  # column = literal or ground variable
    when: Expr | None
    text: str = ""  # path, where and when as written


@dataclass(frozen=True, slots=True)
class Never:
    """What a clause says that it can never be (`values`), and by which values it can never decide alone; with the reason."""

    values: tuple[bool | None, ...]
    alone: tuple[bool, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A node of a provision's tree. `address` is unique in the provision ("" for the root).

    `form` is when, true_when, all_of, any_of, none_of, each, some, holds, holds_not, judgement, not_modelled or rows. For
    `each` and `some`, `children` holds the one clause that is said of each member; for true_when, `when` is what settles it
    true and `false_when` what settles it false.
    """

    address: str
    form: str
    cite: str = ""
    says: str = ""
    says_not: str = ""
    periods: tuple[Period, ...] = ALWAYS
    when: Condition | None = None
    false_when: Condition | None = None
    children: tuple[Clause, ...] = ()
    var: str = ""
    source: Entities | None = None
    text: str = ""  # of `each` and `some`: the iteration as written
    or_none: bool = False
    target: str = ""  # provision id, with #clause
    entity: Expr | None = None
    judgement: str = ""
    question: str = ""
    why: str = ""
    rows: Rows | None = None
    lifts: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    span: Span = NOWHERE
    never: Never | None = None  # for the cases, not for the law

    def walk(self) -> Iterator[Clause]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def dated(self) -> bool:
        return any(c.periods != ALWAYS for c in self.walk())


@dataclass(frozen=True, slots=True)
class Spare:
    """What a limitation leaves alone: a provision, one of its paragraphs, or everything (`target` "all"), where `when` holds."""

    target: str
    clause: str = ""
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a limitation switches off: every exemption of `all_of_pack`, or `only` these, except what is spared."""

    all_of_pack: str = ""
    only: tuple[str, ...] = ()
    spares: tuple[Spare, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A finding of the linter that is meant: its code, of what ("" for the whole provision or pack), and the reason."""

    code: str
    why: str
    of: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True)
class Provision(Pending):
    """One dated text of a provision."""

    id: str
    pack: str
    kind: Kind
    title: str
    cite: str
    for_each: str
    says: str = ""
    periods: tuple[Period, ...] = ALWAYS
    gate: Condition | None = None
    body: Clause | None = field(default_factory=lambda: None)  # no attribute of the class, which would stand for what is pending
    ground: str = ""
    raises: tuple[str, tuple[str, ...]] | None = None  # variable, grounds
    lifts: tuple[str, ...] = ()
    limits: Limits | None = None
    overrides: tuple[str, ...] = ()
    together_with: tuple[str, ...] = ()
    not_gated: bool = False
    effect: str = ""
    posture: str = ""
    held: tuple[str, ...] = ()  # an exemption that stands for licenses or agreements held: their kinds
    trust: str = ""
    need: str = ""
    cite_as: str = ""
    aes_code: str = ""
    steps: tuple[Step, ...] = ()
    layer: str = ""  # the id of the layer that added this text, or amended it last
    lint: tuple[Exclusion, ...] = ()
    span: Span = NOWHERE

    @property
    def var(self) -> str:
        return VARIABLE.get(self.for_each, "")

    def clauses(self) -> Iterator[Clause]:
        if self.body is not None:
            yield from self.body.walk()

    @cached_property
    def clause_periods(self) -> tuple[Period, ...]:
        """The periods of the clauses that are not always in force."""
        return tuple(period for clause in self.clauses() if clause.periods != ALWAYS for period in clause.periods)

    @property
    def grounds(self) -> tuple[str, ...]:
        if self.raises is not None:
            return self.raises[1]
        return (self.ground,) if self.ground else ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A term: of which entity kind ("" for the transaction), the variable, the type, the expression, the attested fact."""

    id: str
    pack: str
    of: str
    var: str
    type: Type
    cite: str
    says: str
    condition: Condition
    stated_as: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Member:
    value: object
    start: date | None = None
    end: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class DatedList:
    id: str
    pack: str
    type: Type
    cite: str
    members: tuple[Member, ...]
    union: tuple[str, ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated figure; `values` from the earliest date on."""

    id: str
    pack: str
    unit: str
    type: Type
    cite: str
    values: tuple[tuple[date, Decimal], ...]
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Ground:
    id: str
    pack: str
    family: str
    also: tuple[str, ...]
    cite: str
    says: str
    span: Span = NOWHERE


@dataclass(frozen=True)
class Table(Pending):
    """A data table. `rows` hold converted cells by column; `index` and slices are made for a date."""

    id: str
    pack: str
    cite: str
    source: str
    current_to: date | None
    keys: tuple[str, ...]
    columns: Mapping[str, Type]
    names: Mapping[str, str]
    rows: tuple[Mapping[str, object], ...]
    path_column: str = ""
    except_column: str = ""
    known: str = ""
    paths_of: str = ""  # the classification scheme whose paragraphs this table lists
    complete_column: str = ""
    span: Span = NOWHERE

    @cached_property
    def boundaries(self) -> tuple[date, ...]:
        """The days on which a row starts, or is first no longer in force."""
        if "from" not in self.columns and "to" not in self.columns:
            return ()
        starts = {start for row in self.rows if isinstance(start := row.get("from"), date)}
        ends = {end + timedelta(days=1) for row in self.rows if isinstance(end := row.get("to"), date)}
        return tuple(sorted(starts | ends))


@dataclass(frozen=True, slots=True)
class Section:
    section: str
    state: str
    why: str = ""
    bears: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Pack:
    """What pack.yaml says, with the digest of the pack's checked form."""

    id: str
    title: str
    authority: str
    force: Literal["binding", "reference"]
    current_to: date
    stale_after_days: int
    known_from: date | None  # first day from which the texts are modelled; None: no such limit was stated
    binds: Condition | None
    sections: tuple[Section, ...]
    form: Mapping[str, str] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    license_kinds: tuple[str, ...] = ()
    digest: str = ""
    layers: tuple[str, ...] = ()
    lint: tuple[Exclusion, ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True)
class Packs:
    """Everything that was loaded. Provisions are dated texts: several may share an id, with periods that do not overlap."""

    packs: Mapping[str, Pack]
    provisions: tuple[Provision, ...]
    definitions: Mapping[str, Definition]
    lists: Mapping[str, DatedList]
    parameters: Mapping[str, Parameter]
    grounds: Mapping[str, Ground]
    tables: Mapping[str, Table]
    facts: tuple[FactDeclaration, ...]
    vocabulary: Vocabulary
    root: str = ""

    def texts(self, id: str) -> list[Provision]:
        """Every dated text of a provision."""
        return self._texts.get(id, [])

    @cached_property
    def _texts(self) -> dict[str, list[Provision]]:
        found: dict[str, list[Provision]] = {}
        for provision in self.provisions:
            found.setdefault(provision.id, []).append(provision)
        return found

    def family(self, name: str) -> tuple[str, ...]:
        """A ground, or the grounds of a family or group."""
        if name in self.grounds:
            return (name,)
        return tuple(g.id for g in self.grounds.values() if name == g.family or name in g.also)
