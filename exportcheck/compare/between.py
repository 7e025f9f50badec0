"""One thing under two laws: transfers that are free where the thing is on the one list, and held where it is on the other.

The thing, the parties and all else are the same; only the entries differ: a paragraph of the U.S. Munitions List, or one of the
600 series that took over from its category. Which entry stands for which category is read from a table that is not official.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from exportcheck.compare.answering import answered
from exportcheck.compare.constants import Constants, Site, variations
from exportcheck.compare.editing import size, with_names, with_value
from exportcheck.compare.entries import CLASSIFIES, PACKS, Entries, entries_of, is_commodity
from exportcheck.compare.seeds import Pool, Seeds
from exportcheck.compare.sides import Side
from exportcheck.compare.twin import Twin
from exportcheck.compare.witness import read_back, smallest, written
from exportcheck.engine.cited import full_cite
from exportcheck.engine.result import PackVerdict, Result, provision_of
from exportcheck.rulepack.model import Clause
from exportcheck.rulepack.recording import Recording
from exportcheck.transaction.change import entity_at, replace_fact
from exportcheck.transaction.model import Fact, Transaction

NEAR = ("itar/126.7(a)", "ear/738.4(a)", "ear/738-supp1", "ear/740.20", "ear/744.6", "ear/736.2")
"""Provisions whose cases are seeds besides the real descriptions."""

EFFORTS = {"quick": 250, "normal": 900, "thorough": 6_000}
"""Pairs of evaluations that a search may take for one destination."""

BASES = 3
"""Seeds that are answered in full and then varied, for one destination."""

ANSWERS = 40
"""Questions that are answered at most for one of them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the law that covers the thing says. `provision` is what decides, `why` what clears it or stands against it."""

    pack: str
    entry: str
    verdict: str
    summary: str
    provision: str
    why: tuple[str, ...]
    text: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A transfer that the one pack frees and the other holds, confirmed by checking what both descriptions read back to."""

    destination: str
    free: Seen
    held: Seen
    facts: int

    @property
    def way(self) -> tuple[str, str]:
        return self.free.pack, self.held.pack


@dataclass(frozen=True, slots=True)
class Between:
    """What was found for all destinations. `looked` counts the transfers that were tried under both."""

    label: str
    day: date
    destinations: tuple[str, ...]
    found: tuple[Mismatch, ...]
    looked: int

    @property
    def exit_code(self) -> int:
        """1 where a mismatch is found, else 3: that none was found is no proof."""
        return 1 if self.found else 3


