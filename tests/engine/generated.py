"""Random packs, as YAML for the loader and as rules for the oracle, and random lines to decide under them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import yaml

from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from exportcheck.rulepack.read_packs import read_packs
from exportcheck.transaction.model import Claim, Entity, EntityList, Fact, Transaction
from tests.engine.oracle import Due, Lit, Node, Rule, Spared, World, walk

ITEM, DEAL, PARTY = ("x0", "x1", "x2", "x3", "x4"), ("t0", "t1"), ("q0", "q1")
GROUNDS = ("gen/G1", "gen/G2", "gen/G3")
LICENSE = "GEN-1"
DERIVED, FREE = "derivation", ("exemption", "item")
UNREAD = "99 CFR 9999"
"""An authority that the pack could have and does not model."""


@dataclass(frozen=True)
class Model:
    """The rules of a generated pack by id, and the condition on which the pack binds."""

    rules: MappingProxyType[str, Rule]
    binds: Lit | None


class Maker:
    """Draws the rules of one pack. Each may only name rules drawn before it, so there are no cycles."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rules: dict[str, Rule] = {}
        self.number = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def lit(self, entity: str) -> Lit:
        names = {"item": (*ITEM, *ITEM, *DEAL), "transaction": DEAL, "party": (*PARTY, *PARTY, *DEAL)}[entity]
        return Lit(self.random.choice(names), self.chance(0.7))

    def paragraph(self) -> str:
        self.number += 1
        return f"({self.number})"

    def node(self, entity: str, depth: int, *, steps: bool = False) -> Node:
        paragraph = self.paragraph()
        due = (self.due(entity),) if steps and self.chance(0.2) else ()
        form = self.random.choices(
            ("fact", "any", "all", "none", "holds", "holds_not", "each", "some", "open"),
            (6, 3 if depth else 0, 2 if depth else 0, 0.4 if depth else 0, 0.7, 0.5, 0.5, 0.5, 0.3),
        )[0]
        # an exemption of the whole transaction is limited line by line, so what it comes to cannot be read apart from a line
        readable = [
            r.id for r in self.rules.values() if (r.kind, r.entity) in ((DERIVED, "transaction"), (DERIVED, entity), FREE)
        ]
        readable = readable if entity == "item" else [id_ for id_ in readable if self.rules[id_].kind == DERIVED]
        if form in ("any", "all", "none"):
            owed = steps and form != "none"  # what has to fail needs no paper
            children = tuple(self.node(entity, depth - 1, steps=owed) for _ in range(self.random.choice((1, 2, 2, 3))))
            return Node(form, paragraph, children=children, steps=due)
        if form.startswith("holds") and readable:
            return Node(form, paragraph, target=self.random.choice(readable), steps=due)
        if form in ("each", "some") and entity != "party":
            inner = Node("fact", paragraph + "/member", self.lit("party"))
            asked = self.lit("party") if self.chance(0.6) else None
            return Node(form, paragraph, asked, children=(inner,), or_none=form == "each" and self.chance(0.4), steps=due)
        if form == "open":
            return Node("open", paragraph, self.lit(entity) if self.chance(0.8) else None, steps=due)
        return Node("fact", paragraph, self.lit(entity), steps=due)

    def tree(self, entity: str, *, steps: bool = False) -> Node:
        self.number = 0
        form = self.random.choice(("any", "all"))
        return Node(form, "", children=tuple(self.node(entity, 2, steps=steps) for _ in range(self.random.choice((1, 2, 2, 3)))))

    def due(self, entity: str) -> Due:
        return Due(self.lit(entity), self.lit(entity) if self.chance(0.3) else None)

    def add(self, rule: Rule) -> Rule:
        self.rules[rule.id] = rule
        return rule

    def plain(self, name: str, kind: str, entities: tuple[str, ...], gate: float = 0.3) -> Rule:
        entity = self.random.choice(entities)
        gated = self.lit(entity) if self.chance(gate) else None
        tree = None if gated is not None and self.chance(0.3) else self.tree(entity, steps=kind == "exemption")
        return Rule(f"gen/{name}", kind, entity, gated, tree)  # type: ignore[arg-type]

    def exemption(self, name: str) -> Rule:
        rule = self.plain(name, "exemption", ("item", "item", "item", "transaction"), 0.8)
        grounds = tuple(g for g in GROUNDS if self.chance(0.75))
        tree = rule.tree
        anys = [n for n in (open_nodes(tree) if tree is not None else []) if n.form == "any" and len(n.children) > 1]
        if anys and self.chance(0.35):
            chosen = self.random.choice(anys)
            assert tree is not None
            lifting = tuple(
                replace(c, lifts=tuple(self.random.sample(GROUNDS, self.random.choice((1, 2, 3))))) if self.chance(0.6) else c
                for c in chosen.children
            )
            tree = swap(tree, chosen, replace(chosen, children=lifting))
        if not grounds and not any(n.lifts for n in (walk(tree) if tree is not None else ())):
            grounds = (self.random.choice(GROUNDS),)
        earlier = [r.id for r in self.rules.values() if r.kind == "exemption"]
        with_ = tuple(self.random.sample(earlier, min(len(earlier), self.random.choice((1, 2))))) if self.chance(0.3) else ()
        steps = (self.due(rule.entity),) if self.chance(0.3) else ()
        return self.add(replace(rule, tree=tree, lifts=grounds, together_with=with_, steps=steps))

    def limitation(self, name: str, exemptions: list[Rule]) -> Rule:
        """Drawn before the exemptions' own outcomes are read by anything, so it may name any of them."""
        rule = self.plain(name, "limitation", ("item", "item", "transaction", "party"))
        rule = replace(rule, everything=self.chance(0.6))
        if not rule.everything:
            some = self.random.sample(exemptions, self.random.choice(range(1, len(exemptions) + 1)))
            rule = replace(rule, only=tuple((e.id, self.named(e) if self.chance(0.5) else "") for e in some))
        condition = rule.entity if rule.entity != "party" else "transaction"
        spares = []
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            reached = [e for e in exemptions if rule.everything or e.id in {target for target, _ in rule.only}]
            exemption = self.random.choice(reached)
            when = self.lit(condition) if self.chance(0.4) else None
            if self.chance(0.1):
                spares.append(Spared("all", "", self.lit(condition)))
            else:
                paragraph = self.named(exemption) if self.chance(0.8) else ""
                if not paragraph and when is None and not rule.everything:
                    when = self.lit(condition)  # limited and spared without more is an error
                spares.append(Spared(exemption.id, paragraph, when))
        return self.add(replace(rule, spares=tuple(spares)))

    def named(self, rule: Rule) -> str:
        """A paragraph that alternatives of a rule pass through; "" if it has none."""
        found = [n.paragraph for n in (open_nodes(rule.tree) if rule.tree is not None else []) if n.paragraph]
        return self.random.choice(found) if found else ""

    def model(self) -> Model:
        for n in range(self.random.choice((0, 1, 2))):
            self.add(self.plain(f"D{n}", "derivation", ("item", "transaction")))
        exemptions = [self.exemption(f"E{n}") for n in range(self.random.choice((1, 2, 2, 3)))]
        # what limits an exemption may not read one; exemptions read each other in the order drawn
        readable, self.rules = self.rules, {k: r for k, r in self.rules.items() if r.kind == "derivation"}
        limits = [self.limitation(f"L{n}", exemptions) for n in range(self.random.choice((0, 1, 1, 2)))]
        self.rules = {**readable, **self.rules}
        for n in range(self.random.choice((1, 2, 3))):
            rule = self.plain(f"R{n}", "requirement", ("item", "item", "transaction", "party"))
            self.add(replace(rule, ground=self.random.choice(GROUNDS), not_gated=self.chance(0.25)))
        bans = []
        for n in range(self.random.choice((0, 0, 1, 2))):
            rule = self.plain(f"P{n}", "prohibition", ("item", "transaction", "party"))
            bans.append(self.add(replace(rule, not_gated=self.chance(0.3))))
        for rule in [r for r in self.rules.values() if r.kind in ("exemption", "derivation")]:
            free = [x for x in limits if rule.kind == "exemption" and x.everything]
            names = [x.id for x in free if self.chance(0.2)]
            names += [b.id for b in bans if self.chance(0.3)]
            self.add(replace(rule, overrides=tuple(names)))
        for n in range(self.random.choice((1, 1, 2))):
            self.add(replace(self.plain(f"S{n}", "scope", ("item", "transaction")), effect="subject"))
        if self.chance(0.5):  # a line is subject unless it is not: most have to get past the scope
            self.add(Rule("gen/S", "scope", "item", tree=Node("any", "", children=(wide(ITEM[0]), wide(ITEM[0], False)))))
            self.add(replace(self.rules["gen/S"], effect="subject"))
        if self.chance(0.3):
            self.add(replace(self.plain("X0", "scope", ("item", "transaction")), effect="excluded"))
        return Model(MappingProxyType(dict(self.rules)), self.lit("transaction") if self.chance(0.1) else None)


