"""`exportcheck --version`."""

from __future__ import annotations

import platform

from exportcheck import __version__
from exportcheck.errors import InputError
from exportcheck.report.words import plural


def version_text() -> str:
    """Versions of the program, Python and the conclusion layer, and how current each shipped pack is."""
    from exportcheck.engine.conclude import conclusion_layer_name

    lines = [
        f"exportcheck {__version__}",
        f"python {platform.python_version()} ({platform.python_implementation()})",
        f"conclusion layer: {conclusion_layer_name()}",
    ]
    try:
        from exportcheck.rulepack.load import load_packs

        packs = load_packs().packs.values()
        wide = max((len(pack.id) for pack in packs), default=0)
        lines += [
            f"pack {pack.id:<{wide}}  current to {pack.current_to.isoformat()}" for pack in sorted(packs, key=lambda p: p.id)
        ]
    except InputError as error:
        found = plural(len(error.problems), "error")
        lines.append(f"packs: none can be loaded ({found}; exportcheck rules list shows what is wrong)")
    return "\n".join(lines) + "\n"