@dataclass
class BetweenSearch:
    """Looks for mismatches on one day. `limit` bounds the transfers tried for one destination."""

    side: Side
    day: date
    limit: int
    looked: int = 0

    def __post_init__(self) -> None:
        self.vocabulary = self.side.packs.vocabulary
        self.pool = Pool()
        self.exemptions: dict[str, None] = {}
        self.seeds = [*self._fixtures(), *Seeds(self.side, self.side).for_provisions(NEAR)]
        for seed in self.seeds:
            self.pool.add(seed)
        self.entries = entries_of(self.side, self.day, self.seeds)
        self.sites = self._sites()

    def _fixtures(self) -> list[Transaction]:
        return Seeds(self.side, self.side).fixtures()

    def _sites(self) -> dict[Site, dict[object, None]]:
        """The facts that either law reads, with the values compared."""
        rules = self.side.engine.rules(self.day)
        constants = Constants(rules)
        for provision in rules.provisions.values():
            if provision.pack in PACKS and provision.kind in ("exemption", "prohibition", "limitation"):
                constants.provision(provision)
        return constants.sites

    def run(self, destination: str) -> list[Mismatch]:
        """The smallest transfers to a destination, for each way and each pair of provisions that free and hold."""
        used, best = 0, dict[tuple[str, ...], Twin]()
        for twin, cause in self._tried(destination):
            used += 1
            if twin.differs():
                key = (*self._decides(twin), cause)
                if key not in best or size(twin.transaction) < size(best[key].transaction):
                    best[key] = twin
            if used >= self.limit:
                break
        self.looked += used
        found: dict[tuple[object, ...], Mismatch] = {}
        for twin in best.values():
            one = self._confirmed(self._small(twin), destination)
            if one is not None:
                kept = found.get(why := (one.way, one.free.provision, one.held.provision, one.held.why))
                if kept is None or one.facts < kept.facts:
                    found[why] = one
        return sorted(found.values(), key=lambda m: (m.way, m.facts, m.held.provision, m.held.why))

    def _twin(self, transaction: Transaction, entries: Entries) -> Twin:
        return Twin(self.side, self.day, transaction, entries)

    def _decides(self, twin: Twin) -> tuple[str, ...]:
        """What decides each half: the verdict and the provision."""
        said: list[str] = []
        for half, pack in zip(twin.halves, PACKS, strict=True):
            verdict = self._says(half.engine.check(half.transaction, self.day, PACKS, explain=False), pack)
            said += [verdict.verdict, verdict.deciding.partition("#")[0]]
        return tuple(said)

    def _says(self, result: Result, pack: str) -> PackVerdict:
        line = next((x for x in result.lines if x.verdict == result.verdict), result.lines[0])
        return next(p for p in line.packs if p.pack == pack)

    def _against(self, result: Result, verdict: PackVerdict) -> tuple[str, ...]:
        """What holds it, in the words of the law: what decides, and for which clauses the exemptions of the free one fail."""
        rules = self.side.engine.rules(self.day)
        said: dict[str, None] = {}
        idle: dict[str, None] = {}
        decides = rules.provisions.get(decided_by(verdict))
        if decides is not None and decides.kind not in ("requirement", "exemption"):
            return (f"{decides.cite}: {decides.says or decides.title}",)
        for id_ in self.exemptions:
            provision = rules.provisions[id_]
            if provision.pack == verdict.pack and provision.body is not None:
                outcomes = result.lines[0].outcomes
                clauses = list(failing(provision.body, id_, outcomes))
                for clause in clauses:
                    said[f"{full_cite(provision.cite, clause.cite)}: {clause.says_not}"] = None
                if not clauses and outcomes.get(id_) == "fails":
                    idle[f"{provision.cite}: does not apply"] = None
        return tuple(said or idle)

    # transfers that are tried

    def _tried(self, destination: str) -> Iterator[tuple[Twin, str]]:
        """Twins, each with the fact by which it is unlike one that both free."""
        bases: list[Twin] = []
        for seed in self._suited(destination):
            entries = self._of(seed)
            if entries is None or len(bases) >= BASES:
                continue
            last = None
            for twin in self._completed(self._twin(seed, entries)):
                last = twin
                yield twin, ""
            if last is not None and [a[0] for a in last.answers()] == ["pass", "pass"]:
                bases.append(last)
                self._note_exemptions(last)
        for base in bases:
            for entries in self.entries:
                if entries != base.entries:
                    yield self._twin(base.transaction, entries), "usml, eccn"
        for base in bases:
            for cause, transaction in self._varied(base):
                yield self._twin(transaction, base.entries), cause

    def _note_exemptions(self, twin: Twin) -> None:
        """By which exemptions both free it: why these fail is told of what is held."""
        rules = self.side.engine.rules(self.day)
        for half, pack in zip(twin.halves, PACKS, strict=True):
            for ground in self._says(half.engine.check(half.transaction, self.day, PACKS), pack).grounds:
                self.exemptions.update(dict.fromkeys(i for i in ground.lifted_by if i in rules.provisions))

    def _suited(self, destination: str) -> Iterator[Transaction]:
        """Seeds of one thing that is exported there."""
        wanted = {"destination": destination, "activity": "export"}
        for transaction in self.seeds:
            facts = transaction.root.facts
            fits = all(name in facts and facts[name].value == value for name, value in wanted.items())
            if fits and len(transaction.items) == 1 and is_commodity(transaction.items[0]):
                yield transaction

    def _of(self, seed: Transaction) -> Entries | None:
        """The entries of a seed, as far as it states one of either list."""
        item = seed.items[0]
        usml, eccn = (item.facts[n].value if n in item.facts else None for n in ("usml", "eccn"))
        for entries in self.entries:
            if (isinstance(usml, frozenset) and entries.usml in usml) or entries.eccn == eccn:
                return entries
        return None

    def _completed(self, twin: Twin) -> Iterator[Twin]:
        """The twin with one question after the other answered, each so that fewest remain and, if it can, nothing fails."""
        refused: set[tuple[str, str, str]] = set()
        yield twin
        for _ in range(ANSWERS):
            asks = [a for a in twin.asks() if (a.kind, a.entity, a.name) not in refused]
            if not asks:
                return
            ask, best = asks[0], None
            least = (twin.fails(), len(asks) + 1_000)  # one answer may raise more questions
            for transaction in answered(twin.transaction, ask, self.vocabulary, self.sites, frozenset(), self.pool):
                trial = self._twin(transaction, twin.entries)
                yield trial
                score = (trial.fails(), len(trial.asks()))
                if score < least:
                    best, least = trial, score
            if best is None:
                refused.add((ask.kind, ask.entity, ask.name))
            else:
                twin = best
        yield twin

    def _varied(self, base: Twin) -> Iterator[tuple[str, Transaction]]:
        """The base with each fact that was read for it at other values, and the name of that fact."""
        recording = Recording()
        for half in self._twin(recording.copy(base.transaction), base.entries).halves:
            half.engine.check(half.transaction, self.day, PACKS, explain=False)
        for path, name in recording.read:
            try:
                entity = entity_at(base.transaction, path) if path else base.transaction.root
            except KeyError:
                continue
            declared = self.vocabulary.get(entity.kind, name)
            if declared is None or name in CLASSIFIES or name == "destination":
                continue
            site = ("item" if entity.kind == "component" else entity.kind, name)
            for value in variations(declared, self.sites.get(site, {}), frozenset(), most=4):
                if name not in entity.facts or entity.facts[name].value != value:
                    yield name, with_value(base.transaction, path, declared, value)

    # what is shown

    def _small(self, twin: Twin) -> Twin:
        wanted, decides = twin.answers(), self._decides(twin)

        def good(smaller: Transaction) -> bool:
            trial = self._twin(smaller, twin.entries)
            return trial.answers() == wanted and trial.differs() and self._decides(trial) == decides

        return self._twin(smallest(twin.transaction, good), twin.entries)

    def _confirmed(self, twin: Twin, destination: str) -> Mismatch | None:
        """Both descriptions written, read back and checked; None where they do not come to a pass and a fail."""
        named = with_names(twin.transaction)
        if self._twin(named, twin.entries).answers() == twin.answers():
            twin = self._twin(named, twin.entries)
        seen: list[Seen] = []
        for pack, half in zip(PACKS, twin.halves, strict=True):
            name = f"{pack}-{destination.lower()}"
            plain = replace(replace_fact(half.transaction, "", "id", Fact(name, name)), id=name)
            text = written(plain)
            back = read_back(text, self.vocabulary)
            if back is None:
                return None
            result = self.side.engine.check(back, self.day, PACKS)
            verdict = self._says(result, pack)
            entry = twin.entries.usml.text if pack == "itar" else twin.entries.eccn.text
            why = clearing(verdict) if result.verdict == "pass" else self._against(result, verdict)
            seen.append(Seen(pack, entry, result.verdict, verdict.summary, decided_by(verdict), why, text))
        if {s.verdict for s in seen} != {"pass", "fail"}:
            return None
        if any(s.verdict == "pass" and not s.provision for s in seen):
            return None
        free, held = sorted(seen, key=lambda s: s.verdict != "pass")
        return Mismatch(destination, free, held, size(twin.transaction))


