"""What all tests share: hypothesis without deadlines, and a summary of how much was tried.

A test says what it counted with `record_property(SHOWN, "12,000 comparisons ...")`; the lines stand at the end of the run,
with pytest-xdist too. Lines of one file that differ only in their figures are added up.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import settings

SHOWN = "shown"

settings.register_profile("exportcheck", deadline=None)
settings.load_profile("exportcheck")


_FIGURE = re.compile(r"(?<![\w.])\d[\d,]*(?![\w.])")


def added_up(lines: list[str]) -> list[str]:
    """Lines that say the same of different numbers as one line, with the sums."""
    sums: dict[str, list[int]] = {}
    for line in lines:
        figures = [int(f.replace(",", "")) for f in _FIGURE.findall(line)]
        frame = _FIGURE.sub("\0", line)
        sums[frame] = [a + b for a, b in zip(sums.get(frame, [0] * len(figures)), figures, strict=True)]
    found = []
    for frame, figures in sums.items():
        left = iter(figures)
        found.append(re.sub("\0", lambda _: f"{next(left):,}", frame))  # noqa: B023
    return sorted(found)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        f"{report.nodeid.partition('::')[0]}: {text}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, text in report.user_properties
        if name == SHOWN
    ]
    if lines:
        terminalreporter.section("tried")
        for line in added_up(lines):
            terminalreporter.write_line(line)
