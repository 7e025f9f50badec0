"""Outcomes of provisions and clauses for one transaction under the law of one day: the normative evaluator.

Evaluation is on demand over (provision, entity) pairs, each done once; loading has checked that they do not go in circles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exportcheck.condition.ast import GroundVar
from exportcheck.condition.evaluate import NO_LIST, Env, k_each, k_some, under_any

from exportcheck.rulepack.model import Clause, Condition, Definition, Provision, Rows
from exportcheck.rulepack.ruleset import Ruleset, TableSlice
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.values import ABSENT, Classification, PartialSet, Truth, k_and, k_not, k_or

ARTICLES = ("item", "component")


class Node:
    """A clause with its truth, what its parts came to, and for a member of `each` / `some` whose it is."""

    __slots__ = ("children", "clause", "is_in", "member", "truth")

    def __init__(
        self, clause: Clause, truth: Truth, children: tuple[Node, ...] = (), member: Entity | None = None, is_in: Truth = True
    ) -> None:
        self.clause = clause
        self.truth = truth
        self.children = children
        self.member = member
        self.is_in = is_in

    def find(self, address: str) -> list[Node]:
        found = [self] if self.clause.address == address else []
        for child in self.children:
            found += child.find(address)
        return found


class Outcome:
    """A provision on an entity: gate, clauses, and both together (`truth`: before limits for an exemption)."""

    __slots__ = ("entity", "gate", "ground", "node", "provision", "truth")

    def __init__(self, provision: Provision, entity: Entity, ground: str, gate: Truth, node: Node | None, truth: Truth) -> None:
        self.provision = provision
        self.entity = entity
        self.ground = ground
        self.gate = gate
        self.node = node
        self.truth = truth


class Evaluation:
    """One transaction under one day's law. `forced` pins the truth of clauses, by (provision, address): for coverage."""

    def __init__(self, transaction: Transaction, rules: Ruleset, forced: Mapping[tuple[str, str], Truth] | None = None) -> None:
        self.transaction = transaction
        self.rules = rules
        self.forced = forced
        self.outcomes: dict[tuple[str, int, str], Outcome] = {}
        self.conflicts: dict[tuple[str, int], tuple[Definition, Entity]] = {}
        self._defined: dict[tuple[str, int], Any] = {}
        self._required: dict[tuple[str, int], Truth] = {}
        self._compiled = rules.compiled

    def env(self, variables: dict[str, Any]) -> Env:
        return Env(self.transaction.root, self.rules, self, self.transaction.judgements, variables)

    # provisions

    def decide(self, provision: Provision, entity: Entity, ground: str = "") -> Outcome:
        """The outcome of a provision on an entity (for a ground that it raises), before limits."""
        key = (provision.id, id(entity), ground)
        found = self.outcomes.get(key)
        if found is None:
            found = self.outcomes[key] = self._decide(provision, entity, ground)
        return found

    def _decide(self, provision: Provision, entity: Entity, ground: str) -> Outcome:
        variables: dict[str, Any] = {provision.var: entity} if provision.var else {}
        if provision.raises is not None:
            variables[provision.raises[0]] = ground
        env = self.env(variables)
        gate: Truth = True if provision.gate is None else self._compiled(provision.gate.expr)(env)
        node = None
        truth = gate
        if gate is not False and provision.body is not None:
            node = self._node(provision.body, env, provision.id)
            truth = k_and((gate, node.truth))
            others = self.rules.variants.get(provision.id)
            if others is not None and any(self._variant(v, env, provision.id) is not node.truth for v in others[1:]):
                truth = None if gate is not False else False
        if truth is True and (provision.id in self.rules.uncertain or (provision.trust == "unverified" and _clears(provision))):
            truth = None
        return Outcome(provision, entity, ground, gate, node, truth)

    def _variant(self, tree: Clause | None, env: Env, provision: str) -> Truth:
        """The tree with an uncertain clause left out. A whole tree gone says nothing, so it is true of everything it allowed."""
        return None if tree is None else self._node(tree, env, provision).truth

    def outcome(self, provision: str, clause: str, entity: Entity) -> Truth:
        """What `holds` reads: an exemption after limits; a clause by its address. What is not in force does not hold."""
        found = self.rules.provisions.get(provision)
        if found is None:
            return False
        decided = self.decide(found, entity)
        if clause:
            nodes = decided.node.find(clause) if decided.node is not None else []
            return k_and([decided.gate, *(n.truth for n in nodes)]) if nodes else k_and((decided.gate, None))
        if found.kind == "exemption":
            from exportcheck.engine.parts import limited_outcome

            return limited_outcome(self, decided)
        return decided.truth

    def on_line(self, provision: Provision, item: Entity, ground: str = "") -> Truth:
        """A provision's outcome as it bears on an item line: its own, the transaction's, or that of any party or component."""
        if provision.for_each in ("item", "article"):
            return self.decide(provision, item, ground).truth
        if provision.for_each == "transaction":
            return self.decide(provision, self.transaction.root, ground).truth
        name = "parties" if provision.for_each == "party" else "components"
        owner = self.transaction.root if provision.for_each == "party" else item
        listed = owner.lists.get(name, NO_LIST)
        return k_some([(True, self.decide(provision, m, ground).truth) for m in listed.members], listed.complete)

    def entities_on_line(self, provision: Provision, item: Entity) -> tuple[Entity, ...]:
        """The entities on which the provision is decided for this line."""
        if provision.for_each in ("item", "article"):
            return (item,)
        if provision.for_each == "transaction":
            return (self.transaction.root,)
        owner, name = (self.transaction.root, "parties") if provision.for_each == "party" else (item, "components")
        return owner.lists.get(name, NO_LIST).members

    def required(self, ground: str, entity: Entity) -> Truth:
        """Is the ground raised on this article, before lifting and scope?"""
        key = (ground, id(entity))
        if key not in self._required:
            values = []
            for provision in self.rules.raising.get(ground, ()):
                each = provision.for_each
                if each == entity.kind or (each == "article" and entity.kind in ARTICLES):
                    values.append(self.decide(provision, entity, _ground(provision, ground)).truth)
                elif entity.kind == "item":
                    values.append(self.on_line(provision, entity, _ground(provision, ground)))
                elif each == "transaction":
                    values.append(self.decide(provision, self.transaction.root, _ground(provision, ground)).truth)
            self._required[key] = k_or(values)
        return self._required[key]

    def raised(self, ground: str, item: Entity, *, not_gated: bool) -> Truth:
        """The ground on an item line, from the requirements that are (or are not) gated by scope."""
        found = (p for p in self.rules.raising.get(ground, ()) if p.not_gated == not_gated)
        return k_or([self.on_line(p, item, _ground(p, ground)) for p in found])

    # definitions

    def defined(self, definition: str, entity: Entity) -> Any:
        key = (definition, id(entity))
        if key not in self._defined:
            self._defined[key] = self._define(self.rules.packs.definitions[definition], entity)
        return self._defined[key]

    def _define(self, definition: Definition, entity: Entity) -> Any:
        variables: dict[str, Any] = {definition.var: entity} if definition.of else {}
        value = self._compiled(definition.condition.expr)(self.env(variables))
        if not definition.stated_as:
            return value
        fact = (entity if definition.of else self.transaction.root).facts.get(definition.stated_as)
        stated = fact.value if fact is not None and isinstance(fact.value, bool) else None
        if value is None:
            return stated
        if stated is not None and stated is not value:
            self.conflicts[definition.id, id(entity)] = (definition, entity)
            return None
        return value

    # clauses

    def condition(self, condition: Condition | None, env: Env, default: Truth = True) -> Truth:
        if condition is None:
            return default
        value: Truth = self._compiled(condition.expr)(env)
        return value

    def _node(self, clause: Clause, env: Env, provision: str) -> Node:
        form = clause.form
        children: tuple[Node, ...] = ()
        truth: Truth
        if form == "when":
            truth = self._compiled(clause.when.expr)(env) if clause.when is not None else None
        elif form in ("all_of", "any_of", "none_of"):
            children = tuple([self._node(c, env, provision) for c in clause.children])
            values = [c.truth for c in children]
            truth = k_and(values) if form == "all_of" else k_or(values) if form == "any_of" else k_not(k_or(values))
        elif form in ("each", "some"):
            truth, children = self._members(clause, env, provision)
        elif form in ("holds", "holds_not"):
            name, _, part = clause.target.partition("#")
            assert clause.entity is not None
            value = self.outcome(name, part, self._compiled(clause.entity)(env))
            truth = value if form == "holds" else k_not(value)
        elif form == "judgement":
            answer = env.judgements.get(clause.judgement)
            truth = None if answer is None else answer.answer
        elif form == "not_modelled":
            truth = False if clause.when is not None and self.condition(clause.when, env) is False else None
        else:
            assert clause.rows is not None
            truth = self._rows(clause.rows, env)
        if self.forced is not None and (provision, clause.address) in self.forced:
            truth = self.forced[provision, clause.address]
        return Node(clause, truth, children)

    def _members(self, clause: Clause, env: Env, provision: str) -> tuple[Truth, tuple[Node, ...]]:
        source, body, var = clause.source, clause.children[0] if clause.children else None, clause.var
        if source is None or body is None:
            return None, ()
        kept, complete = self._compiled.members(source)(env)
        saved = env.vars.get(var)
        nodes = []
        for member, is_in in kept:
            env.vars[var] = member
            node = self._node(body, env, provision)
            node.member, node.is_in = member, is_in
            nodes.append(node)
        env.vars[var] = saved
        values = [(n.is_in, n.truth) for n in nodes]
        truth = k_each(values, complete, or_none=clause.or_none) if clause.form == "each" else k_some(values, complete)
        return truth, tuple(nodes)

    def _rows(self, rows: Rows, env: Env) -> Truth:
        result: Truth = False
        for _, truth in self.rows(rows, env):
            if truth:
                return True
            if truth is None:
                result = None
        return result

    def rows(self, rows: Rows, env: Env, *, every: bool = False) -> list[tuple[Mapping[str, object] | None, Truth]]:
        """The rows that may fit, with their truth; (None, None) where the stated path is unknown or on no list.

        With `every`, also those that the stated path is under and whose condition is false: for reasons.
        """
        table = self.rules.table(rows.table)
        stated = self._compiled(rows.path)(env)
        if isinstance(stated, PartialSet):
            found: list[tuple[Mapping[str, object] | None, Truth]] = []
            for one in stated.sure:
                found += self._rows_for(rows, table, one, env, every)
            if stated.possible is None:
                found.append((None, None))
            return found
        return self._rows_for(rows, table, stated, env, every)

    def _rows_for(
        self, rows: Rows, table: TableSlice, stated: object, env: Env, every: bool
    ) -> list[tuple[Mapping[str, object] | None, Truth]]:
        if stated is ABSENT:
            return []
        if not isinstance(stated, Classification):
            return [(None, None)]
        if stated.path != ("EAR99",):
            known = self.rules.table(table.table.known).roots if table.table.known else table.roots
            if stated.path[0] not in known:
                return [(None, None)]
        columns = tuple(c for c, _ in rows.where)
        values = tuple(
            self._compiled(e)(env).partition("/")[2] if isinstance(e, GroundVar) else self._compiled(e)(env) for _, e in rows.where
        )  # tables name a ground without its pack
        when = None if rows.when is None else self._compiled(rows.when)
        saved = env.vars.get(rows.var)
        found: list[tuple[Mapping[str, object] | None, Truth]] = []
        for row in table.rows_for(columns, values, stated.path[0]):
            truth = under_any(env, (stated,), (row[table.table.path_column],))
            if truth is not False and table.table.except_column:
                excepted = row[table.table.except_column]
                if excepted:
                    truth = k_and((truth, k_not(under_any(env, (stated,), excepted))))
            if truth is False:
                continue
            if when is not None:
                env.vars[rows.var] = row
                truth = k_and((truth, when(env)))
            if truth is not False or every:
                found.append((row, truth))
        env.vars[rows.var] = saved
        return found


def _ground(provision: Provision, ground: str) -> str:
    return ground if provision.raises is not None else ""


def _clears(provision: Provision) -> bool:
    """Could its being true make a line pass?"""
    return provision.kind == "exemption" or (provision.kind == "scope" and provision.effect == "excluded")


