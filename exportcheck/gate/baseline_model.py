"""The shape of a file of a baseline; only imported where one is read (pydantic takes its time to import)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from exportcheck.engine.result import Verdict


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
