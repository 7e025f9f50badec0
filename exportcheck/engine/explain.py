"""Why an outcome is what it is: which facts a condition used, and which it would need.

Only what mattered is followed: of a conjunction that is false the part that is false, of one that is unknown the parts
that are. A question is an `Ask`: a fact that is not stated (or too coarse), a list not marked complete, a judgement, or law
that is not modelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from exportcheck.condition import ast as A
from exportcheck.condition.evaluate import NO_LIST, Env
from exportcheck.engine.arithmetic import workings
from exportcheck.engine.clauses import Node
from exportcheck.engine.evaluate import Evaluation, Outcome
from exportcheck.engine.result import Working
from exportcheck.rulepack.model import Clause, Rows
from exportcheck.rulepack.visit import children
from exportcheck.transaction.model import Entity
from exportcheck.values import UNDETERMINABLE, UNKNOWN, Interval, Money, PartialSet, Truth

AskKind = Literal[
    "fact", "attested", "list", "nobody", "judgement", "not-modelled", "rate", "conflict", "uncertain", "unverified", "stale"
]


@dataclass(frozen=True, slots=True)
class Ask:
    """Something not known. `name` is a fact, list, judgement, currency or definition; `text` says it where nothing names it."""

    kind: AskKind
    entity: str
    name: str
    text: str = ""
    address: str = field(default="", compare=False)
    cite: str = field(default="", compare=False)


@dataclass(slots=True)
class Found:
    """What was used, and what is asked for, each once and in order."""

    used: dict[tuple[str, str], Entity] = field(default_factory=dict)
    asks: dict[Ask, None] = field(default_factory=dict)
    workings: list[Working] = field(default_factory=list)


class Explainer:
    """Explains outcomes of one evaluation. `address` and `cite` name the clause on whose behalf something is asked."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.e = evaluation
        self._compiled = evaluation.rules.compiled
        self._open: set[tuple[str, str, int]] = set()

    # provisions and clauses

    def outcome(self, outcome: Outcome, found: Found) -> None:
        """Everything asked for by a provision whose outcome is unknown."""
        provision = outcome.provision
        key = ("provision", provision.id + outcome.ground, id(outcome.entity))
        if key in self._open:
            return
        self._open.add(key)
        env = self.env_of(outcome)
        if outcome.gate is None and provision.gate is not None:
            self.expr(provision.gate.expr, env, found, provision.id, provision.cite)
        if outcome.node is not None and outcome.node.truth is None:
            self.node(outcome.node, env, found, provision.id, provision.cite)
        elif outcome.truth is None and outcome.gate is True:
            kind: AskKind = "unverified" if provision.trust == "unverified" else "uncertain"
            why = "the text is not verified" if kind == "unverified" else "whether it is in force on this day is not certain"
            found.asks.setdefault(Ask(kind, "", provision.id, f"{provision.cite}: {why}", provision.id, provision.cite))
        self._open.discard(key)

    def env_of(self, outcome: Outcome) -> Env:
        provision = outcome.provision
        variables: dict[str, Any] = {provision.var: outcome.entity} if provision.var else {}
        if provision.raises is not None:
            variables[provision.raises[0]] = outcome.ground
        return self.e.env(variables)

    def node(self, node: Node, env: Env, found: Found, provision: str, cite: str) -> None:
        """What an unknown clause asks for."""
        clause = node.clause
        address = f"{provision}#{clause.address}" if clause.address else provision
        cite = clause.cite or cite
        match clause.form:
            case "all_of" | "any_of" | "none_of":
                for child in node.children:
                    if child.truth is None:
                        self.node(child, env, found, provision, cite)
            case "each" | "some":
                self._members(node, env, found, provision, address, cite)
            case "when":
                if clause.when is not None:
                    self.expr(clause.when.expr, env, found, address, cite)
            case "true_when":
                assert clause.when is not None
                assert clause.false_when is not None
                if self.e.condition(clause.when, env) and self.e.condition(clause.false_when, env):
                    text = f"what is stated settles it both ways: {clause.says}"
                    found.asks.setdefault(Ask("conflict", "", "", text, address, cite))
                    return
                for condition in (clause.when, clause.false_when):
                    self.expr(condition.expr, env, found, address, cite)
            case "holds" | "holds_not":
                self._holds(clause, env, found)
            case "judgement":
                found.asks.setdefault(Ask("judgement", "", clause.judgement, clause.question, address, cite))
            case "not_modelled":
                if clause.when is not None and self.e.condition(clause.when, env) is None:
                    self.expr(clause.when.expr, env, found, address, cite)
                found.asks.setdefault(Ask("not-modelled", "", address, f"{cite or address}: {clause.why}", address, cite))
            case _:
                assert clause.rows is not None
                self._rows(clause.rows, env, found, address, cite)

    def _members(self, node: Node, env: Env, found: Found, provision: str, address: str, cite: str) -> None:
        clause = node.clause
        assert clause.source is not None
        self._open_list(clause.source, env, found, address, cite, nobody=clause.form == "each" and not clause.or_none)
        saved = env.vars.get(clause.var)
        for child in node.children:
            settled = child.truth is (clause.form == "each")
            if settled:
                continue
            env.vars[clause.var] = child.member
            if child.is_in is None and clause.source.where is not None:
                self.expr(clause.source.where, env, found, address, cite)
            if child.truth is None:
                self.node(child, env, found, provision, cite)
        env.vars[clause.var] = saved

    def _open_list(self, source: A.Entities, env: Env, found: Found, address: str, cite: str, *, nobody: bool = False) -> None:
        owner = env.entity(source.var)
        listed = owner.lists.get(source.name, NO_LIST)
        if not listed.complete:
            found.asks.setdefault(Ask("list", owner.path, source.name, "", address, cite))
        if nobody:
            kept, _ = self._compiled.members(source)(env)
            if not any(is_in for _, is_in in kept):
                found.asks.setdefault(Ask("nobody", owner.path, source.name, "", address, cite))
                for member, is_in in kept:
                    if is_in is None and source.where is not None:
                        env.vars[source.member] = member
                        self.expr(source.where, env, found, address, cite)

    def _holds(self, clause: Clause, env: Env, found: Found) -> None:
        name, _, part = clause.target.partition("#")
        assert clause.entity is not None
        self.provision(name, part, self._compiled(clause.entity)(env), found)

    def provision(self, name: str, part: str, entity: Entity, found: Found) -> None:
        """What another provision (or a clause of it) asks for."""
        other = self.e.rules.provisions.get(name)
        if other is None:
            return
        outcome = self.e.decide(other, entity)
        if part and outcome.node is not None:
            env = self.env_of(outcome)
            for node in outcome.node.find(part):
                if node.truth is None:
                    self.node(node, env, found, name, other.cite)
            return
        self.outcome(outcome, found)

    def _rows(self, rows: Rows, env: Env, found: Found, address: str, cite: str) -> None:
        for row, truth in self.e.rows(rows, env):
            if truth is not None:
                continue
            if row is None:
                self.expr(rows.path, env, found, address, cite, asking=True)
                continue
            before = len(found.asks)
            env.vars[rows.var] = row
            when = True if rows.when is None else self._compiled(rows.when)(env)
            if rows.when is not None and when is None:
                self.expr(rows.when, env, found, address, cite)
            if len(found.asks) == before:
                self.expr(rows.path, env, found, address, cite, asking=True)
            if when and isinstance(rows.path, A.Fact):  # stated, but more coarsely than the rows tell apart
                entity = env.entity(rows.path.var)
                found.asks.setdefault(Ask("fact", entity.path, rows.path.name, "", address, cite))

    # expressions

    def expr(self, node: A.Expr, env: Env, found: Found, address: str, cite: str, *, asking: bool = True) -> None:
        """Follow an expression: facts used, and where it is unknown (`asking`) what would settle it."""
        match node:
            case A.And() | A.Or():
                self._junction(node, env, found, address, cite, asking)
            case A.Not():
                self.expr(node.item, env, found, address, cite, asking=asking)
            case A.If():
                self._choice(node, env, found, address, cite, asking)
            case A.Quant() | A.Fold() | A.Collect():
                self._over(node, env, found, address, cite, asking)
            case A.Count():
                if isinstance(node.source, A.Entities):
                    self._list(node.source, env, found, address, cite, asking)
                else:
                    self.expr(node.source, env, found, address, cite, asking=asking)
            case A.Fact():
                self._fact(node, env, found, address, cite, asking)
            case A.IsUndeterminable():
                self._fact(node.fact, env, found, address, cite, asking)
            case A.Define():
                self._define(node.id, self._compiled(node.entity)(env), found, address, cite, asking)
            case A.Named():
                self._named(node, env, found, address, cite, asking)
            case A.Holds():
                if asking and self._compiled(node)(env) is None:
                    self.provision(node.provision, node.clause, self._compiled(node.entity)(env), found)
            case A.Required():
                if asking and self._compiled(node)(env) is None:
                    self._required(node, env, found)
            case A.JudgementRef():
                if asking and node.name not in env.judgements:
                    found.asks.setdefault(Ask("judgement", "", node.name, "", address, cite))
            case A.Cmp() if node.left.type.numeric:
                found.workings += workings(node, env, self._compiled)
                self._parts(node, env, found, address, cite, asking)
            case _:
                self._parts(node, env, found, address, cite, asking)

    def _parts(self, node: A.Expr, env: Env, found: Found, address: str, cite: str, asking: bool) -> None:
        if asking and node.type.base == "boolean" and not node.type.many:
            asking = self._compiled(node)(env) is None
        before = len(found.asks)
        for child in children(node):
            self.expr(child, env, found, address, cite, asking=asking)
        if asking and len(found.asks) == before:
            self._more_exactly(node, env, found, address, cite)

    def _more_exactly(self, node: A.Expr, env: Env, found: Found, address: str, cite: str) -> None:
        """Everything is stated, and still it is unknown: what is stated is too coarse, or the law has no row for it."""
        for child in children(node):
            if isinstance(child, A.Fact) and child.type.base in ("classification", "place"):
                found.asks.setdefault(Ask("fact", env.entity(child.var).path, child.name, "", address, cite))
        looked_up = [c for c in children(node) if isinstance(c, A.Lookup)]
        for lookup in looked_up:
            table = self.e.rules.packs.tables[lookup.table]
            keys = ", ".join(str(self._compiled(k)(env)) for k in lookup.keys)
            found.asks.setdefault(Ask("not-modelled", "", address, f"{table.cite}: no row for {keys}", address, cite))

    def _junction(self, node: A.And | A.Or, env: Env, found: Found, address: str, cite: str, asking: bool) -> None:
        decisive: Truth = isinstance(node, A.Or)
        values = [(item, self._compiled(item)(env)) for item in node.items]
        deciding = next((item for item, value in values if value is decisive), None)
        if deciding is not None:
            self.expr(deciding, env, found, address, cite, asking=False)
            return
        for item, value in values:
            self.expr(item, env, found, address, cite, asking=asking and value is None)

    def _choice(self, node: A.If, env: Env, found: Found, address: str, cite: str, asking: bool) -> None:
        test = self._compiled(node.test)(env)
        self.expr(node.test, env, found, address, cite, asking=asking and test is None)
        if test is not False:
            self.expr(node.then, env, found, address, cite, asking=asking and test is not None)
        if test is not True:
            self.expr(node.other, env, found, address, cite, asking=asking and test is not None)

    def _over(self, node: A.Quant | A.Fold | A.Collect, env: Env, found: Found, address: str, cite: str, asking: bool) -> None:
        value = self._compiled(node)(env)
        unknown = asking and not _settled(value)
        if unknown:
            self._open_list(node.source, env, found, address, cite, nobody=isinstance(node, A.Quant) and node.kind == "every")
        kept, _ = self._compiled.members(node.source)(env)
        saved = env.vars.get(node.var)
        witness: Truth = {"some": True, "every": False}.get(node.kind) if isinstance(node, A.Quant) else None
        for member, is_in in kept:
            env.vars[node.var] = member
            said = self._compiled(node.body)(env)
            if witness is not None and value is witness and not (is_in and said is witness):
                continue
            settled = isinstance(node, A.Quant) and said is (node.kind == "every")
            if node.source.where is not None:
                env.vars[node.source.member] = member
                asks_in = unknown and is_in is None and not settled
                self.expr(node.source.where, env, found, address, cite, asking=asks_in)
            asks_body = unknown and not _settled(said) and not settled
            self.expr(node.body, env, found, address, cite, asking=asks_body)
        env.vars[node.var] = saved

    def _list(self, source: A.Entities, env: Env, found: Found, address: str, cite: str, asking: bool) -> None:
        if asking:
            self._open_list(source, env, found, address, cite)
        kept, _ = self._compiled.members(source)(env)
        for member, is_in in kept:
            if source.where is not None:
                env.vars[source.member] = member
                self.expr(source.where, env, found, address, cite, asking=asking and is_in is None)

    def _fact(self, node: A.Fact, env: Env, found: Found, address: str, cite: str, asking: bool) -> None:
        entity = env.entity(node.var)
        fact = entity.facts.get(node.name)
        found.used.setdefault((entity.path, node.name), entity)
        if not asking:
            return
        if fact is None or fact.value is UNDETERMINABLE:
            found.asks.setdefault(Ask("fact", entity.path, node.name, "", address, cite))
        elif isinstance(fact.value, Money) and fact.value.usd is None:
            found.asks.setdefault(Ask("rate", "", fact.value.currency, "", address, cite))
        elif not fact.complete:
            found.asks.setdefault(Ask("list", entity.path, node.name, "", address, cite))

    def _define(self, id_: str, entity: Entity, found: Found, address: str, cite: str, asking: bool) -> None:
        definition = self.e.rules.packs.definitions[id_]
        value = self.e.defined(id_, entity)
        conflict = self.e.conflicts.get((id_, id(entity)))
        if conflict is not None:
            found.asks.setdefault(Ask("conflict", entity.path, definition.stated_as, definition.says, id_, definition.cite))
        key = ("definition", id_, id(entity))
        if key in self._open:
            return
        asking = asking and not _settled(value) and conflict is None
        if definition.stated_as:
            stated = entity.facts.get(definition.stated_as)
            if stated is not None:
                found.used.setdefault((entity.path, definition.stated_as), entity)
            elif asking:
                found.asks.setdefault(Ask("attested", entity.path, definition.stated_as, "", address, definition.cite or cite))
                asking = False  # one attested answer settles what would else be many questions
        self._open.add(key)
        env = self.e.env({definition.var: entity} if definition.of else {})
        self.expr(definition.condition.expr, env, found, address, cite, asking=asking)
        self._open.discard(key)

    def _named(self, node: A.Named, env: Env, found: Found, address: str, cite: str, asking: bool) -> None:
        name = self._compiled(node.cell)(env)
        if name == "unread":
            if asking:
                row = env.vars[node.cell.var]
                what = row.get("note") or "a condition of this entry"
                path = next((v for v in row.values() if hasattr(v, "scheme")), "")
                text = f"{row.get('cite') or cite}, {path}: {what} (not in the data; a person must read it)"
                found.asks.setdefault(Ask("not-modelled", "", f"{address} {path}", text, address, cite))
        elif name != "always":
            self._define(name, self._compiled(node.entity)(env), found, address, cite, asking)

    def _required(self, node: A.Required, env: Env, found: Found) -> None:
        entity = self._compiled(node.entity)(env)
        for ground in node.grounds or (env.vars[node.ground_var],):
            if self.e.required(ground, entity) is None:
                self.ground(ground, entity, found)

    def ground(self, ground: str, entity: Entity, found: Found, *, not_gated: bool | None = None) -> None:
        """What the requirements that raise a ground ask for."""
        for provision in self.e.rules.raising.get(ground, ()):
            if not_gated is not None and provision.not_gated != not_gated:
                continue
            which = ground if provision.raises is not None else ""
            for subject in self._subjects(provision.for_each, entity):
                outcome = self.e.decide(provision, subject, which)
                if outcome.truth is None:
                    self.outcome(outcome, found)
            self.open_parties(provision.for_each, found, provision.id, provision.cite)

    def open_parties(self, for_each: str, found: Found, address: str, cite: str) -> None:
        """A provision said of each party cannot be ruled out while parties may be missing."""
        if for_each == "party":
            listed = self.e.transaction.root.lists.get("parties", NO_LIST)
            if not listed.complete:
                found.asks.setdefault(Ask("list", "", "parties", "", address, cite))

    def _subjects(self, for_each: str, entity: Entity) -> Iterable[Entity]:
        root = self.e.transaction.root
        if for_each == "transaction":
            return (root,)
        if for_each == "party":
            return root.lists.get("parties", NO_LIST).members
        if for_each == "component" and entity.kind == "item":
            return entity.lists.get("components", NO_LIST).members
        return (entity,)


def _settled(value: object) -> bool:
    """Is this value known for certain?"""
    if value is None or value is UNKNOWN:
        return False
    if isinstance(value, Interval):
        return False
    if isinstance(value, PartialSet):
        return value.exact
    return True
