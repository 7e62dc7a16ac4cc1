"""Hostile folders, archives and tables: what is wrong with one document stays with it, and nothing is lost."""

import json
import os
import zipfile

import pyarrow
import pyarrow.parquet
import pytest

from longformer_viz.corpus.content import content_key, read_content
from longformer_viz.corpus.finding import archives
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.results import ResultsFolder
from longformer_viz.corpus.sources import FAULT, list_documents
from longformer_viz.corpus.tables import TruthColumns
from longformer_viz.spec import InputError
from tests.corpus.documents import written


def contents(source, **options) -> list[str]:
    """The text of each document, or the reason why it has none."""
    found = []
    for reference in list_documents(source, **options).references:
        content_key(reference)
        try:
            found.append(read_content(reference).text)
        except InputError as fault:
            found.append(str(fault))
    return found


def stored(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return path


def test_a_damaged_table_or_archive_in_a_folder_leaves_the_others(tmp_path):
    written(tmp_path, [("a.txt", "fine"), ("b.json", '{"a": 1}'), ("c.zip", "PK"), ("d.csv", "")])
    with zipfile.ZipFile(tmp_path / "e.zip", "w"):
        pass
    listing = list_documents(tmp_path)
    assert [each.name for each in listing.references] == ["a.txt", "b.json", "c.zip", "d.csv", "e.zip"]
    assert [each.kind == FAULT for each in listing.references] == [False, True, True, True, True]
    with pytest.raises(InputError, match="complete zip file"):
        list_documents(tmp_path / "c.zip")


def test_the_results_of_an_earlier_run_are_no_documents(tmp_path):
    written(tmp_path, [("a.txt", "one"), ("sub/rows.jsonl", '{"text": "a table of its own"}\n')])
    for folder in (tmp_path, tmp_path / "out"):
        with ResultsFolder(folder, CorpusPlan(questions=("Who?",))) as results:
            results.append([{"document": "a.txt", "key": "k", "task": "document"}])
            results.finish()
    listing = list_documents(tmp_path)
    assert [each.name for each in listing.references] == ["a.txt", "rows.jsonl, row 1"]
    assert "6 files with results of an earlier run left out." in listing.notes
    assert len(list_documents(str(tmp_path / "*.*")).references) == 1
    assert len(list_documents(tmp_path / "out" / "results.csv").references) == 1, "it is named, so it is read"


def test_loops_of_links_end(tmp_path):
    written(tmp_path, [("sub/a.txt", "one")])
    for name in ("loop", "sub/up", "sub/again"):
        (tmp_path / name).symlink_to(tmp_path)
    (tmp_path / "nowhere.txt").symlink_to("missing")
    listing = list_documents(tmp_path)
    assert [each.name for each in listing.references] == ["nowhere.txt", "sub/a.txt"]
    assert "3 links to folders are not followed." in listing.notes
    assert [each.name for each in list_documents(str(tmp_path / "**" / "*.txt")).references][-1] == "sub/a.txt"
    assert len(list_documents(str(tmp_path / "**")).references) == 2
    assert len(list_documents(str(tmp_path / "sub" / "**.txt")).references) == 1


def test_a_folder_that_cannot_be_read_is_a_document_with_the_reason(tmp_path, monkeypatch):
    written(tmp_path, [("a.txt", "one"), ("closed/b.txt", "two")])
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [each.name for each in list_documents(tmp_path).references] == ["a.txt", "closed"]
    assert "must be readable" in contents(tmp_path)[1]
    with pytest.raises(InputError, match="Permission denied"):
        list_documents(tmp_path / "closed")


@pytest.mark.parametrize("source", ["", "  ", [""], None, 5, [None], {"a": 1}, b"x"])
def test_a_source_that_is_no_path_is_refused(source):
    with pytest.raises(InputError):
        list_documents(source)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_is_a_document_with_the_reason(tmp_path, method):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.txt", bytes(range(256)) * 20)
    data = bytearray(path.read_bytes())
    data[50:90] = b"\xff" * 40
    path.write_bytes(data)
    assert "damaged" in contents(path)[0]


def test_an_archive_is_read_once_for_all_its_members(tmp_path, monkeypatch):
    opened = []

    class Counted(zipfile.ZipFile):
        def infolist(self):
            opened.append(self.filename)
            return super().infolist()

    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}.txt", f"text {number}")
        archive.writestr("x" * 60_000 + ".txt", "long name")
    monkeypatch.setattr(archives.zipfile, "ZipFile", Counted)
    assert contents(path)[-2:] == ["text 29", "long name"]
    assert len(opened) == 1
    assert len(list_documents(path).references[-1].name) < 500


