"""Outcomes of provisions and clauses for one transaction under the law of one day: the normative evaluator.

Evaluation is on demand over (provision, entity) pairs, each done once; loading has checked that they do not go in circles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from exportcheck.condition.evaluate import NO_LIST, Env, k_some
from exportcheck.engine.claims import claims_of, rests_on
from exportcheck.engine.clauses import Node, Row, compile_node, compile_rows, compile_truth
from exportcheck.engine.surely import may_hold
from exportcheck.rulepack.model import Clause, Condition, Definition, Provision, Rows
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.values import Classification, PartialSet, Truth, k_and, k_or

ARTICLES = ("item", "component")


class Outcome:
    """A provision on an entity: gate, clauses, and both together (`truth`: before limits for an exemption).

    The tree (`node`) is made when it is asked for. `others` are the trees with uncertain clauses left out; None for one of which
    nothing is left.
    """

    __slots__ = ("_evaluation", "_found", "_trees", "entity", "gate", "ground", "provision", "truth")

    def __init__(
        self, evaluation: Evaluation, provision: Provision, entity: Entity, ground: str, gate: Truth, truth: Truth
    ) -> None:
        self.provision = provision
        self.entity = entity
        self.ground = ground
        self.gate = gate
        self.truth = truth
        self._evaluation = evaluation
        self._trees: tuple[Node | None, tuple[Node | None, ...]] | None = None
        self._found: dict[str, list[Node]] | None = None

    @property
    def trees(self) -> tuple[Node | None, tuple[Node | None, ...]]:
        if self._trees is None:
            self._trees = self._evaluation.trees(self)
        return self._trees

    @property
    def node(self) -> Node | None:
        return self.trees[0]

    @property
    def others(self) -> tuple[Node | None, ...]:
        return self.trees[1]

    def find(self, address: str) -> list[Node]:
        """The nodes of a clause, by its address."""
        if self._found is None:
            self._found = {}
            stack = [self.node] if self.node is not None else []
            while stack:
                node = stack.pop()
                self._found.setdefault(node.clause.address, []).append(node)
                stack.extend(node.children)
        return self._found.get(address, [])


class Evaluation:
    """One transaction under one day's law."""

    def __init__(self, transaction: Transaction, rules: Ruleset) -> None:
        self.transaction = transaction
        self.rules = rules
        self.outcomes: dict[tuple[str, int, str], Outcome] = {}
        self.in_conflict: dict[int, list[Provision]] = {}  # of each line, the conflict provisions that hold on it
        self.conflicts: dict[tuple[str, int], tuple[Definition, Entity]] = {}
        self._alike: dict[tuple[str, int], dict[str, str]] = {}
        self._defined: dict[tuple[str, int], Any] = {}
        self.clashes: dict[tuple[int, int], tuple[Clause, Entity]] = {}
        self._contradicted: dict[str, list[tuple[Definition, Entity]]] = {}
        self._clauses: dict[tuple[str, int, str], Truth] = {}
        self._required: dict[tuple[str, int], Truth] = {}
        self._compiled = rules.compiled

    def env(self, variables: dict[str, Any]) -> Env:
        return Env(self.transaction.root, self.rules, self, self.transaction.judgements, variables)

    # provisions

    def decide(self, provision: Provision, entity: Entity, ground: str = "") -> Outcome:
        """The outcome of a provision on an entity (for a ground that it raises), before limits."""
        if ground:
            ground = self._stands_for(provision, entity, ground)
        key = (provision.id, id(entity), ground)
        found = self.outcomes.get(key)
        if found is None:
            found = self.outcomes[key] = self._decide(provision, entity, ground)
        return found

    def _stands_for(self, provision: Provision, entity: Entity, ground: str) -> str:
        """Grounds that no row names for this entity are decided alike, so the first of them stands for all."""
        known = self._alike.get((provision.id, id(entity)))
        if known is None:
            known = self._alike[provision.id, id(entity)] = self._grounds_alike(provision, entity)
        return known.get(ground, ground)

    def _grounds_alike(self, provision: Provision, entity: Entity) -> dict[str, str]:
        tables = self.rules.row_tables(provision)
        if not tables:
            return {}
        env = self.env({provision.var: entity} if provision.var else {})
        named: set[str] = set()
        for table, column, path in tables:
            stated = self._compiled(path)(env)
            paths = stated.sure if isinstance(stated, PartialSet) else (stated,)
            for one in paths:
                if isinstance(one, Classification):
                    named |= self.rules.table(table).values_for(column, one.path[0])
        silent = [g for g in provision.grounds if g.partition("/")[2] not in named]
        return dict.fromkeys(silent, silent[0]) if silent else {}

    def _decide(self, provision: Provision, entity: Entity, ground: str) -> Outcome:
        env = self._env_of(provision, entity, ground)
        gate: Truth = True if provision.gate is None else self._compiled(provision.gate.expr)(env)
        truth: Truth = gate
        if gate is not False and provision.body is not None:
            whole = self._truth(provision.body, env)
            truth = k_and((gate, whole))
            for tree in self.rules.variants.get(provision.id, ())[1:]:
                if tree is None or self._truth(tree, env) is not whole:
                    truth = None
        return Outcome(self, provision, entity, ground, gate, self._trusted(provision, gate, truth))

    def _env_of(self, provision: Provision, entity: Entity, ground: str) -> Env:
        variables: dict[str, Any] = {provision.var: entity} if provision.var else {}
        if provision.raises is not None:
            variables[provision.raises[0]] = ground
        return self.env(variables)

    def trees(self, outcome: Outcome) -> tuple[Node | None, tuple[Node | None, ...]]:
        """The tree of an outcome, and those with uncertain clauses left out; none where its gate is false."""
        provision = outcome.provision
        if outcome.gate is False or provision.body is None:
            return None, ()
        env = self._env_of(provision, outcome.entity, outcome.ground)
        others = self.rules.variants.get(provision.id, ())[1:]
        return self._node(provision.body, env), tuple([None if t is None else self._node(t, env) for t in others])

    def _trusted(self, provision: Provision, gate: Truth, truth: Truth) -> Truth:
        """What a truth is worth where it is not certain that the text is law, or is the text."""
        if truth is True and provision.id in self.rules.uncertain:
            truth = None
        if provision.trust == "unverified" and gate is not False and not (truth is False and clears(provision)):
            truth = None  # an unverified text settles nothing, but what could only clear a line may be known not to
        return truth

    def pinned(self, outcome: Outcome, address: str, truth: Truth) -> Truth:
        """What an outcome would be, were a clause of that truth: by this a clause is seen to decide."""
        if outcome.node is None:
            return outcome.truth
        values = {None if n is None else n.pinned(address, truth) for n in (outcome.node, *outcome.others)}
        whole = k_and((outcome.gate, values.pop())) if len(values) == 1 else None
        return self._trusted(outcome.provision, outcome.gate, whole)

    def outcome(self, provision: str, clause: str, entity: Entity) -> Truth:
        """What `holds` reads: an exemption after limits; a clause by its address. What is not in force does not hold."""
        found = self.rules.provisions.get(provision)
        if found is None:
            return False
        decided = self.decide(found, entity)
        if clause:
            return k_and((decided.gate, self._clause_truth(decided, clause)))
        if found.kind == "exemption":
            from exportcheck.engine.parts import limited_outcome

            return limited_outcome(self, decided)
        return decided.truth

    def _clause_truth(self, outcome: Outcome, address: str) -> Truth:
        """The truth of a clause by its address; of one that is asked of several members, of all of them."""
        key = (outcome.provision.id, id(outcome.entity), address)
        if key not in self._clauses:
            truth: Truth = None
            if outcome.gate is not False and outcome.provision.body is not None:
                alone = self.rules.clause(outcome.provision, address)
                if alone is not None:
                    truth = self._truth(alone, self._env_of(outcome.provision, outcome.entity, outcome.ground))
                else:
                    nodes = outcome.find(address)
                    truth = k_and([n.truth for n in nodes]) if nodes else None
            self._clauses[key] = truth
        return self._clauses[key]

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

    def any_raised(self, raising: Iterable[tuple[Provision, tuple[str, ...]]], item: Entity) -> Truth:
        """Is any of these grounds raised on the line, by these requirements?"""
        result: Truth = False
        for provision, grounds in raising:
            if provision.raises is None:
                grounds = ("",)
            elif provision.for_each in ("item", "article"):
                grounds = tuple({self._stands_for(provision, item, g): None for g in grounds})
            for ground in grounds:
                if result is None and not may_hold(self, provision, item, ground):
                    continue  # it cannot be said any more that none is
                value = self.on_line(provision, item, ground)
                if value is True:
                    return True
                if value is None:
                    result = None
        return result

    def raised(self, ground: str, item: Entity, *, not_gated: bool) -> Truth:
        """The ground on an item line, from the requirements that are (or are not) gated by scope."""
        found = [p for p in self.rules.raising.get(ground, ()) if p.not_gated == not_gated]
        return self.any_raised([(p, (ground,)) for p in found], item)

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

    def contradicted(self, pack: str) -> list[tuple[Definition, Entity]]:
        """The attested terms of a pack that the other facts contradict, whether or not the verdict looked at them."""
        found = self._contradicted.get(pack)
        if found is None:
            found = self._contradicted[pack] = []
            attested = self.rules.attested[pack]
            for entity in self.transaction.entities() if attested else ():
                for definition in attested.get(entity.kind, ()):
                    if definition.stated_as in entity.facts:
                        self.defined(definition.id, entity)
                        if (definition.id, id(entity)) in self.conflicts:
                            found.append((definition, entity))
        return found

    def offered(self, authorization: Entity, item: Entity) -> Truth:
        """May the line rest on this license or agreement: does it claim it, or claim nothing?"""
        return rests_on(claims_of(self.transaction, item), authorization)

    # clauses

    def clash(self, clause: Clause, env: Env) -> None:
        """What settles a clause true and what settles it false both hold."""
        entity = next((v for v in env.vars.values() if isinstance(v, Entity)), self.transaction.root)
        self.clashes[id(clause), id(entity)] = (clause, entity)

    def condition(self, condition: Condition | None, env: Env, default: Truth = True) -> Truth:
        if condition is None:
            return default
        value: Truth = self._compiled(condition.expr)(env)
        return value

    def _node(self, clause: Clause, env: Env) -> Node:
        known = self._compiled.nodes.get(id(clause))
        if known is None:
            known = self._compiled.nodes[id(clause)] = (clause, compile_node(clause, self._compiled))
        node: Node = known[1](self, env)
        return node

    def _truth(self, clause: Clause, env: Env) -> Truth:
        known = self._compiled.clauses.get(id(clause))
        if known is None:
            known = self._compiled.clauses[id(clause)] = (clause, compile_truth(clause, self._compiled))
        truth: Truth = known[1](self, env)
        return truth

    def rows(self, rows: Rows, env: Env, *, every: bool = False) -> list[Row]:
        """The rows that may fit, with their truth (see `compile_rows`)."""
        return compile_rows(rows, self._compiled)(env, self.rules.table, every=every)


def _ground(provision: Provision, ground: str) -> str:
    return ground if provision.raises is not None else ""


def clears(provision: Provision) -> bool:
    """Could its being true make a line pass?"""
    return provision.kind == "exemption" or (provision.kind == "scope" and provision.effect == "excluded")
