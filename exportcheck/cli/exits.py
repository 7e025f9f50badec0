"""Exit codes, by which a script learns the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exportcheck.engine.result import Verdict

PASS, FAIL, ERROR, REVIEW = 0, 1, 2, 3
STOPPED = 130
"""Stopped from the keyboard, as shells report it."""

_CODES: dict[Verdict, int] = {"pass": PASS, "not-subject": PASS, "fail": FAIL, "needs-review": REVIEW}
_ORDER = (ERROR, FAIL, REVIEW, PASS)


class FailOn(StrEnum):
    """From which verdict on the exit code is not 0."""

    NEEDS_REVIEW = "needs-review"
    FAIL = "fail"
    NEVER = "never"


def exit_code(verdicts: Iterable[Verdict], fail_on: FailOn = FailOn.NEEDS_REVIEW) -> int:
    """The code of the worst verdict: 1 fail, 3 needs-review, 0 pass."""
    code = min((_CODES[verdict] for verdict in verdicts), key=_ORDER.index, default=PASS)
    if fail_on is FailOn.NEVER or (fail_on is FailOn.FAIL and code == REVIEW):
        return PASS
    return code
