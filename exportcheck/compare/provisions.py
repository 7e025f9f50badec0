"""What of the provisions in force is not the same on two sides, provision by provision and clause by clause.

The checked form is compared: formatting, comments, and order where it says nothing are no difference. What only reads
otherwise is a change of wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from exportcheck.compare.clauses import clause_details, text_of
from exportcheck.compare.form import Form
from exportcheck.compare.isolate import old_data
from exportcheck.compare.model import Change, Detail, Kind
from exportcheck.compare.normal import Normal, named_alike
from exportcheck.compare.sides import Side, same_packs
from exportcheck.rulepack.model import Condition, Limits, Provision, Step
from exportcheck.rulepack.ruleset import Ruleset


@dataclass(frozen=True)
class Law:
    """One side's law of one day."""

    side: Side
    rules: Ruleset
    normal: Normal
    same: frozenset[str] = frozenset()
    """Packs that say the same on both sides on this day."""


def laws_of(old: Side, new: Side, old_rules: Ruleset, new_rules: Ruleset) -> tuple[Law, Law]:
    """Both laws, texts read with the old terms, lists and figures, so that a text only differs where it differs itself."""
    data = old_data(old_rules, new_rules)
    same = same_packs(old.packs, new.packs) if old_rules.day == new_rules.day else frozenset()
    if same and not same.issuperset(new.packs.packs):
        named_alike(old_rules, new_rules, same)
    return Law(old, old_rules, Normal(old_rules), same), Law(new, new_rules, Normal(new_rules, data=data), same)


def provision_changes(old: Law, new: Law) -> list[Change]:
    """The provisions that are added, removed, renumbered or changed, in the order of the new side."""
    changes = []
    removed = [p for i, p in old.rules.provisions.items() if i not in new.rules.provisions]
    added = [p for i, p in new.rules.provisions.items() if i not in old.rules.provisions]
    pairs = list(_renumbered(removed, added, old, new))
    names = {a.id: b.id for a, b in pairs}
    if names:
        old = Law(old.side, old.rules, Normal(old.rules, names), old.same)
    again = {b.id: a for a, b in pairs}
    for id_, provision in new.rules.provisions.items():
        before = again.get(id_) or old.rules.provisions.get(id_)
        if before is None:
            changes.append(_whole("added", provision, old, new))
        elif before.pack == provision.pack and provision.pack in new.same:
            continue
        elif before is not provision and (before.id != id_ or old.side.said(before) != new.side.said(provision)):
            change = _changed(before, provision, old, new)
            if change is not None:
                changes.append(change)
    changes += [_whole("removed", p, old, new) for p in removed if p.id not in names]
    return changes


def _renumbered(
    removed: Sequence[Provision], added: Sequence[Provision], old: Law, new: Law
) -> Iterator[tuple[Provision, Provision]]:
    """Pairs of a provision that is gone and one that is new and says the same."""
    left = list(added)
    for before in removed:
        for after in left:
            if (before.pack, before.kind, before.for_each) != (after.pack, after.kind, after.for_each):
                continue
            normal = Normal(old.rules, {before.id: after.id})
            if normal.provision(before)[:-1] == new.normal.provision(after)[:-1]:
                yield before, after
                left.remove(after)
                break


def _whole(kind: Kind, provision: Provision, old: Law, new: Law) -> Change:
    side = new.side if kind == "added" else old.side
    says = provision.says or provision.title
    written = text_of(provision.body) if provision.body is not None else ""
    at = side.place(provision.span)
    detail = Detail(
        part="",
        kind=kind,
        cite=provision.cite,
        says=says,
        old="" if kind == "added" else written,
        new=written if kind == "added" else "",
        old_at="" if kind == "added" else at,
        new_at=at if kind == "added" else "",
        silent=provision.kind in ("posture", "duty", "notice"),
    )
    return _change(kind, provision, (detail,), old, new)


def _change(
    kind: Kind, provision: Provision, details: tuple[Detail, ...], old: Law, new: Law, old_id: str = "", equal: bool = False
) -> Change:
    return Change(
        subject="provision",
        id=provision.id,
        pack=provision.pack,
        kind=kind,
        cite=provision.cite,
        title=provision.title,
        details=details,
        old_day=old.rules.day,
        new_day=new.rules.day,
        old_id=old_id,
        equal=equal,
        provision_kind=provision.kind,
    )


def _changed(before: Provision, after: Provision, old: Law, new: Law) -> Change | None:
    same = old.normal.provision(before) == new.normal.provision(after)
    details = [*_heads(before, after, old, new), *clause_details(before, after, old.normal, new.normal, old.side, new.side)]
    if same:  # whatever moved or was written in another way, it comes to the same
        details = [d if d.silent else replace(d, equal=True) for d in details]
        same = not any(d.silent for d in details)
    if before.id != after.id:
        details.insert(0, _detail("", "renumbered", before, after, old, new, before.id, after.id, equal=True))
        return _change("renumbered", after, tuple(details), old, new, before.id, same)
    if not details:
        if same:
            return None  # only dates differ, and both are in force
        details = [_detail("", "changed", before, after, old, new)]
    kind: Kind = "wording" if all(d.kind == "wording" for d in details) else "changed"
    return _change(kind, after, tuple(details), old, new, equal=same)


