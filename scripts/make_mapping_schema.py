"""Writes schema/mapping.schema.json from the keys that mappings have; `--check` only compares."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from exportcheck.intake.mapping_schema import mapping_schema  # noqa: E402
from exportcheck.vocabulary.load import core_vocabulary  # noqa: E402

TARGET = ROOT / "schema" / "mapping.schema.json"


def made() -> str:
    return json.dumps(mapping_schema(core_vocabulary()), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: make_mapping_schema.py [--check]", file=sys.stderr)
        return 2
    text = made()
    if not arguments:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.relative_to(ROOT)} is out of date: run python scripts/make_mapping_schema.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
