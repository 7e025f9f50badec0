"""How far a run is, for somebody who watches: rows, rate and remaining time on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text


class Watched:
    """A bar on standard error, if that is a terminal. `total` is how many lines there are, None where nobody knows."""

    def __init__(self, name: str, total: int | None, *, color: bool = True) -> None:
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

        class Rate(ProgressColumn):
            def render(self, task: Task) -> Text:
                from rich.text import Text

                speed = task.finished_speed or task.speed
                return Text(f"{speed:,.0f} lines/s" if speed else "")

        lines = "{task.completed:,} lines" if total is None else "{task.total:,} lines"
        columns = (TextColumn("{task.description}", markup=False), TextColumn(lines), BarColumn(20), TaskProgressColumn())
        console = Console(stderr=True, no_color=not color)
        self._progress = Progress(*columns, Rate(), TimeRemainingColumn(), console=console)
        self._task = self._progress.add_task(name, total=total)

    def __enter__(self) -> Watched:
        if self._progress is not None:
            self._progress.start()
        return self

    def advance(self, lines: int) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task, lines)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._progress is not None:
            self._progress.stop()
