"""The vocabulary as a person looks it up: what may be stated of a transaction, a party, an item, and how it is written."""

from __future__ import annotations

import json
from collections.abc import Sequence

from exportcheck.report.characters import glue
from exportcheck.report.layout import Page
from exportcheck.report.terminal import Terminal
from exportcheck.report.words import pack_label, plural
from exportcheck.vocabulary.model import ENTITY_LISTS, FactDeclaration

EXAMPLES = {
    "boolean": "true",
    "text": "in words",
    "date": "2026-03-02",
    "place": "GB",
    "number": "4",
    "percent": "12.5",
    "money": "1.5 MUSD",
    "knowledge": '"yes"',
}
CLASSIFICATIONS = {"usml": "VIII(h)(1)", "eccn": "9A610.x"}
KNOWLEDGE = '"yes", "no" or undeterminable'
MOST_VALUES = 6
QUESTIONS_OF_ALL_UP_TO = 40
"""More facts than this are listed without their questions."""


def render_facts(facts: Sequence[FactDeclaration], terminal: Terminal) -> str:
    """A table by entity; of few facts with their questions, of a single one everything."""
    page = Page(terminal)
    if len(facts) == 1:
        _write_fact(page, facts[0])
        return page.render()
    by_kind: dict[str, list[FactDeclaration]] = {}
    for fact in facts:
        by_kind.setdefault(fact.of, []).append(fact)
    for kind, group in by_kind.items():
        page.blank()
        page.put((kind, "bold"), f"  {plural(len(group), 'fact')}", ", stated of components too" if kind == "item" else "")
        wide = min(34, max(len(fact.name) for fact in group) + 2)
        for fact in sorted(group, key=lambda f: f.name):
            page.put(_type_words(fact, short=True), indent=2, lead=fact.name, span=wide)
            if len(facts) <= QUESTIONS_OF_ALL_UP_TO:
                page.put((question(fact), "dim"), indent=6)
    page.blank()
    page.put((f"{plural(len(facts), 'fact')}; exportcheck facts NAME shows all of one", "dim"))
    return page.render()


def render_facts_json(facts: Sequence[FactDeclaration]) -> str:
    """The same for programs, in the order of entity and name."""
    return (
        json.dumps({"schema": "exportcheck/facts/1", "facts": [_as_json(f) for f in facts]}, ensure_ascii=False, indent=2) + "\n"
    )


def question(fact: FactDeclaration) -> str:
    """The question, asked of no one in particular."""
    whose = "the transaction" if fact.of == "transaction" else f"the {fact.of}"
    return fact.question.replace("{name}", whose)


def example(fact: FactDeclaration) -> str:
    """How a value may be written."""
    kind = fact.type
    if kind.base == "enum":
        one = kind.values[0] if kind.values else "..."
    elif kind.base == "classification":
        one = CLASSIFICATIONS.get(kind.scheme, "...")
    else:
        one = EXAMPLES.get(kind.base, "...")
        if kind.base == "number" and kind.unit:
            one += f" {kind.unit}"
    return f"[{one}]" if kind.list_of else one


def _type_words(fact: FactDeclaration, *, short: bool) -> str:
    values = fact.type.values
    if fact.type.base == "enum" and short and len(values) > MOST_VALUES:
        words = "one of " + ", ".join(values[:MOST_VALUES]) + f" and {len(values) - MOST_VALUES} more"
        return f"list of {words}" if fact.type.list_of else words
    return str(fact.type)


def _write_fact(page: Page, fact: FactDeclaration) -> None:
    span = 13
    page.put((fact.name, "bold"), f"  of {'an' if fact.of[:1] in 'aeiou' else 'a'} {fact.of}", right=fact.cite)
    page.put(question(fact))
    page.blank()
    page.put(_type_words(fact, short=False), lead="type", span=span)
    last = fact.name.rpartition(".")[2]
    opened = "".join(f"{part}: {{" for part in fact.name.split(".")[:-1])
    written = f"{opened}{last}: {example(fact)}" + "}" * opened.count("{")
    page.put(glue(written), lead="written", span=span)
    if fact.type.base == "knowledge":
        page.put(KNOWLEDGE, lead="values", span=span)
    if fact.least is not None or fact.greatest is not None:
        bounds = [
            f"at least {fact.least:,f}" if fact.least is not None else "",
            f"at most {fact.greatest:,f}" if fact.greatest is not None else "",
        ]
        page.put(", ".join(filter(None, bounds)), lead="bounds", span=span)
    if fact.absent:
        page.put("none, where somebody looked and there is none", lead="or", span=span)
    page.put("undeterminable, where it cannot be established", lead="or" if not fact.absent else "", span=span)
    if fact.marked:
        page.put(f"counts as all of them only with {last}_complete: true", lead="complete", span=span)
    if fact.curable:
        page.put("may be suggested as a lawful change", lead="curable", span=span)
    if fact.note:
        page.put(fact.note, lead="note", span=span)
    page.put(f"the pack {pack_label(fact.pack)}" if fact.pack else "the core vocabulary", lead="declared by", span=span)
    lists = [name for lists in ENTITY_LISTS.values() for name, member in lists.items() if member == fact.of]
    if lists:
        also = " and components" if fact.of == "item" else ""
        page.put(f"each of {', '.join(dict.fromkeys(lists))}{also}", lead="stated in", span=span)


def _as_json(fact: FactDeclaration) -> dict[str, object]:
    return {
        "name": fact.name,
        "of": fact.of,
        "type": str(fact.type),
        "base": fact.type.base,
        "list": fact.type.list_of,
        "scheme": fact.type.scheme,
        "values": list(fact.type.values),
        "unit": fact.type.unit,
        "question": fact.question,
        "cite": fact.cite,
        "marked": fact.marked,
        "absent": fact.absent,
        "curable": fact.curable,
        "least": None if fact.least is None else f"{fact.least:f}",
        "greatest": None if fact.greatest is None else f"{fact.greatest:f}",
        "note": fact.note,
        "pack": fact.pack,
        "example": example(fact),
    }
