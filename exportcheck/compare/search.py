"""The search for transactions that two sides answer differently: seeds, seeds with facts changed, and hits made whole.

Cheap first. A hit is a transaction on which the change comes out differently; a witness one on which the verdict does. Nothing
here is shown to anybody before `witness.py` has confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from exportcheck.compare.constants import Constants, Site, variations
from exportcheck.compare.editing import marked, size, with_claim, with_judgement, with_value
from exportcheck.compare.model import Change, Direction
from exportcheck.compare.normal import Form, named_clauses
from exportcheck.compare.pairs import Answer, Pair, Pairing, direction_of
from exportcheck.compare.seeds import Pool
from exportcheck.compare.touched import HEADS, decisive, same_outcome, touched
from exportcheck.engine.explain import Ask
from exportcheck.engine.relevant import asks_of
from exportcheck.rulepack.model import Provision
from exportcheck.transaction.change import entity_at
from exportcheck.transaction.model import Entity, Transaction
from exportcheck.values import Money
from exportcheck.vocabulary.model import FactDeclaration, Vocabulary

EFFORTS = {"quick": 200, "normal": 600, "thorough": 6_000}
"""Pairs of evaluations that the search for one change may take."""

ROOTS = 14
"""Seeds of which facts are changed."""
HITS = 4
"""Hits that are made whole by answering what is asked, of seeds and of mutants each."""
ANSWERS = 45
"""Questions that are answered at most to make a hit whole."""


@dataclass
class Found:
    """A transaction of which the verdict differs. `packs` compose it; `settled` says that neither verdict is needs-review."""

    direction: Direction
    pair: Pair
    packs: tuple[str, ...]
    answers: tuple[Answer, Answer]
    parts: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, int]:
        return (any(a[0] == "needs-review" for a in self.answers), size(self.pair.transaction))


@dataclass
class Search:
    """One change, sought on pairs. `packs` are those whose verdicts are looked at, one by one; `bearing` the provisions that
    the change reaches and that bear on them, the nearest first."""

    change: Change
    pairing: Pairing
    packs: tuple[str, ...]
    bearing: Sequence[Provision]
    vocabulary: Vocabulary
    sites: dict[Site, dict[object, None]]
    judgements: Sequence[str]
    focus: frozenset[object]
    limit: int
    readers: Sequence[str] = ()
    expected: int = 2
    """Definite directions that are looked for: one where the solver has excluded the other."""
    models: Sequence[tuple[str, Mapping[Form, object]]] = ()
    """Facts on which the solver has the changed texts, or what reads them, differ, each with the kind of thing they are about."""
    pool: Pool = field(default_factory=Pool)
    found: dict[Direction, Found] = field(default_factory=dict)
    hits: list[Pair] = field(default_factory=list)
    weak: list[Pair] = field(default_factory=list)
    """Hits in which the provision as a whole comes out alike."""
    tried: int = 0
    looked: int = 0

    def run(self, seeds: Sequence[Transaction], whole: Sequence[Transaction]) -> None:
        """Search from cases (`seeds`) and real transactions (`whole`); `found` holds the best for each direction."""
        for transaction in (*seeds, *whole):
            self.pool.add(transaction)
        pairs = [p for t in self._few(seeds, max(400, self.limit // 3)) if (p := self.consider(t)) is not None]
        pairs += [p for t in self._few(whole, max(120, self.limit // 6)) if (p := self.consider(t)) is not None]
        if self._enough():
            return
        if not self._settled():
            for transaction in self._claiming(list(self.hits)):
                self.consider(transaction)
            self._mend(self.hits or self.weak)
        if self._enough():
            return
        roots = self._roots(pairs)
        self._everywhere(pairs)
        if self._enough():
            return
        before, weak = len(self.hits), len(self.weak)
        most = self.limit - self.limit // 4  # the rest is for what has to be made whole
        for transaction in self._mutants(roots):
            if self.tried >= most or self._enough():
                break
            self.consider(transaction)
        if not self._enough():
            self._mend(self.hits[before:] or self.weak[weak:] or self.hits)

    def _enough(self) -> bool:
        return len({"stricter", "looser"} & set(self.found)) >= self.expected

    def _settled(self) -> bool:
        """Is there a witness with two definite verdicts?"""
        return not {"stricter", "looser"}.isdisjoint(self.found)

    def _few(self, transactions: Sequence[Transaction], most: int) -> Sequence[Transaction]:
        """Not more than so many, from all over the list."""
        if len(transactions) <= most:
            return transactions
        step = len(transactions) / most
        return [transactions[int(n * step)] for n in range(most)]

    # one transaction

    def consider(self, transaction: Transaction) -> Pair | None:
        """Note what a transaction shows; None where the effort is used up."""
        if self.tried >= self.limit:
            return None
        pair = self.pairing(transaction)
        parts = touched(self.change, pair, self.readers)
        self.looked += 1
        if not parts:
            self.tried += self.looked % 4 == 0  # a look costs a fraction of a verdict
            return pair
        self.tried += 1
        if self.plain and same_outcome(self.change, pair):
            self.weak.append(pair)
        elif not self._note(pair, parts):
            self.hits.append(pair)
        return pair

    @cached_property
    def plain(self) -> bool:
        """Do only clauses differ, none of which anything else names or lifts by? Then all goes by the provision's outcome."""
        if self.change.subject != "provision" or any(d.part in HEADS for d in self.change.details if d.kind != "wording"):
            return False
        for engine, day in ((self.pairing.old, self.pairing.old_day), (self.pairing.new, self.pairing.new_day)):
            rules = engine.rules(day)
            provision = rules.provisions.get(self.change.id)
            named = {a for p, a in named_clauses(rules) if p == self.change.id}
            if provision is None or named or any(c.lifts or c.steps for c in provision.clauses()):
                return False
        return True

    def _note(self, pair: Pair, parts: tuple[str, ...]) -> bool:
        """Keep the pair where a verdict differs: for each direction the best."""
        noted = False
        for pack in self.packs:
            direction = pair.direction((pack,))
            if direction is None:
                continue
            answers = pair.answers((pack,))
            noted = True
            one = Found(direction, pair, (pack,), answers, parts)
            if direction not in self.found or one.rank < self.found[direction].rank:
                self.found[direction] = one
        return noted

    # other transactions

    def _claiming(self, pairs: Sequence[Pair]) -> Iterator[Transaction]:
        """Hits that claim the exemption in question."""
        exemptions = [p for p in self.bearing if p.kind == "exemption"][:3]
        for pair in pairs[:24]:
            for exemption in exemptions:
                yield with_claim(pair.transaction, exemption.cite_as or exemption.cite)

    def _roots(self, pairs: Sequence[Pair]) -> list[Transaction]:
        """The seeds to vary: those in which what the change reaches has a part, and some of each verdict."""
        ranked = sorted(pairs, key=self._promise)
        kept: list[Transaction] = []
        verdicts: dict[object, int] = {}
        for pair in ranked:
            verdict = tuple(pair.new.answer((p,), False)[0] for p in self.packs[:1])
            if verdicts.get(verdict, 0) < ROOTS // 2:
                verdicts[verdict] = verdicts.get(verdict, 0) + 1
                kept.append(pair.transaction)
            if len(kept) >= ROOTS:
                break
        exemptions = [p for p in self.bearing if p.kind == "exemption"][:2]
        claiming = [with_claim(t, e.cite_as or e.cite) for t in kept[:4] for e in exemptions]
        return [*kept, *claiming]

    def _promise(self, pair: Pair) -> tuple[bool, int, int]:
        decides = self.change.subject == "provision" and decisive(self.change, pair)
        verdict = pair.new.answer(self.packs[:1], False)[0] if self.packs else "needs-review"
        reaches = 0
        for provision in self.bearing[:2]:
            for item in pair.transaction.items:
                evaluation = pair.new.evaluation
                if provision.id in evaluation.rules.provisions and provision.raises is None:
                    reaches += evaluation.on_line(evaluation.rules.provisions[provision.id], item) is True
        return (not decides, -reaches, {"pass": 0, "fail": 1, "not-subject": 2, "needs-review": 3}[verdict])

    def _mutants(self, roots: Sequence[Transaction]) -> Iterator[Transaction]:
        """Roots with one fact, then two facts, at values where a condition can turn; those of the difference first."""
        if not roots:
            return
        yield from _strided(list(self._modelled(roots)), self.limit // 3)
        near: list[Transaction] = []
        far: list[Transaction] = []
        for site, mentioned in self.sites.items():
            declared = self.vocabulary.get(*site)
            if declared is None:
                continue
            values = variations(declared, mentioned, self.focus)
            first = any(v in self.focus for v in mentioned)
            for root in roots:
                for entity in list(_entities(root, site[0]))[:3]:
                    stated = entity.facts.get(site[1])
                    for value in values:
                        if stated is not None and stated.value == value:
                            continue
                        mutant = with_value(root, entity.path, declared, value)
                        (near if first and is_of(value, self.focus) else far).append(mutant)
        for name in self.judgements:
            far += [with_judgement(root, name, answer) for root in roots for answer in (True, False)]
        yield from _strided(near, self.limit // 3)
        yield from self._around([*self.hits[:6], *self.weak[:3]])
        yield from _strided(far, self.limit // 3)
        yield from self._doubles(roots[:5])

    def _modelled(self, roots: Sequence[Transaction]) -> Iterator[Transaction]:
        """Roots with the facts of a model laid over them."""
        for entity_kind, facts in self.models:
            kind = "item" if entity_kind in ("article", "component", "") else entity_kind
            for root in roots:
                for entity in list(_entities(root, kind))[:2]:
                    laid = root
                    for (_, place, name, of), value in facts.items():
                        declared = self.vocabulary.get(of, name)
                        at = entity.path if place == ("self",) else "" if place == ("root",) else None
                        if declared is not None and at is not None:
                            laid = with_value(laid, at, declared, value)
                    yield laid

    def _around(self, hits: Sequence[Pair]) -> Iterator[Transaction]:
        """Hits with one more fact changed: the change shows in them already, and something else hides it."""
        found = []
        for pair in hits:
            for site, mentioned in list(self.sites.items())[:40]:
                declared = self.vocabulary.get(*site)
                if declared is not None and not any(v in self.focus for v in mentioned):
                    for entity in list(_entities(pair.transaction, site[0]))[:2]:
                        for value in variations(declared, mentioned, self.focus, most=3):
                            found.append(with_value(pair.transaction, entity.path, declared, value))
        yield from _strided(found, self.limit // 4)

    def _everywhere(self, pairs: Sequence[Pair]) -> None:
        """Every seed with a fact at a value of the difference: whether the change shows is soon seen."""
        for site, mentioned in self.sites.items():
            declared = self.vocabulary.get(*site)
            focus = [v for v in mentioned if v in self.focus]
            if declared is None or not focus:
                continue
            found = [
                with_value(pair.transaction, entity.path, declared, value)
                for pair in pairs
                for entity in list(_entities(pair.transaction, site[0]))[:2]
                for value in variations(declared, focus, self.focus, most=4)
                if is_of(value, self.focus)
            ]
            for transaction in _strided(found, self.limit // 4):
                if self._settled():
                    return
                self.consider(transaction)

    def _doubles(self, roots: Sequence[Transaction]) -> Iterator[Transaction]:
        from itertools import combinations

        sites = [s for s in self.sites if self.vocabulary.get(*s) is not None]
        for first, second in combinations(sites[:14], 2):
            for root in roots:
                for a in list(_entities(root, first[0]))[:2]:
                    for value in self._values(first):
                        one = with_value(root, a.path, self._declared(first), value)
                        for b in list(_entities(one, second[0]))[:2]:
                            for other in self._values(second):
                                yield with_value(one, b.path, self._declared(second), other)

    def _values(self, site: Site) -> list[object]:
        return variations(self._declared(site), self.sites[site], self.focus, most=3)

    def _declared(self, site: Site) -> FactDeclaration:
        declared = self.vocabulary.get(*site)
        assert declared is not None
        return declared

    # hits made whole

    def _mend(self, hits: Sequence[Pair]) -> None:
        """Answer what the hits leave open, one question after the other, as long as the change stays in them."""
        ranked = sorted(hits, key=lambda p: sum(len(self._asks(p, k)) for k in self.packs[:1]))
        for pair in ranked[:HITS]:
            for pack in self.packs[:2]:
                if self.tried >= self.limit or self._enough():
                    return
                self._complete(pair, pack)

    def _complete(self, pair: Pair, pack: str) -> None:
        refused: set[tuple[str, str, str]] = set()
        for _ in range(ANSWERS):
            answers = pair.answers((pack,))
            if direction_of(*answers) is not None and "needs-review" not in (answers[0][0], answers[1][0]):
                return
            open_ = [a for a in self._asks(pair, pack) if (a.kind, a.entity, a.name) not in refused]
            if not open_ or self.tried >= self.limit:
                return
            ask = open_[0]
            best: Pair | None = None
            left = len(open_) + 1_000
            for transaction in self._answered(pair.transaction, ask):
                if self.tried >= self.limit:
                    return
                self.tried += 1
                trial = self.pairing(transaction)
                parts = touched(self.change, trial, self.readers)
                if not parts:
                    continue
                self._note(trial, parts)
                score = len(self._asks(trial, pack))
                verdicts = trial.answers((pack,))
                if verdicts[0] == verdicts[1] and verdicts[0][0] != "needs-review":
                    continue  # settled alike: this answer hides the change
                if score < left:
                    best, left = trial, score
            if best is None:
                refused.add((ask.kind, ask.entity, ask.name))
            else:
                pair = best

    def _asks(self, pair: Pair, pack: str) -> list[Ask]:
        found: dict[Ask, None] = {}
        for half in (pair.new, pair.old):
            for decision, verdict in half.decisions(pack):
                if verdict == "needs-review":
                    found.update(dict.fromkeys(asks_of(half.evaluation, decision)))
        return list(found)

    def _answered(self, transaction: Transaction, ask: Ask) -> Iterator[Transaction]:
        """The transaction with each answer that is tried."""
        if ask.kind == "judgement":
            yield from (with_judgement(transaction, ask.name, answer) for answer in (True, False))
            return
        try:
            entity = entity_at(transaction, ask.entity)
        except KeyError:
            return
        if ask.kind == "list":
            done = marked(transaction, ask.entity, ask.name)
            if done is not None:
                yield done
            return
        declared = self.vocabulary.get(entity.kind, ask.name)
        if ask.kind not in ("fact", "attested") or declared is None:
            return
        site = ("item" if entity.kind == "component" else entity.kind, ask.name)
        values = variations(declared, self.sites.get(site, {}), self.focus, most=3)
        values += [v for v in self.pool.values(*site) if v not in values]
        for value in values[:6]:
            yield with_value(transaction, ask.entity, declared, value)


def is_of(value: object, focus: frozenset[object]) -> bool:
    """Is it one of these values, a set of one of them, or a number beside one?"""
    if isinstance(value, frozenset):
        return not value.isdisjoint(focus)
    if isinstance(value, Money):
        value = value.amount
    if isinstance(value, Decimal):
        return any(isinstance(f, Decimal) and abs(f - value) <= 1 for f in focus)
    return value in focus


def _strided(found: Sequence[Transaction], most: int) -> Iterator[Transaction]:
    """Not more than so many, from all over the list: a stride that has no common factor with the length reaches all."""
    step = next((s for s in (97, 89, 83, 79) if len(found) % s), 1)
    for n in range(min(len(found), most)):
        yield found[(n * step) % len(found)]


def _entities(transaction: Transaction, kind: str) -> Iterator[Entity]:
    for entity in transaction.entities():
        if entity.kind == kind or (kind == "item" and entity.kind == "component"):
            yield entity


def gathered(
    change: Change, pairing: Pairing, bearing: Sequence[Provision], only: Sequence[str] = (), readers: Sequence[str] = ()
) -> tuple[dict[Site, dict[object, None]], list[str]]:
    """The facts and judgements that the changed texts read, with the values compared; then those of what the change reaches.

    With `only`, of the clauses at these addresses, where there are any.
    """
    sites: dict[Site, dict[object, None]] = {}
    judgements: dict[str, None] = {}
    for engine, day in ((pairing.new, pairing.new_day), (pairing.old, pairing.old_day)):
        rules = engine.rules(day)
        constants = Constants(rules)
        if change.subject == "provision":
            _provision(change, constants, only)
        elif change.subject == "definition" and change.id in engine.packs.definitions:
            constants.definition(engine.packs.definitions[change.id])
        for name in readers[:12] if change.subject != "provision" else ():
            if name in engine.packs.definitions:
                constants.definition(engine.packs.definitions[name])
            elif name in rules.provisions:
                constants.provision(rules.provisions[name], 2)
        for provision in bearing[:6]:
            if provision.id in rules.provisions:
                constants.provision(rules.provisions[provision.id], 1)
        for site, values in constants.sites.items():
            sites.setdefault(site, {}).update(values)
        judgements.update(constants.judgements)
    return sites, list(judgements)


def _provision(change: Change, constants: Constants, only: Sequence[str]) -> None:
    """The changed clauses first, then, unless only these are wanted, the rest of the provision."""
    rules = constants.rules
    provision = rules.provisions.get(change.id) or rules.provisions.get(change.old_id)
    if provision is None:
        return
    details = [d for d in change.details if not only or d.part in only]
    parts = {p for d in details for p in (d.part, d.old_part) if p}
    found = [c for c in provision.clauses() if c.address in parts]
    for clause in found:
        constants.clause(clause)
    if not only or not found:
        constants.provision(provision)
