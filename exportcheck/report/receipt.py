"""The receipt: what `--format json` writes, as models from which its JSON Schema is made.

Only imported where a receipt is written or read (pydantic takes its time to import). A change of shape needs a new
`SCHEMA_NAME`; a field may be added without.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from exportcheck.engine.result import FailKind, Outcome, ReviewKind, Verdict, outcome_of

SCHEMA_NAME = "exportcheck/receipt/1"


def _outcome(value: object) -> object:
    return outcome_of(value) if value is None or isinstance(value, bool) else value


def _by_name(value: object) -> object:
    return dict(sorted(value.items())) if isinstance(value, Mapping) else value


TruthOutcome = Annotated[Outcome, BeforeValidator(_outcome)]
Outcomes = Annotated[dict[str, Outcome], BeforeValidator(_by_name)]
Options = Annotated[dict[str, str], BeforeValidator(_by_name)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True, populate_by_name=True)


class Place(Model):
    """Where something was stated; line and column count from 1, 0 is unknown."""

    file: str
    line: int
    column: int


class FactRead(Model):
    """A fact that a clause read."""

    entity: str = Field(description="Path of the entity that it was stated of; empty for the transaction")
    label: str
    name: str
    shown: str
    where: Place | None = Field(validation_alias=AliasChoices("where", "span"))
    by: str


class Arithmetic(Model):
    """A comparison with its parts and how far the left side is from the limit."""

    left: str
    op: str
    right: str
    outcome: TruthOutcome = Field(validation_alias=AliasChoices("outcome", "truth"))
    headroom: str
    parts: list[str]
    says: str
    cite: str


class ReasonNode(Model):
    """A provision or clause in the reasoning tree."""

    address: str
    cite: str
    sentence: str
    outcome: TruthOutcome = Field(validation_alias=AliasChoices("outcome", "truth"))
    form: str
    entity: str
    note: str
    used: list[FactRead]
    workings: list[Arithmetic]
    children: list[ReasonNode]


class PossibleAnswer(Model):
    """An answer to a question and the verdict of the line that it leads to."""

    answer: str
    verdict: Verdict
    detail: str
    left: int = Field(description="Questions that remain after this answer")


class OpenQuestion(Model):
    """What has to be answered before the line can be decided."""

    kind: ReviewKind
    text: str
    entity: str
    label: str
    fact: str
    asked_by: list[str]
    cite: str
    where: Place | None
    how: str
    answers: list[PossibleAnswer]
    decides: bool


class OwedStep(Model):
    """Something owed before, with or after the transfer; `done` is null where the transaction does not say."""

    by: str
    says: str
    cite: str
    provision: str
    done: bool | None
    keep: str = Field(description="How long records are kept, as an ISO 8601 duration")


class OpenAuthority(Model):
    """An authority that could still apply, or that failed."""

    provision: str
    cite: str
    title: str
    outcome: TruthOutcome = Field(validation_alias=AliasChoices("outcome", "truth"))
    unknown: list[str]
    fails: list[str]
    authority: str = Field(description="What to cite")
    unread: bool = Field(description="All that is unknown is law that is not modelled")
    against: list[str] = Field(description="The sentences of the clauses that fail")


class LawfulChange(Model):
    """Changes of curable facts that together would turn the verdict."""

    facts: list[str]
    verdict: Verdict
    detail: str


class NextDate(Model):
    """The next date on which the verdict is another one, the facts staying as they are."""

    on: date
    verdict: Verdict
    because: list[str]


class Ground(Model):
    """A ground on which an authorization may be needed."""

    ground: str
    says: str
    outcome: TruthOutcome = Field(validation_alias=AliasChoices("outcome", "truth"), description="Raised, before lifting")
    cite: str
    raised_by: list[str]
    lifted_by: list[str]
    because: str = Field(description="What of its table raises or clears the ground")


class PackAnswer(Model):
    """The answer of one pack on one line."""

    pack: str
    title: str
    force: Literal["binding", "reference"]
    verdict: Verdict
    summary: str
    fail: FailKind | None
    deciding: str
    authority: str
    also: list[str] = Field(description="The other authorities that cover the line too")
    form: str
    posture: list[str]
    grounds: list[Ground]
    reviews: list[ReviewKind]
    openings: list[OpenAuthority]
    steps: list[OwedStep]
    notices: list[str]
    derivation: list[str]
    not_modelled: list[str]


class FactsInConflict(Model):
    """Facts of a line that contradict each other, by the provision that says so."""

    provision: str
    says: str
    cite: str


class WaiverHeld(Model):
    """A waiver that is about a line: who answers for letting the run go on, why, and until when."""

    transaction: str = Field(description="Empty: any")
    line: str = Field(description="Empty: any")
    provision: str = Field(description="Empty: any")
    reason: str
    owner: str
    expires: date = Field(description="The last day on which it counts")
    where: Place = Field(validation_alias=AliasChoices("where", "span"))


class LineGate(Model):
    """What waivers and a baseline set aside about a line; the verdict is what it is all the same."""

    counts: bool = Field(description="The verdict goes into the exit code")
    waived: bool
    waivers: list[WaiverHeld] = Field(description="Those about this line; they may not suffice")
    change: Literal["new", "changed", "unchanged", ""] = Field(description="Against the baseline; empty without one")
    before: Verdict | None = Field(description="The verdict in the baseline")


class GateNotice(Model):
    """A waiver that has expired or waives nothing, or a line of the baseline that is gone."""

    kind: Literal["expired", "unused", "gone"]
    says: str
    where: Place | None


class LineAnswer(Model):
    """The answer on one item line, with the outcome of every provision and clause evaluated, by address."""

    line: str
    description: str
    shown: str
    verdict: Verdict
    where: Place | None = Field(validation_alias=AliasChoices("where", "span"))
    packs: list[PackAnswer]
    conflicts: list[FactsInConflict]
    questions: list[OpenQuestion]
    changes: list[LawfulChange]
    workings: list[Arithmetic]
    next_change: NextDate | None
    outcomes: Outcomes
    reasons: list[ReasonNode] = Field(description="The reasoning trees; empty unless asked for with --why")
    gate: LineGate | None = Field(default=None, description="Only with --waivers or --baseline")


class PackDigest(Model):
    """Which text of a pack was applied."""

    pack: str
    title: str
    digest: str
    current_to: date
    stale: bool
    layers: list[str]


class TransactionAnswer(Model):
    """The answer on one transaction: the worst of its lines."""

    id: str
    file: str
    as_of: date
    route: str
    verdict: Verdict
    lines: list[LineAnswer]
    rests_on: list[str]
    packs: list[PackDigest]
    transaction: dict[str, JsonValue] = Field(
        description="The transaction in canonical form, from which the answer can be given again"
    )


class EngineStamp(Model):
    """The program that answered."""

    version: str
    conclusion_layer: str


class Receipt(Model):
    """The answers of one run of `exportcheck check`, in the order of the transactions read."""

    schema_: Literal["exportcheck/receipt/1"] = Field(default="exportcheck/receipt/1", alias="schema")
    engine: EngineStamp
    options: Options
    verdict: Verdict = Field(description="The worst of the answers")
    answers: list[TransactionAnswer] = Field(min_length=1)
    notices: list[GateNotice] | None = Field(default=None, description="Only with --waivers or --baseline")


def receipt_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the receipt."""
    schema = Receipt.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_NAME, **schema}
