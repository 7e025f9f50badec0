"""What of a transaction a change turns on: the facts and judgements that the changed texts read, and those of what they reach."""

from __future__ import annotations

from collections.abc import Sequence

from exportcheck.compare.constants import Constants, Site
from exportcheck.compare.model import Change
from exportcheck.compare.pairs import Pairing
from exportcheck.rulepack.model import Provision


def gathered(
    change: Change, pairing: Pairing, bearing: Sequence[Provision], only: Sequence[str] = (), readers: Sequence[str] = ()
) -> tuple[dict[Site, dict[object, None]], list[str]]:
    """The facts and judgements that the changed texts read, with the values compared; then those of what the change reaches.

    With `only`, of the clauses at these addresses, where there are any.
    """
    sites: dict[Site, dict[object, None]] = {}
    judgements: dict[str, None] = {}
    for engine, day in ((pairing.new, pairing.new_day), (pairing.old, pairing.old_day)):
        rules = engine.rules(day)
        constants = Constants(rules)
        if change.subject == "provision":
            _provision(change, constants, only)
        elif change.subject == "definition" and change.id in engine.packs.definitions:
            constants.definition(engine.packs.definitions[change.id])
        for name in readers[:12] if change.subject != "provision" else ():
            if name in engine.packs.definitions:
                constants.definition(engine.packs.definitions[name])
            elif name in rules.provisions:
                constants.provision(rules.provisions[name], 2)
        for provision in bearing[:6]:
            if provision.id in rules.provisions:
                constants.provision(rules.provisions[provision.id], 1)
        for site, values in constants.sites.items():
            sites.setdefault(site, {}).update(values)
        judgements.update(constants.judgements)
    return sites, list(judgements)


def _provision(change: Change, constants: Constants, only: Sequence[str]) -> None:
    """The changed clauses first, then, unless only these are wanted, the rest of the provision."""
    rules = constants.rules
    provision = rules.provisions.get(change.id) or rules.provisions.get(change.old_id)
    if provision is None:
        return
    details = [d for d in change.details if not only or d.part in only]
    parts = {p for d in details for p in (d.part, d.old_part) if p}
    found = [c for c in provision.clauses() if c.address in parts]
    for clause in found:
        constants.clause(clause)
    if not only or not found:
        constants.provision(provision)
