"""Lines of a fixed width with hanging indents, from text that is never read as markup.

A `Page` collects lines; nothing on it is wider than its width. Text goes in as it is and comes out with every character that
could steer a terminal made visible.
"""

from __future__ import annotations

import re
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from exportcheck.report.characters import GLUE, PLAIN, visible
from exportcheck.report.terminal import Terminal
from exportcheck.values import Truth

Part = str | tuple[str, str]
"""A piece of text, or a piece of text with its style."""

TOGETHER = re.compile(r"(?<=\d) (?=CFR \d)|(?<=CFR) (?=\d)|(?<=\b[A-Z]{3}) (?=\d[\d,.]*\b)|(?<=\d) (?=%)")
"""Blanks at which a citation or an amount is not broken."""

COMMAND = re.compile(r"\s*(::|##)")
"""How a line begins that GitHub Actions and Azure Pipelines take for a command; `::error` is shown as `:.error`."""

LEAST_BODY = 24
"""Cells that a wrapped text keeps at least, however deep its indent."""

MARKS: dict[Truth, tuple[str, str, str]] = {
    True: ("✓", "holds", "green"),
    False: ("✗", "fails", "red"),
    None: ("?", "unknown", "yellow"),
}


class Page:
    """Collects the lines of a report for one terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.width = terminal.width
        self.unicode = terminal.unicode
        self._console = Console(
            file=StringIO(),
            width=self.width,
            force_terminal=terminal.color,
            color_system="standard" if terminal.color else None,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )
        self.lines: list[Text] = []

    def clean(self, text: str) -> str:
        """The text as this terminal can show it."""
        shown = visible(text)
        if not self.unicode:
            shown = shown.translate(PLAIN)
        encoding = self.terminal.encoding
        if encoding.lower().replace("-", "") == "utf8":
            return shown
        return GLUE.join(part.encode(encoding, "backslashreplace").decode(encoding) for part in shown.split(GLUE))

    def mark(self, truth: Truth) -> tuple[str, str]:
        """The sign for holds, fails or unknown with its style; words where the terminal has no signs."""
        sign, word, style = MARKS[truth]
        return (sign if self.unicode else word, style)

    @property
    def mark_span(self) -> int:
        """Cells that a mark and the space after it take."""
        return 2 if self.unicode else 8

    def body(self, *parts: Part) -> Text:
        """The parts as one text."""
        text = Text()
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            text.append(self.clean(TOGETHER.sub(GLUE, words)), style or None)
        return text

    def put(self, *parts: Part, indent: int = 0, lead: Part = "", span: int = 0, hanging: int = 0, right: str = "") -> None:
        """Add a paragraph.

        `lead` stands before it in a column of `span` cells, under which the wrapped lines hang; a lead too long for the column
        has lines of its own. `hanging` indents the lines after the first. `right` is set flush right where it fits beside the
        last line, else on a line of its own.
        """
        indent = min(indent, self.width - LEAST_BODY)
        hang = min(indent + (span or hanging), self.width - LEAST_BODY)
        head = self.body(lead)
        rows = self._wrap(self.body(*parts), self.width - hang)
        if head.cell_len >= hang - indent and rows:
            for row in self._wrap(head, self.width - indent):
                self._line(indent, row)
            head = Text()
        first = True
        for row in rows or [Text()]:
            if first and hanging:
                self._line(indent, row)
            elif first and head.cell_len:
                self._line(indent, Text.assemble(head, " " * (hang - indent - head.cell_len), row))
            else:
                self._line(hang, row)
            first = False
        if right:
            self._flush_right(right, hang)

    def label(self, line: int, label: str, *, indent: int, span: int, style: str = "bold") -> None:
        """Write a label into the empty column before a line that is already on the page; a longer one gets a line above."""
        indent = min(indent, self.width - LEAST_BODY)
        shown = self.body((label, style))
        row = self.lines[line]
        column = row.plain[: indent + span]
        if shown.cell_len < span and not column.strip():
            padding = " " * (min(len(column), indent + span) - indent - shown.cell_len)
            self.lines[line] = Text.assemble(" " * indent, shown, padding, row[len(column) :])
            return
        above = [Text.assemble(" " * indent, part) for part in self._wrap(shown, self.width - indent)]
        self.lines[line:line] = above

    def blank(self) -> None:
        """Add an empty line, unless there is one or the page is new."""
        if self.lines and self.lines[-1].cell_len:
            self.lines.append(Text())

    def render(self) -> str:
        """Everything on the page, ending with a newline, styles written for the terminal."""
        with self._console.capture() as capture:
            for line in self.lines:
                self._console.print(line, soft_wrap=True)
        return capture.get()

    def _line(self, indent: int, row: Text) -> None:
        row = Text.assemble(" " * indent, row)
        row.rstrip()
        command = COMMAND.match(row.plain)
        if command:
            row.plain = row.plain[: command.end() - 1] + "." + row.plain[command.end() :]
        self.lines.append(row)

    def _wrap(self, text: Text, width: int) -> list[Text]:
        if not text.cell_len:
            return []
        rows = list(text.wrap(self._console, width))
        for row in rows:
            row.rstrip()
            row.plain = row.plain.replace(GLUE, " ")
        return rows

    def _flush_right(self, right: str, hang: int) -> None:
        shown = self.clean(right).replace(GLUE, " ")
        gap = self.width - self.lines[-1].cell_len - cell_len(shown)
        if gap >= 2:
            self.lines[-1] = Text.assemble(self.lines[-1], " " * gap, (shown, "dim"))
        else:
            self.put((right, "dim"), indent=hang)
