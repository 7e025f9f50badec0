"""`python -m exportcheck`."""

from __future__ import annotations

import sys

from exportcheck.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
