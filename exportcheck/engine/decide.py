"""A pack's verdict on a line: outcomes to literals, literals to conclusions, conclusions to a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exportcheck.engine.claims import NOTHING, Claimed, claimed, claims_of, licenses
from exportcheck.engine.conclude.horn import Derivation, stated
from exportcheck.engine.evaluate import Evaluation, Outcome
from exportcheck.engine.parts import Part, limited_outcome, limiting, spared
from exportcheck.engine.program import HELD, PackProgram, program_of
from exportcheck.engine.result import FailKind, Verdict
from exportcheck.rulepack.model import Pack, Provision, Step
from exportcheck.transaction.model import Entity
from exportcheck.values import Truth, k_and, k_not, k_or


@dataclass(slots=True)
class Decision:
    """The verdict of one pack on one line, with all that it was concluded from."""

    pack: Pack
    item: Entity
    verdict: Verdict
    fail: FailKind | None
    inputs: Mapping[str, Truth]
    derivation: Derivation
    program: PackProgram
    claimed: Claimed
    held: bool

    def truth(self, conclusion: str) -> Truth:
        return self.derivation.truth(conclusion)


def decide(evaluation: Evaluation, pack: Pack, item: Entity, *, quick: bool = False) -> Decision:
    """Decide one line under one pack. `quick` concludes with the plain chainer."""
    claim = claimed(evaluation.rules, pack, claims_of(evaluation.transaction, item), licenses(evaluation.transaction))
    program = program_of(evaluation.rules, pack.id, claim.exemptions)
    held = bool(unread_licenses(evaluation, pack))
    inputs = _inputs(evaluation, pack, item, program, claim, held)
    memo = program.quick if quick else program.memo
    derivation = memo.conclude(_read(program, inputs))
    verdict, fail = _verdict(program, inputs, derivation)
    if fail == "license-required" and claim.made and not claim.unread:
        unclaimed = _inputs(evaluation, pack, item, program, NOTHING, held)
        if "cover:T" in memo.conclude(_read(program, unclaimed)).literals:
            fail = "curable"
    return Decision(pack, item, verdict, fail, inputs, derivation, program, claim, held)


def _read(program: PackProgram, inputs: Mapping[str, Truth]) -> frozenset[str]:
    """The literals of the inputs that some rule reads."""
    return stated(inputs.items()) & program.program.read


def _verdict(program: PackProgram, inputs: Mapping[str, Truth], derivation: Derivation) -> tuple[Verdict, FailKind | None]:
    literals = derivation.literals
    if "not-subject" in literals:
        return "not-subject", None
    if "prohibited" in literals:
        return "fail", "prohibited"
    if "license" in literals:
        return "fail", "curable" if _only_steps_missing(program, derivation, inputs) else "license-required"
    return ("pass", None) if "pass" in literals else ("needs-review", None)


def _only_steps_missing(program: PackProgram, derivation: Derivation, inputs: Mapping[str, Truth]) -> bool:
    """Would an authority cover the line, were the steps done that come first?"""
    for group in (*((p,) for p in program.parts), *(parts for _, parts in program.combined)):
        if all(inputs[f"play:{p.key}"] and derivation.truth(f"ok:{p.key}") for p in group):
            lifted = {g for p in group for g in p.lifts}
            unlifted = [c for c in program.classes if not set(c.within + c.beyond) <= lifted]
            if all(derivation.truth(f"due:{c.name}") is False for c in unlifted):
                return True
    return False


def scope(evaluation: Evaluation, pack: Pack, item: Entity) -> Truth:
    """Is the line under the pack: it binds, something brings the line under it, and nothing takes it out?"""
    provisions = evaluation.rules.of_kind(pack.id, "scope")
    subject = _subject(evaluation, pack, item, [p for p in provisions if p.effect == "subject"])
    excluded = k_or([evaluation.on_line(p, item) for p in provisions if p.effect == "excluded"])
    return k_and((binds(evaluation, pack), subject, k_not(excluded)))


def _subject(evaluation: Evaluation, pack: Pack, item: Entity, provisions: list[Provision]) -> Truth:
    """A pack that says nothing of its scope reaches every line; one whose texts are not in force reaches none."""
    if provisions:
        return k_or([evaluation.on_line(p, item) for p in provisions])
    return not any(p.pack == pack.id and p.effect == "subject" for p in evaluation.rules.packs.provisions)


def binds(evaluation: Evaluation, pack: Pack) -> Truth:
    """Does the pack bind this transaction? Where it does not, nothing in it does, not even what reaches beyond its scope."""
    return evaluation.condition(pack.binds, evaluation.env({}))


def unread_licenses(evaluation: Evaluation, pack: Pack) -> list[Entity]:
    """Licenses stated that no provision reads: of a kind of this pack for which there is none, or of no stated kind."""
    read = {kind for p in evaluation.rules.of_kind(pack.id, "exemption") for kind in p.held}
    found = []
    for held in licenses(evaluation.transaction):
        kind = held.facts.get("kind")
        if kind is None or not isinstance(kind.value, str) or (kind.value in pack.license_kinds and kind.value not in read):
            found.append(held)
    return found


def _inputs(
    evaluation: Evaluation, pack: Pack, item: Entity, program: PackProgram, claim: Claimed, held: bool
) -> dict[str, Truth]:
    inputs: dict[str, Truth] = {"scope": scope(evaluation, pack, item)}
    binding = binds(evaluation, pack)
    for group in program.classes:
        if group.within:
            inputs[f"raised:{group.name}"] = evaluation.any_raised(group.raising_within, item)
        if group.beyond:
            inputs[f"beyond:{group.name}"] = k_and((binding, evaluation.any_raised(group.raising_beyond, item)))
    # A license that is stated, or a claimed authority that is not modelled, may cover: that is for a person to see.
    inputs[f"cover:{HELD}"] = None if held or claim.unread else False
    gates: dict[str, Truth] = {}
    for part in program.parts:
        if part.exemption.id not in gates:
            gates[part.exemption.id] = _gate_on_line(evaluation, part.exemption, item)
        _part_inputs(evaluation, item, part, gates[part.exemption.id], claim, inputs)
    for prohibition, overriders in program.prohibitions:
        banned = evaluation.on_line(prohibition, item)
        inputs[f"ban:{prohibition.id}"] = k_and((binding, banned)) if prohibition.not_gated else banned
        for other in overriders:
            inputs[f"spare:{prohibition.id}:{other.id}"] = after_limits(evaluation, other, item)
    return inputs


def _part_inputs(evaluation: Evaluation, item: Entity, part: Part, gate: Truth, claim: Claimed, inputs: dict[str, Truth]) -> None:
    exemption = part.exemption
    claimed_here = exemption.id in claim.exemptions
    play = claimed_here if claim.made else exemption.gate is not None and gate is True
    key = part.key
    inputs[f"gate:{key}"] = gate if exemption.gate is not None else False
    inputs[f"play:{key}"] = play
    if not play:
        # what is not in play covers nothing, whatever its clauses come to: they are only looked at for openings
        inputs[f"fits:{key}"] = inputs[f"ready:{key}"] = None
        return
    entities = evaluation.entities_on_line(exemption, item)
    outcomes = [evaluation.decide(exemption, e) for e in entities]
    inputs[f"fits:{key}"] = k_and([part.truth(o) for o in outcomes]) if outcomes else None
    for limit in part.limits:
        name = f"stop:{limit.limitation.id}:{key}"
        inputs[name] = k_and((limiting(evaluation, limit, item), k_not(spared(evaluation, limit, item))))
    inputs[f"ready:{key}"] = k_and(
        [ready(evaluation, s, o) for o in outcomes for s in steps_of(part, o) if s.by == "before-transfer"]
    )


def _gate_on_line(evaluation: Evaluation, exemption: Provision, item: Entity) -> Truth:
    if exemption.gate is None:
        return True
    gates = []
    for entity in evaluation.entities_on_line(exemption, item):
        env = evaluation.env({exemption.var: entity} if exemption.var else {})
        gates.append(evaluation.condition(exemption.gate, env))
    return k_and(gates)


def after_limits(evaluation: Evaluation, provision: Provision, item: Entity, lifting: str = "", paragraph: str = "") -> Truth:
    """A provision's outcome on the line; an exemption's after limits (`lifting`, `paragraph`: only those parts of it)."""
    if provision.kind != "exemption":
        return evaluation.on_line(provision, item)
    values = [
        limited_outcome(evaluation, evaluation.decide(provision, e), item, lifting, paragraph)
        for e in evaluation.entities_on_line(provision, item)
    ]
    return k_and(values) if values else None


def steps_of(part: Part, outcome: Outcome) -> list[Step]:
    """The steps of an exemption's part: its own, and those of the clauses that are not known false."""
    found = list(part.exemption.steps)
    for node in part.clauses(outcome) if part.stepped else ():
        if node.truth is not False:
            found += node.clause.steps
    return found


def applies(evaluation: Evaluation, step: Step, outcome: Outcome) -> Truth:
    provision = outcome.provision
    env = evaluation.env({provision.var: outcome.entity} if provision.var else {})
    return evaluation.condition(step.applies_when, env)


def ready(evaluation: Evaluation, step: Step, outcome: Outcome) -> Truth:
    """Is the step done, or not owed?"""
    provision = outcome.provision
    env = evaluation.env({provision.var: outcome.entity} if provision.var else {})
    owed = evaluation.condition(step.applies_when, env)
    done = None if step.done_when is None else evaluation.condition(step.done_when, env)
    return k_or((k_not(owed), done))
