"""The lines of the Documents page ask the same of the same documents."""

import pytest

from longformer_viz.corpus import CorpusPlan, Listing, Reference, Setting, list_documents, read_rows, run_corpus
from longformer_viz.documents.samples import sample
from longformer_viz.snippets.corpus import corpus_lines
from tests.corpus.documents import QUESTION, few

PLANS = [
    CorpusPlan(questions=(QUESTION,), max_characters=20_000),
    CorpusPlan(questions=('Who "is" it?\n',), settings=(Setting(window=64), Setting("Truncate at 512"))),
    CorpusPlan(labels=("a letter", 'a "report"')),
]


def executed(lines, folder, monkeypatch):
    monkeypatch.chdir(folder)
    found = {}
    exec(compile(lines, "lines", "exec"), found)  # The library's own lines.
    return found


def results(rows):
    return [(row["document"], row.get("setting"), row.get("result"), row.get("error")) for row in rows]


@pytest.mark.parametrize("plan", PLANS, ids=["questions", "settings", "labels"])
def test_the_lines_ask_the_same_of_a_folder(plan, tmp_path, monkeypatch):
    documents = list_documents(few(tmp_path / "documents", 2))
    found = executed(corpus_lines(plan, documents), tmp_path, monkeypatch)
    assert found["plan"] == plan
    run_corpus(documents, plan, tmp_path / "again")
    assert results(read_rows(found["job"].folder)) == results(read_rows(tmp_path / "again"))


def test_the_lines_read_the_samples(tmp_path, monkeypatch):
    listing = Listing((Reference("Library notice", "text", sample("library_notice").text),))
    found = executed(corpus_lines(PLANS[0], listing), tmp_path, monkeypatch)
    (row,) = read_rows(found["job"].folder)
    assert (row["document"], row["tokens"]) == ("library_notice", 318)
