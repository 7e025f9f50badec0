"""A baseline: what an earlier run answered, reduced to ids, lines, verdicts and what decided, so that only changes stop a run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from exportcheck.engine.result import Conflict, GroundOutcome, LineVerdict, PackVerdict, Question, Result, Verdict
from exportcheck.errors import InputError, Problem, Span
from exportcheck.gate.finding import decided_by
from exportcheck.source import Node, read_documents
from exportcheck.values import Truth

if TYPE_CHECKING:
    from pydantic import ValidationError

    from exportcheck.gate.baseline_model import AnswerPart, LinePart

SCHEMA: Final = "exportcheck/baseline/1"
RECEIPT: Final = "exportcheck/receipt/1"
LARGE: Final = 4 * 1024 * 1024
"""Bytes up to which mistakes in a file are shown with line and column."""
HINT: Final = "exportcheck check --write-baseline FILE writes one; a receipt (--format json) is read too"


@dataclass(frozen=True, slots=True)
class Before:
    """What was answered on a line: `decided` are the addresses, grounds and provisions that it turned on."""

    transaction: str
    file: str
    line: str
    verdict: Verdict
    decided: tuple[str, ...]

    def same(self, line: LineVerdict) -> bool:
        """Is the answer on the line the same still? The facts are not compared, only what the answer turns on."""
        return self.verdict == line.verdict and self.decided == decided_by(line)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The lines of an earlier run. A transaction is found by its id; by its file too where several files use the id."""

    lines: tuple[Before, ...]

    def pair(self, results: Sequence[Result]) -> tuple[dict[tuple[int, int], Before], tuple[Before, ...]]:
        """The earlier answer by the positions of result and line, and the earlier lines that are there no more."""
        by_id: dict[str, dict[str, list[Before]]] = {}
        for known in self.lines:
            by_id.setdefault(known.transaction, {}).setdefault(known.file, []).append(known)
        ids = [result.transaction for result in results]
        found: dict[tuple[int, int], Before] = {}
        used: set[Before] = set()
        for number, result in enumerate(results):
            files = by_id.get(result.transaction, {})
            once = len(files) == 1 and ids.count(result.transaction) == 1
            before = next(iter(files.values())) if once else files.get(result.file, [])
            for place, line in enumerate(result.lines):
                for earlier in before:
                    if earlier.line == line.line and earlier not in used:
                        found[number, place] = earlier
                        used.add(earlier)
                        break
        return found, tuple(line for line in self.lines if line not in used)


def reduce(results: Iterable[Result]) -> Baseline:
    """The baseline of some answers."""
    return Baseline(
        tuple(
            Before(result.transaction, result.file, line.line, line.verdict, decided_by(line))
            for result in results
            for line in result.lines
        )
    )


def render_baseline(baseline: Baseline) -> str:
    """As a file: JSON, sorted by transaction, file and line, so that differences between two read well."""
    lines = sorted(baseline.lines, key=lambda line: (line.transaction, line.file))
    shown: list[dict[str, object]] = []
    for line in lines:
        if not shown or (shown[-1]["id"], shown[-1]["file"]) != (line.transaction, line.file):
            shown.append({"id": line.transaction, "file": line.file, "lines": []})
        held = cast("list[object]", shown[-1]["lines"])
        held.append({"line": line.line, "verdict": line.verdict, "decided": list(line.decided)})
    return json.dumps({"schema": SCHEMA, "answers": shown}, ensure_ascii=False, indent=1) + "\n"


def begins_as_baseline(path: Path) -> bool:
    """Does the file begin as `render_baseline` writes it?"""
    try:
        with path.open("rb") as file:
            return b"".join(file.read(200).split()).startswith(f'{{"schema":"{SCHEMA}"'.encode())
    except OSError:
        return False