def test_cells_that_are_no_text(tmp_path):
    cells = ["x", None, float("nan"), ["a"], {"a": 1}, 5]
    path = stored(tmp_path / "t.jsonl", "".join(json.dumps({"text": cell}) + "\n" for cell in cells))
    text, null, nan, array, mapping, number = contents(path)
    assert (text, number) == ("x", "5")
    assert "is empty" in null, "and not a document with the text None"
    assert "is empty" in nan
    assert "must be a text" in array
    assert "must be a text" in mapping
    table = pyarrow.table({"text": ["Ünï".encode(), b"\xff\x00", None]})
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    text, image, null = contents(tmp_path / "t.parquet")
    assert text == "Ünï"
    assert "must be a text" in image
    assert "is empty" in null


def test_right_answers_are_unknown_where_a_row_does_not_state_them(tmp_path):
    rows = [{"text": "a", "right": "x"}, {"text": "b"}, {"text": "c", "right": None}, {"text": "d", "right": [None]}]
    path = stored(tmp_path / "t.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    listed = list_documents(path, columns=TruthColumns(answer="right")).references
    assert [each.asked and each.asked[0].answers for each in listed] == [("x",), (), (), ()]
    assert listed[1].asked == (), "unknown, and not a document without an answer"
    assert listed[2].asked != ()


def test_lines_of_other_encodings_and_lengths(tmp_path, monkeypatch):
    assert contents(stored(tmp_path / "bom.jsonl", b'\xef\xbb\xbf{"text": "x"}\r\n\r\n{"text": "y"}\r\n')) == [
        "x",
        "y",
    ]
    with pytest.raises(InputError, match="UTF-16"):
        list_documents(stored(tmp_path / "wide.jsonl", '{"text": "x"}\n'.encode("utf-16")))
    monkeypatch.setattr("longformer_viz.corpus.tables._LONGEST_LINE", 40)
    path = stored(tmp_path / "long.jsonl", '{"text": "a"}\n{"text": "' + "b" * 90 + '"}\n{"text": "c"}\n')
    first, long, last = contents(path)
    assert (first, last) == ("a", "c")
    assert "A line may have at most" in long


def test_a_row_of_another_width_is_not_lost(tmp_path):
    path = stored(tmp_path / "t.csv", "text,other\nfirst,1\nshort\nthird,3\n")
    first, short, third = contents(path)
    assert (first, third) == ("first", "third")
    assert "It has 1 cell instead of 2." in short


QUESTION = {"question": "Who?", "answers": [{"text": "Ada"}]}


@pytest.mark.parametrize(
    "paragraph",
    [
        "text",
        None,
        {"qas": [QUESTION]},
        {"context": ["text"], "qas": []},
        {"context": "text", "qas": 5},
        {"context": "text", "qas": [5]},
        {"context": "text", "qas": [{"question": None, "answers": []}]},
        {"context": "text", "qas": [{"question": "Who?", "answers": 5}]},
        {"context": "text", "qas": [{"question": "Who?", "answers": ["Ada"]}]},
        {"context": "text", "qas": [{"question": "Who?", "answers": [{"text": 5}]}]},
        {"context": "text", "qas": [{"question": "Who?", "answers": {"text": "Ada"}}]},
    ],
)
def test_a_damaged_paragraph_leaves_the_others(tmp_path, paragraph):
    data = {"data": [{"title": "t", "paragraphs": [paragraph, {"context": "good", "qas": [QUESTION]}]}]}
    damaged, good = contents(stored(tmp_path / "squad.json", json.dumps(data)))
    assert good == "good"
    assert "must" in damaged
    assert "SQuAD" in damaged


def test_answers_in_the_other_forms_of_squad(tmp_path):
    questions = [{"question": "a", "answers": {"text": ["x", "x"], "answer_start": [0, 0]}}, {"question": "b"}]
    data = {"data": [{"title": "t", "paragraphs": [{"context": "text", "qas": questions}]}]}
    (reference,) = list_documents(stored(tmp_path / "squad.json", json.dumps(data))).references
    assert [(each.question, each.answers) for each in reference.asked] == [("a", ("x",)), ("b", None)]
