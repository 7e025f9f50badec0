"""Conditions: the closed subset of FEEL that rules are written in, checked against declared facts and evaluated in three values.

`evaluate` is the whole of it for one expression, for tools and tests; packs go through `check` and `evaluate.Compiler`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

# Loaded here, before the name is given to the function: the first import of a module would put it in the function's place.
import exportcheck.condition.evaluate  # noqa: F401
from exportcheck.vocabulary.model import FactType

__all__ = ["evaluate"]


def evaluate(
    text: str,
    values: Mapping[str, object],
    *,
    types: Mapping[str, str | FactType] | None = None,
    lists: Mapping[str, Iterable[object]] | None = None,
    parameters: Mapping[str, Decimal | int] | None = None,
) -> object:
    """Parse, check and evaluate one expression.

    `values` gives every name that the expression may use:

    - a bool, an int or Decimal, a str, a date, `Money` or `Classification`; a list, tuple or set of one of them;
    - what is known of it: `UNKNOWN`, `ABSENT`, `UNDETERMINABLE`, an `Interval`, a `PartialSet`;
    - a dict for a thing (its facts by dotted name), and under `parties`, `items`, `components`, ... a list of dicts, with
      `parties_complete` and so on where these are said to be all.

    `types` says what cannot be seen from a value, with the words of a vocabulary (`place`, `number km`, `list of place`,
    `classification eccn`, `money`, `one of a, b`), `or none` behind it where it may be absent; of a fact of a thing by kind
    (`party.country`), and of a variable the kind (`x: party`; without it i is an item, c a component, p a party, g a leg).
    Texts are read as the type that they are given: dates, places, amounts and classifications as a transaction writes them.

    `lists` and `parameters` are what `list("id")` and `param("id")` name. What only the engine decides (other provisions,
    grounds, definitions, tables) cannot be asked here.

    Returns True, False or None for a condition, a Decimal or `Interval` (or ABSENT) for a number, a `PartialSet` for a set, and
    else the value, UNKNOWN or ABSENT. Raises `ConditionError` for a mistake in the expression, or in a value of a name.

    >>> evaluate("a and b", {"a": True, "b": UNKNOWN}, types={"b": "boolean"}) is None
    True
    >>> evaluate("a and b", {"a": False, "b": UNKNOWN}, types={"b": "boolean"})
    False
    >>> evaluate("price * 2 <= 25", {"price": Interval(Decimal(10), Decimal(12))})
    True
    >>> evaluate('under(i.eccn, ["9A610.x"])', {"i": {"eccn": "9A610"}}, types={"item.eccn": "classification eccn"}) is None
    True
    >>> evaluate("every p in parties satisfies p.eligible", {"parties": [{"eligible": True}], "parties_complete": True})
    True
    """
    from exportcheck.condition.expression import evaluate_text

    return evaluate_text(text, values, types or {}, lists or {}, parameters or {})