def read_baseline(path: Path) -> Baseline:
    """A baseline, or a receipt reduced to one. Raises `InputError` with the place for anything else."""
    data, node = _load(path)
    name = data.get("schema") if isinstance(data, dict) else None
    if name not in (SCHEMA, RECEIPT):
        said = f'its schema is "{str(name)[:60]}"' if name is not None else "it names no schema"
        raise InputError(Problem(_span(node, ("schema",), path), f"this is no baseline: {said}", HINT))
    from pydantic import ValidationError

    from exportcheck.gate.baseline_model import BaselineFile, ReceiptPart

    try:
        if name == SCHEMA:
            file = BaselineFile.model_validate(data)
            lines = [
                Before(a.id, a.file, line.line, line.verdict, tuple(sorted(line.decided)))
                for a in file.answers
                for line in a.lines
            ]
        else:
            receipt = ReceiptPart.model_validate(data)
            lines = [_from_receipt(answer, line) for answer in receipt.answers for line in answer.lines]
    except ValidationError as error:
        raise InputError(_problems(error, node, path)) from None
    _refuse_twice(lines, str(path))
    return Baseline(tuple(lines))


def _load(path: Path) -> tuple[object, Node | None]:
    """What the file holds, with places unless it is a large one (a receipt has some 100 kB a line)."""
    try:
        large = path.is_file() and path.stat().st_size > LARGE
    except OSError:
        large = False
    if not large:
        documents = read_documents(path)
        if len(documents) > 1:
            raise InputError(Problem(documents[1].span, "this is no baseline: it holds several documents", HINT))
        return _plain(documents[0]), documents[0]
    try:
        return json.loads(path.read_bytes()), None
    except json.JSONDecodeError as error:
        raise InputError(Problem(Span(str(path), error.lineno, error.colno), f"this is no JSON: {error.msg}", HINT)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(Problem(Span(str(path)), f"this is no baseline: {str(error)[:200]}", HINT)) from None


def _from_receipt(answer: AnswerPart, line: LinePart) -> Before:
    truths: Mapping[str, Truth] = {"holds": True, "fails": False, "unknown": None}
    packs = tuple(
        PackVerdict(
            pack.pack,
            title="",
            force=pack.force,
            verdict=pack.verdict,
            summary="",
            fail=pack.fail,
            deciding=pack.deciding,
            grounds=tuple(GroundOutcome(g.ground, "", truths[g.outcome], "", (), tuple(g.lifted_by)) for g in pack.grounds),
            reviews=tuple(pack.reviews),
        )
        for pack in line.packs
    )
    questions = tuple(Question(q.kind, "", "", "", "", tuple(q.asked_by)) for q in line.questions)
    conflicts = tuple(Conflict(c.provision, "", "") for c in line.conflicts)
    verdict = LineVerdict(line.line, "", "", line.verdict, packs, questions=questions, conflicts=conflicts)
    return Before(answer.id, answer.file, line.line, line.verdict, decided_by(verdict))


def _refuse_twice(lines: Sequence[Before], name: str) -> None:
    seen: set[tuple[str, str, str]] = set()
    for line in lines:
        key = (line.transaction, line.file, line.line)
        if key in seen:
            message = f'line {line.line} of "{line.transaction}" in "{line.file}" stands twice'
            raise InputError(Problem(Span(name), message, "write the baseline anew"))
        seen.add(key)


def _plain(node: Node) -> object:
    """What the file holds as plain values; what is not quoted is null, true, false, a whole number or a text."""
    if node.kind == "map":
        return {key.text: _plain(value) for key, value in node.entries}
    if node.kind == "list":
        return [_plain(item) for item in node.items]
    if node.style == "quoted":
        return node.text
    words: Mapping[str, object] = {"true": True, "false": False}
    if node.null:
        return None
    if node.text.lstrip("-").isdecimal():
        return int(node.text)
    return words.get(node.text, node.text)


def _span(node: Node | None, keys: Sequence[int | str], path: Path) -> Span:
    """The place of a value, or of the last thing on the way to it that is there."""
    if node is None:
        return Span(str(path))
    for key in keys:
        below = node.items[key] if isinstance(key, int) and key < len(node.items) else node.get(str(key))
        if below is None:
            break
        node = below
    return node.span


def _problems(error: ValidationError, node: Node | None, path: Path) -> list[Problem]:
    found = []
    for detail in error.errors(include_url=False, include_input=False, include_context=False)[:20]:
        where = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"][:1].lower() + detail["msg"][1:]
        found.append(Problem(_span(node, detail["loc"], path), f"this is no baseline: {where}: {message}", HINT))
    return found
