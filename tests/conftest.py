"""What all tests share: hypothesis without deadlines, and a summary of how much was tried.

A test says what it counted with `record_property(SHOWN, "12,000 comparisons ...")`; the lines stand at the end of the run,
with pytest-xdist too.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

SHOWN = "shown"

settings.register_profile("exportcheck", deadline=None)
settings.load_profile("exportcheck")


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
        for line in sorted(lines):
            terminalreporter.write_line(line)
