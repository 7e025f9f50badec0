"""Random worlds seen twice (all that is so, and what of it is stated), and random typed expressions over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import TypeVar

from exportcheck.transaction.model import Entity, EntityList, Fact
from exportcheck.values import ABSENT, UNDETERMINABLE, Classification, Money
from exportcheck.vocabulary.model import ENTITY_LISTS, MARKED_LISTS, FactType
from tests.condition.world import BOUNDS, FACTS, MARKED_FACTS, MAY_BE_ABSENT, eccn

X = TypeVar("X")
PLACES = ("AU", "GB", "US", "CN", "KP", "UA")
REGIONS = ("UA", "UA-CRIMEA", "UA-DNR", "GB", "KP")
ECCNS = ("9A610", "9A610.x", "9A610.y", "3A001.b.2", "3A001.b", "5A992", "EAR99")
WORDS = ("invoice", "license", "seller", "buyer")
NUMBERS = ("0", "1", "2", "7", "30", "99.5", "100")
DATES = (date(2026, 1, 31), date(2026, 2, 28), date(2024, 2, 29), date(2026, 3, 31), date(2027, 1, 1))
COARSE = frozenset({"region", "regions"})
"""Places that may be stated more coarsely than they are. They stand only where the law's places are asked for."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """Choices from one seed: thousands of them make a world, too many to draw and to shrink one by one."""

    random: Random

    def pick(self, options: Sequence[X]) -> X:
        """One of them."""
        return options[int(self.random.random() * len(options))]

    def chance(self, one_in: int) -> bool:
        return self.random.random() * one_in < 1

    def some(self, options: Sequence[X], most: int = 3) -> list[X]:
        return [self.pick(options) for _ in range(self.random.randint(0, most))]


# worlds


def world(c: Chooser) -> tuple[tuple[Entity, Entity], tuple[Entity, Entity]]:
    """(transaction, item) as it is, and as it is stated: facts withheld, classifications and regions coarser, marks gone."""
    full, partial = _thing(c, "transaction", "")
    item_full, item_partial = _thing(c, "item", "i")
    return (full, item_full), (partial, item_partial)


def _thing(c: Chooser, kind: str, path: str) -> tuple[Entity, Entity]:
    full: dict[str, Fact] = {}
    partial: dict[str, Fact] = {}
    for name, type_ in FACTS["item" if kind == "component" else kind].items():
        _fact(c, name, type_, full, partial)
    full_lists: dict[str, EntityList] = {}
    partial_lists: dict[str, EntityList] = {}
    for name, of in ENTITY_LISTS.get(kind, {}).items():
        if of in FACTS or of == "component":
            members = [_thing(c, of, f"{path}.{name}[{n}]") for n in range(c.pick((2, 1, 0)))]
            complete = name not in MARKED_LISTS or not c.chance(4)
            full_lists[name] = EntityList(tuple(f for f, _ in members), complete)
            withheld = name in MARKED_LISTS and c.chance(3)
            stated = [p for _, p in members if not (withheld and c.chance(2))]
            partial_lists[name] = EntityList(tuple(stated), complete and not withheld)
    return Entity(kind, path, full, full_lists), Entity(kind, path, partial, partial_lists)


def _fact(c: Chooser, name: str, type_: FactType, full: dict[str, Fact], partial: dict[str, Fact]) -> None:
    if c.chance(8):
        return
    if c.chance(8):
        full[name] = Fact(ABSENT if name in MAY_BE_ABSENT else UNDETERMINABLE)
    elif type_.list_of:
        members = frozenset(_scalar(c, name, type_) for _ in range(c.pick((2, 1, 0))))
        full[name] = Fact(members, complete=name not in MARKED_FACTS or not c.chance(4))
    else:
        full[name] = Fact(_scalar(c, name, type_))
    if not c.chance(4):
        partial[name] = _less_known(c, name, full[name])


def _scalar(c: Chooser, name: str, type_: FactType) -> object:
    match type_.base:
        case "boolean":
            return c.pick((True, False))
        case "number" | "percent":
            return Decimal(c.pick(NUMBERS if name in BOUNDS else (*NUMBERS, "-7")))
        case "money":
            amount = Decimal(c.pick(("0", "100", "250", "500", "1000")))
            return Money(amount, "EUR", amount)
        case "date":
            return c.pick(DATES)
        case "enum":
            return c.pick(type_.values)
        case "knowledge":
            return c.pick(("yes", "no"))
        case "place":
            return c.pick(REGIONS if name in COARSE else PLACES)
        case "classification":
            return eccn(c.pick(ECCNS))
        case _:
            return c.pick(WORDS)


