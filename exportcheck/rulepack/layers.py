"""Layers: folders that amend the packs, as company policy (which only tightens) or as a proposal of other law."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from exportcheck.condition.check import Signature
from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.rulepack.amend import Amendments
from exportcheck.rulepack.fields import Fields, Problems
from exportcheck.rulepack.folders import pack_files
from exportcheck.rulepack.model import Pack, Packs, Provision
from exportcheck.rulepack.periods import starting
from exportcheck.rulepack.read_packs import (
    Found,
    definition_sources,
    in_order,
    make_symbols,
    provision_entities,
    read_file,
    read_vocabulary,
    with_digests,
)
from exportcheck.rulepack.read_provision import Reader
from exportcheck.rulepack.verify import verify
from exportcheck.source import Node, read_documents

LAYER = "layer.yaml"
KINDS = ("policy", "proposal")
TIGHTENING = ("requirement", "prohibition", "limitation", "duty", "notice")
"""What a policy may add: none of these makes anything lawful that was not."""

_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def pack(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


@dataclass(frozen=True, slots=True)
class Layer:
    """What layer.yaml says. `packs` are those that it may amend; `start` is its first day (None: always)."""

    id: str
    title: str
    kind: str
    packs: tuple[str, ...]
    start: date | None
    amendments: tuple[Node, ...]
    unchanged: tuple[tuple[str, Span], ...]
    span: Span


def apply_layers(packs: Packs, layers: Sequence[Path]) -> Packs:
    """The packs as amended by each layer in turn, checked and with new digests.

    Raises `InputError` with every problem of the first layer that cannot be used.
    """
    for folder in layers:
        packs = _apply(packs, folder)
    return packs


def _apply(packs: Packs, folder: Path) -> Packs:
    problems: Problems = []
    layer = _head(folder, packs, problems)
    if layer.id in {name.split(" ")[0] for pack in packs.packs.values() for name in pack.layers}:
        problems.append(
            Problem(layer.span, f"the layer {layer.id} is applied already", "give it once, or give one of the two another id")
        )
    found = Found(problems)
    for path in pack_files(folder):
        if path.name == "pack.yaml":
            problems.append(Problem(Span(str(path)), "a layer holds no pack", "its provisions belong to the packs of its base"))
        elif path != folder / LAYER:
            read_file(layer.packs[0] if layer.packs else "", path, found)
    merged = _merged(packs, layer, found)
    if not problems:
        problems += verify(merged)
    if problems:
        raise InputError(in_order(problems))
    return with_digests(merged)


def _head(folder: Path, packs: Packs, problems: Problems) -> Layer:
    """layer.yaml; raises `InputError` where there is none to read."""
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise InputError(Problem(Span(str(folder)), f"the folder of the layer {what}", f"a layer is a folder with a {LAYER}"))
    if not (folder / LAYER).is_file():
        raise InputError(Problem(Span(str(folder)), f"there is no {LAYER} in this folder", f"a layer is a folder with a {LAYER}"))
    documents = read_documents(folder / LAYER, aliases=0)
    if len(documents) > 1:
        problems.append(Problem(documents[1].span, f"{LAYER} holds two documents", "one layer, one document"))
    f = Fields(documents[0], problems, LAYER)
    id_, title, kind = (
        f.text("layer", needed=True),
        f.text("title", needed=True),
        f.one_of("kind", KINDS, "proposal", needed=True),
    )
    if id_ and not _ID.fullmatch(id_):
        f.wrong(f.span("layer"), f'"{id_}" cannot be the id of a layer', "lower-case letters, figures, dots and hyphens")
    bases = [name for node in f.list_or_map("base", needed=True) if (name := _base(node, packs, problems))]
    unchanged = tuple((node.text, node.span) for node in f.list_of("not_changed") if node.kind == "scalar")
    layer = Layer(id_, title, kind, tuple(bases), f.date("from"), f.list_of("amend"), unchanged, f.node.span)
    f.text("note")
    f.text("cite")
    f.done()
    return layer


def _base(node: Node, packs: Packs, problems: Problems) -> str:
    """A pack that the layer amends, as its id or {pack, digest}; "" where it is not to be had."""
    if node.kind == "scalar":
        name, wanted, span = node.text, "", node.span
    else:
        f = Fields(node, problems, "a base")
        name, wanted, span = f.text("pack", needed=True), f.text("digest"), f.span("digest")
        f.done()
    pack = packs.packs.get(name)
    if pack is None:
        if name:
            problems.append(Problem(node.span, f'there is no pack "{name}"', did_you_mean(name, packs.packs)))
        return ""
    if wanted and wanted != pack.digest:
        problems.append(Problem(span, f"the layer was written against another text of {name}", f"now: {pack.digest}"))
    return name


def _merged(packs: Packs, layer: Layer, found: Found) -> Packs:
    """The packs with what the layer adds and amends; mistakes are added to the problems of `found`."""
    problems = found.problems
    vocabulary = read_vocabulary(found, packs.vocabulary)
    sources = definition_sources(found)
    signatures = {d.id: Signature(d.id, d.of, d.type) for d in packs.definitions.values()}
    signatures |= {s.id: Signature(s.id, s.of, s.type) for s in sources.values()}
    lists = _added(packs.lists, found.lists, "list", layer, packs, problems)
    parameters = _added(packs.parameters, found.parameters, "parameter", layer, packs, problems)
    tables = _added(packs.tables, found.tables, "table", layer, packs, problems)
    grounds = _added(packs.grounds, found.grounds, "ground", layer, packs, problems)
    entities = {p.id: p.for_each for p in packs.provisions} | provision_entities(found.provisions)
    reader = Reader(make_symbols(vocabulary, lists, parameters, signatures, tables, entities, grounds), problems)
    read = {s.id: d for s in sources.values() if (d := reader.definition(s)) is not None}
    definitions = _added(packs.definitions, read, "definition", layer, packs, problems)
    amendments = Amendments(packs, layer.id, layer.kind, layer.start, reader)
    amendments.read(layer.amendments)
    provisions = amendments.provisions() + tuple(_provisions(layer, found, reader))
    _check_unchanged(layer, packs, amendments.touched, problems)
    stamped = {id_: _stamped(pack, layer) for id_, pack in packs.packs.items()}
    return replace(
        packs,
        packs=stamped,
        provisions=provisions,
        definitions=definitions,
        lists={**lists, **amendments.lists},
        parameters={**parameters, **amendments.parameters},
        grounds=grounds,
        tables=tables,
        facts=tuple(vocabulary.facts.values()),
        vocabulary=vocabulary,
    )


def _added(
    old: Mapping[str, _N], new: Mapping[str, _N], what: str, layer: Layer, packs: Packs, problems: Problems
) -> dict[str, _N]:
    """The parts of the packs and of the layer; each part of the layer given to the pack with which its id begins."""
    both = dict(old)
    for id_, part in new.items():
        span = getattr(part, "span", layer.span)
        if id_ in old:
            problems.append(Problem(span, f"the packs have a {what} {id_} already", "change it under `amend`, or use another id"))
        else:
            both[id_] = replace(part, pack=pack) if (pack := _owner(id_, layer)) and pack != part.pack else part  # type: ignore[type-var]
    return both


def _owner(id_: str, layer: Layer) -> str:
    """The pack of the layer's base with which an id begins; the longest, where packs stand in one another."""
    return max((p for p in layer.packs if id_.startswith(p + "/")), key=len, default="")


