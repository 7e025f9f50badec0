"""What is made fast is what is made slowly."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

from exportcheck.errors import Span
from exportcheck.intake.cells import Cells, Known
from exportcheck.intake.mapping import ColumnMap
from exportcheck.intake.quick import quick_entity, quick_fact, quick_node, quick_span
from exportcheck.source import Node
from exportcheck.transaction.model import Entity, Fact
from exportcheck.vocabulary.model import FactDeclaration, FactType

DECLARED = FactDeclaration("range", "item", FactType("number", unit="km"), "How far?", marked=True)


def test_they_are_equal_and_frozen() -> None:
    span = quick_span("orders.csv", 3, 7)
    assert span == Span("orders.csv", 3, 7)
    assert hash(span) == hash(Span("orders.csv", 3, 7))
    assert span.text == ""
    column = Cells(ColumnMap("range", "item.range"), DECLARED, 6, None, {})
    fact = quick_fact(Known("GB", "GB", complete=False), column, "orders.csv", 3)
    assert fact == Fact("GB", "GB", span, complete=False, unit="km", marked=True)
    assert dataclasses.asdict(fact) == dataclasses.asdict(Fact("GB", "GB", span, complete=False, unit="km", marked=True))
    facts = MappingProxyType({"name": fact})
    entity = quick_entity("party", "parties[0]", facts, MappingProxyType({}), span)
    assert entity == Entity("party", "parties[0]", facts, MappingProxyType({}), span)
    node = quick_node("scalar", span, "GB", "quoted")
    assert node == Node("scalar", span, "GB", "quoted")
    assert quick_node("list", span, items=(node,)) == Node("list", span, items=(node,))
    for made, name in ((span, "line"), (fact, "value"), (entity, "kind"), (node, "text")):
        assert type(made) in (Span, Fact, Entity, Node)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, name, None)
