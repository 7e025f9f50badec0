"""exportcheck: an open export-control compliance rules engine.

For programs: `load_rules`, `read`, `check` and `check_table`, see docs/library.md. They are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exportcheck.errors import InputError
    from exportcheck.library import Rules, check, check_table, load_rules, read

__version__ = "0.1.0"

__all__ = ["InputError", "Rules", "__version__", "check", "check_table", "load_rules", "read"]


def __getattr__(name: str) -> Any:
    if name == "InputError":
        from exportcheck.errors import InputError

        return InputError
    if name in __all__:
        from exportcheck import library

        return getattr(library, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