def wide(fact: str, sign: bool = True) -> Node:
    return Node("fact", "(1)" if sign else "(2)", Lit(fact, sign))


def open_nodes(node: Node) -> list[Node]:
    """The nodes that alternatives pass through: not inside `each`, `some` or `none_of`."""
    below = node.children if node.form in ("any", "all") else ()
    return [node, *(n for child in below for n in open_nodes(child))]


def swap(node: Node, old: Node, new: Node) -> Node:
    if node is old:
        return new
    return replace(node, children=tuple(swap(c, old, new) for c in node.children))


# as YAML


def text_of(lit: Lit) -> str:
    name = {"x": f"i.{lit.fact}", "q": f"p.{lit.fact}"}.get(lit.fact[0], lit.fact)
    return name if lit.sign else f"not({name})"


def steps_of(steps: tuple[Due, ...]) -> dict[str, Any]:
    if not steps:
        return {}
    return {
        "steps": [
            {
                "cite": "100", "by": "before-transfer", "says": "a paper is there",
                **({} if s.done is None else {"done_when": text_of(s.done)}),
                **({} if s.applies is None else {"applies_when": text_of(s.applies)}),
            }
            for s in steps
        ]
    }  # fmt: skip


def clause_of(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {"cite": node.paragraph, "says": f"clause {node.paragraph}", **steps_of(node.steps)}
    if node.lifts:
        found["lifts"] = list(node.lifts)
    return {**found, **said(node)}


def said(node: Node) -> dict[str, Any]:
    if node.form == "fact":
        assert node.lit is not None
        return {"when": text_of(node.lit)}
    if node.form == "open":
        return {"not_modelled": "not read yet", **({} if node.lit is None else {"when": text_of(node.lit)})}
    if node.form in ("holds", "holds_not"):
        return {node.form: node.target}
    if node.form in ("each", "some"):
        asked = "" if node.lit is None else f" where {text_of(node.lit)}"
        inner = node.children[0].lit
        assert inner is not None
        return {node.form: f"p in parties{asked}", "when": text_of(inner), **({"or_none": True} if node.or_none else {})}
    return {f"{node.form}_of": [clause_of(c) for c in node.children]}


def provision_of(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {
        "provision": rule.id, "kind": rule.kind, "title": rule.id, "cite": f"99 CFR 100 {rule.id}", "for_each": rule.entity,
    }  # fmt: skip
    if rule.gate is not None:
        found["applies_when"] = text_of(rule.gate)
    if rule.tree is not None:
        found.update(said(rule.tree))
    for key in ("lifts", "together_with", "overrides"):
        if getattr(rule, key):
            found[key] = list(getattr(rule, key))
    for key in ("ground", "not_gated", "effect"):
        if getattr(rule, key):
            found[key] = getattr(rule, key)
    found.update(steps_of(rule.steps))
    if rule.kind == "limitation":
        limits: dict[str, Any] = {"all_of_pack": "gen"} if rule.everything else {"only": [address(*o) for o in rule.only]}
        spared = [
            {"target": address(s.target, s.paragraph), **({} if s.when is None else {"when": text_of(s.when)})}
            for s in rule.spares
        ]
        found["limits"] = {**limits, **({"except": spared} if spared else {})}
    return found


def address(rule: str, paragraph: str) -> str:
    return f"{rule}#{paragraph}" if paragraph else rule


def write(model: Model, folder: Path, random: Random, left_out: frozenset[str] = frozenset()) -> None:
    """The pack's files, its provisions in any order, some left out."""
    folder.mkdir(parents=True, exist_ok=True)
    entities = [("item", ITEM), ("transaction", DEAL), ("party", PARTY)]
    facts = [{"name": n, "of": of, "type": "boolean", "question": f"{n}?"} for of, names in entities for n in names]
    head = {
        "pack": "gen", "title": "Generated", "authority": "99 CFR", "force": "binding", "current_to": "2026-01-01",
        "license_kinds": [LICENSE], "binds_when": "true" if model.binds is None else text_of(model.binds),
    }  # fmt: skip
    grounds = [{"id": g, "family": g.partition("/")[2], "cite": "99 CFR 1", "says": g} for g in GROUNDS]
    provisions = [provision_of(r) for r in model.rules.values() if r.id not in left_out]
    random.shuffle(provisions)
    dump = yaml.CSafeDumper
    (folder / "pack.yaml").write_text(yaml.dump(head, Dumper=dump))
    (folder / "facts.yaml").write_text(yaml.dump({"facts": facts}, Dumper=dump))
    (folder / "grounds.yaml").write_text(yaml.dump({"grounds": grounds}, Dumper=dump))
    (folder / "100.yaml").write_text(yaml.dump_all(provisions, Dumper=dump, sort_keys=False))


def generated(seed: int, folder: Path) -> tuple[Model, Packs]:
    """The pack of a seed, drawn, written below `folder` and loaded."""
    random = Random(seed)
    model = Maker(random).model()
    place = folder / str(seed) / "gen"
    write(model, place, random)
    return model, read_packs([("gen", place)], str(place.parent))


def layered(seed: int, folder: Path) -> tuple[Model, Model, Packs, Packs]:
    """A pack without and with a layer of company policy, which holds some of its rules: both models, both packs."""
    random = Random(seed)
    whole = Maker(random).model()
    named = {name for r in whole.rules.values() for name in r.overrides}
    may = [r for r in whole.rules.values() if r.kind in ("requirement", "prohibition", "limitation") and r.id not in named]
    policy = frozenset(r.id for r in random.sample(may, random.choice(range(1, len(may) + 1)))) if may else frozenset()
    base = Model(MappingProxyType({k: r for k, r in whole.rules.items() if k not in policy}), whole.binds)
    place, layer = folder / f"layered{seed}" / "gen", folder / f"policy{seed}"
    write(whole, place, random, policy)
    layer.mkdir()
    head = {"layer": "policy", "kind": "policy", "title": "Company policy", "base": ["gen"]}
    (layer / "layer.yaml").write_text(yaml.dump(head))
    (layer / "100.yaml").write_text(yaml.dump_all([provision_of(whole.rules[id_]) for id_ in sorted(policy)], sort_keys=False))
    return base, whole, load_packs(place.parent, cache=False), load_packs(place.parent, [layer], cache=False)


# lines


def draw(random: Random, names: tuple[str, ...], withheld: float) -> dict[str, bool]:
    return {n: random.random() < 0.5 for n in names if random.random() >= withheld}


def draw_transaction(random: Random, model: Model) -> Transaction:
    """A transaction of one or two lines, with facts withheld, perhaps a claim or a license."""
    withheld = random.choice((0.0, 0.15, 0.3, 0.6))
    lines = random.choice((1, 1, 2))
    items = tuple(entity("item", f"items[{n}]", draw(random, ITEM, withheld), line=str(n + 1)) for n in range(lines))
    members = tuple(
        entity("party", f"parties[{n}]", draw(random, PARTY, withheld), name=f"party {n}")
        for n in range(random.choice((0, 1, 2, 3)))
    )
    held = random.random() < 0.05
    licenses = (entity("authorization", "authorizations[0]", {}, kind=random.choice((LICENSE, "OTHER-1"))),) if held else ()
    lists = {
        "items": EntityList(items, True),
        "parties": EntityList(members, random.random() < 0.75),
        "authorizations": EntityList(licenses, True),
    }
    exemptions = [r.id for r in model.rules.values() if r.kind == "exemption"]
    claims = []
    if random.random() < 0.5:
        named = random.sample(exemptions, random.choice(range(1, len(exemptions) + 1)))
        named += [UNREAD] if random.random() < 0.1 else []
        claims = [Claim(random.choice((None, "1", str(lines))), name) for name in named]
    root = entity("transaction", "", draw(random, DEAL, withheld), lists=lists)
    return Transaction("generated", root, tuple(claims))


def entity(of: str, path: str, facts: dict[str, bool], lists: dict[str, EntityList] | None = None, **texts: str) -> Entity:
    stated = {n: Fact(v) for n, v in facts.items()} | {n: Fact(v) for n, v in texts.items()}
    return Entity(of, path, MappingProxyType(stated), MappingProxyType(lists or {}))


def world_of(transaction: Transaction, item: Entity, model: Model) -> World:
    """The line as the oracle sees it."""
    line = item.facts["line"].value
    claims = [c.authority for c in transaction.claims if c.line in (None, line)]
    held = any(a.facts["kind"].value == LICENSE for a in transaction.root.lists["authorizations"].members)
    parties = transaction.root.lists["parties"]
    return World(
        facts=booleans(transaction.root) | booleans(item),
        parties=tuple(booleans(p) for p in parties.members),
        parties_complete=parties.complete,
        claims=frozenset(claims) if claims else None,
        unread=held or UNREAD in claims,
    )


def booleans(entity: Entity) -> dict[str, bool]:
    return {n: f.value for n, f in entity.facts.items() if isinstance(f.value, bool)}
