"""Whatever is done to a description, it is read or refused with places: no other exception, and no answer without facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exportcheck.errors import InputError, Problem
from exportcheck.source.characters import decode
from exportcheck.source.read import Format, read_text_documents
from exportcheck.transaction.canonical import canonical
from exportcheck.transaction.read import read_transactions, transaction_from_node
from exportcheck.vocabulary.load import core_vocabulary
from tests.transaction.descriptions import FULL, SHORT, read

FULL_FORM = canonical(read(FULL))
STRANGE: list[Any] = [
    None, True, False, 0, -1, 1e300, float("nan"), float("inf"), "", " ", "none", "undeterminable", "unknown", "NO", "no",
    "NaN", "1e99999", "1,000", "-5 USD", "5 USD", "9" * 400, "\u202e", "\x00", "2026-02-30", "VIII(h)(1)", "9A610", "x" * 5000,
    "5 km^9", "100 mi", [], {}, [[]], [{}], {"value": None}, {"value": {"value": 1}}, ["GB", None], {"": ""}, [[[[[[]]]]]],
]  # fmt: skip
NAMES = sorted({name.split(".")[0] for _, name in core_vocabulary().facts} | {"components", "items", "claims", "value"})
PIECES = [
    b"\t", b"\n", b" ", b"- ", b": ", b"&a ", b"*a ", b"!!str ", b"{", b"}", b"[", b"]",
    b'"', b"'", b"#", b"---\n", b"|", b">",
    b"\xff", b"\xe2\x80\xae", b"\x00", b"%", b"@", b"<<: ", b"\xef\xbb\xbf", b"\xff\xfe", b"? ", b"null", b"1e9999"
]  # fmt: skip


def check(text: str, format: Format) -> None:
    """Either transactions that can be written down, or problems that each have a place and a message."""
    problems: tuple[Problem, ...] = ()
    try:
        for node in read_text_documents(text, "a", format):
            for part in node.items if node.kind == "list" else (node,):
                tx = transaction_from_node(part, core_vocabulary())
                json.dumps(canonical(tx))
                assert tx.items
    except InputError as error:
        problems = error.problems
        assert str(error) != ""  # noqa: PT017
    assert all(problem.span.file == "a" and problem.message for problem in problems)


@st.composite
def mutated_bytes(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from([FULL, SHORT, json.dumps(FULL_FORM)])).encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 12)))
        data[at:end] = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4), st.just(bytes(data[at:end]) * 2)))
    return bytes(data)


def mutate(draw: st.DrawFn, value: Any) -> Any:
    """The same structure with one change somewhere in it."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        match draw(st.integers(0, 7)):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return {**value, draw(st.sampled_from(NAMES)): draw(st.sampled_from(STRANGE))}
            case 2:
                return {(k[::-1] if k == key else k): v for k, v in value.items()}
            case _:
                return {**value, key: mutate(draw, value[key])}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], mutate(draw, value[at]), *value[at + draw(st.integers(0, 1)) :]]
    if isinstance(value, str) and draw(st.booleans()):
        return draw(st.one_of(st.text(max_size=8), st.just(value + value), st.just(value[:-1]), st.just(value.upper())))
    return draw(st.sampled_from(STRANGE))


@st.composite
def mutated_structures(draw: st.DrawFn) -> Any:
    value: Any = FULL_FORM
    for _ in range(draw(st.integers(1, 4))):
        value = mutate(draw, value)
    return value


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated_bytes(), st.sampled_from(["yaml", "yaml", "json", "jsonl"]))
def test_mutated_bytes(data: bytes, format: Format) -> None:
    try:
        text = decode(data, "a")
    except InputError:
        return
    check(text, format)


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated_structures(), st.sampled_from(["yaml", "json"]))
def test_mutated_structures(value: Any, format: Format) -> None:
    check(json.dumps(value), format)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200))
def test_any_bytes_in_a_file(tmp_path_factory: Any, data: bytes) -> None:
    path: Path = tmp_path_factory.mktemp("any") / "a.yaml"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_transactions([path], core_vocabulary())
    assert {problem.span.file for problem in caught.value.problems} == {str(path)}
