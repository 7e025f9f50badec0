"""Provisions and definitions: YAML maps to the checked form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from exportcheck.condition import types as T
from exportcheck.condition.check import Scope
from exportcheck.condition.types import Type, parse_type
from exportcheck.errors import did_you_mean
from exportcheck.rulepack.fields import Fields
from exportcheck.rulepack.model import FOR_EACH, KINDS, POSTURES, VARIABLE, Definition, Kind, Limits, Provision, Spare
from exportcheck.rulepack.read_clause import NAME, ClauseReader
from exportcheck.rulepack.read_data import read_exclusions
from exportcheck.source import Node


@dataclass(frozen=True, slots=True)
class DefinitionSource:
    """A definition whose names and types are known, its expression not yet checked."""

    node: Node
    pack: str
    id: str
    of: str
    var: str
    type: Type


def read_definition_head(fields: Fields, pack: str) -> DefinitionSource | None:
    """The id, entity and type of a definition: enough for others to call it. None, with a problem, where it has no id."""
    id_ = fields.text("id", needed=True)
    given = fields.one_of(
        "of", ("transaction", "item", "component", "article", "party", "leg", "authorization"), "item", needed=True
    )
    of = "item" if given in ("article", "component") else given
    text = fields.text("type", "boolean")
    type_ = parse_type(text)
    if type_ is None:
        fields.wrong(
            fields.span("type"), f'"{text}" is no type', "boolean, number, money, percent, date, place, text, set of place, ..."
        )
        type_ = T.BOOLEAN
    var = "" if of == "transaction" else fields.text("as") or VARIABLE[given]
    if var and not NAME.fullmatch(var):
        fields.wrong(fields.span("as"), f'"{var}" cannot name a variable', "a word of letters, as p")
        var = VARIABLE[given]
    if not id_:
        return None
    return DefinitionSource(fields.node, pack, id_, "" if of == "transaction" else of, var, type_)


def entity_scope(for_each: str) -> Scope:
    """The scope of a provision's conditions: the variable of what it is said of."""
    var = VARIABLE.get(for_each, "")
    return Scope({var: T.entity(for_each)}) if var else Scope()


