"""Two states of the law side by side: what changed, for whom, and the smallest transaction on which they differ."""

from __future__ import annotations
