"""A Spark session for a run: the one that is there already, or one of our own, quiet and stopped at the end."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL: Final = "local[*]"
_PACKAGES: Final = ("pyspark", "pandas", "pyarrow")
"""mapInArrow imports pandas, though no pandas is made."""
_QUIET: Final = """\
rootLogger.level = fatal
rootLogger.appenderRef.stderr.ref = console
logger.repl.name = org.apache.spark.api.python.PythonGatewayServer
logger.repl.level = fatal
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = Spark: %p %c{1}: %m%n
"""


def lacking() -> str:
    """What must be installed before Spark can be used, and how; empty if nothing."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        return f'Spark needs {" and ".join(missing)}: pip install "exportcheck[spark]"'
    if java() is None:
        return "Spark needs Java 17 or later: there is no `java` on the path, and JAVA_HOME does not lead to one"
    return ""


def java() -> Path | None:
    """The Java that Spark would take: that of JAVA_HOME, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(str(Path(home) / "bin" / "java")) if home else shutil.which("java")
    return Path(found) if found else None


@contextmanager
def session(master: str | None) -> Iterator[SparkSession]:
    """The active session, which is left as it is, or a new one of `master` (None: all cores of this machine)."""
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    with tempfile.TemporaryDirectory(prefix="exportcheck-spark-") as folder:
        spark = _started(master or LOCAL, Path(folder))
        try:
            yield spark
        finally:
            spark.stop()


def _started(master: str, folder: Path) -> SparkSession:
    from pyspark.sql import SparkSession

    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET, encoding="ascii")
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
    }
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        here = Path(__file__).resolve().parents[2]
        options |= {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.local.dir": str(folder),
            "spark.executorEnv.PYTHONPATH": os.pathsep.join(filter(None, (str(here), os.environ.get("PYTHONPATH")))),
        }
    builder = SparkSession.builder.master(master).appName("exportcheck")
    for name, value in options.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("FATAL")
    return spark
