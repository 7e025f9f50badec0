"""The cases beside provisions: run, and how far they cover the clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.rulepack.case_edit import remove_at, set_at
from exportcheck.rulepack.fields import Fields, Problems
from exportcheck.rulepack.load import CASES, pack_folders
from exportcheck.rulepack.model import Packs
from exportcheck.source import Node, read_documents
from exportcheck.transaction.change import REMOVE, remove_completeness, replace_fact
from exportcheck.transaction.model import Entity, EntityList, Transaction
from exportcheck.transaction.read import transaction_from_node
from exportcheck.values import Truth

if TYPE_CHECKING:
    from exportcheck.engine.check import Engine
    from exportcheck.engine.evaluate import Evaluation

OUTCOMES: Mapping[str, Truth] = {"holds": True, "fails": False, "unknown": None}
NAMES = {v: k for k, v in OUTCOMES.items()}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a transaction, a date, the entity asked about, and what is expected by address."""

    name: str
    pack: str
    span: Span
    transaction: Transaction
    as_of: date
    line: str
    component: int | None
    party: int | None
    expect: Mapping[str, tuple[str, Span]]
    withhold: str
    still: Mapping[str, str]


@dataclass
class Coverage:
    """Of one clause: the truth values seen, and those in which it alone decided its provision."""

    seen: set[Truth] = field(default_factory=set)
    decided: set[Truth] = field(default_factory=set)


@dataclass
class CasesReport:
    """What `rules test` found. `coverage` is by provision id and clause address ("" for the provision as a whole)."""

    cases: int = 0
    checks: int = 0
    withheld: int = 0
    failures: list[Problem] = field(default_factory=list)
    coverage: dict[str, dict[str, Coverage]] = field(default_factory=dict)
    untested: list[str] = field(default_factory=list)


def run_cases(packs: Packs, names: Sequence[str] | None = None) -> CasesReport:
    """Run every case of the packs (or of those named). Raises `InputError` if a case file cannot be read."""
    from exportcheck.engine.check import Engine

    engine = Engine(packs)
    report = CasesReport()
    cases = list(read_cases(packs, names))
    for case in cases:
        _Runner(engine, case, report).run()
    report.cases = len(cases)
    wanted = {p.id for p in packs.provisions if names is None or p.pack in names}
    report.untested = sorted(wanted - set(report.coverage))
    return report


def read_cases(packs: Packs, names: Sequence[str] | None = None) -> Iterator[Case]:
    """The cases of the packs, in order of file. Raises `InputError` with every problem of every file."""
    root = Path(packs.root)
    problems: Problems = []
    cases: list[Case] = []
    for pack, folder in pack_folders(root):
        if names is None or pack in names:
            for path in sorted(folder.rglob("*" + CASES)):
                try:
                    for node in read_documents(path):
                        cases += _Reader(packs, pack, path, problems).read(node)
                except InputError as error:
                    problems += error.problems
    if problems:
        raise InputError(problems)
    yield from cases


