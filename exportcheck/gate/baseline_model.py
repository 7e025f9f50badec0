"""The shape of a file of a baseline, and what of a receipt is read as one, whatever else this or an earlier version writes.

Only imported where one is read (pydantic takes its time to import).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from exportcheck.engine.result import FailKind, Outcome, ReviewKind, Verdict


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineBefore(Model):
    """The answer on a line: the verdict, and the addresses, grounds and provisions that it turned on."""

    line: str
    verdict: Verdict
    decided: list[str]


class AnswerBefore(Model):
    """The lines of one transaction, and the file in which it was described."""

    id: str
    file: str
    lines: list[LineBefore]


class BaselineFile(Model):
    """What `--write-baseline` writes."""

    schema_: Literal["exportcheck/baseline/1"] = Field(alias="schema")
    answers: list[AnswerBefore]


class Part(BaseModel):
    """A part of a receipt; fields that are not read here may be there or not."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class GroundPart(Part):
    """A ground, raised or not."""

    ground: str
    outcome: Outcome
    lifted_by: list[str]


class PackPart(Part):
    """What a pack decided."""

    pack: str
    force: Literal["binding", "reference"]
    verdict: Verdict
    fail: FailKind | None
    deciding: str
    grounds: list[GroundPart]
    reviews: list[ReviewKind]


class QuestionPart(Part):
    """Who asks a question."""

    kind: ReviewKind
    asked_by: list[str]


class ConflictPart(Part):
    """The provision by which facts contradict each other."""

    provision: str


class LinePart(Part):
    """The answer on a line."""

    line: str
    verdict: Verdict
    packs: list[PackPart]
    questions: list[QuestionPart]
    conflicts: list[ConflictPart]


class AnswerPart(Part):
    """The answer on a transaction."""

    id: str
    file: str
    lines: list[LinePart]


class ReceiptPart(Part):
    """The answers of a receipt."""

    answers: list[AnswerPart] = Field(min_length=1)
