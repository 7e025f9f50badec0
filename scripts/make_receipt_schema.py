"""Writes schema/receipt.schema.json from the models of the receipt.

Usage: python scripts/make_receipt_schema.py [--check]
With --check nothing is written; exits 1 where the file is not what would be written.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from exportcheck.report.receipt import receipt_schema

PATH = Path(__file__).resolve().parent.parent / "schema" / "receipt.schema.json"


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(receipt_schema(), ensure_ascii=False, indent=2, sort_keys=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write schema/receipt.schema.json")
    parser.add_argument("--check", action="store_true", help="only say whether the file is current")
    check = parser.parse_args().check
    text = schema_text()
    if check:
        current = PATH.is_file() and PATH.read_text(encoding="utf-8") == text
        if not current:
            print(f"{PATH.name} is not current: run python scripts/make_receipt_schema.py", file=sys.stderr)
        return 0 if current else 1
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
