"""The law over tables on Spark, by the same code as `exportcheck batch`. Needs the extra `spark`, and Java. See docs/spark.md."""

from __future__ import annotations

from exportcheck.spark.frame import check_frame

__all__ = ["check_frame"]
