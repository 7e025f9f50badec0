"""The search for transactions that two sides answer differently: seeds, seeds with facts changed, and hits made whole.

Cheap first. A hit is a transaction on which the change comes out differently; a witness one on which the verdict does. Nothing
here is shown to anybody before `witness.py` has confirmed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from exportcheck.compare.answering import answered
from exportcheck.compare.constants import Site
from exportcheck.compare.editing import size, with_claim
from exportcheck.compare.form import Form
from exportcheck.compare.model import Change, Direction
from exportcheck.compare.mutants import Mutants
from exportcheck.compare.normal import named_clauses
from exportcheck.compare.pairs import Answer, Pair, Pairing, direction_of
from exportcheck.compare.seeds import Pool
from exportcheck.compare.touched import HEADS, decisive, same_outcome, touched
from exportcheck.engine.explain import Ask
from exportcheck.engine.relevant import asks_of
from exportcheck.rulepack.model import Provision
from exportcheck.transaction.model import Transaction
from exportcheck.vocabulary.model import Vocabulary

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
    models: Callable[[], Iterable[tuple[str, Mapping[Form, object]]]] = tuple
    """Facts on which the solver has the changed texts, or what reads them, differ, each with the kind of thing they are about."""
    pool: Pool = field(default_factory=Pool)
    found: dict[Direction, Found] = field(default_factory=dict)
    hits: list[Pair] = field(default_factory=list)
    weak: list[Pair] = field(default_factory=list)
    """Hits in which the provision as a whole comes out alike."""
    tried: int = 0
    looked: int = 0
    _pairs: list[Pair] = field(default_factory=list)

    def start(self, seeds: Sequence[Transaction]) -> None:
        """Look at cases as they are: the cheapest, and often enough."""
        for transaction in seeds:
            self.pool.add(transaction)
        self._pairs = [p for t in self._few(seeds, max(400, self.limit // 3)) if (p := self.consider(t)) is not None]

    def run(self, whole: Sequence[Transaction]) -> None:
        """Search on, from the cases and from real transactions (`whole`); `found` holds the best for each direction."""
        for transaction in whole:
            self.pool.add(transaction)
        pairs = self._pairs
        pairs += [p for t in self._few(whole, max(120, self.limit // 6)) if (p := self.consider(t)) is not None]
        if self.enough():
            return
        if not self._settled():
            for transaction in self._claiming(list(self.hits)):
                self.consider(transaction)
            self._mend(self.hits or self.weak)
        if self.enough():
            return
        roots = self._roots(pairs)
        mutants = Mutants(self.vocabulary, self.sites, self.judgements, self.focus, self.limit, self.models)
        for transaction in islice(mutants.modelled(roots), self.limit // 3):
            if self._settled():
                break
            self.consider(transaction)
        if self.enough():
            return
        for transaction in mutants.everywhere([p.transaction for p in pairs]):
            if self._settled():
                break
            self.consider(transaction)
        if self.enough():
            return
        before, weak = len(self.hits), len(self.weak)
        most = self.limit - self.limit // 4  # the rest is for what has to be made whole
        for transaction in mutants.of(roots, self._shown):
            if self.tried >= most or self.enough():
                break
            self.consider(transaction)
        if not self.enough():
            self._mend(self.hits[before:] or self.weak[weak:] or self.hits)

    def _shown(self) -> list[Transaction]:
        """A few transactions in which the change has shown, and a few in which it has almost."""
        return [p.transaction for p in (*self.hits[:6], *self.weak[:3])]

    def enough(self) -> bool:
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

    # hits made whole

    def _mend(self, hits: Sequence[Pair]) -> None:
        """Answer what the hits leave open, one question after the other, as long as the change stays in them."""
        ranked = sorted(hits, key=lambda p: sum(len(self._asks(p, k)) for k in self.packs[:1]))
        for pair in ranked[:HITS]:
            for pack in self.packs[:2]:
                if self.tried >= self.limit or self.enough():
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
            for transaction in answered(pair.transaction, ask, self.vocabulary, self.sites, self.focus, self.pool):
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
