"""Every mistake in a condition is shown where it stands, with what would be right."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exportcheck.condition import types as T
from exportcheck.condition.check import Scope, check, check_iteration
from exportcheck.condition.check_calls import CALLS
from exportcheck.condition.parse import ConditionError, parse
from tests.condition.world import FACTS, SCOPE, SYMBOLS


def mistake(text: str) -> tuple[str, str, str]:
    """(the part that is marked, message, hint). The text has « and » around the part that should be marked."""
    plain = text.replace("«", "").replace("»", "")
    with pytest.raises(ConditionError) as caught:
        check(plain, SYMBOLS, SCOPE)
    start, end = caught.value.at
    marked = f"{plain[:start]}«{plain[start:end]}»{plain[end:]}"
    return marked, caught.value.message, caught.value.hint


OPERATOR = "expected an operator (and, or, =, in, +, ...)"
CASES = [
    # syntax
    ("«  »", "an empty condition", 'write "true" for a condition that always holds'),
    ("sold an«d»", "the condition ends too early", "expected a value"),
    ("if sold then urgen«t»", "the condition ends too early", 'expected "else"'),
    ("(sol«d»", "the condition ends too early", 'expected ")"'),
    ("sold «urgent»", "unexpected 'urgent'", OPERATOR + " or the end"),
    ("some p «of» parties satisfies true", "unexpected 'of'", 'expected "in"'),
    ("not «sold»", "unexpected 'sold'", "not takes brackets: not(x)"),
    ("mode «not» in [1]", "unexpected 'not'", "write not(x in [...])"),
    ("crew =«=» 5", "unexpected '='", "equality is written with one ="),
    ("1 < crew «<» 5", "unexpected '<'", "comparisons are not chained: a < b and b < c"),
    ("balance > «-»5", "unexpected '-'", "a number below zero is written 0 - 5"),
    ("mode = «'»air'", '"\'" has no place in a condition', 'texts stand in double quotes, as in "GB"'),
    ('mode = «"»air', "'\"' has no place in a condition", "a text ends with a double quote on the same line"),
    ("crew «/» 2 > 1", "'/' has no place in a condition", "there is no division; compare with percent(part, whole) <= limit"),
    ("sold «&»& urgent", "'&' has no place in a condition", "write and"),
    ("crew «≤» 2", "'≤' has no place in a condition", "write <="),
    ("crew > «٣»", "'٣' has no place in a condition", ""),
    # literals
    ('«"sea-freight"» = mode', '"sea-freight" is not one of its values', "one of: air, sea, road"),
    ('mode = «"airr"»', '"airr" is not one of its values', 'did you mean "air"?'),
    ('destination = «"UK"»', '"UK" is no place code', 'write "GB"'),
    ('destination in ["AU", «"Mars"»]', '"Mars" is no place code', 'places are ISO codes, as "GB" or "UA-CRIMEA"'),
    ('under(eccn, [«"9Z"»])', '"9Z" is no classification of eccn', None),
    ("price > «500»", "an amount of money needs its currency", "use a parameter, or usd(500)"),
    ("price > usd(«crew»)", "usd takes a literal number", ""),
    ("crew < «1234567890123456789012»", "this number is out of range", None),
    ("crew < «0.1234567890123»", "this number is out of range", None),
    ('shipped > «"2026-01-31"»', "a text is no date", 'write date("2026-01-31")'),
    ('shipped > date(«"2026-02-30"»)', "there is no 2026-02-30", "check the day and the month"),
    ('shipped > date(«"20260131"»)', '"20260131" is no date', "write it as 2026-01-31"),
    ('shipped + duration(«"30 days"») > returned', "no such duration", "write it as P30D, P6M or P5Y"),
    ('shipped + duration(«"P201Y"») > returned', "a duration of more than 200 years", ""),
    ("crew in «[5..1]»", "nothing is in this range", "the lower bound stands first"),
    ("crew in «(1..1]»", "nothing is in this range", "the lower bound stands first"),
    ('mode in ["air", «5»]', "this is a number in a list of enum", ""),
    ("crew in [«i»]", "an item cannot stand in a list", "name one of its facts"),
    # names
    ('«destinaton» = "GB"', 'nothing is named "destinaton" here', 'did you mean "destination"?'),
    ("«i.valu» > usd(5)", 'an item has no fact named "valu"', 'did you mean "value"?'),
    ("«r.marc» = mode", 'table law/chart has no column "marc"', 'did you mean "mark"?'),
    ("«parties» = 5", "parties is a list of things, not a value", "use some ... in parties, or count(parties)"),
    ("«i.components» = 5", "components is a list of things, not a value", "use some ... in i.components"),
    ("some p in «partys» satisfies true", 'a transaction has no list named "partys"', 'did you mean "parties"?'),
    ("some p in «x.parties» satisfies true", 'there is no list "x.parties"', ""),
    ("«parties[eligible]»", "a list of things is not a value", "use some ... in ..., count(...), or sum(for ...)"),
    # types
    ("sold and «crew»", "this is a number, but a boolean is wanted here", ""),
    ("«end_use.military» or sold", "this is an enum, but a boolean is wanted here", "use knows(x)"),
    ("sold and «i»", "this is an item, but a boolean is wanted here", "name one of its facts"),
    ("«crew = mode»", "a number is compared with an enum", ""),
    ("«days = i.mass»", "day is compared with kg", ""),
    ("days in [«i.mass»..5]", "this is a number of kg, but a number of day is wanted here", ""),
    ("«mode < remark»", "an enum has no order", "use = or !="),
    ("«papers = via»", "a set cannot be compared", "use subset, overlaps, or in"),
    ("«i» = 5", "a thing cannot be compared, only its facts", ""),
    ('«eccn = "9A610.x"»', "a classification may be stated more coarsely than asked", "use under(x, [...])"),
    ("«eccn in listed»", "a classification may be stated more coarsely than asked", "use under(x, [...])"),
    ("«sold» = none", "sold can never be none", "only facts declared `absent: true` can"),
    ("«crew < none»", "none has no order", "use x = none or x != none"),
    ("(«crew + 1») = none", "only a fact can be none", ""),
    ("«law_quiet()» = none", "a definition that is true or false can never be none", ""),
    ("sold = urgent «in» papers", "unexpected 'in'", 'expected the end or "and" or "or"'),
    ("crew in «balance»", "a list is wanted here, this is a number", "a single value is compared with ="),
    ("«papers» in via", "a set is not a member", "use subset(a, b) or overlaps(a, b)"),
    ("«crew * balance» > 5", "two facts are multiplied", "one factor must be a literal, a parameter or a table value"),
    ("«price * usd(2)» > usd(5)", "money times money means nothing", ""),
    ('«price * param("law/share")» > usd(5)', "a money * a percent means nothing", "percent(part, whole) <= limit"),
    ("«price + crew» > usd(5)", "a money + a number means nothing", ""),
    ("(«if sold then price else crew») > usd(5)", "the branches differ: a money and a number", ""),
    ("law_worth(if sold then «i» else i) > usd(5)", "a thing cannot be chosen, only a value", None),
    ("«percent(price, deposit)» + 1 <= 25", "a percentage can only be compared", None),
    ("«percent(price, deposit)» in [1..25]", "a percentage can only be compared", None),
    ("«percent(price, crew)» <= 25", "a money is no part of a number", ""),
    ("«percent(price, deposit) < percent(deposit, price)»", "a percentage is compared with a percentage", None),
    # calls
    ("«eligble»(i)", 'nothing called "eligble" can be asked', ""),
    ("«overlap»(papers, papers)", 'nothing called "overlap" can be asked', 'did you mean "overlaps"?'),
    ("«overlaps(papers)»", "overlaps takes 2 arguments, not 1", ""),
    ("overlaps(papers, «mode»)", "a set is wanted here, this is an enum", "a single value stands in brackets: [x]"),
    ("overlaps(papers, «via»)", "a set of place beside a set of text", ""),
    ('crew > param(«"law/factr"»)', 'no parameter "law/factr"', 'did you mean "law/factor"?'),
    ('destination in list(«"law/freinds"»)', 'no list "law/freinds"', 'did you mean "law/friends"?'),
    ('in_group(destination, «"D:9"»)', 'no country group "D:9"', 'did you mean "ear/group-D:5"?'),
    ('holds(«"law/9"»)', 'no provision "law/9"', None),
    ('holds(«"law/3"»)', "law/3 is said of a party, and there is none here", 'holds("law/3", i)'),
    ('required(«"law/NX"», i)', 'no ground "law/NX"', 'did you mean "law/NS"?'),
    ('required("law/NS", «sold»)', "an item is wanted here, as its variable", ""),
    ("law_ok(«i»)", "a party is wanted here, as its variable", ""),
    ('lookup(«"law/chrt"», origin) = "X"', 'no table "law/chrt"', 'did you mean "law/chart"?'),
    ('lookup("law/chart", «mode») = "X"', "key place of law/chart is a place, this is an enum", ""),
    ('«lookup("law/chart")» = "X"', "table law/chart is looked up by place", ""),
    ("knows(«mode»)", "only a fact of type knowledge can be known", ""),
    ("is_undeterminable(«5»)", "only a fact can be undeterminable", ""),
    ("under(«mode», [])", "a classification is wanted here, this is an enum", ""),
    ("count(«mode») > 1", "only a list or a set can be counted", ""),
    ("sum(«crew») > 1", "sum adds what a list gives", "sum(for c in i.components return c.fair_market_value)"),
    ("«min(crew)» > 1", "min takes two numbers or more, or for ... return ...", ""),
    ("min(days, «i.mass») > 1", "a number of kg beside a number of day", ""),
    ("named(«r.mark», i)", "a column declared `names: definition` is wanted here", ""),
    ("in_named(«papers», r.names)", "a place or a text is wanted here, this is a set of text", ""),
]


@pytest.mark.parametrize(("text", "message", "hint"), CASES)
def test_a_mistake_is_shown_where_it_stands(text: str, message: str, hint: str | None) -> None:
    marked, found, right = mistake(text)
    assert (marked, found) == (text, message)
    if hint is None:
        assert right
    else:
        assert right == hint


def test_too_deep_and_too_long() -> None:
    with pytest.raises(ConditionError, match="nested more than 60 deep"):
        parse("not(" * 100 + "sold" + ")" * 100)
    with pytest.raises(ConditionError, match="nested more than 60 deep"):
        parse("crew" + " + 1" * 200 + " > 0")
    with pytest.raises(ConditionError, match="nested more than 60 deep"):
        parse("if sold then true else " * 100 + "false")
    with pytest.raises(ConditionError, match="a condition of 5000 characters"):
        parse("x" * 5_000)
    assert parse(" and ".join(["sold"] * 400)).kind == "and"


def test_an_iteration_is_checked_too() -> None:
    var, source, inner = check_iteration("p in parties[eligible] where p.country = destination", SYMBOLS, SCOPE)
    assert (var, source.name, inner.variables["p"]) == ("p", "parties", T.entity("party"))
    with pytest.raises(ConditionError, match='has no fact named "county"') as caught:
        check_iteration('p in parties where p.county = "GB"', SYMBOLS, SCOPE)
    assert caught.value.at == (19, 27)


def test_inside_a_filter_the_facts_of_the_member_stand_bare() -> None:
    check("some p in parties[country = destination and p.eligible] satisfies true", SYMBOLS, SCOPE)
    check("count(items[some c in components satisfies c.controlled]) > 0", SYMBOLS, SCOPE)
    with pytest.raises(ConditionError, match='nothing is named "eligible"'):
        check("sold or eligible", SYMBOLS, SCOPE)


WORDS = [
    *(name for facts in FACTS.values() for name in facts),
    *CALLS,
    *"""and or in if then else for return some every satisfies true false none where parties items i p c r i.eccn p.roles
    "GB" "9A610.x" "law/chart" "law/1" "P1M" "2026-01-31" 0 1 25 0.5 = != < <= > >= + - * ( ) [ ] .. , .""".split(),  # noqa: SIM905
]


@settings(max_examples=2_000, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), st.text(max_size=60)))
@example("1" + "0" * 3_000 + " > 1")
@example("(" * 1_900)
@example("crew[" * 700)
@example('shipped + duration("P9999Y") > returned')
@example("some x in x satisfies x")
@example("i in [i]")
@example("r in [r.tags]")
def test_no_text_gives_anything_but_a_condition_error(text: str) -> None:
    for scope in (SCOPE, Scope()):
        error = refused(text, scope)
        if error is not None:
            start, end = error.at
            assert 0 <= start <= end <= len(text)
            assert error.message


def refused(text: str, scope: Scope) -> ConditionError | None:
    try:
        check(text, SYMBOLS, scope, None)
    except ConditionError as error:
        return error
    return None


def test_the_words_make_some_valid_conditions() -> None:
    for text in ("sold", "crew + 1 = 25", 'i.eccn = none or "GB" in via'):
        check(text, SYMBOLS, SCOPE)
    assert all(a != b for a, b in pairwise(sorted(set(WORDS))))
