"""The reasoning tree: provisions and clauses that mattered, with the facts that they used."""

from __future__ import annotations

from exportcheck.condition import ast as A
from exportcheck.condition.evaluate import Env
from exportcheck.engine.evaluate import Evaluation, Node, Outcome
from exportcheck.engine.explain import Explainer, Found
from exportcheck.engine.result import FactUse, Reason
from exportcheck.engine.shown import fact_shown
from exportcheck.rulepack.model import Rows
from exportcheck.rulepack.visit import walk
from exportcheck.transaction.model import Entity
from exportcheck.values import Classification, Truth


class Reasoner:
    """Builds reasons for outcomes of one evaluation."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.e = evaluation
        self.explainer = Explainer(evaluation)

    def provision(self, outcome: Outcome, truth: Truth, note: str = "") -> Reason:
        """A provision: its gate where that decided, its clauses, and what of them mattered."""
        provision = outcome.provision
        env = self.explainer.env_of(outcome)
        children: list[Reason] = []
        used: tuple[FactUse, ...] = ()
        if provision.gate is not None and outcome.gate is not True:
            used, _ = self._facts(provision.gate.expr, env)
        elif provision.gate is not None and outcome.node is None:
            used, _ = self._facts(provision.gate.expr, env)
        if outcome.node is not None:
            children = self._children(outcome.node, env, provision.id) if not outcome.node.clause.address else [
                self.clause(outcome.node, env, provision.id)
            ]
        if outcome.gate is False and not note:
            note = "does not apply: " + (provision.gate.text.strip() if provision.gate else "")
        entity = "" if outcome.entity.kind == "transaction" else outcome.entity.label
        sentence = provision.says or provision.title
        if outcome.ground:
            declared = self.e.rules.packs.grounds[outcome.ground]
            sentence = f"{outcome.ground.partition('/')[2]}: {declared.says or sentence}"
        address = provision.id + (f"@{outcome.ground.partition('/')[2]}" if outcome.ground else "")
        return Reason(address, provision.cite, sentence, truth, "provision", tuple(children), used, (), entity, note)

    def clause(self, node: Node, env: Env, provision: str) -> Reason:
        clause = node.clause
        address = f"{provision}#{clause.address}" if clause.address else provision
        truth = node.truth
        sentence = clause.says if truth is not False or not clause.says_not else clause.says_not
        used: tuple[FactUse, ...] = ()
        found = Found()
        children: list[Reason] = []
        note = ""
        match clause.form:
            case "when" if clause.when is not None:
                used, found = self._facts(clause.when.expr, env)
                if truth is None:
                    children = self._definitions(clause.when.expr, env)
            case "each" | "some":
                children = self._members(node, env, provision)
            case "holds" | "holds_not":
                children = self._held(node, env)
            case "judgement":
                answer = env.judgements.get(clause.judgement)
                note = f"judged by {answer.by} on {answer.dated}: {answer.because}" if answer else f"not answered: {clause.question}"
            case "not_modelled":
                note = f"not modelled: {clause.why}" if truth is None else ""
                if clause.when is not None:
                    used, found = self._facts(clause.when.expr, env)
            case "rows" if clause.rows is not None:
                used, _ = self._facts(clause.rows.path, env)
                children = self._rows(clause.rows, env, address)
            case _:
                children = self._children(node, env, provision)
        return Reason(
            address, clause.cite, sentence, truth, clause.form.replace("_modelled", "-modelled"), tuple(children), used,
            tuple(dict.fromkeys(found.workings)), "", note,
        )  # fmt: skip

    def _children(self, node: Node, env: Env, provision: str) -> list[Reason]:
        return [self.clause(c, env, provision) for c in node.children]

    def _members(self, node: Node, env: Env, provision: str) -> list[Reason]:
        clause = node.clause
        saved = env.vars.get(clause.var)
        found = []
        for child in node.children:
            env.vars[clause.var] = child.member
            inner = (
                (self.clause(child, env, provision),)
                if child.clause.form == "when" and child.clause.says
                else tuple(self._children(child, env, provision))
            )
            used: tuple[FactUse, ...] = ()
            if child.clause.form == "when" and child.clause.when is not None:
                used, _ = self._facts(child.clause.when.expr, env)
                inner = ()
            note = "" if child.is_in else "may or may not be one of those asked about"
            label = child.member.label if child.member is not None else ""
            found.append(Reason(f"{provision}#{clause.address}", "", label, child.truth, "member", inner, used, (), label, note))
        env.vars[clause.var] = saved
        return found

    def _held(self, node: Node, env: Env) -> list[Reason]:
        clause = node.clause
        name, _, _part = clause.target.partition("#")
        other = self.e.rules.provisions.get(name)
        if other is None or clause.entity is None:
            return [Reason(name, "", "not in force on this day", False, "provision")]
        entity: Entity = self.e.rules.compiled(clause.entity)(env)
        outcome = self.e.decide(other, entity)
        value = self.e.outcome(name, _part, entity)
        if outcome.truth is False and outcome.node is not None and len(outcome.node.children) > 4:
            return [Reason(name, other.cite, other.says or other.title, value, "provision", note="no part of it holds")]
        return [self.provision(outcome, value)]

    def _definitions(self, expr: A.Expr, env: Env) -> list[Reason]:
        """Terms that are unknown, said in their own words."""
        found = []
        for node in walk(expr):
            if isinstance(node, A.Define) and node.type.base == "boolean":
                entity = self._entity(node.entity, env)
                if entity is not None and self.e.defined(node.id, entity) is None:
                    definition = self.e.rules.packs.definitions[node.id]
                    used, _ = self._facts(definition.condition.expr, self.e.env({definition.var: entity} if definition.of else {}))
                    found.append(Reason(node.id, definition.cite, definition.says, None, "definition", (), used, (), entity.label))
        return found

    def _entity(self, node: A.Expr, env: Env) -> Entity | None:
        if isinstance(node, A.EntityVar):
            return env.vars.get(node.var) if node.var else env.root
        return None

    def _rows(self, rows: Rows, env: Env, address: str) -> list[Reason]:
        found = []
        for row, truth in self.e.rows(rows, env, every=True):
            if row is None:
                found.append(Reason(address, "", "the classification is not stated, or is on no list", None, "row"))
                continue
            found.append(Reason(address, str(row.get("cite", "")), row_shown(row), truth, "row"))
        return found

    def _facts(self, expr: A.Expr, env: Env) -> tuple[tuple[FactUse, ...], Found]:
        found = Found()
        self.explainer.expr(expr, env, found, "", "")
        return tuple(fact_use(entity, name) for (_, name), entity in found.used.items()), found


def fact_use(entity: Entity, name: str) -> FactUse:
    fact = entity.facts.get(name)
    label = "" if entity.kind == "transaction" else entity.label
    return FactUse(entity.path, label, name, fact_shown(fact), fact.span if fact is not None else None, fact.by if fact else "")


def row_shown(row: object) -> str:
    """A table row in one line: what it is about, and what its other columns say."""
    assert isinstance(row, dict)
    parts = []
    for name, value in row.items():
        if name in ("cite", "note", "from", "to") or value in ("", None, frozenset(), "always"):
            continue
        if isinstance(value, frozenset):
            parts.append(f"{name} " + ", ".join(sorted(map(str, value))))
        elif isinstance(value, Classification) or name in ("ground",):
            parts.append(str(value))
        else:
            parts.append(f"{name} {value}")
    return ", ".join(parts)
