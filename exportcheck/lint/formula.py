"""Three-valued formulas over atoms: what is left of a condition when its facts are put aside.

A formula is true, false or unknown (Kleene). An atom stands for a question of the facts; two atoms of one key are the same
question. Formulas are shared, immutable, and compared by identity.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from exportcheck.condition.ast import Expr

Masks = tuple[int, int]
"""A formula in many states at once: a bit for each state in which it is true, and for each in which it is false."""


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """A question of the facts. `fact` is (entity, name) where it is of one fact alone, and `expr` then says which."""

    key: Hashable
    fact: tuple[str, str] | None = None
    expr: Expr | None = None


Op = Literal["atom", "const", "not", "and", "or", "split", "settled"]


@dataclass(frozen=True, eq=False)
class Formula:
    """`split` is (test, then, other); `settled` is (what settles it true, what settles it false)."""

    op: Op
    parts: tuple[Formula, ...] = ()
    atom: Atom | None = None
    value: bool | None = None

    def atoms(self) -> Iterator[Atom]:
        """Every atom, some more than once."""
        stack = [self]
        while stack:
            formula = stack.pop()
            if formula.atom is not None:
                yield formula.atom
            stack.extend(formula.parts)

    @cached_property
    def names(self) -> frozenset[Hashable]:
        """What the formula asks about: facts, and the keys of what is no question of one fact."""
        return frozenset(a.fact if a.fact is not None else a.key for a in self.atoms())


TRUE: Final = Formula("const", value=True)
FALSE: Final = Formula("const", value=False)
UNKNOWN: Final = Formula("const", value=None)


def of_atom(atom: Atom) -> Formula:
    return Formula("atom", atom=atom)


def negation(item: Formula) -> Formula:
    if item.op == "not":
        return item.parts[0]
    if item.op == "const":
        return item if item.value is None else FALSE if item.value else TRUE
    return Formula("not", (item,))


def conjunction(items: Sequence[Formula]) -> Formula:
    kept = [i for i in items if i is not TRUE]
    if any(i is FALSE for i in kept):
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else Formula("and", tuple(kept))


def disjunction(items: Sequence[Formula]) -> Formula:
    kept = [i for i in items if i is not FALSE]
    if any(i is TRUE for i in kept):
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else Formula("or", tuple(kept))


def masks(formula: Formula, of_key: Callable[[Hashable], Masks], every: int, known: dict[int, Masks]) -> Masks:
    """The formula in many states at once. `every` has a bit for each; `known` keeps what was worked out, by identity."""
    found = known.get(id(formula))
    if found is not None:
        return found
    parts = [masks(p, of_key, every, known) for p in formula.parts]
    match formula.op:
        case "atom":
            assert formula.atom is not None
            result = of_key(formula.atom.key)
        case "const":
            result = (every if formula.value is True else 0, every if formula.value is False else 0)
        case "not":
            result = (parts[0][1], parts[0][0])
        case "and":
            true, false = every, 0
            for t, f in parts:
                true &= t
                false |= f
            result = (true, false)
        case "or":
            true, false = 0, every
            for t, f in parts:
                true |= t
                false &= f
            result = (true, false)
        case "split":
            (test, refuted), (then, then_not), (other, other_not) = parts
            open_ = every & ~test & ~refuted
            result = (
                test & then | refuted & other | open_ & then & other,
                test & then_not | refuted & other_not | open_ & then_not & other_not,
            )
        case "settled":
            (yes, _), (no, _) = parts
            result = (yes & ~no & every, no & ~yes & every)
    known[id(formula)] = result
    return result
