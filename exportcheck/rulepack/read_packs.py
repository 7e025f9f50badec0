"""Folders of YAML to checked packs. Every mistake of every file is found in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from exportcheck.condition.check import Signature, Symbols, TableSymbols, call_name
from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.rulepack.fields import Fields, Problems
from exportcheck.rulepack.folders import pack_files
from exportcheck.rulepack.model import FOR_EACH, DatedList, Ground, Pack, Packs, Parameter, Table
from exportcheck.source import Node, read_documents
from exportcheck.vocabulary.load import core_vocabulary, vocabulary_of
from exportcheck.vocabulary.model import Vocabulary

if TYPE_CHECKING:
    from exportcheck.rulepack.read_provision import DefinitionSource, Reader


@dataclass
class Found:
    """What the files of all packs hold, before conditions are read."""

    problems: Problems = field(default_factory=list)
    heads: dict[str, tuple[Node, Fields]] = field(default_factory=dict)
    facts: list[tuple[str, Sequence[Node]]] = field(default_factory=list)
    lists: dict[str, DatedList] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    grounds: dict[str, Ground] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    definitions: list[tuple[str, Node]] = field(default_factory=list)
    provisions: list[tuple[str, Node]] = field(default_factory=list)


def read_packs(folders: Sequence[tuple[str, Path]], root: str = "") -> Packs:
    """The checked form of the packs in these folders. Raises `InputError` with every problem."""
    found = Found()
    places = [folder for _, folder in folders]
    for pack, folder in folders:
        for path in pack_files(folder, places):
            read_file(pack, path, found)
    return _check(found, root)


def read_file(pack: str, path: Path, found: Found) -> None:
    """Add what one file of a pack holds to what was found, with its problems."""
    if path.suffix != ".yaml":
        message = "the name of a pack file ends in .yaml"
        found.problems.append(Problem(Span(str(path)), message, f"call it {path.stem}.yaml, or take it out of the pack"))
        return
    try:
        documents = read_documents(path, aliases=0)
    except InputError as error:
        found.problems += error.problems
        return
    for node in documents:
        if node.kind != "map":
            found.problems.append(Problem(node.span, "a pack file holds maps of keys and values", "see docs/rule-packs.md"))
        elif path.name == "pack.yaml":
            if pack in found.heads:
                found.problems.append(Problem(node.span, "pack.yaml holds two documents", "one pack, one document"))
            else:
                found.heads[pack] = (node, Fields(node, found.problems, "pack.yaml"))
        else:
            _read_document(pack, path, node, found)


def _read_document(pack: str, path: Path, node: Node, found: Found) -> None:
    from exportcheck.rulepack import read_data as data
    from exportcheck.rulepack.read_table import read_table

    if path.name.endswith(".table.yaml"):
        read_table(node, path.parent, pack, found.problems, found.tables)
    elif node.get("facts") is not None:
        found.facts.append((pack, [node]))
    elif node.get("grounds") is not None:
        data.read_grounds(node, pack, found.problems, found.grounds)
    elif node.get("lists") is not None:
        data.read_lists(node, pack, found.problems, found.lists)
    elif node.get("parameters") is not None:
        data.read_parameters(node, pack, found.problems, found.parameters)
    elif node.get("define") is not None:
        fields = Fields(node, found.problems, "a file of definitions")
        found.definitions += [(pack, n) for n in fields.list_of("define")]
        fields.done()
    elif node.get("provision") is not None:
        found.provisions.append((pack, node))
    else:
        known = ("provision", "define", "lists", "parameters", "grounds", "facts")
        near = next((h for k, _ in node.entries if (h := did_you_mean(k.text, known))), "")
        hint = near or f"it begins with one of {', '.join(known)}; a table stands in a .table.yaml"
        found.problems.append(Problem(node.span, "this document says nothing that a pack can hold", hint))


def _check(found: Found, root: str) -> Packs:
    from exportcheck.rulepack.read_provision import Reader
    from exportcheck.rulepack.verify import verify

    problems = found.problems
    vocabulary = read_vocabulary(found, core_vocabulary())
    sources = definition_sources(found)
    symbols = _symbols(found, vocabulary, sources.values())
    reader = Reader(symbols, problems)
    definitions = {s.id: d for s in sources.values() if (d := reader.definition(s)) is not None}
    provisions = tuple(reader.provision(node, pack) for pack, node in found.provisions)
    heads = {pack: _pack(pack, fields, reader) for pack, (_, fields) in sorted(found.heads.items())}
    packs = Packs(
        heads,
        provisions,
        definitions,
        found.lists,
        found.parameters,
        found.grounds,
        found.tables,
        tuple(vocabulary.facts.values()),
        vocabulary,
        root,
    )
    problems += verify(packs)
    if problems:
        raise InputError(in_order(problems))
    return with_digests(packs)


def with_digests(packs: Packs) -> Packs:
    """The packs with the digest of each worked out anew."""
    from exportcheck.rulepack.digest import pack_digests

    digests = pack_digests(packs)
    return replace(packs, packs={id_: replace(p, digest=digests[id_]) for id_, p in packs.packs.items()})


def in_order(problems: Problems) -> list[Problem]:
    """By file and place, each said once (a condition can be reached in two ways)."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.span.file, p.span.line, p.span.column))


