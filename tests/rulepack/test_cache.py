"""The cache of checked packs is never wrong and never needed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.rulepack import cache, read_packs
from exportcheck.rulepack.load import load_packs
from exportcheck.rulepack.model import Packs
from tests.rulepack.small import pack, provision

DERIVED = provision("1", "derivation", "when: i.a")
OTHER = provision("1", "derivation", "when: i.b")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "cache"
    monkeypatch.setenv("EXPORTCHECK_CACHE", str(place))
    return place


def _entry(folder: Path) -> Path:
    (entry,) = folder.glob("*.json")
    return entry


def _never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Packs:
        raise AssertionError("the packs were read anew")

    monkeypatch.setattr(read_packs, "read_packs", refuse)


def test_a_second_load_reads_the_checked_form(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = pack(tmp_path, law=DERIVED)
    first = load_packs(rules)
    _never_read(monkeypatch)
    assert load_packs(rules) == first
    assert len(list(folder.iterdir())) == 1


def test_the_shipped_packs_come_back_as_they_were(folder: Path) -> None:
    assert load_packs() == load_packs() == load_packs(cache=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda law: (law / "law.yaml").write_text(OTHER),
        lambda law: (law / "more.yaml").write_text(OTHER.replace("law/1", "law/2")),
        lambda law: (law / "law.yaml").rename(law / "renamed.yaml"),
        lambda law: (law / "law.yaml").write_text(DERIVED + "\n# a comment\n"),
    ],
)
def test_any_change_of_the_files_is_read(tmp_path: Path, folder: Path, change: object) -> None:
    rules = pack(tmp_path, law=DERIVED)
    load_packs(rules)
    assert callable(change)
    change(rules / "law")
    assert load_packs(rules) == load_packs(rules, cache=False)
    assert len(list(folder.glob("*.json"))) == 2


def test_the_same_packs_elsewhere_keep_their_own_places(tmp_path: Path, folder: Path) -> None:
    one, two = pack(tmp_path / "one", law=DERIVED), pack(tmp_path / "two", law=DERIVED)
    load_packs(one)
    packs = load_packs(two)
    assert packs.root == str(two)
    assert packs.provisions[0].span.file.startswith(str(two))


@pytest.mark.parametrize("cut", [0, 1, 64, 65, 66, 200, -1])
def test_a_truncated_entry_is_not_used(tmp_path: Path, folder: Path, cut: int) -> None:
    rules = pack(tmp_path, law=DERIVED)
    packs = load_packs(rules)
    entry = _entry(folder)
    whole = entry.read_bytes()
    entry.write_bytes(whole[:cut])
    assert load_packs(rules) == packs
    assert entry.read_bytes() == whole  # and replaced


def test_an_entry_with_a_changed_byte_is_not_used(tmp_path: Path, folder: Path) -> None:
    rules = pack(tmp_path, law=DERIVED)
    packs = load_packs(rules)
    entry = _entry(folder)
    whole = entry.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        entry.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert load_packs(rules) == packs


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"[[]]",
        b"7",
        b'["Packs"]',
        b'["Popen","id"]',
        b'["D","x"]',
        b'["d","2026-02-30"]',
        b'["@",9]',
        b'["pool",[],["@",9]]',
        b'["rows",["()"],[]]',
        b'["map",1]',
        b'["S","?"]',
        b"[" * 100_000,
        b'{"a":1}',
        b"\xff",
        b'["Provision","law/1"]',
    ],
)
def test_an_entry_that_is_no_checked_form_is_not_used(tmp_path: Path, folder: Path, body: bytes) -> None:
    rules = pack(tmp_path, law=DERIVED)
    packs = load_packs(rules)
    _entry(folder).write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert load_packs(rules) == packs


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners of files here")
def test_an_entry_that_others_may_write_is_not_used(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = pack(tmp_path, law=DERIVED)
    load_packs(rules)
    _entry(folder).chmod(0o666)
    with monkeypatch.context() as patch:
        _never_read(patch)
        with pytest.raises(AssertionError, match="read anew"):
            load_packs(rules)


def test_a_file_that_changes_while_it_is_read_is_not_kept(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = pack(tmp_path, law=DERIVED)
    read = read_packs.read_packs

    def meanwhile(*given: object) -> Packs:
        (rules / "law" / "law.yaml").write_text(OTHER)
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(read_packs, "read_packs", meanwhile)
    load_packs(rules)
    assert not folder.exists()


@pytest.mark.parametrize("place", ["a-file", "a-file/below", "/dev/null/x", "\udcff"])
def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    (tmp_path / "a-file").write_text("x")
    monkeypatch.setenv("EXPORTCHECK_CACHE", str(tmp_path / place))
    rules = pack(tmp_path, law=DERIVED)
    assert load_packs(rules) == load_packs(rules, cache=False)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="nothing is read-only to this user")
def test_a_read_only_home_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    monkeypatch.delenv("EXPORTCHECK_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(home))
    rules = pack(tmp_path, law=DERIVED)
    assert load_packs(rules) == load_packs(rules, cache=False)
    assert not list(home.iterdir())


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("exportcheck.rulepack.cache.os.replace", full)
    load_packs(pack(tmp_path, law=DERIVED))
    assert not list(folder.iterdir())


def test_off_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPORTCHECK_CACHE", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    load_packs(pack(tmp_path, law=DERIVED))
    assert not (tmp_path / "xdg").exists()


def test_wrong_packs_are_not_kept(tmp_path: Path, folder: Path) -> None:
    rules = pack(tmp_path, law=DERIVED.replace("i.a", "i.zzz"))
    for _ in range(2):
        with pytest.raises(InputError):
            load_packs(rules)
    assert not folder.exists()


def test_old_entries_go(tmp_path: Path, folder: Path) -> None:
    rules = pack(tmp_path, law=DERIVED)
    for n in range(cache.KEPT + 3):
        (rules / "law" / "law.yaml").write_text(f"{DERIVED}\n# {n}\n")
        load_packs(rules)
    half = folder / "half.tmp"
    half.write_text("x")
    os.utime(half, (0, 0))
    (rules / "law" / "law.yaml").write_text(DERIVED)
    load_packs(rules)
    assert sorted(p.suffix for p in folder.iterdir()) == [".json"] * cache.KEPT


def test_many_may_write_at_once(tmp_path: Path, folder: Path) -> None:
    rules = pack(tmp_path, law=DERIVED)
    expected = load_packs(rules, cache=False)

    def run(n: int) -> bool:
        for entry in folder.glob("*.json") if n % 3 == 0 else ():
            entry.unlink(missing_ok=True)
        return load_packs(rules) == expected

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(60)))
    assert not list(folder.glob("*.tmp"))


def test_two_processes_may_write_at_once(tmp_path: Path, folder: Path) -> None:
    rules = pack(tmp_path, law=DERIVED)
    code = "import sys, pathlib; from exportcheck.rulepack.load import load_packs; "
    code += "print(load_packs(pathlib.Path(sys.argv[1])).packs['law'].digest)"
    running = [subprocess.Popen([sys.executable, "-c", code, str(rules)], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    printed = {process.communicate()[0].strip() for process in running}
    assert printed == {load_packs(rules, cache=False).packs["law"].digest}
