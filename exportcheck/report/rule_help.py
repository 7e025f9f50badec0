"""What a provision is, for tools that show a rule beside what it found: title, citation, plain words, where to read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from exportcheck.engine.cited import full_cite
from exportcheck.report.characters import visible
from exportcheck.report.markdown_text import escaped
from exportcheck.report.words import pack_label
from exportcheck.rulepack.model import Clause, Packs, Provision

MOST_CLAUSES = 40
_CFR = re.compile(r"\b(\d{1,2}) CFR (?:part )?(\d+)(?:\.(\d+[a-z]?))?")


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """`text` and `markdown` say the same; `url` is empty where the law has no public address that is known."""

    id: str
    title: str
    cite: str
    kind: str
    pack: str
    says: str
    text: str
    markdown: str
    url: str


def rule_help(id: str, packs: Packs, day: date) -> RuleHelp:
    """Of a provision as it reads on a day, or of a pack; of what is neither only the name."""
    texts = packs.texts(id)
    if texts:
        return _of_provision(next((t for t in texts if any(p.covers(day) for p in t.periods)), texts[-1]))
    pack = packs.packs.get(id)
    if pack is not None:
        says = f"{pack.title} ({pack.authority})" if pack.authority else pack.title
        return RuleHelp(id, pack.title, pack.authority, "pack", id, says, says, escaped(says), "")
    return RuleHelp(id, id, "", "", "", id, id, escaped(id), "")


def law_url(cite: str) -> str:
    """Where a citation of the Code of Federal Regulations is published; empty for any other."""
    found = _CFR.search(cite)
    if found is None:
        return ""
    title, part, section = found.groups()
    place = f"section-{part}.{section}" if section else f"part-{part}"
    return f"https://www.ecfr.gov/current/title-{title}/{place}"


def _of_provision(provision: Provision) -> RuleHelp:
    says = visible(provision.says or provision.title)
    clauses = [(full_cite(provision.cite, c.cite), visible(c.says)) for c in provision.clauses() if _said(c)]
    shown = clauses[:MOST_CLAUSES]
    unread = [f"not modelled: {visible(c.why)}" for c in provision.clauses() if c.form == "not_modelled" and c.why]
    more = [*unread, *([f"and {len(clauses) - len(shown)} more clauses"] if len(clauses) > len(shown) else [])]
    head = f"{pack_label(provision.pack)}, {provision.cite}: {provision.title}"
    words = f"exportcheck rules show {provision.id}"
    own = [says] if says != visible(provision.title) else []
    text = "\n".join([head, *own, *(f"- {says_} ({cite})" for cite, says_ in shown), *(f"- {words_}" for words_ in more), words])
    markdown = "\n".join(
        [
            f"**{escaped(head)}**",
            "",
            *(part for words_ in own for part in (escaped(words_), "")),
            *(f"- {escaped(says_)} ({escaped(cite)})" for cite, says_ in shown),
            *(f"- {escaped(words_)}" for words_ in more),
            "",
            f"`{words}`",
        ]
    )
    url = law_url(provision.cite)
    return RuleHelp(
        provision.id, visible(provision.title), provision.cite, provision.kind, provision.pack, says, text, markdown, url
    )


def _said(clause: Clause) -> bool:
    return bool(clause.says) and bool(clause.address)
