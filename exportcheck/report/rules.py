"""What packs hold (`rules list`) and what one provision says (`rules show`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from exportcheck.report.characters import glue
from exportcheck.report.layout import Page
from exportcheck.report.terminal import Terminal
from exportcheck.report.words import duration, listed, place, plural
from exportcheck.rulepack.digest import digest
from exportcheck.rulepack.model import (
    ALWAYS,
    Clause,
    Condition,
    DatedList,
    Definition,
    Pack,
    Packs,
    Parameter,
    Period,
    Provision,
    Step,
    Table,
)

MOST_MEMBERS = 60


def render_list(packs: Packs, names: Sequence[str], terminal: Terminal) -> str:
    """Each pack with its sections, what state they are in, and their provisions."""
    page = Page(terminal)
    for name in names:
        page.blank()
        _write_pack(page, packs, packs.packs[name])
    return page.render()


def _write_pack(page: Page, packs: Packs, pack: Pack) -> None:
    mine = [p for p in packs.provisions if p.pack == pack.id]
    page.put((pack.id, "bold"), f"  {pack.title}", right=f"current to {pack.current_to.isoformat()}")
    clauses = sum(1 for p in mine for _ in p.clauses())
    words = [pack.authority, pack.force, plural(len({p.id for p in mine}), "provision"), plural(clauses, "clause")]
    page.put(", ".join(filter(None, words)), indent=2)
    page.put(", ".join(_counts(packs, pack)), indent=2)
    page.put(pack.digest, indent=2)
    if pack.layers:
        page.put(f"amended by {', '.join(pack.layers)}", indent=2)
    left = list(mine)
    for section in pack.sections:
        held = [p for p in left if _in_section(p.id.removeprefix(pack.id + "/"), section.section)]
        left = [p for p in left if p not in held]
        why = f": {section.why}" if section.why else ""
        count = f", {plural(len({p.id for p in held}), 'provision')}" if held else ""
        page.put(f"{section.state.replace('-', ' ')}{count}{why}", indent=2, lead=(section.section, "bold"), span=12)
        _write_provisions(page, pack, held)
    if left:
        page.put(plural(len({p.id for p in left}), "provision"), indent=2, lead=("in no section", "bold"), span=15)
        _write_provisions(page, pack, left)


def _counts(packs: Packs, pack: Pack) -> list[str]:
    """How many of the other things there are in a pack."""
    tables = [t for t in packs.tables.values() if t.pack == pack.id]
    counted = [
        (sum(d.pack == pack.id for d in packs.definitions.values()), "definition"),
        (sum(x.pack == pack.id for x in packs.lists.values()), "list"),
        (sum(p.pack == pack.id for p in packs.parameters.values()), "figure"),
        (sum(g.pack == pack.id for g in packs.grounds.values()), "ground"),
        (sum(f.pack == pack.id for f in packs.facts), "fact"),
        (len(tables), "table"),
        (sum(len(t.rows) for t in tables), "row"),
    ]
    return [plural(number, one) for number, one in counted if number]


def _in_section(name: str, section: str) -> bool:
    """`126.7(a)` and `126.7-note` are in section `126.7`, `126.70` is not."""
    return name == section or (name.startswith(section) and not (name[len(section)].isalnum() or name[len(section)] == "."))


def _write_provisions(page: Page, pack: Pack, provisions: Iterable[Provision]) -> None:
    for provision in provisions:
        dates = _periods(provision.periods)
        page.put(
            f"{provision.kind}  {provision.title}" + (f" ({dates})" if dates else ""),
            indent=4,
            lead=provision.id.removeprefix(pack.id + "/"),
            span=16,
        )


Rule = Provision | Definition | DatedList | Parameter | Table


def render_rule(found: Sequence[Rule], terminal: Terminal) -> str:
    """Every dated text of a provision, or a definition, list or parameter, in full; of a table its head."""
    page = Page(terminal)
    for one in found:
        page.blank()
        if isinstance(one, Provision):
            _write_provision(page, one)
        elif isinstance(one, Definition):
            page.put((one.id, "bold"), f"  definition, {one.type}" + (f" of a {one.of}" if one.of else ""), right=one.cite)
            page.put(one.says)
            _row(page, "is", one.condition.text)
            _row(page, "attested as", one.stated_as)
        elif isinstance(one, DatedList):
            page.put((one.id, "bold"), f"  list of {one.type}", right=one.cite)
            members = [_dated(str(m.value), m.start, m.end) for m in one.members]
            _row(page, "members", listed(members, MOST_MEMBERS))
            _row(page, "and all of", ", ".join(one.union))
        elif isinstance(one, Table):
            _write_table(page, one)
        else:
            page.put((one.id, "bold"), f"  figure, {one.unit}", right=one.cite)
            for day, value in one.values:
                _row(page, f"from {day.isoformat()}", f"{value:,f} {one.unit}", span=18)
        _row(page, "stands in", place(one.span))
        _row(page, "digest", digest(one))
    return page.render()


def _write_table(page: Page, table: Table) -> None:
    page.put((table.id, "bold"), f"  table, {plural(len(table.rows), 'row')}", right=table.cite)
    _row(page, "source", table.source)
    _row(page, "current to", table.current_to.isoformat() if table.current_to else "")
    _row(page, "key", ", ".join(table.keys))
    for name, type_ in table.columns.items():
        values = {str(row.get(name)) for row in table.rows if row.get(name) not in (None, "", frozenset())}
        names = f", names a {table.names[name]}" if name in table.names else ""
        role = ", paths" if name == table.path_column else ", exceptions to them" if name == table.except_column else ""
        page.put(f"{type_}{names}{role}; {plural(len(values), 'value')}", indent=2, lead=name, span=15)


def _write_provision(page: Page, provision: Provision) -> None:
    page.put((provision.id, "bold"), f"  {provision.kind}", right=provision.cite)
    page.put(provision.title)
    if provision.says:
        page.put(provision.says)
    _row(page, "in force", _periods(provision.periods) or "always")
    _row(page, "for each", provision.for_each)
    _row(page, "effect", provision.effect)
    _row(page, "needed for", ", ".join(provision.grounds))
    _row(page, "form", provision.need)
    _row(page, "policy", provision.posture.replace("-", " "))
    _row(page, "lifts", ", ".join(provision.lifts))
    if provision.limits is not None:
        limits = provision.limits
        _row(page, "limits", f"every exemption of {limits.all_of_pack}" if limits.all_of_pack else ", ".join(limits.only))
        for spare in limits.spares:
            target = spare.target + (f"#{spare.clause}" if spare.clause else "")
            _row(page, "except", target + (f", where {_flat(spare.when.text)}" if spare.when else ""))
    _row(page, "overrides", ", ".join(provision.overrides))
    _row(page, "together with", ", ".join(provision.together_with))
    _row(page, "reaches", "beyond the scope of its pack" if provision.not_gated else "")
    _row(page, "trust", provision.trust)
    _row(page, "cite as", ", ".join(filter(None, (provision.cite_as, f"AES {provision.aes_code}" if provision.aes_code else ""))))
    _row(page, "where", _flat(provision.gate.text) if provision.gate else "")
    if provision.body is not None:
        page.blank()
        _write_clause(page, provision.body, 0)
    if provision.steps:
        page.blank()
        _write_steps(page, provision.steps, 0)


FORMS = {
    "all_of": "all of",
    "any_of": "at least one of",
    "none_of": "none of",
    "holds": "holds:",
    "holds_not": "does not hold:",
}


def _write_clause(page: Page, clause: Clause, indent: int) -> None:
    named = bool(clause.cite or clause.says)
    if named:
        dates = _periods(clause.periods)
        parts = [(glue(clause.cite) + "  ", "cyan") if clause.cite else "", clause.says, f" ({dates})" if dates else ""]
        page.put(*parts, indent=indent, hanging=2, right=clause.address if clause.address != clause.cite else "")
    below = indent + 2 if named else indent
    for line in _condition_lines(clause):
        page.put((line, "dim"), indent=below, hanging=2)
    if clause.lifts:
        page.put(f"lifts {', '.join(clause.lifts)}", indent=below)
    for child in clause.children:
        _write_clause(page, child, below + (2 if clause.form in FORMS or clause.form in ("each", "some") else 0))
    _write_steps(page, clause.steps, below)


def _condition_lines(clause: Clause) -> list[str]:
    if clause.form == "true_when" and clause.when is not None and clause.false_when is not None:
        return [f"true when {_flat(clause.when.text)}", f"false when {_flat(clause.false_when.text)}"]
    if clause.form == "when" and clause.when is not None:
        return [f"when {_flat(clause.when.text)}"]
    if clause.form in ("each", "some"):
        return [f"{clause.form} {_flat(clause.text)}" + (", or nobody" if clause.or_none else "")]
    if clause.form in ("holds", "holds_not"):
        return [f"{FORMS[clause.form]} {clause.target}"]
    if clause.form in FORMS:
        return [FORMS[clause.form]]
    if clause.form == "judgement":
        return [f"a named person answers {clause.judgement}: {clause.question}"]
    if clause.form == "not_modelled":
        return [f"not modelled: {clause.why}", *_when_lines(clause.when)]
    if clause.form == "rows" and clause.rows is not None:
        return [f"a row of {clause.rows.table} fits: {_flat(clause.rows.text)}"]
    return [clause.form]


def _when_lines(when: Condition | None) -> list[str]:
    return [f"when {_flat(when.text)}"] if when is not None else []


def _write_steps(page: Page, steps: Sequence[Step], indent: int) -> None:
    for step in steps:
        words = step.says + (f", kept {duration(step.keep)}" if step.keep else "")
        page.put(words, indent=indent, lead=f"owed {step.by}:", span=23, right=step.cite)
        for label, condition in (("where", step.applies_when), ("done when", step.done_when)):
            if condition is not None:
                page.put((f"{label} {_flat(condition.text)}", "dim"), indent=indent + 2, hanging=2)


def _row(page: Page, label: str, text: str, span: int = 15) -> None:
    if text:
        page.put(text, indent=2, lead=label, span=span)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _dated(text: str, start: date | None, end: date | None) -> str:
    since = f" from {start.isoformat()}" if start else ""
    until = f" to {end.isoformat()}" if end else ""
    return text + since + until


def _periods(periods: Sequence[Period]) -> str:
    if tuple(periods) == ALWAYS:
        return ""
    return "; ".join(
        _dated("", p.start, p.end).strip()
        + (f", {p.status}" if p.status != "in-force" else "")
        + (f", {p.source}" if p.source else "")
        for p in periods
    )