def _detail(
    part: str, kind: Kind, before: Provision, after: Provision, old: Law, new: Law,
    was: str = "", now: str = "", *, says: str = "", equal: bool = False, silent: bool = False,
) -> Detail:  # fmt: skip
    return Detail(
        part,
        kind,
        after.cite,
        says or after.title,
        was,
        now,
        old.side.place(before.span),
        new.side.place(after.span),
        equal,
        silent,
    )


def _heads(before: Provision, after: Provision, old: Law, new: Law) -> Iterator[Detail]:
    """Differences outside the clauses."""

    def detail(part: str, was: str, now: str, says: str, *, equal: bool = False, silent: bool = False) -> Detail:
        kind: Kind = "changed" if was and now else "added" if now else "removed"
        return _detail(part, kind, before, after, old, new, was, now, says=says, equal=equal, silent=silent)

    gates = [_text(before.gate), _text(after.gate)]
    forms = [_gate(old.normal, before), _gate(new.normal, after)]
    if gates[0] != gates[1] or forms[0] != forms[1]:
        yield detail("gate", gates[0], gates[1], "it applies when", equal=forms[0] == forms[1])
    for part, says, was, now in (
        ("kind", "its kind is", before.kind, after.kind),
        ("for_each", "it is said of each", before.for_each, after.for_each),
        ("effect", "its effect is", before.effect, after.effect),
        ("trust", "its text is", before.trust, after.trust),
        ("grounds", "it raises", _names(before.grounds), _names(after.grounds)),
        ("lifts", "it lifts", _names(before.lifts), _names(after.lifts)),
        ("overrides", "it overrides", _names(before.overrides), _names(after.overrides)),
        ("together_with", "it covers only together with", _names(before.together_with), _names(after.together_with)),
        ("held", "it stands for licenses held of the kinds", _names(before.held), _names(after.held)),
        ("limits", "it limits", _limits(before.limits), _limits(after.limits)),
    ):
        if was != now:
            yield detail(part, was, now, says)
    if before.not_gated != after.not_gated:
        words = ("only within the scope of the pack", "beyond the scope of the pack too")
        yield detail("not_gated", words[before.not_gated], words[after.not_gated], "it reaches")
    for first in (True, False):
        was, now = (_steps(p.steps, first) for p in (before, after))
        if was != now:
            says = "due before the transfer" if first else "due with or after the transfer"
            yield detail("steps", was, now, says, silent=not first)
    for part, says, was, now in (
        ("posture", "applications are reviewed under", before.posture, after.posture),
        ("need", "the form to apply for is", before.need, after.need),
        ("paper", "it is cited as", _names((before.cite_as, before.aes_code)), _names((after.cite_as, after.aes_code))),
    ):
        if was != now:
            yield detail(part, was, now, says, silent=part != "paper" or after.kind != "exemption")
    if before.cite != after.cite:
        yield detail("cite", before.cite, after.cite, "its citation is", silent=after.kind != "exemption")
    if (before.title, before.says) != (after.title, after.says):
        was, now = before.says or before.title, after.says or after.title
        yield _detail("title", "wording", before, after, old, new, was, now, says="reads", equal=True)


def _gate(normal: Normal, provision: Provision) -> Form:
    return (
        None if provision.gate is None else normal.expr(provision.gate.expr, {provision.var: ("self",)} if provision.var else {})
    )


def _text(condition: Condition | None) -> str:
    return "" if condition is None else " ".join(condition.text.split())


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(n for n in names if n))


def _limits(limits: Limits | None) -> str:
    if limits is None:
        return ""
    what = f"every exemption of {limits.all_of_pack}" if limits.all_of_pack else _names(limits.only)
    spares = sorted(
        f"{s.target}{'#' if s.clause else ''}{s.clause}" + (f" where {_text(s.when)}" if s.when is not None else "")
        for s in limits.spares
    )
    return what + (f", except {'; '.join(spares)}" if spares else "")


def _steps(steps: Iterable[Step], first: bool) -> str:
    words = []
    for step in steps:
        if (step.by == "before-transfer") is first:
            when = f" where {_text(step.applies_when)}" if step.applies_when is not None else ""
            done = f" (done when {_text(step.done_when)})" if step.done_when is not None else ""
            words.append(f"{step.says}{when}{done}" + (f", kept {step.keep}" if step.keep else "") + f" [{step.by}]")
    return "; ".join(sorted(words))
