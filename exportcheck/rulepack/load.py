"""Packs ready to use: read from their folders, or as they were kept from an earlier run."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from exportcheck.rulepack.folders import pack_folders
from exportcheck.rulepack.model import Packs


def load_packs(rules: Path | None = None, layers: Sequence[Path] = (), cache: bool = True) -> Packs:
    """Load, check and return the packs below `rules` (None: those that are shipped), amended by layers.

    Raises `InputError` with every problem of every file. With `cache`, a checked form made before from the same bytes is used.
    """
    from exportcheck.rulepack.cache import current_key, load_cached, store
    from exportcheck.rulepack.shipped import shipped_rules

    root = rules if rules is not None else shipped_rules()
    with _undisturbed():
        folders = pack_folders(root)
        key, packs = load_cached(root, folders) if cache else ("", None)
        if packs is None:
            from exportcheck.rulepack.read_packs import read_packs  # parser, checker and readers: not needed for kept packs

            packs = read_packs(folders, str(root))
            if key and key == current_key(root, folders):  # nobody wrote in the packs meanwhile
                store(key, packs)
        if layers:
            from exportcheck.rulepack.layers import apply_layers

            packs = apply_layers(packs, layers)
    return packs


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without garbage collection: what loading makes is kept, and looking through it over and over costs a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
