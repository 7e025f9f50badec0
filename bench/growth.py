"""How loading and checking grow with the number of provisions, on generated packs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.checks import LOADING, Subject, first, warm
from bench.described import read
from bench.generate import described, write_packs
from bench.measure import Times, timed
from exportcheck.engine.check import Engine
from exportcheck.engine.conclude.durable import durable_available
from exportcheck.rulepack.load import load_packs

SIZES = (50, 300, 1000)


@dataclass(frozen=True, slots=True)
class Size:
    """Milliseconds for packs of this many provisions, of one line."""

    provisions: int
    clauses: int
    loading: Times
    loading_cached: Times
    warm: Times
    first_durable: Times | None
    first_chainer: Times


def sizes() -> list[Size]:
    return [_measured(n) for n in SIZES]


def _measured(provisions: int) -> Size:
    with tempfile.TemporaryDirectory() as folder:
        rules, cache = Path(folder) / "rules", Path(folder) / "cache"
        write_packs(rules, provisions)
        loading = Times.of([provisions * float(_loading(rules)) for _ in range(3)])
        before = os.environ.get("EXPORTCHECK_CACHE")
        os.environ["EXPORTCHECK_CACHE"] = str(cache)
        try:
            packs = load_packs(rules)
            cached = timed(lambda: load_packs(rules), times=5)
        finally:
            if before is None:
                del os.environ["EXPORTCHECK_CACHE"]
            else:
                os.environ["EXPORTCHECK_CACHE"] = before
        engine = Engine(packs)
        subject = Subject(engine, tuple(read(engine, [described()])))
        return Size(
            provisions=len(packs.provisions),
            clauses=sum(1 for p in packs.provisions for _ in p.clauses()),
            loading=loading,
            loading_cached=cached,
            warm=warm(subject),
            first_durable=first(subject, "durable", times=3) if durable_available() else None,
            first_chainer=first(subject, "chainer", times=3),
        )


def _loading(rules: Path) -> str:
    """Milliseconds a provision."""
    return subprocess.run([sys.executable, "-c", LOADING, str(rules)], capture_output=True, text=True, check=True).stdout
