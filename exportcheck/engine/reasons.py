"""The reasoning tree: provisions and clauses that mattered, with the facts that they used."""

from __future__ import annotations

from dataclasses import dataclass, replace

from exportcheck.condition import ast as A
from exportcheck.condition.evaluate import Env
from exportcheck.engine.bearing import bearing
from exportcheck.engine.cited import full_cite
from exportcheck.engine.clauses import Node
from exportcheck.engine.evaluate import Evaluation, Outcome
from exportcheck.engine.explain import Explainer, Found
from exportcheck.engine.result import FactUse, Reason, Working
from exportcheck.engine.shown import fact_shown
from exportcheck.rulepack.model import Clause, Rows
from exportcheck.rulepack.visit import walk
from exportcheck.transaction.model import Entity
from exportcheck.values import Classification, Truth

MANY = 4
"""More clauses than this beside the one that matters are folded into one line."""


@dataclass(frozen=True, slots=True)
class _Within:
    """The provision that a clause stands in."""

    provision: str
    cite: str

    def address(self, clause: Clause) -> str:
        return f"{self.provision}#{clause.address}" if clause.address else self.provision


def said(node: Node) -> str:
    """The sentence of a clause, as met or as not met."""
    clause = node.clause
    return clause.says if node.truth is not False or not clause.says_not else clause.says_not


def _brief(node: Node, within: _Within) -> Reason:
    form = node.clause.form.replace("_modelled", "-modelled")
    return Reason(within.address(node.clause), node.clause.cite, said(node), node.truth, form)


def _has_workings(reason: Reason) -> bool:
    return bool(reason.workings) or any(_has_workings(c) for c in reason.children)


