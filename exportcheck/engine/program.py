"""From the provisions of a pack to the rules by which its verdict is concluded.

Literals are decided provisions and what follows from them. Grounds that the same exemptions lift are interchangeable here,
so they are concluded as one class. Every rule is monotone: see `exportcheck.engine.conclude`.

| literal | means |
| --- | --- |
| `scope` | the line is subject to the pack |
| `raised:C`, `beyond:C` | a ground of class C is raised, by requirements within and beyond the pack's scope |
| `due:C` | an authorization is needed on a ground of class C |
| `play:X`, `fits:X`, `ready:X` | part X is in play, its clauses hold, its first steps are done |
| `stop:L:X` | limitation L stops part X |
| `unlifted:N` | something is due that the N-th group of parts, which lift the same, does not lift |
| `ok:X`, `cover:X`, `cover` | part X holds after limits; it lifts all that is due; something does |
| `ban:P`, `spare:P:O`, `banned:P` | prohibition P holds; provision O, which names it, holds; P stands |
| `prohibited`, `license`, `pass`, `not-subject` | the verdict |
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product

from exportcheck.engine.conclude import Memo, make_concluder
from exportcheck.engine.conclude.horn import HornRule, Program, conjunction, disjunction, exception, fails, holds
from exportcheck.engine.parts import Part, parts_of
from exportcheck.rulepack.model import Provision
from exportcheck.rulepack.ruleset import Ruleset

HELD = "license-held"
"""The candidate that stands for licenses and agreements that the transaction states."""


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """Grounds that the same parts lift. `within` and `beyond`: raised by requirements gated by scope, and not gated."""

    name: str
    within: tuple[str, ...]
    beyond: tuple[str, ...]
    raising_within: tuple[tuple[Provision, tuple[str, ...]], ...] = ()
    raising_beyond: tuple[tuple[Provision, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class PackProgram:
    """What is concluded for a pack on a day. `parts` are those that can be in play; exemptions `out` have no gate and are not
    claimed."""

    pack: str
    program: Program
    classes: tuple[Grounds, ...]
    parts: tuple[Part, ...]
    out: tuple[Provision, ...]
    combined: tuple[tuple[str, tuple[Part, ...]], ...]
    prohibitions: tuple[tuple[Provision, tuple[Provision, ...]], ...]

    @cached_property
    def memo(self) -> Memo:
        """The conclusion layer, with what it concluded kept by signature."""
        return Memo(make_concluder(self.program), self.program)

    @cached_property
    def quick(self) -> Memo:
        """The forward chainer: the same conclusions, for the many hypothetical cases behind questions and changes."""
        return Memo(make_concluder(self.program, "chainer"), self.program)


def program_of(rules: Ruleset, pack: str, claimed: frozenset[str] = frozenset()) -> PackProgram:
    """The program of a pack under the law of the day, made once.

    An exemption without a gate is in play only where it is claimed, so it is left out where it is not among `claimed`.
    """
    named = frozenset(e.id for e in rules.of_kind(pack, "exemption") if e.gate is None and e.id in claimed)
    found = rules.programs.get((pack, named))
    if found is None:
        key = (pack, named, rules.texts[pack])
        found = rules.shared.get(key)
        if found is None:
            found = rules.shared[key] = _build(rules, pack, named)
        rules.programs[pack, named] = found
    assert isinstance(found, PackProgram)
    return found


def _build(rules: Ruleset, pack: str, named: frozenset[str]) -> PackProgram:
    exemptions = rules.of_kind(pack, "exemption")
    at_hand = [e for e in exemptions if e.gate is not None or e.id in named]
    parts = tuple(chain.from_iterable(parts_of(rules, e) for e in at_hand))
    classes = _classes(rules, pack, parts)
    combined = _combined(parts)
    overriding = [p for p in rules.provisions.values() if p.overrides]
    prohibitions = tuple((p, tuple(o for o in overriding if p.id in o.overrides)) for p in rules.of_kind(pack, "prohibition"))
    out: list[HornRule] = []
    for group in classes:
        out += _due(group)
    for part in parts:
        out += _part(part)
    candidates = [*((p.key, (p,)) for p in parts), *combined]
    out += _covers(candidates, classes)
    names = [HELD, *(name for name, _ in candidates)]
    out += disjunction("cover", [f"cover:{n}" for n in names], "an authority covers the line", "no authority covers the line")
    for prohibition, overriders in prohibitions:
        out += _ban(prohibition, overriders)
    out += _verdict(classes, [p for p, _ in prohibitions])
    return PackProgram(
        pack,
        Program(tuple(out)),
        classes,
        parts,
        tuple(e for e in exemptions if e.gate is None and e.id not in named),
        combined,
        prohibitions,
    )


def _classes(rules: Ruleset, pack: str, parts: tuple[Part, ...]) -> tuple[Grounds, ...]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for ground, declared in rules.packs.grounds.items():
        if declared.pack == pack and ground in rules.raising:
            lifted_by = tuple(p.key for p in parts if ground in p.lifts)
            groups.setdefault(lifted_by, []).append(ground)
    return tuple(
        Grounds(
            grounds[0] if len(grounds) == 1 else f"{grounds[0]} and {len(grounds) - 1} more",
            tuple(g for g in grounds if any(not p.not_gated for p in rules.raising[g])),
            tuple(g for g in grounds if any(p.not_gated for p in rules.raising[g])),
            _raising(rules, grounds, not_gated=False),
            _raising(rules, grounds, not_gated=True),
        )
        for grounds in groups.values()
    )


def _raising(rules: Ruleset, grounds: list[str], *, not_gated: bool) -> tuple[tuple[Provision, tuple[str, ...]], ...]:
    """The requirements that raise any of these grounds, each once, with those that it raises."""
    found: dict[str, tuple[Provision, list[str]]] = {}
    for ground in grounds:
        for provision in rules.raising[ground]:
            if provision.not_gated == not_gated:
                found.setdefault(provision.id, (provision, []))[1].append(ground)
    return tuple((p, tuple(g)) for p, g in found.values())


def _combined(parts: tuple[Part, ...]) -> tuple[tuple[str, tuple[Part, ...]], ...]:
    """Parts that may cover a line together: one of an exemption, and one each of some of those that it declares."""
    by_exemption: dict[str, list[Part | None]] = {}
    for part in parts:
        by_exemption.setdefault(part.exemption.id, [None]).append(part)
    found: dict[frozenset[str], tuple[str, tuple[Part, ...]]] = {}
    for part in parts:
        partners = [by_exemption.get(id_, [None]) for id_ in dict.fromkeys(part.exemption.together_with)]
        for chosen in product(*partners):
            group = (part, *(p for p in chosen if p is not None and p is not part))
            if len(group) > 1:
                found.setdefault(frozenset(p.key for p in group), (" with ".join(p.key for p in group), group))
    return tuple(found.values())


def _due(group: Grounds) -> list[HornRule]:
    name = f"due:{group.name}"
    ways = []
    out: list[HornRule] = []
    if group.within:
        out += conjunction(
            f"within:{group.name}", [f"raised:{group.name}", "scope"], f"{group.name} is raised on a line within scope"
        )
        ways.append(f"within:{group.name}")
    if group.beyond:
        ways.append(f"beyond:{group.name}")
    return [*out, *disjunction(name, ways, f"an authorization is needed on {group.name}", f"none is needed on {group.name}")]


def _part(part: Part) -> list[HornRule]:
    key = part.key
    stops = [f"stop:{x.limitation.id}:{key}" for x in part.limits]
    if not stops:
        return list(conjunction(f"ok:{key}", [f"fits:{key}"], f"{key} holds", f"{key} does not hold"))
    limited = disjunction(f"limited:{key}", stops, f"{key} is limited", f"nothing limits {key}")
    return [*limited, *exception(f"ok:{key}", f"fits:{key}", f"limited:{key}", f"{key} holds and is not limited", f"{key} fails")]


def _covers(candidates: list[tuple[str, tuple[Part, ...]]], classes: tuple[Grounds, ...]) -> list[HornRule]:
    """What each candidate, one part or several together, needs to cover the line.

    Where several leave the same classes unlifted, whether any of those is due is concluded once for all of them.
    """
    groups: dict[tuple[Grounds, ...], list[tuple[str, tuple[Part, ...]]]] = {}
    for name, parts in candidates:
        lifts = {g for p in parts for g in p.lifts}
        unlifted = tuple(c for c in classes if not lifts.issuperset(c.within + c.beyond))
        groups.setdefault(unlifted, []).append((name, parts))
    out: list[HornRule] = []
    for number, (unlifted, alike) in enumerate(groups.items()):
        due = {f"due:{c.name}": c.name for c in unlifted}
        if len(alike) > 1 and len(unlifted) > 1:
            shared, others = f"unlifted:{number}", f"{alike[0][0]} and {len(alike) - 1} more"
            out += disjunction(shared, list(due), f"{others} do not lift all that is due", f"{others} lift all that is due")
            due = {shared: "all that is due"}
        for name, parts in alike:
            out += _cover(name, [p.key for p in parts], due)
    return out


def _cover(name: str, keys: list[str], due: dict[str, str]) -> list[HornRule]:
    """`due` are the conclusions that say that something is due which the candidate does not lift, with what that is."""
    needs = [f"{what}:{k}" for k in keys for what in ("play", "ok", "ready")]
    head = f"cover:{name}"
    free = [fails(d) for d in due]
    out = [HornRule(holds(head), (*(holds(n) for n in needs), *free), f"{name} lifts all that is due")]
    out += [HornRule(fails(head), (fails(n),), f"{name} does not cover") for n in needs]
    out += [HornRule(fails(head), (holds(d),), f"{name} does not lift {what}") for d, what in due.items()]
    return out


def _ban(prohibition: Provision, overriders: tuple[Provision, ...]) -> list[HornRule]:
    id_ = prohibition.id
    gates = [f"ban:{id_}"] if prohibition.not_gated else [f"ban:{id_}", "scope"]
    out = [*conjunction(f"bans:{id_}", gates, f"{id_} applies", f"{id_} does not apply")]
    spares = [f"spare:{id_}:{o.id}" for o in overriders]
    if not spares:
        return [*out, *conjunction(f"banned:{id_}", [f"bans:{id_}"], f"{id_} forbids", f"{id_} does not forbid")]
    return [
        *out,
        *disjunction(f"spared:{id_}", spares, f"{id_} is overridden", f"nothing overrides {id_}"),
        *exception(f"banned:{id_}", f"bans:{id_}", f"spared:{id_}", f"{id_} forbids", f"{id_} does not forbid"),
    ]


def _verdict(classes: tuple[Grounds, ...], prohibitions: list[Provision]) -> list[HornRule]:
    out = [
        HornRule("settled", (holds("scope"),), "the line is in scope"),
        HornRule("settled", (fails("scope"),), "the line is out of scope"),
    ]
    for p in prohibitions:
        out.append(HornRule("prohibited", (holds(f"banned:{p.id}"),), f"prohibited by {p.id}"))
    clear = ["settled", *(fails(f"banned:{p.id}") for p in prohibitions)]
    for c in classes:
        due = f"due:{c.name}"
        out.append(HornRule("license", (holds(due), fails("cover")), f"{c.name} is needed, and nothing covers it"))
        out.append(HornRule(f"clear:{c.name}", (fails(due),), f"nothing is needed on {c.name}"))
        out.append(HornRule(f"clear:{c.name}", (holds("cover"),), f"{c.name} is covered"))
        clear.append(f"clear:{c.name}")
    out.append(HornRule("pass", tuple(clear), "nothing stands against the line"))
    outside = [fails("scope"), *(fails(f"beyond:{c.name}") for c in classes if c.beyond)]
    outside += [fails(f"ban:{p.id}") for p in prohibitions if p.not_gated]
    out.append(HornRule("not-subject", tuple(outside), "nothing of the pack reaches the line"))
    return out
