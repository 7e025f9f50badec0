"""The two sides of a comparison: packs from a folder or a git revision, with or without layers, on a day."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath

from exportcheck.engine.check import Engine
from exportcheck.errors import InputError, Problem, Span
from exportcheck.rulepack.codec import law
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs

BESIDE = ("docs", "fixtures")
"""Folders beside the rules from which cases take descriptions: they are taken out of a revision too."""


@dataclass(frozen=True)
class Side:
    """One state of the law. `day` None: every day is looked at. `root` is the folder read, which `label` stands for."""

    packs: Packs
    label: str
    day: date | None = None
    root: str = ""
    engine: Engine = field(compare=False, repr=False, default=None)  # type: ignore[assignment]
    _said: dict[int, tuple[object, str]] = field(compare=False, repr=False, default_factory=dict)

    def said(self, part: object) -> str:
        """What a part of the law says, whatever its place and spelling; made once for each part."""
        known = self._said.get(id(part))
        if known is None:
            known = self._said[id(part)] = (part, repr(law(part)))
        return known[1]

    def place(self, span: Span) -> str:
        """`itar/126.7.yaml:12` as a reader finds it: below the folder or revision that was named."""
        file = span.file
        if self.root and file.startswith(self.root):
            inner = file[len(self.root) :].lstrip("/")
            file = f"{self.label.rstrip('/')}/{inner}" if ":" in self.label else f"{Path(self.root).name}/{inner}"
        return f"{file}:{span.line}" if span.line else file


def same_packs(old: Packs, new: Packs) -> frozenset[str]:
    """The packs whose checked form is the same on both sides, by their digests: nothing in them need be compared."""
    return frozenset(i for i, p in new.packs.items() if p.digest and i in old.packs and old.packs[i].digest == p.digest)


def make_side(packs: Packs, label: str, day: date | None = None, engine: Engine | None = None) -> Side:
    """A side of packs that are loaded; `engine` may be shared between two days of the same packs.

    Packs of the same digest are taken to be the same: where a text was changed after loading, empty the digest of its pack.
    """
    return Side(packs, label, day, packs.root, engine or Engine(packs))


def load_side(
    given: str | None,
    layers: Sequence[Path],
    day: date | None,
    scratch: Path,
    *,
    rules: Path | None = None,
    cache: bool = True,
    label: str = "",
) -> Side:
    """A side from what the command line names: a folder, `REV:FOLDER` of a git repository, or None for the packs at `rules`.

    `scratch` is a folder of the caller's into which a revision is taken out. Raises InputError with every problem of the packs.
    """
    root = rules if given is None else folder_of(given, scratch)
    try:
        packs = load_packs(root, tuple(layers), cache)
    except InputError as error:
        if root is None or scratch not in root.parents:
            raise
        raise InputError(
            [replace(p, span=replace(p.span, file=_named(p.span.file, root, given))) for p in error.problems]
        ) from None
    name = given or (str(rules) if rules is not None else "shipped packs")
    name = label or (name + "".join(f" + {layer.name}" for layer in layers))
    return make_side(packs, name, day)


def _named(file: str, root: Path, given: str | None) -> str:
    """The name of a file that was taken out of a revision, as who named the revision knows it."""
    inner = file.removeprefix(str(root)).lstrip("/")
    return f"{(given or '').rstrip('/')}/{inner}" if file.startswith(str(root)) else file


def folder_of(given: str, scratch: Path) -> Path:
    """The folder that is named; a git revision is taken out into `scratch`."""
    path = Path(given)
    if path.exists() or ":" not in given or re.match(r"^[A-Za-z]:[\\/]", given):
        return path
    revision, _, inner = given.partition(":")
    return _taken_out(given, revision, inner.strip("/") or "rules", scratch)


def _taken_out(given: str, revision: str, inner: str, scratch: Path) -> Path:
    if not revision or revision.startswith("-"):
        raise InputError(Problem(Span(given), "no revision is named", "write it like HEAD~1:rules/"))
    commit = _git(["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"], given).decode().strip()
    top = Path(_git(["rev-parse", "--show-toplevel"], given).decode().strip())
    prefix = _git(["rev-parse", "--show-prefix"], given).decode().strip()
    wanted = str(PurePosixPath(prefix) / inner)
    target = scratch / f"{commit[:12]}-{abs(hash(wanted)) % 10_000}"
    folders = [wanted]
    parent = PurePosixPath(wanted).parent
    for name in BESIDE:
        folder = str(parent / name)
        if _git(["ls-tree", "--name-only", commit, "--", folder], given, at=top).strip():
            folders.append(folder)
    if not _git(["ls-tree", "--name-only", commit, "--", wanted], given, at=top).strip():
        raise InputError(Problem(Span(given), f"the revision has no folder {wanted}", "name the folder of the packs: REV:rules/"))
    data = _git(["archive", "--format=tar", commit, "--", *folders], given, at=top)
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(target, filter="data")
    return target / wanted


def _git(arguments: Sequence[str], given: str, at: Path | None = None) -> bytes:
    """What a git command that reads only prints. Raises InputError where there is no git, no repository or no such thing."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False, cwd=at)
    except OSError as error:
        raise InputError(Problem(Span(given), f"git cannot be run: {error.strerror or error}", "give two folders")) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        what = said[0] if said else "there is no such revision"
        raise InputError(Problem(Span(given), what, "a folder, or a revision with a folder in it: HEAD~1:rules/"))
    return done.stdout