class _Reader:
    def __init__(self, packs: Packs, pack: str, path: Path, problems: Problems) -> None:
        self.packs = packs
        self.pack = pack
        self.path = path
        self.problems = problems

    def read(self, node: Node) -> list[Case]:
        f = Fields(node, self.problems, "a file of cases")
        descriptions = f.node_of("descriptions")
        given = {k.text: v for k, v in descriptions.entries} if descriptions is not None else {}
        f.text("cases_for")
        found = [c for n in f.list_of("cases") if (c := self._case(n, given)) is not None]
        f.done()
        return found

    def _case(self, node: Node, given: Mapping[str, Node]) -> Case | None:
        f = Fields(node, self.problems, "a case")
        name = f.text("name", needed=True)
        transaction = self._transaction(f, given)
        as_of = f.date("as_of") or (transaction.transfer_date if transaction else None)
        line = f.text("line")
        component = f.whole("component", 0) if f.has("component") else None
        party = f.whole("party", 0) if f.has("party") else None
        expect = self._expect(f)
        withhold = ""
        w = f.node_of("withhold")
        if w is not None:
            inner = Fields(w, self.problems, "withhold")
            withhold = inner.text("of", needed=True)
            inner.done()
        still = f.mapping("still")
        f.text("note")
        f.done()
        if transaction is None:
            return None
        if as_of is None:
            f.wrong(node.span, "the case has no date", "as_of: 2026-03-02")
            return None
        return Case(name, self.pack, node.span, transaction, as_of, line, component, party, expect, withhold, still)

    def _expect(self, f: Fields) -> dict[str, tuple[str, Span]]:
        node = f.node_of("expect")
        known = {p.id for p in self.packs.provisions} | set(self.packs.definitions)
        expect: dict[str, tuple[str, Span]] = {}
        for key, value in node.entries if node is not None and node.kind == "map" else ():
            name = key.text.partition("#")[0]
            if not name.startswith("verdict") and not name.startswith("required ") and name not in known:
                f.wrong(key.span, f'no provision or definition "{name}"', did_you_mean(name, known))
            elif not name.startswith("verdict") and value.text not in OUTCOMES and name not in self.packs.definitions:
                f.wrong(value.span, f'"{value.text}" is no outcome', "holds, fails or unknown")
            expect[key.text] = (value.text, key.span)
        return expect

    def _transaction(self, f: Fields, given: Mapping[str, Node]) -> Transaction | None:
        name = f.text("given", needed=True)
        changes, unset = f.node_of("set"), f.texts("unset")
        try:
            if name in given:
                node = given[name]
            else:
                path = next((p for p in (self.path.parent / name, Path(self.packs.root).parent / name) if p.is_file()), None)
                if path is None:
                    f.wrong(f.span("given"), f'no description "{name}"', did_you_mean(name, given) or "name one, or give a file")
                    return None
                node = read_documents(path)[0]
            for key, value in changes.entries if changes is not None and changes.kind == "map" else ():
                node = set_at(node, key.text, value, key.span)
            for key_text in unset:
                node = remove_at(node, key_text, f.span("unset"))
            return transaction_from_node(node, self.packs.vocabulary)
        except InputError as error:
            where = f"in the case at {f.node.span}"
            self.problems.extend(Problem(p.span, f"{p.message} ({where})", p.hint) for p in error.problems)
            return None


