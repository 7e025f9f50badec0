"""The examples of docs/conditions.md and of the docstrings give the values that stand beside them."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import exportcheck.condition
from exportcheck.condition import evaluate
from exportcheck.condition.check_calls import CALLS
from exportcheck.condition.parse import DEEPEST, LONGEST, ConditionError
from exportcheck.values import ABSENT, UNDETERMINABLE, UNKNOWN, Interval, PartialSet

PAGE = Path(__file__).resolve().parents[2] / "docs" / "conditions.md"
TEXT = PAGE.read_text(encoding="utf-8")
STATES = {"none": ABSENT, "undeterminable": UNDETERMINABLE, "unknown": UNKNOWN}


def given(value: object) -> object:
    """A value as the page writes it."""
    if isinstance(value, Mapping):
        return {str(name): given(v) for name, v in value.items()}
    if isinstance(value, list):
        return [given(v) for v in value]
    if value in ("true", "false"):
        return value == "true"
    text = str(value)
    interval = re.fullmatch(r"([\d.]+) to ([\d.]+)", text)
    return Interval(Decimal(interval[1]), Decimal(interval[2])) if interval else STATES.get(text, text)


def shown(value: object) -> str:
    """A result as the page writes it."""
    if value is None or value is UNKNOWN:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Interval):
        assert value.low is not None
        return f"{value.low:f} to {value.high:f}" if value.high is not None else f"{value.low:f} or more"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def examples() -> Iterator[tuple[int, Mapping[str, Mapping[str, object]], str, str]]:
    """(line, header of the block, expression, value) of every example."""
    for block in re.finditer(r"```condition\n(.*?)\n---\n(.*?)```", TEXT, re.DOTALL):
        header = yaml.load(block[1], Loader=yaml.BaseLoader)
        first = TEXT[: block.start(2)].count("\n") + 1
        for n, line in enumerate(block[2].splitlines()):
            expression, arrow, value = line.rpartition("->")
            assert arrow, f"line {first + n} has no value"
            yield first + n, header, expression.strip(), value.strip()


EXAMPLES = list(examples())


@pytest.mark.parametrize(("line", "header", "expression", "value"), EXAMPLES, ids=[f"line {e[0]}" for e in EXAMPLES])
def test_each_example_has_its_value(line: int, header: Mapping[str, Mapping[str, object]], expression: str, value: str) -> None:
    lists = {name: list(members) for name, members in header.get("lists", {}).items()}  # type: ignore[call-overload]
    parameters = {name: Decimal(str(figure)) for name, figure in header.get("parameters", {}).items()}
    types = {name: str(type_) for name, type_ in header["types"].items()}
    values = given(header["given"])
    assert isinstance(values, dict)
    try:
        found = shown(evaluate(expression, values, types=types, lists=lists, parameters=parameters))
    except ConditionError as error:
        found = f"error: {error.message}"
    assert found == value, f"{PAGE.name}:{line}"


def test_the_page_has_examples_of_everything() -> None:
    assert len(EXAMPLES) > 60
    assert {value.partition(":")[0] for *_, value in EXAMPLES} >= {"true", "false", "unknown", "error"}


def test_the_table_of_built_ins_has_them_all() -> None:
    table = TEXT[TEXT.index("## Built-ins") : TEXT.index("**Places.**")]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = set(re.findall(r"`([a-z_]+)\(", " ".join(rows)))
    assert named == set(CALLS)


def test_the_limits_stand_as_they_are() -> None:
    assert f"to {DEEPEST} levels" in TEXT
    assert f"{LONGEST:,} characters" in TEXT


def test_the_docstring_examples_run() -> None:
    values = {"UNKNOWN": UNKNOWN, "ABSENT": ABSENT, "Interval": Interval, "PartialSet": PartialSet, "Decimal": Decimal}
    result = doctest.testmod(exportcheck.condition, extraglobs=values)
    assert result.attempted > 3
    assert result.failed == 0
    page = doctest.testfile(str(PAGE), module_relative=False)
    assert page.attempted > 1
    assert page.failed == 0
