"""The cases beside provisions, read: a transaction, a date, and what is expected of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.rulepack.acts import act_of, acts_of
from exportcheck.rulepack.case_edit import remove_at, set_at
from exportcheck.rulepack.fields import Fields, Problems
from exportcheck.rulepack.folders import CASES, pack_folders
from exportcheck.rulepack.model import Packs
from exportcheck.source import Node, read_documents
from exportcheck.transaction.model import Transaction
from exportcheck.transaction.read import transaction_from_node

OUTCOMES = ("holds", "fails", "unknown")


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


def readable_cases(packs: Packs, pack: str, path: Path) -> list[Case]:
    """The cases of one file that these packs can read; others are left out, as are those of a file that is not to be read."""
    problems: Problems = []
    try:
        return [case for node in read_documents(path) for case in _Reader(packs, pack, path, problems).read(node)]
    except InputError:
        return []


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
        found = [c for n in f.list_of("cases") for c in self._cases(n, given)]
        f.done()
        return found

    def _cases(self, node: Node, given: Mapping[str, Node]) -> Iterator[Case]:
        """The case; with `over`, one for each value."""
        over = node.get("over")
        if over is None:
            found = self._case(node, given)
            if found is not None:
                yield found
            return
        if over.kind != "map" or len(over.entries) != 1 or over.entries[0][1].kind != "list" or not over.entries[0][1].items:
            wrong = Fields(node, self.problems, "a case")
            wrong.wrong(over.span, "over is one path with a list of values", "over: {destination: [CU, KP]}")
            return
        (path, values) = over.entries[0]
        for value in values.items:
            found = self._case(node, given, (path, value))
            if found is not None:
                yield found

    def _case(self, node: Node, given: Mapping[str, Node], one: tuple[Node, Node] | None = None) -> Case | None:
        f = Fields(node, self.problems, "a case")
        name = f.text("name", needed=True)
        f.node_of("over")
        if one is not None:
            name = f"{name} ({', '.join(n.text for n in one[1].items or one[1:])})"
        transaction = self._transaction(f, given, one)
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
            if act_of(key.text) is not None:
                expect |= self._acts(f, key, value)
                continue
            if not name.startswith("verdict") and not name.startswith("required ") and name not in known:
                f.wrong(key.span, f'no provision or definition "{name}"', did_you_mean(name, known))
            elif not name.startswith("verdict") and value.text not in OUTCOMES and name not in self.packs.definitions:
                f.wrong(value.span, f'"{value.text}" is no outcome', "holds, fails or unknown")
            expect[key.text] = (value.text, key.span)
        return expect

    def _acts(self, f: Fields, key: Node, value: Node) -> dict[str, tuple[str, Span]]:
        """What is said of several targets, or of a family, is expected of each."""
        if value.text not in OUTCOMES:
            f.wrong(value.span, f'"{value.text}" is no outcome', "holds, fails or unknown")
        try:
            return {str(act): (value.text, key.span) for act in acts_of(self.packs, key.text)}
        except LookupError as error:
            f.wrong(key.span, *error.args)
            return {}

    def _transaction(self, f: Fields, given: Mapping[str, Node], one: tuple[Node, Node] | None) -> Transaction | None:
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
            if one is not None:
                node = set_at(node, one[0].text, one[1], one[0].span)
            for key_text in unset:
                node = remove_at(node, key_text, f.span("unset"))
            return transaction_from_node(node, self.packs.vocabulary)
        except InputError as error:
            where = f"in the case at {f.node.span}"
            self.problems.extend(Problem(p.span, f"{p.message} ({where})", p.hint) for p in error.problems)
            return None