def failing(clause: Clause, provision: str, outcomes: Mapping[str, str]) -> Iterator[Clause]:
    """The clauses for which one fails as a whole."""
    if outcomes.get(f"{provision}#{clause.address}") == "holds" or not clause.form:
        return
    inner = [c for c in clause.children if outcomes.get(f"{provision}#{c.address}") == "fails"]
    if clause.form == "all_of" and inner:
        for child in inner:
            yield from failing(child, provision, outcomes)
    elif outcomes.get(f"{provision}#{clause.address}") == "fails":
        yield clause


def decided_by(verdict: PackVerdict) -> str:
    """The provision that frees or holds: of several that lift, the first."""
    return provision_of(verdict.deciding) or next((i for g in verdict.grounds for i in g.lifted_by), "")


def clearing(verdict: PackVerdict) -> tuple[str, ...]:
    """What lifts what would need an authorization, or why nothing does."""
    said: dict[str, None] = {}
    for ground in verdict.grounds:
        if ground.lifted_by:
            said[f"{ground.says}: lifted by {', '.join(ground.lifted_by)}"] = None
        elif ground.truth is False and ground.because:
            said[f"{ground.cite}: {ground.because}"] = None
    return tuple(said)


def run_between(side: Side, day: date, destinations: Sequence[str], effort: str) -> Between:
    """Mismatches for each destination on a day."""
    search = BetweenSearch(side, day, EFFORTS[effort])
    found = [m for d in destinations for m in search.run(d)]
    return Between(side.label, day, tuple(destinations), tuple(found), search.looked)
