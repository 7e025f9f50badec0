"""Every classification that the law of the packs names is one that a person may state: the lists of paragraphs leave none out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from exportcheck.condition.ast import Lit
from exportcheck.engine.unlisted import listed_paths
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from exportcheck.rulepack.visit import expressions
from exportcheck.values import Classification

DAY = date(2025, 9, 1)
"""A day on which reserved paragraphs of the USML are not refused: lists spell ranges out that run over them."""
RESERVED = {"3A001.b.6"}
"""Within a range that a table spells out, and no paragraph."""


def of_tables(packs: Packs) -> Iterator[tuple[str, Classification]]:
    for table in packs.tables.values():
        for row in table.rows:
            if isinstance(last := row.get("to"), date) and last < DAY:
                continue
            for cell in row.values():
                for value in cell if isinstance(cell, frozenset) else (cell,):
                    if isinstance(value, Classification):
                        yield table.id, value


def of_lists(packs: Packs) -> Iterator[tuple[str, Classification]]:
    for named in packs.lists.values():
        for member in named.members:
            if isinstance(member.value, Classification):
                yield named.id, member.value


def of_conditions(packs: Packs) -> Iterator[tuple[str, Classification]]:
    for provision in packs.provisions:
        for expression in expressions(provision):
            if isinstance(expression, Lit) and isinstance(expression.value, Classification):
                yield provision.id, expression.value


@pytest.mark.parametrize("named", [of_tables, of_lists, of_conditions])
def test_no_paragraph_that_the_packs_name_is_refused(named: Callable[[Packs], Iterator[tuple[str, Classification]]]) -> None:
    packs = load_packs()
    listed = listed_paths(packs)
    found = list(named(packs))
    assert found
    refused = {
        (where, str(value), wrong)
        for where, value in found
        if value.scheme in listed and str(value) not in RESERVED and (wrong := listed[value.scheme].wrong(value, DAY))
    }
    assert not refused
