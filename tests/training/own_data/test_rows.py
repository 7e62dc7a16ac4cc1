"""Files as people have them: separators, encodings, quotes, headers, and faults by row."""

import json

import pyarrow
import pyarrow.parquet
import pytest

from longformer_viz.spec import InputError
from longformer_viz.training.own_data import rows
from longformer_viz.training.own_data.rows import RowFault, read_rows

CELLS = (("text", "label"), ("A long walk, with a dog.", "a"), ('She said "no" twice.', "b"))


def written(separator=",", quote='"'):
    def cell(text):
        return f"{quote}{text.replace(quote, 2 * quote)}{quote}"

    return "\n".join(separator.join(map(cell, row)) for row in CELLS)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_any_separator_line_ending_and_quote(separator, ending, quote):
    table = read_rows("a.csv", written(separator, quote).replace("\n", ending).encode())
    assert table.columns == CELLS[0]
    assert table.rows == CELLS[1:]
    assert table.numbers == (1, 2)
    assert table.faults == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_any_encoding(encoding):
    text = "text;label\n" + "\n".join(f"Die Straße führt über den Fluß, Nummer {n}.;schön" for n in range(20))
    table = read_rows("a.csv", text.encode(encoding))
    assert table.rows[0] == ("Die Straße führt über den Fluß, Nummer 0.", "schön")


def test_a_cell_of_several_lines_is_one_cell():
    table = read_rows("a.csv", b'text,label\n"first line\nsecond line",a\nb,c\n')
    assert table.rows == (("first line\nsecond line", "a"), ("b", "c"))


def test_a_file_without_header_is_noticed():
    lines = [f"This is text number {n} of many words.,{'ab'[n % 2]}" for n in range(6)]
    table = read_rows("a.csv", "\n".join(lines).encode())
    assert table.columns == ("column 1", "column 2")
    assert len(table.rows) == 6
    assert "is no header" in " ".join(table.notes)
    assert len(read_rows("a.csv", "\n".join(lines).encode(), has_header=True).rows) == 5


def test_a_quote_that_never_ends_is_refused_with_its_line():
    with pytest.raises(InputError, match="opens one in line 3 and never closes it"):
        read_rows("a.csv", b'text,label\none,a\n"two,b\nthree,c\nfour,d\n')


def test_a_csv_file_that_begins_like_json_is_a_csv_file():
    assert read_rows("a.csv", b"[SPAM] Buy now,spam\n[x] Hello,ham\n", False).rows[0] == ("[SPAM] Buy now", "spam")


def test_doubled_and_empty_names_of_columns():
    assert read_rows("a.csv", b"x,x,\n1,2,3\n", has_header=True).columns == ("x", "x (2)", "column 3")


def test_rows_of_another_length_are_faults():
    table = read_rows("a.csv", b"text,label\none,a\ntwo\nthree,b,c\nfour,d\n")
    assert table.rows == (("one", "a"), ("four", "d"))
    assert table.numbers == (1, 4)
    assert table.faults == (RowFault(2, "It has 1 cell instead of 2."), RowFault(3, "It has 3 cells instead of 2."))


def test_json_lines_with_a_broken_line_and_missing_fields():
    lines = [json.dumps({"text": "a", "label": 1}), "{broken", "[1]", json.dumps({"text": "b", "more": True})]
    table = read_rows("a.jsonl", "\n".join(lines).encode())
    assert table.columns == ("text", "label", "more")
    assert table.rows == (("a", 1, None), ("b", None, True))
    assert [fault.row for fault in table.faults] == [2, 3]


def test_a_json_array_of_objects():
    table = read_rows("a.json", json.dumps([{"text": "a", "label": "x"}, {"text": "b", "label": "y"}]).encode())
    assert table.rows == (("a", "x"), ("b", "y"))


def test_parquet(tmp_path):
    file = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a", "b"], "label": [[1, 2], None]}), file)
    table = read_rows("a.parquet", file.read_bytes())
    assert table.rows == (("a", [1, 2]), ("b", None))
    with pytest.raises(InputError, match="damaged"):
        read_rows("a.parquet", file.read_bytes()[:-20])


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b" \n ", "empty"),
        ("a.csv", b"text,label\n", "no row"),
        ("a.bin", bytes(range(256)) * 20, "CSV, JSON lines or Parquet"),
        ("a.parquet", b"text,label\na,b\n", "CSV, JSON lines or Parquet"),
        ("a.jsonl", b"[1, 2]\n", "one object a line"),
        ("a.json", b"[{,]", "damaged"),
        ("a.pkl", b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix", "CSV, JSON lines or Parquet"),
    ],
)
def test_what_is_no_table_is_refused(name, data, words):
    with pytest.raises(InputError, match=words):
        read_rows(name, data)


def test_too_many_rows_and_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(rows, "MOST_ROWS", 3)
    with pytest.raises(InputError, match="at most 3 rows"):
        read_rows("a.csv", b"text,label\n" + b"a,b\n" * 4)
    monkeypatch.setattr(rows, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="at most 0 MB"):
        read_rows("a.csv", b"text,label\na,b\n")


def test_a_hundred_thousand_rows_are_read():
    data = "text,label\n" + "\n".join(f"the text of row {n},{'ab'[n % 2]}" for n in range(100_000))
    assert len(read_rows("a.csv", data.encode()).rows) == 100_000
