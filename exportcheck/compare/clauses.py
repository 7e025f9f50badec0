"""Clause by clause: matched by address, then by what they say, then by where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from exportcheck.compare.model import Detail, Kind
from exportcheck.compare.normal import Normal
from exportcheck.compare.sides import Side
from exportcheck.rulepack.model import Clause, Provision

LONGEST = 400
"""Characters of a condition that are shown."""

Pair = tuple[Clause | None, Clause | None]

_JOINS = {"all_of": " and ", "any_of": " or ", "none_of": " or "}


def clause_details(
    before: Provision, after: Provision, old: Normal, new: Normal, old_side: Side, new_side: Side
) -> Iterator[Detail]:
    """What differs between the clauses of two texts, the smallest clauses that hold the difference."""
    if before.body is None and after.body is None:
        return
    said = {**_sentences(before.body), **_sentences(after.body)}
    for was, now in _pairs(before.body, after.body):
        equal = _same(was, now, before, after, old, new)
        kind = _kind(was, now, equal)
        if kind is None:
            continue
        one = now or was
        assert one is not None
        yield Detail(
            part=one.address,
            kind=kind,
            cite=one.cite or after.cite,
            says=said.get(one.address, ""),
            old=_words(was, kind),
            new=_words(now, kind),
            old_at=old_side.place(was.span) if was is not None else "",
            new_at=new_side.place(now.span) if now is not None else "",
            equal=equal,
            old_part=was.address if was is not None and was.address != one.address else "",
        )


def _sentences(body: Clause | None, outer: str = "") -> dict[str, str]:
    """The sentence of each clause, or where it has none of its own that of the clause it stands in."""
    if body is None:
        return {}
    found = {body.address: sentence(body) or outer}
    for child in body.children:
        found |= _sentences(child, found[body.address])
    return found


def sentence(clause: Clause | None) -> str:
    """How a clause reads, in its author's words."""
    return "" if clause is None else clause.says or clause.why or clause.question


def _words(clause: Clause | None, kind: Kind) -> str:
    if clause is None:
        return ""
    return sentence(clause) if kind == "wording" else text_of(clause)


def _kind(was: Clause | None, now: Clause | None, equal: bool) -> Kind | None:
    if was is None or now is None:
        return "added" if was is None else "removed"
    if text_of(was) != text_of(now):
        return "changed"
    if not equal:
        return "changed"
    if was.address != now.address:
        return "moved"
    if (was.says, was.says_not, was.question, was.why, was.cite) != (now.says, now.says_not, now.question, now.why, now.cite):
        return "wording"
    return None


def _same(was: Clause | None, now: Clause | None, before: Provision, after: Provision, old: Normal, new: Normal) -> bool:
    if was is None or now is None:
        return False
    return bool(old.clause_of(before, was) == new.clause_of(after, now))


def _pairs(before: Clause | None, after: Clause | None) -> Iterator[Pair]:
    """The clauses to compare as a whole: where two have the same form, their parts instead."""
    if before is None or after is None:
        yield before, after
        return
    if not before.children or before.form != after.form or _own(before) != _own(after):
        yield before, after
        return
    if (before.says, before.says_not, before.cite) != (after.says, after.says_not, after.cite):
        yield _leaf(before), _leaf(after)
    matched, gone, come = _match(before.children, after.children)
    for was, now in matched:
        yield from _pairs(was, now)
    yield from ((was, None) for was in gone)
    yield from ((None, now) for now in come)


def _leaf(clause: Clause) -> Clause:
    """The clause without its parts: only how it reads is compared."""
    from dataclasses import replace

    return replace(clause, children=(), form="judgement", judgement=" ")


def _own(clause: Clause) -> tuple[object, ...]:
    """What a clause with parts says itself."""
    steps = tuple((s.by, s.cite, s.says, s.keep) for s in clause.steps)
    return (clause.var, " ".join(clause.text.split()), clause.or_none, clause.lifts, steps)


def _match(
    before: tuple[Clause, ...], after: tuple[Clause, ...]
) -> tuple[list[tuple[Clause, Clause]], list[Clause], list[Clause]]:
    """Pairs, those that are gone, those that are new: by address, then by text, then the first of the same citation."""
    gone, come = list(before), list(after)
    pairs: list[tuple[Clause, Clause]] = []

    def take(same: object) -> None:
        for was in list(gone):
            now = next((c for c in come if same(was, c)), None)  # type: ignore[operator]
            if now is not None:
                pairs.append((was, now))
                gone.remove(was)
                come.remove(now)

    take(lambda a, b: a.address == b.address)
    take(lambda a, b: text_of(a) == text_of(b))
    take(lambda a, b: a.cite == b.cite and a.form == b.form and bool(a.cite))
    order = {id(c): n for n, c in enumerate(after)}
    return sorted(pairs, key=lambda p: order[id(p[1])]), gone, come


def text_of(clause: Clause, top: bool = True) -> str:
    """The condition of a clause with all its parts, as one text."""
    text = _text(clause, top)
    return text if len(text) <= LONGEST or not top else text[: LONGEST - 1] + "…"


def _text(clause: Clause, top: bool) -> str:
    match clause.form:
        case "when" if clause.when is not None:
            return _spaced(clause.when.text)
        case "true_when" if clause.when is not None and clause.false_when is not None:
            return f"true when {_spaced(clause.when.text)}, false when {_spaced(clause.false_when.text)}"
        case "all_of" | "any_of" | "none_of":
            joined = _JOINS[clause.form].join(_text(c, False) for c in clause.children)
            if clause.form == "none_of":
                return f"none of ({joined})"
            return joined if top or len(clause.children) == 1 else f"({joined})"
        case "each" | "some":
            none = ", or nobody" if clause.or_none else ""
            return f"{clause.form} {_spaced(clause.text)}{none}: {_text(clause.children[0], False)}"
        case "holds" | "holds_not":
            return f"{clause.form.replace('_', ' ')} {clause.target}"
        case "judgement":
            return f"judgement {clause.judgement}"
        case "rows" if clause.rows is not None:
            return f"a row of {clause.rows.table}: {_spaced(clause.rows.text)}"
        case "not_modelled":
            where = f" where {_spaced(clause.when.text)}" if clause.when is not None else ""
            return f"not modelled{where}"
        case _:
            return clause.form


def _spaced(text: str) -> str:
    return " ".join(text.split())
