"""Waivers: who answers for letting a run go on although a line does not pass, why, and until when.

schema: exportcheck/waivers/1
waivers:
  - transaction: TX-9          # or `provision`, or both
    line: 1                    # of that transaction; without it, all its lines
    provision: itar/126.7(a)   # without it, whatever decides
    reason: DSP-5 050123456 is being amended, nothing ships before
    owner: J. Doe
    expires: 2026-12-31        # the last day on which it counts
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.gate.finding import Finding
from exportcheck.source import Node, read_documents

SCHEMA: Final = "exportcheck/waivers/1"
_TOP: Final = ("schema", "waivers")
_KEYS: Final = ("transaction", "line", "provision", "reason", "owner", "expires")
_NEEDED: Final = ("reason", "owner", "expires")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver; an empty `transaction`, `line` or `provision` is any. It counts up to and including the day `expires`."""

    transaction: str
    line: str
    provision: str
    reason: str
    owner: str
    expires: date
    span: Span

    def fits(self, transaction: str, line: str) -> bool:
        """Is it about this line?"""
        return self.transaction in ("", transaction) and self.line in ("", line)

    def about(self) -> str:
        """What it is for, in words: `TX-9, line 1, itar/126.7(a)`."""
        line = f"line {self.line}" if self.line else ""
        return ", ".join(filter(None, (self.transaction, line, self.provision)))


def read_waivers(path: Path, provisions: Collection[str] | None = None) -> tuple[Waiver, ...]:
    """The waivers of a YAML or JSON file. `provisions` are the ids that there are (None: not looked at).

    Raises `InputError` with every problem: unknown keys, missing or empty values, something that is no date, duplicates.
    """
    documents = read_documents(path)
    if len(documents) > 1:
        raise InputError(Problem(documents[1].span, "a file of waivers is one document", "delete the line `---`"))
    return _Reader(documents[0], provisions).read()


def covers(waivers: Collection[Waiver], finding: Finding) -> bool:
    """Do the waivers, all of them about its line, leave nothing of the finding?"""
    named = {w.provision for w in waivers}
    return bool(named) and ("" in named or all(p in named for p in finding.provisions))


class _Reader:
    def __init__(self, node: Node, provisions: Collection[str] | None) -> None:
        self.node = node
        self.provisions = provisions
        self.problems: list[Problem] = []

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(node.span, message, hint))

    def read(self) -> tuple[Waiver, ...]:
        if self.node.kind != "map":
            raise InputError(Problem(self.node.span, "a file of waivers is a map", "it begins with `waivers:`"))
        for key, _ in self.node.entries:
            if key.text not in _TOP:
                hint = did_you_mean(key.text, _TOP) or "the keys are " + ", ".join(_TOP)
                self.wrong(key, f'unknown key "{key.text[:60]}"', hint)
        schema, listed = self.node.get("schema"), self.node.get("waivers")
        if schema is not None and (schema.kind != "scalar" or schema.text != SCHEMA):
            self.wrong(schema, "this is not a schema of waivers that this version reads", f"write `schema: {SCHEMA}`")
        if listed is None:
            self.wrong(self.node, "`waivers:` is missing", "waivers: [] if there are none")
        elif listed.kind != "list":
            self.wrong(listed, "`waivers` must be a list", "waivers: [] if there are none")
        found = [self.waiver(item) for item in listed.items] if listed is not None else []
        seen: dict[tuple[str, str, str], Waiver] = {}
        for waiver in filter(None, found):
            first = seen.setdefault((waiver.transaction, waiver.line, waiver.provision), waiver)
            if first is not waiver:
                hint = f"the first is in line {first.span.line}; delete one"
                self.problems.append(Problem(waiver.span, f"there are two waivers for {waiver.about()}", hint))
        if self.problems:
            raise InputError(self.problems)
        return tuple(w for w in found if w is not None)

    def waiver(self, node: Node) -> Waiver | None:
        if node.kind != "map":
            self.wrong(node, "a waiver is a map", "{transaction: ..., reason: ..., owner: ..., expires: 2026-12-31}")
            return None
        before = len(self.problems)
        given: dict[str, str] = {}
        for key, value in node.entries:
            if key.text not in _KEYS:
                hint = did_you_mean(key.text, _KEYS) or "the keys are " + ", ".join(_KEYS)
                self.wrong(key, f'a waiver has no key "{key.text[:60]}"', hint)
            elif value.kind != "scalar":
                self.wrong(value, f"`{key.text}` must be a single value")
            elif value.null or not value.text.strip():
                self.wrong(value if value.span.line else key, f"`{key.text}` has no value", self.empty_hint(key.text))
            else:
                given[key.text] = value.text.strip()
        stated = {key.text for key, _ in node.entries}
        for name in _NEEDED:
            if name not in stated:
                self.wrong(node, f"`{name}` is missing", "say why (reason), who answers for it (owner), until when (expires)")
        if not stated & {"transaction", "provision"}:
            self.wrong(node, "this waives everything", "name the transaction, the provision or both")
        if "line" in stated and "transaction" not in stated:
            self.wrong(node, "`line` without `transaction` says nothing", "add the id of the transaction")
        expires = self.day(node.get("expires"), given.get("expires"))
        self.known(node.get("provision"), given.get("provision"))
        if len(self.problems) > before or expires is None:
            return None
        texts = {key: given.get(key, "") for key in _KEYS if key != "expires"}
        return Waiver(**texts, expires=expires, span=node.span)

    def empty_hint(self, key: str) -> str:
        return "a waiver has to say this" if key in _NEEDED else "leave the key out, which is any"

    def day(self, node: Node | None, text: str | None) -> date | None:
        if node is None or text is None:
            return None
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                return date.fromisoformat(text)
            raise ValueError("write it like 2026-12-31")
        except ValueError as error:
            self.wrong(node, f'"{text[:40]}" is no date', str(error))
            return None

    def known(self, node: Node | None, text: str | None) -> None:
        if node is None or text is None or self.provisions is None or text in self.provisions:
            return
        hint = did_you_mean(text, self.provisions) or "exportcheck rules list shows them all"
        if text.partition("#")[0] in self.provisions:
            hint = f"a whole provision is waived, not a paragraph: {text.partition('#')[0]}"
        self.wrong(node, f'no pack has a provision "{text[:80]}"', hint)
