"""Tables that are broken: each row that cannot be read is an error in its place, and the next one is read."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from exportcheck.errors import InputError
from exportcheck.intake.delimited import Delimited
from exportcheck.intake.grouping import SeenKeys
from exportcheck.intake.model import Taken
from exportcheck.intake.table import Table
from exportcheck.vocabulary.load import core_vocabulary
from tests.intake.sources import mistake, place, source_of, taken_of, written


def limited(path: Path, limit: int) -> list[Taken]:
    """What is taken where a record may have so many bytes."""
    return list(Table(path, "csv", Delimited(path, "csv", None, limit), None, core_vocabulary()))


@pytest.mark.parametrize(("mark", "called"), [(";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")])
def test_another_delimiter(mark: str, called: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        source_of(tmp_path, f"id{mark}destination{mark}item.eccn\nA{mark}GB{mark}EAR99\n")
    (problem,) = error.value.problems
    row, column, message, hint = place(problem)
    assert (row, column) == (1, 3)
    assert message == f"the header is one column with 2 {called}s in it, and columns are divided by a comma"
    shown = "\\t" if mark == "\t" else mark
    assert hint == f'say `delimiter: "{shown}"` in a mapping'


@pytest.mark.parametrize(("row", "found", "column"), [("A,GB", 2, 2), ("A,GB,EAR99,x", 4, 4)])
def test_a_row_of_another_width(row: str, found: int, column: int, tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, f"id,destination,item.eccn\n{row}\nB,GB,EAR99\n")
    assert mistake(first)[:3] == (2, column, f"the row has {found} cells, and the header names 3")
    assert first.id == "A"
    assert second.transaction is not None


def test_a_row_of_another_width_spoils_its_transaction(tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, "id,destination,item.eccn\nA,GB,EAR99\nA,GB\nA,GB,EAR99\nB,GB,EAR99\n")
    assert first.rows == (2, 3, 4)
    assert first.transaction is None
    assert second.id == "B"


def test_a_row_that_cannot_be_read_within_a_transaction_spoils_it(tmp_path: Path) -> None:
    text = 'id,item.description\nA,x\n"B"x,y\nA,z\nC,x\n'
    first, second = taken_of(tmp_path, text)
    assert (first.rows, first.transaction) == ((2, 3, 4), None)
    assert second.id == "C"


def test_a_row_that_cannot_be_read_between_transactions_is_one_by_itself(tmp_path: Path) -> None:
    text = 'id,item.description\nA,x\n"B"x,y\nC,x\n'
    first, second, third = taken_of(tmp_path, text)
    assert first.transaction is not None
    assert mistake(second)[:3] == (3, 1, "behind a closing double quote stands something else")
    assert third.transaction is not None


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    text = b"id,item.description\nA,caf\xe9\nB,caf\xc3\xa9\n"
    first, second = taken_of(tmp_path, text)
    assert mistake(first) == (
        2,
        2,
        'column "item.description": the byte 0xE9 is no text in UTF-8',
        "save the file as UTF-8, or say `encoding: windows-1252` in a mapping",
    )
    assert second.transaction is not None
    assert second.transaction.items[0].facts["description"].value == "café"


def test_another_encoding(tmp_path: Path) -> None:
    mapping = "encoding: windows-1252\ncolumns: {id: id, text: item.description}\n"
    (one,) = taken_of(tmp_path, b"id,text\nA,caf\xe9 \x80\n", mapping)
    assert one.transaction is not None
    assert one.transaction.items[0].facts["description"].value == "café €"
    (one,) = taken_of(tmp_path, b"id,text\nA,\x81\n", mapping)
    assert "the byte 0x81 is no text in WINDOWS-1252" in mistake(one)[2]


def test_utf_16(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file is written in UTF-16"):
        source_of(tmp_path, "id,destination\nA,GB\n".encode("utf-16"))


def test_a_zero_byte(tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, b"id,item.description\nA,x\0y\nB,x\n")
    assert mistake(first)[:3] == (2, 2, 'column "item.description": the byte 0x00 is no text in UTF-8')
    assert second.transaction is not None


def test_a_character_that_nobody_sees(tmp_path: Path) -> None:
    (one,) = taken_of(tmp_path, "id,item.description\nA,abc\u202edef\n")
    assert mistake(one)[:2] == (2, 2)
    assert "U+202E" in mistake(one)[2]


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    """The rows behind it are read all the same."""
    text = 'id,item.description\nA,x\nB,"never closed\nC,x\nD,x\n'
    taken = taken_of(tmp_path, text)
    assert [t.rows for t in taken] == [(2,), (3,), (4,), (5,)]
    assert [t.transaction is None for t in taken] == [False, True, False, False]
    assert mistake(taken[1])[:3] == (3, 1, "a double quote is opened in this row and never closed")


def test_a_text_of_several_lines_is_one_row(tmp_path: Path) -> None:
    first, second = taken_of(tmp_path, 'id,item.description\nA,"two\nlines"\nB,x\n')
    assert (first.rows, second.rows) == ((2,), (3,))


def test_a_file_full_of_open_quotes_ends(tmp_path: Path) -> None:
    source = source_of(tmp_path, "id,item.description\n" + 'A,"x"y\n' * 1000)
    with pytest.raises(InputError, match="cannot be told apart"):
        list(source)


def test_a_line_that_is_too_long(tmp_path: Path) -> None:
    path = written(tmp_path, "id,item.description\nA," + "x" * 5000 + '\nB,"' + "x\n" * 2500 + "\nC,x\n")
    taken = limited(path, 4000)
    first, second, *rest = taken
    assert mistake(first)[2].startswith("the row is longer than")
    assert mistake(second)[2].startswith("the row is longer than")
    assert mistake(second)[0] == 3
    assert rest[-1].id == "C"
    assert rest[-1].transaction is not None


def test_a_very_long_line_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    with path.open("wb") as file:
        file.write(b"id,item.description\nA,")
        for _ in range(64):
            file.write(b"x" * 1024 * 1024)
        file.write(b"\nB,x\n")
    tracemalloc.start()
    try:
        first, second = limited(path, 1024 * 1024)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert first.transaction is None
    assert second.transaction is not None
    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize(
    ("header", "row", "column", "says"),
    [
        ("id,destination,id", 1, 3, 'two columns have the name "id"'),
        ("id,,destination", 1, 2, "column 2 has no name"),
        ("id,x\u202ey,destination", 1, 2, "the name of the column has the character U+202E (right-to-left override)"),
    ],
)
def test_headers_that_name_nothing(header: str, row: int, column: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        source_of(tmp_path, f"{header}\nA,GB,A\n")
    assert place(error.value.problems[0])[:3] == (row, column, says)


@pytest.mark.parametrize("text", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        source_of(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    from exportcheck.intake import open_source

    with pytest.raises(InputError, match="there is no such file"):
        open_source(tmp_path / "no.csv", None, core_vocabulary())
    with pytest.raises(InputError, match="this is a folder"):
        open_source(tmp_path, None, core_vocabulary(), format="csv")
    with pytest.raises(InputError, match=r'files that end in "\.doc" are not read'):
        open_source(written(tmp_path, "x", "a.doc"), None, core_vocabulary())
    with pytest.raises(InputError, match='there is no format "xslx"'):
        open_source(written(tmp_path, "x", "a.doc"), None, core_vocabulary(), format="xslx")


def test_more_rows_of_one_id_than_a_transaction_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exportcheck.intake.grouping.MOST_LINES", 3)
    taken = taken_of(tmp_path, "id,item.eccn\n" + "A,EAR99\n" * 5 + "B,EAR99\n")
    assert sum(len(t.rows) for t in taken) == 6
    assert [t.transaction is None for t in taken] == [True, True, False]


def test_keys_are_remembered_across_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exportcheck.intake.grouping._RECENT", 50)
    monkeypatch.setattr("exportcheck.intake.grouping._PIECE", 7)
    seen = SeenKeys()
    assert not any(seen.add(f"order {n}") for n in range(1000))
    assert all(seen.add(f"order {n}") for n in range(1000))
    assert not seen.add("order 1000")


@pytest.mark.parametrize(("name", "library"), [("orders.xlsx", "openpyxl"), ("orders.parquet", "pyarrow")])
def test_a_library_that_is_not_installed(name: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exportcheck.intake.find_spec", lambda _: None)
    with pytest.raises(InputError, match=f"needs {library}"):
        source_of(tmp_path, "", name=name)
