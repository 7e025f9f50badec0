"""Writes schema/transaction.schema.json from the core facts and those of the shipped packs; `--check` only compares."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from exportcheck.transaction.schema import transaction_schema  # noqa: E402
from exportcheck.vocabulary.load import load_vocabulary  # noqa: E402

TARGET = ROOT / "schema" / "transaction.schema.json"


def shipped_fact_files() -> list[tuple[str, Path]]:
    """The fact files of the shipped packs with the id of their pack, its path under rules/."""
    rules = ROOT / "rules"
    return [(path.parent.relative_to(rules).as_posix(), path) for path in sorted(rules.rglob("facts*.yaml"))]


def made() -> str:
    schema = transaction_schema(load_vocabulary(shipped_fact_files()))
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: make_schema.py [--check]", file=sys.stderr)
        return 2
    text = made()
    if not arguments:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.relative_to(ROOT)} is out of date: run python scripts/make_schema.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
