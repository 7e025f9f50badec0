"""What expressions are like, apart from where they stand: equal ones are read once, and at the outermost rows that they need."""

from __future__ import annotations

from dataclasses import fields

from exportcheck.condition import ast as A
from exportcheck.rulepack.visit import children


class Shapes:
    """Numbers expressions that are the same but for their place in the text, and knows what they read."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}
        self._known: dict[int, tuple[A.Expr, int]] = {}
        self._nodes: list[A.Expr] = []
        self._free: dict[int, frozenset[str]] = {}
        self._constants: dict[int, tuple[tuple[str, str], ...]] = {}

    def number(self, node: A.Expr) -> int:
        """Equal for expressions that mean the same because they are written the same."""
        found = self._known.get(id(node))
        if found is None:
            key = (type(node), *(self._part(getattr(node, f.name)) for f in fields(node) if f.name != "at"))
            found = self._known[id(node)] = (node, self._numbers.setdefault(key, len(self._numbers)))
            if found[1] == len(self._nodes):
                self._nodes.append(node)
        return found[1]

    def node(self, number: int) -> A.Expr:
        """The first expression of a number."""
        return self._nodes[number]

    def _part(self, value: object) -> object:
        if isinstance(value, A.Expr):
            return ("expr", self.number(value))
        if isinstance(value, tuple):
            return tuple(self._part(v) for v in value)
        return (value.__class__, value)  # True and 1 are two

    def free(self, node: A.Expr) -> frozenset[str]:
        """The variables whose entities it reads; "" is the transaction."""
        number = self.number(node)
        found = self._free.get(number)
        if found is None:
            found = self._free[number] = self._read(node)
        return found

    def _read(self, node: A.Expr) -> frozenset[str]:
        match node:
            case A.Fact() | A.EntityVar():
                return frozenset((node.var,))
            case A.JudgementRef():
                return frozenset(("",))
            case A.Entities():
                inner = frozenset() if node.where is None else self.free(node.where) - {node.member}
                return inner | {node.var}
            case A.Quant() | A.Collect() | A.Fold():
                return self.free(node.source) | (self.free(node.body) - {node.var})
            case _:
                return frozenset().union(*(self.free(c) for c in children(node)))

    def constants(self, node: A.Expr) -> tuple[tuple[str, str], ...]:
        """What it reads of the variables that are the same in all rows: (variable, column), of a ground (variable, "")."""
        number = self.number(node)
        found = self._constants.get(number)
        if found is None:
            own: set[tuple[str, str]] = set()
            match node:
                case A.Cell():
                    own = {(node.var, node.column)}
                case A.GroundVar():
                    own = {(node.var, "")}
                case A.Required() if node.ground_var:
                    own = {(node.ground_var, "")}
            found = self._constants[number] = tuple(sorted(own.union(*(self.constants(c) for c in children(node)))))
        return found
