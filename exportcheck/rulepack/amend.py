"""The amendments of a layer: clauses, provisions, lists and figures changed from a day on.

Each names the digest of what it amends, so that it never applies to a text that its author did not see. A text that is
amended from a day on becomes two dated texts, so the law before that day stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from exportcheck.condition import types as T
from exportcheck.condition.check import Scope
from exportcheck.errors import did_you_mean
from exportcheck.rulepack.digest import digest
from exportcheck.rulepack.fields import Fields, read_number
from exportcheck.rulepack.model import Clause, Condition, DatedList, Member, Packs, Parameter, Provision
from exportcheck.rulepack.periods import ending, starting
from exportcheck.rulepack.read_data import read_member
from exportcheck.rulepack.read_provision import Reader, entity_scope
from exportcheck.source import Node

SUBJECTS = ("clause", "provision", "list", "parameter")
WHENS = ("replace_when", "and_when", "or_when")

Edit = Callable[[Provision], Provision | None]


class Amendments:
    """Reads `amend:`. Afterwards `lists` and `parameters` hold what was amended, and `provisions()` gives all texts."""

    def __init__(self, packs: Packs, layer: str, kind: str, start: date | None, reader: Reader) -> None:
        self.packs = packs
        self.layer = layer
        self.policy = kind == "policy"
        self.start = start
        self.reader = reader
        self.problems = reader.problems
        self.lists: dict[str, DatedList] = {}
        self.parameters: dict[str, Parameter] = {}
        self.touched: set[str] = set()
        self._edits: dict[int, list[Edit]] = {}
        self._amended: set[tuple[int, str]] = set()
        self._digests: dict[str, str] = {}

    def read(self, nodes: Iterable[Node]) -> None:
        """Read the entries; mistakes are added to the reader's problems."""
        for node in nodes:
            f = Fields(node, self.problems, "an amendment")
            if node.kind != "map":
                continue
            subjects = [s for s in SUBJECTS if f.has(s)]
            if len(subjects) != 1:
                f.wrong(node.span, "an amendment names one thing that it amends", "clause, provision, list or parameter")
                continue
            if subjects[0] in ("clause", "provision"):
                self._provision(f, subjects[0])
            elif subjects[0] == "list":
                self._list(f)
            else:
                self._parameter(f)
            for key in ("note", "cite"):
                f.text(key)
            f.done()

    def provisions(self) -> tuple[Provision, ...]:
        """Every dated text of the packs, those that were amended cut in two at the first day of the layer."""
        found: list[Provision] = []
        for number, provision in enumerate(self.packs.provisions):
            edits = self._edits.get(number)
            if edits is None:
                found.append(provision)
                continue
            before = ending(provision.periods, self.start)
            if before:
                found.append(replace(provision, periods=before))
            amended: Provision | None = provision
            for edit in edits:
                amended = edit(amended) if amended is not None else None
            if amended is not None:
                found.append(replace(amended, layer=self.layer, periods=starting(provision.periods, self.start)))
        return tuple(found)

    # what is amended, and against which text

    def _digest(self, id_: str, value: Provision | DatedList | Parameter) -> str:
        key = f"{id_} {value.periods}" if isinstance(value, Provision) else id_
        if key not in self._digests:
            self._digests[key] = digest(value)
        return self._digests[key]

    def _same_base(self, f: Fields, id_: str, now: DatedList | Parameter) -> bool:
        wanted, current = f.text("base"), self._digest(id_, now)
        if wanted != current:
            what = (
                f"{id_} has another text than the one amended"
                if wanted
                else f"the amendment does not say which text of {id_} it amends"
            )
            f.wrong(f.span("base"), what, f"now: base: {current}")
        return wanted == current

    def _text(self, f: Fields, id_: str) -> int | None:
        """The number of the dated text that the digest names."""
        texts = [(n, p) for n, p in enumerate(self.packs.provisions) if p.id == id_]
        if not texts:
            known = dict.fromkeys(p.id for p in self.packs.provisions)
            f.wrong(f.node.span, f'no provision "{id_}"', did_you_mean(id_, known))
            return None
        self.touched.add(id_)
        wanted = f.text("base")
        for number, provision in texts:
            if wanted == self._digest(id_, provision):
                if starting(provision.periods, self.start):
                    return number
                f.wrong(
                    f.span("base"),
                    f"this text of {id_} is at an end before the layer begins on {self.start}",
                    "amend a later one",
                )
                return None
        what = (
            f"{id_} has another text than the one amended"
            if wanted
            else f"the amendment does not say which text of {id_} it amends"
        )
        shown = [f"{self._digest(id_, p)}{_days(p)}" for _, p in texts if starting(p.periods, self.start)]
        f.wrong(f.span("base"), what, "now: base: " + ", or ".join(shown))
        return None

    def _loosens(self, f: Fields, key: str) -> None:
        if self.policy:
            hint = "a policy adds provisions, or narrows an exemption with and_when; anything else needs kind: proposal"
            f.wrong(f.span(key), f'a policy only tightens, and "{key}" may loosen', hint)

    # clauses and provisions

    def _provision(self, f: Fields, subject: str) -> None:
        id_, _, address = f.text(subject).partition("#")
        keys = (*WHENS, "remove", "says", "says_not") if subject == "clause" else ("replace_applies_when", "repeal")
        given = [k for k in (*WHENS, "remove", "replace_applies_when", "repeal") if f.has(k)]
        says, says_not = (f.text("says"), f.text("says_not")) if subject == "clause" else ("", "")
        number = self._text(f, id_)
        if len(given) != 1 or given[0] not in keys:
            what = "clause" if subject == "clause" else "provision"
            f.wrong(
                f.node.span,
                f"an amendment of a {what} does one thing",
                "one of " + ", ".join(k for k in keys if k not in ("says", "says_not")),
            )
            return
        if number is None:
            return
        if subject == "clause":
            self._clause(f, number, address, given[0], says, says_not)
        else:
            self._gate(f, number, given[0])

    def _gate(self, f: Fields, number: int, key: str) -> None:
        self._loosens(f, key)
        provision = self.packs.provisions[number]
        if key == "repeal":
            if f.flag("repeal"):
                self._edit(number, lambda _: None)
            return
        gate = self.reader.read_condition(f.node_of(key), self._root_scope(provision))
        self._edit(number, lambda p: replace(p, gate=gate))

    def _clause(self, f: Fields, number: int, address: str, key: str, says: str, says_not: str) -> None:
        provision = self.packs.provisions[number]
        path = _path(provision.body, address)
        if not path or not address:
            known = [c.address for c in provision.clauses() if c.address]
            hint = did_you_mean(address, known) or "it has: " + ", ".join(known)
            f.wrong(f.span("clause"), f'{provision.id} has no paragraph "{address}"', hint)
            return
        if key not in _TIGHTENS.get(provision.kind, ()) or any(c.form == "none_of" for c in path):
            self._loosens(f, key)
        if key == "remove":
            if f.flag("remove"):
                self._edit(number, lambda p: replace(p, body=_without(p.body, address)))
            return
        if (number, address) in self._amended:
            f.wrong(f.span("clause"), f"{address} is amended twice", "say it in one amendment")
        self._amended.add((number, address))
        clause = path[-1]
        if clause.form != "when" or clause.when is None:
            f.wrong(f.span("clause"), f"{address} is no condition, it is {clause.form}", "name a clause that has a `when`")
            return
        if not says:
            f.wrong(
                f.span(key), "the amended clause needs its words", "says: what it now asks, as a reason when met; says_not: ..."
            )
        node, scope = f.node_of(key), self._scope(provision, path)
        new = self.reader.read_condition(node, scope)
        if node is None or new is None:
            return
        if key != "replace_when":
            # Read anew as one text, so that every place in it is a place in what is shown.
            joined = f"({clause.when.text}) {key.removesuffix('_when')} ({new.text})"
            new = self.reader.read_condition(replace(node, text=joined), scope)
        self._edit(number, lambda p: replace(p, body=_with(p.body, address, new, (says, says_not))))

    def _edit(self, number: int, edit: Edit) -> None:
        self._edits.setdefault(number, []).append(edit)

    def _root_scope(self, provision: Provision) -> Scope:
        scope = entity_scope(provision.for_each)
        return scope.with_variable(provision.raises[0], T.GROUND) if provision.raises is not None else scope

    def _scope(self, provision: Provision, path: list[Clause]) -> Scope:
        scope = self._root_scope(provision)
        for clause in path[:-1]:
            if clause.source is not None:
                scope = scope.with_variable(clause.var, T.entity(clause.source.type.kind))
        return scope

    # lists and figures

    def _list(self, f: Fields) -> None:
        id_ = f.text("list")
        now = self.packs.lists.get(id_)
        self._loosens(f, "list")
        if now is None:
            f.wrong(f.span("list"), f'no list "{id_}"', did_you_mean(id_, self.packs.lists))
            return
        self.touched.add(id_)
        same = self._same_base(f, id_, now)
        add = [m for n in f.list_of("add") if (m := read_member(n, now.type, self.problems)) is not None]
        remove = [(n, m.value) for n in f.list_of("remove") if (m := read_member(n, now.type, self.problems)) is not None]
        if not add and not remove:
            f.wrong(f.node.span, "the amendment neither adds nor removes a member", "add: [JP]")
        if not same:
            return
        members = list(self.lists.get(id_, now).members)
        for node, value in remove:
            kept = [m for m in members if m.value != value or not self._lasts(m)]
            if len(kept) == len(members):
                held = [u for u in now.union if any(m.value == value for m in self.packs.lists[u].members)]
                hint = (
                    f"it comes from {held[0]}; amend that list"
                    if held
                    else "check the spelling, and the day on which the layer begins"
                )
                f.wrong(node.span, f"{node.text or value} is no member of {id_} then", hint)
            last = None if self.start is None else self.start - timedelta(days=1)
            cut = [replace(m, end=last) for m in members if m.value == value and self._lasts(m) and self._earlier(m)]
            members = kept + cut
        for member in add:
            start = max((d for d in (self.start, member.start) if d is not None), default=None)
            new = replace(member, start=start, source=member.source or f"layer {self.layer}")
            if any(m.value == new.value and _overlap(m, new) for m in members):
                f.wrong(f.span("add"), f"{new.value} is a member of {id_} already", "remove it first, or leave it out")
            members.append(new)
        self.lists[id_] = replace(now, members=tuple(members))

    def _lasts(self, member: Member) -> bool:
        """Is it a member on the first day of the layer, or later?"""
        return self.start is None or member.end is None or member.end >= self.start

    def _earlier(self, member: Member) -> bool:
        return self.start is not None and (member.start is None or member.start < self.start)

    def _parameter(self, f: Fields) -> None:
        id_ = f.text("parameter")
        now = self.packs.parameters.get(id_)
        self._loosens(f, "parameter")
        value = f.node_of("value", needed=True)
        figure = read_number(value, self.problems) if value is not None else None
        if now is None:
            f.wrong(f.span("parameter"), f'no parameter "{id_}"', did_you_mean(id_, self.packs.parameters))
            return
        self.touched.add(id_)
        if not self._same_base(f, id_, now) or figure is None:
            return
        start = self.start if self.start is not None else min((d for d, _ in now.values), default=date.min)
        values = tuple((d, v) for d, v in now.values if d < start)
        self.parameters[id_] = replace(now, values=(*values, (start, figure)))


