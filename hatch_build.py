"""Build step: ships the rule packs and the schemas inside the wheel.

An editable install is left without them on purpose: it reads rules/ and schema/ of the checkout, never a copy that ages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = {"rules": "exportcheck/_rules", "schema": "exportcheck/_schema"}


class ShipData(BuildHookInterface[Any]):
    """Adds the data folders to a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is `standard` or `editable`. Raises FileNotFoundError where a folder to ship is absent or empty."""
        if version != "standard":
            return
        for folder, target in SHIPPED.items():
            source = Path(self.root, folder)
            if not any(source.rglob("*.*")):
                raise FileNotFoundError(f"{source}: nothing to ship in the wheel")
            build_data["force_include"][str(source)] = target
