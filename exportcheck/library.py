"""What programs call: rules once loaded, then transactions and tables checked by them. Documented in docs/library.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exportcheck.engine.check import Engine
from exportcheck.engine.result import Result
from exportcheck.errors import InputError, Problem, Span
from exportcheck.rulepack.model import Packs
from exportcheck.transaction.model import Transaction

if TYPE_CHECKING:
    import pyarrow as pa

    from exportcheck.engine.unlisted import Listed
    from exportcheck.intake.model import Taken

Description = Path | Mapping[str, Any] | Transaction
"""One transaction: a file that holds one, the same as a map (schema exportcheck/transaction/1), or as `read` gives it."""


@dataclass(frozen=True)
class Rules:
    """Rule packs, loaded and checked. Keep it: what is made of the law of a day is made once and kept in it."""

    packs: Packs
    engine: Engine = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "engine", Engine(self.packs))

    @cached_property
    def listed(self) -> Mapping[str, Listed]:
        from exportcheck.engine.unlisted import listed_paths

        return listed_paths(self.packs)


def load_rules(rules: Path | None = None, *, layers: Sequence[Path] = (), cache: bool = True) -> Rules:
    """The rules that come with exportcheck, or those of a folder, amended by layers.

    With `cache`, a checked form that was kept from the same bytes is used. Raises `InputError` with every mistake of every file.
    """
    from exportcheck.rulepack.load import load_packs

    return Rules(load_packs(rules, layers, cache))


def read(rules: Rules, *paths: Path) -> list[Transaction]:
    """The transactions of YAML, JSON or JSON Lines files, or of folders of them. Raises `InputError` with every mistake."""
    from exportcheck.transaction.read import read_transactions

    return read_transactions(paths, rules.packs.vocabulary)


def check(
    rules: Rules,
    description: Description,
    *,
    as_of: date | None = None,
    packs: Sequence[str] | None = None,
    explain: bool = True,
) -> Result:
    """The answer on one transaction, as `exportcheck check` gives it.

    `as_of` is the day whose law applies (None: that of the transfer), `packs` those that decide (None: all that bind). Without
    `explain` there are verdicts, authorities and steps, and no questions or reasons; that takes less time. Raises `InputError`
    where the description has mistakes, names a classification that no list has, or a pack is not known.
    """
    from exportcheck.engine.unlisted import unlisted

    transaction = _transaction(rules, description)
    wrong = list(unlisted(transaction, rules.listed, rules.engine.date_of(transaction, as_of)))
    if wrong:
        raise InputError(wrong)
    return rules.engine.check(transaction, as_of, packs, explain)


def check_table(
    rules: Rules,
    lines: Path | Iterable[Transaction],
    *,
    mapping: Path | str | None = None,
    as_of: date | None = None,
    packs: Sequence[str] | None = None,
) -> pa.Table:
    """The verdicts of a file of order lines, or of transactions, as an Arrow table: the columns that `exportcheck batch` writes.

    There is a row for each line, in order; a row of the file that cannot be read has the verdict `error` and says why. `mapping`
    is a mapping file or the name of a shipped one. Everything is held in memory; for files that are too large for that there is
    `exportcheck batch`. Needs the extra `batch`. Raises `InputError` where the file or the mapping is unfit as a whole.
    """
    import pyarrow as pa

    from exportcheck.batch.formats import Parquet
    from exportcheck.batch.plan import SLICE, Plan
    from exportcheck.batch.slices import Decider, sliced

    source = lines if isinstance(lines, Path) else Path("lines")
    names = tuple(packs) if packs is not None else None
    plan = Plan(source, Path("table.parquet"), as_of=as_of, names=names, mapping=None if mapping is None else str(mapping))
    taken = iter(plan.open(rules.packs)) if isinstance(lines, Path) else _taken(lines)
    decider = Decider(rules.packs, plan)
    made = Parquet(decider.packs)
    return pa.concat_tables([made.schema.empty_table(), *(made.table(decider(some).rows) for some in sliced(taken, SLICE))])


def _taken(transactions: Iterable[Transaction]) -> Iterator[Taken]:
    """Transactions as if they were taken from a file: each is a row."""
    from exportcheck.intake.model import Taken

    for number, transaction in enumerate(transactions, start=1):
        yield Taken((number,), transaction.id, transaction, ())


def _transaction(rules: Rules, description: Description) -> Transaction:
    if isinstance(description, Transaction):
        return description
    if isinstance(description, Path):
        found = read(rules, description)
        if len(found) != 1:
            problem = Problem(Span(str(description)), f"holds {len(found)} transactions, not one", "use read, and check each")
            raise InputError(problem)
        return found[0]
    from exportcheck.source.json_text import compose_json
    from exportcheck.transaction.read import transaction_from_node

    return transaction_from_node(compose_json(json.dumps(description, default=str), "<description>"), rules.packs.vocabulary)
