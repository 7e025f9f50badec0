"""Where output goes: to standard output, or into a file that is either written as a whole or left as it was."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from exportcheck.errors import InputError, Problem, Span
from exportcheck.report.terminal import ColorChoice, Terminal, terminal_of
from exportcheck.source.read import STANDARD_INPUT

DEVICE = Path("/dev/stdin")


def terminal_for(output: Path | None, color: ColorChoice = "auto") -> Terminal:
    """What the place of output can show; a file takes UTF-8 at 80 columns."""
    if output is None:
        return terminal_of(sys.stdout, color)
    return Terminal(color=color == "always")


def write_output(text: str, output: Path | None) -> None:
    """Write to the file, or without one to standard output. Raises InputError where that is not possible."""
    if output is None:
        write_stream(text, sys.stdout)
    else:
        write_file(text, output)


def write_stream(text: str, stream: IO[str]) -> None:
    """Write and flush. A reader that has gone away (`| head`) is no error."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        # What is still buffered would raise again when Python closes the stream.
        with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as sink:
            os.dup2(sink.fileno(), stream.fileno())
    except OSError as error:
        raise InputError(Problem(Span("<standard output>"), f"cannot be written: {error.strerror or error}")) from None


def write_json(text: str, output: Path | None) -> None:
    """The same, in UTF-8 whatever the encoding of standard output is, as JSON has to be."""
    buffer = getattr(sys.stdout, "buffer", None)
    if output is not None or buffer is None or (sys.stdout.encoding or "").lower().replace("-", "") == "utf8":
        write_output(text, output)
        return
    sys.stdout.flush()
    stream = io.TextIOWrapper(buffer, encoding="utf-8", newline="\n")
    try:
        write_stream(text, stream)
    finally:
        stream.detach()


def write_file(text: str, output: Path, option: str = "--output") -> None:
    """Write beside the file, then move it there, so that nobody ever sees half of it. A device is written to directly.

    `option` is the one that named the file.
    """
    target = Path(os.path.realpath(output))
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_text(text, encoding="utf-8", newline="\n")
            return
        if target.is_dir():
            raise InputError(Problem(Span(str(output)), f"{option} is a folder", "give the name of a file"))
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, _mode(target))
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise InputError(Problem(Span(str(output)), f"{option} cannot be written: {error.strerror or error}")) from None


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file gets."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def refuse_input(
    output: Path | None, inputs: Iterable[Path], option: str = "--output", read_as: str = "the file that is checked"
) -> None:
    """Raise InputError if the output is one of the inputs. `option` named the output, `read_as` is what the inputs are."""
    if output is None:
        return
    target = Path(os.path.realpath(output))
    for given in inputs:
        if given in (STANDARD_INPUT, DEVICE):
            continue
        read = Path(os.path.realpath(given))
        if read == target or (read.exists() and target.exists() and os.path.samefile(read, target)):
            raise InputError(Problem(Span(str(output)), f"{option} is {read_as}", "give another name"))
