"""Which parts of a clause made it what it is, and how citations read outside their provision."""

from __future__ import annotations

import pytest

from exportcheck.engine.bearing import bearing, deciding_clause
from exportcheck.engine.cited import full_cite
from exportcheck.engine.clauses import Node
from exportcheck.rulepack.model import Clause
from exportcheck.values import Truth


def leaf(address: str, truth: Truth) -> Node:
    return Node(Clause(address, "when"), truth)


def tree(form: str, truth: Truth, *parts: Truth | Node) -> Node:
    children = tuple(p if isinstance(p, Node) else leaf(f"({n})", p) for n, p in enumerate(parts, start=1))
    return Node(Clause("(0)", form), truth, children)


@pytest.mark.parametrize(
    ("form", "truth", "parts", "bears"),
    [
        ("all_of", True, (True, True), "(1)(2)"),
        ("all_of", False, (True, False, False), "(2)"),
        ("all_of", None, (True, None, None), "(2)(3)"),
        ("any_of", True, (False, True, True), "(2)"),
        ("any_of", False, (False, False), "(1)(2)"),
        ("any_of", None, (False, None), "(2)"),
        ("none_of", True, (False, False), "(1)(2)"),
        ("none_of", False, (False, True, True), "(2)"),
        ("each", False, (True, False, False), "(2)(3)"),
        ("some", True, (False, True), "(2)"),
    ],
)
def test_what_bears(form: str, truth: Truth, parts: tuple[Truth, ...], bears: str) -> None:
    assert "".join(node.clause.address for node in bearing(tree(form, truth, *parts))) == bears


def test_the_deepest_clause_that_decides_alone() -> None:
    assert deciding_clause(tree("all_of", False, True, tree("any_of", False, leaf("(a)", False)))) == "(a)"
    assert deciding_clause(tree("all_of", False, True, tree("any_of", False, leaf("(a)", False), leaf("(b)", False)))) == "(0)"
    assert deciding_clause(tree("all_of", True, True, True)) == "(0)"
    assert deciding_clause(tree("each", False, leaf("(a)", False))) == "(0)"
    assert deciding_clause(None) == ""


@pytest.mark.parametrize(
    ("provision", "cite", "full"),
    [
        ("22 CFR 126.7(a)", "(b)(2)(iii)", "22 CFR 126.7(b)(2)(iii)"),
        ("22 CFR 126.7(a)", "(b)(5), 123.9(b)(1)", "22 CFR 126.7(b)(5), 123.9(b)(1)"),
        ("22 CFR 126.7(b)(4), 123.15(a)", "123.15(a)(2)", "22 CFR 123.15(a)(2)"),
        ("22 CFR 123.1(a)(1), (4)", "22 CFR 120.16(c)", "22 CFR 120.16(c)"),
        ("22 CFR part 126, Supplement No. 2", "entry 2", "22 CFR part 126, Supplement No. 2, entry 2"),
        ("15 CFR 734.4", "", "15 CFR 734.4"),
        ("", "(b)", "(b)"),
    ],
)
def test_full_citations(provision: str, cite: str, full: str) -> None:
    assert full_cite(provision, cite) == full