class Reader(ClauseReader):
    """Reads provisions and definitions of one load."""

    def definition(self, source: DefinitionSource) -> Definition | None:
        f = Fields(source.node, self.problems, "a definition")
        for key in ("id", "of", "as", "type", "note"):
            f.text(key)
        scope = Scope({source.var: T.entity(source.of)}) if source.of else Scope()
        condition = self.read_condition(f.node_of("is", needed=True), scope, source.type)
        stated = f.text("stated_as")
        if stated:
            kind = source.of or "transaction"
            declared = self.s.vocabulary.get(kind, stated)
            if declared is None or declared.type.base != "boolean":
                hint = did_you_mean(stated, self.s.vocabulary.names(kind))
                f.wrong(f.span("stated_as"), f'a {kind} has no boolean fact "{stated}"', hint or "declare it in facts.yaml")
            elif source.type != T.BOOLEAN:
                f.wrong(f.span("stated_as"), "only a boolean definition can be attested", "")
        cite, says = f.text("cite", needed=True), f.text("says", needed=True)
        f.done()
        if condition is None:
            return None
        return Definition(source.id, source.pack, source.of, source.var, source.type, cite, says, condition, stated, f.node.span)

    def provision(self, node: Node, pack: str) -> Provision:
        f = Fields(node, self.problems, "a provision")
        id_ = f.text("provision", needed=True)
        if id_ and not id_.startswith(pack + "/"):
            f.wrong(f.span("provision"), f"a provision of this pack is called {pack}/...", f"{pack}/{id_.split('/')[-1]}")
        kind: Kind = f.one_of("kind", KINDS, "derivation", needed=True)  # type: ignore[assignment]
        for_each = f.one_of(
            "for_each", FOR_EACH, "transaction" if kind in ("duty", "notice") and not f.has("for_each") else "item"
        )
        scope = entity_scope(for_each)
        raises = self._raises(f.node_of("raises"))
        if raises is not None:
            scope = scope.with_variable(raises[0], T.GROUND)
        gate = self.read_condition(f.node_of("applies_when"), scope)
        addresses: set[str] = set()
        body = self._body(f, scope, addresses)
        title, cite = f.text("title"), f.text("cite", needed=True)
        found = Provision(
            id=id_,
            pack=pack,
            kind=kind,
            title=title,
            cite=cite,
            for_each=for_each,
            says=f.text("says"),
            periods=f.periods(),
            gate=gate,
            body=body,
            ground=f.text("ground"),
            raises=raises,
            lifts=self._grounds(f, "lifts"),
            limits=self._limits(f, scope),
            overrides=self._targets(f, "overrides"),
            together_with=self._targets(f, "together_with"),
            not_gated=f.flag("not_gated"),
            effect=f.one_of("effect", ("subject", "excluded")),
            posture=f.one_of("posture", POSTURES),
            held=f.texts("held"),
            trust=f.one_of("trust", ("verified", "unverified")),
            need=f.text("need"),
            steps=self._steps(f, scope),
            lint=read_exclusions(f),
            span=f.span("provision"),
        )
        paper = f.node_of("paper")
        if paper is not None:
            p = Fields(paper, self.problems, "paper")
            found = replace(found, cite_as=p.text("cite_as"), aes_code=p.text("aes_code"))
            p.text("note")
            p.done()
        f.text("note")
        f.text("status")
        f.done()
        self._complete(f, found)
        return found

    def _raises(self, node: Node | None) -> tuple[str, tuple[str, ...]] | None:
        if node is None:
            return None
        r = Fields(node, self.problems, "raises")
        var, family = r.text("each", needed=True), r.text("in", needed=True)
        r.done()
        if var and not NAME.fullmatch(var):
            r.wrong(r.span("each"), f'"{var}" cannot name a variable', "a word of letters, as g")
        if family and family not in self.s.families:
            r.wrong(r.span("in"), f'no family of grounds "{family}"', did_you_mean(family, self.s.families))
        return var, self.s.families.get(family, ())

    def _complete(self, f: Fields, p: Provision) -> None:
        """What each kind must say."""
        if p.ground and p.ground not in self.s.grounds:
            f.wrong(f.span("ground"), f'no ground "{p.ground}"', did_you_mean(p.ground, self.s.grounds))
        needs = {
            "requirement": (bool(p.grounds), "ground (or raises)"),
            "exemption": (bool(p.lifts) or any(c.lifts for c in p.clauses()), "lifts"),
            "limitation": (p.limits is not None, "limits"),
            "scope": (bool(p.effect), "effect: subject or excluded"),
            "posture": (bool(p.posture), "posture"),
            "duty": (bool(p.steps), "steps"),
        }
        met, what = needs.get(p.kind, (True, ""))
        if not met:
            f.wrong(f.node.span, f"{_a(p.kind)} needs {what}", "")
        if p.kind == "exemption" and p.for_each in ("party", "component"):
            f.wrong(
                f.span("for_each"),
                "an exemption is said of an item or of the transaction",
                "for_each: item, with an `each` clause over the parties",
            )
        if p.gate is None and p.body is None:
            f.wrong(f.node.span, f"{p.id} says nothing", "give it applies_when, requires, or not_modelled")
        if not (p.title or p.says):
            f.wrong(f.node.span, f"{p.id} has neither a title nor says", "one plain sentence")
        misplaced = {
            "ground": p.kind in ("requirement", "listing") or not p.ground,
            "held": p.kind == "exemption" or not p.held,
            "lifts": p.kind == "exemption" or not p.lifts,
            "limits": p.kind == "limitation" or p.limits is None,
            "effect": p.kind == "scope" or not p.effect,
            "posture": p.kind == "posture" or not p.posture,
        }
        for key, right in misplaced.items():
            if p.kind and not right:  # a kind that there is not has been said already
                f.wrong(f.span(key), f'"{key}" has no meaning in {_a(p.kind)}', "")

    def _targets(self, f: Fields, key: str) -> tuple[str, ...]:
        names = f.texts(key)
        for name in names:
            if name.partition("#")[0] not in self.s.provisions:
                f.wrong(f.span(key), f'no provision "{name}"', did_you_mean(name, self.s.provisions))
        return names

    def _limits(self, f: Fields, scope: Scope) -> Limits | None:
        node = f.node_of("limits")
        if node is None:
            return None
        limits = Fields(node, self.problems, "limits")
        pack = limits.text("all_of_pack")
        only = limits.texts("only")
        spares: list[Spare] = []
        for item in limits.list_of("except"):
            if item.kind == "map":
                s = Fields(item, self.problems, "what is spared")
                target, when, absent_ok = (
                    s.text("target", needed=True),
                    self.read_condition(s.node_of("when"), scope),
                    s.flag("if_present"),
                )
                for key in ("note", "cite"):
                    s.text(key)
                s.done()
            else:
                target, when, absent_ok = item.text, None, False
            provision, _, clause = target.partition("#")
            if provision == "all":
                spares.append(Spare("all", "", when))
            elif provision in self.s.provisions:
                spares.append(Spare(provision, clause, when))
            elif not absent_ok:
                hint = (
                    did_you_mean(provision, self.s.provisions)
                    or "write {target: ..., if_present: true} for one not in the packs yet"
                )
                limits.wrong(item.span, f'no provision "{provision}"', hint)
        for name in only:
            if name.partition("#")[0] not in self.s.provisions:
                limits.wrong(limits.span("only"), f'no provision "{name}"', did_you_mean(name, self.s.provisions))
        if bool(pack) == bool(only):
            limits.wrong(node.span, "limits names all_of_pack, or only", "")
        limits.done()
        return Limits(pack, only, tuple(spares))


def _a(word: str) -> str:
    return ("an " if word[0] in "aeiou" else "a ") + word
