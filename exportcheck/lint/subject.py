"""What is linted: packs, in the forms in which the rules of the linter need them, each made once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from exportcheck.lint.beside import CasesBeside, read_beside
from exportcheck.lint.encode import Encoder
from exportcheck.lint.formula import Formula
from exportcheck.lint.logic import Space
from exportcheck.lint.states import States
from exportcheck.rulepack.model import Definition, Packs, Provision


class Subject:
    """Packs to lint. `day` is the day as of which they may be stale, if one was given."""

    def __init__(self, packs: Packs, day: date | None = None) -> None:
        self.packs = packs
        self.day = day
        self.encoder = Encoder(packs)
        self.states = States(packs)
        self._formulas: dict[int, Formula] = {}

    def formula(self, provision: Provision) -> Formula:
        """Gate and clauses of a provision."""
        found = self._formulas.get(id(provision))
        if found is None:
            found = self._formulas[id(provision)] = self.encoder.provision(provision)
        return found

    def space(self, *formulas: Formula) -> Space:
        """The states in which these formulas can be together."""
        return Space(self.states, formulas)

    @cached_property
    def by_id(self) -> Mapping[str, Provision]:
        """One text of each provision, the last."""
        return {p.id: p for p in self.packs.provisions}

    @cached_property
    def everything(self) -> tuple[Provision | Definition, ...]:
        return (*self.packs.provisions, *self.packs.definitions.values())

    @cached_property
    def beside(self) -> CasesBeside:
        """What the files of cases name. Raises `InputError` for a file that cannot be read."""
        return read_beside(self.packs)
