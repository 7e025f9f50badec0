"""Clauses and what stands in them: conditions, table rows, steps, grounds."""

from __future__ import annotations

import re
from dataclasses import replace

from exportcheck.condition import ast as A
from exportcheck.condition import types as T
from exportcheck.condition.check import Scope, Symbols, check, check_iteration
from exportcheck.condition.parse import ConditionError
from exportcheck.condition.types import Type
from exportcheck.errors import did_you_mean
from exportcheck.rulepack.fields import Fields, Problems, condition_problem
from exportcheck.rulepack.model import ALWAYS, STEP_TIMES, Clause, Condition, Never, Rows, Step
from exportcheck.source import Node

FORMS = (
    "when",
    "true_when",
    "all_of",
    "any_of",
    "none_of",
    "each",
    "some",
    "holds",
    "holds_not",
    "judgement",
    "not_modelled",
    "rows",
)
_ADDRESS = re.compile(r"\([^)]*\)(?:\([^)]*\))*")
NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
TRUTHS: dict[str, bool | None] = {"true": True, "false": False, "unknown": None}
_KEEP = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?")


class ClauseReader:
    """Reads clauses, every condition checked against the symbols; mistakes are added to the problems."""

    def __init__(self, symbols: Symbols, problems: Problems) -> None:
        self.s = symbols
        self.problems = problems

    def _body(self, f: Fields, scope: Scope, addresses: set[str]) -> Clause | None:
        parts: list[Clause] = []
        if f.has("requires"):
            parts += [self.clause(n, scope, addresses) for n in f.list_of("requires")]
            if not parts:
                f.wrong(
                    f.span("requires"),
                    "a provision that requires nothing would hold for everything",
                    "requires: [{says: ..., when: ...}]",
                )
        if f.has("bears_when") and not f.has("not_modelled"):
            f.wrong(f.span("bears_when"), '"bears_when" goes with not_modelled')
        if f.has("not_modelled"):
            bears = self.read_condition(f.node_of("bears_when"), scope)
            addresses.add("not-modelled")
            parts.append(
                Clause("not-modelled", "not_modelled", why=f.text("not_modelled"), when=bears, span=f.span("not_modelled"))
            )
        forms = [form for form in FORMS if form != "not_modelled" and f.has(form)]
        if forms:
            form = _form_of(forms)
            if form:
                parts.append(self._form(f, form, scope, addresses, Clause("", form, span=f.span(form))))
            else:
                f.wrong(
                    f.node.span,
                    "the provision says several things: " + ", ".join(forms),
                    "put them under `requires`, each a clause",
                )
        if not parts:
            return None
        if len(parts) == 1 and not parts[0].address and parts[0].form in ("all_of", "any_of", "when", "true_when"):
            return parts[0]
        return Clause("", "all_of", children=tuple(parts), span=f.node.span)

    def clause(self, node: Node, scope: Scope, addresses: set[str]) -> Clause:
        f = Fields(node, self.problems, "a clause")
        cite, says, says_not = f.text("cite"), f.text("says"), f.text("says_not")
        id_ = f.text("id")
        address = self._address(cite, id_, addresses)
        forms = [form for form in FORMS if f.has(form)]
        form = _form_of(forms)
        if not form:
            what = "says nothing" if not forms else "says several things: " + ", ".join(forms)
            f.wrong(node.span, f"the clause {what}", "give it exactly one of " + ", ".join(FORMS))
            return Clause(address, "not_modelled", cite, says, why="not readable", span=node.span)
        found = self._form(f, form, scope, addresses, Clause(address, form, cite, says, says_not, span=f.span(form)))
        periods, lifts, steps = f.periods(), self._grounds(f, "lifts"), self._steps(f, scope)
        if periods is not ALWAYS or lifts or steps:
            found = replace(found, periods=periods, lifts=lifts, steps=steps)
        never = self._never(f)
        if never is not None:
            found = replace(found, never=never)
        f.text("note")
        f.done()
        return found

    def _never(self, f: Fields) -> Never | None:
        """What the cases need not show of the clause, and why."""
        node = f.node_of("never")
        if node is None:
            return None
        n = Fields(node, self.problems, "never")
        values, alone, why = n.texts("values"), n.texts("alone"), n.text("why", needed=True)
        n.done()
        for key, said, known in (("values", values, ("true", "false", "unknown")), ("alone", alone, ("true", "false"))):
            for value in said:
                if value not in known:
                    n.wrong(
                        n.span(key), f'"{value}" is no value that it could have here', f"{key}: [{', '.join(known)}], or some"
                    )
        if not values and not alone:
            n.wrong(node.span, "it does not say what the clause never is", "values: [true], or alone: [false]")
        return Never(
            tuple(TRUTHS[v] for v in values if v in TRUTHS), tuple(v == "true" for v in alone if v in ("true", "false")), why
        )

    def _address(self, cite: str, id_: str, addresses: set[str]) -> str:
        match = _ADDRESS.search(cite) if cite.startswith("(") else None
        base = match[0] if match else cite
        address = f"{base}/{id_}" if id_ and base else id_ or base or "clause"
        return self._unique(address, addresses)

    def _unique(self, address: str, addresses: set[str]) -> str:
        unique, number = address, 1
        while unique in addresses:
            number += 1
            unique = f"{address}/{number}"
        addresses.add(unique)
        return unique

    def _form(self, f: Fields, form: str, scope: Scope, addresses: set[str], base: Clause) -> Clause:
        """The clause `base` with what its form says."""
        if form == "when":
            return replace(base, when=self.read_condition(f.node_of("when"), scope))
        if form == "true_when":
            settles, refutes = f.node_of("true_when"), f.node_of("false_when", needed=True)
            return replace(base, when=self.read_condition(settles, scope), false_when=self.read_condition(refutes, scope))
        if form in ("all_of", "any_of", "none_of"):
            children = tuple(self.clause(n, scope, addresses) for n in f.list_of(form))
            if not children:
                f.wrong(base.span, f"{form} over nothing", "give it clauses")
            return replace(base, children=children)
        if form in ("each", "some"):
            return self._members(f, form, scope, addresses, base)
        if form in ("holds", "holds_not"):
            return self._holds(f, form, scope, base)
        if form == "judgement":
            return replace(base, judgement=f.text("judgement"), question=f.text("question", needed=True))
        if form == "not_modelled":
            return replace(base, why=f.text("not_modelled"), when=self.read_condition(f.node_of("when"), scope))
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
        member = self._unique(base.address + "/member" if base.address else "member", addresses)
        body = self._form(f, bodies[0], inner, addresses, Clause(member, bodies[0], span=f.span(bodies[0])))
        return replace(base, var=var, source=source, text=node.text, or_none=or_none, children=(body,))

    def _holds(self, f: Fields, form: str, scope: Scope, base: Clause) -> Clause:
        target = f.text(form)
        of = f.text("of")
        if '"' in target or "\n" in target or (of and not NAME.fullmatch(of)):
            f.wrong(
                f.span(form),
                f'"{target}" names no provision' if '"' in target else f'"{of}" is no variable',
                "an id, and a variable as c",
            )
            return base
        text = f'holds("{target}"' + (f", {of})" if of else ")")
        try:
            node = check(text, self.s, scope)
        except ConditionError as error:
            f.wrong(f.span(form), error.message, error.hint)
            return base
        entity = node.entity if isinstance(node, A.Holds) else None
        return replace(base, target=target, entity=entity)

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
        path = self.read_condition(f.node_of("path", needed=True), scope, None)
        when = self.read_condition(f.node_of("when"), inner)
        where_node = f.node_of("where")
        where: list[tuple[str, A.Expr]] = []
        if where_node is not None:
            where_condition = self.read_condition(where_node, inner)
            parts = where_condition.expr if where_condition else None
            for part in parts.items if isinstance(parts, A.And) else (parts,) if parts else ():
                constant = isinstance(part, A.Cmp) and isinstance(part.right, A.Lit | A.GroundVar)
                if isinstance(part, A.Cmp) and part.op == "=" and isinstance(part.left, A.Cell) and constant:
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

    def read_condition(self, node: Node | None, scope: Scope, want: Type | None = T.BOOLEAN) -> Condition | None:
        """A condition in a scope; None if there is none, or, with a problem, if it cannot be used."""
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
        return self.read_condition(node, Scope())

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

    def _steps(self, f: Fields, scope: Scope) -> tuple[Step, ...]:
        steps = []
        for number, node in enumerate(f.list_of("steps"), 1):
            s = Fields(node, self.problems, "a step")
            cite = s.text("cite", needed=True)
            step = Step(
                s.text("id") or f"step {number}",
                s.one_of("by", STEP_TIMES, "with-transfer", needed=True),
                s.text("says", needed=True),
                cite,
                self.read_condition(s.node_of("done_when"), scope),
                self.read_condition(s.node_of("applies_when"), scope),
                s.text("keep"),
            )
            s.text("note")
            s.done()
            if step.keep and not _KEEP.fullmatch(step.keep):
                s.wrong(s.span("keep"), f'"{step.keep}" is no length of time', "P5Y is five years")
            if step.by == "before-transfer" and not s.has("done_when"):
                s.wrong(
                    node.span,
                    "a step before the transfer says when it is done, or it could never be known done",
                    "done_when: ...",
                )
            steps.append(step)
        return tuple(steps)


def _form_of(forms: list[str]) -> str:
    """Which of the keys of a clause says what it is; "" where none or several do."""
    if len(forms) == 1:
        return forms[0]
    if set(forms) == {"not_modelled", "when"}:
        return "not_modelled"
    members = [form for form in forms if form in ("each", "some")]
    return members[0] if len(members) == 1 and len(forms) == 2 else ""
