"""What formulas can come to: by trying states at random first, and by proof (z3) where none was found.

"Never", "always" and "the same" are only said where the solver proved it; where it ran out of time, nothing is said.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from exportcheck.lint.formula import Atom, Formula, Masks, masks
from exportcheck.lint.states import ANY, Row, States
from exportcheck.values import Truth

TRIED = 64
"""States tried at random, all at once."""
MOST_TRIED = 6_000
NEXT = 6
"""States next to one that was found, in the questions of each fact."""
TIMEOUT = 400
"""Milliseconds for a proof."""

Group = tuple[list[Atom], list[Row]]
"""Questions of one fact, with what they can come to together."""
FREE: list[Row] = [(True,), (False,), (None,)]
Pair = tuple[Any, Any]


class Space:
    """The states in which some formulas can be, together.

    `atoms` are all of theirs. Questions that can be answered by trying are; z3 is imported for the first that cannot. Every state
    that it finds is tried from then on, with the states next to it.
    """

    def __init__(self, states: States, formulas: Iterable[Formula]) -> None:
        atoms = {a.key: a for f in formulas for a in f.atoms()}
        self._groups: list[Group] = []
        by_fact: dict[tuple[str, str], list[Atom]] = {}
        for atom in atoms.values():
            if atom.fact is None:
                self._groups.append(([atom], FREE))
            else:
                by_fact.setdefault(atom.fact, []).append(atom)
        self._groups += [(group, states.rows(group)) for group in by_fact.values()]
        self._chance = random.Random(0)
        self._tried: dict[Hashable, Masks] = dict.fromkeys(atoms, (0, 0))
        self._lanes = 0
        self._known: dict[int, Masks] = {}
        self._kept: list[Formula] = []
        self._solver: _Solver | None = None
        for group, rows in self._groups:
            self._add(group, self._chance.choices(rows, k=TRIED))
        self._lanes = TRIED

    def _add(self, atoms: Sequence[Atom], rows: Sequence[Row]) -> None:
        """Give the atoms of a group their truth in new states, one after the other."""
        for n, atom in enumerate(atoms):
            true, false = self._tried[atom.key]
            for bit, row in enumerate(rows, self._lanes):
                answer = row[n]
                if answer == ANY:
                    answer = self._chance.random() < 0.5
                if answer:
                    true |= 1 << bit
                elif answer is False:
                    false |= 1 << bit
            self._tried[atom.key] = (true, false)

    def _also_try(self, base: Mapping[Hashable, Truth]) -> None:
        """A state that was found, and those that differ from it in the questions of one fact."""
        own = [tuple([base[a.key] for a in atoms]) for atoms, _ in self._groups]
        others = [rows if len(rows) <= NEXT else self._chance.sample(rows, NEXT) for _, rows in self._groups]
        lanes = 1 + sum(map(len, others))
        before = 1
        for number, (atoms, _) in enumerate(self._groups):
            drawn: list[Row] = [own[number]] * lanes
            drawn[before : before + len(others[number])] = others[number]
            before += len(others[number])
            self._add(atoms, drawn)
        self._lanes += lanes
        self._known.clear()

    def _masks(self, formula: Formula) -> Masks:
        self._kept.append(formula)  # identities are kept only of what lives
        return masks(formula, self._tried.__getitem__, (1 << self._lanes) - 1, self._known)

    def _proved(self, claim: Callable[[_Solver], Any]) -> bool:
        """Is there no state of which the claim holds?"""
        if self._solver is None:
            self._solver = _Solver(self._groups)
        proved, found = self._solver.none(claim(self._solver))
        if found is not None and self._lanes < MOST_TRIED:
            self._also_try(found)
        return proved

    def never(self, formula: Formula, truth: bool) -> bool:
        """Is the formula never of this truth? Only said where it is proved."""
        if self._masks(formula)[0 if truth else 1]:
            return False
        return self._proved(lambda s: s.pair(formula)[0 if truth else 1])

    def same(self, a: Formula, b: Formula) -> bool:
        """Have the two the same truth in every state?"""
        if self._masks(a) != self._masks(b):
            return False
        return self._proved(lambda s: s.differ(a, b))

    def always_with(self, a: Formula, b: Formula) -> bool:
        """Is `b` true wherever `a` is?"""
        if self._masks(a)[0] & ~self._masks(b)[0]:
            return False
        return self._proved(lambda s: s.without(a, b))


class _Solver:
    """z3 over the atoms of a space: each is a pair of booleans, surely true and surely false."""

    def __init__(self, groups: Sequence[Group]) -> None:
        import z3

        self.z3 = z3
        self._context = z3.main_ctx().ref()
        self.solver = z3.SolverFor("QF_FD")
        self.solver.set("timeout", TIMEOUT)
        self._atoms: dict[Hashable, Pair] = {}
        self._decls: dict[Hashable, Pair] = {}
        self._pairs: dict[int, Pair] = {}
        for number, (atoms, rows) in enumerate(groups):
            pairs = [(z3.Bool(f"{number}.{n}.t"), z3.Bool(f"{number}.{n}.f")) for n in range(len(atoms))]
            for atom, pair in zip(atoms, pairs, strict=True):
                self._atoms[atom.key] = pair
                self._decls[atom.key] = (pair[0].decl().ast, pair[1].decl().ast)
                self.solver.add(self._or([self._not(pair[0]), self._not(pair[1])]))
            if rows is not FREE and not all(answer == ANY for row in rows for answer in row):
                self.solver.add(self._or([self._row(pairs, row) for row in rows]))

    def _row(self, pairs: Sequence[Pair], row: Row) -> Any:
        said = []
        for (true, false), answer in zip(pairs, row, strict=True):
            if answer != ANY:
                said += [true if answer is True else self._not(true), false if answer is False else self._not(false)]
        return self._and(said)

    # z3's own And and Or look at every argument again and again, which is most of the time that a proof takes

    def _and(self, items: Sequence[Any]) -> Any:
        return self.z3.BoolRef(self.z3.Z3_mk_and(self._context, len(items), self._array(items)))

    def _or(self, items: Sequence[Any]) -> Any:
        return self.z3.BoolRef(self.z3.Z3_mk_or(self._context, len(items), self._array(items)))

    def _not(self, item: Any) -> Any:
        return self.z3.BoolRef(self.z3.Z3_mk_not(self._context, item.as_ast()))

    def _array(self, items: Sequence[Any]) -> Any:
        return (self.z3.Ast * len(items))(*[i.as_ast() for i in items])

    def none(self, claim: Any) -> tuple[bool, dict[Hashable, Truth] | None]:
        """Is it proved that no state has it? And if one has, that state."""
        self.solver.push()
        self.solver.add(claim)
        result = self.solver.check()
        found = self._state(self.solver.model()) if result == self.z3.sat else None
        self.solver.pop()
        return bool(result == self.z3.unsat), found

    def _state(self, model: Any) -> dict[Hashable, Truth]:
        """The truths of the atoms in a model. What it leaves open is taken for false, so for unknown where both are."""
        z3 = self.z3

        def holds(decl: Any) -> bool:
            value = z3.Z3_model_get_const_interp(self._context, model.model, decl)
            return bool(value) and z3.Z3_get_bool_value(self._context, value) == z3.Z3_L_TRUE

        return {k: True if holds(true) else False if holds(false) else None for k, (true, false) in self._decls.items()}

    def differ(self, a: Formula, b: Formula) -> Any:
        first, second = self.pair(a), self.pair(b)
        return self._or([first[0] != second[0], first[1] != second[1]])

    def without(self, a: Formula, b: Formula) -> Any:
        return self._and([self.pair(a)[0], self._not(self.pair(b)[0])])

    def pair(self, formula: Formula) -> Pair:
        found = self._pairs.get(id(formula))
        if found is None:
            found = self._pairs[id(formula)] = self._pair(formula)
        return found

    def _pair(self, formula: Formula) -> Pair:
        parts = [self.pair(p) for p in formula.parts]
        match formula.op:
            case "atom":
                assert formula.atom is not None
                return self._atoms[formula.atom.key]
            case "const":
                return self.z3.BoolVal(formula.value is True), self.z3.BoolVal(formula.value is False)
            case "not":
                return parts[0][1], parts[0][0]
            case "and":
                return self._and([p[0] for p in parts]), self._or([p[1] for p in parts])
            case "or":
                return self._or([p[0] for p in parts]), self._and([p[1] for p in parts])
            case "split":
                (test, refuted), then, other = parts
                open_ = self._and([self._not(test), self._not(refuted)])
                chosen = [
                    self._or([self._and([test, a]), self._and([refuted, b]), self._and([open_, a, b])])
                    for a, b in zip(then, other, strict=True)
                ]
                return chosen[0], chosen[1]
            case "settled":
                (yes, _), (no, _) = parts
                return self._and([yes, self._not(no)]), self._and([no, self._not(yes)])