class _Runner:
    def __init__(self, engine: Engine, case: Case, report: CasesReport) -> None:
        self.engine = engine
        self.case = case
        self.report = report

    def run(self) -> None:
        case = self.case
        evaluation = self.engine.evaluate(case.transaction, case.as_of)
        for address, (wanted, span) in case.expect.items():
            self.report.checks += 1
            try:
                got = self._value(evaluation, address)
            except LookupError as error:
                self._fail(span, str(error))
                continue
            if got != wanted:
                self._fail(span, f"{address} is {got}, and {wanted} is expected")
        tested = [a.partition("#")[0] for a in case.expect] + ([case.withhold.partition("#")[0]] if case.withhold else [])
        for provision in dict.fromkeys(tested):
            self._cover(evaluation, provision)
        if case.withhold:
            self._withhold()

    def _fail(self, span: Span, message: str) -> None:
        self.report.failures.append(Problem(span, f"{self.case.name}: {message}"))

    def _item(self, transaction: Transaction) -> Entity:
        line = self.case.line
        for item in transaction.items:
            fact = item.facts.get("line")
            if not line or (fact is not None and str(fact.value) == line):
                return item
        raise LookupError(f"there is no line {line}")

    def _entity(self, transaction: Transaction, each: str) -> Entity:
        item = self._item(transaction)
        if each in ("transaction", ""):
            return transaction.root
        if each == "party":
            return transaction.root.lists["parties"].members[self.case.party or 0]
        if each == "component" or (self.case.component is not None and each in ("article", "item")):
            return item.lists["components"].members[self.case.component or 0]
        return item

    def _value(self, evaluation: Evaluation, address: str) -> str:
        if address.startswith("verdict"):
            packs = [p for p in self.engine.packs.packs.values() if p.force == "binding"]
            pack = address.partition(".")[2]
            decisions = self.engine.decide(evaluation, self._item(evaluation.transaction), packs, self.case.as_of)
            if not pack:
                return self.engine.line_verdict(decisions)
            return next(v for d, v in decisions if d.pack.id == pack)
        if address.startswith("required "):
            return NAMES[evaluation.required(address.partition(" ")[2], self._entity(evaluation.transaction, "article"))]
        name, _, clause = address.partition("#")
        definition = self.engine.packs.definitions.get(name)
        if definition is not None:
            value = evaluation.defined(name, self._entity(evaluation.transaction, definition.of))
            return NAMES[value] if value is None or isinstance(value, bool) else str(value)
        return NAMES[self._outcome(evaluation, name, clause)]

    def _outcome(self, evaluation: Evaluation, name: str, clause: str = "") -> Truth:
        found = evaluation.rules.provisions.get(name)
        if found is None:
            return False
        entity = self._entity(evaluation.transaction, found.for_each)
        if found.raises is not None and not clause:
            from exportcheck.values import k_or

            return k_or([evaluation.decide(found, entity, g).truth for g in found.grounds])
        if (
            clause
            and evaluation.decide(found, entity).node is not None
            and not evaluation.decide(found, entity).node.find(clause)
        ):  # type: ignore[union-attr]
            raise LookupError(f"{name} has no paragraph {clause} that was reached")
        return evaluation.outcome(name, clause, entity)

    # coverage

    def _cover(self, evaluation: Evaluation, name: str) -> None:
        found = evaluation.rules.provisions.get(name)
        if found is None:
            return
        entity = self._entity(evaluation.transaction, found.for_each)
        covered = self.report.coverage.setdefault(name, {})
        for ground in found.grounds if found.raises is not None else ("",):
            outcome = evaluation.decide(found, entity, ground)
            covered.setdefault("", Coverage()).seen.add(outcome.truth)
            if outcome.node is None:
                continue
            for node in _nodes(outcome.node):
                if node.clause.address:
                    coverage = covered.setdefault(node.clause.address, Coverage())
                    coverage.seen.add(node.truth)
                    if node.truth is not None and node.truth not in coverage.decided:
                        self._decides(evaluation, found, entity, ground, node.clause.address, node.truth, outcome.truth, coverage)

    def _decides(
        self,
        evaluation: Evaluation,
        found: Any,
        entity: Entity,
        ground: str,
        address: str,
        truth: bool,
        was: Truth,
        coverage: Coverage,
    ) -> None:
        from exportcheck.engine.evaluate import Evaluation

        other = Evaluation(evaluation.transaction, evaluation.rules, {(found.id, address): not truth})
        if other.decide(found, entity, ground).truth is not was:
            coverage.decided.add(truth)

    # withholding

    def _withhold(self) -> None:
        case = self.case
        recording = _Recording()
        transaction = recording.copy(case.transaction)
        evaluation = self.engine.evaluate(transaction, case.as_of)
        before = self._outcome(evaluation, case.withhold)
        if before is None:
            self._fail(case.span, f"{case.withhold} is unknown before any fact is withheld")
            return
        for path, name in recording.read:
            if name in ("line", "id", "name"):
                continue
            where = f"{path}.{name}" if path else name
            changed = self._without(path, name)
            if changed is None:
                continue
            self.report.withheld += 1
            other = self.engine.evaluate(changed, case.as_of)
            self._cover(other, case.withhold.partition("#")[0])
            got = NAMES[self._outcome(other, case.withhold)]
            wanted = case.still.get(where, case.still.get(name, "unknown"))
            if got != wanted:
                self._fail(case.span, f"without {where}, {case.withhold} is {got}, and {wanted} is expected")

    def _without(self, path: str, name: str) -> Transaction | None:
        transaction = self.case.transaction
        if name.endswith("_complete"):
            try:
                return remove_completeness(transaction, path, name.removesuffix("_complete"))
            except KeyError:
                return None
        return replace_fact(transaction, path, name, REMOVE)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children:
        yield from _nodes(child)


class _Recording:
    """A copy of a transaction that notes which stated facts and completeness marks were read."""

    def __init__(self) -> None:
        self.read: dict[tuple[str, str], None] = {}

    def copy(self, transaction: Transaction) -> Transaction:
        return replace(transaction, root=self._entity(transaction.root))

    def _entity(self, entity: Entity) -> Entity:
        lists = {n: replace(x, members=tuple(self._entity(m) for m in x.members)) for n, x in entity.lists.items()}
        facts = _Noting(entity.facts, entity.path, self.read)
        return replace(entity, facts=facts, lists=MappingProxyType(_NotingLists(lists, entity.path, self.read)))


class _Noting(dict[str, Any]):
    def __init__(self, facts: Mapping[str, Any], path: str, read: dict[tuple[str, str], None]) -> None:
        super().__init__(facts)
        self._path, self._read = path, read

    def get(self, name: str, default: Any = None) -> Any:  # type: ignore[override]
        if name in self:
            self._read[self._path, name] = None
            if getattr(self[name], "complete", True) and getattr(self[name], "marked", False):
                self._read[self._path, name + "_complete"] = None
        return super().get(name, default)


class _NotingLists(dict[str, EntityList]):
    def __init__(self, lists: Mapping[str, EntityList], path: str, read: dict[tuple[str, str], None]) -> None:
        super().__init__(lists)
        self._path, self._read = path, read

    def get(self, name: str, default: Any = None) -> Any:  # type: ignore[override]
        if name in self and self[name].complete and name not in ("items", "authorizations"):
            self._read[self._path, name + "_complete"] = None
        return super().get(name, default)
