"""The cases beside provisions: run, and how far they cover the clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exportcheck.errors import Problem, Span
from exportcheck.rulepack.acts import act_of, truth_of
from exportcheck.rulepack.cases import Case, read_cases
from exportcheck.rulepack.model import Clause, Packs
from exportcheck.rulepack.recording import Recording
from exportcheck.transaction.change import REMOVE, remove_completeness, replace_fact
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.values import Truth

if TYPE_CHECKING:
    from exportcheck.engine.check import Engine
    from exportcheck.engine.evaluate import Evaluation

NAMES: Mapping[Truth, str] = {True: "holds", False: "fails", None: "unknown"}


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
        CaseRunner(engine, case, report).run()
    report.cases = len(cases)
    wanted = {p.id for p in packs.provisions if names is None or p.pack in names}
    report.untested = sorted(wanted - set(report.coverage))
    return report


class CaseRunner:
    """Runs one case, adding to a report. Without `covering`, what the clauses came to is not noted."""

    def __init__(self, engine: Engine, case: Case, report: CasesReport, *, covering: bool = True) -> None:
        self.engine = engine
        self.case = case
        self.report = report
        self.covering = covering

    def run(self) -> None:
        case = self.case
        evaluation = self.expectations()
        named = [a for a in (*case.expect, case.withhold) if a and act_of(a) is None]
        tested = [a.partition("#")[0] for a in named]
        for provision in dict.fromkeys(tested):
            self._cover(evaluation, provision)
        if case.withhold:
            self.withhold()

    def expectations(self) -> Evaluation:
        """Look at everything that the case expects."""
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
        return evaluation

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
            pack = address.partition(".")[2]
            packs = self.engine.chosen([pack] if pack else None)
            item = self._item(evaluation.transaction)
            decisions = self.engine.decide(evaluation, item, packs, self.case.as_of)
            if not pack:
                return self.engine.line_verdict(evaluation, item, decisions)
            return next(v for d, v in decisions if d.pack.id == pack)
        if address.startswith("required "):
            return NAMES[evaluation.required(address.partition(" ")[2], self._entity(evaluation.transaction, "article"))]
        act = act_of(address)
        if act is not None:
            return NAMES[truth_of(evaluation, act, self._item(evaluation.transaction))]
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
        node = evaluation.decide(found, entity).node
        if clause and node is not None and not node.find(clause):
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
                    truth = node.truth
                    if truth not in coverage.seen:
                        coverage.seen.add(truth)
                        self._contradicts(name, node.clause, truth, "is")
                    if truth is None or truth in coverage.decided:
                        continue
                    if evaluation.pinned(outcome, node.clause.address, not truth) is not outcome.truth:
                        coverage.decided.add(truth)
                        self._contradicts(name, node.clause, truth, "decides by being")

    def _contradicts(self, name: str, clause: Clause, truth: Truth, how: str) -> None:
        """A case shows what the clause says that it never is, or decides by being."""
        never = clause.never
        if never is not None and truth in (never.values if how == "is" else never.alone):
            word = "unknown" if truth is None else str(truth).lower()
            self._fail(self.case.span, f"{name}#{clause.address} {how} {word} here, and says that it never {how} so")

    # withholding

    def withhold(self) -> None:
        """Withhold each fact that was read, one at a time."""
        case = self.case
        recording = Recording()
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
            if self.covering:
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