def _less_known(c: Chooser, name: str, fact: Fact) -> Fact:
    """The fact as somebody states it who knows less."""
    value = fact.value
    if isinstance(value, frozenset):
        coarser = frozenset(_coarser(c, name, v) for v in value)
        if name in MARKED_FACTS and c.chance(3):
            return Fact(frozenset(v for v in coarser if not c.chance(3)), complete=False)
        return Fact(coarser, complete=fact.complete)
    return Fact(_coarser(c, name, value))


def _coarser(c: Chooser, name: str, value: object) -> object:
    if isinstance(value, Money) and c.chance(4):
        return Money(value.amount, value.currency, None)
    if isinstance(value, Classification) and len(value.path) > 1 and c.chance(3) and value != eccn("9A610.x"):
        return Classification(value.scheme, value.path[:1])
    if name in COARSE and isinstance(value, str) and c.chance(2):
        return value.partition("-")[0]
    return value


# expressions


@dataclass(frozen=True, slots=True)
class Names:
    """The variables in sight, by kind, for writing facts."""

    of: tuple[tuple[str, str], ...] = (("i", "item"),)

    def fresh(self) -> str:
        return f"v{len(self.of)}"

    def plus(self, name: str, kind: str) -> Names:
        return Names((*self.of, (name, kind)))


def _facts(names: Names, base: str, *, many: bool = False) -> list[str]:
    """The facts in sight of a type; `count` stands for the numbers of members, which have no unit."""
    if base == "count":
        return ["balance", "crew", *[f"{var}.staff" for var, kind in names.of if kind == "party"]]
    found = [n for n, t in FACTS["transaction"].items() if t.base == base and t.list_of == many and n not in COARSE]
    for var, kind in names.of:
        facts = FACTS["item" if kind == "component" else kind]
        found += [f"{var}.{n}" for n, t in facts.items() if t.base == base and t.list_of == many]
    return found


def _lists(names: Names) -> list[tuple[str, str]]:
    found = [("parties", "party"), ("items", "item"), ("route", "leg")]
    return found + [(f"{var}.components", "component") for var, kind in names.of if kind == "item"]


def _things(c: Chooser, names: Names, depth: int) -> tuple[str, str, str, Names]:
    """(variable, list with perhaps a filter, kind, names with the variable)."""
    name, kind = c.pick(_lists(names))
    var = names.fresh()
    if c.chance(2):
        bare = [n for n, t in FACTS["item" if kind == "component" else kind].items() if t.base == "boolean"]
        name += f"[{c.pick(bare)}]" if bare and c.chance(2) else f"[{condition(c, names, depth - 1)}]"
    return var, name, kind, names.plus(var, kind)


Make = Callable[[Chooser, Names, int], str]


def condition(c: Chooser, names: Names, depth: int) -> str:
    """A condition, in brackets where that is needed."""
    if depth <= 0:
        return c.pick((c.pick(_facts(names, "boolean")), _plain(c, names), c.pick(("true", "false"))))
    d = depth - 1
    options: tuple[Callable[[], str], ...] = (
        lambda: f"not({condition(c, names, d)})",
        lambda: f"({condition(c, names, d)} and {condition(c, names, d)})",
        lambda: f"({condition(c, names, d)} or {condition(c, names, d)})",
        lambda: f"(if {condition(c, names, d)} then {condition(c, names, d)} else {condition(c, names, d)})",
        lambda: f"({condition(c, names, d)} = {condition(c, names, d)})",
        lambda: _quantified(c, names, d),
        lambda: _ordered(c, names, d),
        lambda: _percentage(c, names, d),
        lambda: f"{c.pick(('overlaps', 'subset'))}({texts(c, names, d)}, {texts(c, names, d)})",
        lambda: f"{c.pick(('overlaps', 'subset'))}({places(c, names, d)}, {places(c, names, d)})",
        lambda: f"{c.pick(('overlaps', 'subset'))}({numbers(c, names, d)}, {numbers(c, names, d)})",
        lambda: f"({c.pick(_facts(names, 'text'))} in {texts(c, names, d)})",
        lambda: f"({place(c, names, d)} in {places(c, names, d)})",
        lambda: f"({number(c, names, d)} in {numbers(c, names, d)})",
        lambda: f"(({condition(c, names, d)}) in [{condition(c, names, d)}])",
        lambda: _plain(c, names),
    )
    return c.pick(options)()


def _quantified(c: Chooser, names: Names, depth: int) -> str:
    var, things, _, inner = _things(c, names, depth)
    return f"({c.pick(('some', 'every'))} {var} in {things} satisfies {condition(c, inner, depth)})"


