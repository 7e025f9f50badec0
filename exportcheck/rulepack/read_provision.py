"""Provisions and definitions: YAML maps to the checked form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from exportcheck.condition import ast as A
from exportcheck.condition import types as T
from exportcheck.condition.check import Scope, Symbols, check, check_iteration
from exportcheck.condition.parse import ConditionError
from exportcheck.condition.types import Type, parse_type
from exportcheck.errors import did_you_mean
from exportcheck.rulepack.fields import Fields, Problems, condition_problem
from exportcheck.rulepack.model import (
    FOR_EACH,
    KINDS,
    POSTURES,
    STEP_TIMES,
    VARIABLE,
    Clause,
    Condition,
    Definition,
    Kind,
    Limits,
    Provision,
    Rows,
    Spare,
    Step,
)
from exportcheck.source import Node

FORMS = ("when", "all_of", "any_of", "none_of", "each", "some", "holds", "holds_not", "judgement", "not_modelled", "rows")
BODIES = ("when", "all_of", "any_of", "none_of")
_ADDRESS = re.compile(r"\([^)]*\)(?:\([^)]*\))*")


@dataclass(frozen=True, slots=True)
class DefinitionSource:
    """A definition whose names and types are known, its expression not yet checked."""

    node: Node
    pack: str
    id: str
    of: str
    var: str
    type: Type


def read_definition_head(fields: Fields, pack: str) -> DefinitionSource:
    """The id, entity and type of a definition: enough for others to call it."""
    of = fields.one_of("of", ("transaction", "item", "component", "article", "party", "leg", "authorization"), "item", needed=True)
    of = "item" if of in ("article", "component") else of
    text = fields.text("type", "boolean")
    type_ = parse_type(text)
    if type_ is None:
        fields.wrong(fields.span("type"), f'"{text}" is no type', "boolean, number, money, percent, date, place, text, set of place, ...")
        type_ = T.BOOLEAN
    given = fields.text("of")
    var = fields.text("as") or ("" if of == "transaction" else VARIABLE[given if given in VARIABLE else of])
    return DefinitionSource(fields.node, pack, fields.text("id", needed=True), "" if of == "transaction" else of, var, type_)


class Reader:
    """Reads provisions and definitions of one load, every condition checked against the symbols."""

    def __init__(self, symbols: Symbols, problems: Problems) -> None:
        self.s = symbols
        self.problems = problems

    def definition(self, source: DefinitionSource) -> Definition | None:
        f = Fields(source.node, self.problems, "a definition")
        for key in ("id", "of", "as", "type", "note"):
            f.text(key)
        scope = Scope({source.var: T.entity(source.of)}) if source.of else Scope()
        condition = self._condition(f.node_of("is", needed=True), scope, source.type)
        stated = f.text("stated_as")
        if stated:
            kind = source.of or "transaction"
            declared = self.s.vocabulary.get(kind, stated)
            if declared is None or declared.type.base != "boolean":
                hint = did_you_mean(stated, self.s.vocabulary.names(kind))
                f.wrong(f.span("stated_as"), f'a {kind} has no boolean fact "{stated}"', hint or "declare it in facts.yaml")
            elif source.type != T.BOOLEAN:
                f.wrong(f.span("stated_as"), "only a boolean definition can be attested", "")
        cite, says = f.text("cite", needed=True), f.text("says", needed=True)
        f.done()
        if condition is None:
            return None
        return Definition(source.id, source.pack, source.of, source.var, source.type, cite, says, condition, stated, f.node.span)

    def provision(self, node: Node, pack: str) -> Provision:
        f = Fields(node, self.problems, "a provision")
        id_ = f.text("provision", needed=True)
        if id_ and not id_.startswith(pack + "/"):
            f.wrong(f.span("provision"), f"a provision of this pack is called {pack}/...", f"{pack}/{id_.split('/')[-1]}")
        kind: Kind = f.one_of("kind", KINDS, "derivation", needed=True)  # type: ignore[assignment]
        for_each = f.one_of("for_each", FOR_EACH, "transaction" if kind in ("duty", "notice") and not f.has("for_each") else "item")
        var = VARIABLE.get(for_each, "")
        scope = Scope({var: T.entity(for_each)}) if var else Scope()
        raises = None
        raised = f.node_of("raises")
        if raised is not None:
            r = Fields(raised, self.problems, "raises")
            ground_var, family = r.text("each", needed=True), r.text("in", needed=True)
            r.done()
            if family not in self.s.families:
                r.wrong(r.span("in"), f'no family of grounds "{family}"', did_you_mean(family, self.s.families))
            raises = (ground_var, self.s.families.get(family, ()))
            scope = scope.with_variable(ground_var, T.GROUND)
        gate = self._condition(f.node_of("applies_when"), scope)
        addresses: set[str] = set()
        body = self._body(f, scope, addresses)
        title, cite = f.text("title"), f.text("cite", needed=True)
        found = Provision(
            id=id_, pack=pack, kind=kind, title=title, cite=cite, for_each=for_each, says=f.text("says"), periods=f.periods(),
            gate=gate, body=body, ground=f.text("ground"), raises=raises, lifts=self._grounds(f, "lifts"),
            limits=self._limits(f, scope), overrides=self._targets(f, "overrides"), together_with=self._targets(f, "together_with"),
            not_gated=f.flag("not_gated"), effect=f.one_of("effect", ("subject", "excluded")),
            posture=f.one_of("posture", POSTURES), trust=f.one_of("trust", ("verified", "unverified")), need=f.text("need"),
            steps=self._steps(f, scope), span=f.span("provision"),
        )  # fmt: skip
        paper = f.node_of("paper")
        if paper is not None:
            p = Fields(paper, self.problems, "paper")
            found = replace(found, cite_as=p.text("cite_as"), aes_code=p.text("aes_code"))
            p.text("note")
            p.done()
        f.text("note")
        f.text("status")
        f.done()
        self._complete(f, found)
        return found

    def _complete(self, f: Fields, p: Provision) -> None:
        """What each kind must say."""
        if p.ground and p.ground not in self.s.grounds:
            f.wrong(f.span("ground"), f'no ground "{p.ground}"', did_you_mean(p.ground, self.s.grounds))
        needs = {
            "requirement": (bool(p.grounds), "ground (or raises)"),
            "exemption": (bool(p.lifts) or any(c.lifts for c in p.clauses()), "lifts"),
            "limitation": (p.limits is not None, "limits"),
            "scope": (bool(p.effect), "effect: subject or excluded"),
            "posture": (bool(p.posture), "posture"),
            "duty": (bool(p.steps), "steps"),
        }
        met, what = needs.get(p.kind, (True, ""))
        if not met:
            f.wrong(f.node.span, f"a {p.kind} needs {what}", "")
        if p.gate is None and p.body is None:
            f.wrong(f.node.span, f"{p.id} says nothing", "give it applies_when, requires, or not_modelled")
        if not (p.title or p.says):
            f.wrong(f.node.span, f"{p.id} has neither a title nor says", "one plain sentence")
        misplaced = {
            "ground": p.kind == "requirement" or not p.ground,
            "lifts": p.kind == "exemption" or not p.lifts,
            "limits": p.kind == "limitation" or p.limits is None,
            "effect": p.kind == "scope" or not p.effect,
            "posture": p.kind == "posture" or not p.posture,
        }
        for key, right in misplaced.items():
            if not right:
                f.wrong(f.span(key), f'"{key}" has no meaning in a {p.kind}', "")

    # clauses

    def _body(self, f: Fields, scope: Scope, addresses: set[str]) -> Clause | None:
        parts: list[Clause] = []
        if f.has("requires"):
            parts += [self.clause(n, scope, addresses) for n in f.list_of("requires")]
        if f.has("bears_when") and not f.has("not_modelled"):
            f.wrong(f.span("bears_when"), '"bears_when" goes with not_modelled', "")
        if f.has("not_modelled"):
            bears = self._condition(f.node_of("bears_when"), scope)
            parts.append(Clause("not-modelled", "not_modelled", why=f.text("not_modelled"), when=bears, span=f.span("not_modelled")))
        for form in FORMS:
            if form != "not_modelled" and f.has(form):
                parts.append(self._form(f, form, scope, addresses, "", "", "", f"/{form}"))
        if not parts:
            return None
        if len(parts) == 1 and not parts[0].address and parts[0].form in ("all_of", "any_of", "when"):
            return parts[0]
        return Clause("", "all_of", children=tuple(parts), span=f.node.span)

    def clause(self, node: Node, scope: Scope, addresses: set[str]) -> Clause:
        f = Fields(node, self.problems, "a clause")
        cite, says, says_not = f.text("cite"), f.text("says"), f.text("says_not")
        id_ = f.text("id")
        address = self._address(cite, id_, addresses)
        forms = [form for form in FORMS if f.has(form)]
        bodies = [x for x in forms if x not in ("each", "some", "not_modelled", "judgement")]
        lead = next((x for x in ("each", "some", "not_modelled", "judgement") if x in forms), None)
        if lead in ("each", "some"):
            form = lead
        elif lead == "not_modelled" and set(forms) <= {"not_modelled", "when"}:
            form = lead
        elif lead == "judgement" and len(forms) == 1:
            form = lead
        elif len(bodies) == 1 and lead is None:
            form = bodies[0]
        else:
            what = "says nothing" if not forms else "says several things: " + ", ".join(forms)
            f.wrong(node.span, f"the clause {what}", "give it exactly one of " + ", ".join(FORMS))
            return Clause(address, "not_modelled", cite, says, why="not readable", span=node.span)
        found = self._form(f, form, scope, addresses, address, cite, says, "")
        found = replace(found, says_not=says_not, periods=f.periods(), lifts=self._grounds(f, "lifts"), steps=self._steps(f, scope))
        f.text("note")
        f.done()
        return found

    def _address(self, cite: str, id_: str, addresses: set[str]) -> str:
        match = _ADDRESS.search(cite) if cite.startswith("(") else None
        base = match[0] if match else cite
        address = f"{base}/{id_}" if id_ and base else id_ or base or "clause"
        unique, number = address, 1
        while unique in addresses:
            number += 1
            unique = f"{address}/{number}"
        addresses.add(unique)
        return unique

    def _form(
        self, f: Fields, form: str, scope: Scope, addresses: set[str], address: str, cite: str, says: str, _suffix: str
    ) -> Clause:
        span = f.span(form)
        base = Clause(address, form, cite, says, span=span)
        if form == "when":
            return replace(base, when=self._condition(f.node_of("when"), scope))
        if form in ("all_of", "any_of", "none_of"):
            children = tuple(self.clause(n, scope, addresses) for n in f.list_of(form))
            if not children:
                f.wrong(span, f"{form} over nothing", "give it clauses")
            return replace(base, children=children)
        if form in ("each", "some"):
            return self._members(f, form, scope, addresses, base)
        if form in ("holds", "holds_not"):
            return self._holds(f, form, scope, base)
        if form == "judgement":
            return replace(base, judgement=f.text("judgement"), question=f.text("question", needed=True))
        if form == "not_modelled":
            return replace(base, why=f.text("not_modelled"), when=self._condition(f.node_of("when"), scope))
        return replace(base, rows=self._rows(f.node_of("rows"), scope))

    def _members(self, f: Fields, form: str, scope: Scope, addresses: set[str], base: Clause) -> Clause:
        node = f.node_of(form, needed=True)
        or_none = f.flag("or_none") if form == "each" else False
        if node is None:
            return base
        try:
            var, source, inner = check_iteration(node.text, self.s, scope)
        except ConditionError as error:
            self.problems.append(condition_problem(node, error))
            return base
        bodies = [b for b in FORMS if b not in ("each", "some") and f.has(b)]
        if len(bodies) != 1:
            f.wrong(node.span, f"{form} needs exactly one thing said of the member", "when, all_of, any_of or none_of")
            return replace(base, var=var, source=source)
        body = self._form(f, bodies[0], inner, addresses, base.address + "/member" if base.address else "member", "", "", "")
        return replace(base, var=var, source=source, text=node.text, or_none=or_none, children=(body,))

    def _holds(self, f: Fields, form: str, scope: Scope, base: Clause) -> Clause:
        target = f.text(form)
        provision = target.partition("#")[0]
        of = f.text("of")
        text = f'holds("{target}"' + (f", {of})" if of else ")")
        try:
            node = check(text, self.s, scope)
        except ConditionError as error:
            f.wrong(f.span(form), error.message, error.hint)
            return replace(base, target=target)
        assert isinstance(node, A.Holds) and provision == node.provision
        return replace(base, target=target, entity=node.entity)

    def _rows(self, node: Node | None, scope: Scope) -> Rows | None:
        if node is None:
            return None
        f = Fields(node, self.problems, "rows")
        table_id, var = f.text("in", needed=True), f.text("as", "r")
        table = self.s.tables.get(table_id)
        if table is None:
            f.wrong(f.span("in"), f'no table "{table_id}"', did_you_mean(table_id, self.s.tables))
            return None
        inner = scope.with_row(var, table_id)
        path = self._condition(f.node_of("path", needed=True), scope, None)
        when = self._condition(f.node_of("when"), inner)
        where_node = f.node_of("where")
        where: list[tuple[str, A.Expr]] = []
        if where_node is not None:
            where_condition = self._condition(where_node, inner)
            parts = where_condition.expr if where_condition else None
            for part in parts.items if isinstance(parts, A.And) else (parts,) if parts else ():
                if isinstance(part, A.Cmp) and part.op == "=" and isinstance(part.left, A.Cell):
                    where.append((part.left.column, part.right))
                else:
                    f.wrong(where_node.span, "`where` compares columns with constants: r.ground = g", "write the rest in `when`")
        f.done()
        if path is None:
            return None
        if path.expr.type.base != "classification":
            f.wrong(f.span("path"), "the path is a classification, as i.eccn", "")
        text = ", ".join(f"{k} {n.text}" for k in ("path", "where", "when") if (n := node.get(k)) is not None)
        return Rows(table_id, var, path.expr, tuple(where), when.expr if when else None, text)

    # the rest

    def _condition(self, node: Node | None, scope: Scope, want: Type | None = T.BOOLEAN) -> Condition | None:
        if node is None:
            return None
        if node.kind != "scalar":
            self.problems.append(condition_problem(node, ConditionError((0, 1), "a condition is one text", "")))
            return None
        try:
            return Condition(check(node.text, self.s, scope, want), node.text, node.span)
        except ConditionError as error:
            self.problems.append(condition_problem(node, error))
            return None

    def condition(self, node: Node | None) -> Condition | None:
        """A condition over the transaction alone (a pack's `binds_when`)."""
        return self._condition(node, Scope())

    def _grounds(self, f: Fields, key: str) -> tuple[str, ...]:
        found: list[str] = []
        for name in f.texts(key):
            if name in self.s.grounds:
                found.append(name)
            elif name in self.s.families:
                found += self.s.families[name]
            else:
                f.wrong(f.span(key), f'no ground or family "{name}"', did_you_mean(name, [*self.s.grounds, *self.s.families]))
        return tuple(dict.fromkeys(found))

    def _targets(self, f: Fields, key: str) -> tuple[str, ...]:
        names = f.texts(key)
        for name in names:
            if name.partition("#")[0] not in self.s.provisions:
                f.wrong(f.span(key), f'no provision "{name}"', did_you_mean(name, self.s.provisions))
        return names

    def _limits(self, f: Fields, scope: Scope) -> Limits | None:
        node = f.node_of("limits")
        if node is None:
            return None
        limits = Fields(node, self.problems, "limits")
        pack = limits.text("all_of_pack")
        only = limits.texts("only")
        spares: list[Spare] = []
        for item in limits.list_of("except"):
            if item.kind == "map":
                s = Fields(item, self.problems, "what is spared")
                target, when, absent_ok = s.text("target", needed=True), self._condition(s.node_of("when"), scope), s.flag("if_present")
                for key in ("note", "cite"):
                    s.text(key)
                s.done()
            else:
                target, when, absent_ok = item.text, None, False
            provision, _, clause = target.partition("#")
            if provision == "all":
                spares.append(Spare("all", "", when))
            elif provision in self.s.provisions:
                spares.append(Spare(provision, clause, when))
            elif not absent_ok:
                hint = did_you_mean(provision, self.s.provisions) or "write {target: ..., if_present: true} for one not in the packs yet"
                limits.wrong(item.span, f'no provision "{provision}"', hint)
        for name in only:
            if name.partition("#")[0] not in self.s.provisions:
                limits.wrong(limits.span("only"), f'no provision "{name}"', did_you_mean(name, self.s.provisions))
        if bool(pack) == bool(only):
            limits.wrong(node.span, "limits names all_of_pack, or only", "")
        limits.done()
        return Limits(pack, only, tuple(spares))

    def _steps(self, f: Fields, scope: Scope) -> tuple[Step, ...]:
        steps = []
        for number, node in enumerate(f.list_of("steps"), 1):
            s = Fields(node, self.problems, "a step")
            cite = s.text("cite", needed=True)
            step = Step(
                s.text("id") or f"step {number}", s.one_of("by", STEP_TIMES, "with-transfer", needed=True), s.text("says", needed=True),
                cite, self._condition(s.node_of("done_when"), scope), self._condition(s.node_of("applies_when"), scope), s.text("keep"),
            )  # fmt: skip
            s.text("note")
            s.done()
            steps.append(step)
        return tuple(steps)
