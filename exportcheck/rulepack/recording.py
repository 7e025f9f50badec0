"""A transaction that notes which of its facts are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from exportcheck.transaction.model import Entity, EntityList, Transaction


class Recording:
    """A copy of a transaction that notes which stated facts and completeness marks were read."""

    def __init__(self) -> None:
        self.read: dict[tuple[str, str], None] = {}

    def copy(self, transaction: Transaction) -> Transaction:
        return replace(transaction, root=self._entity(transaction.root))

    def _entity(self, entity: Entity) -> Entity:
        lists = {n: replace(x, members=tuple(self._entity(m) for m in x.members)) for n, x in entity.lists.items()}
        facts = _Noting(entity.facts, entity.path, self.read)
        return replace(entity, facts=facts, lists=MappingProxyType(_NotingLists(lists, entity.path, self.read)))


class _Noting(dict[str, Any]):
    def __init__(self, facts: Mapping[str, Any], path: str, read: dict[tuple[str, str], None]) -> None:
        super().__init__(facts)
        self._path, self._read = path, read

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            self._read[self._path, name] = None
            if getattr(self[name], "complete", True) and getattr(self[name], "marked", False):
                self._read[self._path, name + "_complete"] = None
        return super().get(name, default)


class _NotingLists(dict[str, EntityList]):
    def __init__(self, lists: Mapping[str, EntityList], path: str, read: dict[tuple[str, str], None]) -> None:
        super().__init__(lists)
        self._path, self._read = path, read

    def get(self, name: str, default: Any = None) -> Any:
        if name in self and self[name].complete and name not in ("items", "authorizations"):
            self._read[self._path, name + "_complete"] = None
        return super().get(name, default)
