"""Clauses as functions: of a clause its truth, with no more looked at than settles it, and its node, with all its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from exportcheck.condition.ast import GroundVar
from exportcheck.condition.evaluate import Compiler, Env, k_each, k_some, under_any
from exportcheck.rulepack.model import Clause, Rows
from exportcheck.rulepack.ruleset import TableSlice
from exportcheck.transaction.model import Entity
from exportcheck.values import ABSENT, Classification, PartialSet, Truth, k_and, k_not, k_or

if TYPE_CHECKING:
    from exportcheck.engine.evaluate import Evaluation

Row = tuple[Mapping[str, object] | None, Truth]


class Node:
    """A clause with its truth, what its parts came to, and for a member of `each` / `some` whose it is. Never changed."""

    __slots__ = ("children", "clause", "complete", "is_in", "member", "truth")

    def __init__(
        self,
        clause: Clause,
        truth: Truth,
        children: tuple[Node, ...] = (),
        member: Entity | None = None,
        is_in: Truth = True,
        complete: bool = True,
    ) -> None:
        self.clause = clause
        self.truth = truth
        self.children = children
        self.member = member
        self.is_in = is_in
        self.complete = complete  # of `each` and `some`: are the children all the members there are?

    def find(self, address: str) -> list[Node]:
        found = [self] if self.clause.address == address else []
        for child in self.children:
            found += child.find(address)
        return found

    def pinned(self, address: str, truth: Truth) -> Truth:
        """What the clause would come to, were the clauses of this address, here or below, of that truth."""
        return self._pinned(address, truth)[1]

    def _pinned(self, address: str, truth: Truth) -> tuple[bool, Truth]:
        """Is such a clause here or below, and the truth with it."""
        if self.clause.address == address:
            return True, truth
        below = [c._pinned(address, truth) for c in self.children]
        if not any(found for found, _ in below):
            return False, self.truth
        values = [value for _, value in below]
        form = self.clause.form
        if form in ("each", "some"):
            pairs = [(c.is_in, v) for c, v in zip(self.children, values, strict=True)]
            if form == "some":
                return True, k_some(pairs, self.complete)
            return True, k_each(pairs, self.complete, or_none=self.clause.or_none)
        if form == "all_of":
            return True, k_and(values)
        return True, k_or(values) if form == "any_of" else k_not(k_or(values))


TruthOf = Callable[["Evaluation", Env], Truth]
NodeOf = Callable[["Evaluation", Env], Node]

_SETTLED: Mapping[str, tuple[Truth, Truth]] = {"all_of": (False, False), "any_of": (True, True), "none_of": (True, False)}
"""Of a clause with parts: the truth of a part that settles it, and what it is settled to."""


def compile_truth(clause: Clause, compiled: Compiler) -> TruthOf:
    """The truth of a clause as a function: the one that its node has."""
    if clause.form in _SETTLED:
        return _first_that_settles(clause, compiled)
    if clause.form not in ("each", "some"):
        return _leaf(clause, compiled)
    assert clause.source is not None
    members = compiled.members(clause.source)
    body = compile_truth(clause.children[0], compiled)
    var, or_none, each = clause.var, clause.or_none, clause.form == "each"

    def of_members(evaluation: Evaluation, env: Env) -> Truth:
        kept, complete = members(env)
        saved = env.vars.get(var)
        values = []
        for member, is_in in kept:
            env.vars[var] = member
            values.append((is_in, body(evaluation, env)))
        env.vars[var] = saved
        return k_each(values, complete, or_none=or_none) if each else k_some(values, complete)

    return of_members


def _first_that_settles(clause: Clause, compiled: Compiler) -> TruthOf:
    """Parts are made into functions when they are first asked."""
    parts: list[TruthOf] = []
    decisive, settled = _SETTLED[clause.form]
    otherwise: Truth = not settled

    def when_asked(child: Clause, n: int) -> TruthOf:
        def first(evaluation: Evaluation, env: Env) -> Truth:
            part = parts[n] = compile_truth(child, compiled)
            return part(evaluation, env)

        return first

    parts += [when_asked(child, n) for n, child in enumerate(clause.children)]

    def in_turn(evaluation: Evaluation, env: Env) -> Truth:
        truth = otherwise
        for part in parts:
            value = part(evaluation, env)
            if value is decisive:
                return settled
            if value is None:
                truth = None
        return truth

    return in_turn


def compile_node(clause: Clause, compiled: Compiler) -> NodeOf:
    """The node of a clause as a function: nothing is cut short."""
    if clause.form in _SETTLED:
        return _junction(clause, compiled)
    if clause.form in ("each", "some"):
        return _members(clause, compiled)
    truth_of = _leaf(clause, compiled)
    nodes = {truth: Node(clause, truth) for truth in (True, False, None)}  # shared by every evaluation
    return lambda evaluation, env: nodes[truth_of(evaluation, env)]


def _junction(clause: Clause, compiled: Compiler) -> NodeOf:
    parts = [compile_node(c, compiled) for c in clause.children]
    decisive, settled = _SETTLED[clause.form]
    otherwise: Truth = not settled

    def junction(evaluation: Evaluation, env: Env) -> Node:
        nodes = tuple([part(evaluation, env) for part in parts])
        truth = otherwise
        for node in nodes:
            value = node.truth
            if value is decisive:
                truth = settled
                break
            if value is None:
                truth = None
        return Node(clause, truth, nodes)

    return junction


def _members(clause: Clause, compiled: Compiler) -> NodeOf:
    assert clause.source is not None
    members = compiled.members(clause.source)
    body = compile_node(clause.children[0], compiled)
    var, or_none, each = clause.var, clause.or_none, clause.form == "each"

    def of_members(evaluation: Evaluation, env: Env) -> Node:
        kept, complete = members(env)
        saved = env.vars.get(var)
        nodes = []
        for member, is_in in kept:
            env.vars[var] = member
            node = body(evaluation, env)
            nodes.append(Node(node.clause, node.truth, node.children, member, is_in, node.complete))
        env.vars[var] = saved
        values = [(n.is_in, n.truth) for n in nodes]
        truth = k_each(values, complete, or_none=or_none) if each else k_some(values, complete)
        return Node(clause, truth, tuple(nodes), complete=complete)

    return of_members


def _leaf(clause: Clause, compiled: Compiler) -> TruthOf:
    """A clause without parts."""
    when = None if clause.when is None else compiled(clause.when.expr)
    match clause.form:
        case "when" if when is not None:
            return lambda evaluation, env: when(env)
        case "true_when" if when is not None and clause.false_when is not None:
            refutes = compiled(clause.false_when.expr)

            def settled(evaluation: Evaluation, env: Env) -> Truth:
                true, false = when(env), refutes(env)
                if true and false:
                    evaluation.clash(clause, env)
                    return None
                return True if true else False if false else None

            return settled
        case "holds" | "holds_not":
            assert clause.entity is not None
            name, _, part = clause.target.partition("#")
            entity, positive = compiled(clause.entity), clause.form == "holds"

            def held(evaluation: Evaluation, env: Env) -> Truth:
                value = evaluation.outcome(name, part, entity(env))
                return value if positive else k_not(value)

            return held
        case "judgement":

            def judged(evaluation: Evaluation, env: Env) -> Truth:
                answer = env.judgements.get(clause.judgement)
                return None if answer is None else answer.answer

            return judged
        case "rows" if clause.rows is not None:
            some_row = compile_rows(clause.rows, compiled)

            def listed(evaluation: Evaluation, env: Env) -> Truth:
                truth: Truth = False
                for _, value in some_row(env, evaluation.rules.table, every=False):
                    if value:
                        return True
                    if value is None:
                        truth = None
                return truth

            return listed
        case _:  # not modelled: unknown, but false where its condition is known false
            return lambda evaluation, env: False if when is not None and when(env) is False else None


def compile_rows(rows: Rows, compiled: Compiler) -> Callable[..., list[Row]]:
    """A function of (env, table slices, every) giving the rows that may fit, with their truth.

    (None, None) stands for a path that is not stated, or on no list. With `every`, also rows that the stated path is under and
    whose condition is false: for reasons.
    """
    path, when = compiled(rows.path), None if rows.when is None else compiled(rows.when)
    columns = tuple(c for c, _ in rows.where)
    wanted = [(compiled(e), isinstance(e, GroundVar)) for _, e in rows.where]
    var = rows.var

    def run(env: Env, table_of: Callable[[str], TableSlice], *, every: bool) -> list[Row]:
        stated = path(env)
        slice_ = table_of(rows.table)
        if isinstance(stated, PartialSet):
            found = [row for one in stated.sure for row in rows_for(env, table_of, slice_, one, every)]
            return [*found, (None, None)] if stated.possible is None else found
        return rows_for(env, table_of, slice_, stated, every)

    def rows_for(env: Env, table_of: Callable[[str], TableSlice], slice_: TableSlice, stated: object, every: bool) -> list[Row]:
        if stated is ABSENT:
            return []
        if not isinstance(stated, Classification):
            return [(None, None)]
        table = slice_.table
        root = stated.path[0]
        known = table_of(table.known) if table.known else slice_
        if root != "EAR99" and (root not in known.roots or not known.may_have(stated.path)):
            return [(None, None)]
        # tables name a ground without its pack
        values = tuple([w(env).partition("/")[2] if is_ground else w(env) for w, is_ground in wanted])
        candidates = slice_.rows_for(columns, values, root)
        if not candidates:
            return []
        saved = env.vars.get(var)
        found: list[Row] = []
        for row in candidates:
            row_path, excepted = row[table.path_column], row[table.except_column] if table.except_column else None
            truth = under_any(env, (stated,), (row_path,)) if isinstance(row_path, Classification) else False
            if truth is not False and isinstance(excepted, frozenset) and excepted:
                truth = k_and((truth, k_not(under_any(env, (stated,), excepted))))
            if truth is False:
                continue
            if when is not None:
                env.vars[var] = row
                truth = k_and((truth, when(env)))
            if truth is not False or every:
                found.append((row, truth))
        env.vars[var] = saved
        return found

    return run