def _op(c: Chooser) -> str:
    return c.pick(("<=", "<", "=", "!=", ">", ">="))


def _ordered(c: Chooser, names: Names, depth: int) -> str:
    make: Make = c.pick((number, money, day))
    if c.chance(3):
        return f"({make(c, names, depth)} in [{make(c, names, depth)}..{c.pick(_RAISED[make])}{c.pick('])')})"
    return f"({make(c, names, depth)} {_op(c)} {make(c, names, depth)})"


def _percentage(c: Chooser, names: Names, depth: int) -> str:
    limit = c.pick(('param("law/share")', "10", "0", "share", f"(if {condition(c, names, 0)} then 10 else 25)"))
    parts = f"percent({money(c, names, depth)}, {money(c, names, depth)})"
    return f"({parts} {_op(c)} {limit})" if c.chance(2) else f"({limit} {_op(c)} {parts})"


def _plain(c: Chooser, names: Names) -> str:
    """A condition without conditions in it."""
    region = c.pick(REGIONS)
    law_places = c.pick((_texts(c, REGIONS), 'list("law/embargo")', 'list("law/friends")'))
    where, what = c.pick(_facts(names, "place")), c.pick(_facts(names, "classification"))
    equal, question, mode = c.pick(("=", "!=")), c.pick(("overlaps", "subset")), c.pick(("air", "sea"))
    party = [v for v, kind in names.of if kind == "party"]
    article = [v for v, kind in names.of if kind in ("item", "component")]
    options = [
        f"{what} = none",
        f"{c.pick(('crew', 'deposit', 'returned', 'papers', 'via', 'remark'))} {equal} none",
        f"under({what}, {_asked(c)})",
        f"under(listed, {_asked(c)})",
        f"under(union(listed, for v in items return v.eccn), {_asked(c)})",
        f"under({what}, if sold then {_asked(c, listed=True)} else {_asked(c, listed=True)})",
        f'eccn = "EAR99" or "EAR99" != {what}',
        f'region {equal} "{region}"',
        f'"{region}" {equal} region',
        f"region in {law_places}",
        f'"{region}" in regions',
        f"{question}(regions, {law_places})",
        f"{question}({law_places}, regions)",
        f'{question}(list("law/embargo"), union(regions, [region]))',
        f"is_undeterminable({c.pick(('price', 'eccn', 'papers'))})",
        "knows(end_use.military)",
        f'mode {equal} "{mode}"',
        f'lookup("law/chart", {where}) {equal} "X"',
        f'lookup("law/chart#open", {where})',
        f'"a" in lookup("law/chart#tags", {where})',
        f'in_group({where}, "D:5")',
        f"in_named({where}, r.names)",
        "named(r.rule, i) = r.open",
        f'judgement("{c.pick(("fair", "open"))}")',
        "law_quiet()",
        'holds("law/1")',
        *[f"law_ok({v})" for v in party],
        *[f'holds("law/2", {v})' for v in article],
        *[f'required("{g}", {v})' for v in article for g in ("all", "law/MT")],
    ]
    return f"({c.pick(options)})"


def _asked(c: Chooser, *, listed: bool = False) -> str:
    lists = ('["9A610.x", "9A610.y"]', 'list("law/serious")', '["3A001.b.2"]', '["5A992.c"]', '["9A610.x.1"]')
    return c.pick(lists if listed else (*lists, '"9A610"'))


def _texts(c: Chooser, options: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{x}"' for x in (c.pick(options), *c.some(options, 2))) + "]"


def _figure(c: Chooser, names: Names, depth: int, base: str, own: Sequence[str], plain: str, factor: str) -> str:
    """A number of a kind: facts, and what can be made of them."""
    if depth <= 0:
        return c.pick((*own, *_facts(names, base)))
    d = depth - 1

    def again() -> str:
        return _figure(c, names, d, base, own, plain, factor)

    options: tuple[Callable[[], str], ...] = (
        lambda: f"({again()} + {again()})",
        lambda: f"({again()} - {again()})",
        lambda: f"({again()} * {c.pick(('2', '0', factor))})",
        lambda: f"(if {condition(c, names, d)} then {again()} else {again()})",
        lambda: f"{c.pick(('min', 'max'))}({again()}, {again()})",
        lambda: _folded(c, names, d, base, own, plain, factor),
        lambda: c.pick((*own, *_facts(names, base))),
    )
    return c.pick(options)()


def _folded(c: Chooser, names: Names, depth: int, base: str, own: Sequence[str], plain: str, factor: str) -> str:
    var, things, _, inner = _things(c, names, depth)
    body = c.pick((plain, *[f for f in _facts(inner, base) if f.startswith(f"{var}.")]))
    if c.chance(2):
        body = _figure(c, inner, depth, base, own, plain, factor)
    return f"{c.pick(('sum', 'min', 'max'))}(for {var} in {things} return {body})"


