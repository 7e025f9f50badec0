"""Parts of the checked form that are made when they are first read: most of the law is never looked at in one check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Pending:
    """A frozen dataclass without slots, some fields of which may be left until they are read; equal to one that is whole."""

    def __getattr__(self, name: str) -> Any:
        # only called for what is not there
        left = self.__dict__.get("_left")
        if left is None or name not in left:
            raise AttributeError(f"{self.__class__.__name__} has no attribute {name!r}", name=name, obj=self)
        value = left[name]()
        self.__dict__[name] = value
        del left[name]
        return value

    def leave(self, name: str, make: Callable[[], Any]) -> None:
        """Forget a field, and make it when it is read."""
        self.__dict__.pop(name, None)
        self.__dict__.setdefault("_left", {})[name] = make
