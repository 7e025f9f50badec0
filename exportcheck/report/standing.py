"""What waivers and a baseline set aside, in words that every format shares."""

from __future__ import annotations

from exportcheck.gate.judge import Standing
from exportcheck.gate.waivers import Waiver
from exportcheck.report.words import VERDICTS, place


def standing_words(standing: Standing) -> list[str]:
    """A sentence for each waiver about the line and one for the baseline; none for a line about which nothing is set aside."""
    partly = "" if standing.waived else " in part, which does not suffice,"
    said = [f"waived{partly} by {waiver_words(waiver)}" for waiver in standing.waivers]
    before, verdict = standing.before, standing.line.verdict
    if standing.change == "new" and verdict in ("fail", "needs-review"):
        said.append("not in the baseline")
    elif standing.change == "changed" and before is not None:
        same = before.verdict == verdict
        said.append(f"changed: {before.verdict} in the baseline" + (" too, but decided by something else" if same else ""))
    elif standing.change == "unchanged" and verdict in ("fail", "needs-review"):
        said.append("as in the baseline")
    return said


def waiver_words(waiver: Waiver) -> str:
    """`J. Doe until 2026-12-31: the reason (waivers.yaml:3)`."""
    where = place(waiver.span)
    return f"{waiver.owner} until {waiver.expires.isoformat()}: {waiver.reason}" + (f" ({where})" if where else "")


def verdict_words(standing: Standing) -> str:
    """`FAIL`, or `FAIL (waived)`, `FAIL (as in the baseline)` where it does not go into the exit code."""
    word = VERDICTS[standing.line.verdict][0]
    if standing.waived:
        return f"{word} (waived)"
    return f"{word} (as in the baseline)" if standing.aside else word