class Reasoner:
    """Builds reasons for outcomes of one evaluation.

    What bears on the answer is written out; a clause beside it that does not has one line, and of many such the names only.
    `workings` gathers the comparisons on which the answer rests, each with the sentence and citation of its clause.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.e = evaluation
        self.explainer = Explainer(evaluation)
        self.workings: dict[Working, None] = {}

    def provision(self, outcome: Outcome, truth: Truth, note: str = "") -> Reason:
        """A provision: its gate where that decided, its clauses, and what of them mattered."""
        provision = outcome.provision
        env = self.explainer.env_of(outcome)
        children: list[Reason] = []
        used: tuple[FactUse, ...] = ()
        if provision.gate is not None and (outcome.gate is not True or outcome.node is None):
            used, _ = self._facts(provision.gate.expr, env)
        sentence = provision.says or provision.title
        address = provision.id
        if outcome.ground:
            declared = self.e.rules.packs.grounds[outcome.ground]
            sentence = f"{outcome.ground.partition('/')[2]}: {declared.says or sentence}"
            address += f"@{outcome.ground.partition('/')[2]}"
        if outcome.node is not None:
            within = _Within(address, provision.cite)
            own = bool(outcome.node.clause.address)
            children = [self.clause(outcome.node, env, within)] if own else self._children(outcome.node, env, within)
        if outcome.gate is False and not note:
            note = "does not apply"
        entity = "" if outcome.entity.kind == "transaction" else outcome.entity.label
        return Reason(address, provision.cite, sentence, truth, "provision", tuple(children), used, (), entity, note)

    def clause(self, node: Node, env: Env, within: _Within) -> Reason:
        """A clause that bears on the answer, with what it rests on."""
        clause = node.clause
        address = within.address(clause)
        used: tuple[FactUse, ...] = ()
        found = Found()
        children: list[Reason] = []
        note = ""
        match clause.form:
            case "when" if clause.when is not None:
                used, found = self._facts(clause.when.expr, env)
                if node.truth is not None and not found.workings:
                    used = tuple(f for f in used if f.span is not None)  # it did not turn on what is not stated
                if node.truth is None:
                    children = self._definitions(clause.when.expr, env)
                    below = {(f.entity, f.name) for child in children for f in child.used}
                    used = tuple(f for f in used if (f.entity, f.name) not in below)
            case "true_when":
                assert clause.when is not None
                assert clause.false_when is not None
                for condition in (clause.when, clause.false_when):
                    more, also = self._facts(condition.expr, env)
                    used = tuple(dict.fromkeys((*used, *more)))
                    if self.e.condition(condition, env):
                        found.workings += also.workings
            case "each" | "some":
                children = self._members(node, env, within)
            case "holds" | "holds_not":
                children = self._held(node, env)
            case "judgement":
                answer = env.judgements.get(clause.judgement)
                note = (
                    f"judged by {answer.by} on {answer.dated}: {answer.because}" if answer else f"not answered: {clause.question}"
                )
            case "not_modelled":
                note = f"not modelled: {clause.why}" if node.truth is None else ""
                if clause.when is not None:
                    used, found = self._facts(clause.when.expr, env)
            case "rows" if clause.rows is not None:
                used, _ = self._facts(clause.rows.path, env)
                children = self._rows(clause.rows, env, address)
            case _:
                children = self._children(node, env, within)
        sentence = said(node)
        # a comparison that is open where the clause is not decided nothing: something attested stood in for it
        compared = [w for w in dict.fromkeys(found.workings) if w.truth is not None or node.truth is None]
        workings = [replace(w, says=sentence, cite=full_cite(within.cite, clause.cite)) for w in compared]
        self.workings.update(dict.fromkeys(workings))
        form = clause.form.replace("_modelled", "-modelled")
        return Reason(address, clause.cite, sentence, node.truth, form, tuple(children), used, tuple(workings), "", note)

    def _children(self, node: Node, env: Env, within: _Within) -> list[Reason]:
        bears = {id(c) for c in bearing(node)}
        found: list[Reason] = []
        beside: list[Node] = []
        for child in node.children:
            if id(child) not in bears:
                beside.append(child)
                continue
            reason = self.clause(child, env, within)
            if node.clause.form == "any_of" and len(node.children) > MANY and node.truth is False and not _has_workings(reason):
                beside.append(child)  # one of many ways, none of which is open
            else:
                found.append(reason)
        if len(beside) > MANY:
            names = ", ".join(dict.fromkeys(c.clause.cite for c in beside if c.clause.cite))
            how = "none of which holds" if all(c.truth is False for c in beside) else "on which it does not turn"
            return [*found, Reason(within.provision, "", f"{len(beside)} others, {how}", node.truth, "folded", note=names)]
        brief = {id(c): _brief(c, within) for c in beside}
        full = iter(found)
        return [brief[id(c)] if id(c) in brief else next(full) for c in node.children]

    def _members(self, node: Node, env: Env, within: _Within) -> list[Reason]:
        clause = node.clause
        address = within.address(clause)
        saved = env.vars.get(clause.var)
        bears = {id(c) for c in bearing(node)}
        found = []
        for child in node.children:
            label = child.member.label if child.member is not None else ""
            note = "" if child.is_in else "may or may not be one of those asked about"
            if id(child) not in bears:
                found.append(Reason(address, "", label, child.truth, "member", note=note))
                continue
            env.vars[clause.var] = child.member
            used: tuple[FactUse, ...] = ()
            if child.clause.form == "when" and child.clause.when is not None:
                used, compared = self._facts(child.clause.when.expr, env)
                self.workings.update(
                    (replace(w, says=label, cite=full_cite(within.cite, clause.cite)), None) for w in compared.workings
                )
                inner: tuple[Reason, ...] = ()
            elif child.children:
                inner = tuple(self._children(child, env, within))
            else:
                inner = self.clause(child, env, within).children
            found.append(Reason(address, "", label, child.truth, "member", inner, used, (), label, note))
        env.vars[clause.var] = saved
        return found

    def _held(self, node: Node, env: Env) -> list[Reason]:
        clause = node.clause
        name, _, part = clause.target.partition("#")
        other = self.e.rules.provisions.get(name)
        if other is None or clause.entity is None:
            return [Reason(name, "", "not in force on this day", False, "provision")]
        entity: Entity = self.e.rules.compiled(clause.entity)(env)
        return [self.provision(self.e.decide(other, entity), self.e.outcome(name, part, entity))]

    def _definitions(self, expr: A.Expr, env: Env) -> list[Reason]:
        """Terms that are unknown, said in their own words."""
        found = []
        for node in walk(expr):
            if isinstance(node, A.Define) and node.type.base == "boolean":
                entity = self._entity(node.entity, env)
                if entity is not None and self.e.defined(node.id, entity) is None:
                    definition = self.e.rules.packs.definitions[node.id]
                    used, _ = self._facts(
                        definition.condition.expr, self.e.env({definition.var: entity} if definition.of else {})
                    )
                    found.append(
                        Reason(node.id, definition.cite, definition.says, None, "definition", (), used, (), entity.label)
                    )
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
        # of what is not stated, only what is asked for: the rest is of those of whom it is settled
        asked = {(ask.entity, ask.name) for ask in found.asks}
        used = (fact_use(entity, name) for (path, name), entity in found.used.items() if _matters(entity, path, name, asked))
        return tuple(used), found


def _matters(entity: Entity, path: str, name: str, asked: set[tuple[str, str]]) -> bool:
    return not asked or name in entity.facts or (path, name) in asked


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
