"""Two sides compared: what changed, what each change does to verdicts, and real transactions under both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from exportcheck import __version__
from exportcheck.compare.affected import Reach
from exportcheck.compare.data import data_changes
from exportcheck.compare.focus import focus_of
from exportcheck.compare.form import Form
from exportcheck.compare.gather import gathered
from exportcheck.compare.isolate import with_change
from exportcheck.compare.model import Change, Comparison, Corpus, Direction, Effect, Witness
from exportcheck.compare.pairs import Pairing
from exportcheck.compare.proof import SHARED, Proof, models_of, prove, solver_is_there
from exportcheck.compare.provisions import laws_of, provision_changes
from exportcheck.compare.search import EFFORTS, Search
from exportcheck.compare.seeds import Seeds, both_vocabularies
from exportcheck.compare.sides import Side
from exportcheck.compare.timeline import days_that_differ
from exportcheck.compare.witness import confirmed
from exportcheck.rulepack.model import Clause, Period, Provision
from exportcheck.rulepack.ruleset import Ruleset
from exportcheck.transaction.model import Transaction

NEVER = frozenset({"posture", "duty", "notice"})
"""Kinds of provision that change no verdict, whatever they say."""


FEW = 12
"""Changes for each of which the whole effort is made."""

MOST_MODELLED = 8
"""Provisions that a change reaches of which models are asked for."""


@dataclass(frozen=True)
class Options:
    """How far a comparison goes. `packs`: only changes of these (None: all). `solve`: may the solver be asked."""

    effort: str = "normal"
    packs: tuple[str, ...] | None = None
    solve: bool = True
    like: tuple[Transaction, ...] = ()


def changes_of(old: Side, new: Side, packs: Sequence[str] | None = None) -> list[Change]:
    """What is not the same, on the days asked for; without any, on every day, each change once with the days it shows on."""
    if old.day is not None and new.day is not None:
        found = _on(old, new, old.day, new.day)
    else:
        found = _over_time(old, new)
    return [c for c in found if packs is None or c.pack in packs]


def _on(old: Side, new: Side, old_day: date, new_day: date) -> list[Change]:
    before, after = laws_of(old, new, old.engine.rules(old_day), new.engine.rules(new_day))
    found = [*provision_changes(before, after), *data_changes(before, after)]
    return [replace(c, old_day=old_day, new_day=new_day) for c in found]


def _over_time(old: Side, new: Side) -> list[Change]:
    kept: dict[tuple[object, ...], Change] = {}
    for day in days_that_differ(old, new):
        for change in _on(old, new, day, day):
            key = (change.subject, change.id, change.kind, tuple((d.part, d.kind, d.old, d.new) for d in change.details))
            before = kept.get(key)
            kept[key] = change if before is None else replace(before, days=(*before.days, day))
    return [_dated(c, old, new) for c in kept.values()]


def _dated(change: Change, old: Side, new: Side) -> Change:
    """A provision that is there on other days is not new or gone: its dates changed."""
    texts = [side.packs.texts(change.id) for side in (old, new)]
    if change.subject != "provision" or change.kind not in ("added", "removed") or not all(texts):
        return change
    said = ["; ".join(_period(p) for text in of for p in text.periods) for of in texts]
    detail = replace(change.details[0], part="dates", kind="changed", says="in force", old=said[0], new=said[1])
    return replace(change, details=(detail,))


def _period(period: Period) -> str:
    words = f"{period.start or 'ever'} to {period.end or 'further notice'}"
    return words if period.status == "in-force" else f"{words} ({period.status})"


class Comparer:
    """Decides the effect of each change of one comparison."""

    def __init__(self, old: Side, new: Side, options: Options) -> None:
        self.old, self.new, self.options = old, new, options
        self.vocabulary = both_vocabularies(old.packs, new.packs)
        self.seeds = Seeds(old, new, options.like)
        self._reach: dict[tuple[int, date], Reach] = {}

    def run(self, corpus: Callable[[Sequence[Change]], Corpus | None] | None = None) -> Comparison:
        changes = changes_of(self.old, self.new, self.options.packs)
        effects = tuple(self.effect(c, changes) for c in changes)
        digests = {
            p: tuple(s.packs.packs[p].digest if p in s.packs.packs else "" for s in (self.old, self.new))
            for p in dict.fromkeys((*self.new.packs.packs, *self.old.packs.packs))
        }
        return Comparison(
            old_label=self.old.label,
            new_label=self.new.label,
            old_day=self.old.day,
            new_day=self.new.day,
            packs=tuple(p for p in digests if self.options.packs is None or p in self.options.packs),
            changes=tuple(changes),
            effects=effects,
            corpus=corpus(changes) if corpus is not None else None,
            digests=digests,  # type: ignore[arg-type]
            engine=__version__,
        )

    def effect(self, change: Change, others: Sequence[Change] = ()) -> Effect:
        """What a change does to verdicts."""
        if change.equal:
            return Effect("equal", why="the normal forms of the two texts are the same")
        if change.subject == "fact":
            return _fact_effect(change)
        if change.subject in ("definition", "list", "figure", "table") and change.kind in ("added", "removed"):
            return Effect("no verdict", why="what reads it is told of by itself")
        if change.subject == "provision" and change.provision_kind in NEVER and change.kind != "renumbered":
            return Effect("no verdict", why=f"a {change.provision_kind} changes no verdict")
        if change.details and all(d.silent or d.equal for d in change.details):
            return Effect("no verdict", why="it bears on what is owed, shown or cited, and on no verdict")
        bearing = self.bearing(change)
        if bearing and self._powerless(change, bearing):
            return Effect(
                "no verdict",
                why="what it reaches can never hold, and what would be needed is not known: a person reviews either way",
            )
        if not bearing and change.subject != "pack":
            return Effect("no verdict", why="nothing that bears on a verdict reads it")
        return self._sought(change, bearing, others)

    def bearing(self, change: Change) -> list[Provision]:
        """The provisions that the change reaches and that bear on a verdict, on either side, the nearest first."""
        ids = [i for i in (change.id, change.old_id) if i]
        if change.subject == "ground":
            ids = []
        found: dict[str, Provision] = {}
        for side, day in ((self.new, change.new_day), (self.old, change.old_day)):
            rules = side.engine.rules(day)
            reach = self._reach.setdefault((id(side.engine), rules.day), Reach(rules))
            start = ids or [p.id for p in rules.raising.get(change.id, ())]
            for provision in reach.bearing(start):
                found.setdefault(provision.id, provision)
        return list(found.values())

    def _limit(self, changes: Sequence[Change]) -> int:
        """How much is tried for one change: where there are many, less for each."""
        most = EFFORTS[self.options.effort]
        open_ = sum(not c.equal for c in changes)
        return most if open_ <= FEW else max(most // 10, most * FEW // open_)

    def _proof(self, change: Change, direct: Sequence[str], before: Ruleset, after: Ruleset) -> Proof:
        if not self.options.solve or not solver_is_there():
            return Proof(why="" if not self.options.solve else 'not asked, for want of z3: pip install "exportcheck[compare]"')
        return prove(change, before, after, self.vocabulary, direct)

    def _powerless(self, change: Change, bearing: Sequence[Provision]) -> bool:
        """Are all that it reaches exemptions whose text is unverified, of grounds that no requirement can be known to raise?

        Then none of them can cover a line for certain, and no line can be known to need it.
        """
        if change.subject == "provision" and any(d.part in ("trust", "kind", "lifts", "overrides") for d in change.details):
            return False
        if any(p.kind != "exemption" or p.trust != "unverified" or p.held for p in bearing):
            return False
        for side, day in ((self.old, change.old_day), (self.new, change.new_day)):
            rules = side.engine.rules(day)
            grounds = {g for p in bearing for name in p.lifts for g in side.packs.family(name)}
            raising = [p for g in grounds for p in rules.raising.get(g, ())]
            if any(p.body is None or not _never_true(p.body) for p in raising):
                return False
            if any(p.id not in rules.provisions or rules.provisions[p.id].trust != "unverified" for p in bearing):
                return False
        return True

    def _models(
        self, change: Change, proof: Proof, direct: Sequence[str], before: Ruleset, after: Ruleset
    ) -> Iterator[tuple[str, Mapping[Form, object]]]:
        """Of the changed text itself, and of the first provisions that it reaches by terms."""
        own = ((proof.entity, m) for m in proof.models()) if change.subject in ("provision", "definition") else iter(())
        if change.subject == "provision" or not self.options.solve or not solver_is_there():
            yield from own
            return
        rules = self.new.engine.rules(change.new_day)
        first: dict[str, None] = {}
        queue, seen = list(direct), set(direct)
        while queue and len(first) < MOST_MODELLED:
            name = queue.pop(0)
            if name in rules.provisions:
                first[name] = None
                continue
            for reach in self._reach.values():
                for reader in reach.readers.get(name, ()):
                    if reader not in seen:
                        seen.add(reader)
                        queue.append(reader)
        yield from models_of(list(first), before, after, self.vocabulary)
        yield from own

    def _direct(self, change: Change) -> list[str]:
        """The terms and provisions that read the changed thing themselves, or by a list that takes it in, on either side."""
        found: dict[str, None] = {}
        for reach in self._reach.values():
            packs = reach.rules.packs
            queue, seen = [change.id], {change.id}
            while queue:
                for reader in reach.readers.get(queue.pop(), ()):
                    if reader in packs.lists and reader not in seen:
                        seen.add(reader)
                        queue.append(reader)
                    if reader in packs.definitions or reader in reach.rules.provisions:  # one id may name several things
                        found[reader] = None
        return list(found)

    def _sought(self, change: Change, bearing: Sequence[Provision], others: Sequence[Change]) -> Effect:
        alone = with_change(change, self.old.engine, self.new.engine, others, self.vocabulary)
        conflicts = tuple(p.id for p in bearing if p.kind == "conflict") if bearing else None
        pairing = Pairing(self.old.engine, self.new.engine, change.old_day, change.new_day, alone, conflicts)
        packs = tuple(dict.fromkeys(p.pack for p in bearing)) or (change.pack,)
        direct = self._direct(change)
        readers = list(dict.fromkeys((*direct[:8], *(p.id for p in bearing[:4]))))
        sites, judgements = gathered(change, pairing, bearing, readers=direct)
        before, after = self.old.engine.rules(change.old_day), alone[0].rules(alone[1])
        search = Search(
            change=change,
            pairing=pairing,
            packs=packs[:4],
            bearing=bearing,
            vocabulary=self.vocabulary,
            sites=sites,
            judgements=judgements,
            focus=focus_of(change, self.old, self.new),
            limit=self._limit(others),
            readers=readers,
            expected=1 if self.options.effort == "quick" else 2,
        )
        near = [
            change.id,
            *(i for i in direct if i in self.new.engine.rules(change.new_day).provisions),
            *(p.id for p in bearing),
        ]
        search.start(list(self.seeds.for_provisions(near)))
        proof = Proof()
        if not search.enough():
            proof = self._proof(change, direct, before, after)
            if proof.equal and not search.found:
                return Effect(
                    "equal", why=f"proved by the solver: {SHARED}", reaches=tuple(p.id for p in bearing if p.id != change.id)
                )
            if len(proof.never) == 1:
                search.expected = 1
            search.models = partial(self._models, change, proof, direct, before, after)
            search.run(self.seeds.fixtures())
        settled = [f for f in search.found.values() if f.direction in ("stricter", "looser")]
        witnesses: list[Witness] = []
        for found in settled or search.found.values():
            witness = confirmed(found, change, pairing, self.vocabulary, readers, search.focus)
            if witness is not None:
                witnesses.append(witness)
        reaches = tuple(p.id for p in bearing if p.id != change.id)
        if witnesses:
            # what others read, they may read either way
            never = settled_by(change, proof) if search.plain and not reaches else ()
            return Effect("directions", tuple(witnesses), reaches=reaches, settled=never)
        hits = f", {len(search.hits):,} of them with another outcome of what changed" if search.hits else ""
        tried = f"; the solver: {proof.why}" if proof.why else ""
        why = f"no verdict was found to differ on {search.looked:,} transactions{hits}; that is no proof{tried}"
        return Effect("not decided", why=why, reaches=reaches)


def settled_by(change: Change, proof: Proof) -> tuple[Direction, ...]:
    """The directions that a changed provision cannot have, by its kind and the truths that the solver has excluded."""
    for kinds, (rising, falling) in (
        (("exemption",), ("looser", "stricter")),
        (("requirement", "prohibition", "listing", "limitation"), ("stricter", "looser")),
    ):
        if change.subject == "provision" and change.provision_kind in kinds:
            words: dict[tuple[bool, bool], Direction] = {(False, True): rising, (True, False): falling}  # type: ignore[dict-item]
            return tuple(words[pair] for pair in sorted(proof.never))
    return ()


def _never_true(clause: Clause) -> bool:
    """Can a clause not be true, since what it turns on is not modelled?"""
    if clause.form == "all_of":
        return any(_never_true(c) for c in clause.children)
    return clause.form == "not_modelled" or (clause.form == "any_of" and all(_never_true(c) for c in clause.children))


def _fact_effect(change: Change) -> Effect:
    """A declaration by itself decides nothing: what reads the fact is a change of its own. Its type and bounds do bear."""
    if change.kind in ("added", "removed"):
        return Effect("no verdict", why="what reads the fact is told of by itself")
    return Effect("not decided", why="the declaration of a fact changed; transactions are read otherwise")