def money(c: Chooser, names: Names, depth: int) -> str:
    own = ("usd(250)", "usd(0)", 'param("law/amount")', "law_worth(i)")
    return _figure(c, names, depth, "money", own, "usd(100)", 'param("law/factor")')


def number(c: Chooser, names: Names, depth: int) -> str:
    """A number without unit: `balance`, `crew` and what is made of them."""
    own = ("balance", "crew", "7", "30", 'param("law/factor")', 'param("law/not-yet")', 'lookup("law/chart#level", origin)')
    if depth > 0 and c.chance(3):
        _, things, _, _ = _things(c, names, depth - 1)
        return c.pick((f"count({things})", f"count({texts(c, names, depth - 1)})", "count(lots)"))
    return _figure(c, names, depth, "count", own, "7", 'param("law/not-yet")')


def day(c: Chooser, names: Names, depth: int) -> str:
    if depth <= 0:
        return c.pick((*_facts(names, "date"), 'date("2026-02-28")', 'date("2024-02-29")'))
    duration = c.pick(("P1M", "P30D", "P1Y", "P1M2D", "P0D", "P200Y"))
    options: tuple[Callable[[], str], ...] = (
        lambda: f'({day(c, names, depth - 1)} {c.pick("+-")} duration("{duration}"))',
        lambda: f"(if {condition(c, names, depth - 1)} then {day(c, names, 0)} else {day(c, names, 0)})",
        lambda: f'({day(c, names, 0)} + (if {condition(c, names, 0)} then duration("P1D") else duration("P2D")))',
    )
    return c.pick(options)()


_RAISED: dict[Make, tuple[str, ...]] = {
    number: ("balance", "crew", "1000"),
    money: ("price", 'param("law/amount")'),
    day: ("shipped", "returned"),
}
"""Upper bounds of ranges that are not known to be below any lower one."""


def place(c: Chooser, names: Names, depth: int) -> str:
    if depth > 0 and c.chance(3):
        return f"(if {condition(c, names, depth - 1)} then {place(c, names, 0)} else {place(c, names, 0)})"
    return c.pick(_facts(names, "place"))


def texts(c: Chooser, names: Names, depth: int) -> str:
    return _set(
        c, names, depth, "text", lambda: _texts(c, WORDS), ('list("law/papers")', "r.tags", 'lookup("law/chart#tags", origin)')
    )


def places(c: Chooser, names: Names, depth: int) -> str:
    return _set(
        c,
        names,
        depth,
        "place",
        lambda: f'union(list("law/nothing"), {_texts(c, PLACES)})',
        ('list("law/friends")', 'list("law/nothing")'),
    )


def numbers(c: Chooser, names: Names, depth: int) -> str:
    return _set(c, names, depth, "number", lambda: f"[1, 7, {number(c, names, 0)}]", ("lots",))


def _set(c: Chooser, names: Names, depth: int, base: str, literal: Callable[[], str], own: Sequence[str]) -> str:
    """A set of texts, places or numbers."""
    facts = _facts(names, base, many=True)
    if depth <= 0:
        return literal() if c.chance(2) else c.pick((*own, *facts))
    d = depth - 1

    def again() -> str:
        return _set(c, names, d, base, literal, own)

    def collected() -> str:
        var, things, _, inner = _things(c, names, d)
        scalars = [f for f in _facts(inner, base) if f.startswith(f"{var}.") and base != "number"]
        sets = [f for f in _facts(inner, base, many=True) if f.startswith(f"{var}.")]
        body = c.pick((*scalars, *sets)) if scalars or sets else again()
        return f"union(for {var} in {things} return {body})"

    options: tuple[Callable[[], str], ...] = (
        lambda: f"union({again()}, {again()})",
        lambda: f"(if {condition(c, names, d)} then {again()} else {again()})",
        lambda: f"[{', '.join(c.pick(_facts(names, base) if base != 'number' else ['balance', 'crew']) for _ in range(2))}]",
        collected,
        literal,
    )
    return c.pick(options)()


KINDS: tuple[Make, ...] = (condition, condition, condition, number, money, day, place, texts, places, numbers)


def case(seed: int) -> tuple[tuple[Entity, Entity], tuple[Entity, Entity], list[str]]:
    """The world as it is, as it is stated, and expressions about it."""
    c = Chooser(Random(seed))
    full, partial = world(c)
    return full, partial, [c.pick(KINDS)(c, Names(), c.pick((2, 1, 3))) for _ in range(5)]
