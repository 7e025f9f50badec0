"""exportcheck beside zen-engine and cedarpy: 22 CFR 126.7(a) on the same facts, in the same run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from bench.described import asked_by, descriptions, paths_below, plain, read
from bench.measure import Row, Times, timed
from bench.peer_cedar import CedarPeer
from bench.peer_zen import ZenPeer
from exportcheck.engine.check import Engine
from exportcheck.rulepack.load import load_packs
from exportcheck.transaction.model import Transaction
from exportcheck.values import Truth

PROVISION = "itar/126.7(a)"
DAY = date(2026, 3, 2)
SEED = 1267
TIMED = 300


def rows(count: int) -> tuple[list[Row], list[str]]:
    """The comparison, and what was agreed on. Raises `RuntimeError` where the answers differ."""
    engine = Engine(load_packs())
    rules = engine.rules(DAY)
    asked = asked_by(rules, PROVISION)
    below = paths_below(rules)
    zen, cedar = ZenPeer(rules), CedarPeer(rules)
    lines: list[str] = []
    prepared: list[tuple[Transaction, Any, Any]] = []
    for withheld in (0.0, 0.02, 0.1):
        transactions = read(engine, descriptions(count, asked, SEED, withheld))
        answers: dict[Truth, int] = {True: 0, False: 0, None: 0}
        for transaction in transactions:
            data = plain(engine.evaluate(transaction, DAY), below)
            requests = zen.prepare(data), cedar.prepare(data)
            own = outcome(engine, transaction)
            said = own, zen.decide(requests[0]), cedar.decide(requests[1])
            if len(set(said)) > 1:
                raise RuntimeError(f"{transaction.id} ({withheld:.0%} withheld): exportcheck, zen, cedar say {said}")
            answers[own] += 1
            if len(prepared) < TIMED:
                prepared.append((transaction, *requests))
        lines.append(
            f"{count} transactions with {withheld:.0%} of the facts withheld: all three agree on every one "
            f"({answers[True]} hold, {answers[False]} fail, {answers[None]} unknown)"
        )
    return _timed(engine, zen, cedar, prepared), lines


def outcome(engine: Engine, transaction: Transaction) -> Truth:
    """126.7(a) with its tree, before limits."""
    evaluation = engine.evaluate(transaction, DAY)
    return evaluation.decide(evaluation.rules.provisions[PROVISION], transaction.items[0]).truth


def _timed(engine: Engine, zen: ZenPeer, cedar: CedarPeer, prepared: list[tuple[Transaction, Any, Any]]) -> list[Row]:
    chosen = engine.chosen(None)

    def full(transaction: Transaction) -> None:
        evaluation = engine.evaluate(transaction, DAY)
        engine.decide(evaluation, transaction.items[0], chosen, DAY)

    def over(run: Callable[[tuple[Transaction, Any, Any]], object]) -> Times:
        return timed(lambda: [run(p) for p in prepared], times=7).over(len(prepared))

    own = over(lambda p: outcome(engine, p[0]))
    others = [
        ("zen-engine, with trace", over(lambda p: zen.decide(p[1]))),
        ("zen-engine, without trace", over(lambda p: zen.decide(p[1], trace=False))),
        ("cedarpy", over(lambda p: cedar.decide(p[2]))),
        ("exportcheck, all of ITAR and EAR", over(lambda p: full(p[0]))),
    ]
    found = [Row("126.7(a): exportcheck, with tree", own, None, 1.0, "itself", f"of {len(prepared)} transactions, per decision")]
    for name, times in others:
        how = "verdict, with all outcomes" if name.startswith("exportcheck") else "decides only"
        found.append(Row(f"126.7(a): {name}", times, None, times.median / own.median, "exportcheck on 126.7(a)", how))
    return found
