"""Documents in tables: read where they are, with names, questions, right answers and labels."""

import json

import pyarrow
import pyarrow.parquet
import pytest

from longformer_viz.corpus.content import read_content
from longformer_viz.corpus.plan import Asked
from longformer_viz.corpus.sources import list_documents
from longformer_viz.corpus.tables import TruthColumns
from longformer_viz.spec import InputError

ROWS = [
    {"id": "first", "text": "One fish.", "question": "How many?", "answer": "One", "kind": "a"},
    {"id": "second", "text": "Two fish, ünïcode.", "question": "How many?", "answer": "", "kind": "b"},
    {"id": "", "text": "Red fish.", "question": "", "answer": None, "kind": None},
]
COLUMNS = TruthColumns(question="question", answer="answer", label="kind")


def jsonl(path):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    return path


def parquet(path):
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), path, row_group_size=2)
    return path


def separated(path):
    lines = ["id;text;question;answer;kind", *(";".join(str(cell or "") for cell in row.values()) for row in ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(("make", "ending"), [(jsonl, "jsonl"), (parquet, "parquet"), (separated, "csv")])
def test_each_row_is_a_document(tmp_path, make, ending):
    path = make(tmp_path / f"table.{ending}")
    listing = list_documents(path, columns=COLUMNS)
    assert [reference.name for reference in listing.references] == ["first", "second", f"table.{ending}, row 3"]
    assert [read_content(each).text for each in listing.references] == [row["text"] for row in ROWS]
    first, second, third = listing.references
    assert first.asked == (Asked("How many?", ("One",)),)
    assert second.asked == (Asked("How many?", ()),), "an empty cell says that there is no answer"
    assert third.asked == (Asked("", ()),)
    assert [each.label for each in listing.references] == ["a", "b", None]


def test_several_right_answers(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps({"text": "x", "answers": ["one", "two"]}), encoding="utf-8")
    (reference,) = list_documents(path, columns=TruthColumns(answer="answers")).references
    assert reference.asked == (Asked("", ("one", "two")),)


def test_the_text_column_is_guessed_or_named(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps({"short": "no", "long": "a much longer cell"}), encoding="utf-8")
    assert read_content(list_documents(path).references[0]).text == "a much longer cell"
    assert read_content(list_documents(path, text_column="short").references[0]).text == "no"
    with pytest.raises(InputError, match="has no 'missing'"):
        list_documents(path, text_column="missing")


def test_a_damaged_line_is_a_document_that_cannot_be_read(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "good"}\n{"text": \n\n[1]\n{"text": "last"}\n', encoding="utf-8")
    good, torn, array, last = list_documents(path).references
    assert [read_content(good).text, read_content(last).text] == ["good", "last"]
    for reference in (torn, array):
        with pytest.raises(InputError, match="must be a JSON object"):
            read_content(reference)


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "csv"])
def test_a_damaged_table_is_refused(tmp_path, ending):
    (tmp_path / f"t.{ending}").write_bytes(b"PAR1\x00\xff\xfe" if ending != "csv" else b"")
    with pytest.raises(InputError):
        list_documents(tmp_path / f"t.{ending}")


def test_a_table_that_changed_is_noticed(tmp_path):
    path = jsonl(tmp_path / "t.jsonl")
    reference = list_documents(path).references[2]
    path.write_text("{}\n", encoding="utf-8")
    with pytest.raises(InputError, match="must not change"):
        read_content(reference)


def test_questions_in_the_format_of_squad(tmp_path):
    paragraphs = [
        {
            "context": f"Paragraph {number} says {number}.",
            "qas": [
                {"id": "1", "question": "What number?", "answers": [{"text": str(number), "answer_start": 20}]},
                {"id": "2", "question": "Which colour?", "answers": [], "is_impossible": True},
            ],
        }
        for number in range(2)
    ]
    path = tmp_path / "questions.json"
    path.write_text(json.dumps({"data": [{"title": "Counting", "paragraphs": paragraphs}]}), encoding="utf-8")
    listing = list_documents(path)
    assert [reference.name for reference in listing.references] == ["Counting, paragraph 1", "Counting, paragraph 2"]
    assert read_content(listing.references[1]).text == "Paragraph 1 says 1."
    assert listing.references[1].asked == (Asked("What number?", ("1",)), Asked("Which colour?", ()))