def _provisions(layer: Layer, found: Found, reader: Reader) -> Iterable[Provision]:
    """The provisions that the layer adds, in force from its first day at the earliest."""
    for _, node in found.provisions:
        named = node.get("provision")
        owner = _owner(named.text, layer) if named is not None else ""
        if not owner and layer.packs:
            where = named.span if named is not None else node.span
            begins = " or ".join(f"{p}/..." for p in layer.packs)
            found.problems.append(
                Problem(where, f"a provision of this layer is called {begins}", "its id begins with a pack of the base")
            )
        provision = reader.provision(node, owner or (named.text.rpartition("/")[0] if named is not None else ""))
        if layer.kind == "policy" and provision.kind not in TIGHTENING:
            message = f"a policy only tightens, and a provision of kind {provision.kind} may loosen"
            found.problems.append(
                Problem(provision.span, message, "kind: proposal in layer.yaml; a policy adds " + ", ".join(TIGHTENING))
            )
        periods = starting(provision.periods, layer.start)
        if not periods:
            message = f"{provision.id} is at an end before the layer begins on {layer.start}"
            found.problems.append(Problem(provision.span, message, "give it a later period, or the layer an earlier `from`"))
        yield replace(provision, layer=layer.id, periods=periods or provision.periods)


def _check_unchanged(layer: Layer, packs: Packs, touched: Iterable[str], problems: Problems) -> None:
    """`not_changed` is a promise of the author to the reader: it must be true, and of something that exists."""
    known = {p.id for p in packs.provisions} | set(packs.lists) | set(packs.parameters) | set(packs.definitions)
    amended = set(touched)
    for name, span in layer.unchanged:
        if name.partition("#")[0] not in known:
            problems.append(Problem(span, f'nothing is called "{name}"', did_you_mean(name, known)))
        elif name.partition("#")[0] in amended:
            problems.append(Problem(span, f"the layer amends {name}, and says that it does not", "delete one of the two"))


def _stamped(pack: Pack, layer: Layer) -> Pack:
    return replace(pack, layers=(*pack.layers, f"{layer.id} ({layer.kind})")) if pack.id in layer.packs else pack
