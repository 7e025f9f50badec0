"""Changing one place of a description before it is read: how cases say what they are about."""

from __future__ import annotations

import re
from dataclasses import replace

from exportcheck.errors import InputError, Problem, Span
from exportcheck.source import Node

_TOP = re.compile(r"(schema|transaction|parties|items|authorizations|\w+_complete)\b")


def _steps(path: str, span: Span) -> list[str | int]:
    found: list[str | int] = []
    for match in re.finditer(r"[^.\[\]]+|\[\d+\]", path):
        text = match[0]
        found.append(int(text[1:-1]) if text.startswith("[") else text)
    if not found:
        raise InputError(Problem(span, f'"{path}" names no place of a description', "as in parties[1].us_person"))
    if not _TOP.match(str(found[0])):
        found.insert(0, "transaction")
    return found


def set_at(node: Node, path: str, value: Node, span: Span) -> Node:
    """The description with the value at a path (`items[0].value`) replaced or added. Raises `InputError`."""
    return _set(node, _steps(path, span), value, path, span)


def _set(node: Node, steps: list[str | int], value: Node, path: str, span: Span) -> Node:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if node.kind != "list" or step > len(node.items):
            raise InputError(Problem(span, f'"{path}": there is no member [{step}]', f"the list has {len(node.items)} members"))
        items = list(node.items)
        if step == len(items):
            items.append(_set(_empty(value.span, rest), rest, value, path, span))
        else:
            items[step] = _set(items[step], rest, value, path, span)
        return replace(node, items=tuple(items))
    if node.kind != "map":
        raise InputError(Problem(span, f'"{path}": nothing stands under "{step}"', ""))
    entries = []
    found = False
    for key, old in node.entries:
        if key.text == step:
            entries.append((key, _set(old, rest, value, path, span)))
            found = True
        else:
            entries.append((key, old))
    if not found:
        key = Node("scalar", span, text=step)
        entries.append((key, _set(_empty(value.span, rest), rest, value, path, span)))
    return replace(node, entries=tuple(entries))


def _empty(span: Span, rest: list[str | int]) -> Node:
    return Node("list" if rest and isinstance(rest[0], int) else "map", span)


def remove_at(node: Node, path: str, span: Span) -> Node:
    """The description without what stands at a path. Raises `InputError` if nothing stands there."""
    return _remove(node, _steps(path, span), path, span)


def _remove(node: Node, steps: list[str | int], path: str, span: Span) -> Node:
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if node.kind != "list" or step >= len(node.items):
            raise InputError(Problem(span, f'"{path}" is not there to be unset', ""))
        items = list(node.items)
        if rest:
            items[step] = _remove(items[step], rest, path, span)
        else:
            del items[step]
        return replace(node, items=tuple(items))
    entries = []
    found = False
    for key, old in node.entries:
        if key.text != step:
            entries.append((key, old))
        else:
            found = True
            if rest:
                entries.append((key, _remove(old, rest, path, span)))
    if not found:
        raise InputError(Problem(span, f'"{path}" is not there to be unset', "it is not in the description"))
    return replace(node, entries=tuple(entries))