def read_vocabulary(found: Found, base: Vocabulary) -> Vocabulary:
    """The facts found on top of `base`; only `base` if they cannot be used."""
    try:
        return vocabulary_of(found.facts, base)
    except InputError as error:
        found.problems += error.problems
        return base


def definition_sources(found: Found) -> dict[str, DefinitionSource]:
    """The definitions found, by id, their expressions not yet read. Two that conditions would call alike are a mistake."""
    from exportcheck.rulepack.read_provision import read_definition_head

    sources: dict[str, DefinitionSource] = {}
    calls: dict[str, str] = {}
    for pack, node in found.definitions:
        source = read_definition_head(Fields(node, found.problems, "a definition"), pack)
        if source is None:
            continue
        other = calls.setdefault(call_name(source.id), source.id)
        if source.id in sources:
            found.problems.append(Problem(node.span, f"two definitions are called {source.id}", "give one of them another id"))
        elif other != source.id:
            message = f"{source.id} and {other} are both called as {call_name(source.id)}"
            found.problems.append(Problem(node.span, message, "give one of them another id"))
        else:
            sources[source.id] = source
    return sources


def _symbols(found: Found, vocabulary: Vocabulary, sources: Iterable[DefinitionSource]) -> Symbols:
    return make_symbols(
        vocabulary,
        found.lists,
        found.parameters,
        {s.id: Signature(s.id, s.of, s.type) for s in sources},
        found.tables,
        provision_entities(found.provisions),
        found.grounds,
    )


def provision_entities(provisions: Iterable[tuple[str, Node]]) -> dict[str, str]:
    """What each provision is said of, by id, from its document."""
    entities: dict[str, str] = {}
    for _, node in provisions:
        name, each, kind = node.get("provision"), node.get("for_each"), node.get("kind")
        default = "transaction" if kind is not None and kind.text in ("duty", "notice") else "item"
        if name is not None and name.text:
            entities[name.text] = each.text if each is not None and each.text in FOR_EACH else default
    return entities


def make_symbols(
    vocabulary: Vocabulary,
    lists: Mapping[str, DatedList],
    parameters: Mapping[str, Parameter],
    signatures: Mapping[str, Signature],
    tables: Mapping[str, Table],
    provisions: Mapping[str, str],
    grounds: Mapping[str, Ground],
) -> Symbols:
    """Everything that conditions may name."""
    families: dict[str, list[str]] = {}
    for ground in grounds.values():
        for name in dict.fromkeys((ground.family, *ground.also)):
            families.setdefault(name, []).append(ground.id)
    return Symbols(
        vocabulary=vocabulary,
        lists={x.id: x.type.set_of() for x in lists.values()},
        parameters={p.id: p.type for p in parameters.values()},
        definitions={call_name(id_): s for id_, s in signatures.items()},
        tables={t.id: TableSymbols(t.keys, t.columns, t.names) for t in tables.values()},
        provisions=provisions,
        grounds=frozenset(grounds),
        families={name: tuple(ids) for name, ids in families.items()},
    )


def _pack(id_: str, f: Fields, reader: Reader) -> Pack:
    from exportcheck.rulepack.read_data import read_exclusions, read_sections

    named = f.text("pack", needed=True)
    if named and named != id_:
        f.wrong(f.span("pack"), f"the pack in this folder is called {id_}", "the id of a pack is its path below the rules folder")
    force = f.one_of("force", ("binding", "reference"), "binding", needed=True)
    pack = Pack(
        id=id_,
        title=f.text("title", needed=True),
        authority=f.text("authority", needed=True),
        force="reference" if force == "reference" else "binding",
        current_to=f.date("current_to", needed=True) or date.min,
        stale_after_days=f.whole("stale_after_days", 180),
        known_from=f.date("known_from"),
        binds=reader.condition(f.node_of("binds_when")),
        sections=read_sections(f),
        form=f.mapping("form"),
        requires=f.texts("requires"),
        license_kinds=f.texts("license_kinds"),
        lint=read_exclusions(f),
        span=f.node.span,
    )
    for key in ("note", "version", "sources"):
        f.node_of(key)
    f.done()
    return pack