_TIGHTENS = {"exemption": ("and_when",)} | dict.fromkeys(("requirement", "prohibition", "limitation"), ("or_when",))
"""What can only make the law stricter, outside of none_of."""


def _days(provision: Provision) -> str:
    first = min((p.start for p in provision.periods if p.start is not None), default=None)
    return f" (in force from {first})" if first is not None else ""


def _overlap(a: Member, b: Member) -> bool:
    return (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max)


def _path(clause: Clause | None, address: str) -> list[Clause]:
    """The clauses from the root to the one with this address; empty if there is none."""
    if clause is None:
        return []
    if clause.address == address:
        return [clause]
    for child in clause.children:
        rest = _path(child, address)
        if rest:
            return [clause, *rest]
    return []


def _with(clause: Clause | None, address: str, new: Condition | None, words: tuple[str, str]) -> Clause | None:
    """The tree with the condition at an address replaced."""
    if clause is None:
        return None
    if clause.address == address:
        return replace(clause, when=new, says=words[0] or clause.says, says_not=words[1])
    return replace(clause, children=tuple(x for c in clause.children if (x := _with(c, address, new, words)) is not None))


def _without(clause: Clause | None, address: str) -> Clause | None:
    """The tree without the clause at an address, and without what is left empty by that."""
    if clause is None or clause.address == address:
        return None
    if not clause.children:
        return clause
    children = tuple(x for c in clause.children if (x := _without(c, address)) is not None)
    return replace(clause, children=children) if children else None
